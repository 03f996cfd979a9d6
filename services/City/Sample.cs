using System.CommandLine;
using System.Security.Cryptography;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Samples;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.City;

/// <summary>
/// <c>./city sample --verify RECEIPT</c>: repeats the draw of an audit's sample from its receipt, without a network; with <c>--mirror</c> it rebuilds what was drawn from too. Exit code 0 where
/// everything holds, 1 where something does not, 2 where it could not be read. <c>--new-seed</c> makes a seed to commit to.
/// </summary>
internal static class Sample
{
    internal static Command Command()
    {
        var verify = new Option<string?>("--verify") { Description = Say.Of("抽样凭证（JSON 文件）：重做抽取并逐项比对", "a sample's receipt (a JSON file): repeat the draw and compare item by item") };
        var key = new Option<string?>("--key") { Description = Say.Of("该市公布的验证公钥（文本或文件）；不给则用凭证自带的", "the city's published verifier key (text or file); without it the receipt's own is used") };
        var mirror = new Option<string?>("--mirror") { Description = Say.Of("用日志镜像（目录或网址）的条目重建总体", "rebuild the population from a mirror of the log (a folder or an address)") };
        var seed = new Option<bool>("--new-seed") { Description = Say.Of("生成一个种子及其 SHA-256：先登记后者，抽取前种子不外泄", "make a seed and its SHA-256: commit to the latter, keep the seed to yourself until the draw") };
        var policy = Verify.PolicyOption();
        var command = new Command("sample", Say.Of("审计抽样：生成种子，离线复核抽样凭证", "samples for audits: make a seed, repeat a draw offline from its receipt")) { verify, key, policy, mirror, seed };
        command.SetAction(async (parsed, ct) =>
        {
            if (parsed.GetValue(verify) is { } file && !parsed.GetValue(seed))
            {
                return Verify.ReadPolicy(parsed.GetValue(policy), Console.Error, out var quorum) ? await Run(file, parsed.GetValue(key), parsed.GetValue(mirror), Console.Out, Console.Error, ct, quorum) : 2;
            }

            if (parsed.GetValue(verify) is not null || !parsed.GetValue(seed))
            {
                Console.Error.WriteLine(Say.Of("请给出 --verify 凭证 或 --new-seed，只取一种。", "Give --verify RECEIPT or --new-seed: one of them."));
                return 2;
            }

            var bytes = RandomNumberGenerator.GetBytes(32);
            Console.WriteLine(Say.Of($"种子（抽取前保密）：{Convert.ToHexStringLower(bytes)}", $"seed (keep it until the draw): {Convert.ToHexStringLower(bytes)}"));
            Console.WriteLine(Say.Of($"其 SHA-256（现在登记）：{Convert.ToHexStringLower(SHA256.HashData(bytes))}", $"its SHA-256 (commit to it now): {Convert.ToHexStringLower(SHA256.HashData(bytes))}"));
            return 0;
        });
        return command;
    }

    internal static async Task<int> Run(string file, string? keyText, string? mirror, TextWriter output, TextWriter error, CancellationToken ct, WitnessPolicy? policy = null)
    {
        if (!Verify.ReadKey(keyText, error, out var key))
        {
            return 2;
        }

        byte[] bytes;
        try
        {
            if (new FileInfo(file).Length > SampleReceipt.BytesMax)
            {
                error.WriteLine(Say.Of($"{file}：超过抽样凭证上限 {SampleReceipt.BytesMax} 字节", $"{file}: larger than the {SampleReceipt.BytesMax} bytes of a sample's receipt"));
                return 2;
            }

            bytes = await File.ReadAllBytesAsync(file, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(Say.Of($"{file}：无法读取", $"{file}: cannot be read"));
            return 2;
        }

        var verified = VerifySample.Check(bytes, key);
        if (!verified.Ok)
        {
            output.WriteLine($"{file}: {Say.Of("不成立", "does NOT hold")} [{verified.Fault.Code}] {Say.Of(verified.Fault.Message)}");
            return 1;
        }

        if (!Verify.Cosigned(file, verified.Value.Receipt.Checkpoint, policy, output, out var witnesses))
        {
            return 1;
        }

        if (mirror is not null)
        {
            using var source = MirrorSource.Of(mirror);
            if (await VerifySample.Rebuild(verified.Value, source, ct) is { } fault)
            {
                output.WriteLine($"{file}: {Say.Of("不成立", "does NOT hold")} [{fault.Code}] {Say.Of(fault.Message)}");
                return fault.Kind == Defaults.FaultKind.Unavailable ? 2 : 1;
            }
        }

        Report(file, verified.Value, mirror, output);
        output.Write(witnesses);
        return 0;
    }

    private static void Report(string file, VerifiedSample sample, string? mirror, TextWriter output)
    {
        var (committed, drawn) = (sample.Committed, sample.Drawn);
        output.WriteLine(Say.Of(
            $"{file}: 成立。样本 {sample.Receipt.Sample}：总体 {committed.Items} 项 {committed.Total} 元，抽出 {drawn.Items.Count} 项；承诺、种子、根、总体清单、抽取一致。",
            $"{file}: holds. Sample {sample.Receipt.Sample}: {drawn.Items.Count} items drawn from {committed.Items} ({committed.Total} yuan); commitment, seed, root, population and draw agree."));
        if (mirror is null)
        {
            output.WriteLine(Say.Of("  总体清单与承诺的散列一致；要从日志重建它，请加 --mirror。", "  The population has the committed hash; to rebuild it from the log, add --mirror."));
        }

        if (!sample.KeyWasGiven)
        {
            output.WriteLine(Say.Of($"  公钥取自凭证本身，请与该市公布的核对：{sample.Key}", $"  The key is the receipt's own; compare it with the one that the city publishes: {sample.Key}"));
        }

        foreach (var item in drawn.Items)
        {
            output.WriteLine($"  {item.Item} {item.Amount}{(item.Hits is { } hits ? $" ×{hits}" : "")}");
        }
    }
}
