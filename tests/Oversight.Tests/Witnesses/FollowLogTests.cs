using Dapper;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Verify;
using PilotCity.Oversight.Witnesses;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Witnesses;

/// <summary>A witness beside a city: it looks at the city's mirror, and the city asks it for cosignatures.</summary>
public sealed class FollowLogTests : IAsyncLifetime
{
    private static readonly LogKey Key = new(SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519), "pilot-city.example");

    private readonly TemporaryFolder folder = new();
    private readonly VerifierKey log = Key.Verifiers(TestService.City).All[0];
    private OversightLog oversight = null!;
    private WitnessStore store = null!;
    private Witness witness = null!;

    public async Task InitializeAsync()
    {
        oversight = await OversightLog.Open();
        store = new(folder["witness.db"]);
        witness = new(SignerKey.Generate("audit.example/w1", KeyAlgorithm.CosignatureV1), [log], store, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        store.Dispose();
        await oversight.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_mirror_that_grows_is_cosigned_and_one_that_is_rolled_back_is_not()
    {
        var entries = new Case().Funding.Entries;
        await Mirror(oversight, entries[..3]);
        File.Copy(folder["mirror/checkpoint"], folder["old"]);
        Assert.Equal(3, (await Look()).Value.Size);
        Assert.Equal(3, (await Look()).Value.Size);
        await Mirror(oversight, entries);
        Assert.Equal(8, (await Look()).Value.Size);

        File.Copy(folder["old"], folder["mirror/checkpoint"], overwrite: true);

        Assert.Equal("witness.log_cut", (await Look()).Fault?.Code);
        Assert.Equal(8, WitnessStore.Read(store.Last(log.Name)!).Size);
    }

    [Theory]
    [InlineData(8, "size")]
    [InlineData(9, "consistency")]
    public async Task A_forked_tree_is_a_split_view_and_both_checkpoints_are_kept(int size, string reason)
    {
        await Mirror(oversight, new Case().Funding.Entries);
        Assert.Equal(8, (await Look()).Value.Size);
        await using var fork = await OversightLog.Open();
        var other = new Chronicle("funding");
        Enumerable.Range(0, size).ToList().ForEach(i => other.Add("fund/F1", "FundReceived", new { amount = $"{i}.00" }));
        Directory.Delete(folder["mirror"], recursive: true);
        await Mirror(fork, other.Entries);

        Assert.Equal("witness.log_forked", (await Look()).Fault?.Code);

        var seen = Assert.Single(store.SplitViews());
        Assert.Equal((8, size, reason), (WitnessStore.Read(seen.Known).Size, WitnessStore.Read(seen.Other).Size, seen.Reason));
    }

    [Fact]
    public async Task A_city_collects_cosignatures_and_goes_on_from_what_the_witness_knows()
    {
        await using var host = WitnessHost.Build(witness, 0);
        await host.StartAsync();
        using var http = new HttpClient();
        var member = new PolicyMember("w1", witness.Key, new Uri(host.Urls.First()));
        var ask = new AskWitness(oversight.Log, Key, TimeProvider.System, http);
        var entries = new Case().Funding.Entries;

        var first = await Sign(entries[..3]);
        Assert.Null(await ask.For(TestService.City, first, member, default));
        await using (var connection = await oversight.Log.Database.Connect(default))
        {
            var note = await Cosignatures.Under(connection, TestService.City, first, default);
            Assert.Equal([witness.Key], Checkpoint.Open(note, log.Name, [log], [witness.Key]).Value.Witnesses);

            // The city forgets; the witness does not.
            await connection.ExecuteAsync("DELETE FROM cosignature");
        }

        var second = await Sign(entries);
        Assert.Null(await ask.For(TestService.City, second, member, default));
        await using (var connection = await oversight.Log.Database.Connect(default))
        {
            Assert.Equal(8, await Cosignatures.Reached(connection, TestService.City, witness.Key.Name, default));
        }
    }

    [Fact]
    public async Task A_city_whose_log_was_replaced_is_refused_and_shows_it()
    {
        await using var host = WitnessHost.Build(witness, 0);
        await host.StartAsync();
        using var http = new HttpClient();
        var member = new PolicyMember("w1", witness.Key, new Uri(host.Urls.First()));
        Assert.Null(await new AskWitness(oversight.Log, Key, TimeProvider.System, http).For(TestService.City, await Sign(new Case().Funding.Entries), member, default));

        await using var fork = await OversightLog.Open();
        await fork.Take(new Chronicle("funding").Add("fund/F1", "FundReceived", new { amount = "9.00" }).Entries);
        var signed = (await new SignCheckpoint(fork.Log, Key, TimeProvider.System).Now(TestService.City, default)).Value;
        var refused = await new AskWitness(fork.Log, Key, TimeProvider.System, http).For(TestService.City, signed, member, default);

        Assert.Equal((409, 1L), (refused!.Status, refused.Size));
        Assert.StartsWith("8\nwitness.log_cut\n", refused.Reason, StringComparison.Ordinal);
        await using var connection = await fork.Log.Database.Connect(default);
        Assert.Equal(409, Assert.Single(await Cosignatures.Refusals(connection, TestService.City, default)).Status);
    }

    [Fact]
    public async Task A_line_that_is_not_the_witnesses_cosignature_is_not_kept()
    {
        var signed = await Sign(new Case().Funding.Entries);
        var key = SignerKey.Generate("audit.example/w1", KeyAlgorithm.CosignatureV1);
        var text = SignedNote.Parse(signed.Note).Value.Text;
        var line = key.Sign(text, DateTimeOffset.UnixEpoch).Line;

        Assert.Equal(line, AskWitness.Cosignature(signed.Note, line, key.Verifier));
        Assert.Null(AskWitness.Cosignature(signed.Note, line, witness.Key));
        Assert.Null(AskWitness.Cosignature(signed.Note, key.Sign("other\n", DateTimeOffset.UnixEpoch).Line, key.Verifier));
        Assert.Null(AskWitness.Cosignature(signed.Note, "", key.Verifier));
    }

    private async Task<StoredCheckpoint> Sign(IReadOnlyList<Defaults.Log.Entry> entries)
    {
        await oversight.Take(entries);
        return (await new SignCheckpoint(oversight.Log, Key, TimeProvider.System).Now(TestService.City, default)).Value;
    }

    private async Task Mirror(OversightLog from, IReadOnlyList<Defaults.Log.Entry> entries)
    {
        await from.Take(entries);
        Assert.True((await new SignCheckpoint(from.Log, Key, TimeProvider.System).Now(TestService.City, default)).Ok);
        await using var connection = (Microsoft.Data.Sqlite.SqliteConnection)await from.Log.Database.Connect(default);
        using var snapshot = LogSource.OfFile(connection.DataSource).Open();
        Assert.True(WriteMirror.Write(snapshot, TestService.City, folder["mirror"], default).Ok);
    }

    private async Task<Defaults.Result<FollowLog.Looked>> Look()
    {
        using var source = MirrorSource.Of(folder["mirror"]);
        return await FollowLog.Look(witness, log, source, DateTimeOffset.UnixEpoch, default);
    }
}
