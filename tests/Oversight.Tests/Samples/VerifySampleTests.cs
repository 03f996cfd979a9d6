using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Samples;
using PilotCity.Oversight.Tests.Tree;
using PilotCity.Oversight.Tree;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Samples;

/// <summary>Receipts of samples: honest ones, ones that were tampered with, and ones that a lying city signed.</summary>
public sealed class VerifySampleTests
{
    private static readonly SignerKey Key = SignerKey.Generate($"pilot-city.example/{TestService.City}", KeyAlgorithm.Ed25519);
    private static readonly byte[] SeedBytes = SHA256.HashData([9]);
    private static readonly SampleReceipt Good = Make();

    [Fact]
    public void A_receipt_holds_by_its_own_key_and_by_the_one_from_elsewhere()
    {
        Assert.False(Check(Good).Value.KeyWasGiven);
        Assert.True(VerifySample.Check(Bytes(Good), Key.Verifier).Value.KeyWasGiven);
        Assert.Equal(4, Check(Good).Value.Drawn.Items.Count);
    }

    [Fact]
    public void Every_single_altered_character_is_noticed()
    {
        var text = JsonSerializer.Serialize(Good with { Population = Good.Population }, Json.Lenient);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < 0x80)
            {
                var altered = string.Concat(text.AsSpan(0, i), ((char)(text[i] ^ 1)).ToString(), text.AsSpan(i + 1));
                Assert.False(VerifySample.Check(Encoding.UTF8.GetBytes(altered), null).Ok, $"character {i} was altered: {altered[Math.Max(0, i - 30)..Math.Min(altered.Length, i + 30)]}");
            }
        }
    }

    [Fact]
    public void Each_thing_that_does_not_hold_has_its_name()
    {
        var other = SignerKey.Generate(Key.Name, KeyAlgorithm.Ed25519);
        var items = Good.Population;

        Assert.Equal("sample.malformed", VerifySample.Check("{"u8, null).Fault?.Code);
        Assert.Equal("sample.malformed", VerifySample.Check("null"u8, null).Fault?.Code);
        Assert.Equal("sample.too_large", VerifySample.Check(new byte[SampleReceipt.BytesMax + 1], null).Fault?.Code);
        Assert.Equal("sample.malformed", CodeOf(Good with { Population = [] }));
        Assert.Equal("sample.format_unknown", CodeOf(Good with { Format = "pilot-city-sample@2" }));
        Assert.Equal("key.malformed", CodeOf(Good with { VerifierKey = "x" }));
        Assert.Equal("sample.key_other", VerifySample.Check(Bytes(Good), other.Verifier).Fault?.Code);
        Assert.Equal("note.signer_unknown", CodeOf(Good with { VerifierKey = other.Verifier.ToString() }));
        Assert.Equal("sample.city_wrong", CodeOf(Good with { City = "330100" }));
        Assert.Equal("sample.not_its_entries", CodeOf(Good with { Sample = "another" }));
        Assert.Equal("sample.not_its_entries", CodeOf(Good with { Commitment = Good.Draw }));
        Assert.Equal("sample.entry_malformed", CodeOf(Good with { Draw = Good.Draw with { Bytes = "!" } }));
        Assert.Equal("sample.inclusion_wrong", CodeOf(Good with { Draw = Good.Draw with { Index = 0 } }));
        Assert.Equal("sample.inclusion_wrong", CodeOf(Good with { Commitment = Good.Commitment with { Proof = [] } }));
        Assert.Equal("sample.root_wrong", CodeOf(Good with { Consistency = [] }));
        Assert.Equal("sample.population_wrong", CodeOf(Good with { Population = [.. items.Skip(1)] }));
        Assert.Equal("sample.population_wrong", CodeOf(Good with { Population = [.. items.Reverse()] }));
        Assert.Equal("sample.population_wrong", CodeOf(Good with { Population = [items[0] with { Amount = new(items[0].Amount.Fen + 1) }, .. items.Skip(1)] }));
        Assert.Equal("sample.population_wrong", CodeOf(Good with { Population = [items[0] with { Id = "p99" }, .. items.Skip(1)] }));
    }

    [Fact]
    public void What_a_lying_city_signed_is_found_all_the_same()
    {
        var chosen = Make(draw: d => d with { Items = [.. d.Items.Skip(1), new("p17", Money.OfYuan(180_000))] });
        var fault = Check(chosen).Fault!;

        Assert.Equal("sample.selection_wrong", fault.Code);
        Assert.Contains($"item 1 should be {Check(Good).Value.Drawn.Items[0].Item}", fault.Message.En, StringComparison.Ordinal);
        Assert.Equal("sample.selection_wrong", CodeOf(Make(draw: d => d with { Items = [.. d.Items.Take(3)] })));
        Assert.Equal("sample.selection_wrong", CodeOf(Make(draw: d => d with { Items = [d.Items[0] with { Amount = Money.OfYuan(1) }, .. d.Items.Skip(1)] })));
        Assert.Equal("sample.seed_wrong", CodeOf(Make(draw: d => d with { Seed = Convert.ToHexStringLower(SHA256.HashData([8])) })));
        Assert.Equal("sample.root_wrong", CodeOf(Make(draw: d => d with { Root = Hash.Of(SHA256.HashData([3])).ToString() })));
        Assert.Equal("sample.root_wrong", CodeOf(Make(draw: d => d with { RootSize = d.RootSize - 1 })));
        Assert.Equal("sample.not_its_entries", CodeOf(Make(commit: c => c with { TreeSize = 100_000 })));
        Assert.Equal("sample.selection_wrong", CodeOf(Make(commit: c => c with { Size = 0 })));
        Assert.Equal("sample.selection_wrong", CodeOf(Make(commit: c => c with { Size = Sample.SizeMax + 1 })));
        Assert.Equal("sample.population_wrong", CodeOf(Make(commit: c => c with { Total = c.Total + new Money(1) })));
    }

    [Fact]
    public void An_item_that_the_log_does_not_give_is_named()
    {
        var items = Good.Population;

        Assert.Null(VerifySample.Compare(items, items));
        var changed = VerifySample.Compare([items[0] with { Amount = Money.OfYuan(1) }, .. items.Skip(1)], items)!;
        Assert.Equal("sample.item_other", changed.Code);
        Assert.Contains("item 1 of the population is p00 (10000.00, funding 21); the receipt says p00 (1.00, funding 21)", changed.Message.En, StringComparison.Ordinal);
        Assert.Contains("is -; the receipt says p17", VerifySample.Compare(items, [.. items.SkipLast(1)])!.Message.En, StringComparison.Ordinal);
    }

    /// <summary>The story, the commitment, an entry between, the draw and an entry after it, in a tree that the city signed; the commitment and the draw as it says they are.</summary>
    private static SampleReceipt Make(Func<SampleCommitted, SampleCommitted>? commit = null, Func<SampleDrawn, SampleDrawn>? draw = null)
    {
        var story = SampleStory.Funding();
        var (query, size) = (new PopulationQuery(PopulationKind.Awards), story.Entries.Count);
        var items = SampleStory.Of(story).Of(query);
        var (total, sha256) = (new Money(items.Sum(i => i.Amount.Fen)), Population.Sha256Of(TestService.City, query, size, items));
        var committed = new SampleCommitted("年度审计", SampleMethod.Simple, 4, query, size, items.Count, total, sha256, Convert.ToHexStringLower(SHA256.HashData(SeedBytes)));
        var said = commit?.Invoke(committed) ?? committed;
        var own = new Chronicle("oversight").Add("sample/s1", nameof(SampleCommitted), said, "auditor:a-1@audit");
        List<Entry> tree = [.. story.Entries, own.Entries[0]];
        var root = Leaves.Root([.. tree.Select(CanonicalEntry.Write)]);
        var drawn = new SampleDrawn(
            Convert.ToHexStringLower(SeedBytes), tree.Count, root.ToString(), Draw.From(items, committed.Method, committed.Size, SeedBytes, root, Convert.FromHexString(sha256)));
        story.Add("award/p18", "AwardApproved", new { awarded = "5.00" });
        own.Add("sample/s1", nameof(SampleDrawn), draw?.Invoke(drawn) ?? drawn, "auditor:a-1@audit").Add("sample/s2", "SampleCommitted", committed);
        tree.AddRange([story.Entries[^1], own.Entries[1], own.Entries[2]]);
        byte[][] leaves = [.. tree.Select(CanonicalEntry.Write)];
        var source = Leaves.Source(leaves);
        SampleEntry At(int index) => new(index, Convert.ToBase64String(leaves[index]), MerkleTree.InclusionProof(index, leaves.Length, source));
        var checkpoint = new Checkpoint(Key.Name, leaves.Length, Leaves.Root(leaves)).Sign(Key, DateTimeOffset.UnixEpoch).ToString();
        return new(
            SampleReceipt.FormatNow, TestService.City, "s1", Key.Verifier.ToString(), checkpoint, At(size), At(size + 2), MerkleTree.ConsistencyProof(size + 1, leaves.Length, source), items);
    }

    private static byte[] Bytes(SampleReceipt receipt) => JsonSerializer.SerializeToUtf8Bytes(receipt, Json.Lenient);

    private static Result<VerifiedSample> Check(SampleReceipt receipt) => VerifySample.Check(Bytes(receipt), null);

    private static string? CodeOf(SampleReceipt receipt) => Check(receipt).Fault?.Code;
}
