using System.CommandLine;
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
            Files("award", Say.Of("按规则核定奖补案例（JSON 文件），不需要服务或数据库", "decide award cases (JSON files); needs no server and no database"), (files, output, error) => DecideCases.Run(files, output, error, Say.Language)),
            Files("score", Say.Of("按评测指标为答卷（JSON 文件）评分", "score assessment answers (JSON files)"), (files, output, error) => ScoreFiles.Run(files, output, error, Say.Language)),
            Verify.Command(),
            RebuildReadModels.Command(),
            Token.Command(),
            new Command("test", Say.Of("安装所需、编译并运行全部测试（由 ./city 脚本执行）", "install what is needed, build and run every test (done by the ./city script)")),
        };
        Help.Replace(root);
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static Command Files(string name, string description, Func<IReadOnlyList<string>, TextWriter, TextWriter, int> run)
    {
        var files = new Argument<string[]>(Say.Of("文件", "FILE")) { Description = Say.Of("一个或多个 JSON 文件", "one or more JSON files"), Arity = ArgumentArity.OneOrMore };
        var command = new Command(name, description) { files };
        command.SetAction(parsed =>
        {
            using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
            return run(parsed.GetRequiredValue(files), output, Console.Error);
        });
        return command;
    }
}
