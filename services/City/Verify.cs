using System.CommandLine;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Verify;

namespace PilotCity.City;

/// <summary>
/// <c>./city verify FILE</c>: checks a receipt with no network, no database and no trust in us; <c>./city verify --log FOLDER</c> checks every log
/// of a data folder against itself and against the signed tree. Exit code 0 where everything holds, 1 where something does not, 2 where it could not be read.
/// </summary>
internal static class Verify
{
    internal static Command Command()
    {
        var files = new Argument<string[]>(Say.Of("凭证", "RECEIPT")) { Description = Say.Of("一个或多个凭证文件", "one or more receipt files"), Arity = ArgumentArity.ZeroOrMore };
        var log = new Option<string?>("--log") { Description = Say.Of("核验数据目录中的全部日志", "check every log of a data folder") };
        var key = new Option<string?>("--key") { Description = Say.Of("验证公钥（文件或 名称+编号+公钥 文本）；不给则用凭证自带的公钥并予以说明", "the verifier key (a file, or name+id+key); without it the receipt's own is used, and said so") };
        var command = new Command("verify", Say.Of("离线核验凭证或日志", "verify receipts or logs offline")) { files, log, key };
        command.SetAction((parsed, ct) => Task.FromResult(Run(parsed.GetValue(files) ?? [], parsed.GetValue(log), parsed.GetValue(key), Console.Out, Console.Error, ct)));
        return command;
    }

    internal static int Run(IReadOnlyList<string> files, string? folder, string? keyText, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if ((files.Count == 0) == (folder is null))
        {
            error.WriteLine(Say.Of("请给出凭证文件，或用 --log 给出数据目录，二者取一。", "Give receipt files, or a data folder with --log."));
            return 2;
        }

        VerifierKey? key = null;
        if (keyText is not null)
        {
            var parsed = VerifierKey.Parse(File.Exists(keyText) ? File.ReadAllText(keyText).Trim() : keyText);
            if (!parsed.Ok)
            {
                error.WriteLine(Say.Of(parsed.Fault.Message));
                return 2;
            }

            key = parsed.Value;
        }

        return folder is not null ? Logs(folder, key, output, error, ct) : files.Max(file => Receipt(file, key, output, error));
    }

    private static int Receipt(string file, VerifierKey? key, TextWriter output, TextWriter error)
    {
        byte[] bytes;
        try
        {
            var size = new FileInfo(file).Length;
            if (size > Oversight.Receipts.Receipt.BytesMax)
            {
                error.WriteLine(Say.Of($"{file}：超过凭证上限 {Oversight.Receipts.Receipt.BytesMax} 字节", $"{file}: larger than the {Oversight.Receipts.Receipt.BytesMax} bytes of a receipt"));
                return 2;
            }

            bytes = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(Say.Of($"{file}：无法读取", $"{file}: cannot be read"));
            return 2;
        }

        var verified = VerifyReceipt.Check(bytes, key, RecheckAward.Recheck);
        if (!verified.Ok)
        {
            output.WriteLine($"{file}: {Say.Of("不成立", "does NOT hold")} [{verified.Fault.Code}] {Say.Of(verified.Fault.Message)}");
            return 1;
        }

        var (receipt, checkpoint) = (verified.Value.Receipt, verified.Value.Checkpoint);
        output.WriteLine(Say.Of(
            $"{file}: 成立。补助 {receipt.Award}，{verified.Value.Entries.Count} 条记录均在 {checkpoint.Origin} 的 {checkpoint.Size} 条之内；签名、链、事实、算式、审批一致。",
            $"{file}: holds. Award {receipt.Award}: {verified.Value.Entries.Count} entries, all among the {checkpoint.Size} of {checkpoint.Origin}; signature, chain, facts, calculation and approvals agree."));
        if (!verified.Value.KeyWasGiven)
        {
            output.WriteLine(Say.Of($"  公钥取自凭证本身，请与该市公布的核对：{verified.Value.Key}", $"  The key is the receipt's own; compare it with the one that the city publishes: {verified.Value.Key}"));
        }

        return 0;
    }

    private static int Logs(string folder, VerifierKey? key, TextWriter output, TextWriter error, CancellationToken ct)
    {
        // The key file of one process signs for every city of the folder; without it signatures are checked against a given key only.
        var own = key is null ? LogKey.OfFolder(folder) : null;
        var verified = VerifyLogs.Check(folder, city => key ?? own?.Of(city).Verifier, read => error.WriteLine(Say.Of($"已核验 {read} 条…", $"{read} entries checked …")), ct);
        if (!verified.Ok)
        {
            error.WriteLine(Say.Of(verified.Fault.Message));
            return 2;
        }

        if (key is null && own is null)
        {
            output.WriteLine(Say.Of("没有验证公钥，检查点签名未核验（--key）。", "There is no verifier key, so signatures were not checked (--key)."));
        }

        // In each log the first bad position first, whichever check found it.
        foreach (var finding in verified.Value.Findings.OrderBy(f => f.Service, StringComparer.Ordinal).ThenBy(f => f.City, StringComparer.Ordinal).ThenBy(f => f.Position ?? 0))
        {
            output.WriteLine($"[{finding.Fault.Code}] {Say.Of(finding.Fault.Message)}");
        }

        output.WriteLine(verified.Value.Holds
            ? Say.Of($"全部成立：{verified.Value.Entries} 条记录，树中 {verified.Value.Leaves} 条（{string.Join("、", verified.Value.Services)}）。", $"Everything holds: {verified.Value.Entries} entries, {verified.Value.Leaves} of them in the tree ({string.Join(", ", verified.Value.Services)}).")
            : Say.Of($"共 {verified.Value.Findings.Count} 处不成立。", $"{verified.Value.Findings.Count} findings."));
        return verified.Value.Holds ? 0 : 1;
    }
}
