using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>Finds the row of the table that pays: by level, and by batch, year of completion or cut-off moments where the rule asks for it.</summary>
internal static class PickRow
{
    /// <summary>The name of a step that <see cref="WhatIf"/> reads again.</summary>
    internal const string BatchStep = "the batch that holds";

    public static TableRow? Pick(Ruling ruling)
    {
        var award = ruling.Set.Award!;
        if (ruling.Case.Project.LevelAfter is not { } level) return null;
        string? batch = null;
        int? year = null;
        switch (award.Selector)
        {
            case BatchSelector.None: break;
            case BatchSelector.Assigned:
                batch = ruling.Case.Project.Batch;
                if (batch is null) ruling.Missing("project.batch", award.SelectorSource.Cited);
                if (batch is null) return null;
                break;
            case BatchSelector.CompletionYear:
                year = ruling.Happened(ruling.Case.Project.CompletedOn) ? ruling.Case.Project.CompletedOn!.Value.Year : null;
                if (year is null) ruling.Missing("project.completedOn", award.SelectorSource.Cited);
                if (year is null) return null;
                break;
            case BatchSelector.CutOffs:
                batch = ByCutOffs(ruling, award);
                if (batch is null) return null;
                break;
        }

        var keyed = false;
        foreach (var row in award.Table)
        {
            if (row.Batch != batch || row.CompletionYear != year) continue;
            keyed = true;
            if (level < row.LevelFrom || level > row.LevelTo) continue;
            if (award.Selector != BatchSelector.None)
                ruling.Step("适用的批次", BatchStep, batch ?? year!.Value.ToString(CultureInfo.InvariantCulture), award.SelectorSource.Cited, Inputs(ruling, award));
            return row;
        }

        if (!keyed) Outside(ruling, award, batch ?? year?.ToString(CultureInfo.InvariantCulture) ?? "");
        return null;
    }

    /// <summary>What the batch was told by.</summary>
    private static StepInput[] Inputs(Ruling ruling, AwardRule award)
    {
        var project = ruling.Case.Project;
        return award.Selector switch
        {
            BatchSelector.None => [],
            BatchSelector.Assigned => [new("batch", project.Batch!)],
            BatchSelector.CompletionYear => [new("completedOn", Ruling.Show(project.CompletedOn!.Value))],
            BatchSelector.CutOffs => [.. award.CutOffs.Where(c => c.Batch == 1).Select(c => Moment(ruling, c.Event)).Select(m => new StepInput(m.Name, m.At is { } at ? Show(at) : "–"))],
        };
    }

    private static void Outside(Ruling ruling, AwardRule award, string key) =>
        ruling.Add(Outcome.Incomplete, "rule-set.parameter-open", award.Outside?.Cited ?? award.SelectorSource.Cited, award.Selector == BatchSelector.CompletionYear ? "project.completedOn" : "project.batch",
            $"规则 {ruling.Set.Id} 的参数 award.table 没有“{key}”的比例和上限", $"the parameter award.table of the rule set {ruling.Set.Id} has no rate and cap for '{key}'");

    /// <summary>
    /// The first batch all of whose events happened by their moments; who misses one falls into the next, and the last asks for nothing.
    /// An event that can still come about in time leaves the batch open.
    /// </summary>
    private static string? ByCutOffs(Ruling ruling, AwardRule award)
    {
        var last = 1;
        foreach (var cutOff in award.CutOffs) last = Math.Max(last, cutOff.Batch + 1);
        for (var batch = 1; batch < last; batch++)
        {
            var (missed, open) = (false, (CutOff?)null);
            foreach (var cutOff in award.CutOffs)
            {
                if (cutOff.Batch != batch) continue;
                switch (InTime(ruling, award, cutOff))
                {
                    case true: break;
                    case null: open ??= cutOff; break;
                    case false:
                        missed = true;
                        ruling.Remark("batch.cut-off-missed", cutOff.Source.Cited, Moment(ruling, cutOff.Event).Path,
                            $"未在 {Show(cutOff.Until)}（北京时间）之前完成，按第 {batch + 1} 批", $"not done by {Show(cutOff.Until)} (Shanghai time): batch {batch + 1}");
                        break;
                }
            }

            if (missed) continue;
            if (open is null) return batch.ToString(CultureInfo.InvariantCulture);
            ruling.Missing(Moment(ruling, open.Event).Path, open.Source.Cited);
            return null;
        }

        return last.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Whether the event came by its moment; null while it still can. The moment itself is inside unless the rule says otherwise (Q23).</summary>
    private static bool? InTime(Ruling ruling, AwardRule award, CutOff cutOff)
    {
        var (_, path, at) = Moment(ruling, cutOff.Event);
        var now = ruling.Case.At;
        if (at is null || at > now) return now > cutOff.Until ? false : null;
        if (at != cutOff.Until) return at < cutOff.Until;
        var inside = award.CutOffIncluded is not { Value: false };
        if (award.CutOffIncluded?.Source.OpenQuestion is { } question)
            ruling.Remark("batch.cut-off-moment", question, path, $"恰在截止时刻 {Show(cutOff.Until)}（北京时间），按{(inside ? "按时" : "逾时")}处理（待确认 {question}）", $"exactly at the cut-off {Show(cutOff.Until)} (Shanghai time), taken as {(inside ? "in" : "out of")} time ({question})");
        return inside;
    }

    private static (string Name, string Path, DateTimeOffset? At) Moment(Ruling ruling, CutOffEvent @event) => @event switch
    {
        CutOffEvent.DistrictCheck => ("districtCheckAt", "project.districtCheckAt", ruling.Case.Project.DistrictCheckAt),
        CutOffEvent.EvaluationDone => ("evaluationDoneAt", "project.evaluationDoneAt", ruling.Case.Project.EvaluationDoneAt),
        CutOffEvent.ClaimSubmitted => ("claimSubmittedAt", "project.claimSubmittedAt", ruling.Case.Project.ClaimSubmittedAt),
    };

    private static string Show(DateTimeOffset at) => ChinaTime.Clock(at).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
