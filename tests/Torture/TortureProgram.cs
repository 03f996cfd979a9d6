using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using PilotCity.City;
using PilotCity.Torture.Faults;

namespace PilotCity.Torture;

/// <summary><c>./city torture</c>: a city of processes under load and faults drawn from a seed, and the checks afterwards. Exit code 1 on any violation.</summary>
internal static class TortureProgram
{
    /// <summary>A day; a longer run leaves the year whose holidays are known.</summary>
    private const double MinutesMax = 24 * 60;

    internal static async Task<int> Run(string[] args)
    {
        var minutes = new Option<double>("--minutes") { Description = Say.Of("施加负载和故障的时长（默认 1）", "how long load and faults last (default: 1)"), DefaultValueFactory = _ => 1 };
        var seed = new Option<int?>("--seed") { Description = Say.Of("种子：同一种子，同样的故障与命令（默认随机）", "the seed: the same seed, the same faults and commands (default: drawn)") };
        var only = new Option<string?>("--only") { Description = Say.Of($"只施加这些故障，逗号分隔：{Kinds}；none 为无", $"only these faults, comma separated: {Kinds}; none for none") };
        var data = new Option<string>("--data") { Description = Say.Of("数据目录，每次从空开始（默认 data/torture）", "the run's folder, emptied at the start (default: data/torture)"), DefaultValueFactory = _ => Path.Combine("data", "torture") };
        var program = new Option<string?>("--program") { Description = Say.Of("各进程运行的 City 程序（dll）", "the City program (dll) that the processes run") };
        var broken = new Option<string?>("--break") { Description = Say.Of("在可破坏的构建中有意弄坏的一处", "what is broken on purpose, in a build that can be broken"), Hidden = true };
        minutes.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is > 0 and <= MinutesMax))
            {
                result.AddError("minutes");
            }
        });
        broken.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>()?.Split(',').Except(Breakable.Ways).Any() == true)
            {
                result.AddError("break");
            }
        });
        only.Validators.Add(result =>
        {
            if (Parse(result.GetValueOrDefault<string?>()) is null)
            {
                result.AddError("only");
            }
        });
        var command = new Command("torture", Say.Of("在故障之下驱动整座城市并核对：什么都没有丢失、重复或算错", "drive a whole city under faults and check that nothing was lost, doubled or computed wrongly")) { minutes, seed, only, data, program, broken };
        command.SetAction(async (given, ct) =>
        {
            var run = new TortureRun(
                new(given.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000), TimeSpan.FromMinutes(given.GetValue(minutes)), given.GetRequiredValue(data))
                {
                    Only = Parse(given.GetValue(only))!,
                    Program = given.GetValue(program) ?? (given.GetValue(broken) is null ? null : await Breakable.Build(ct)),
                    Broken = given.GetValue(broken),
                },
                Console.Out);
            var code = await run.Run(ct);
            run.Tell();
            return code;
        });
        var root = new RootCommand { command };
        Help.Replace(root);
        var parsed = root.Parse(["torture", .. args]);
        if (parsed.Errors.Count > 0 && parsed.Action is not Help)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine(error.SymbolResult is OptionResult { Option: var option }
                    ? Say.Of($"./city torture：选项 {option.Name} 的值缺失或有误。", $"./city torture: the value of {option.Name} is missing or wrong.")
                    : Say.Of("./city torture：用法有误。", "./city torture: used wrongly."));
            }

            Console.Error.WriteLine(Say.Of("用法见 ./city torture --help", "See ./city torture --help"));
            return 2;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static string Kinds => string.Join(", ", Enum.GetValues<FaultKind>().Select(Word));

    /// <summary>The kinds that were named; all where none was, null where a name is unknown.</summary>
    internal static HashSet<FaultKind>? Parse(string? names)
    {
        if (names is null)
        {
            return [.. Enum.GetValues<FaultKind>()];
        }

        var kinds = new HashSet<FaultKind>();
        foreach (var name in names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(n => n != "none"))
        {
            if (Enum.GetValues<FaultKind>().Where(k => Word(k) == name).ToArray() is not [var kind])
            {
                return null;
            }

            kinds.Add(kind);
        }

        return kinds;
    }

    private static string Word(FaultKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}
