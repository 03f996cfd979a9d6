using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// <c>./city award FILE…</c> and <c>POST /decisions</c>: decides the award cases of some files by the shipped rule sets, without a server or a database.
/// Nothing is written to the output unless every file could be read; a case whose rule set does not ship is named on the error
/// output and the others are decided all the same. Faults: <c>case.unreadable</c>, <c>case.file_unreadable</c>, <c>rule_set.unknown</c>.
/// </summary>
internal static class DecideCases
{
    /// <summary>Some 40,000 cases; a larger file is read by mistake.</summary>
    public const long FileBytesMax = 64 * 1024 * 1024;

    /// <summary>A case, the rule set that holds for it, and its decision.</summary>
    internal readonly record struct Decided(RuleSet Set, AwardCase Case, AwardDecision Decision);

    /// <summary>0: every case was decided. 2: an input could not be read; the error names file, JSON path and reason.</summary>
    /// <param name="explain">In words and with what would have changed the result, instead of JSON.</param>
    internal static int Run(IReadOnlyList<string> files, TextWriter output, TextWriter error, string? language = null, bool explain = false)
    {
        if (files.Count == 0)
        {
            error.WriteLine(new Text("用法：./city award 文件…（每个文件是一个案例或案例列表）", "usage: ./city award FILE… (each file holds a case or a list of cases)").In(language));
            return 2;
        }

        var decided = new List<Decided>();
        var list = files.Count > 1;
        var readable = true;
        var unknown = false;
        foreach (var file in files)
        {
            if (ReadFile(file) is var bytes && !bytes.Ok)
            {
                error.WriteLine($"{file}: {bytes.Fault.Message.In(language)}");
                readable = false;
                continue;
            }

            var read = Decide(bytes.Value, ReadAwardCase.CasesMax, decided, ref list);
            if (read is null) continue;
            foreach (var detail in read.Details) error.WriteLine($"{file}: {detail.Message.In(language)}");
            if (read.Kind == FaultKind.NotFound) unknown = true;
            else readable = false;
        }

        if (!readable || (unknown && decided.Count == 0)) return 2;
        if (!explain) output.Write(Print(decided, list));
        else
            for (var i = 0; i < decided.Count; i++)
            {
                if (i > 0) output.WriteLine();
                var (set, @case, decision) = decided[i];
                output.Write(PrintExplanation.Text(ExplainDecision.Explain(set, @case, decision, Outlook.Of(set, @case), [], null, language ?? "zh")));
            }

        return unknown ? 2 : 0;
    }

    /// <summary>The decisions as they are printed and answered: one, or a list.</summary>
    internal static string Print(IReadOnlyList<Decided> decided, bool list) =>
        (list ? JsonSerializer.Serialize(decided.Select(d => d.Decision), Json.Pretty) : JsonSerializer.Serialize(decided[0].Decision, Json.Pretty)) + Environment.NewLine;

    /// <summary>Decides the cases of one text by the shipped rule sets. A case whose rule set does not ship is a fault with its path; the others are decided.</summary>
    internal static Fault? Decide(ReadOnlyMemory<byte> bytes, int casesMax, List<Decided> decided, ref bool list)
    {
        var cases = ReadAwardCase.Read(bytes, casesMax);
        if (!cases.Ok) return cases.Fault;
        list |= cases.Value.IsList;
        Fault? first = null;
        var faults = new List<FaultDetail>();
        for (var i = 0; i < cases.Value.Cases.Count; i++)
        {
            var @case = cases.Value.Cases[i];
            var set = ShippedRuleSets.Find(ShippedRuleSets.All, @case.RuleSet, @case.At is { } at ? ChinaTime.DayOf(at) : null);
            if (set.Ok)
            {
                decided.Add(new(set.Value, @case, DecideAward.Decide(set.Value, @case)));
                continue;
            }

            first ??= set.Fault;
            var path = cases.Value.IsList ? $"[{i}].ruleSet" : "ruleSet";
            if (faults.Count < JsonSection.FaultsMax) faults.Add(new(path, set.Fault.Code, new($"{path}：{set.Fault.Message.Zh}", $"{path}: {set.Fault.Message.En}")));
        }

        return first is null ? null : first with { Message = faults[0].Message, Details = faults };
    }

    private static Result<ReadOnlyMemory<byte>> ReadFile(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var copy = new MemoryStream();
            var buffer = new byte[81_920];
            // Read by hand: a pipe or a device tells no length, and the bound must hold for it too.
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                if (copy.Length + count > FileBytesMax)
                    return Unreadable($"文件超过 {FileBytesMax / 1024 / 1024} MiB，请分成几个文件", $"the file is larger than {FileBytesMax / 1024 / 1024} MiB; split it");
                copy.Write(buffer, 0, count);
            }

            return (ReadOnlyMemory<byte>)copy.ToArray();
        }
        catch (IOException unreadable)
        {
            return unreadable is FileNotFoundException or DirectoryNotFoundException
                ? Unreadable("没有这个文件", "there is no such file")
                : Unreadable($"无法读取：{unreadable.Message}", $"cannot be read: {unreadable.Message}");
        }
        catch (UnauthorizedAccessException)
        {
            return Unreadable("是目录，或没有读取权限", "it is a folder, or reading it is not allowed");
        }
        catch (ArgumentException)
        {
            return Unreadable("不是有效的文件名", "this is no file name");
        }
    }

    internal static Fault Unreadable(string zh, string en) => new(FaultKind.Invalid, "case.file_unreadable", new(zh, en));
}
