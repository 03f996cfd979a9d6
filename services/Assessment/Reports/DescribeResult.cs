using System.Globalization;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;

namespace PilotCity.Assessment.Reports;

/// <summary>Everything a report is made of: the confirmed result, the entry it stands in, and what its instrument makes of it again where we hold that file.</summary>
internal sealed record ReportFacts(Assessments.Assessment Assessment, AssessmentConfirmed Confirmed, Entry Entry, Instrument? Instrument, ScoreResult? Explanation, Improvements? Improvements)
{
    /// <param name="instrument">The very one that the result was made with, or nothing.</param>
    public static ReportFacts Of(Assessments.Assessment assessment, AssessmentConfirmed confirmed, Entry entry, Instrument? instrument)
    {
        var answers = new Answers(confirmed.Answers, confirmed.Scenarios, confirmed.Facts);
        if (instrument is null || ScoreAnswers.Score(instrument, answers) is not { Ok: true } scored)
            return new(assessment, confirmed, entry, null, null, null);

        Improvements? way = null;
        if (scored.Value.Next is not null && FindImprovements.Find(instrument, answers) is { Ok: true } found)
            way = found.Value;
        return new(assessment, confirmed, entry, instrument, scored.Value, way);
    }
}

/// <summary>
/// A result in words, tables and drawings, for the enterprise as for whoever hears its objection: who assessed whom by which instrument, points,
/// level and the condition that decided it, every scenario and item, what the next level lacks and the shortest way there, notes, evidence by its
/// hash, and the entry that all of it stands in. Figures are exact and never rounded. Pure.
/// </summary>
internal static class DescribeResult
{
    public static Sheet Sheet(ReportFacts facts, string language) => new Writer(facts, language).Sheet();

    /// <summary>A moment as the city reads it.</summary>
    internal static string Moment(DateTimeOffset at) => ChinaTime.Clock(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " (UTC+8)";

    internal static IReadOnlyList<SheetFact> Source(Entry entry, string language) =>
    [
        new(language == "en" ? "Log" : "日志", $"{entry.Service} / {entry.City}"),
        new(language == "en" ? "Entry" : "条目", string.Create(CultureInfo.InvariantCulture, $"#{entry.Position} · {entry.Stream} · v{entry.Version}")),
        new(language == "en" ? "SHA-256 of the entry" : "条目 SHA-256", Convert.ToHexStringLower(entry.Hash)),
        new(language == "en" ? "Head of the log" : "日志链头", Convert.ToHexStringLower(entry.Head)),
    ];

    private sealed class Writer(ReportFacts facts, string language)
    {
        private readonly AssessmentConfirmed confirmed = facts.Confirmed;
        private readonly Instrument? instrument = facts.Instrument;
        private readonly ScoreResult? result = facts.Explanation;

        public Sheet Sheet() => new(
            language,
            Of("数字化水平测评结果报告", "Digital level assessment report"),
            Of(
                $"企业 {confirmed.Enterprise} 按 {confirmed.Instrument} 测评：{Level().Zh}{Total("，总分 ", " / ")}。",
                $"Enterprise {confirmed.Enterprise}, assessed by {confirmed.Instrument}: {Level().En}{Total(", total ", " of ")}."),
            [.. Sections()],
            Wording.MarkOf(confirmed.Mode).In(language),
            Of($"来源：{facts.Entry.Service}/{facts.Entry.City} 第 {facts.Entry.Position} 条，", $"Source: {facts.Entry.Service}/{facts.Entry.City} entry {facts.Entry.Position}, ") + Convert.ToHexStringLower(facts.Entry.Hash));

        private IEnumerable<SheetSection> Sections()
        {
            yield return new(Of("测评对象与方式", "Who was assessed, how"), Facts: [.. Circumstances()]);
            yield return new(Of("结果", "Result"), Facts: [.. Result()], Drawings: [.. Drawings()], Note: instrument is null ? Unexplained() : null);
            if (result is { LevelSteps.Count: > 0 })
                yield return Steps(result);
            if (instrument is { Scenarios.Count: > 0 })
                yield return Scenarios(instrument);
            if (instrument is not null && result is not null)
                yield return Items(instrument, result);
            if (result?.Next is { } next)
                yield return Next(next);
            if (facts.Improvements is { } way)
                yield return Improvements(way);
            if (confirmed.Facts.Count > 0)
                yield return new(Of("填报数据", "Figures filled in"), Facts: [.. confirmed.Facts.Select(f => new SheetFact($"{Label(f.Key)} ({f.Key})", f.Value.ToString(CultureInfo.InvariantCulture)))]);
            if (confirmed.Notes is { Count: > 0 } notes)
                yield return new(Of("评测人备注", "Notes of the assessor"), Facts: [.. notes.Select(n => new SheetFact(n.For, n.Text))]);
            if (confirmed.Evidence is { Count: > 0 } evidence)
                yield return Evidence(evidence);
            yield return new(
                Of("来源与核验", "Source and proof"), Facts: Source(facts.Entry, language),
                Note: Of("本报告只由上述条目生成；条目不可更改，任何人可按哈希核对。", "This report is made from that entry alone; the entry is never changed, and its hash tells whether it is the same."));
        }

        private IEnumerable<SheetFact> Circumstances()
        {
            yield return new(Of("企业（统一社会信用代码）", "Enterprise (credit code)"), confirmed.Enterprise);
            yield return new(Of("用途", "Purpose"), Wording.Of(confirmed.Purpose).In(language));
            yield return new(Of("评定方式", "Mode"), Wording.Of(confirmed.Mode).In(language));
            if (confirmed.Evaluator is { } evaluator)
                yield return new(Of("评定单位", "Assessed by"), evaluator);
            if (confirmed.Provider is { } provider)
                yield return new(Of("协助服务商", "Provider that helped"), provider);
            if (facts.Assessment.SubmittedBy is { } submitter)
                yield return new(Of("提交账号", "Handed in by account"), submitter);
            yield return new(Of("确认账号", "Confirmed by account"), facts.Entry.Actor);
            yield return new(Of("确认时间", "Confirmed at"), Moment(facts.Entry.At));
            yield return new(Of("状态", "Standing"), Wording.Of(facts.Assessment.Status).In(language) + (facts.Assessment.CorrectedBy is { } by ? Of($"（更正结果：{by}）", $" (by {by})") : ""));
            if (confirmed.Reviews is { } reviewed)
                yield return new(Of("复评对象", "Second assessment of"), reviewed);
            if (confirmed.ObjectionsUntil is { } until)
                yield return new(Of("异议截止", "Objections until"), until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            if (confirmed.Pledge)
                yield return new(Of("真实性承诺", "Pledge of truthfulness"), Of("已承诺", "given"));
            yield return new(Of("评测工具", "Instrument"), $"{instrument?.Title.In(language)} {confirmed.Instrument}".Trim());
            yield return new(Of("工具文件 SHA-256", "SHA-256 of its file"), confirmed.InstrumentSha256);
            if (instrument?.Override is { } read)
                yield return new(Of("本市解读", "City's reading"), $"{read.Name}: {read.Title.In(language)}. {read.Source}. SHA-256 {read.Sha256}");
            if (instrument is { Official: false })
                yield return new(Of("性质", "Kind of instrument"), Of("非官方模型，不作为奖补依据", "not an official instrument; decides no award"));
        }

        private IEnumerable<SheetFact> Result()
        {
            yield return new(Of("等级", "Level"), Level().In(language));
            if (result is not null || confirmed.Scores.Count > 0)
            {
                foreach (var (id, score) in confirmed.Scores)
                {
                    var dimension = instrument?.Dimensions.FirstOrDefault(d => d.Id == id);
                    yield return new(dimension?.Title.In(language) ?? id, dimension is null ? $"{score}" : $"{score} / {dimension.Maximum}");
                }

                yield return new(Of("总分", "Total"), instrument is null ? $"{confirmed.Total}" : $"{confirmed.Total} / {instrument.Maximum}");
            }
        }

        private IEnumerable<Drawing> Drawings()
        {
            if (instrument is null || result is null)
                yield break;
            if (Radar.Axes(instrument, result, language) is { Count: > 0 } axes)
                yield return Radar.Draw(axes, Of("各指标得分", "Points by group"));
            if (instrument.Scenarios.Count > 0)
                yield return HeatMap.Draw(instrument, confirmed.Scenarios, language);
        }

        /// <summary>Which condition decided the level: all of the row reached held, and which of the row above did not.</summary>
        private SheetSection Steps(ScoreResult scored)
        {
            var missed = scored.LevelSteps.Where(s => !s.Holds && s.Level > scored.Level).MinBy(s => s.Level);
            var decided = instrument?.Placement is not null ? Of("等级由所选选项直接确定。", "The level is that of the option chosen.")
                : missed is null ? Of("已达最高等级，各项条件均满足。", "The highest level is reached; every condition holds.")
                : Of($"未达到{missed.Name.Zh}，因为：", $"{missed.Name.En} is not reached because ") + string.Join(Of("；", "; "), Failed(missed)) + Of("。", ".");
            var columns = new List<SheetColumn> { new(Of("等级", "Level"), 3), new(Of("总分条件", "Points"), 3) };
            var scenarios = scored.LevelSteps.Any(s => s.Scenarios is not null);
            if (scenarios)
                columns.AddRange([new(Of("达到该级的场景", "Scenarios at that level"), 3), new(Of("其中约束性", "of these constraint"), 3)]);
            columns.Add(new(Of("结论", "Conclusion"), 2));
            return new(
                Of("等级判定", "How the level follows"),
                Lines: [decided],
                Table: new(columns, [.. scored.LevelSteps.Select(s => (IReadOnlyList<string>)Row(s))]),
                Note: Of("从高到低，首个全部条件满足的等级即为结果；分数不四舍五入。", "From the top, the first row of which every condition holds is the level; points are never rounded."));

            List<string> Row(LevelStep s)
            {
                var row = new List<string> { Wording.LevelOf(s.Level, s.Name).In(language), Condition($"{s.Score.Actual}", $"{(s.Score.Inclusive ? "≥" : ">")} {s.Score.Required}", s.Score.Holds) };
                if (scenarios)
                    row.AddRange([Count(s.Scenarios), Count(s.Constraint)]);
                row.Add(s.Holds ? Of("达到", "reached") : Of("未达到", "not reached"));
                return row;
            }

            string Count(CountCondition? c) => c is null ? "–" : Condition($"{c.Actual}", $"≥ {c.Required}", c.Holds);

            string Condition(string actual, string asked, bool holds) => Of($"{actual}（须 {asked}）{(holds ? "满足" : "不满足")}", $"{actual} (asked {asked}) {(holds ? "holds" : "fails")}");
        }

        private IEnumerable<string> Failed(LevelStep step)
        {
            if (!step.Score.Holds)
                yield return Of($"总分 {step.Score.Actual}，需{(step.Score.Inclusive ? "至少" : "超过")} {step.Score.Required}", $"the total is {step.Score.Actual}, {(step.Score.Inclusive ? "at least" : "more than")} {step.Score.Required} is asked");
            if (step.Scenarios is { Holds: false } all)
                yield return Of($"达到该级的场景 {all.Actual} 个，需 {all.Required} 个", $"{all.Actual} scenarios stand at that level, {all.Required} are asked");
            if (step.Constraint is { Holds: false } constraint)
                yield return Of($"其中约束性场景 {constraint.Actual} 个，需 {constraint.Required} 个", $"{constraint.Actual} of them are constraint scenarios, {constraint.Required} are asked");
        }

        private SheetSection Scenarios(Instrument by) => new(
            Of("场景等级", "Scenarios"),
            Table: new(
                [new(Of("编号", "Id"), 1), new(Of("场景", "Scenario"), 5), new(Of("类别", "Kind"), 2), new(Of("等级", "Level"), 1, Figures: true), new(Of("备注", "Note"), 5)],
                [.. by.Scenarios.Select(s => (IReadOnlyList<string>)
                [
                    s.Id, s.Name.In(language), s.Constraint ? Of("约束性", "constraint") : Of("指导性", "guidance"),
                    confirmed.Scenarios.GetValueOrDefault(s.Id).ToString(CultureInfo.InvariantCulture), NotesOn(s.Id),
                ])]),
            Note: Of("0 表示未达到 1 级或未判定。", "0: below level 1, or not judged."));

        private SheetSection Items(Instrument by, ScoreResult scored) => new(
            Of("各题答案与得分", "Items, answers and points"),
            Table: new(
                [new(Of("题号", "Item"), 2), new(Of("题目", "Question"), 5), new(Of("答案", "Answer"), 6), new(Of("得分", "Points"), 2, Figures: true), new(Of("满分", "of"), 2, Figures: true), new(Of("佐证", "Evidence"), 2, Figures: true)],
                [.. by.Items.Select(item => (IReadOnlyList<string>)
                [
                    item.Id, item.Title.In(language), AnswerOf(item, scored.Items[item.Index]), $"{scored.Items[item.Index].Score}", $"{item.Maximum}",
                    (confirmed.Evidence ?? []).Count(e => e.For == item.Id).ToString(CultureInfo.InvariantCulture),
                ])]));

        private string AnswerOf(Item item, ItemScore score)
        {
            var chosen = string.Join(Of("；", "; "), score.Chosen.Select(id => $"{id} {item.OptionsById[id].Label.In(language)}"));
            var number = score.Number is { } n ? $"{n.ToString(CultureInfo.InvariantCulture)} → " : "";
            return chosen.Length == 0 ? Of("未作答", "not answered") : number + chosen + (score.RateUndefined ? Of("（数据不能得出比率，人工选择）", " (the figures give no rate: chosen by hand)") : "");
        }

        private SheetSection Next(NextLevel next)
        {
            var lines = new List<string>();
            if (next.Points.Value > 0m || !next.PointsInclusive)
                lines.Add(next.PointsInclusive ? Of($"总分还差 {next.Points}。", $"Points lacking: {next.Points}.") : Of($"总分还须增加超过 {next.Points}。", $"More than {next.Points} further points are asked."));
            if (next.Scenarios.All > 0)
                lines.Add(Of($"还须把 {next.Scenarios.All} 个场景提高到 {next.Level} 级，其中约束性 {next.Scenarios.Constraint} 个。", $"Scenarios to be raised to level {next.Level}: {next.Scenarios.All}, of which constraint: {next.Scenarios.Constraint}."));
            if (next.Below.Count > 0)
                lines.Add(Of("低于该级的场景：", "Scenarios below it: ") + string.Join(Of("、", ", "), next.Below.Select(b => $"{b.Scenario}{(b.Constraint ? "◆" : "")} ({b.Level})")) + Of("。", "."));
            if (lines.Count == 0)
                lines.Add(Of("各项条件均已满足。", "Every condition holds already."));
            return new(Of($"距离{next.Name.Zh}还缺什么", $"What is lacking for: {next.Name.En}"), Lines: lines);
        }

        private SheetSection Improvements(Improvements way) => new(
            Of($"达到{way.LevelName.Zh}的最少改进：{way.Steps} 步", $"The shortest way to: {way.LevelName.En} ({way.Steps} steps)"),
            Lines: [Of($"总分 {way.TotalBefore} → {way.TotalAfter}。", $"Total {way.TotalBefore} → {way.TotalAfter}.")],
            Table: new(
                [new(Of("题目或场景", "Item or scenario"), 6), new(Of("现在", "Now"), 2), new(Of("改进后", "Then"), 2), new(Of("增加得分", "Points"), 2, Figures: true), new(Of("步数", "Steps"), 1, Figures: true)],
                [
                    .. way.Items.Select(i => (IReadOnlyList<string>)[$"{i.Item} {i.Title.In(language)}", string.Join('+', i.From), string.Join('+', i.To), $"{i.Gain}", i.Steps.ToString(CultureInfo.InvariantCulture)]),
                    .. way.Scenarios.Select(s => (IReadOnlyList<string>)
                    [
                        $"{s.Scenario} {instrument?.ScenariosById.GetValueOrDefault(s.Scenario)?.Name.In(language)}", s.From.ToString(CultureInfo.InvariantCulture),
                        s.To.ToString(CultureInfo.InvariantCulture), "–", s.Steps.ToString(CultureInfo.InvariantCulture),
                    ]),
                ]),
            Note: way.Method.In(language));

        private SheetSection Evidence(IReadOnlyList<Evidence> evidence) => new(
            Of("佐证材料", "Evidence"),
            Table: new(
                [new(Of("对应", "For"), 2), new("SHA-256", 9), new(Of("字节", "Bytes"), 2, Figures: true)],
                [.. evidence.Select(e => (IReadOnlyList<string>)[e.For, e.Sha256, e.SizeBytes.ToString(CultureInfo.InvariantCulture)])]));

        private string Unexplained() => Of(
            "本系统没有该结果所用的评测工具文件，此处只显示条目中的结果，不作解释。",
            "This system does not hold the very instrument file of the result: what the entry holds is shown, without an explanation.");

        private Text Level() => Wording.LevelOf(confirmed.Level, result?.LevelName);

        private string Total(string before, string of) => instrument is { Maximum.Value: > 0m } ? $"{before}{confirmed.Total}{of}{instrument.Maximum}" : instrument is null ? $"{before}{confirmed.Total}" : "";

        private string NotesOn(string part) => string.Join(' ', (confirmed.Notes ?? []).Where(n => n.For == part).Select(n => n.Text));

        private string Label(string fact) => instrument?.FactsById.GetValueOrDefault(fact)?.Label.In(language) ?? fact;

        private string Of(string zh, string en) => language == "en" ? en : zh;
    }
}
