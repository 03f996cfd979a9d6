using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;

namespace PilotCity.Testing;

/// <summary>One service of its own for one test: free ports, a database and a content store in a temporary folder, tokens of anybody.</summary>
public sealed class TestService : IAsyncDisposable
{
    public const string City = "350800";

    private readonly DemonstrationIssuer issuer;
    private readonly List<HttpClient> clients = [];

    private readonly string serviceKey;

    private TestService(WebApplication app, DemonstrationIssuer issuer, TemporaryFolder folder, string serviceKey)
    {
        this.serviceKey = serviceKey;
        App = app;
        Folder = folder;
        this.issuer = issuer;
    }

    public WebApplication App { get; }

    public TemporaryFolder Folder { get; }

    /// <param name="sameKeysAs">A service whose tokens this one accepts too: people's and other services'.</param>
    public static async Task<TestService> Start(
        Func<Hosting, WebApplication> build, TimeProvider? clock = null, Action<IServiceCollection>? configure = null, IReadOnlyDictionary<string, string?>? settings = null,
        TestService? sameKeysAs = null)
    {
        var folder = new TemporaryFolder();
        var time = clock ?? TimeProvider.System;
        var issuer = DemonstrationIssuer.Open(sameKeysAs?.Folder.Path ?? folder.Path, time);
        var all = new Dictionary<string, string?>(issuer.Settings)
        {
            ["Identity:ServiceKey"] = sameKeysAs?.serviceKey ?? ServiceToken.RandomKey(),
            ["ConnectionStrings:Log"] = $"Data Source={folder["log.db"]}",
            ["ConnectionStrings:Bus"] = "in-memory",
            ["Content:Root"] = folder["content"],
            ["Oversight:KeyFile"] = folder["checkpoint.key"],
            ["Oversight:CreateKey"] = "true",
            ["Http:Port"] = "0",
            ["Grpc:Port"] = "0",
            ["Log:Level"] = "Critical",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            all[key] = value;
        }

        // Peers answer once a test has told this service where they are; until then they are away.
        void Configure(IServiceCollection services)
        {
            services.AddSingleton(new PeerAddresses());
            configure?.Invoke(services);
        }

        var app = build(new Hosting { Settings = all, Clock = time, Configure = Configure, Shared = true });
        await app.StartAsync();
        return new TestService(app, issuer, folder, all["Identity:ServiceKey"]!);
    }

    /// <summary>A client signed in as this; the account's name is the role's unless given.</summary>
    public HttpClient As(Role role, string? org = null, string? sub = null, string city = City, params Role[] furtherRoles)
    {
        var client = new HttpClient { BaseAddress = App.Addresses().Http };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", issuer.Token(sub ?? $"{role.Word()}-1", org ?? $"{city}-{role.Word()}", city, [role, .. furtherRoles]));
        clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        clients.ForEach(c => c.Dispose());
        await App.StopAsync();
        await App.DisposeAsync();
        issuer.Dispose();
        Folder.Dispose();
    }
}

/// <summary>What a client of the HTTP interface does, in few words.</summary>
public static class Calls
{
    /// <summary>A command with a fresh (or the given) idempotency key and a JSON body.</summary>
    public static Task<HttpResponseMessage> Command(this HttpClient client, HttpMethod method, string path, object body, Guid? key = null) =>
        client.Send(method, path, JsonContent.Create(body, body.GetType(), options: Defaults.Json.Lenient), key);

    /// <summary>A command whose body is a file.</summary>
    public static Task<HttpResponseMessage> Command(this HttpClient client, HttpMethod method, string path, byte[] file, string contentType, Guid? key = null)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return client.Send(method, path, content, key);
    }

    /// <summary>The JSON of an answer; fails with the answer's text where the status is another.</summary>
    public static async Task<JsonElement> Json(this HttpResponseMessage response, int status = 200)
    {
        var text = await response.Content.ReadAsStringAsync();
        return (int)response.StatusCode == status
            ? text.Length == 0 ? default : JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{(int)response.StatusCode} instead of {status}: {text}");
    }

    /// <summary>The fault code of a refused request.</summary>
    public static async Task<(int Status, string? Code)> Refusal(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, response.IsSuccessStatusCode ? $"accepted: {text}" : JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
    }

    private static async Task<HttpResponseMessage> Send(this HttpClient client, HttpMethod method, string path, HttpContent content, Guid? key)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Idempotency-Key", (key ?? Guid.NewGuid()).ToString("D"));
        return await client.SendAsync(request);
    }
}
