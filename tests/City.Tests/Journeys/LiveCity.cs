using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using PilotCity.City.Demonstration;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Witnesses;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>One process whose pilot was played to its end and that goes on answering: what an attacker finds. Its commands were listened in to.</summary>
public sealed class LiveCity : IAsyncLifetime
{
    private readonly TemporaryFolder temporary = new();
    private readonly SimulatedClock clock = new(ChinaTime.StartOf(new DateOnly(2025, 7, 1)).AddHours(9));
    private readonly List<HttpClient> clients = [];
    private readonly List<(WebApplication Host, WitnessStore Store)> witnessing = [];
    private DataFolder folder = null!;

    /// <summary>The keys of two witnesses that cosign the city's checkpoints while it lives.</summary>
    internal IReadOnlyList<SignerKey> Witnesses { get; } = [.. new[] { "a", "b" }.Select(name => SignerKey.Generate($"audit.example/{name}", KeyAlgorithm.CosignatureV1))];

    internal OneProcess Process { get; private set; } = null!;

    internal Uri Gateway => Process.Gateway;

    /// <summary>Every command of the pilot, in its order.</summary>
    internal IReadOnlyList<Heard> Commands { get; private set; } = [];

    internal IReadOnlyList<string> Projects { get; private set; } = [];

    public async Task InitializeAsync()
    {
        folder = DataFolder.Take(temporary["city"], TextWriter.Null)!;
        await Witness();
        var settings = new Dictionary<string, string?> { ["Oversight:PolicyFile"] = temporary["policy"], ["Gateway:RequestsPerSecond"] = "100000", ["Log:Level"] = "Critical" };
        Process = await OneProcess.Start(new OneProcessOptions(folder, Port: 0, Demonstration: true, clock) { Settings = settings }, CancellationToken.None);
        using var ear = new Ear();
        using var pilot = new PilotClient(Process.Gateway, clock, ear);
        var story = new PlayPilot(pilot, clock, TextWriter.Null);
        await story.Play();
        Commands = ear.Heard;
        Projects = story.Projects;
    }

    public async Task DisposeAsync()
    {
        clients.ForEach(c => c.Dispose());
        await Process.DisposeAsync();
        foreach (var (host, store) in witnessing)
        {
            await host.DisposeAsync();
            store.Dispose();
        }

        folder.Dispose();
        temporary.Dispose();
    }

    private async Task Witness()
    {
        var log = SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519);
        LogKey.Write(temporary["city/checkpoint.key"], log);
        var policy = new StringBuilder();
        foreach (var key in Witnesses)
        {
            var store = new WitnessStore(temporary[$"{key.Name[^1]}.db"]);
            var host = WitnessHost.Build(new Oversight.Witnesses.Witness(key, [log.Named($"pilot-city.example/{PilotClient.City}").Verifier], store, TimeProvider.System), 0);
            witnessing.Add((host, store));
            await host.StartAsync();
            policy.Append($"witness {key.Name[^1]} {key.Verifier} {host.Urls.First()}\n");
        }

        await File.WriteAllTextAsync(temporary["policy"], $"{policy}group both all a b\nquorum both\n");
    }

    /// <summary>A client at the gateway with the token of a demonstration account, <c>enterprise-CODE</c> or <c>provider-CODE</c>.</summary>
    internal HttpClient As(string account)
    {
        var dash = account.IndexOf('-', StringComparison.Ordinal);
        var known = DemonstrationAccounts.Find(account) ?? DemonstrationIssuer.Find(new DemonstrationSignIn(Role: Parse(account[..dash]), Org: account[(dash + 1)..])).Value;
        return Client(Process.Issuer.Token(known));
    }

    /// <summary>A client with somebody of this one role, of an organisation that has nothing here.</summary>
    internal HttpClient As(Role role) => Client(Process.Issuer.Token($"{role.Word()}-x", role is Role.Enterprise or Role.Provider ? "91110000000000000X" : "stranger", PilotClient.City, role));

    internal HttpClient Client(string? token, Uri? address = null)
    {
        var client = new HttpClient { BaseAddress = address ?? Gateway };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        lock (clients)
        {
            clients.Add(client);
        }

        return client;
    }

    /// <summary>The routes of every service below <c>/api/</c> with what they are marked with.</summary>
    internal IEnumerable<(string Service, string Method, string Pattern, T Mark)> Routes<T>()
        where T : class =>
        from service in Process.Services
        from endpoint in ((IEndpointRouteBuilder)service.Value).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()
        let mark = endpoint.Metadata.GetMetadata<T>()
        where mark is not null
        select (service.Key, endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0], endpoint.RoutePattern.RawText!.Replace("{city:length(6)}", PilotClient.City, StringComparison.Ordinal), mark);

    private static Role Parse(string word) => Roles.TryParse(word, out var role) ? role : throw new ArgumentException($"no role is called {word}");

    /// <summary>A command as it went through the gateway.</summary>
    /// <param name="Account">Whose token it carried.</param>
    internal sealed record Heard(HttpMethod Method, string Path, string Account, string ContentType, byte[] Body)
    {
        public bool IsJson => ContentType == "application/json";
    }

    private sealed class Ear : DelegatingHandler
    {
        public List<Heard> Heard { get; } = [];

        public Ear()
            : base(new SocketsHttpHandler())
        {
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } content && request.Headers.Authorization?.Parameter is { } token)
            {
                var body = await content.ReadAsByteArrayAsync(cancellationToken);
                Heard.Add(new(request.Method, request.RequestUri!.PathAndQuery, Sub(token), content.Headers.ContentType!.MediaType!, body));
            }

            return await base.SendAsync(request, cancellationToken);
        }

        private static string Sub(string token)
        {
            var middle = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
            using var claims = JsonDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(middle.PadRight((middle.Length + 3) / 4 * 4, '='))));
            return claims.RootElement.GetProperty("sub").GetString()!;
        }
    }
}

/// <summary>What every refusal must be, whoever asks and however.</summary>
internal static class Refused
{
    /// <summary>The code of a refusal that is a whole problem+json and tells nothing of our inside.</summary>
    internal static async Task<(int Status, string Code)> Code(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri} → {(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        foreach (var inside in new[] { "Exception", "PilotCity.", "System.", "   at ", "SQLite", "Npgsql", "/work/", ".cs:" })
        {
            Assert.DoesNotContain(inside, text, StringComparison.Ordinal);
        }

        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.NotEqual(string.Empty, problem.GetProperty("detail").GetString());
        Assert.Equal(32, problem.GetProperty("traceId").GetString()!.Length);
        return ((int)answer.StatusCode, problem.GetProperty("code").GetString()!);
    }
}

[CollectionDefinition(Name)]
public sealed class LiveCityGroup : ICollectionFixture<LiveCity>
{
    public const string Name = "the live city";
}
