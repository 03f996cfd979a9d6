using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Exports;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.City;

/// <summary><c>./city verify EXPORT</c>: checks an exported trail with nothing but its file. Exit codes are those of <see cref="Verify"/>.</summary>
internal static class VerifyExported
{
    /// <summary>Whether a file is a package and no receipt; one that cannot be read is neither.</summary>
    internal static bool IsOne(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var begin = new byte[VerifyExport.Magic.Length];
            return file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin.AsSpan().SequenceEqual(VerifyExport.Magic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static async Task<int> Run(string path, VerifierKeys? key, WitnessPolicy? policy, TextWriter output, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        var verified = await VerifyExport.Check(file, key, ct);
        if (!verified.Ok)
        {
            output.WriteLine($"{path}: {Say.Of("不成立", "does NOT hold")} [{verified.Fault.Code}] {Say.Of(verified.Fault.Message)}");
            return 1;
        }

        if (!Verify.Cosigned(path, verified.Value.Manifest.Checkpoint, policy, output, out var witnesses))
        {
            return 1;
        }

        var (manifest, checkpoint) = (verified.Value.Manifest, verified.Value.Checkpoint);
        var subjects = string.Join(", ", manifest.Query.Subjects.Select(s => $"{s.Kind} {s.Id}"));
        output.WriteLine(Say.Of(
            $"{path}: 成立。{subjects} 的 {manifest.Entries} 条记录均在 {checkpoint.Origin} 的 {checkpoint.Size} 条之内；CSV、XLSX、JSON Lines 与之相符。是否完整，以该市的说明为准。",
            $"{path}: holds. {subjects}: {manifest.Entries} entries, all among the {checkpoint.Size} of {checkpoint.Origin}; CSV, XLSX and JSON Lines are made of them. That they are all there are is the city's word."));
        if (!verified.Value.KeyWasGiven)
        {
            output.WriteLine(Say.Of($"  公钥取自导出本身，请与该市公布的核对：{verified.Value.Key}", $"  The key is the export's own; compare it with the one that the city publishes: {verified.Value.Key}"));
        }

        output.Write(witnesses);
        return 0;
    }
}
