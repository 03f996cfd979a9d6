using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PilotCity.City;

/// <summary>The help text in both languages: the library's own speaks the machine's culture only.</summary>
internal sealed class Help : SynchronousCommandLineAction
{
    internal static void Replace(RootCommand root)
    {
        foreach (var option in root.Options)
        {
            if (option is HelpOption help)
            {
                help.Action = new Help();
                help.Description = Say.Of("显示帮助", "show this help");
            }
            else if (option is VersionOption)
            {
                option.Description = Say.Of("显示版本", "show the version");
            }
        }
    }

    /// <summary>The words that name a command, as they are typed.</summary>
    internal static string PathOf(Command command) =>
        command is RootCommand ? "./city" : $"{(command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? PathOf(parent) : "./city")} {command.Name}";

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        var path = PathOf(command);
        var arguments = string.Concat(command.Arguments.Select(a => $" {a.Name}{(a.Arity.MaximumNumberOfValues > 1 ? "…" : string.Empty)}"));
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine($"{Say.Of("用法", "Usage")}: {path}{(command.Subcommands.Count > 0 ? Say.Of(" <命令>", " <command>") : string.Empty)}{arguments} {Say.Of("[选项]", "[options]")}");
        Table(Say.Of("命令", "Commands"), command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, c.Description)));
        Table(Say.Of("参数", "Arguments"), command.Arguments.Select(a => (a.Name, a.Description)));
        Table(Say.Of("选项", "Options"), command.Options.Concat(command is RootCommand ? [] : parseResult.RootCommandResult.Command.Options.OfType<HelpOption>())
            .Select(o => (string.Join(", ", o.Aliases.Where(a => a.StartsWith('-')).Append(o.Name).Distinct()), o.Description)));
        return 0;

        void Table(string heading, IEnumerable<(string Name, string? Description)> rows)
        {
            var all = rows.ToArray();
            if (all.Length == 0)
            {
                return;
            }

            output.WriteLine();
            output.WriteLine($"{heading}:");
            var width = all.Max(r => r.Name.Length) + 2;
            foreach (var (name, description) in all)
            {
                output.WriteLine($"  {name.PadRight(width)}{description}");
            }
        }
    }
}
