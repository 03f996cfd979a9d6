using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.City.Demonstration;

/// <summary>Something in the demonstration went otherwise than it must.</summary>
internal sealed class DemonstrationFailedException(string message) : Exception(message);

/// <summary>
/// What the people of a city do through the gateway: every step is a request with the token of whoever takes it. Accounts are those of the
/// demonstration issuer; <c>enterprise:CODE</c> and <c>provider:CODE</c> sign in by credit code. <paramref name="through"/> lets a test listen in.
/// </summary>
internal sealed class PilotClient(Uri gateway, TimeProvider clock, HttpMessageHandler? through = null) : IDisposable
{
    /// <summary>Tokens live eight hours on the simulated clock; a fresh one is asked for well before.</summary>
    private static readonly TimeSpan TokenKept = TimeSpan.FromHours(6);

    private readonly HttpClient http = new(through ?? new SocketsHttpHandler()) { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(60) };
    private readonly Dictionary<string, (string Token, DateTimeOffset At)> tokens = new(StringComparer.Ordinal);

    internal const string City = "350800";

    /// <summary>Requests made so far.</summary>
    internal int Requests { get; private set; }

    /// <summary>The last position that each service's log has told.</summary>
    internal Dictionary<string, long> Positions { get; } = new(StringComparer.Ordinal);

    internal Task<JsonElement> Post(string account, string path, object body) => Command(account, HttpMethod.Post, path, JsonContent.Create(body, options: Json.Lenient));

    internal Task<JsonElement> Put(string account, string path, object body) => Command(account, HttpMethod.Put, path, JsonContent.Create(body, options: Json.Lenient));

    internal Task<JsonElement> File(string account, HttpMethod method, string path, byte[] bytes, string contentType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return Command(account, method, path, content);
    }

    /// <summary>Puts a file into the content store and refers to it as evidence.</summary>
    internal async Task<object> Evidence(string account, string code, string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await File(account, HttpMethod.Put, $"/api/performance/{City}/evidence/{sha256}", bytes, "application/octet-stream");
        return new { code, files = new[] { new { name, sha256, size = bytes.Length } } };
    }

    internal async Task<JsonElement> Get(string account, string path) => JsonDocument.Parse(await Bytes(account, path)).RootElement;

    internal async Task<byte[]> Bytes(string account, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await Send(account, request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode ? bytes : throw Unexpected(account, request, response, Encoding.UTF8.GetString(bytes));
    }

    /// <summary>A request that must be refused with this code; its message is given back.</summary>
    internal async Task<string> Refused(string account, string path, object body, string code)
    {
        using var request = With(HttpMethod.Post, path, JsonContent.Create(body, options: Json.Lenient));
        using var response = await Send(account, request);
        var text = await response.Content.ReadAsStringAsync();
        if (response.IsSuccessStatusCode || JsonDocument.Parse(text).RootElement is var problem && problem.GetProperty("code").GetString() != code)
        {
            throw Unexpected(account, request, response, $"{text} (should be refused with {code})");
        }

        return problem.GetProperty("detail").GetString()!;
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> Command(string account, HttpMethod method, string path, HttpContent content)
    {
        using var request = With(method, path, content);
        using var response = await Send(account, request);
        var text = await response.Content.ReadAsStringAsync();
        return !response.IsSuccessStatusCode ? throw Unexpected(account, request, response, text)
            : text.Length == 0 ? default
            : JsonDocument.Parse(text).RootElement;
    }

    private static HttpRequestMessage With(HttpMethod method, string path, HttpContent content)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString("D"));
        return request;
    }

    private async Task<HttpResponseMessage> Send(string account, HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(account));
        request.Headers.AcceptLanguage.ParseAdd(Say.Language);
        var response = await http.SendAsync(request);
        Requests++;
        if (response.Headers.TryGetValues("Log-Position", out var values) && request.RequestUri!.OriginalString.Split('/') is [_, "api", var service, City, ..])
        {
            Positions[service] = Math.Max(Positions.GetValueOrDefault(service), long.Parse(values.First(), System.Globalization.CultureInfo.InvariantCulture));
        }

        return response;
    }

    private async Task<string> Token(string account)
    {
        if (tokens.TryGetValue(account, out var known) && clock.GetUtcNow() - known.At < TokenKept)
        {
            return known.Token;
        }

        object signIn = account.Split(':') is [var role, var org] ? new { role, org } : new { account };
        using var response = await http.PostAsJsonAsync("/identity/token", signIn);
        Requests++;
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new DemonstrationFailedException($"{account}: {text}");
        }

        var token = JsonDocument.Parse(text).RootElement.GetProperty("accessToken").GetString()!;
        tokens[account] = (token, clock.GetUtcNow());
        return token;
    }

    private static DemonstrationFailedException Unexpected(string account, HttpRequestMessage request, HttpResponseMessage response, string text) =>
        new($"{account}: {request.Method} {request.RequestUri} → {(int)response.StatusCode} {text}");
}
