using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using PilotCity.City.Demonstration;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Witnesses;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>A city and its witnesses, each in a process of its own: they cosign, are killed, see the key change, and what they said is checked from outside.</summary>
[Collection(nameof(CityProcess))]
public sealed class WitnessTests : IDisposable
{
    private const string Origin = $"pilot-city.example/{PilotClient.City}";
    private const string Root = $"/api/oversight/{PilotClient.City}";

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, string> tokens = new(StringComparer.Ordinal);
    private readonly Random random = new(3);

    private readonly List<CityProcess> witnesses = [];

    public void Dispose()
    {
        witnesses.ForEach(w => w.Dispose());
        folder.Dispose();
    }

    [Fact]
    public async Task A_city_is_cosigned_by_its_witnesses_through_a_change_of_its_key()
    {
        var log = SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519);
        LogKey.Write(folder["city/checkpoint.key"], log);
        var old = log.Named(Origin).Verifier;
        SignerKey[] keys = [.. new[] { "a", "b", "c" }.Select(name => SignerKey.Generate($"audit.example/{name}", KeyAlgorithm.CosignatureV1))];
        foreach (var (i, key) in keys.Index())
        {
            LogKey.Write(folder[$"w{i}/witness.key"], key);
        }

        // Two witnesses answer the city; a third only looks, at the city's own address.
        var first = Witness(folder["w0"], 0, "--log", old.ToString());
        var second = Witness(folder["w1"], 0, "--log", old.ToString());
        var addresses = new[] { await first.Listening(), await second.Listening() };
        var named = string.Concat(keys.Select((k, i) => $"witness w{i} {k.Verifier}{(i < 2 ? $" {addresses[i]}" : "")}\n"));
        await File.WriteAllTextAsync(folder["policy"], $"{named}group g 2 w0 w1 w2\nquorum g\n");
        await File.WriteAllTextAsync(folder["all"], $"log {old}\n{named}group g all w0 w1 w2\nquorum g\n");

        // 1. Cosigned by both.
        int port;
        string early;
        using (var city = CityProcess.Up(folder["city"], 0, "--witnesses", folder["policy"]))
        {
            var gateway = await city.Listening();
            port = gateway.Port;
            await SmallPilot.Begin(gateway);
            using var door = new Door(gateway, tokens);
            await SmallPilot.TreeHoldsEverything(door, folder["city"]);
            early = await Cosigned(gateway, keys[0], keys[1]);
            await File.WriteAllTextAsync(folder["early"], early);

            using var watching = CityProcess.Witness(folder["w2"], 0, "--log", $"{old} {gateway}{Root[1..]}", "--token", await Token(gateway));
            await CityProcess.Until(() => Task.FromResult(watching.Said.Contains($"{Origin}: ", StringComparison.Ordinal)), () => watching.Said);
            Assert.Contains("entries cosigned", watching.Said, StringComparison.Ordinal);

            await Holds("verify", "--mirror", $"{gateway}{Root[1..]}", "--token", await Token(gateway), "--key", old.ToString(), "--policy", folder["policy"]);
            await Fails("cosignature.too_few", "verify", "--mirror", $"{gateway}{Root[1..]}", "--token", await Token(gateway), "--policy", folder["all"]);

            // 2. One is killed and comes back with what it knew; more is cosigned by both.
            first.Kill();
            await first.Ended();
            first = Witness(folder["w0"], addresses[0].Port, "--log", old.ToString());
            using (var http = new HttpClient { BaseAddress = await first.Listening() })
            {
                Assert.True(SizeOf(await http.GetStringAsync($"/{WitnessHost.Name(Origin)}/checkpoint")) >= SizeOf(early));
            }

            await More(door);
            var late = await Cosigned(gateway, keys[0], keys[1]);
            Assert.True(SizeOf(late) > SizeOf(early));
            await File.WriteAllTextAsync(folder["late"], late);
            var between = await door.Get("auditor-1", $"{Root}/proofs/consistency?from={SizeOf(early)}&to={SizeOf(late)}");
            await File.WriteAllTextAsync(folder["proof"], between.ToString());
            await Holds("verify", "--checkpoints", folder["early"], folder["late"], "--proof", folder["proof"], "--key", old.ToString(), "--policy", folder["policy"]);
            await File.WriteAllTextAsync(folder["crossed"], late + early.Split('\n').Single(l => l.StartsWith("— audit.example/b ", StringComparison.Ordinal)) + "\n");
            await Fails("note.signature_wrong", "verify", "--checkpoints", folder["early"], folder["crossed"], "--proof", folder["proof"], "--key", old.ToString(), "--policy", folder["policy"]);
            await Stop(city);
        }

        // 3. While the key changes both sign, and who has the old one alone goes on, told that there is a new one.
        await Holds("rotate-key", "--data", folder["city"]);
        VerifierKey now;
        using (var city = CityProcess.Up(folder["city"], port, "--witnesses", folder["policy"]))
        {
            var gateway = await city.Listening();
            using var door = new Door(gateway, tokens);
            await SmallPilot.TreeHoldsEverything(door, folder["city"]);
            var both = await Cosigned(gateway, keys[0], keys[1]);
            now = VerifierKeys.Parse(await Text(gateway, "key")).Value.All[0];
            Assert.Equal($"{now}\n{old}", (await Text(gateway, "key")).TrimEnd());
            Assert.Equal([now.Id, old.Id], SignedNote.Parse(both).Value.Signatures.Take(2).Select(s => s.KeyId));
            await File.WriteAllTextAsync(folder["both"], both);
            foreach (var key in new[] { old, now })
            {
                await Holds("verify", "--checkpoints", folder["both"], folder["both"], "--key", key.ToString(), "--policy", folder["policy"]);
            }

            var (code, told) = await CityProcess.Run("witness", "--once", "--data", folder["w2"], "--log", $"{old} {gateway}{Root[1..]}", "--token", await Token(gateway));
            Assert.True(code == 0 && told.Contains($"does not have the new one ({now.Id:x8})", StringComparison.Ordinal), told);
            await Stop(city);
        }

        // 4. When the old key has stopped, who has it alone is told what to do, and goes on with the new one from where it was.
        await Holds("rotate-key", "--finish", "--data", folder["city"]);
        using (var city = CityProcess.Up(folder["city"], port, "--witnesses", folder["policy"]))
        {
            var gateway = await city.Listening();
            using var door = new Door(gateway, tokens);
            await SmallPilot.TreeHoldsEverything(door, folder["city"]);
            var told = "";
            await CityProcess.Until(
                async () => (told = (await door.Get("auditor-1", $"{Root}/witnesses")).ToString()).Split("witness.signer_unknown").Length == 3, () => told);
            await Fails("note.signer_unknown", "witness", "--once", "--data", folder["w2"], "--log", $"{old} {gateway}{Root[1..]}", "--token", await Token(gateway));
            await Fails("take the new one from the city in another way", "verify", "--mirror", $"{gateway}{Root[1..]}", "--token", await Token(gateway), "--key", old.ToString());
            await Holds("witness", "--once", "--data", folder["w2"], "--log", $"{now} {gateway}{Root[1..]}", "--token", await Token(gateway));

            first.Kill();
            second.Kill();
            await Task.WhenAll(first.Ended(), second.Ended());
            first = Witness(folder["w0"], addresses[0].Port, "--log", now.ToString());
            using var third = CityProcess.Witness(folder["w1"], addresses[1].Port, "--log", old.ToString(), "--log", now.ToString());
            await Task.WhenAll(first.Listening(), third.Listening());
            var last = await Cosigned(gateway, keys[0], keys[1]);
            Assert.Equal([now.Id], SignedNote.Parse(last).Value.Signatures.Where(s => s.Name == Origin).Select(s => s.KeyId));

            // What was signed before verifies by the key of its time, all of it by what the city publishes.
            await File.WriteAllTextAsync(folder["last"], last);
            await File.WriteAllTextAsync(folder["keys"], await Text(gateway, "key"));
            var proof = await door.Get("auditor-1", $"{Root}/proofs/consistency?from={SizeOf(early)}&to={SizeOf(last)}");
            await File.WriteAllTextAsync(folder["proof"], proof.ToString());
            await Holds("verify", "--checkpoints", folder["early"], folder["last"], "--proof", folder["proof"], "--key", folder["keys"], "--policy", folder["policy"]);
            await Fails("note.signer_unknown", "verify", "--checkpoints", folder["early"], folder["last"], "--proof", folder["proof"], "--key", now.ToString());
            Assert.Equal(2, SmallPilot.Query<long>(folder["city"], "oversight", "SELECT position FROM log WHERE type = 'SigningKeysChanged'").Count);
            await Stop(city);
        }

        await Holds("verify", "--log", folder["city"]);
    }

    [Fact]
    public async Task A_witness_killed_at_any_moment_knows_what_it_cosigned_and_cosigns_nothing_else()
    {
        var log = SignerKey.Generate(Origin, KeyAlgorithm.Ed25519);
        var tree = new WholeTree([.. Enumerable.Range(0, 5_000).Select(i => MerkleTree.LeafHash(BitConverter.GetBytes(i)))]);
        var fork = new WholeTree([.. Enumerable.Range(0, 5_000).Select(i => MerkleTree.LeafHash(BitConverter.GetBytes(i == 0 ? -1 : i)))]);
        long answered = 0;
        for (var round = 0; round < 5; round++)
        {
            using var witness = CityProcess.Witness(folder["w"], 0, "--log", log.Verifier.ToString());
            using var http = new HttpClient { BaseAddress = await witness.Listening() };
            var known = answered == 0 ? 0 : SizeOf(await http.GetStringAsync($"/{WitnessHost.Name(Origin)}/checkpoint"));

            // It is asked one by one: what it knows is what it answered last, or the one question whose answer was lost.
            Assert.InRange(known, answered, answered + 1);
            foreach (var (of, size) in new[] { (fork, known + 1), (fork, known), (tree, known - 1) }.Where(_ => known > 1))
            {
                Assert.NotEqual(HttpStatusCode.OK, await Ask(http, of, Math.Min(known, size), size));
            }

            var (killAt, killed) = (known + random.Next(1, 60), Task.CompletedTask);
            try
            {
                for (answered = known; await Ask(http, tree, answered, answered + 1) == HttpStatusCode.OK; answered++)
                {
                    killed = answered == killAt ? Kill(witness, random.Next(1, 20)) : killed;
                }
            }
            catch (HttpRequestException)
            {
                // Killed meanwhile.
            }

            await killed;
            Assert.True(answered >= killAt, witness.Said);
            Assert.NotEqual(0, await witness.Ended());
        }

        async Task<HttpStatusCode> Ask(HttpClient http, WholeTree of, long from, long size)
        {
            var note = new Checkpoint(Origin, size, of.Root(size)).Sign(log, DateTimeOffset.UnixEpoch).ToString();
            using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(new AddCheckpoint(from, MerkleTree.ConsistencyProof(from, size, of.At), note).ToString()));
            using var response = await http.PostAsync("/add-checkpoint", body);
            return response.StatusCode;
        }

        static async Task Kill(CityProcess witness, int afterMilliseconds)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(afterMilliseconds));
            await timer.WaitForNextTickAsync();
            witness.Kill();
        }
    }

    private CityProcess Witness(string data, int port, params string[] more)
    {
        witnesses.Add(CityProcess.Witness(data, port, more));
        return witnesses[^1];
    }

    private async Task<string> Cosigned(Uri gateway, params SignerKey[] by)
    {
        var note = "";
        await CityProcess.Until(
            async () =>
            {
                note = await Text(gateway, "checkpoint");
                return by.All(k => note.Contains($"— {k.Name} ", StringComparison.Ordinal));
            },
            () => note,
            everyMilliseconds: 200);
        return note;
    }

    /// <summary>Something more for the witnesses to see.</summary>
    private async Task More(Door door)
    {
        var commands = new Commands(random, []);
        for (var i = 0; i < 3; i++)
        {
            Assert.InRange((await door.Say(commands.Receipt(100 + i))).Status, 200, 299);
        }

        await SmallPilot.TreeHoldsEverything(door, folder["city"]);
    }

    private async Task<string> Text(Uri gateway, string path)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(await Token(gateway))).Trim());
        return await http.GetStringAsync($"{Root}/{path}");
    }

    /// <summary>The file with an auditor's token; the city's key for tokens outlives its process.</summary>
    private async Task<string> Token(Uri gateway)
    {
        if (!File.Exists(folder["token"]))
        {
            using var door = new Door(gateway, tokens);
            await door.Get("auditor-1", $"{Root}/tree");
            await File.WriteAllTextAsync(folder["token"], tokens["auditor-1"]);
        }

        return folder["token"];
    }

    private static long SizeOf(string note) => long.Parse(note.Split('\n')[1], CultureInfo.InvariantCulture);

    private static async Task Stop(CityProcess city)
    {
        await city.Interrupt();
        Assert.Equal(0, await city.Ended());
    }

    private static async Task Holds(params string[] command)
    {
        var (code, said) = await CityProcess.Run(command);
        Assert.True(code == 0, $"{string.Join(' ', command)}: {code} {said}");
    }

    private static async Task Fails(string word, params string[] command)
    {
        var (code, said) = await CityProcess.Run(command);
        Assert.True(code == 1 && said.Contains(word, StringComparison.Ordinal), $"{string.Join(' ', command)}: {code} {said}");
    }
}
