using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// What a city's log says of itself at one moment (C2SP tlog-checkpoint): which log, how many entries, and the root over them.
/// Faults: <c>checkpoint.malformed</c>, <c>checkpoint.origin_wrong</c>, <c>checkpoint.log_signature_missing</c>, and those of <see cref="SignedNote"/>.
/// </summary>
internal sealed record Checkpoint(string Origin, long Size, Hash Root)
{
    /// <summary>Opaque lines that others may have added; ours has none, as no monitor can check them.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The text that is signed: its lines, each ended by a newline.</summary>
    public string Text =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root}\n{string.Concat(Extensions.Select(e => e + '\n'))}");

    public SignedNote Sign(SignerKey key, DateTimeOffset at) => Sign([key], at);

    public SignedNote Sign(IReadOnlyList<SignerKey> keys, DateTimeOffset at) => SignedNote.Sign(Text, keys, at);

    public static Result<Checkpoint> Parse(string text)
    {
        if (!text.EndsWith('\n'))
        {
            return Malformed("最后一行没有换行", "the last line has no newline");
        }

        var lines = text[..^1].Split('\n');
        if (lines.Length < 3 || lines.Contains(""))
        {
            return Malformed("应至少有三行：名称、条数、根", "it should have at least three lines: origin, size and root");
        }

        // No leading zeros: a size has one spelling.
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size > MerkleTree.SizeMax || lines[1] != size.ToString(CultureInfo.InvariantCulture))
        {
            return Malformed("第二行不是条数", "the second line is not a tree size");
        }

        if (!Hash.TryParse(lines[2], out var root))
        {
            return Malformed("第三行不是32字节的base64", "the third line is not base64 of 32 bytes");
        }

        return size == 0 && root != MerkleTree.EmptyRoot
            ? Malformed("空树的根不对", "the root of an empty tree is another")
            : new Checkpoint(lines[0], size, root) { Extensions = lines[3..] };
    }

    /// <summary>
    /// Reads a signed checkpoint and trusts it only if it is of <paramref name="origin"/> and one of <paramref name="logKeys"/> signed it;
    /// says which of <paramref name="witnesses"/> cosigned.
    /// </summary>
    public static Result<SignedCheckpoint> Open(string note, string origin, IReadOnlyList<VerifierKey> logKeys, IReadOnlyList<VerifierKey> witnesses)
    {
        var parsed = SignedNote.Parse(note);
        if (!parsed.Ok)
        {
            return parsed.Fault;
        }

        var verified = parsed.Value.Verify([.. logKeys, .. witnesses]);
        if (!verified.Ok)
        {
            return verified.Fault;
        }

        var checkpoint = Parse(parsed.Value.Text);
        if (!checkpoint.Ok)
        {
            return checkpoint.Fault;
        }

        if (checkpoint.Value.Origin != origin)
        {
            return new Fault(FaultKind.Invalid, "checkpoint.origin_wrong", new(
                $"这是日志 {checkpoint.Value.Origin} 的检查点，不是 {origin} 的。", $"This is a checkpoint of the log {checkpoint.Value.Origin}, not of {origin}."));
        }

        if (!verified.Value.Any(logKeys.Contains))
        {
            return new Fault(FaultKind.Invalid, "checkpoint.log_signature_missing", new(
                $"检查点上没有日志 {origin} 自己的签名，只有见证人的。", $"The checkpoint lacks the signature of the log {origin} itself; it has witnesses' only."));
        }

        return new SignedCheckpoint(checkpoint.Value, parsed.Value, [.. verified.Value.Where(witnesses.Contains)]);
    }

    private static Fault Malformed(string zh, string en) =>
        new(FaultKind.Invalid, "checkpoint.malformed", new($"检查点无法读取：{zh}。", $"This checkpoint cannot be read: {en}."));
}

/// <summary>A checkpoint whose signatures were checked: the log's own, and those of the witnesses listed.</summary>
internal sealed record SignedCheckpoint(Checkpoint Checkpoint, SignedNote Note, IReadOnlyList<VerifierKey> Witnesses);
