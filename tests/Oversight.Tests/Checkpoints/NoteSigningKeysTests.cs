using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Checkpoints;

public class NoteSigningKeysTests
{
    private const string Origin = "pilot-city.example";

    [Fact]
    public async Task A_change_of_keys_is_an_entry_once_and_the_next_checkpoint_is_signed_by_the_keys_it_tells()
    {
        await using var oversight = await OversightLog.Open();
        var (before, after) = (SignerKey.Generate(Origin, KeyAlgorithm.Ed25519), SignerKey.Generate(Origin, KeyAlgorithm.Ed25519));
        var (first, rotating, last) = (new LogKey(before, Origin), new LogKey(after, Origin, [before]), new LogKey(after, Origin, [], [before.Verifier]));
        await oversight.Take(new Case().Funding.Entries);

        // A log that nobody signed yet, and one whose keys stay: nothing to tell.
        await Start(first);
        await Sign(first);
        await Start(first);
        Assert.Empty(await Changes());

        await Start(rotating);
        await Start(rotating);
        Assert.Equal([(2, 0)], await Changes());
        await Sign(rotating);
        await Start(rotating);
        await Start(last);
        await Sign(last);
        await Start(last);

        Assert.Equal([(2, 0), (1, 1)], await Changes());

        Task Start(LogKey key) => new NoteSigningKeys(oversight.Log, key, NullLogger<NoteSigningKeys>.Instance).Note(default);

        async Task Sign(LogKey key)
        {
            var own = await Own();
            if (own.Count > 0)
            {
                await oversight.Take(own);
            }

            var signed = await new SignCheckpoint(oversight.Log, key, TimeProvider.System).Now(TestService.City, default);
            Assert.Equal(key.Signers(TestService.City).Select(s => s.Verifier.Id), SignedNote.Parse(signed.Value.Note).Value.Signatures.Select(s => s.KeyId));
        }

        async Task<IReadOnlyList<Entry>> Own() => await oversight.Log.Read(TestService.City, 0, 100, default);

        async Task<IEnumerable<(int, int)>> Changes() => (await Own()).Select(e => (SigningKeysChanged)SigningKeys.Noun.Read(e.Type, e.Payload)).Select(e => (e.Signing.Count, e.Earlier.Count));
    }

    [Fact]
    public void Keys_that_are_told_already_are_not_told_again()
    {
        Assert.Empty(NoteSigningKeys.Decide(new(["a"], ["b"]), new(["a"], ["b"])).Changes);
        Assert.Single(NoteSigningKeys.Decide(new(["a"], []), new(["a"], ["b"])).Changes);
        Assert.Single(NoteSigningKeys.Decide(new(["b"], ["b"]), new(["a"], ["b"])).Changes);
    }
}
