using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Witnesses;

/// <summary>What a witness does with a checkpoint.</summary>
internal abstract record WitnessDecision
{
    private WitnessDecision()
    {
    }

    /// <summary>It goes on from what was cosigned last: to be kept, then cosigned. The note holds the log's own signatures only.</summary>
    internal sealed record Cosign(Checkpoint Checkpoint, SignedNote Note) : WitnessDecision;

    /// <summary>The asker thinks of another size than was cosigned last (409, <c>text/x.tlog.size</c>).</summary>
    internal sealed record SizeIs(long Size) : WitnessDecision;

    internal sealed record Refuse(int Status, Fault Fault) : WitnessDecision;

    /// <summary>The log signed two trees of one size: what it signed is evidence.</summary>
    public bool SplitView { get; init; }
}

/// <summary>
/// The rule of a witness, in the order of C2SP tlog-witness: it knows the log (404), the log signed it (403), it is no smaller than the old size
/// (400), the old size is the one cosigned last (409), of one size there is one root (409), and the new tree begins with the old one (422).
/// Faults: <c>witness.log_unknown</c>, <c>witness.signer_unknown</c>, <c>witness.old_size</c>, <c>witness.split_view</c>, <c>witness.inconsistent</c>,
/// and those of checkpoints and notes (400).
/// </summary>
internal static class DecideCosignature
{
    /// <param name="known">The checkpoint of this origin that was cosigned last.</param>
    /// <param name="logs">The keys of the logs that this witness knows; a log may have several.</param>
    public static WitnessDecision Decide(AddCheckpoint request, Func<string, Checkpoint?> known, IReadOnlyList<VerifierKey> logs)
    {
        var note = SignedNote.Parse(request.Note);
        var parsed = note.Ok ? Checkpoint.Parse(note.Value.Text) : note.Fault;
        if (!parsed.Ok)
        {
            return new WitnessDecision.Refuse(400, parsed.Fault);
        }

        var checkpoint = parsed.Value;
        VerifierKey[] keys = [.. logs.Where(k => k.Name == checkpoint.Origin)];
        if (keys.Length == 0)
        {
            return new WitnessDecision.Refuse(404, new(FaultKind.NotFound, "witness.log_unknown", new(
                $"本见证人不见证日志 {checkpoint.Origin}。", $"This witness does not know the log {checkpoint.Origin}.")));
        }

        if (note.Value.Verify(keys) is { Ok: false } unsigned)
        {
            return new WitnessDecision.Refuse(403, new(FaultKind.Forbidden, "witness.signer_unknown", new(
                $"检查点没有日志 {checkpoint.Origin} 的有效签名：{unsigned.Fault.Message.Zh}", $"The log {checkpoint.Origin} did not sign this checkpoint: {unsigned.Fault.Message.En}")));
        }

        if (request.OldSize > checkpoint.Size)
        {
            return new WitnessDecision.Refuse(400, new(FaultKind.Invalid, "witness.old_size", new(
                $"旧条数 {request.OldSize} 大于检查点的 {checkpoint.Size} 条。", $"The old size {request.OldSize} is larger than the checkpoint's {checkpoint.Size}.")));
        }

        var last = known(checkpoint.Origin);
        var split = last is not null && last.Size == checkpoint.Size && last.Root != checkpoint.Root;
        if (request.OldSize != (last?.Size ?? 0))
        {
            return new WitnessDecision.SizeIs(last?.Size ?? 0) { SplitView = split };
        }

        if (split)
        {
            return new WitnessDecision.Refuse(409, new(FaultKind.Conflict, "witness.split_view", new(
                $"{checkpoint.Origin} 就同样的 {checkpoint.Size} 条签署了两个不同的根：分裂视图，不予会签，已留存证据。",
                $"{checkpoint.Origin} signed two different roots over the same {checkpoint.Size} entries: a split view. It is not cosigned, and kept as evidence.")))
            {
                SplitView = true,
            };
        }

        return MerkleTree.VerifyConsistency(request.OldSize, last?.Root ?? MerkleTree.EmptyRoot, checkpoint.Size, checkpoint.Root, request.Proof)
            ? new WitnessDecision.Cosign(checkpoint, note.Value with { Signatures = [.. note.Value.Signatures.Where(s => keys.Any(k => k.Id == s.KeyId && k.Name == s.Name))] })
            : new WitnessDecision.Refuse(422, new(FaultKind.Refused, "witness.inconsistent", new(
                $"证明不能说明 {checkpoint.Size} 条以先前会签的 {request.OldSize} 条开头，不予会签。", $"The proof does not show that the {checkpoint.Size} entries begin with the {request.OldSize} cosigned before: it is not cosigned.")));
    }
}
