using System.Security.Cryptography;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Samples;

/// <summary>A sample whose draw was repeated: what was committed, what was drawn, under which checkpoint, and whether the key came from elsewhere.</summary>
internal sealed record VerifiedSample(SampleReceipt Receipt, Checkpoint Checkpoint, VerifierKey Key, bool KeyWasGiven, SampleCommitted Committed, SampleDrawn Drawn);

/// <summary>
/// Repeats a draw with nothing but its receipt, and names the first thing that does not hold. In this order: the form; the key; the checkpoint; both entries in the tree, of one sample, the
/// commitment first; that the root of the draw is that of the log's tree up to the commitment; the seed; the population; the draw, item by item. With a mirror of the log the population is rebuilt
/// from its entries too. Faults: <c>sample.malformed</c>, <c>sample.too_large</c>, <c>sample.format_unknown</c>, <c>sample.key_other</c>, <c>sample.city_wrong</c>, <c>sample.entry_malformed</c>,
/// <c>sample.inclusion_wrong</c>, <c>sample.not_its_entries</c>, <c>sample.root_wrong</c>, <c>sample.seed_wrong</c>, <c>sample.population_wrong</c>, <c>sample.selection_wrong</c>,
/// <c>sample.mirror_other</c>, <c>sample.item_other</c>, and those of keys, notes, checkpoints and mirrors.
/// </summary>
internal static class VerifySample
{
    /// <summary>Ten trillion yuan, more than all programmes together; sums of it and an interval do not overflow.</summary>
    private const long TotalFenMax = 1_000_000_000_000_000;

    public static Result<VerifiedSample> Check(ReadOnlySpan<byte> file, VerifierKeys? trusted)
    {
        // 1. The form.
        var read = Read(file);
        if (!read.Ok)
        {
            return read.Fault;
        }

        // 2. and 3. The key: the verifier's own, or the one in the file; the checkpoint, and that it is this city's.
        var receipt = read.Value;
        var opened = BroughtCheckpoint.Open(receipt.VerifierKey, receipt.Checkpoint, receipt.City, trusted, "sample.key_other", "sample.city_wrong", Wrong);
        if (!opened.Ok)
        {
            return opened.Fault;
        }

        var (checkpoint, key) = opened.Value;

        // 4. Both entries in the tree, and that they are this sample's.
        var first = EntryOf<SampleCommitted>("commitment", receipt.Commitment, receipt, checkpoint);
        if (!first.Ok)
        {
            return first.Fault;
        }

        var second = EntryOf<SampleDrawn>("draw", receipt.Draw, receipt, checkpoint);
        if (!second.Ok)
        {
            return second.Fault;
        }

        var (committed, drawn) = (first.Value, second.Value);
        if (receipt.Commitment.Index >= receipt.Draw.Index || committed.TreeSize > receipt.Commitment.Index)
        {
            return Wrong("sample.not_its_entries", "承诺应先于抽取，且其总体应取自承诺之前的条目", "the commitment should come before the draw, and its population from entries before it");
        }

        return (Root(receipt, checkpoint, drawn) ?? Seed(committed, drawn) ?? Listed(receipt, committed) ?? Drawn(receipt, committed, drawn)) is { } fault
            ? fault
            : new VerifiedSample(receipt, checkpoint, key, trusted is not null, committed, drawn);
    }

    private static Result<SampleReceipt> Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > SampleReceipt.BytesMax)
        {
            return new Fault(FaultKind.TooLarge, "sample.too_large", new($"抽样凭证超过 {SampleReceipt.BytesMax} 字节。", $"The receipt is longer than {SampleReceipt.BytesMax} bytes."));
        }

        try
        {
            var receipt = JsonSerializer.Deserialize<SampleReceipt>(file, Json.Strict);
            return receipt is null ? Malformed("$", "文件为 null", "the file is null")
                : receipt.Format != SampleReceipt.FormatNow ? Wrong(
                    "sample.format_unknown", $"格式是“{receipt.Format}”，本程序识别 {SampleReceipt.FormatNow}", $"its format is '{receipt.Format}', this program knows {SampleReceipt.FormatNow}")
                : receipt.Population.Count is 0 or > Population.ItemsMax ? Malformed("$.population", $"应有 1 到 {Population.ItemsMax} 项", $"1 to {Population.ItemsMax} items are asked for")
                : receipt;
        }
        catch (JsonException e)
        {
            return Malformed(e.Path ?? "$", $"第 {e.LineNumber + 1} 行不是合格的 JSON 抽样凭证", $"line {e.LineNumber + 1} is not JSON of a sample's receipt");
        }
    }

    private static Result<T> EntryOf<T>(string name, SampleEntry line, SampleReceipt receipt, Checkpoint checkpoint)
        where T : class
    {
        if (!Base64.TryDecode(line.Bytes, CanonicalEntry.BytesMax, out var bytes))
        {
            return Wrong("sample.entry_malformed", $"{name} 的 bytes 不是 base64", $"the bytes of the {name} are not base64");
        }

        if (!MerkleTree.VerifyInclusion(MerkleTree.LeafHash(bytes), line.Index, checkpoint.Size, line.Proof, checkpoint.Root))
        {
            return Wrong("sample.inclusion_wrong", $"{name} 不在所签署的日志树第 {line.Index} 位：条目、序号或证明被改动", $"the {name} is not at index {line.Index} of the signed tree: the entry, its index or its proof was changed");
        }

        try
        {
            var entry = CanonicalEntry.Read(bytes);
            return entry.City != receipt.City || entry.Service != "oversight" || entry.Stream != Sample.Noun.StreamOf(receipt.Sample) || entry.Type != typeof(T).Name
                ? Wrong("sample.not_its_entries", $"{name} 是 {entry.Service}/{entry.City} {entry.Stream} 的 {entry.Type}", $"the {name} is {entry.Type} of {entry.Stream} in {entry.Service}/{entry.City}")
                : (T)Sample.Noun.Read(entry.Type, entry.Payload);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return Wrong("sample.entry_malformed", $"{name} 的内容不是这类日志条目", $"the bytes of the {name} are no such entry");
        }
    }

    /// <summary>Nobody chose the root: it is that of the tree whose last entry is the commitment.</summary>
    private static Fault? Root(SampleReceipt receipt, Checkpoint checkpoint, SampleDrawn drawn) =>
        drawn.RootSize == receipt.Commitment.Index + 1 && Hash.TryParse(drawn.Root, out var root)
            && MerkleTree.VerifyConsistency(drawn.RootSize, root, checkpoint.Size, checkpoint.Root, receipt.Consistency)
            ? null
            : Wrong("sample.root_wrong", "抽取所用的根不是承诺登记时日志树的根", "the root of the draw is not that of the tree up to the commitment");

    private static Fault? Seed(SampleCommitted committed, SampleDrawn drawn) =>
        CommitSample.IsHash(drawn.Seed) && Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(drawn.Seed))) == committed.SeedSha256
            ? null
            : Wrong("sample.seed_wrong", "种子的 SHA-256 与承诺的不符", "the SHA-256 of the seed is not the committed one");

    private static Fault? Listed(SampleReceipt receipt, SampleCommitted committed) =>
        receipt.Population.Count == committed.Items && receipt.Population.Sum(i => (decimal)i.Amount.Fen) == committed.Total.Fen && Population.Sha256Of(receipt.City, committed.Population, committed.TreeSize, receipt.Population) == committed.PopulationSha256
            ? null
            : Wrong(
                "sample.population_wrong", $"总体清单的 SHA-256 与承诺的 {committed.PopulationSha256} 不符：有项目被增删、调换或改动",
                $"the SHA-256 of the population is not the committed {committed.PopulationSha256}: an item was added, left out, moved or changed");

    private static Fault? Drawn(SampleReceipt receipt, SampleCommitted committed, SampleDrawn drawn)
    {
        if (committed.Size < 1 || committed.Size > Math.Min(Sample.SizeMax, receipt.Population.Count) || !Enum.IsDefined(committed.Method) || committed.Total.Fen > TotalFenMax || receipt.Population.Any(i => i.Amount.Fen < 1 || i.Risk < 1))
        {
            return Wrong("sample.selection_wrong", "样本量、方法或总体不合规则", "its size, method or population is not of the rule");
        }

        _ = Hash.TryParse(drawn.Root, out var root);
        var again = Draw.From(receipt.Population, committed.Method, committed.Size, Convert.FromHexString(drawn.Seed), root, Convert.FromHexString(committed.PopulationSha256));
        for (var i = 0; i < Math.Max(again.Count, drawn.Items.Count); i++)
        {
            var (right, said) = (i < again.Count ? again[i] : null, i < drawn.Items.Count ? drawn.Items[i] : null);
            if (right != said)
            {
                return Wrong(
                    "sample.selection_wrong", $"第 {i + 1} 个应为 {NameOf(right)}，凭证写的是 {NameOf(said)}", $"item {i + 1} should be {NameOf(right)}, the log says {NameOf(said)}");
            }
        }

        return null;
    }

    private static string NameOf(DrawnItem? item) => item is null ? "-" : $"{item.Item} ({item.Amount}{(item.Hits is { } hits ? $" ×{hits}" : "")})";

    /// <summary>
    /// Rebuilds the population from the entries of a mirror: these are the log's own if their tree has the root of the draw. The first item that differs is named.
    /// </summary>
    public static async Task<Fault?> Rebuild(VerifiedSample sample, MirrorSource mirror, CancellationToken ct)
    {
        try
        {
            var (population, tree, count) = (new Population(), new Frontier(), 0L);
            await foreach (var bytes in VerifyMirror.Entries(mirror, sample.Drawn.RootSize, ct))
            {
                tree.Append(MerkleTree.LeafHash(bytes));
                if (count++ < sample.Committed.TreeSize)
                {
                    population.Apply(CanonicalEntry.Read(bytes));
                }
            }

            return tree.Size != sample.Drawn.RootSize || tree.Root.ToString() != sample.Drawn.Root
                ? Wrong("sample.mirror_other", $"{mirror.Name} 的前 {sample.Drawn.RootSize} 条不是抽取所依据的日志", $"the first {sample.Drawn.RootSize} entries at {mirror.Name} are not the log of the draw")
                : Compare(sample.Receipt.Population, population.Of(sample.Committed.Population));
        }
        catch (FormatException e)
        {
            return Wrong("sample.mirror_other", $"{mirror.Name} 的条目无法读取（{e.Message}）", $"entries at {mirror.Name} cannot be read ({e.Message})");
        }
        catch (Exception e) when (VerifyMirror.IsAway(e, ct))
        {
            return VerifyMirror.Away(mirror, e);
        }
    }

    internal static Fault? Compare(IReadOnlyList<PopulationItem> said, IReadOnlyList<PopulationItem> rebuilt)
    {
        for (var i = 0; i < Math.Max(said.Count, rebuilt.Count); i++)
        {
            var (one, other) = (i < said.Count ? said[i] : null, i < rebuilt.Count ? rebuilt[i] : null);
            if (one != other)
            {
                return Wrong("sample.item_other", $"总体第 {i + 1} 项按日志应为 {Show(other)}，凭证写的是 {Show(one)}", $"by the log, item {i + 1} of the population is {Show(other)}; the receipt says {Show(one)}");
            }
        }

        return null;

        static string Show(PopulationItem? item) => item is null ? "-" : $"{item.Id} ({item.Amount}, {item.Entry.Service} {item.Entry.Position})";
    }

    private static Fault Malformed(string path, string zh, string en) => Wrong("sample.malformed", $"{path}：{zh}", $"{path}: {en}");

    private static Fault Wrong(string code, string zh, string en) => new(FaultKind.Invalid, code, new($"抽样凭证不成立：{zh}。", $"The sample's receipt does not hold: {en}."));
}
