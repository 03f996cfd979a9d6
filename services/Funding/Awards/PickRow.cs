using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>Finds the row of the table that pays: by level, and by batch, year of completion or cut-off moments where the rule asks for it.</summary>
internal static class PickRow
{
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
                year = ruling.Case.Project.CompletedOn?.Year;
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
            if (level >= row.LevelFrom && level <= row.LevelTo) return row;
        }

        if (!keyed) Outside(ruling, award, batch ?? year?.ToString(CultureInfo.InvariantCulture) ?? "");
        return null;
    }

    private static void Outside(Ruling ruling, AwardRule award, string key) =>
        ruling.Add(Outcome.Incomplete, "rule-set.parameter-open", award.Outside?.Cited ?? award.SelectorSource.Cited, award.Selector == BatchSelector.CompletionYear ? "project.completedOn" : "project.batch",
            $"规则 {ruling.Set.Id} 的参数 award.table 没有“{key}”的比例和上限", $"the parameter award.table of the rule set {ruling.Set.Id} has no rate and cap for '{key}'");

    /// <summary>Batch 1 if every event happened by its moment, the moment included (Q23); an event that can still come about leaves it open.</summary>
    private static string? ByCutOffs(Ruling ruling, AwardRule award)
    {
        var batch = "1";
        var undecided = false;
        foreach (var cutOff in award.CutOffs)
        {
            var (at, path) = cutOff.Event switch
            {
                CutOffEvent.DistrictCheck => (ruling.Case.Project.DistrictCheckAt, "project.districtCheckAt"),
                CutOffEvent.EvaluationDone => (ruling.Case.Project.EvaluationDoneAt, "project.evaluationDoneAt"),
            };
            if (at <= cutOff.Until) continue;
            if (at is null && !(ruling.Case.At > cutOff.Until))
            {
                ruling.Missing(path, cutOff.Source.Cited);
                undecided = true;
                continue;
            }

            batch = "2";
            var until = cutOff.Until.ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            ruling.Remark("batch.cut-off-missed", cutOff.Source.Cited, path, $"未在 {until}（北京时间）之前完成，按第二批", $"not done by {until} (Shanghai time): batch 2");
        }

        return batch == "1" && undecided ? null : batch;
    }
}
