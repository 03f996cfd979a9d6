using System.Net;
using System.Text;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Witnesses;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Witnesses;

public sealed class WitnessTests : IDisposable
{
    private const string Origin = "pilot-city.example/350800";

    private static readonly SignerKey Log = SignerKey.Generate(Origin, KeyAlgorithm.Ed25519);
    private static readonly SignerKey Second = SignerKey.Generate(Origin, KeyAlgorithm.Ed25519);
    private static readonly SignerKey Key = SignerKey.Generate("audit.example/w1", KeyAlgorithm.CosignatureV1);
    private static readonly WholeTree Tree = new([.. Enumerable.Range(0, 40).Select(i => MerkleTree.LeafHash([(byte)i]))]);
    private static readonly WholeTree Fork = new([.. Enumerable.Range(0, 40).Select(i => MerkleTree.LeafHash([(byte)(i == 7 ? 99 : i)]))]);

    private readonly TemporaryFolder folder = new();
    private WitnessStore store;

    public WitnessTests() => store = new(folder["witness.db"]);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_log_that_grows_is_cosigned_each_time_over_the_whole_text()
    {
        var sizes = new[] { 0, 1, 1, 7, 8, 40 };
        foreach (var (i, size) in sizes.Index())
        {
            var answer = Ask(i == 0 ? 0 : sizes[i - 1], size);

            Assert.Equal(200, answer.Status);
            var note = $"{Note(Tree, size)}{answer.Body}";
            Assert.Equal([Key.Verifier], Checkpoint.Open(note, Origin, [Log.Verifier], [Key.Verifier]).Value.Witnesses);
        }
    }

    [Fact]
    public void What_was_cosigned_is_known_after_a_restart_with_the_cosignature()
    {
        Assert.Equal(200, Ask(0, 13).Status);
        store.Dispose();
        store = new(folder["witness.db"]);

        Assert.Equal((409, WitnessAnswer.SizeType, "13\n"), Of(Ask(0, 20)));
        Assert.Equal([Key.Verifier], Checkpoint.Open(store.Last(Origin)!, Origin, [Log.Verifier], [Key.Verifier]).Value.Witnesses);
    }

    [Theory]
    [InlineData(12, 20)]
    [InlineData(14, 20)]
    [InlineData(0, 13)]
    [InlineData(0, 5)]
    public void Another_old_size_than_the_one_cosigned_is_answered_with_that_one(int old, int size)
    {
        Ask(0, 13);

        Assert.Equal((409, WitnessAnswer.SizeType, "13\n"), Of(Ask(old, size)));
    }

    [Fact]
    public void A_log_that_was_never_seen_has_size_zero() => Assert.Equal((409, WitnessAnswer.SizeType, "0\n"), Of(Ask(5, 20)));

    [Fact]
    public void An_old_size_above_the_checkpoint_is_a_bad_request()
    {
        Ask(0, 13);

        Refused(400, "witness.old_size", Ask(13, 12));
    }

    [Fact]
    public void An_unknown_log_is_not_found_and_an_unknown_signer_is_forbidden()
    {
        var other = SignerKey.Generate("pilot-city.example/330100", KeyAlgorithm.Ed25519);
        Refused(404, "witness.log_unknown", Add(new(0, [], new Checkpoint(other.Name, 3, Tree.Root(3)).Sign(other, DateTimeOffset.UnixEpoch).ToString())));
        Refused(403, "witness.signer_unknown", Add(new(0, [], Note(Tree, 3, SignerKey.Generate(Origin, KeyAlgorithm.Ed25519)))));

        // A known key's line that does not verify rejects the note, also beside one that does.
        var good = SignedNote.Parse(Note(Tree, 3)).Value;
        Refused(403, "witness.signer_unknown", Add(new(0, [], good.With(good.Signatures[0] with { Bytes = new byte[64] }).ToString())));
    }

    [Fact]
    public void A_log_may_have_several_keys_and_any_of_them_signs()
    {
        Assert.Equal(200, Ask(0, 13).Status);
        Assert.Equal(200, Add(new(13, MerkleTree.ConsistencyProof(13, 20, Tree.At), Note(Tree, 20, Second))).Status);
    }

    [Fact]
    public void A_tree_that_does_not_begin_with_what_was_cosigned_is_not_cosigned()
    {
        Ask(0, 13);

        Refused(422, "witness.inconsistent", Add(new(13, MerkleTree.ConsistencyProof(13, 20, Fork.At), Note(Fork, 20))));
        Refused(422, "witness.inconsistent", Add(new(13, [], Note(Tree, 20))));
        Refused(422, "witness.inconsistent", Add(new(13, [.. MerkleTree.ConsistencyProof(13, 20, Tree.At), MerkleTree.EmptyRoot], Note(Tree, 20))));
        Assert.Equal((409, WitnessAnswer.SizeType, "13\n"), Of(Ask(0, 20)));
    }

    [Fact]
    public void The_first_checkpoint_takes_no_proof() => Refused(422, "witness.inconsistent", Add(new(0, [MerkleTree.EmptyRoot], Note(Tree, 3))));

    [Theory]
    [InlineData(13, 409, "text/plain; charset=utf-8")]
    [InlineData(0, 409, WitnessAnswer.SizeType)]
    public void Two_trees_of_one_size_are_a_split_view_and_kept_as_evidence(int old, int status, string type)
    {
        Ask(0, 13);

        var answer = Add(new(old, [], Note(Fork, 13)));
        Add(new(old, [], Note(Fork, 13)));

        Assert.Equal((status, type), (answer.Status, answer.ContentType));
        Assert.Equal(old == 13, answer.Body.Split('\n')[0] == "witness.split_view");
        var seen = Assert.Single(store.SplitViews());
        Assert.Equal((Tree.Root(13), Fork.Root(13)), (WitnessStore.Read(seen.Known).Root, WitnessStore.Read(seen.Other).Root));
        Assert.True(SignedNote.Parse(seen.Known).Value.Verify([Log.Verifier]).Ok && SignedNote.Parse(seen.Other).Value.Verify([Log.Verifier]).Ok);
    }

    [Fact]
    public async Task Of_two_that_ask_at_once_from_the_same_size_one_is_cosigned()
    {
        Ask(0, 13);

        var answers = await Task.WhenAll(Enumerable.Range(14, 20).Select(size => Task.Run(() => Ask(13, size))));

        var cosigned = Assert.Single(answers, a => a.Status == 200);
        Assert.Equal(19, answers.Count(a => a.ContentType == WitnessAnswer.SizeType));
        Assert.Contains(Note(Tree, WitnessStore.Read(store.Last(Origin)!).Size).Split('\n')[2], store.Last(Origin), StringComparison.Ordinal);
        Assert.NotEmpty(cosigned.Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("old 1\n")]
    [InlineData("old 01\n\nx")]
    [InlineData("old -1\n\nx")]
    [InlineData("Old 1\n\nx")]
    [InlineData("old 1\nAAAA\n\nx")]
    [InlineData("old 99999999999999999999\n\nx")]
    public void A_request_that_cannot_be_read_is_a_bad_request(string body) =>
        Refused(400, "witness.request_malformed", new Witness(Key, [Log.Verifier], store, TimeProvider.System).Add(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_request_holds_at_most_63_hashes_and_is_text()
    {
        var lines = string.Concat(Enumerable.Repeat($"{MerkleTree.EmptyRoot}\n", 63));
        Assert.Equal(63, AddCheckpoint.Parse(Encoding.UTF8.GetBytes($"old 1\n{lines}\n{Note(Tree, 3)}")).Value.Proof.Count);
        Assert.Equal("witness.request_malformed", AddCheckpoint.Parse(Encoding.UTF8.GetBytes($"old 1\n{lines}{MerkleTree.EmptyRoot}\n\n{Note(Tree, 3)}")).Fault?.Code);
        Assert.Equal("witness.request_malformed", AddCheckpoint.Parse([0xFF]).Fault?.Code);
        Refused(400, "note.malformed", Add(new(0, [], "hello")));
    }

    [Fact]
    public async Task Its_door_answers_as_the_specification_says()
    {
        await using var host = WitnessHost.Build(new(Key, [Log.Verifier], store, TimeProvider.System), 0);
        await host.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.First()) };

        var cosigned = await Post(new AddCheckpoint(0, [], Note(Tree, 13)).ToString());
        var conflict = await Post(new AddCheckpoint(0, [], Note(Tree, 20)).ToString());
        var inconsistent = await Post(new AddCheckpoint(13, [], Note(Tree, 20)).ToString());
        var large = await Post(new string('x', AddCheckpoint.BytesMax + 1));
        await Post(new AddCheckpoint(13, [], Note(Fork, 13)).ToString());

        Assert.Equal((HttpStatusCode.OK, true), (cosigned.Code, cosigned.Body.StartsWith("— audit.example/w1 ", StringComparison.Ordinal)));
        Assert.Equal((HttpStatusCode.Conflict, "text/x.tlog.size", "13\n"), (conflict.Code, conflict.Type, conflict.Body));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, inconsistent.Code);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.Code);
        Assert.Equal($"{Key.Verifier}\n", await http.GetStringAsync("/key"));
        Assert.Equal(store.Last(Origin), await http.GetStringAsync($"/{WitnessHost.Name(Origin)}/checkpoint"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/{WitnessHost.Name("other")}/checkpoint")).StatusCode);
        Assert.Contains("pilot-city.example/350800\\n13\\n", await http.GetStringAsync("/split-views"), StringComparison.Ordinal);

        async Task<(HttpStatusCode Code, string? Type, string Body)> Post(string body)
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            using var response = await http.PostAsync("/add-checkpoint", content);
            return (response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
        }
    }

    private WitnessAnswer Ask(int old, int size) => Add(new(old, old > size ? [] : MerkleTree.ConsistencyProof(old, size, Tree.At), Note(Tree, size)));

    private WitnessAnswer Add(AddCheckpoint request) => new Witness(Key, [Log.Verifier, Second.Verifier], store, TimeProvider.System).Add(Encoding.UTF8.GetBytes(request.ToString()));

    private static string Note(WholeTree tree, long size, SignerKey? key = null) => new Checkpoint(Origin, size, tree.Root(size)).Sign(key ?? Log, DateTimeOffset.UnixEpoch).ToString();

    private static (int, string, string) Of(WitnessAnswer answer) => (answer.Status, answer.ContentType, answer.Body);

    private static void Refused(int status, string code, WitnessAnswer answer) => Assert.Equal((status, code), (answer.Status, answer.Body.Split('\n')[0]));
}
