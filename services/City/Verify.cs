using System.CommandLine;
using PilotCity.City.Servers;
using PilotCity.Funding.Awards;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Verify;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.City;

/// <summary>
/// <c>./city verify FILE</c>: checks a receipt, or an exported trail (<see cref="VerifyExported"/>), with no network, no database and no trust in us; <c>./city verify --log FOLDER</c> checks every log
/// of a data folder against itself and against the signed tree, <c>--postgres</c> those of databases, <c>--mirror</c> and <c>--checkpoints</c> what a
/// city publishes (<see cref="VerifyPublished"/>). Exit code 0 where everything holds, 1 where something does not, 2 where it could not be read.
/// </summary>
internal static class Verify
{
    internal static Command Command()
    {
        var files = new Argument<string[]>(Say.Of("文件", "FILE")) { Description = Say.Of("一个或多个凭证或轨迹导出包（zip）", "one or more receipts or exported trails (zip)"), Arity = ArgumentArity.ZeroOrMore };
        var log = new Option<string?>("--log") { Description = Say.Of("核验数据目录中的全部日志", "check every log of a data folder") };
        var key = new Option<string?>("--key") { Description = Say.Of("验证公钥（文件，每行一个；或 名称+编号+公钥 文本）；不给则用凭证自带的公钥并予以说明", "the verifier keys (a file with one a line, or name+id+key); without it the receipt's own is used, and said so") };
        var explain = new Option<bool>("--explain") { Description = Say.Of("成立的凭证，另用文字说明其中的核定", "of a receipt that holds, say the decision in words as well") };
        var mirror = new Option<string?>("--mirror") { Description = Say.Of("核验静态镜像（目录或 http:// 网址）", "check a mirror of static files (a folder, or an address http://…)") };
        var checkpoints = new Option<string[]>("--checkpoints") { Description = Say.Of("核验两个检查点文件前后一致：较早的、较晚的", "check that two checkpoint files go together: the earlier, the later"), Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };
        var proof = new Option<string?>("--proof") { Description = Say.Of("两个检查点之间的一致性证明（文件）；不给则由 --mirror 计算", "the consistency proof between the two checkpoints (a file); without it, it is made from --mirror") };
        var token = new Option<string?>("--token") { Description = Say.Of("镜像网址要求登录时的访问令牌（文件）", "the access token (a file), where the mirror's address asks for one") };
        var policy = PolicyOption();
        var postgres = ServersOptions.Postgres();
        var command = new Command("verify", Say.Of("离线核验凭证、导出、日志、镜像或检查点", "verify receipts, exports, logs, mirrors or checkpoints")) { files, log, key, policy, explain, mirror, checkpoints, proof, token, postgres };
        command.SetAction(async (parsed, ct) =>
        {
            var (receipts, folder, keyText) = (parsed.GetValue(files) ?? [], parsed.GetValue(log), parsed.GetValue(key));
            var (place, pair, server) = (parsed.GetValue(mirror), parsed.GetValue(checkpoints) ?? [], ServersOptions.PostgresOf(parsed, postgres));
            if (!ReadPolicy(parsed.GetValue(policy), Console.Error, out var quorum))
            {
                return 2;
            }

            if (quorum is not null && place is null && pair.Length == 0 && receipts.Length == 0)
            {
                Console.Error.WriteLine(Say.Of("--policy 用于凭证、导出、镜像或检查点：日志数据库本身不带会签。", "--policy goes with receipts, exports, a mirror or checkpoints: a log's own database is not what witnesses cosign."));
                return 2;
            }

            // The logs of a policy are those that are trusted, unless keys are given.
            keyText ??= quorum is { Logs.Count: > 0 } ? string.Join('\n', quorum.Logs.Select(l => l.Key)) : null;
            if (place is not null || pair.Length > 0)
            {
                return receipts.Length > 0 || folder is not null ? Run(["?"], "?", null, Console.Out, Console.Error, ct)
                    : !ReadKey(keyText, Console.Error, out var trusted) || !ReadToken(parsed.GetValue(token), Console.Error, out var bearer) ? 2
                    : pair is [var earlier, var later] ? await VerifyPublished.Checkpoints(earlier, later, parsed.GetValue(proof), place, bearer, trusted, quorum, Console.Out, Console.Error, ct)
                    : await VerifyPublished.Mirror(place!, bearer, trusted, quorum, Console.Out, Console.Error, ct);
            }

            return receipts.Length == 0 && folder is null && parsed.GetValue(postgres) is { } named ? await Databases(named, keyText, Console.Out, Console.Error, ct)
                : receipts.Length == 0 && folder is not null && DataFolder.HoldsServers(folder) ? await Servers(folder, server, keyText, Console.Out, Console.Error, ct)
                : await Files(receipts, folder, keyText, Console.Out, Console.Error, ct, parsed.GetValue(explain), quorum);
        });
        return command;
    }

    /// <summary>
    /// Checks a folder of a city of processes, whose logs lie in PostgreSQL: the server that runs in it or that was named, else its own is started
    /// for as long as the check takes. A city in one process that lies in the same folder is checked as well.
    /// </summary>
    internal static async Task<int> Servers(string folder, string? postgres, string? keyText, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (!ReadKey(keyText, error, out var key))
        {
            return 2;
        }

        var inFiles = VerifyLogs.Files(folder).Count > 0 ? Logs(folder, key, output, error, ct) : 0;
        try
        {
            await using var opened = await OpenedServer.Of(folder, postgres, error, ct);
            if (opened is null)
            {
                return 2;
            }

            var sources = await SourcesOn(opened.Connection, ct);
            var own = key is null ? LogKey.OfFolder(DataFolder.ServersOf(folder)) : null;
            var verified = VerifyLogs.Check(sources, city => key ?? own?.Verifiers(city), Progress(error), Path.Combine(DataFolder.ServersOf(folder), "content"), ct);
            return Math.Max(inFiles, Report(verified, key is not null || own is not null, output));
        }
        catch (ServerFailedException e)
        {
            error.WriteLine(e.Message);
            return 2;
        }
    }

    /// <summary>Checks the databases of a city on a PostgreSQL server, wherever its data folder is.</summary>
    private static async Task<int> Databases(string postgres, string? keyText, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (!ReadKey(keyText, error, out var key))
        {
            return 2;
        }

        try
        {
            var sources = await SourcesOn(ServerDatabases.Server(postgres), ct);
            if (sources.Count > 0)
            {
                return Report(VerifyLogs.Check(sources, _ => key, Progress(error), ct), key is not null, output);
            }

            error.WriteLine(Say.Of("该服务器上没有本平台的数据库（pilotcity_*）。", "There are no databases of this platform (pilotcity_*) on that server."));
        }
        catch (ServerFailedException e)
        {
            error.WriteLine(e.Message);
        }
        catch (Npgsql.NpgsqlException e)
        {
            error.WriteLine(Say.Of($"PostgreSQL 无法使用：{e.Message}", $"PostgreSQL cannot be used: {e.Message}"));
        }

        return 2;
    }

    private static async Task<List<LogSource>> SourcesOn(Npgsql.NpgsqlConnectionStringBuilder server, CancellationToken ct)
    {
        var sources = new List<LogSource>();
        foreach (var service in Shapes.Names)
        {
            var database = ServerDatabases.Of(server, service);
            if (await ServerDatabases.Exists(database, ct))
            {
                sources.Add(LogSource.OfServer(service, database.ToString()));
            }
        }

        return sources;
    }

    /// <summary>Exports are told from receipts by how they begin; the worst of all answers is the answer.</summary>
    internal static async Task<int> Files(IReadOnlyList<string> files, string? folder, string? keyText, TextWriter output, TextWriter error, CancellationToken ct, bool explain = false, WitnessPolicy? policy = null)
    {
        string[] exports = folder is null ? [.. files.Where(VerifyExported.IsOne)] : [];
        VerifierKeys? key = null;
        if (exports.Length > 0 && !ReadKey(keyText, error, out key))
        {
            return 2;
        }

        var worst = 0;
        foreach (var export in exports)
        {
            worst = Math.Max(worst, await VerifyExported.Run(export, key, policy, output, ct));
        }

        return exports.Length == files.Count && exports.Length > 0 ? worst : Math.Max(worst, Run([.. files.Except(exports)], folder, keyText, output, error, ct, explain, policy));
    }

    internal static int Run(IReadOnlyList<string> files, string? folder, string? keyText, TextWriter output, TextWriter error, CancellationToken ct, bool explain = false, WitnessPolicy? policy = null)
    {
        if ((files.Count == 0) == (folder is null))
        {
            error.WriteLine(Say.Of("请给出凭证文件，或用 --log 给出数据目录、--postgres 给出数据库、--mirror 给出镜像、--checkpoints 给出两个检查点，只取一种。", "Give receipt files, or a data folder with --log, databases with --postgres, a mirror with --mirror, or two --checkpoints: one of them."));
            return 2;
        }

        return !ReadKey(keyText, error, out var key) ? 2
            : folder is not null ? Logs(folder, key, output, error, ct)
            : files.Max(file => Receipt(file, key, policy, output, error, explain));
    }

    internal static bool ReadKey(string? text, TextWriter error, out VerifierKeys? keys)
    {
        keys = null;
        if (text is null)
        {
            return true;
        }

        var parsed = VerifierKeys.Parse(File.Exists(text) ? File.ReadAllText(text) : text);
        if (!parsed.Ok)
        {
            error.WriteLine(Say.Of(parsed.Fault.Message));
            return false;
        }

        keys = parsed.Value;
        return true;
    }

    internal static Option<string?> PolicyOption() => new("--policy")
    {
        Description = Say.Of("见证策略文件（tlog-policy）：检查点须有其所要求的会签；其 log 行为所信任的公钥", "a witness policy (tlog-policy): the checkpoint needs the cosignatures it asks for; its 'log' lines are the trusted keys"),
    };

    internal static bool ReadPolicy(string? file, TextWriter error, out WitnessPolicy? policy)
    {
        policy = null;
        if (file is null)
        {
            return true;
        }

        try
        {
            var parsed = new FileInfo(file).Length <= WitnessPolicy.BytesMax ? WitnessPolicy.Parse(File.ReadAllText(file)) : WitnessPolicy.TooLarge;
            if (!parsed.Ok)
            {
                error.WriteLine($"{file}: {Say.Of(parsed.Fault.Message)}");
                return false;
            }

            policy = parsed.Value;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(Say.Of($"{file}：无法读取", $"{file}: cannot be read"));
            return false;
        }
    }

    /// <summary>Whether a checkpoint has the cosignatures that are asked for; says what is missing, or gives the line that says who cosigned.</summary>
    internal static bool Cosigned(string file, string note, WitnessPolicy? policy, TextWriter output, out string said)
    {
        said = string.Empty;
        if (policy is null)
        {
            return true;
        }

        var cosigned = VerifyCosignatures.Check(note, policy, TimeProvider.System.GetUtcNow());
        if (!cosigned.Ok)
        {
            output.WriteLine($"{file}: {Say.Of("不成立", "does NOT hold")} [{cosigned.Fault.Code}] {Say.Of(cosigned.Fault.Message)}");
            return false;
        }

        var names = string.Join(", ", cosigned.Value.Select(c => $"{c.Witness.Key.Name} ({c.At:yyyy-MM-dd HH:mm:ss}Z)"));
        said = Say.Of($"  会签符合策略：{(names.Length > 0 ? names : "策略不要求会签")}", $"  Cosigned as the policy asks: {(names.Length > 0 ? names : "it asks for none")}") + Environment.NewLine;
        return true;
    }

    internal static bool ReadToken(string? file, TextWriter error, out string? token)
    {
        token = null;
        try
        {
            token = file is null ? null : File.ReadAllText(file).Trim();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(Say.Of($"{file}：无法读取", $"{file}: cannot be read"));
            return false;
        }
    }

    private static int Receipt(string file, VerifierKeys? key, WitnessPolicy? policy, TextWriter output, TextWriter error, bool explain)
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

        if (!Cosigned(file, verified.Value.Receipt.Checkpoint, policy, output, out var witnesses))
        {
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

        output.Write(witnesses);
        foreach (var explanation in explain ? ExplainReceipt.Explain(verified.Value.Entries, Say.Language) : [])
        {
            output.WriteLine();
            output.Write(PrintExplanation.Text(explanation));
        }

        return 0;
    }

    private static int Logs(string folder, VerifierKeys? key, TextWriter output, TextWriter error, CancellationToken ct)
    {
        // The key file of the folder signs for every city of it; without it signatures are checked against a given key only.
        var own = key is null ? LogKey.OfFolder(folder) : null;
        var verified = VerifyLogs.Check(folder, city => key ?? own?.Verifiers(city), Progress(error), ct: ct);
        if (!verified.Ok)
        {
            error.WriteLine(Say.Of(verified.Fault.Message));
            return 2;
        }

        return Report(verified.Value, key is not null || own is not null, output);
    }

    private static Action<long> Progress(TextWriter error) => read => error.WriteLine(Say.Of($"已核验 {read} 条…", $"{read} entries checked …"));

    private static int Report(VerifiedLogs verified, bool signatures, TextWriter output)
    {
        if (!signatures)
        {
            output.WriteLine(Say.Of("没有验证公钥，检查点签名未核验（--key）。", "There is no verifier key, so signatures were not checked (--key)."));
        }

        // In each log the first bad position first, whichever check found it.
        foreach (var finding in verified.Findings.OrderBy(f => f.Service, StringComparer.Ordinal).ThenBy(f => f.City, StringComparer.Ordinal).ThenBy(f => f.Position ?? 0))
        {
            output.WriteLine($"[{finding.Fault.Code}] {Say.Of(finding.Fault.Message)}");
        }

        output.WriteLine(verified.Holds
            ? Say.Of($"全部成立：{verified.Entries} 条记录，树中 {verified.Leaves} 条（{string.Join("、", verified.Services)}），{(verified.Files is { } files ? $"证据文件 {files} 个" : "没有证据文件目录（content），未核验证据文件")}。", $"Everything holds: {verified.Entries} entries, {verified.Leaves} of them in the tree ({string.Join(", ", verified.Services)}){(verified.Files is { } count ? $", {count} evidence files" : "; there is no folder 'content', so evidence files were not checked")}.")
            : Say.Of($"共 {verified.Findings.Count} 处不成立。", $"{verified.Findings.Count} findings."));
        return verified.Holds ? 0 : 1;
    }
}
