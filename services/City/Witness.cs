using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Witnesses;
using Seen = PilotCity.Oversight.Witnesses.Witness;

namespace PilotCity.City;

/// <summary>
/// <c>./city witness</c>: another city, the audit office or the ministry cosigns a city's checkpoints. It looks at the logs whose address its policy
/// names, answers <c>POST /add-checkpoint</c>, and keeps what it saw in its folder. <c>--once</c> looks once and ends: 1 where a log is not to be cosigned, or has been caught with a split view ever.
/// </summary>
internal static class Witness
{
    private const int PortDefault = 5090;

    private const string KeyName = "witness.key";

    /// <summary>Further keys of logs that were said once already.</summary>
    private static readonly HashSet<string> told = new(StringComparer.Ordinal);

    internal static Command Command()
    {
        var data = new Option<string>("--data") { Description = Say.Of("见证人自己的目录：密钥与已会签的检查点（默认 witness）", "the witness's own folder: its key and what it cosigned (default: witness)"), DefaultValueFactory = _ => "witness" };
        var name = new Option<string>("--name") { Description = Say.Of("见证人名称，如 audit.example/w1；首次运行时据此生成密钥", "the witness's name, e.g. audit.example/w1; its key is made under it at the first start"), DefaultValueFactory = _ => "witness.example/w1" };
        var log = new Option<string[]>("--log") { Description = Say.Of("所见证日志的验证公钥，可加网址：“公钥 http://…”（可多个）", "the verifier key of a log, and where it is: 'KEY http://…' (may be given several times)") };
        var policy = new Option<string?>("--policy") { Description = Say.Of("见证策略文件（tlog-policy），其中的 log 行即所见证的日志", "a policy file (tlog-policy): its 'log' lines are the logs") };
        var port = new Option<int>("--port") { Description = Say.Of($"监听端口（默认 {PortDefault}，0 为任意空闲端口）", $"the port it listens on (default {PortDefault}; 0 is any free one)"), DefaultValueFactory = _ => PortDefault };
        var every = new Option<int>("--every") { Description = Say.Of("每隔多少秒查看日志（默认 5）", "seconds between looks at the logs (default 5)"), DefaultValueFactory = _ => 5 };
        var once = new Option<bool>("--once") { Description = Say.Of("只查看一次即结束", "look once and end") };
        var token = new Option<string?>("--token") { Description = Say.Of("日志网址要求登录时的访问令牌（文件）", "the access token (a file), where a log's address asks for one") };
        var command = new Command("witness", Say.Of("见证：跟随一座城市的检查点，核对前后一致后会签", "witness: follow a city's checkpoints, check that they are consistent and cosign them")) { data, name, log, policy, port, every, once, token };
        command.SetAction(async (parsed, ct) =>
        {
            if (Logs(parsed.GetValue(log) ?? [], parsed.GetValue(policy), Console.Error) is not { Count: > 0 } logs)
            {
                return 2;
            }

            if (!Verify.ReadToken(parsed.GetValue(token), Console.Error, out var bearer))
            {
                return 2;
            }

            using var folder = DataFolder.Take(parsed.GetRequiredValue(data), Console.Error);
            if (folder is null || Key(folder.Path, parsed.GetRequiredValue(name), Console.Error) is not { } key)
            {
                return 2;
            }

            try
            {
                using var store = new WitnessStore(Path.Combine(folder.Path, "witness.db"));
                var witness = new Seen(key, [.. logs.Select(l => l.Key)], store, TimeProvider.System);
                Console.WriteLine(Say.Of($"见证公钥：{witness.Key}", $"Witness key: {witness.Key}"));
                var split = SaySplitViews(witness);
                return parsed.GetValue(once)
                    ? Math.Max(await Look(witness, logs, bearer, ct), split ? 1 : 0)
                    : await Serve(witness, logs, bearer, parsed.GetValue(port), Math.Clamp(parsed.GetValue(every), 1, 86_400), ct);
            }
            catch (SqliteException e)
            {
                Console.Error.WriteLine(Say.Of($"见证记录无法使用：{e.Message}", $"The witness's record cannot be used: {e.Message}"));
                return 2;
            }
        });
        return command;
    }

    /// <summary>What a log signed once and cannot take back is said at every start, whatever it shows now.</summary>
    private static bool SaySplitViews(Seen witness)
    {
        var seen = witness.Store.SplitViews();
        foreach (var log in seen.GroupBy(s => s.Origin, StringComparer.Ordinal))
        {
            Console.Error.WriteLine(Say.Of(
                $"{log.Key}：留存有 {log.Count()} 份分裂视图证据（两份均由该日志签署、互相矛盾的检查点），首份见于 {DateTimeOffset.FromUnixTimeSeconds(log.First().SeenAtSeconds):yyyy-MM-dd HH:mm:ss}Z；见 GET /split-views。",
                $"{log.Key}: {log.Count()} split views are kept as evidence (two checkpoints each that the log signed and that contradict one another), the first of {DateTimeOffset.FromUnixTimeSeconds(log.First().SeenAtSeconds):yyyy-MM-dd HH:mm:ss}Z; see GET /split-views."));
        }

        return seen.Count > 0;
    }

    private static async Task<int> Serve(Seen witness, IReadOnlyList<PolicyMember> logs, string? token, int port, int everySeconds, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await using var host = WitnessHost.Build(witness, port);
        try
        {
            await host.StartAsync(stop.Token);
        }
        catch (IOException e)
        {
            Console.Error.WriteLine(Say.Of($"端口 {port} 无法使用：{e.Message}", $"Port {port} cannot be used: {e.Message}"));
            return 2;
        }

        Console.WriteLine(Say.Of($"见证人已启动：{host.Urls.First()}（Ctrl-C 停止）", $"Witness up: {host.Urls.First()} (Ctrl-C stops)"));
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(everySeconds));
        try
        {
            do
            {
                await Look(witness, logs, token, stop.Token);
            }
            while (await timer.WaitForNextTickAsync(stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await host.StopAsync(CancellationToken.None);
        }

        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>Looks at each log that has an address; says what is new, and what is wrong.</summary>
    private static async Task<int> Look(Seen witness, IReadOnlyList<PolicyMember> logs, string? token, CancellationToken ct)
    {
        var code = 0;
        foreach (var log in logs.Where(l => l.Address is not null))
        {
            var before = witness.Store.Last(log.Key.Name) is { } last ? WitnessStore.Read(last).Size : -1;
            using var source = MirrorSource.Of(log.Address!.ToString(), token);
            var looked = await FollowLog.Look(witness, log.Key, source, TimeProvider.System.GetUtcNow(), ct);
            if (!looked.Ok)
            {
                Console.Error.WriteLine($"{log.Key.Name}: [{looked.Fault.Code}] {Say.Of(looked.Fault.Message)}");
                code = 1;
            }
            else if (looked.Value.Size != before)
            {
                Console.WriteLine(Say.Of($"{log.Key.Name}：已会签 {looked.Value.Size} 条", $"{log.Key.Name}: {looked.Value.Size} entries cosigned"));
            }

            foreach (var further in looked.Ok ? looked.Value.Further.Where(f => told.Add($"{f.Name}+{f.KeyId:x8}")) : [])
            {
                Console.Error.WriteLine(Say.Of(
                    $"{log.Key.Name}：该日志正在更换密钥，新密钥（{further.KeyId:x8}）尚不在本见证人所知之列。请另行向该市取得新公钥，用 --log 一并给出后重新启动；旧密钥停用（rotate-key --finish）后将无法再会签。",
                    $"{log.Key.Name}: the log is changing its key, and this witness does not have the new one ({further.KeyId:x8}). Take it from the city in another way, and start again with a further --log; once the old key has stopped (rotate-key --finish) nothing can be cosigned without it."));
            }
        }

        return code;
    }

    private static List<PolicyMember>? Logs(string[] keys, string? policyFile, TextWriter error)
    {
        var lines = string.Concat(keys.Select(k => $"log {k}\n"));
        try
        {
            lines += policyFile is null ? "quorum none" : File.ReadAllText(policyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(Say.Of($"{policyFile}：无法读取", $"{policyFile}: cannot be read"));
            return null;
        }

        var policy = WitnessPolicy.Parse(lines);
        if (!policy.Ok || policy.Value.Logs.Count == 0)
        {
            error.WriteLine(policy.Ok ? Say.Of("请用 --log 或 --policy 给出所见证的日志。", "Name the logs to witness with --log or --policy.") : Say.Of(policy.Fault.Message));
            return null;
        }

        return policy.Value.Logs;
    }

    private static SignerKey? Key(string folder, string name, TextWriter error)
    {
        var path = Path.Combine(folder, KeyName);
        if (!File.Exists(path))
        {
            if (!VerifierKey.NameIsValid(name) || name.Length > VerifierKey.NameLengthMax)
            {
                error.WriteLine(Say.Of($"“{name}”不能作见证人名称：不可有空格或加号。", $"'{name}' cannot name a witness: no spaces, no plus sign."));
                return null;
            }

            LogKey.Write(path, SignerKey.Generate(name, KeyAlgorithm.CosignatureV1));
        }

        var key = SignerKey.Parse(File.ReadAllText(path).TrimEnd('\n', '\r'));
        if (!key.Ok || key.Value.Verifier.Algorithm != KeyAlgorithm.CosignatureV1)
        {
            error.WriteLine(Say.Of($"{path} 不是见证人密钥文件；请从备份恢复。", $"{path} is no witness's key file; restore it from a copy."));
            return null;
        }

        return key.Value;
    }
}
