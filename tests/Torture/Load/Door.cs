using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PilotCity.Torture.Load;

/// <summary>The gateway as every client sees it, with a token of whoever asks.</summary>
/// <param name="sign">Signs a token of a demonstration account, <c>enterprise:CODE</c> or <c>provider:CODE</c>.</param>
internal sealed class Door(Uri gateway, PostLedger ledger, Func<string, string> sign, Calendar calendar, History history, Verdict verdict) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(20), ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        BaseAddress = gateway,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly ConcurrentDictionary<string, (int Step, string Token)> tokens = new(StringComparer.Ordinal);

    internal Calendar Calendar => calendar;

    internal History History => history;

    internal Verdict Verdict => verdict;

    /// <summary>One attempt: an answer that promises something, or null. What promises nothing: no answer in time, a 5xx, a 429.</summary>
    internal async Task<Told?> Try(Command command, TimeSpan patience, bool alone, CancellationToken ct)
    {
        command.Sent(history.Now);
        history.Add($"→ {command}");
        string why;
        try
        {
            using var visit = await calendar.Enter(ct);
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct, visit.HangUp);
            bound.CancelAfter(patience);
            var (told, otherwise) = command.ContentType == PostLedger.ContentType
                ? await ledger.Try(command, Token(command.Account), bound.Token)
                : await OverHttp(command, bound.Token);
            if (told is { Status: 500 })
            {
                verdict.Found(Verdict.NoBug, $"{command}: 500 {told.Body}", command.Key.ToString("N"));
                (told, otherwise) = (null, "500");
            }

            if (told is not null)
            {
                history.Add($"← {told} {command.Kind} {command.Key:N}");
                verdict.Must(
                    command.Take(told, alone), "one key, one answer",
                    () => $"{command} was told {told} after {(command.Acceptance is { } a && !ReferenceEquals(a, told) ? a : command.CleanRefusal)}", command.Key.ToString("N"));
                return told;
            }

            why = otherwise;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            why = e is OperationCanceledException ? "no answer in time" : e.Message;
        }

        command.NotKnown();
        history.Add($"← ? {why} {command.Kind} {command.Key:N}");
        return null;
    }

    /// <summary>A question, asked until it is answered; null where the answer is a refusal.</summary>
    internal async Task<(JsonElement Body, long Position)?> Get(string account, string path, CancellationToken ct)
    {
        for (var pause = 50; ; pause = Math.Min(pause * 2, 1_000))
        {
            try
            {
                using var visit = await calendar.Enter(ct);
                using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct, visit.HangUp);
                bound.CancelAfter(TimeSpan.FromSeconds(10));
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                var (status, body, response) = await Send(account, request, bound.Token);
                if (status is >= 200 and < 300)
                {
                    var at = One(response, "Log-Position");
                    return (JsonDocument.Parse(body).RootElement, at is null ? 0 : long.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
                }

                if (status is < 500 and not (408 or 429))
                {
                    history.Add($"GET {path} by {account} → {status} {Code(body)}");
                    return null;
                }

                verdict.Count($"answers {status}", 1);
                if (status == 500)
                {
                    verdict.Found(Verdict.NoBug, $"GET {path} by {account}: 500 {body}", path);
                    return null;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                // Asked again.
            }

            await Task.Delay(pause, ct);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<(Told? Told, string Why)> OverHttp(Command command, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(command.Method, command.Path) { Content = new ByteArrayContent(command.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(command.ContentType);
        request.Headers.Add("Idempotency-Key", command.Key.ToString("D"));
        var (status, body, response) = await Send(command.Account, request, ct);
        if (status is >= 500 or 408 or 429)
        {
            verdict.Count($"answers {status}", 1);
        }

        return status is < 500 and not (408 or 429) or 500
            ? (new Told(status, body, response.Headers.Location?.OriginalString, One(response, "Log-Position"), One(response, "Idempotent-Replayed") == "true"), string.Empty)
            : (null, $"{status} {Code(body)}");
    }

    private async Task<(int Status, string Body, HttpResponseMessage Response)> Send(string account, HttpRequestMessage request, CancellationToken ct)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(account));
        using var response = await http.SendAsync(request, ct);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(ct), response);
    }

    private string Token(string account)
    {
        var step = calendar.Step;
        if (!tokens.TryGetValue(account, out var known) || known.Step != step)
        {
            known = (step, sign(account));
            tokens[account] = known;
        }

        return known.Token;
    }

    private static string Code(string body) => new Told(500, body, null, null, false).Code ?? string.Empty;

    private static string? One(HttpResponseMessage response, string header) => response.Headers.TryGetValues(header, out var values) ? values.First() : null;
}
