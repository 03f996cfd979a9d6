using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotCity.City.Demonstration;
using PilotCity.Defaults;

namespace PilotCity.City.Tests.Journeys;

/// <summary>A command as a client makes it and keeps it until it knows what became of it.</summary>
internal sealed record Attempt(string Kind, Guid Key, string Account, HttpMethod Method, string Path, byte[] Body, string ContentType)
{
    /// <summary>What was answered; null where no answer came, or one that promises nothing (5xx, 429).</summary>
    internal Told? Told { get; set; }

    internal bool Accepted => Told is { Status: >= 200 and < 300 };
}

/// <summary>An answer to a command, as far as a repetition must give it again.</summary>
internal sealed record Told(int Status, string Body, string? Location, string? Position, bool Replayed);

/// <summary>Sends commands through the gateway of whatever process runs now; tokens outlive the process, because its key does.</summary>
internal sealed class Door(Uri gateway, ConcurrentDictionary<string, string> tokens) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = gateway, Timeout = CityProcess.Patience };

    /// <summary>The answer, or null where none came that promises something.</summary>
    internal async Task<Told?> Try(Attempt attempt)
    {
        using var request = new HttpRequestMessage(attempt.Method, attempt.Path) { Content = new ByteArrayContent(attempt.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(attempt.ContentType);
        request.Headers.Add("Idempotency-Key", attempt.Key.ToString("D"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(attempt.Account));
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        var status = (int)response.StatusCode;
        return status is >= 500 or 429 ? null : new Told(
            status, body, response.Headers.Location?.OriginalString, One(response, "Log-Position"), One(response, "Idempotent-Replayed") == "true");
    }

    /// <summary>The answer to a command; fails where there is none.</summary>
    internal async Task<Told> Say(Attempt attempt) => await Try(attempt) ?? throw new InvalidOperationException($"{attempt.Kind}: no answer to {attempt.Method} {attempt.Path}");

    internal async Task<JsonElement> Get(string account, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(account));
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"GET {path}: {(int)response.StatusCode} {text}");
    }

    public void Dispose() => http.Dispose();

    private async Task<string> Token(string account)
    {
        if (!tokens.TryGetValue(account, out var token))
        {
            object signIn = account.Split(':') is [var role, var org] ? new { role, org } : new { account };
            using var response = await http.PostAsJsonAsync("/identity/token", signIn);
            response.EnsureSuccessStatusCode();
            token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
            tokens[account] = token;
        }

        return token;
    }

    private static string? One(HttpResponseMessage response, string header) => response.Headers.TryGetValues(header, out var values) ? values.First() : null;
}

/// <summary>Commands of every service, drawn by chance over the enterprises of a small pilot.</summary>
internal sealed class Commands(Random random, IReadOnlyList<string> enterprises)
{
    internal const string City = PilotClient.City;
    internal const string Fund = "central-2025";

    private static readonly string[] Providers = ["91350800MA0041E869", "91350800MA004HX56Y", "91350800MA005KUY8R"];

    internal Attempt Next()
    {
        var uscc = enterprises[random.Next(enterprises.Count)];
        var provider = Providers[random.Next(Providers.Length)];
        return random.Next(9) switch
        {
            0 or 1 => Receipt(random.Next(1, 1_000_000)),
            2 => Json("split", "finance-officer-1", HttpMethod.Post, $"/api/funding/{City}/funds/{Fund}/splits", new
            {
                allocations = new[] { new { use = "enterprise-renovation", amount = new Money(random.Next(1, 1_000_000)).ToString() } },
            }),
            3 => Json("account", $"enterprise:{uscc}", HttpMethod.Put, $"/api/funding/{City}/accounts/{uscc}", new { accountName = "龙岩企业", accountNumber = $"35080{random.Next():0000000000}", bank = "龙岩农村商业银行" }),
            4 => Json("credit-listing", "bureau-officer-1", HttpMethod.Post, $"/api/registry/{City}/enterprises/{uscc}/credit-listings", new { list = "tax-violation", since = "2025-01-01", source = "信用中国" }),
            5 => Json("clearance", "bureau-officer-2", HttpMethod.Post, $"/api/registry/{City}/enterprises/{uscc}/credit-listings/tax-violation/clearance", new { day = "2025-06-01", source = "信用修复" }),
            6 => Json("assessment", $"enterprise:{uscc}", HttpMethod.Post, $"/api/assessment/{City}/assessments", new
            {
                enterprise = uscc,
                purpose = "voluntary",
                mode = "self",
                pledge = true,
                answers = Answers.Of(1),
                scenarios = Answers.Scenarios(1),
            }),
            7 => Evidence($"provider:{provider}"),
            _ => Json("dossier", $"provider:{provider}", HttpMethod.Put, $"/api/performance/{City}/providers/{provider}", new { name = $"服务商{random.Next()}", capabilities = new[] { "MES" }, products = Array.Empty<object>() }),
        };
    }

    internal Attempt Receipt(int fen) => Json("receipt", "finance-officer-1", HttpMethod.Post, $"/api/funding/{City}/funds/{Fund}/receipts", new
    {
        document = $"闽财企指〔2025〕{random.Next()}号",
        amount = new Money(fen).ToString(),
    });

    internal static Money AmountOf(Attempt receipt) => Money.Parse(JsonDocument.Parse(receipt.Body).RootElement.GetProperty("amount").GetString()!);

    private Attempt Evidence(string account)
    {
        var bytes = new byte[random.Next(1, 40_000)];
        random.NextBytes(bytes);
        return new("evidence", Key(), account, HttpMethod.Put, $"/api/performance/{City}/evidence/{Convert.ToHexStringLower(SHA256.HashData(bytes))}", bytes, "application/octet-stream");
    }

    private Attempt Json(string kind, string account, HttpMethod method, string path, object body) =>
        new(kind, Key(), account, method, path, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(body, Defaults.Json.Lenient)), "application/json");

    private Guid Key()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
