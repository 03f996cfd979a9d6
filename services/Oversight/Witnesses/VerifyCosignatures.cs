using System.Buffers.Binary;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Witnesses;

/// <summary>
/// Whether a checkpoint carries the cosignatures that a policy asks for, with nothing but the checkpoint and the policy. A line of a key that the policy does not name counts for nothing, and is
/// named where the quorum is missed; a line of a key that it names must verify, over this very text; a cosignature that says it is of the future counts for nothing.
/// Faults: <c>cosignature.too_few</c>, <c>cosignature.in_future</c>, <c>note.signature_wrong</c>, those of notes.
/// </summary>
internal static class VerifyCosignatures
{
    /// <summary>What the clocks of a witness and of whoever checks may differ by.</summary>
    internal static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(5);

    /// <summary>Lines of strangers that a refusal names; a note may carry as many as somebody likes.</summary>
    private const int StrangersMax = 8;

    /// <summary>The members of the policy that cosigned, and when they say they did.</summary>
    public static Result<IReadOnlyList<(PolicyMember Witness, DateTimeOffset At)>> Check(string note, WitnessPolicy policy, DateTimeOffset now)
    {
        var parsed = SignedNote.Parse(note);
        if (!parsed.Ok)
        {
            return parsed.Fault;
        }

        var verified = parsed.Value.Verify(policy.Witnesses.Select(w => w.Key));
        if (verified is { Ok: false, Fault: { Code: not "note.signer_unknown" } wrong })
        {
            return wrong;
        }

        var cosigned = new List<(PolicyMember Witness, DateTimeOffset At)>();
        var early = new List<(PolicyMember Witness, DateTimeOffset At)>();
        foreach (var signature in parsed.Value.Signatures)
        {
            if (policy.Witnesses.FirstOrDefault(w => IsOf(signature, w.Key)) is { } witness)
            {
                var at = MomentOf(signature);
                (at <= now + AheadMax ? cosigned : early).Add((witness, at));
            }
        }

        return policy.Satisfied([.. cosigned.Select(c => c.Witness.Key)]) ? cosigned.DistinctBy(c => c.Witness.Key).ToList()
            : policy.Satisfied([.. cosigned.Concat(early).Select(c => c.Witness.Key)]) ? InFuture(early[0].Witness, early[0].At)
            : TooFew(policy, cosigned, parsed.Value);
    }

    private static bool IsOf(NoteSignature signature, VerifierKey key) => signature.KeyId == key.Id && signature.Name == key.Name;

    /// <summary>A moment later than any of the calendar is in the future all the same.</summary>
    private static DateTimeOffset MomentOf(NoteSignature signature) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Min(BinaryPrimitives.ReadInt64BigEndian(signature.Bytes), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private static Fault InFuture(PolicyMember witness, DateTimeOffset at) => new(FaultKind.Refused, "cosignature.in_future", new(
        $"见证人 {witness.Key.Name} 的会签时间 {at:yyyy-MM-dd HH:mm:ss}Z 晚于现在，不予计入，会签不足。请核对双方时钟。",
        $"The cosignature of {witness.Key.Name} says it is of {at:yyyy-MM-dd HH:mm:ss}Z, which is in the future: it does not count, and without it there are too few. Compare the clocks."));

    private static Fault TooFew(WitnessPolicy policy, List<(PolicyMember Witness, DateTimeOffset At)> cosigned, SignedNote note)
    {
        // The log's own lines are under the name that the note begins with.
        var origin = note.Text[..Math.Max(0, note.Text.IndexOf('\n', StringComparison.Ordinal))];
        string[] strangers =
        [
            .. note.Signatures.Where(s => s.Name != origin && !policy.Witnesses.Any(w => IsOf(s, w.Key))).Select(s => $"{s.Name} ({s.KeyId:x8})").Distinct().Take(StrangersMax),
        ];
        var (there, missing) = (string.Join(", ", cosigned.Select(c => c.Witness.Key.Name).Distinct()), string.Join(", ", policy.Witnesses.Where(w => cosigned.All(c => c.Witness != w)).Select(w => $"{w.Key.Name} ({w.Key.Id:x8})")));
        return new(FaultKind.Refused, "cosignature.too_few", new(
            $"会签不足：已会签 {Some(there, "无")}；未会签 {Some(missing, "无")}{(strangers.Length > 0 ? $"；策略未列名的签名 {string.Join("、", strangers)}" : "")}。请稍后取得会签更多的检查点，或核对策略文件中的密钥。",
            $"Fewer witnesses cosigned than the policy asks for: cosigned by {Some(there, "none")}; not by {Some(missing, "none")}{(strangers.Length > 0 ? $"; signed by keys that the policy does not name: {string.Join(", ", strangers)}" : "")}. Ask for the file again when more have cosigned, or compare the keys of the policy."));
    }

    private static string Some(string names, string none) => names.Length > 0 ? names : none;
}
