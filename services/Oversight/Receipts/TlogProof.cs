using System.Globalization;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Receipts;

/// <summary>
/// That one entry is in the log, in a file that needs no network to check (C2SP tlog-proof, <c>.tlog-proof</c>): its index, the
/// hashes from its sibling up to the root, and the signed checkpoint word for word.
/// Faults: <c>proof.malformed</c>, <c>proof.inclusion_wrong</c>, and those of <see cref="Checkpoint"/>.
/// </summary>
internal sealed record TlogProof(long Index, IReadOnlyList<Hash> Hashes, string Checkpoint)
{
    /// <summary>Data of the application that nobody signed: a hint, never evidence.</summary>
    public byte[]? Extra { get; init; }

    /// <summary>Enough for a pointer to where the entry came from.</summary>
    public const int ExtraBytesMax = 64 * 1024;

    private const string Header = "c2sp.org/tlog-proof@v1";

    public static Result<TlogProof> Parse(string text)
    {
        // Header, extra, index, hashes and the empty line: never longer than this before the checkpoint.
        const int headMax = (ExtraBytesMax * 2) + (64 * (MerkleTree.ProofHashesMax + 8));
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || split > headMax || text.Length - split > SignedNote.BytesMax)
        {
            return Malformed(1, "应为证明、空行、检查点", "it should be the proof, an empty line and the checkpoint");
        }

        var lines = text[..split].Split('\n');
        var next = 0;
        if (lines[next++] != Header)
        {
            return Malformed(next, $"首行应为 {Header}", $"the first line should be {Header}");
        }

        byte[]? extra = null;
        if (next < lines.Length && lines[next].StartsWith("extra ", StringComparison.Ordinal)
            && !Base64.TryDecode(lines[next++].AsSpan("extra ".Length), ExtraBytesMax, out extra))
        {
            return Malformed(next, "extra 不是 base64", "extra is not base64");
        }

        if (next >= lines.Length || !lines[next++].StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(lines[next - 1].AsSpan("index ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || lines[next - 1] != string.Create(CultureInfo.InvariantCulture, $"index {index}"))
        {
            return Malformed(Math.Min(next, lines.Length), "应为 index 与序号", "it should be index and a number");
        }

        var hashes = new List<Hash>();
        for (; next < lines.Length; next++)
        {
            if (hashes.Count == MerkleTree.ProofHashesMax || !Hash.TryParse(lines[next], out var hash))
            {
                return Malformed(next + 1, "应为32字节的base64", "it should be base64 of 32 bytes");
            }

            hashes.Add(hash);
        }

        return new TlogProof(index, hashes, text[(split + 2)..]) { Extra = extra };
    }

    /// <summary>Trusts the checkpoint by its keys, then the entry by the checkpoint; gives the checkpoint under which the entry stands.</summary>
    public Result<SignedCheckpoint> Verify(Hash leaf, string origin, IReadOnlyList<VerifierKey> logKeys, IReadOnlyList<VerifierKey> witnesses)
    {
        var opened = Checkpoints.Checkpoint.Open(Checkpoint, origin, logKeys, witnesses);
        if (!opened.Ok)
        {
            return opened.Fault;
        }

        var tree = opened.Value.Checkpoint;
        return MerkleTree.VerifyInclusion(leaf, Index, tree.Size, Hashes, tree.Root)
            ? opened
            : new Fault(FaultKind.Invalid, "proof.inclusion_wrong", new(
                $"该条目不在检查点（共 {tree.Size} 条）的第 {Index} 位：条目、序号或证明被改动。",
                $"The entry is not at index {Index} of the checkpoint's {tree.Size} entries: the entry, the index or the proof was changed."));
    }

    public override string ToString()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (Extra is not null)
        {
            text.Append("extra ").Append(Convert.ToBase64String(Extra)).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (var hash in Hashes)
        {
            text.Append(hash).Append('\n');
        }

        return text.Append('\n').Append(Checkpoint).ToString();
    }

    private static Fault Malformed(int line, string zh, string en) => new(FaultKind.Invalid, "proof.malformed", new(
        $"证明文件第 {line} 行无法读取：{zh}。", $"Line {line} of the proof file cannot be read: {en}."));
}
