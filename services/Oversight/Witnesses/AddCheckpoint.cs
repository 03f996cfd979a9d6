using System.Globalization;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Witnesses;

/// <summary>
/// What a log asks a witness (C2SP tlog-witness): to cosign this checkpoint, which the proof leads to from the one of <paramref name="OldSize"/>
/// entries that the witness cosigned last. Fault: <c>witness.request_malformed</c>.
/// </summary>
internal sealed record AddCheckpoint(long OldSize, IReadOnlyList<Hash> Proof, string Note)
{
    /// <summary>What the specification lets a client send.</summary>
    public const int ProofHashesMax = 63;

    public const int BytesMax = SignedNote.BytesMax + (ProofHashesMax * 64);

    public static Result<AddCheckpoint> Parse(ReadOnlySpan<byte> body)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return Malformed("不是 UTF-8", "it is not UTF-8");
        }

        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = split < 0 ? [] : text[..split].Split('\n');
        if (lines.Length == 0 || !lines[0].StartsWith("old ", StringComparison.Ordinal)
            || !long.TryParse(lines[0].AsSpan("old ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var old)
            || lines[0] != string.Create(CultureInfo.InvariantCulture, $"old {old}"))
        {
            return Malformed("首行应为“old 条数”，其后为证明、空行、检查点", "it should begin with 'old SIZE', then the proof, an empty line and the checkpoint");
        }

        if (lines.Length - 1 > ProofHashesMax)
        {
            return Malformed($"证明至多 {ProofHashesMax} 行", $"a proof has at most {ProofHashesMax} lines");
        }

        var proof = new List<Hash>();
        foreach (var line in lines.Skip(1))
        {
            if (!Hash.TryParse(line, out var hash))
            {
                return Malformed($"第 {proof.Count + 2} 行不是32字节的base64", $"line {proof.Count + 2} is not base64 of 32 bytes");
            }

            proof.Add(hash);
        }

        return new AddCheckpoint(old, proof, text[(split + 2)..]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"old {OldSize}\n{string.Concat(Proof.Select(h => $"{h}\n"))}\n{Note}");

    private static Fault Malformed(string zh, string en) =>
        new(FaultKind.Invalid, "witness.request_malformed", new($"请求无法读取：{zh}。", $"This request cannot be read: {en}."));
}
