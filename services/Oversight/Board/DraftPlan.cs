using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Board;

/// <summary>The bureau enters a version of the city's plan; it holds once a second person puts it in force. Every wrong target is named. Faults: <c>plan.window</c>, <c>plan.document</c>, <c>plan.targets</c>.</summary>
internal static class DraftPlan
{
    public sealed record Body(DateOnly From, DateOnly Until, string Document, IReadOnlyList<Target> Targets);

    internal sealed record Told(int Version);

    private const int DocumentCharactersMax = 100;

    private const int GroupCharactersMax = 30;

    /// <summary>A pilot takes two years (F3); one that was prolonged stays below this.</summary>
    private const int DaysMax = 3_660;

    /// <summary>Above all money of a national programme in yuan.</summary>
    private const decimal ValueMax = 1_000_000_000_000m;

    private const int WrongToldMax = 100;

    internal static readonly Fault WindowWrong = new(
        FaultKind.Invalid, "plan.window", new($"方案的结束日应在开始日之后，期限至多 {DaysMax} 天。", $"The plan ends after it begins, and within {DaysMax} days."));

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "plan.document", new($"请填写方案文号，1 至 {DocumentCharactersMax} 个字符。", $"The number of the plan's document is asked for, of 1 to {DocumentCharactersMax} characters."));

    internal static readonly Fault TargetsWrong = new(
        FaultKind.Invalid, "plan.targets", new($"目标有误：连同里程碑应有 1 至 {Plan.TargetsMax} 项，均须正确。", $"Some targets are wrong; 1 to {Plan.TargetsMax} are asked for, milestones counted, all of them right."));

    internal static Decision Decide(Plan plan, Body body)
    {
        if (body.Until <= body.From || body.Until.DayNumber - body.From.DayNumber > DaysMax)
        {
            return WindowWrong;
        }

        if (body.Document.Length is 0 or > DocumentCharactersMax || string.IsNullOrWhiteSpace(body.Document))
        {
            return DocumentWrong;
        }

        if (body.Targets.Count == 0 || body.Targets.Sum(t => 1 + (t.Milestones?.Count ?? 0)) > Plan.TargetsMax)
        {
            return TargetsWrong;
        }

        var wrong = body.Targets.Select((t, i) => Wrong(body, t, i)).OfType<FaultDetail>().Take(WrongToldMax).ToList();
        if (wrong.Count > 0)
        {
            return TargetsWrong with { Details = wrong };
        }

        var version = plan.Versions.Count + 1;
        return Decision.Accept(Plan.Noun.StreamOf(Plan.Id), new PlanDrafted(version, body.From, body.Until, body.Document, body.Targets))
            .Answering($"/plan/versions/{version.ToString(CultureInfo.InvariantCulture)}", new Told(version));
    }

    private static FaultDetail? Wrong(Body body, Target target, int i)
    {
        var why = !Kpi.All.TryGetValue(target.Kpi, out var kpi) ? new Text("目录中没有这一指标。", "There is no such figure in the catalogue.")
            : kpi.Kind == FigureKind.OfTarget ? new Text("完成率以目标数为分母，不另设目标。", "It is measured by another figure's target and has none of its own.")
            : target.Value is < 0 or > ValueMax || (kpi.Unit == KpiUnit.Percent && target.Value > 100) || Finer(target.Value) ? new Text("目标值应不小于 0（百分比不超过 100），至多两位小数。", "A target is not negative (a percentage at most 100), with at most two decimals.")
            : kpi.Unit == KpiUnit.Days && target.Value > DaysMax ? new Text($"天数至多 {DaysMax}。", $"At most {DaysMax} days.")
            : target.By == Division.Month || (target.By is { } by && !kpi.By.Contains(by)) ? new Text("该指标不能按此分组设目标；按月请用 milestones。", "It cannot have a target by this division; by month there are milestones.")
            : (target.By is null) != string.IsNullOrEmpty(target.Group) || target.Group?.Length > GroupCharactersMax ? new Text("by 与 group 应同时填写或同时省略。", "by and group are given together or not at all.")
            : target.Milestones?.Any(m => m.On <= body.From || m.On >= body.Until || m.Value < 0 || m.Value > ValueMax || Finer(m.Value)) == true ? new Text("里程碑应在方案期内，且不小于 0。", "Milestones lie inside the plan's window and are not negative.")
            : target.Milestones is { } steps && steps.Zip(steps.Skip(1)).Any(s => s.Second.On <= s.First.On) ? new Text("里程碑应按日期排列。", "Milestones come in the order of their days.")
            : body.Targets.Take(i).Any(t => t.Kpi == target.Kpi && t.By == target.By && t.Group == target.Group) ? new Text("该目标重复。", "This target stands here twice.")
            : null;
        return why is null ? null : new($"/targets/{i}", TargetsWrong.Code, why);
    }

    private static bool Finer(decimal value) => decimal.Round(value, 2) != value;

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/plan/versions", [Role.BureauOfficer, Role.BureauApprover],
        request => new Intent([Plan.Noun.StreamOf(Plan.Id)], (streams, _) => Decide(streams.Get(Plan.Noun, Plan.Id), request.Body)));
}
