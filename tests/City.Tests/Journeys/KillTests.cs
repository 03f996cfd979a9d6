using System.Collections.Concurrent;
using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Testing;
using Xunit.Abstractions;

namespace PilotCity.City.Tests.Journeys;

/// <summary><c>./city up</c> is killed under load, at moments drawn by chance, and started again on the same folder.</summary>
[Collection(nameof(CityProcess))]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 4;
    private const int Clients = 6;

    /// <summary>Another seed is another run; a run is told by its seed but for what the scheduler does.</summary>
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("PILOTCITY_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 20_251_122;

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, string> tokens = new(StringComparer.Ordinal);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Killed_at_any_moment_under_load_it_keeps_every_acknowledged_command_once()
    {
        var random = new Random(Seed);
        var all = new List<Attempt>();
        IReadOnlyList<string> enterprises = [];
        for (var round = 0; round < Rounds; round++)
        {
            List<Attempt> attempts;
            using (var city = CityProcess.Up(folder.Path))
            {
                var gateway = await city.Listening();
                enterprises = enterprises.Count > 0 ? enterprises : await SmallPilot.Begin(gateway);
                attempts = await LoadUntilKilled(city, gateway, enterprises, killAfter: random.Next(20, 250), random);
                await city.Ended();
            }

            var unanswered = attempts.Where(a => a.Told is null).ToList();
            output.WriteLine(
                $"seed {Seed}, round {round}: {attempts.Count(a => a.Accepted)} accepted, {attempts.Count(a => a is { Accepted: false, Told: not null })} refused, {unanswered.Count} without an answer, of which {unanswered.Count(a => Kept(a).Count == 1)} took effect");
            Assert.Contains(attempts, a => a.Accepted);
            AssertVerifies();
            using (var city = CityProcess.Up(folder.Path))
            {
                using var door = new Door(await city.Listening(), tokens);
                await Parallel.ForEachAsync(attempts, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (attempt, _) => await RepetitionTells(door, attempt));
                if (round == Rounds - 1)
                {
                    await SmallPilot.TreeHoldsEverything(door, folder.Path);
                    await LedgerHoldsEveryReceiptOnce(door, [.. all, .. attempts]);
                }

                city.Kill();
                await city.Ended();
            }

            all.AddRange(attempts);
        }

        AssertEachOnce(all);
        AssertLeavesOnce();
        var (code, said) = await CityProcess.Run("verify", "--log", folder.Path);
        Assert.True(code == 0, said);
        output.WriteLine(said);
    }

    [Fact]
    public async Task Killed_while_it_starts_for_the_first_time_it_starts_the_next_time()
    {
        // Each start goes a few files further: keys, databases, their journals.
        for (var files = 2; files <= 14; files += 4)
        {
            using var city = CityProcess.Up(folder.Path);
            var enough = files;
            await CityProcess.Until(() => Task.FromResult(Directory.GetFiles(folder.Path).Length >= enough || city.HasEnded), () => city.Said, everyMilliseconds: 1);
            Assert.False(city.HasEnded, city.Said);
            city.Kill();
            await city.Ended();
        }

        using var last = CityProcess.Up(folder.Path);
        var gateway = await last.Listening();
        Assert.NotEmpty(await SmallPilot.Begin(gateway));
        using var door = new Door(gateway, tokens);
        await SmallPilot.TreeHoldsEverything(door, folder.Path);
        last.Kill();
        await last.Ended();
        AssertVerifies();
    }

    [Fact]
    public async Task A_city_at_work_verifies_as_well_as_one_that_stands()
    {
        using var city = CityProcess.Up(folder.Path);
        var gateway = await city.Listening();
        var enterprises = await SmallPilot.Begin(gateway);

        var work = LoadUntilKilled(city, gateway, enterprises, killAfter: 400, new Random(Seed));
        for (var looks = 0; looks < 5 || !work.IsCompleted; looks++)
        {
            AssertVerifies();

            // The clients need a thread too; this one never waits for anything.
            await Task.Yield();
        }

        await work;
    }

    /// <summary>Several clients send commands as fast as they are answered; with the answer of that number the process is killed.</summary>
    private async Task<List<Attempt>> LoadUntilKilled(CityProcess city, Uri gateway, IReadOnlyList<string> enterprises, int killAfter, Random random)
    {
        using var door = new Door(gateway, tokens);
        var attempts = new ConcurrentQueue<Attempt>();
        var answers = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => random.Next()).ToArray().Select(seed => Task.Run(async () =>
        {
            var commands = new Commands(new Random(seed), enterprises);
            while (true)
            {
                var attempt = commands.Next();
                attempts.Enqueue(attempt);
                try
                {
                    attempt.Told = await door.Try(attempt);
                }
                catch (HttpRequestException)
                {
                    return;
                }

                if (Interlocked.Increment(ref answers) == killAfter)
                {
                    city.Kill();
                }
            }
        })));
        return [.. attempts];
    }

    /// <summary>What was acknowledged is there and is answered again; what was not is there or not, and a repetition says which.</summary>
    private async Task RepetitionTells(Door door, Attempt attempt)
    {
        var there = Kept(attempt).Count == 1;
        if (attempt.Told is { } told && !attempt.Accepted)
        {
            Assert.False(there, $"{attempt.Kind} was refused ({told.Body}) and took effect");
            return;
        }

        Assert.True(there || attempt.Told is null, $"{attempt.Kind} {attempt.Key} was acknowledged and is lost");
        var again = await door.Say(attempt);
        Assert.True(again.Replayed == there, $"{attempt.Kind} {attempt.Key} is {(there ? "" : "not ")}there, but the repetition says otherwise: {again}");
        if (attempt.Told is { } first)
        {
            Assert.Equal(first with { Replayed = true }, again);
        }
        else
        {
            attempt.Told = again;
        }

        if (attempt.Accepted)
        {
            Assert.Equal(again with { Replayed = true }, await door.Say(attempt));
        }
    }

    private async Task LedgerHoldsEveryReceiptOnce(Door door, IReadOnlyList<Attempt> attempts)
    {
        var received = attempts.Where(a => a is { Kind: "receipt", Accepted: true }).Aggregate(new Money(0), (sum, a) => sum + Commands.AmountOf(a));
        var trial = await door.Get("finance-officer-1", $"/api/funding/{Commands.City}/funds/{Commands.Fund}/trial-balance");
        Assert.Equal(received.ToString(), trial.GetProperty("debits").GetString());
        Assert.Equal(received.ToString(), trial.GetProperty("credits").GetString());
    }

    /// <summary>Each accepted command has one answer and one run of entries that ends at the position it was told; no other has any.</summary>
    private void AssertEachOnce(List<Attempt> attempts)
    {
        var entries = Shapes.Names
            .SelectMany(s => SmallPilot.Query<(string City, byte[] Command, long Position)>(folder.Path, s, "SELECT city, command_id, position FROM log").Select(e => (Log: $"{s}/{e.City}", Id: new Guid(e.Command, bigEndian: true), e.Position)))
            .ToLookup(e => e.Id);
        foreach (var attempt in attempts)
        {
            var own = entries[attempt.Key].ToList();
            if (!attempt.Accepted)
            {
                Assert.Empty(own);
                continue;
            }

            var last = long.Parse(attempt.Told!.Position!, CultureInfo.InvariantCulture);
            Assert.Single(own.Select(e => e.Log).Distinct());
            Assert.Equal(Enumerable.Range(0, own.Count).Select(i => last - own.Count + 1 + i), own.Select(e => e.Position).Order());
            Assert.Single(Kept(attempt));
        }
    }

    /// <summary>Oversight's tree has every entry of every log of every city once, and nothing else.</summary>
    private void AssertLeavesOnce()
    {
        var leaves = SmallPilot.Query<(string Service, string City, long Position)>(folder.Path, "oversight", "SELECT service, city, position FROM leaf WHERE city = '350800' ORDER BY service, city, position");
        var entries = Shapes.Names.SelectMany(s => SmallPilot.Query<(string City, long Position)>(folder.Path, s, "SELECT city, position FROM log WHERE city = '350800'").Select(e => (Service: s, e.City, e.Position))).Order();
        Assert.Equal(entries, leaves.Order());
    }

    private List<byte[]> Kept(Attempt attempt) =>
        [.. Shapes.Names.SelectMany(s => SmallPilot.Query<byte[]>(folder.Path, s, $"SELECT command_id FROM command WHERE command_id = x'{Convert.ToHexString(attempt.Key.ToByteArray(bigEndian: true))}'"))];

    private void AssertVerifies()
    {
        using var said = new StringWriter();
        var code = Verify.Run([], folder.Path, null, said, said, CancellationToken.None);
        Assert.True(code == 0, said.ToString());
    }
}
