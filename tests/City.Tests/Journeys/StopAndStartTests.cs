using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PilotCity.Testing;
using Xunit.Abstractions;

namespace PilotCity.City.Tests.Journeys;

/// <summary><c>./city up</c> as an operator meets it: how it starts, stops, and says that it cannot.</summary>
[Collection(nameof(CityProcess))]
public sealed class StopAndStartTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>What the operator is promised.</summary>
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(8);

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, string> tokens = new(StringComparer.Ordinal);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Ctrl_C_stops_it_cleanly_and_started_again_it_goes_on_where_it_was()
    {
        Attempt receipt;
        Told told;
        using (var city = CityProcess.Up(folder.Path))
        {
            var gateway = await city.Listening();
            var commands = new Commands(new Random(1), await SmallPilot.Begin(gateway));
            using var door = new Door(gateway, tokens);
            receipt = commands.Receipt(12_345);
            told = await door.Say(receipt);
            var watch = Stopwatch.StartNew();
            await city.Interrupt();
            Assert.Equal(0, await city.Ended());
            output.WriteLine($"stopped in {watch.Elapsed.TotalSeconds:0.0} s");
            Assert.EndsWith("Stopping …", city.Said.TrimEnd(), StringComparison.Ordinal);
        }

        using (var city = CityProcess.Up(folder.Path))
        {
            using var door = new Door(await city.Listening(), tokens);
            var fund = await door.Get("finance-officer-1", $"/api/funding/{Commands.City}/funds/{Commands.Fund}/trial-balance");
            Assert.Equal("123.45", fund.GetProperty("debits").GetString());
            Assert.Equal(told with { Replayed = true }, await door.Say(receipt));
            await city.Interrupt();
            Assert.Equal(0, await city.Ended());
        }
    }

    [Fact]
    public async Task Ctrl_C_while_it_starts_stops_it_too()
    {
        using var city = CityProcess.Up(folder.Path);
        await CityProcess.Until(() => Task.FromResult(File.Exists(folder["registry.db"]) || city.HasEnded), () => city.Said, everyMilliseconds: 1);
        await city.Interrupt();

        Assert.Equal(0, await city.Ended());
        Assert.DoesNotContain("   at ", city.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_one_on_the_same_folder_says_so_and_leaves_the_first_alone()
    {
        using var first = CityProcess.Up(folder.Path);
        var gateway = await first.Listening();

        var (code, said) = await CityProcess.Run("up", "--data", folder.Path, "--port", "0");

        Assert.Equal(1, code);
        Assert.Equal($"The data folder {folder.Path} is in use by another ./city; stop it, or name another with --data.", said.Trim());
        using var door = new Door(gateway, tokens);
        Assert.NotEmpty((await door.Get("auditor-1", $"/api/oversight/{Commands.City}/tree")).GetProperty("origin").GetString()!);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var (code, said) = await CityProcess.Run("up", "--data", folder.Path, "--port", port.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(1, code);
        Assert.Equal($"Port {port} is in use; name another with --port.", said.Trim());
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("-1")]
    public async Task A_port_that_is_none_is_refused(string port)
    {
        var (code, said) = await CityProcess.Run("up", "--data", folder.Path, $"--port={port}");

        Assert.Equal(1, code);
        Assert.Equal($"--port {port}: a port is 0 to 65535.", said.Trim());
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_not_said_to_be_in_use()
    {
        await File.WriteAllTextAsync(folder["data"], "not a folder");

        var (code, said) = await CityProcess.Run("up", "--data", folder["data"], "--port", "0");

        Assert.Equal(1, code);
        Assert.StartsWith($"The data folder {folder["data"]} cannot be used: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_answers_within_eight_seconds_of_its_start()
    {
        // The machine may be busy with something else at the first try; three times in a row is our own doing.
        var taken = new List<TimeSpan>();
        do
        {
            var watch = Stopwatch.StartNew();
            using var city = CityProcess.Up(folder.Path);
            using var http = new HttpClient { BaseAddress = await city.Listening() };
            using var live = await http.GetAsync(new Uri("/health/live", UriKind.Relative));
            live.EnsureSuccessStatusCode();
            taken.Add(watch.Elapsed);
            output.WriteLine($"first answer after {watch.Elapsed.TotalSeconds:0.0} s, {city.ResidentMegabytes()} MB resident");
            city.Kill();
            await city.Ended();
        }
        while (taken[^1] > FirstAnswer && taken.Count < 3);

        Assert.True(taken[^1] <= FirstAnswer, string.Join(", ", taken));
    }
}
