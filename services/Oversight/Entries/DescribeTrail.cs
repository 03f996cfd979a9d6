using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;

namespace PilotCity.Oversight.Entries;

/// <summary>A page of a trail to read and to print: what was asked, a line of time, and each step with its entry.</summary>
internal static class DescribeTrail
{
    /// <summary>What an event says, in as many words as a table has room for; the whole of it stands in the entry.</summary>
    private const int SaysCharsMax = 220;

    private const int ValueCharsMax = 32;

    public static Sheet Sheet(ReadTrail.View view, TrailQuery query, string language)
    {
        var english = language == "en";
        var subjects = string.Join(english ? ", " : "、", query.Subjects.Select(s => $"{(english ? s.Kind : Word(s.Kind))} {s.Id}"));
        var total = view.TotalAtLeast == true ? english ? $"at least {view.Total}" : $"至少 {view.Total} 条" : english ? $"{view.Total}" : $"{view.Total} 条";
        var sections = new List<SheetSection> { new(english ? "Asked" : "查询", Facts: [.. Asked(query, subjects, english)]) };
        if (view.Items.Count > 0)
        {
            sections.Add(new(
                english ? "In time" : "时间线",
                Drawings: [DrawTimeline.Draw(view.Items, language)],
                Note: english
                    ? "Full mark: recorded; hollow diamond: when it was true, where the entry says so. Numbers are those of the table; where marks are close, some are left out."
                    : "实心：记录时间；空心菱形：发生时间（条目中写明的）。编号见下表，标记过密时部分省略。"));
            sections.Add(new(english ? "Steps" : "各步骤", Table: Table(view, query, english)));
        }

        return new(
            language,
            english ? "Trail" : "操作轨迹",
            english ? $"{subjects}: {total} entries, {view.Items.Count} on this page." : $"{subjects}：共 {total}，本页 {view.Items.Count} 条。",
            sections,
            Footer: view.Next is { } next
                ? english ? $"The next page: after={next}" : $"下一页：after={next}"
                : english ? "This is the end of the answer." : "以上为全部结果。");
    }

    private static IEnumerable<SheetFact> Asked(TrailQuery query, string subjects, bool english)
    {
        yield return new(english ? "About" : "对象", subjects);
        if (query.From is not null || query.Until is not null)
        {
            yield return new(english ? "Recorded" : "记录时间", $"{At(query.From)} – {At(query.Until)}");
        }

        if (query.TrueAt is not null)
        {
            yield return new(english ? "True no later than" : "发生不晚于", At(query.TrueAt));
        }

        if (query.AsOf is not null)
        {
            yield return new(english ? "As known at" : "以此刻所知为准", At(query.AsOf));
        }

        if (query.Service is { } service)
        {
            yield return new(english ? "Service" : "服务", service);
        }

        static string At(long? micros) => micros is { } m ? Moment(Defaults.Log.Instant.FromMicros(m)) : "…";
    }

    private static SheetTable Table(ReadTrail.View view, TrailQuery query, bool english)
    {
        var says = query.Party is null;
        SheetColumn[] columns = [new("#", 1), new(english ? "Recorded" : "记录时间", 3), new(english ? "Event" : "事件", 5), new(english ? "Who" : "何人", 4), new(english ? "Entry" : "条目", 4)];
        return new(
            says ? [.. columns, new(english ? "Says" : "内容", 6)] : columns,
            [.. view.Items.Select((step, i) => (IReadOnlyList<string>)
            [
                (i + 1).ToString(CultureInfo.InvariantCulture),
                step.TrueAt is { } at ? $"{Moment(step.At)} ({(english ? "true" : "发生")} {Day(at)})" : Moment(step.At),
                step.Type,
                step.Actor.Account is { } account ? $"{step.Actor.Role} {account}" : $"{step.Actor.Role} {step.Actor.Organisation}",
                string.Create(CultureInfo.InvariantCulture, $"{step.Stream} · {step.Service} #{step.Position}"),
                .. says ? [Says(step.Event)] : Array.Empty<string>(),
            ])]);
    }

    /// <summary>The event's own plain fields; lists and parts only by how many they are.</summary>
    internal static string Says(JsonElement? @event)
    {
        if (@event is not { ValueKind: JsonValueKind.Object } fields)
        {
            return "";
        }

        var text = string.Join("; ", fields.EnumerateObject().Select(f => $"{f.Name}: {Value(f.Value)}"));
        return text.Length <= SaysCharsMax ? text : text[..SaysCharsMax] + "…";
    }

    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => $"[{value.GetArrayLength()}]",
        JsonValueKind.Object => "{…}",
        JsonValueKind.String => value.GetString() is { Length: > ValueCharsMax } text ? text[..ValueCharsMax] + "…" : value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined => value.ToString(),
    };

    /// <summary>Most entries name a day; it begins at midnight.</summary>
    private static string Day(DateTimeOffset at) => Moment(at) is var moment && moment.EndsWith(" 00:00", StringComparison.Ordinal) ? moment[..10] : moment;

    private static string Moment(DateTimeOffset at) => ChinaTime.Clock(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Word(string kind) => kind switch
    {
        "enterprise" => "企业",
        "provider" => "服务商",
        "project" => "项目",
        "award" => "奖补",
        "fund" => "资金",
        "batch" => "批次",
        "payment" => "拨付",
        "reservation" => "预留",
        "rule-set" => "规则",
        "assessment" => "测评",
        Subject.Actor => "账号",
        Subject.Type => "事件",
        Subject.Look => "查看敏感数据",
        _ => kind,
    };
}
