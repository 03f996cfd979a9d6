using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PilotCity.City.Servers;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Simulations;
using PilotCity.Oversight.Verify;

namespace PilotCity.City;

/// <summary>
/// <c>./city simulate DRAFT.yaml --over HISTORY</c>, the policy time machine: replays every decided award under a draft that need not be
/// published and shows who wins and who loses. The history is a data folder (also while its city runs), what <c>GET /awards/history</c> wrote, or a
/// list of award cases. Exit code 0 where it was decided, 2 where draft or history could not be read.
/// </summary>
internal static class Simulate
{
    /// <summary>Progress is told about this often.</summary>
    private const long ProgressEvery = 10_000;

    /// <summary>What to replay, over what, and where to.</summary>
    internal sealed record Options(string Draft, string Over, string? City = null, string? RuleSet = null, Money? Money = null, string? Json = null, string? Csv = null, bool Servers = false, string? Postgres = null);

    internal static Command Command()
    {
        var draft = new Argument<string>(Say.Of("草案", "DRAFT")) { Description = Say.Of("规则文本（YAML），无须发布", "a rule text (YAML), which need not be published") };
        var over = new Option<string>("--over") { Description = Say.Of("历史：数据目录，或 JSON、JSON Lines 文件（GET /awards/history 的导出、案例列表）", "the history: a data folder, or a JSON or JSON Lines file (what GET /awards/history gives, or a list of award cases)"), Required = true };
        var city = new Option<string?>("--city") { Description = Say.Of("只取数据目录中的这座城市（六位代码）", "of a data folder this city only (six digits)") };
        var ruleSet = new Option<string?>("--ruleset") { Description = Say.Of("重算按此规则核定的奖补（默认为草案的编号）", "replay the awards decided by this rule set (the draft's own id without it)") };
        var money = new Option<string?>("--money") { Description = Say.Of("可用资金（元），代替草案所列总额", "what there is to pay from, in yuan, instead of the pool that the draft names") };
        var json = new Option<string?>("--json") { Description = Say.Of("将结果写入此 JSON 文件", "write the result to this JSON file") };
        var csv = new Option<string?>("--csv") { Description = Say.Of("将每项奖补写入此 CSV 文件", "write every award to this CSV file") };
        var servers = new Option<bool>("--servers") { Description = Say.Of("历史在 ./city up --servers 的数据库中", "the history lies in the databases of ./city up --servers") };
        var postgres = ServersOptions.Postgres();
        var command = new Command("simulate", Say.Of("政策推演：用规则草案重算全部已核定的奖补，比较增减", "policy time machine: replay every decided award under a draft rule set")) { draft, over, city, ruleSet, money, json, csv, servers, postgres };
        command.SetAction((parsed, ct) =>
        {
            Money? yuan = null;
            if (parsed.GetValue(money) is { } text)
            {
                if (!Money.TryParse(text, out var amount) || amount.Fen < 0)
                {
                    Console.Error.WriteLine(Say.Of($"--money：“{text}”不是金额（元，最多两位小数）。", $"--money: '{text}' is no amount of yuan with at most two decimals."));
                    return Task.FromResult(2);
                }

                yuan = amount;
            }

            var options = new Options(
                parsed.GetRequiredValue(draft), parsed.GetRequiredValue(over), parsed.GetValue(city), parsed.GetValue(ruleSet), yuan, parsed.GetValue(json), parsed.GetValue(csv),
                parsed.GetValue(servers), ServersOptions.PostgresOf(parsed, postgres));
            return Run(options, Console.Out, Console.Error, Say.Language, ct);
        });
        return command;
    }

    internal static async Task<int> Run(Options options, TextWriter output, TextWriter error, string language, CancellationToken ct)
    {
        try
        {
            var draft = ReadDraft(options.Draft);
            if (!draft.Ok)
            {
                foreach (var wrong in draft.Fault.Details.Select(d => d.Message).DefaultIfEmpty(draft.Fault.Message))
                {
                    error.WriteLine($"{options.Draft}: {wrong.In(language)}");
                }

                return 2;
            }

            var question = new SimulateRuleSet.Question(draft.Value, options.RuleSet, options.Money);
            var simulated = await Over(question, options, error, language, ct);
            if (simulated is not { } answer)
            {
                return 2;
            }

            if (!answer.Ok)
            {
                error.WriteLine($"{options.Over}: {answer.Fault.Message.In(language)}");
                return 2;
            }

            var (simulation, rows) = answer.Value;
            if (options.Json is { } json)
            {
                await File.WriteAllTextAsync(json, JsonSerializer.Serialize(simulation, Json.Pretty) + "\n", ct);
            }

            if (options.Csv is { } csv)
            {
                await using var file = File.Create(csv);
                await PrintSimulation.Table(rows).WriteCsv(PrintSimulation.Headings(language), file, ct);
            }

            output.Write(PrintSimulation.Text(simulation, language));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ServerFailedException)
        {
            error.WriteLine(e.Message);
            return 2;
        }
    }

    private static Result<RuleSet> ReadDraft(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Math.Min(file.Length, ReadRuleSet.BytesMax + 1)];
        file.ReadExactly(bytes);
        return ReadRuleSet.Read(bytes);
    }

    /// <summary>The answer, or null where what is wrong has been said.</summary>
    private static async Task<Result<(Simulation, IReadOnlyList<Replayed>)>?> Over(SimulateRuleSet.Question question, Options options, TextWriter error, string language, CancellationToken ct)
    {
        if (!Directory.Exists(options.Over))
        {
            return await OverFile(question, options.Over, error, language, ct);
        }

        var file = Path.Combine(options.Over, "funding.db");
        if (!options.Servers && File.Exists(file))
        {
            SQLitePCL.Batteries_V2.Init();
            using var snapshot = LogSource.OfFile(file).Open();
            return SimulateRuleSet.Run(question, ReadHistory.OfLog(sql => snapshot.Query(sql), options.City), Progress(error), ct);
        }

        if (!options.Servers && !DataFolder.HoldsServers(options.Over))
        {
            error.WriteLine(new Text($"{options.Over} 中没有奖补日志（funding.db）。请给出 ./city up 的数据目录。", $"{options.Over} holds no log of Funding (funding.db). Give the data folder of ./city up.").In(language));
            return null;
        }

        await using var opened = await OpenedServer.Of(options.Over, options.Postgres, error, ct);
        if (opened is null)
        {
            return null;
        }

        using var server = LogSource.OfServer("funding", ServerDatabases.Of(opened.Connection, "funding").ToString()).Open();
        return SimulateRuleSet.Run(question, ReadHistory.OfLog(sql => server.Query(sql), options.City), Progress(error), ct);
    }

    private static async Task<Result<(Simulation, IReadOnlyList<Replayed>)>?> OverFile(SimulateRuleSet.Question question, string path, TextWriter error, string language, CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            error.WriteLine(new Text($"{path}：没有这个文件或目录。", $"{path}: there is no such file or folder.").In(language));
            return null;
        }

        await using var file = File.OpenRead(path);
        try
        {
            return SimulateRuleSet.Run(question, ReadHistory.OfFile(file, ct).ToBlockingEnumerable(ct), Progress(error), ct);
        }
        catch (JsonException e)
        {
            error.WriteLine(new Text($"{path}：第 {e.LineNumber + 1} 行附近不是有效的 JSON。", $"{path}: not valid JSON around line {e.LineNumber + 1}.").In(language));
            return null;
        }
    }

    private static Action<long> Progress(TextWriter error)
    {
        var told = 0L;
        return done =>
        {
            if (done / ProgressEvery > told)
            {
                told = done / ProgressEvery;
                error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done:#,##0} …"));
            }
        };
    }
}
