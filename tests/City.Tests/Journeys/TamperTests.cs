using System.Collections.Concurrent;
using Dapper;
using PilotCity.City.Demonstration;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>The data folder of a city that was stopped after a short story.</summary>
public sealed class StoppedCity : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    /// <summary>How many entries each log of the city has.</summary>
    internal Dictionary<string, long> Positions { get; private set; } = [];

    public async Task InitializeAsync()
    {
        using var city = CityProcess.Up(folder.Path);
        var gateway = await city.Listening();
        var commands = new Commands(new Random(2), await SmallPilot.Begin(gateway));
        using var door = new Door(gateway, new ConcurrentDictionary<string, string>(StringComparer.Ordinal));
        for (var i = 0; i < 80; i++)
        {
            await door.Say(commands.Next());
        }

        using (var bureau = new PilotClient(gateway, TimeProvider.System))
        {
            var draft = await bureau.Put("bureau-officer-1", $"/api/funding/{PilotClient.City}/rule-sets/longyan/draft", new { shipped = "longyan" });
            await bureau.Post(
                "bureau-approver-1", $"/api/funding/{PilotClient.City}/rule-sets/longyan/publication", new { version = draft.GetProperty("version").GetInt32(), hash = draft.GetProperty("hash").GetString() });
        }

        await SmallPilot.TreeHoldsEverything(door, folder.Path);
        await city.Interrupt();
        Assert.Equal(0, await city.Ended());
        Positions = SmallPilot.Positions(folder.Path);
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>A copy on which an attacker has run this SQL, with the triggers out of the way before and put back after.</summary>
    internal TemporaryFolder Altered(params (string Service, string Sql)[] attack)
    {
        var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            File.Copy(file, copy[Path.GetFileName(file)]);
        }

        foreach (var file in Directory.GetFiles(Path.Combine(folder.Path, "content"), "*", SearchOption.AllDirectories))
        {
            var to = copy[Path.GetRelativePath(folder.Path, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        foreach (var (service, sql) in attack)
        {
            Forge.Unprotected(copy, service, connection => connection.Execute(sql));
        }

        return copy;
    }
}

/// <summary>Somebody who may write the files changes a log with SQL; <c>./city verify --log</c> names the log and its first bad position.</summary>
[Collection(nameof(CityProcess))]
public sealed class TamperTests(StoppedCity city) : IClassFixture<StoppedCity>
{
    [Fact]
    public async Task Personal_data_that_was_erased_leaves_every_proof_as_it_was()
    {
        using var copy = city.Altered([.. new[] { "registry", "funding", "assessment" }.SelectMany(s => new[] { (s, "DELETE FROM personal_key"), (s, "DELETE FROM personal_data") })]);

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task What_nobody_touched_holds()
    {
        using var copy = city.Altered();

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);

        Assert.True(code == 0, said);
        Assert.StartsWith("Everything holds", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log.hash_wrong", "funding", "payload", "UPDATE log SET payload = CAST(replace(CAST(payload AS TEXT), '2025', '2026') AS BLOB) WHERE city = '350800' AND position = 4", 4)]
    [InlineData("log.hash_wrong", "registry", "actor", "UPDATE log SET actor = 'bureau-approver:bureau-approver-1@350800-bureau' WHERE city = '350800' AND position = 17", 17)]
    [InlineData("log.hash_wrong", "assessment", "time", "UPDATE log SET at_micros = at_micros - 86400000000 WHERE city = '350800' AND position = 2", 2)]
    [InlineData("log.hash_wrong", "performance", "version", "UPDATE log SET version = version + 1 WHERE city = '350800' AND position = 1", 1)]
    [InlineData("log.gap", "funding", "row that is gone", "DELETE FROM log WHERE city = '350800' AND position = 5", 5)]
    [InlineData("log.hash_wrong", "registry", "two rows that changed places", "UPDATE log SET position = -1 WHERE city = '350800' AND position = 9; UPDATE log SET position = 9 WHERE city = '350800' AND position = 12; UPDATE log SET position = 12 WHERE city = '350800' AND position = -1", 9)]
    [InlineData("log.hash_wrong", "funding", "row that was put in before others", "UPDATE log SET position = -position - 1 WHERE city = '350800' AND position >= 5; UPDATE log SET position = -position WHERE city = '350800' AND position < 0; INSERT INTO log SELECT city, 5, stream, (SELECT MAX(version) + 1 FROM log l WHERE l.stream = log.stream AND l.city = '350800'), type, randomblob(16), actor, at_micros, trace, payload, hash, head FROM log WHERE city = '350800' AND position = 4", 5)]
    [InlineData("log.head_wrong", "registry", "link of the chain", "UPDATE log SET head = randomblob(32) WHERE city = '350800' AND position = 3", 3)]
    public async Task A_changed_row_is_found_at_its_place(string code, string service, string what, string sql, long position)
    {
        using var copy = city.Altered((service, sql));

        var (exit, said) = await CityProcess.Run("verify", "--log", copy.Path);

        Assert.True(exit == 1, $"{what}: {said}");
        Assert.StartsWith($"[{code}] {service}/350800, position {position}:", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_that_was_cut_is_found()
    {
        var last = city.Positions["funding"];
        using var copy = city.Altered(("funding", $"DELETE FROM log WHERE city = '350800' AND position >= {last}"));

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);

        // Twice: the log has answered for it, and the tree holds it.
        Assert.Equal(1, code);
        Assert.Equal(2, said.Split('\n').Count(line => line.StartsWith($"[log.tail_cut] funding/350800, position {last}:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_tail_that_was_cut_from_the_log_and_from_the_tree_is_found_by_what_was_signed()
    {
        var last = city.Positions["funding"];
        using var copy = city.Altered(
            ("funding", $"DELETE FROM log WHERE city = '350800' AND position >= {last}; DELETE FROM command WHERE city = '350800' AND position >= {last}"),
            ("oversight", $"DELETE FROM leaf WHERE idx >= (SELECT idx FROM leaf WHERE service = 'funding' AND city = '350800' AND position = {last}); UPDATE cursor SET position = {last - 1} WHERE source = 'funding' AND city = '350800'"));

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);

        Assert.True(code == 1 && said.Contains("[tree.tail_cut] oversight/350800, position ", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task A_row_that_was_put_in_is_found_with_its_answer_or_without()
    {
        var next = city.Positions["funding"] + 1;
        using var copy = city.Altered(("funding", $"INSERT INTO log SELECT city, {next}, stream, (SELECT MAX(version) + 1 FROM log l WHERE l.stream = log.stream AND l.city = '350800'), type, randomblob(16), actor, at_micros, trace, payload, hash, head FROM log WHERE city = '350800' AND position = {next - 1}"));

        await Finds(copy, $"[log.hash_wrong] funding/350800, position {next}:");
    }

    [Fact]
    public async Task A_log_rewritten_with_its_whole_chain_is_found_against_the_tree()
    {
        using var copy = city.Altered();
        Forge.Log(copy, "funding", 4, entry => entry with { Actor = "bureau-approver:bureau-approver-1@350800-bureau" });

        await Finds(copy, "[log.rewritten] funding/350800, position 4:");
    }

    [Fact]
    public async Task A_tree_forked_together_with_the_log_is_found_by_what_was_signed()
    {
        using var copy = city.Altered();
        var forged = Forge.Log(copy, "funding", 4, entry => entry with { Actor = "bureau-approver:bureau-approver-1@350800-bureau" });
        Forge.Tree(copy, forged);

        await Finds(copy, "[checkpoint.root_wrong] oversight/350800, position ");
    }

    [Fact]
    public async Task The_text_of_a_rule_that_was_replaced_is_found()
    {
        using var copy = city.Altered(("funding", "UPDATE log SET payload = CAST(replace(CAST(payload AS TEXT), '0.', '1.') AS BLOB) WHERE stream = 'rule-set/longyan' AND version = 1"));
        var position = SmallPilot.Query<long>(copy.Path, "funding", "SELECT position FROM log WHERE stream = 'rule-set/longyan' AND version = 1")[0];

        await Finds(copy, $"[log.hash_wrong] funding/350800, position {position}: the content of rule-set/longyan RuleSetDrafted");
    }

    [Fact]
    public async Task Evidence_files_that_were_swapped_changed_or_taken_away_are_found()
    {
        using var copy = city.Altered();
        var files = Directory.GetFiles(copy["content/350800"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Assert.True(files.Length > 2, "the story stores too few files");
        File.Move(files[0], files[1] + ".was");
        File.Move(files[1], files[0]);
        File.Move(files[1] + ".was", files[1]);
        File.Delete(files[2]);

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);

        Assert.Equal(1, code);
        Assert.Equal(2, Count("[content.changed] performance/350800, position "));
        Assert.Equal(1, Count("[content.missing] performance/350800, position "));

        int Count(string text) => said.Split('\n').Count(line => line.StartsWith(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_city_rolled_back_as_a_whole_is_found_by_its_mirror_and_by_its_witness()
    {
        using var copy = city.Altered();
        var key = (await File.ReadAllTextAsync(copy["checkpoint.key"])).Trim();
        var log = Oversight.Checkpoints.SignerKey.Parse(key).Value.Named("pilot-city.example/350800").Verifier.ToString();
        Assert.Equal(0, (await CityProcess.Run("mirror", copy["mirror"], "--data", copy.Path)).Code);
        Assert.Equal(0, (await CityProcess.Run("verify", "--mirror", copy["mirror"], "--key", log)).Code);
        Assert.Equal(0, (await CityProcess.Run("witness", "--once", "--data", copy["witness"], "--log", $"{log} {new Uri(copy["mirror"])}")).Code);
        File.Copy(copy["mirror/checkpoint"], copy["seen"]);

        // Everything after the middle is gone, everywhere: log, answers, tree, tiles, cursors, checkpoints. By itself it holds.
        Forge.RollBack(copy);
        var (_, said) = await CityProcess.Run("verify", "--log", copy.Path);
        Assert.DoesNotContain("tail_cut", said, StringComparison.Ordinal);

        var (mirrored, why) = await CityProcess.Run("mirror", copy["mirror"], "--data", copy.Path);
        Assert.True(mirrored == 1 && why.Contains("mirror.other_tree", StringComparison.Ordinal), why);
        Directory.Delete(copy["mirror"], recursive: true);
        Assert.Equal(0, (await CityProcess.Run("mirror", copy["mirror"], "--data", copy.Path)).Code);
        var (witnessed, refused) = await CityProcess.Run("witness", "--once", "--data", copy["witness"], "--log", $"{log} {new Uri(copy["mirror"])}");
        Assert.True(witnessed == 1 && refused.Contains("witness.log_cut", StringComparison.Ordinal), refused);
    }

    [Fact]
    public async Task A_tree_forked_and_signed_anew_is_found_by_the_witness_of_the_first_and_never_cosigned()
    {
        using var copy = city.Altered();
        using var fork = city.Altered();
        var key = Oversight.Checkpoints.SignerKey.Parse((await File.ReadAllTextAsync(copy["checkpoint.key"])).Trim()).Value.Named("pilot-city.example/350800");

        // What came last may stand under no checkpoint yet: both trees are signed to their ends.
        Forge.Sign(copy, key);
        Forge.Tree(fork, Forge.Log(fork, "funding", 4, entry => entry with { Actor = "bureau-approver:bureau-approver-1@350800-bureau" }));
        Forge.Sign(fork, key);
        foreach (var folder in new[] { copy, fork })
        {
            Assert.Equal(0, (await CityProcess.Run("mirror", folder["mirror"], "--data", folder.Path)).Code);
            Assert.Equal(0, (await CityProcess.Run("verify", "--mirror", folder["mirror"], "--key", key.Verifier.ToString())).Code);
        }

        // By itself either tree holds; side by side they are a split view, whoever holds them together.
        var (compared, differ) = await CityProcess.Run("verify", "--checkpoints", copy["mirror/checkpoint"], fork["mirror/checkpoint"], "--key", key.Verifier.ToString());
        Assert.True(compared == 1 && differ.Contains("consistency.split_view", StringComparison.Ordinal), differ);

        Assert.Equal(0, (await Witness(copy)).Code);
        var (caught, said) = await Witness(fork);
        Assert.True(caught == 1 && said.Contains("witness.log_forked", StringComparison.Ordinal), said);
        var (later, kept) = await Witness(copy);
        Assert.True(later == 1 && kept.Contains("pilot-city.example/350800: 1 split views are kept as evidence", StringComparison.Ordinal), kept);

        using var witness = CityProcess.Witness(copy["witness"], 0, "--log", key.Verifier.ToString());
        using var http = new HttpClient { BaseAddress = await witness.Listening() };
        var both = await http.GetStringAsync("/split-views");
        foreach (var mirror in new[] { copy["mirror/checkpoint"], fork["mirror/checkpoint"] })
        {
            Assert.Contains((await File.ReadAllLinesAsync(mirror))[2], both, StringComparison.Ordinal);
        }

        var note = await File.ReadAllTextAsync(fork["mirror/checkpoint"]);
        using var asked = new StringContent($"old {note.Split('\n')[1]}\n\n{note}");
        var answer = await http.PostAsync("/add-checkpoint", asked);
        Assert.Equal((409, "witness.split_view"), ((int)answer.StatusCode, (await answer.Content.ReadAsStringAsync()).Split('\n')[0]));

        Task<(int Code, string Said)> Witness(TemporaryFolder of) =>
            CityProcess.Run("witness", "--once", "--data", copy["witness"], "--log", $"{key.Verifier} {new Uri(of["mirror"])}");
    }

    [Fact]
    public async Task A_city_that_was_rolled_back_hears_it_from_its_witness_and_shows_it()
    {
        using var copy = city.Altered();
        var key = Oversight.Checkpoints.SignerKey.Parse((await File.ReadAllTextAsync(copy["checkpoint.key"])).Trim()).Value.Named("pilot-city.example/350800").Verifier;
        var own = Oversight.Checkpoints.SignerKey.Generate("audit.example/w", Oversight.Checkpoints.KeyAlgorithm.CosignatureV1);
        Oversight.Checkpoints.LogKey.Write(copy["witness/witness.key"], own);
        using var witness = CityProcess.Witness(copy["witness"], 0, "--log", key.ToString());
        await File.WriteAllTextAsync(copy["policy"], $"witness w {own.Verifier} {await witness.Listening()}\nquorum w\n");
        var tokens = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);

        // It is cosigned; then everything after the middle is gone, but what the city remembers of its witness stays.
        var size = SmallPilot.Query<long>(copy.Path, "oversight", "SELECT COUNT(*) FROM leaf WHERE city = '350800'")[0];
        await Says($"\"cosignedSize\":{size},");
        Forge.RollBack(copy);

        await Says("witness.log_cut");

        async Task Says(string word)
        {
            using var running = CityProcess.Up(copy.Path, 0, "--witnesses", copy["policy"]);
            using var door = new Door(await running.Listening(), tokens);
            var told = "";
            await CityProcess.Until(
                async () => (told = (await door.Get("auditor-1", "/api/oversight/350800/witnesses")).ToString()).Contains(word, StringComparison.Ordinal), () => told, everyMilliseconds: 200);
            await running.Interrupt();
            Assert.Equal(0, await running.Ended());
        }
    }

    private static async Task Finds(TemporaryFolder copy, string first)
    {
        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);
        Assert.True(code == 1 && said.StartsWith(first, StringComparison.Ordinal), said);
    }
}
