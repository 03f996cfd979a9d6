using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Witnesses;

/// <summary>
/// One look at a log where it serves its files: its newest checkpoint is cosigned if its tiles prove that it continues the one cosigned last.
/// A tree that was cut, or that does not begin with what was cosigned, is a split view: both signed checkpoints are kept.
/// Faults: <c>witness.log_cut</c>, <c>witness.log_forked</c>, those of mirrors, checkpoints and notes.
/// </summary>
internal static class FollowLog
{
    /// <summary>What is cosigned now.</summary>
    /// <param name="Further">Lines of the log's own name by keys that the witness does not have: the log is changing its key.</param>
    public sealed record Looked(long Size, IReadOnlyList<NoteSignature> Further);

    public static async Task<Result<Looked>> Look(Witness witness, VerifierKey log, MirrorSource source, DateTimeOffset at, CancellationToken ct)
    {
        string note;
        try
        {
            if (await source.Read(WriteMirror.CheckpointName, SignedNote.BytesMax, ct) is not { } bytes)
            {
                return VerifyMirror.NoCheckpoint(source);
            }

            note = Encoding.UTF8.GetString(bytes);
        }
        catch (Exception e) when (VerifyMirror.IsAway(e, ct))
        {
            return VerifyMirror.Away(source, e);
        }

        VerifierKey[] keys = [.. witness.Logs.Where(k => k.Name == log.Name)];
        var opened = Checkpoint.Open(note, log.Name, keys, []);
        if (!opened.Ok)
        {
            return opened.Fault;
        }

        var (checkpoint, lastNote) = (opened.Value.Checkpoint, witness.Store.Last(log.Name));
        var last = lastNote is null ? null : WitnessStore.Read(lastNote);
        if (last is not null && checkpoint.Size < last.Size)
        {
            // Served from a copy that lags, or rolled back: signed evidence only together with what the log signs at that size later.
            return new Fault(FaultKind.Conflict, "witness.log_cut", new(
                $"{log.Name} 只给出 {checkpoint.Size} 条的检查点，而已会签 {last.Size} 条：日志被回退，或此处是旧副本。",
                $"{log.Name} shows a checkpoint of {checkpoint.Size} entries, and {last.Size} were cosigned: it was rolled back, or this is an old copy."));
        }

        var proof = last is null || last.Size == checkpoint.Size ? new Result<IReadOnlyList<Hash>>?() : await MirrorProof.Consistency(source, last.Size, checkpoint.Size, ct);
        if (proof is { Ok: false } missing)
        {
            return missing.Fault;
        }

        var answer = witness.Add(new AddCheckpoint(last?.Size ?? 0, proof?.Value ?? [], note));
        if (answer.Status == 200)
        {
            return new Looked(checkpoint.Size, opened.Value.Note.Further(keys));
        }

        if (answer.Status == 422)
        {
            // The proof is of the log's own tiles: it vouches for a tree that does not hold what it signed before.
            witness.Store.Keep(new(log.Name, lastNote!, note, "consistency", at.ToUnixTimeSeconds()));
        }

        return new Fault(FaultKind.Conflict, "witness.log_forked", new(
            $"{log.Name} 的 {checkpoint.Size} 条不以已会签的 {last?.Size} 条开头：分裂视图，不予会签，已留存证据。",
            $"The {checkpoint.Size} entries of {log.Name} do not begin with the {last?.Size} cosigned before: a split view. It is not cosigned, and kept as evidence."));
    }
}
