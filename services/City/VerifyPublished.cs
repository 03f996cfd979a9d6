using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Verify;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.City;

/// <summary>
/// <c>./city verify --mirror FOLDER|ADDRESS</c> and <c>./city verify --checkpoints EARLIER LATER</c>: checks of what a city publishes, by whoever has
/// nothing else of it. Exit code 0 where it holds, 1 where it does not, 2 where it could not be read.
/// </summary>
internal static class VerifyPublished
{
    internal static async Task<int> Mirror(string place, string? token, VerifierKeys? key, WitnessPolicy? policy, TextWriter output, TextWriter error, CancellationToken ct)
    {
        using var mirror = MirrorSource.Of(place, token);
        var verified = await VerifyMirror.Check(mirror, key, read => error.WriteLine(Say.Of($"已核验 {read} 条…", $"{read} entries checked …")), ct);
        if (!verified.Ok)
        {
            return Refused(verified.Fault, place, output, error);
        }

        if (!Verify.Cosigned(place, verified.Value.Note, policy, output, out var witnesses))
        {
            return 1;
        }

        if (!verified.Value.Signed)
        {
            output.WriteLine(Say.Of("没有验证公钥，检查点签名未核验（--key）。", "There is no verifier key, so the checkpoint's signature was not checked (--key)."));
        }

        var (origin, size) = (verified.Value.Checkpoint.Origin, verified.Value.Checkpoint.Size);
        output.WriteLine(verified.Value.Wrong is { } wrong
            ? $"[{wrong.Fault.Code}] {Say.Of(wrong.Fault.Message)}"
            : Say.Of($"{place}: 全部成立。{origin} 的 {size} 条记录与各分片均与检查点一致。", $"{place}: everything holds. The {size} entries of {origin} and all tiles are those of the checkpoint."));
        output.Write(witnesses);
        return verified.Value.Wrong is null ? 0 : 1;
    }

    internal static async Task<int> Checkpoints(string earlier, string later, string? proofFile, string? mirror, string? token, VerifierKeys? key, WitnessPolicy? policy, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (Read(earlier, SignedNote.BytesMax, error) is not { } first || Read(later, SignedNote.BytesMax, error) is not { } second)
        {
            return 2;
        }

        var (before, after) = (VerifyCheckpoints.Open(first, key), VerifyCheckpoints.Open(second, key));
        if (!before.Ok || !after.Ok)
        {
            return Refused((before.Ok ? after : before).Fault!, before.Ok ? later : earlier, output, error);
        }

        if (!Verify.Cosigned(earlier, first, policy, output, out _) || !Verify.Cosigned(later, second, policy, output, out var witnesses))
        {
            return 1;
        }

        var proof = await Proof(before.Value, after.Value, proofFile, mirror, token, output, error, ct);
        if (proof.Hashes is null)
        {
            return proof.Code;
        }

        if (key is null)
        {
            output.WriteLine(Say.Of("没有验证公钥，检查点签名未核验（--key）。", "There is no verifier key, so signatures were not checked (--key)."));
        }

        if (VerifyCheckpoints.Check(before.Value, after.Value, proof.Hashes) is { } fault)
        {
            output.WriteLine($"[{fault.Code}] {Say.Of(fault.Message)}");
            return 1;
        }

        output.WriteLine(Say.Of(
            $"成立：{after.Value.Origin} 的 {after.Value.Size} 条以先前的 {before.Value.Size} 条开头。", $"Holds: the {after.Value.Size} entries of {after.Value.Origin} begin with the earlier {before.Value.Size}."));
        output.Write(witnesses);
        return 0;
    }

    /// <summary>The proof that was given, or made from a mirror's tiles; none is needed where the sizes are equal or the earlier log was empty.</summary>
    private static async Task<(IReadOnlyList<Hash>? Hashes, int Code)> Proof(
        Checkpoint before, Checkpoint after, string? file, string? mirror, string? token, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (before.Size == 0 || before.Size >= after.Size)
        {
            return ([], 0);
        }

        if (file is not null)
        {
            if (Read(file, VerifyCheckpoints.ProofBytesMax, error) is not { } text)
            {
                return (null, 2);
            }

            var read = VerifyCheckpoints.ReadProof(text);
            return read.Ok ? (read.Value, 0) : (null, Refused(read.Fault, file, output, error));
        }

        if (mirror is null)
        {
            error.WriteLine(Say.Of("两个检查点大小不同，请用 --proof 给出一致性证明，或用 --mirror 给出可以计算证明的镜像。", "The checkpoints differ in size: give the consistency proof with --proof, or a mirror to make it from with --mirror."));
            return (null, 2);
        }

        using var source = MirrorSource.Of(mirror, token);
        var made = await MirrorProof.Consistency(source, before.Size, after.Size, ct);
        return made.Ok ? (made.Value, 0) : (null, Refused(made.Fault, mirror, output, error));
    }

    /// <summary>What cannot be read is another thing than what does not hold.</summary>
    private static int Refused(Defaults.Fault fault, string place, TextWriter output, TextWriter error)
    {
        if (fault.Kind is Defaults.FaultKind.Unavailable or Defaults.FaultKind.NotFound or Defaults.FaultKind.TooLarge || fault.Code.EndsWith("malformed", StringComparison.Ordinal))
        {
            error.WriteLine($"{place}: [{fault.Code}] {Say.Of(fault.Message)}");
            return 2;
        }

        output.WriteLine($"{place}: [{fault.Code}] {Say.Of(fault.Message)}");
        return 1;
    }

    private static string? Read(string file, int bytesMax, TextWriter error)
    {
        try
        {
            if (new FileInfo(file).Length <= bytesMax)
            {
                return File.ReadAllText(file);
            }

            error.WriteLine(Say.Of($"{file}：超过 {bytesMax} 字节", $"{file}: larger than {bytesMax} bytes"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(Say.Of($"{file}：无法读取", $"{file}: cannot be read"));
        }

        return null;
    }
}
