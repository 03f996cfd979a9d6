using System.Text;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Tests.Tree;
using PilotCity.Oversight.Tree;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Receipts;

public class VerifyReceiptTests
{
    private static readonly SignerKey Key = SignerKey.Generate($"pilot-city.example/{TestService.City}", KeyAlgorithm.Ed25519);
    private static readonly Receipt Good = Make(new Case().Logs);

    [Fact]
    public void A_receipt_holds_by_its_own_key_and_by_the_one_from_elsewhere()
    {
        var own = Check(Good).Value;
        var given = VerifyReceipt.Check(Bytes(Good), Key.Verifier, _ => null).Value;

        Assert.False(own.KeyWasGiven);
        Assert.True(given.KeyWasGiven);
        Assert.Equal(Good.Entries.Count, own.Entries.Count);
        Assert.Equal(Good.Entries.Select(e => e.Head), own.Entries.Select(e => Convert.ToHexStringLower(e.Head)));
    }

    [Fact]
    public void While_a_key_is_changed_whoever_has_either_key_can_check()
    {
        var next = SignerKey.Generate(Key.Name, KeyAlgorithm.Ed25519);
        var text = SignedNote.Parse(Good.Checkpoint).Value.Text;
        var rotating = Good with { VerifierKey = next.Verifier.ToString(), Checkpoint = SignedNote.Sign(text, [next, Key], DateTimeOffset.UnixEpoch).ToString() };
        var finished = rotating with { Checkpoint = SignedNote.Sign(text, [next], DateTimeOffset.UnixEpoch).ToString() };

        Assert.Equal(Key.Verifier.ToString(), VerifyReceipt.Check(Bytes(rotating), Key.Verifier, _ => null).Value.Key.ToString());
        Assert.Equal(next.Verifier.ToString(), VerifyReceipt.Check(Bytes(rotating), next.Verifier, _ => null).Value.Key.ToString());
        Assert.Equal("receipt.key_other", VerifyReceipt.Check(Bytes(finished), Key.Verifier, _ => null).Fault?.Code);
        Assert.True(VerifyReceipt.Check(Bytes(Good), new VerifierKeys([next.Verifier, Key.Verifier]), _ => null).Ok);
    }

    [Fact]
    public void The_award_is_computed_again_from_the_entries_and_what_differs_is_the_answer()
    {
        var differs = new Fault(FaultKind.Refused, "award.other_amount", new("不同", "another"));
        IReadOnlyList<Entry> seen = [];

        var result = VerifyReceipt.Check(Bytes(Good), null, entries =>
        {
            seen = entries;
            return differs;
        });

        Assert.Equal(differs, result.Fault);
        Assert.Equal(Good.Entries.Select(e => e.Bytes), seen.Select(e => Convert.ToBase64String(CanonicalEntry.Write(e))));
    }

    [Fact]
    public void Every_single_altered_character_is_noticed()
    {
        var text = JsonSerializer.Serialize(Good, Json.Lenient);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= 0x80)
            {
                continue; // The dash of a signature line: what XOR makes of it is looked at elsewhere.
            }

            var altered = string.Concat(text.AsSpan(0, i), ((char)(text[i] ^ 1)).ToString(), text.AsSpan(i + 1));
            Assert.False(VerifyReceipt.Check(Encoding.UTF8.GetBytes(altered), null, _ => null).Ok, $"character {i} was altered: {altered[Math.Max(0, i - 30)..Math.Min(altered.Length, i + 30)]}");
        }
    }

    [Fact]
    public void An_altered_entry_is_named_by_its_place_in_the_log()
    {
        var fourth = Good.Entries[3];
        var entry = CanonicalEntry.Read(Convert.FromBase64String(fourth.Bytes));
        var altered = entry with { Payload = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entry.Payload).Replace("{", "{ ", StringComparison.Ordinal)) };

        var fault = Check(With(3, fourth with { Bytes = Convert.ToBase64String(CanonicalEntry.Write(altered)) })).Fault;

        Assert.Equal("receipt.inclusion_wrong", fault?.Code);
        Assert.Contains($"{entry.Service}/{entry.City} position {entry.Position}, {entry.Stream} version {entry.Version}", fault!.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_thing_that_does_not_hold_has_its_name()
    {
        var other = SignerKey.Generate(Key.Name, KeyAlgorithm.Ed25519);
        var entries = Good.Entries;

        Assert.Equal("receipt.format_unknown", CodeOf(Good with { Format = "pilot-city-receipt@2" }));
        Assert.Equal("key.malformed", CodeOf(Good with { VerifierKey = "x" }));
        Assert.Equal("receipt.key_other", VerifyReceipt.Check(Bytes(Good), other.Verifier, _ => null).Fault?.Code);
        Assert.Equal("note.signer_unknown", CodeOf(Good with { VerifierKey = other.Verifier.ToString() }));
        Assert.Equal("note.malformed", CodeOf(Good with { Checkpoint = "" }));
        Assert.Equal("receipt.city_wrong", CodeOf(Good with { City = "330100" }));
        Assert.Equal("receipt.malformed", CodeOf(Good with { Entries = [] }));
        Assert.Equal("receipt.malformed", CodeOf(Good with { Entries = [.. Enumerable.Repeat(entries[0], Receipt.EntriesMax + 1)] }));
        Assert.Equal("receipt.entry_malformed", CodeOf(With(2, entries[2] with { Bytes = "!" })));
        Assert.Equal("receipt.entry_malformed", CodeOf(With(2, entries[2] with { Head = entries[2].Head.ToUpperInvariant() })));
        Assert.Equal("receipt.inclusion_wrong", CodeOf(With(2, entries[2] with { Index = entries[2].Index + 1 })));
        Assert.Equal("receipt.inclusion_wrong", CodeOf(With(2, entries[2] with { Proof = [.. entries[2].Proof.Skip(1)] })));
        Assert.Equal("receipt.chain_broken", CodeOf(With(1, entries[1] with { PreviousHead = entries[0].PreviousHead })));
        Assert.Equal("receipt.order_wrong", CodeOf(Good with { Entries = [.. entries.Reverse()] }));
        Assert.Equal("receipt.order_wrong", CodeOf(Good with { Entries = [entries[0], .. entries] }));
        Assert.Equal("receipt.award_missing", CodeOf(Good with { Award = "P2" }));
    }

    [Fact]
    public void An_entry_left_out_of_a_stream_of_the_case_is_missed()
    {
        var left = 0;
        for (var i = 0; i < Good.Entries.Count; i++)
        {
            var entry = CanonicalEntry.Read(Convert.FromBase64String(Good.Entries[i].Bytes));
            var result = Check(Good with { Entries = [.. Good.Entries.Where((_, at) => at != i)] });
            var followed = Good.Entries.Skip(i + 1).Any(e => CanonicalEntry.Read(Convert.FromBase64String(e.Bytes)).Stream == entry.Stream);
            if (Receipt.IsWhole(entry.Stream) && followed)
            {
                Assert.Equal("receipt.stream_gap", result.Fault?.Code);
                left++;
            }
        }

        Assert.Equal(4, left); // enterprise, project, invoice and payment batch have two entries each
    }

    [Fact]
    public void A_fact_without_its_source_is_missed() =>
        Assert.Equal("receipt.source_missing", CodeOf(Good with { Entries = [.. Good.Entries.Where(e => !Stream(e).StartsWith("assessment/", StringComparison.Ordinal))] }));

    [Fact]
    public void A_head_chain_that_does_not_join_its_neighbour_is_broken()
    {
        // Heads are not in the tree: an inconsistent pair can only be noticed between neighbours, and is.
        var i = Enumerable.Range(1, Good.Entries.Count - 1).First(at =>
            CanonicalEntry.Read(Convert.FromBase64String(Good.Entries[at].Bytes)) is var b
            && CanonicalEntry.Read(Convert.FromBase64String(Good.Entries[at - 1].Bytes)) is var a
            && a.Service == b.Service && b.Position == a.Position + 1);
        var forged = CanonicalEntry.Read(Convert.FromBase64String(Good.Entries[i].Bytes)).Sealed(new byte[32]);

        Assert.Equal("receipt.chain_broken", CodeOf(With(i, Good.Entries[i] with { PreviousHead = new('0', 64), Head = Convert.ToHexStringLower(forged.Head) })));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":\"pilot-city-receipt@1\"}")]
    [InlineData("{\"format\":\"pilot-city-receipt@1\",\"city\":\"350800\",\"award\":\"P1\",\"verifierKey\":\"\",\"checkpoint\":\"\",\"entries\":[null]}")]
    [InlineData("{\"format\":\"pilot-city-receipt@1\",\"city\":\"350800\",\"award\":\"P1\",\"verifierKey\":\"\",\"checkpoint\":\"\",\"entries\":null}")]
    [InlineData("{\"format\":\"pilot-city-receipt@1\",\"city\":\"350800\",\"award\":\"P1\",\"verifierKey\":\"\",\"checkpoint\":\"\",\"entries\":[],\"more\":1}")]
    [InlineData("PK\u0003\u0004")]
    public void A_file_of_another_form_is_receipt_malformed(string text) =>
        Assert.Equal("receipt.malformed", VerifyReceipt.Check(Encoding.UTF8.GetBytes(text), null, _ => null).Fault?.Code);

    [Fact]
    public void A_file_beyond_the_bound_is_receipt_too_large() =>
        Assert.Equal("receipt.too_large", VerifyReceipt.Check(new byte[Receipt.BytesMax + 1], null, _ => null).Fault?.Code);

    /// <summary>The receipt of award P1 made from the whole logs by hand, as a second implementation of what belongs into it.</summary>
    internal static Receipt Make(IReadOnlyList<IReadOnlyList<Entry>> logs)
    {
        Entry[] tree = [.. logs.SelectMany(l => l)];
        byte[][] leaves = [.. tree.Select(CanonicalEntry.Write)];
        var source = Leaves.Source(leaves);
        var checkpoint = new Checkpoint(Key.Name, tree.Length, Leaves.Root(leaves)).Sign(Key, DateTimeOffset.UnixEpoch).ToString();
        string[] whole = [$"enterprise/{Case.Enterprise}", $"enterprise-award/{Case.Enterprise}", "assessment/S1", "project/P1", "invoice/I1", "rule-set/longyan", "award/P1", "payment-batch/B1"];
        return new(Receipt.FormatNow, TestService.City, Case.Award, Key.Verifier.ToString(), checkpoint,
        [
            .. from i in Enumerable.Range(0, tree.Length)
               where whole.Contains(tree[i].Stream) || (tree[i].Stream == "fund/F1" && Encoding.UTF8.GetString(tree[i].Payload).Contains("\"P1\"", StringComparison.Ordinal))
               select new ReceiptEntry(
                   i, Convert.ToBase64String(leaves[i]),
                   Convert.ToHexStringLower(tree[i].Position == 1 ? new byte[32] : tree[i - 1].Head), Convert.ToHexStringLower(tree[i].Head),
                   MerkleTree.InclusionProof(i, tree.Length, source)),
        ]);
    }

    private static Receipt With(int at, ReceiptEntry entry) => Good with { Entries = [.. Good.Entries.Select((e, i) => i == at ? entry : e)] };

    private static string Stream(ReceiptEntry entry) => CanonicalEntry.Read(Convert.FromBase64String(entry.Bytes)).Stream;

    private static byte[] Bytes(Receipt receipt) => JsonSerializer.SerializeToUtf8Bytes(receipt, Json.Pretty);

    private static Result<VerifiedReceipt> Check(Receipt receipt) => VerifyReceipt.Check(Bytes(receipt), null, _ => null);

    private static string? CodeOf(Receipt receipt) => Check(receipt).Fault?.Code;
}
