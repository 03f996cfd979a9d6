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

        var opened = Checkpoint.Open(first.Note, "pilot-city.example/350800", Key.Verifiers("350800").All, []).Value.Checkpoint;
        Assert.Equal((entries.Count, Leaves.Root([.. entries.Select(Defaults.Log.CanonicalEntry.Write)])), (opened.Size, opened.Root));
        Assert.Equal(first.Note, again.Note);
    }

    [Fact]
    public async Task In_a_rotation_both_keys_sign_and_afterwards_every_checkpoint_verifies_by_the_key_of_its_time()
    {
        await using var oversight = await OversightLog.Open();
        var (before, after) = (SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519), SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519));
        var (first, rotating, last) = (
            new LogKey(before, "pilot-city.example"), new LogKey(after, "pilot-city.example", [before]), new LogKey(after, "pilot-city.example", [], [before.Verifier]));
        var entries = new Case().Funding.Entries;

        var notes = new List<string>();
        foreach (var (key, i) in new[] { first, rotating, last }.Select((k, i) => (k, i)))
        {
            await oversight.Take([.. entries.Skip(i).Take(1)]);
            notes.Add((await new SignCheckpoint(oversight.Log, key, TimeProvider.System).Now(TestService.City, default)).Value.Note);
        }

        bool Verifies(int note, VerifierKeys by) => Checkpoint.Open(notes[note], "pilot-city.example/350800", by.OfCity("350800").All, []).Ok;
        Assert.Equal([true, true, false], [Verifies(0, before.Verifier), Verifies(1, before.Verifier), Verifies(2, before.Verifier)]);
        Assert.Equal([false, true, true], [Verifies(0, after.Verifier), Verifies(1, after.Verifier), Verifies(2, after.Verifier)]);
        Assert.All(notes, (_, i) => Assert.True(Verifies(i, last.Verifiers("350800"))));
        Assert.Equal(
            [$"{before.Verifier}", $"{after.Verifier}", $"{after.Verifier}"], notes.Select(n => last.Signed("350800", n).Named("pilot-city.example").ToString()));
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
