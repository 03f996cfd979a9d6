using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Reports;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;

namespace PilotCity.Assessment.Tests.Reports;

public sealed class DescribeResultTests
{
    private static readonly Answers Answered = Examples.Full.With("Q1", "B", "C").WithScenarios(2, 4, 3);

    internal static ReportFacts Facts(Answers? answers = null, Instrument? instrument = null, Mode mode = Mode.ThirdParty)
    {
        var (set, by) = (answers ?? Answered, instrument ?? Examples.Miit2024);
        var result = ScoreAnswers.Score(by, set).Value;
        var confirmed = new AssessmentConfirmed(
            "91350825MAW5MTJ0XQ", Purpose.After, mode, by.Reference, by.Sha256, set.Items, set.Scenarios, set.Facts, result.Scores, result.Total, result.Level,
            Evaluator: mode == Mode.Self ? null : "evaluation-1", Evidence: [new("Q1", new string('a', 64), 7)], Notes: [new(by.Scenarios.Count > 0 ? "S12" : by.Items[0].Id, "<b>不适用</b>")]);
        var entry = new Entry("assessment", "350800", 12, "assessment/A1", 1, nameof(AssessmentConfirmed), Guid.Empty, "evaluator:u1@evaluation-1", 1_780_000_000_000_000, "", [], [1], [2]);
        var assessment = new PilotCity.Assessment.Assessments.Assessment { Id = "A1", Status = AssessmentStatus.Confirmed, Confirmed = confirmed, ConfirmedAt = entry.At, SubmittedBy = "u1" };
        return ReportFacts.Of(assessment, confirmed, entry.Sealed(new byte[32]), by);
    }

    private static SheetSection Section(Sheet sheet, string heading) => sheet.Sections.Single(s => s.Heading == heading);

    [Fact]
    public void A_report_says_who_was_assessed_how_and_from_which_entry()
    {
        var sheet = DescribeResult.Sheet(Facts(), "en");
        var how = Section(sheet, "Who was assessed, how").Facts!.ToDictionary(f => f.Label, f => f.Value);

        Assert.Equal("Enterprise 91350825MAW5MTJ0XQ, assessed by miit-2024@1: Level 2, standardised, total 96 of 100.", sheet.Sentence);
        Assert.Equal(("after the transformation", "evaluation-1", "2026-05-29 04:26 (UTC+8)"), (how["Purpose"], how["Assessed by"], how["Confirmed at"]));
        Assert.Equal(Examples.Miit2024.Sha256, how["SHA-256 of its file"]);
        var source = Section(sheet, "Source and proof").Facts!;
        Assert.Equal(("#12 · assessment/A1 · v1", Convert.ToHexStringLower(Facts().Entry.Hash)), (source[1].Value, source[2].Value));
    }

    [Fact]
    public void It_says_which_condition_decided_and_what_the_next_level_lacks()
    {
        var sheet = DescribeResult.Sheet(Facts(), "zh");

        var level = Section(sheet, "等级判定");
        Assert.Equal("未达到三级（集成级），因为：达到该级的场景 0 个，需 8 个；其中约束性场景 0 个，需 5 个。", Assert.Single(level.Lines!));
        Assert.Equal(["三级（集成级）", "96（须 ≥ 60）满足", "0（须 ≥ 8）不满足", "0（须 ≥ 5）不满足", "未达到"], level.Table!.Rows[1]);
        Assert.Equal("还须把 8 个场景提高到 3 级，其中约束性 5 个。", Section(sheet, "距离三级（集成级）还缺什么").Lines![0]);
        Assert.Contains(sheet.Sections, s => s.Heading.StartsWith("达到三级（集成级）的最少改进", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_item_and_scenario_stands_in_it_with_answer_points_and_note()
    {
        var sheet = DescribeResult.Sheet(Facts(), "zh");

        var items = Section(sheet, "各题答案与得分").Table!;
        Assert.Equal(Examples.Miit2024.Items.Select(i => i.Id), items.Rows.Select(r => r[0]));
        Assert.Equal(("4", "8", "1"), (items.Rows[0][3], items.Rows[0][4], items.Rows[0][5]));
        var scenarios = Section(sheet, "场景等级").Table!;
        Assert.Equal(16, scenarios.Rows.Count);
        Assert.Equal("<b>不适用</b>", scenarios.Rows.Single(r => r[0] == "S12")[4]);
        Assert.All(sheet.Sections.Where(s => s.Table is not null), s => Assert.All(s.Table!.Rows, r => Assert.Equal(s.Table.Columns.Count, r.Count)));
    }

    [Fact]
    public void Drawings_say_their_figures_in_words()
    {
        var drawings = Section(DescribeResult.Sheet(Facts(), "en"), "Result").Drawings!;

        Assert.Equal(2, drawings.Count);
        Assert.Contains("Equipment and systems 16/20; Data collection 10/10", drawings[0].Words, StringComparison.Ordinal);
        Assert.Contains("S01 2;", drawings[1].Words, StringComparison.Ordinal);
        Assert.All(drawings, d => Assert.All(d.Shapes.OfType<Outline>().SelectMany(o => o.Points), p => Assert.True(p.X >= 0 && p.X <= d.Width && p.Y >= 0 && p.Y <= d.Height)));
    }

    [Fact]
    public void A_self_assessment_is_marked_as_one()
    {
        Assert.Equal("企业自测，未经现场评定", DescribeResult.Sheet(Facts(mode: Mode.Self), "zh").Mark);
        Assert.Equal("第三方现场评定", DescribeResult.Sheet(Facts(), "zh").Mark);
    }

    [Fact]
    public void Whether_it_still_stands_and_until_when_one_may_object_is_said()
    {
        var facts = Facts();
        var sheet = DescribeResult.Sheet(
            facts with { Assessment = facts.Assessment with { Status = AssessmentStatus.Corrected, CorrectedBy = "A2" }, Confirmed = facts.Confirmed with { ObjectionsUntil = new(2026, 6, 5), Reviews = "A0", Provider = "P1" } }, "en");
        var how = Section(sheet, "Who was assessed, how").Facts!.ToDictionary(f => f.Label, f => f.Value);

        Assert.Equal(("no longer valid: corrected (by A2)", "2026-06-05", "A0", "P1", "u1"), (how["Standing"], how["Objections until"], how["Second assessment of"], how["Provider that helped"], how["Handed in by account"]));
        Assert.Equal("服务商协助测评，未经现场评定", DescribeResult.Sheet(Facts(mode: Mode.ProviderAssisted), "zh").Mark);
    }

    [Fact]
    public void Without_its_instrument_s_file_a_result_is_shown_as_its_entry_holds_it()
    {
        var facts = Facts();
        var sheet = DescribeResult.Sheet(ReportFacts.Of(facts.Assessment, facts.Confirmed, facts.Entry, null), "en");

        var result = Section(sheet, "Result");
        Assert.Contains("does not hold the very instrument file", result.Note, StringComparison.Ordinal);
        Assert.Equal("96", result.Facts!.Single(f => f.Label == "Total").Value);
        Assert.DoesNotContain(sheet.Sections, s => s.Heading == "Items, answers and points");
    }

    [Fact]
    public void Every_shipped_instrument_that_scores_is_printed_in_both_languages_and_on_both_kinds_of_paper()
    {
        foreach (var instrument in ShippedInstruments.All.Where(i => i.Status == InstrumentStatus.Complete))
        {
            var answers = new Answers(instrument.Items.ToDictionary(i => i.Id, i => Examples.Options(i.Options[^1].Id)), Answers.NoScenarios, Answers.NoFacts);
            if (!ScoreAnswers.Score(instrument, answers).Ok)
                continue;

            foreach (var language in new[] { "zh", "en" })
            {
                var sheet = DescribeResult.Sheet(Facts(answers, instrument), language);
                Assert.Contains(instrument.Title.In(language), PrintPage.Html(sheet), StringComparison.Ordinal);
                Assert.True(PrintPdf.Write(sheet).Length > 2_000, instrument.Reference);
                Assert.Contains(sheet.Sections, s => s.Table?.Rows.Count == instrument.Items.Count);
            }
        }
    }
}
