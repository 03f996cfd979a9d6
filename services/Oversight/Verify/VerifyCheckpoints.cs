using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Verify;

/// <summary>
/// Holds two checkpoints of a log against each other: that the later tree begins with the earlier one (RFC 6962 §2.1.2). Two signed
/// checkpoints that do not go together are the proof that the log told different things to different people: a split view.
/// Faults: <c>consistency.origin_differs</c>, <c>consistency.order</c>, <c>consistency.proof_malformed</c>, <c>consistency.split_view</c>,
/// <c>consistency.wrong</c>, and those of checkpoints and notes.
/// </summary>
internal static class VerifyCheckpoints
{
    /// <summary>A proof has at most <see cref="MerkleTree.ProofHashesMax"/> hashes; as JSON with its checkpoint it stays far below this.</summary>
    public const int ProofBytesMax = SignedNote.BytesMax * 2;

    /// <summary>A checkpoint, and where keys are given: signed by one of them, under the name of its own city.</summary>
    public static Result<Checkpoint> Open(string note, VerifierKeys? keys)
    {
        var parsed = SignedNote.Parse(note);
        var checkpoint = parsed.Ok ? Checkpoint.Parse(parsed.Value.Text) : parsed.Fault;
        if (!checkpoint.Ok || keys is null)
        {
            return checkpoint;
        }

        var own = keys.ForOrigin(checkpoint.Value.Origin).All;
        var opened = Checkpoint.Open(note, own[0].Name, own, []);
        return opened.Ok ? opened.Value.Checkpoint : opened.Fault;
    }

    /// <summary>Null where the later tree begins with the earlier one.</summary>
    public static Fault? Check(Checkpoint earlier, Checkpoint later, IReadOnlyList<Hash> proof)
    {
        if (earlier.Origin != later.Origin)
        {
            return new(FaultKind.Invalid, "consistency.origin_differs", new(
                $"两个检查点属于不同的日志：{earlier.Origin} 与 {later.Origin}。", $"The two checkpoints are of different logs: {earlier.Origin} and {later.Origin}."));
        }

        if (earlier.Size > later.Size)
        {
            return new(FaultKind.Invalid, "consistency.order", new(
                $"第一个检查点有 {earlier.Size} 条，多于第二个的 {later.Size} 条：请先给较早的。", $"The first checkpoint has {earlier.Size} entries, more than the second's {later.Size}: give the earlier one first."));
        }

        if (earlier.Size == later.Size && earlier.Root != later.Root)
        {
            return new(FaultKind.Conflict, "consistency.split_view", new(
                $"{earlier.Origin} 就同样的 {earlier.Size} 条签署了两个不同的根：分裂视图。请保存这两个检查点作为证据。", $"{earlier.Origin} signed two different roots over the same {earlier.Size} entries: a split view. Keep both checkpoints as evidence."));
        }

        return MerkleTree.VerifyConsistency(earlier.Size, earlier.Root, later.Size, later.Root, proof) ? null : new(FaultKind.Conflict, "consistency.wrong", new(
            $"证明不能说明 {later.Size} 条以先前的 {earlier.Size} 条开头：证明不对，或日志被改写（分裂视图）。", $"The proof does not show that the {later.Size} entries begin with the earlier {earlier.Size}: it is wrong, or the log was rewritten (a split view)."));
    }

    /// <summary>Reads a proof: hashes in base64, one a line, or the JSON of <c>proofs/consistency</c>.</summary>
    public static Result<IReadOnlyList<Hash>> ReadProof(string text)
    {
        IReadOnlyList<string>? lines = text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal) ? OfJson(text) : text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines is null || lines.Count > MerkleTree.ProofHashesMax)
        {
            return Malformed($"至多 {MerkleTree.ProofHashesMax} 个散列", $"it has at most {MerkleTree.ProofHashesMax} hashes");
        }

        var hashes = new List<Hash>();
        foreach (var (index, line) in lines.Index())
        {
            if (!Hash.TryParse(line, out var hash))
            {
                return Malformed($"第 {index + 1} 个不是32字节的base64", $"number {index + 1} is not base64 of 32 bytes");
            }

            hashes.Add(hash);
        }

        return hashes;
    }

    private static List<string>? OfJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("hashes", out var hashes) && hashes.ValueKind == JsonValueKind.Array && hashes.EnumerateArray().All(h => h.ValueKind == JsonValueKind.String)
                ? [.. hashes.EnumerateArray().Select(h => h.GetString()!)] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Fault Malformed(string zh, string en) => new(FaultKind.Invalid, "consistency.proof_malformed", new(
        $"一致性证明无法读取：{zh}；应为每行一个base64散列，或 proofs/consistency 的 JSON。", $"This consistency proof cannot be read: {en}; it should be base64 hashes, one a line, or the JSON of proofs/consistency."));
}
