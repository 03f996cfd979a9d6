using System.CommandLine;
using System.CommandLine.Parsing;
using PilotCity.Assessment.Assessments;
using PilotCity.Funding.Awards;

namespace PilotCity.City;

/// <summary>The operator's command line: what <c>./city</c> can do, one line each.</summary>
internal static class CityProgram
{
    internal static async Task<int> Run(string[] args)
    {
        var root = new RootCommand(Say.Of("中小企业数字化转型试点平台 PilotCity", "PilotCity, the platform of a city's SME digital-transformation pilot"))
        {
            Up.Command(),
            Demonstration.Demo.Command(),
            AwardCommand(),
            ScoreCommand(),
            Simulate.Command(),
            Rescore.Command(),
            FraudLab.FraudLab.Command(),
            Verify.Command(),
            Mirror.Command(),
            Sample.Command(),
            Witness.Command(),
            RotateKey.Command(),
            RebuildReadModels.Command(),
            BusParking.Command(),
            Token.Command(),
            Servers.Serve.Command(),
            ByScript("torture", Say.Of("在故障之下驱动整座城市并核对：什么都没有丢失、重复或算错", "drive a whole city under faults and check that nothing was lost, doubled or computed wrongly")),
            ByScript("bench", Say.Of("测速：各项数字与对照在同一次运行中测得", "measure speed: every figure beside what it is compared with, in the same run")),
            ByScript("test", Say.Of("安装所需、编译并运行全部测试", "install what is needed, build and run every test")),
        };
        Help.Replace(root);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not Help)
        {
            return Misused(parsed);
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>What is wrong with the words after <c>./city</c>, in the reader's language (the library's own speaks English and names types), and where to read on.</summary>
    private static int Misused(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = Help.PathOf(command);
        foreach (var word in parsed.UnmatchedTokens)
        {
            Console.Error.WriteLine(Say.Of($"{path}：不认识“{word}”。", $"{path}: '{word}' is not known."));
        }

        foreach (var error in parsed.UnmatchedTokens.Count > 0 ? [] : parsed.Errors)
        {
            Console.Error.WriteLine(error.SymbolResult switch
            {
                OptionResult { Option: var option } => Say.Of($"{path}：选项 {option.Name} 的值缺失或有误。", $"{path}: the value of {option.Name} is missing or wrong."),
                ArgumentResult { Argument: var argument } => Say.Of($"{path}：参数“{argument.Name}”缺失或有误。", $"{path}: the argument {argument.Name} is missing or wrong."),
                _ when command.Subcommands.Count > 0 => Say.Of($"{path}：请给出命令。", $"{path}: name a command."),
                _ when command.Arguments is [var first, ..] => Say.Of($"{path}：缺少参数“{first.Name}”。", $"{path}: the argument {first.Name} is missing."),
                _ => Say.Of($"{path}：用法有误。", $"{path}: used wrongly."),
            });
        }

        Console.Error.WriteLine(Say.Of($"用法见 {path} --help", $"See {path} --help"));
        return 2;
    }

    /// <summary>Named here for the list of commands; the script runs it, because it builds this very program.</summary>
    private static Command ByScript(string name, string description)
    {
        var command = new Command(name, description);
        command.SetAction(_ =>
        {
            Console.Error.WriteLine(Say.Of($"请通过脚本运行：./city {name}", $"Run it through the script: ./city {name}"));
            return 2;
        });
        return command;
    }

    private static Command AwardCommand()
    {
        var explain = new Option<bool>("--explain") { Description = Say.Of("用文字说明每个核定：事实、规则、计算、理由、什么会改变结果", "say each decision in words: facts, rule, calculation, reasons, what would have changed the result") };
        return Files(
            "award", Say.Of("按规则核定奖补案例（JSON 文件），不需要服务或数据库", "decide award cases (JSON files); needs no server and no database"), [explain],
            (files, output, error, parsed) => DecideCases.Run(files, output, error, Say.Language, parsed.GetValue(explain)));
    }

    private static Command ScoreCommand()
    {
        var overrides = new Option<string[]>("--override")
        {
            Description = Say.Of("本市对待确认点的覆盖文件（可多个）", "a city's override of open points (may be given several times)"),
            HelpName = Say.Of("文件", "FILE"),
            AllowMultipleArgumentsPerToken = false,
        };
        return Files(
            "score", Say.Of("按评测指标为答卷（JSON 文件）评分", "score assessment answers (JSON files)"), [overrides],
            (files, output, error, parsed) => ScoreFiles.Run(files, output, error, Say.Language, parsed.GetValue(overrides)));
    }

    private static Command Files(string name, string description, IReadOnlyList<Option> options, Func<IReadOnlyList<string>, TextWriter, TextWriter, ParseResult, int> run)
    {
        var files = new Argument<string[]>(Say.Of("文件", "FILE")) { Description = Say.Of("一个或多个 JSON 文件", "one or more JSON files"), Arity = ArgumentArity.OneOrMore };
        var command = new Command(name, description) { files };
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
            return run(parsed.GetRequiredValue(files), output, Console.Error, parsed);
        });
        return command;
    }
}
