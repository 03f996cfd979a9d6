using System.Net.Http.Headers;
using PilotCity.City;
using PilotCity.City.Servers;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Processes;

/// <summary>A city of processes on empty databases, two instances each of Funding and Registry, shared by the tests that look at it.</summary>
public sealed class RunningCity : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];
    private DataFolder data = null!;

    internal ServerCity City { get; private set; } = null!;

    internal string Folder => folder.Path;

    /// <summary>What its processes have written, for the reader of a failure.</summary>
    internal string Said
    {
        get
        {
            lock (said)
            {
                return string.Join(Environment.NewLine, said.TakeLast(40));
            }
        }
    }

    public async Task InitializeAsync()
    {
        data = DataFolder.Take(folder.Path, TextWriter.Null)!;
        City = await ServerCity.Start(
            new ServerCityOptions(data, Port: 0, Demonstration: true)
            {
                Instances = new Dictionary<string, int> { ["funding"] = 2, ["registry"] = 2 },
                Settings = new Dictionary<string, string?> { ["Gateway:RequestsPerSecond"] = "100000" },
                Said = (name, line) =>
                {
                    lock (said)
                    {
                        said.Add($"{name} | {line}");
                    }
                },
            },
            CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await City.DisposeAsync();
        data.Dispose();
        folder.Dispose();
    }

    internal ServiceProcess Process(string service, int instance) => City.Processes.Single(p => p.Service == service && p.Instance == instance);

    /// <summary>A client of one process, signed in as a demonstration account.</summary>
    internal HttpClient As(string account, Uri at)
    {
        var client = new HttpClient { BaseAddress = at, Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", City.Issuer.Token(DemonstrationAccounts.All.Single(a => a.Account == account)));
        return client;
    }

    /// <summary>Looks again and again until it is so.</summary>
    internal async Task Until(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!await holds())
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Assert.Fail(Said);
        }
    }
}
