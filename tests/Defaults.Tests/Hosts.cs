using Microsoft.AspNetCore.Builder;
using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Tests;

/// <summary>A folder that goes when the test goes.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pilot-city-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A host on free ports with a demonstration issuer, and clients signed in or not.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly Folder folder = new();

    private TestHost(Clock clock, IReadOnlyDictionary<string, string?>? settings, Action<WebApplication> map, Action<WebApplicationBuilder>? register)
    {
        Clock = clock;
        Issuer = DemonstrationIssuer.Open(folder.Path, clock);
        var all = new Dictionary<string, string?>(Issuer.Settings)
        {
            ["Http:Port"] = "0",
            ["Grpc:Port"] = "0",
            ["Log:Level"] = "None",
            [ServiceToken.KeySetting] = ServiceToken.RandomKey(),
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            all[key] = value;
        }

        var builder = ServiceHost.Create("test", new Hosting { Settings = all, Clock = clock, Shared = true });
        register?.Invoke(builder);
        App = builder.Open();
        map(App);
    }

    public Clock Clock { get; }

    public DemonstrationIssuer Issuer { get; }

    public WebApplication App { get; }

    public HttpClient Anonymous { get; private set; } = null!;

    public static async Task<TestHost> Start(
        Action<WebApplication> map, IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? register = null)
    {
        var host = new TestHost(new Clock(DateTimeOffset.UtcNow), settings, map, register);
        await host.App.StartAsync();
        host.Anonymous = new HttpClient { BaseAddress = host.App.Addresses().Http };
        return host;
    }

    public HttpClient As(string account) => With(Issuer.Token(DemonstrationAccounts.Find(account)!));

    public HttpClient With(string token) => new()
    {
        BaseAddress = App.Addresses().Http,
        DefaultRequestHeaders = { Authorization = new("Bearer", token) },
    };

    public async ValueTask DisposeAsync()
    {
        Anonymous?.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Issuer.Dispose();
        folder.Dispose();
    }
}
