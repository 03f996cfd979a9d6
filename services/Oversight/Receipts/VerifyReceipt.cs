using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Receipts;

/// <summary>A receipt that holds: the checkpoint it stands under, its entries in tree order, and whether the key came from elsewhere or from the file itself.</summary>
internal sealed record VerifiedReceipt(Receipt Receipt, Checkpoint Checkpoint, VerifierKey Key, bool KeyWasGiven, IReadOnlyList<Entry> Entries);

/// <summary>
/// Checks a receipt with nothing but the receipt, and names the first thing that does not hold. In this order: the form; the key; the
/// signature of the checkpoint; that each entry stands in the tree; the chains of heads; that the case's streams are whole; that every
/// fact an award was decided on is there; and, by the caller's own recomputation, that the award follows from them.
/// Faults: <c>receipt.malformed</c>, <c>receipt.too_large</c>, <c>receipt.format_unknown</c>, <c>receipt.key_other</c>,
/// <c>receipt.city_wrong</c>, <c>receipt.entry_malformed</c>, <c>receipt.inclusion_wrong</c>, <c>receipt.order_wrong</c>,
/// <c>receipt.chain_broken</c>, <c>receipt.stream_gap</c>, <c>receipt.award_missing</c>, <c>receipt.source_missing</c>,
/// and those of keys, notes and checkpoints.
/// </summary>
internal static class VerifyReceipt
{
    /// <param name="trusted">The city's key as the verifier has it from elsewhere; null: the receipt's own key is used, which shows that the
    /// receipt is whole but not whose it is.</param>
    /// <param name="recompute">Decides the award again from the entries; its fault says what differs.</param>
    public static Result<VerifiedReceipt> Check(ReadOnlySpan<byte> file, VerifierKeys? trusted, Func<IReadOnlyList<Entry>, Fault?> recompute)
    {
        // 1. The form.
        var read = Read(file);
        if (!read.Ok)
        {
            return read.Fault;
        }

        // 2. and 3. The key: the verifier's own, or the one in the file; the checkpoint, and that it is this city's.
        var receipt = read.Value;
        var opened = BroughtCheckpoint.Open(receipt.VerifierKey, receipt.Checkpoint, receipt.City, trusted, "receipt.key_other", "receipt.city_wrong", Wrong);
        if (!opened.Ok)
        {
            return opened.Fault;
        }

        var (checkpoint, key) = opened.Value;

        // 4. Each entry in the tree.
        var entries = new List<Entry>();
        long last = -1;
        foreach (var line in receipt.Entries)
        {
            var entry = EntryOf(line, receipt.City, checkpoint);
            if (!entry.Ok)
            {
                return entry.Fault;
            }

            if (line.Index <= last)
            {
                return Wrong("receipt.order_wrong", $"{NameZh(line.Index, entry.Value)}不在其应有的次序上", $"{NameEn(line.Index, entry.Value)} is out of order");
            }

            last = line.Index;
            entries.Add(entry.Value);
        }

        // 5. to 7. What the entries say of each other; then the award itself.
        var fault = Chains(receipt, entries) ?? Streams(receipt, entries) ?? Sources(receipt, entries) ?? recompute(entries);
        return fault is not null ? fault : new VerifiedReceipt(receipt, checkpoint, key, trusted is not null, entries);
    }

    private static Result<Receipt> Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > Receipt.BytesMax)
        {
            return new Fault(FaultKind.TooLarge, "receipt.too_large", new($"凭证文件超过 {Receipt.BytesMax} 字节。", $"The receipt is longer than {Receipt.BytesMax} bytes."));
        }

        try
        {
            var receipt = JsonSerializer.Deserialize<Receipt>(file, Json.Strict);
            return receipt is null ? Malformed("$", "文件为 null", "the file is null")
                : receipt.Format != Receipt.FormatNow ? Wrong(
                    "receipt.format_unknown", $"格式是“{receipt.Format}”，本程序识别 {Receipt.FormatNow}", $"its format is '{receipt.Format}', this program knows {Receipt.FormatNow}")
                : receipt.Entries.Count is 0 or > Receipt.EntriesMax ? Malformed("$.entries", $"应有 1 到 {Receipt.EntriesMax} 条", $"1 to {Receipt.EntriesMax} entries are asked for")
                : receipt.Entries.Any(e => e is null) ? Malformed("$.entries", "有一条为 null", "an entry is null")
                : receipt;
        }
        catch (JsonException e)
        {
            return Malformed(e.Path ?? "$", $"第 {e.LineNumber + 1} 行不是合格的 JSON 凭证", $"line {e.LineNumber + 1} is not JSON of a receipt");
        }
    }

    private static Result<Entry> EntryOf(ReceiptEntry line, string city, Checkpoint checkpoint)
    {
        if (!Base64.TryDecode(line.Bytes, CanonicalEntry.BytesMax, out var bytes))
        {
            return Malformed(line.Index, "bytes 不是 base64", "bytes is not base64");
        }

        Entry? entry = null;
        try
        {
            entry = CanonicalEntry.Read(bytes);
        }
        catch (FormatException)
        {
            // Looked at below: a changed byte is first of all a byte that was not signed.
        }

        if (!MerkleTree.VerifyInclusion(MerkleTree.LeafHash(bytes), line.Index, checkpoint.Size, line.Proof, checkpoint.Root))
        {
            return Wrong(
                "receipt.inclusion_wrong",
                $"{NameZh(line.Index, entry)}不在所签署的日志树中：条目、序号或证明被改动",
                $"{NameEn(line.Index, entry)} is not in the signed tree: the entry, its index or its proof was changed");
        }

        if (entry is null || entry.City != city)
        {
            return Malformed(line.Index, entry is null ? "内容不是日志条目" : $"属于城市 {entry.City}", entry is null ? "its bytes are no entry" : $"it is of the city {entry.City}");
        }

        if (!TryHead(line.PreviousHead, out var before) || !TryHead(line.Head, out var head))
        {
            return Malformed(line.Index, "链头应为64位小写十六进制", "a head is 64 lower-case hex digits");
        }

        var chained = entry.Sealed(before);
        return chained.Head.AsSpan().SequenceEqual(head) && (entry.Position != 1 || before.All(b => b == 0))
            ? chained
            : Wrong("receipt.chain_broken", $"{NameZh(line.Index, entry)}的链头与内容不符", $"the heads of {NameEn(line.Index, entry)} do not fit its content");
    }

    /// <summary>Where neighbours of one log are both here, the head after the one is the head before the other; no position is here twice.</summary>
    private static Fault? Chains(Receipt receipt, List<Entry> entries)
    {
        var ends = new Dictionary<string, (long Position, string Head)>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, line) = (entries[i], receipt.Entries[i]);
            if (ends.TryGetValue(entry.Service, out var end)
                && (entry.Position <= end.Position || (entry.Position == end.Position + 1 && line.PreviousHead != end.Head)))
            {
                return Wrong("receipt.chain_broken", $"{NameZh(line.Index, entry)}接不上前一条", $"{NameEn(line.Index, entry)} does not continue the entry before it");
            }

            ends[entry.Service] = (entry.Position, line.Head);
        }

        return null;
    }

    private static Fault? Streams(Receipt receipt, List<Entry> entries)
    {
        var versions = new Dictionary<(string, string), long>();
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var before = versions.GetValueOrDefault((entry.Service, entry.Stream));
            if (Receipt.IsWhole(entry.Stream) ? entry.Version != before + 1 : entry.Version <= before)
            {
                return Wrong(
                    "receipt.stream_gap",
                    $"{entry.Stream} 缺第 {before + 1} 个事件，来的是{NameZh(receipt.Entries[i].Index, entry)}",
                    $"event {before + 1} of {entry.Stream} is missing before {NameEn(receipt.Entries[i].Index, entry)}");
            }

            versions[(entry.Service, entry.Stream)] = entry.Version;
        }

        return entries.Any(e => e.Stream == $"award/{receipt.Award}")
            ? null
            : Wrong("receipt.award_missing", $"没有补助 {receipt.Award} 的条目", $"there is no entry of the award {receipt.Award}");
    }

    /// <summary>The facts that the case was decided on are in the receipt, at the version that was read. Those of another city's log stand in another tree.</summary>
    private static Fault? Sources(Receipt receipt, List<Entry> entries)
    {
        var present = entries.Select(e => (e.Service, e.Stream, e.Version, e.Position)).ToHashSet();
        for (var i = 0; i < entries.Count; i++)
        {
            if (!Receipt.IsCase(entries[i].Stream, receipt.Award))
            {
                continue;
            }

            foreach (var source in References.Of(entries[i]).Sources)
            {
                // Version 0 is the answer that there was nothing.
                if (source.City == receipt.City && source.Version > 0 && !present.Contains((source.Service, source.Stream, source.Version, source.Position)))
                {
                    return Wrong(
                        "receipt.source_missing",
                        $"{NameZh(receipt.Entries[i].Index, entries[i])}所依据的 {source.Service} {source.Stream} 第 {source.Version} 个事件不在凭证中",
                        $"event {source.Version} of {source.Stream} in {source.Service}, on which {NameEn(receipt.Entries[i].Index, entries[i])} stands, is not in the receipt");
                }
            }
        }

        return null;
    }

    private static bool TryHead(string text, out byte[] head)
    {
        head = [];
        if (text.Length != 2 * Hash.Length || !text.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        head = Convert.FromHexString(text);
        return true;
    }

    private static string NameZh(long index, Entry? entry) => entry is null
        ? $"树中第 {index} 条"
        : $"树中第 {index} 条（{entry.Service}/{entry.City} 第 {entry.Position} 条，{entry.Stream} 第 {entry.Version} 个事件 {entry.Type}）";

    private static string NameEn(long index, Entry? entry) => entry is null
        ? $"the entry at index {index}"
        : $"the entry at index {index} ({entry.Service}/{entry.City} position {entry.Position}, {entry.Stream} version {entry.Version}, {entry.Type})";

    private static Fault Malformed(long index, string zh, string en) =>
        Wrong("receipt.entry_malformed", $"树中第 {index} 条无法读取：{zh}", $"the entry at index {index} cannot be read: {en}");

    private static Fault Malformed(string path, string zh, string en) => Wrong("receipt.malformed", $"{path}：{zh}", $"{path}: {en}");

    private static Fault Wrong(string code, string zh, string en) => new(FaultKind.Invalid, code, new($"凭证不成立：{zh}。", $"The receipt does not hold: {en}."));
}
