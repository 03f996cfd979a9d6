using System.Text.RegularExpressions;
using PilotCity.Assessment.AnswerWorkbooks;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Workbooks;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.AnswerWorkbooks;

public sealed class MakeWorkbookTests
{
    private const string Path = "/api/assessment/350800/instruments";

    [Fact]
    public async Task The_workbook_of_an_instrument_is_downloaded_and_read_back_as_empty()
    {
        await using var service = await TestService.Start(AssessmentService.Build);
        var client = service.As(Role.Evaluator);

        var answer = await client.GetAsync($"{Path}/miit-2024/workbook?and=tencent-process,lenovo-stages");
        var file = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal(FormWriter.MediaType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("miit-2024-tencent-process-lenovo-stages-350800.xlsx", answer.Content.Headers.ContentDisposition?.FileNameStar ?? answer.Content.Headers.ContentDisposition?.FileName);
        using var workbook = WorkbookReader.Open(file).Value;
        Assert.Equal(
            [("填写说明", false), ("miit-2024", false), ("tencent-process", false), ("lenovo-stages", false), ("_lists", true), ("_pilotcity", true)],
            workbook.Sheets.Select(s => (s.Name, s.Hidden)));
        Assert.Equal("answer_workbook.empty", Filled.Read(file).Fault?.Code);
    }

    [Fact]
    public async Task What_makes_no_workbook_is_refused()
    {
        await using var service = await TestService.Start(AssessmentService.Build);
        var client = service.As(Role.BureauOfficer);

        Assert.Equal((404, "instrument.unknown"), await (await client.GetAsync($"{Path}/nothing/workbook")).Refusal());
        Assert.Equal((404, "instrument.unknown"), await (await client.GetAsync($"{Path}/miit-2024/workbook?and=nothing")).Refusal());
        Assert.Equal((422, "instrument.incomplete"), await (await client.GetAsync($"{Path}/miit-2022/workbook")).Refusal());
        Assert.Equal((400, "request.query"), await (await client.GetAsync($"{Path}/miit-2024/workbook?and=miit-2024@1")).Refusal());
        Assert.Equal((400, "request.query"), await (await client.GetAsync($"{Path}/miit-2024/workbook?and=a,b,c,d,e")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Observer).GetAsync($"{Path}/miit-2024/workbook")).Refusal());
    }

    [Fact]
    public async Task An_instrument_of_more_columns_than_anybody_fills_in_makes_no_workbook()
    {
        var item = Examples.Miit2024.Items.First(i => i.Type == ItemType.Multi);
        var wide = Examples.Miit2024 with { Items = [.. Enumerable.Repeat(item, (AnswerSheet.ColumnsMax / item.Options.Count) + 1)] };

        Assert.Equal("answer_workbook.too_wide", (await MakeWorkbook.SheetsOf(["wide"], _ => Task.FromResult<Result<Instrument>>(wide))).Fault?.Code);
    }

    [Fact]
    public void Every_answer_has_its_column_in_the_order_of_the_instrument()
    {
        Assert.Equal(["row.enterprise", "row.name", "row.purpose", "row.pledge", "Q1.A", "Q1.B"], Filled.Miit.Columns.Take(6).Select(c => c.Key));
        Assert.Equal(Enumerable.Range(1, Filled.Miit.Columns.Count), Filled.Miit.Columns.Select(c => c.Number));
        Assert.Equal(Filled.Miit.Columns.Count, Filled.Miit.Columns.Select(c => c.Key).Distinct().Count());
        Assert.Equal(
            (9, 41, 16, 14, 31),
            (Count(Filled.Miit, Field.Option), Count(Filled.Miit, Field.Mark), Count(Filled.Miit, Field.ScenarioLevel), Count(Filled.Miit, Field.Fact), Count(Filled.Miit, Field.Note)));
        Assert.Equal((44, 8), (Count(Filled.Tencent, Field.Option), Count(Filled.Tencent, Field.Number)));
    }

    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public void Choices_are_lists_and_only_cells_for_answers_are_open(string language)
    {
        var form = ComposeWorkbook.Form(Filled.City, [new(Filled.Miit, [])], [], language);
        var sheet = form.Sheets.Single(s => s.Name == "miit-2024");

        Assert.True(sheet.Protected);
        Assert.All(sheet.Rows.SelectMany(r => r.Cells), c => Assert.True(c.Style is FormStyle.Title or FormStyle.Heading or FormStyle.Remark));
        Assert.All(sheet.Rows, r => Assert.Equal(Filled.Miit.Columns.Select(c => c.Number), r.Cells.Select(c => c.Column)));
        Assert.All(sheet.Columns, c => Assert.True(c.Style is FormStyle.Entry or FormStyle.TextEntry));
        foreach (var column in Filled.Miit.Columns.Where(c => c.Choices.Count > 0))
        {
            var check = Assert.Single(sheet.Checks, c => c.FromColumn == column.Number);
            Assert.Equal((AnswerSheet.FirstRow, AnswerSheet.LastRow), (check.FromRow, check.ToRow));
            var name = form.Names.Single(n => n.Name == ((FormRule.OneOf)check.Rule).Name);
            var list = form.Sheets.Single(s => s.Name == name.Sheet).Rows.Where(r => r.Number >= name.FromRow && r.Number <= name.ToRow).Select(r => r.Cells.Single(c => c.Column == name.Column)).Select(c => c.Text ?? $"{c.Number}");
            Assert.Equal(column.Choices.Select(c => c.Shown.In(language)), list);
        }
    }

    [Fact]
    public void Nothing_in_the_file_is_a_formula_and_it_says_what_it_was_made_for()
    {
        var parts = Filled.Parts(Filled.Workbook(Filled.Row(Filled.Miit, 5, "=1+1", Examples.Zero, change: ("row.name", "=HYPERLINK(\"http://x\")"))));

        Assert.DoesNotContain(parts.Values, p => p.Contains("<f>", StringComparison.Ordinal) || p.Contains("<f ", StringComparison.Ordinal));
        Assert.Contains("lockStructure=\"1\"", parts["xl/workbook.xml"], StringComparison.Ordinal);
        Assert.Equal(
            ["workbook", AnswerWorkbook.Version, "city", Filled.City, "sheet", "miit-2024", "miit-2024@1", Examples.Miit2024.Sha256],
            Regex.Matches(parts[Filled.VersionPart], "<t [^>]*>([^<]*)</t>").Select(m => m.Groups[1].Value));
    }

    private static int Count(AnswerSheet sheet, Field field) => sheet.Columns.Count(c => c.Field == field);
}
