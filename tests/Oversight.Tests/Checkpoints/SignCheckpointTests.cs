using Dapper;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tests.Tree;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Checkpoints;

public class SignCheckpointTests
{
    private static readonly LogKey Key = new(SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519), "pilot-city.example");

    [Fact]
    public async Task What_is_signed_is_the_root_over_all_entries_taken_in_and_signed_once()
    {
        await using var oversight = await OversightLog.Open();
        var sign = new SignCheckpoint(oversight.Log, Key, TimeProvider.System);
        var entries = new Case().Funding.Entries;
        await oversight.Take(entries);

        var first = (await sign.Now(TestService.City, default)).Value;
        var again = (await sign.Now(TestService.City, default)).Value;

        var opened = Checkpoint.Open(first.Note, "pilot-city.example/350800", [Key.Of("350800").Verifier], []).Value.Checkpoint;
        Assert.Equal((entries.Count, Leaves.Root([.. entries.Select(Defaults.Log.CanonicalEntry.Write)])), (opened.Size, opened.Root));
        Assert.Equal(first.Note, again.Note);
    }

    [Fact]
    public async Task An_empty_log_has_a_checkpoint_too_and_cities_have_their_own()
    {
        await using var oversight = await OversightLog.Open();
        var sign = new SignCheckpoint(oversight.Log, Key, TimeProvider.System);

        Assert.Equal(0, (await sign.Now(TestService.City, default)).Value.Size);
        Assert.StartsWith("pilot-city.example/330100\n0\n", (await sign.Now("330100", default)).Value.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_that_ask_at_once_get_one_checkpoint()
    {
        await using var oversight = await OversightLog.Open();
        var sign = new SignCheckpoint(oversight.Log, Key, TimeProvider.System);
        await oversight.Take(new Case().Funding.Entries);

        var notes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => (await sign.Now(TestService.City, default)).Value.Note)));

        Assert.Single(notes.Distinct());
    }

    [Fact]
    public async Task A_tree_that_lost_signed_entries_is_not_signed_again()
    {
        await using var oversight = await OversightLog.Open();
        var sign = new SignCheckpoint(oversight.Log, Key, TimeProvider.System);
        await oversight.Take(new Case().Funding.Entries);
        await sign.Now(TestService.City, default);
        await using var connection = await oversight.Log.Database.Connect(default);

        await connection.ExecuteAsync("DROP TRIGGER leaf_no_delete; DELETE FROM leaf WHERE idx >= 5");

        Assert.Equal("tree.cut", (await sign.Now(TestService.City, default)).Fault?.Code);
    }

    [Fact]
    public async Task A_tree_whose_signed_part_was_rewritten_is_not_signed_again()
    {
        await using var oversight = await OversightLog.Open();
        var sign = new SignCheckpoint(oversight.Log, Key, TimeProvider.System);
        var entries = new Case().Funding.Entries;
        await oversight.Take(entries[..5]);
        await sign.Now(TestService.City, default);
        await using var connection = await oversight.Log.Database.Connect(default);

        await connection.ExecuteAsync("UPDATE tile SET hashes = zeroblob(length(hashes))");
        await oversight.Take(entries);

        Assert.Equal("tree.rewritten", (await sign.Now(TestService.City, default)).Fault?.Code);
    }
}
