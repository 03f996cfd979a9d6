using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.AnswerWorkbooks;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.Tests.AnswerWorkbooks;

public sealed class ReadWorkbookTests
{
    private static readonly Row Good = Filled.Row(Filled.Miit, 5, Filled.Enterprise(), Examples.Full.WithScenarios(3, 5, 3));

    /// <summary>Answers of any instrument: options or numbers, levels, figures of any size that a figure may have.</summary>
    private static Gen<(AnswerSheet Sheet, Answers Answers, string Purpose, bool Pledge, IReadOnlyList<Note> Notes)> AnyRow { get; } =
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Row(new Random(seed));

    private static (AnswerSheet, Answers, string, bool, IReadOnlyList<Note>) Row(Random random)
    {
        var sheet = random.Next(2) == 0 ? Filled.Miit : Filled.Tencent;
        var instrument = sheet.Instrument;
        var items = new Dictionary<string, Answer>();
        foreach (var item in instrument.Items.Where(i => i.Scored || random.Next(2) == 0))
        {
            items[item.Id] = item.Type == ItemType.Multi && item.Options.Skip(1).Where(_ => random.Next(2) == 0).Select(o => o.Id).ToList() is { Count: > 0 } several ? new(several)
                : item.Number is { } bounds && random.Next(2) == 0 ? new([], random.Next((int)bounds.Maximum.Value * 100) / 100m)
                : new([item.Options[random.Next(item.Options.Count)].Id]);
        }

        return (
            sheet,
            new(
                items,
                instrument.Scenarios.Where(_ => random.Next(3) > 0).ToDictionary(s => s.Id, _ => random.Next(instrument.ScenarioLevelMaximum + 1)),
                instrument.Facts.Where(_ => random.Next(3) == 0).ToDictionary(f => f.Id, _ => random.Next(3) switch
                {
                    0 => random.Next(100),
                    1 => random.NextInt64(1_000_000_000_000) + (random.Next(10_000) / 10_000m),
                    _ => random.Next(10_000) / 10_000m,
                })),
            ((string[])["voluntary", "before", "after", "reassessment"])[random.Next(4)],
            random.Next(2) == 0,
            [.. instrument.Items.Where(_ => random.Next(6) == 0).Select(i => new Note(i.Id, ((string[])["=1+1 & <b>", "不适用\n没有产线", "_x0041_", "123", "+cmd|' /C calc'!A0"])[random.Next(5)]))]);
    }

    [Fact]
    public void Any_answers_stand_in_a_sheet_and_come_back_as_they_were() => Prop.ForAll(Arb.From(AnyRow), row =>
    {
        var file = Filled.Workbook(row.Sheet, Filled.Row(row.Sheet, 5, Filled.Enterprise(7), row.Answers, row.Purpose, row.Pledge ? "是" : null, row.Notes));
        var reading = Filled.Read(file).Value;
        var back = Assert.Single(reading.Rows);

        Assert.Empty(reading.Findings);
        Assert.Equal((Filled.Enterprise(7), row.Purpose, row.Pledge), (back.Enterprise, AnswerSheet.WordOf(back.Purpose!.Value), back.Pledge));
        Assert.Equal(
            row.Answers.Items.OrderBy(i => i.Key).Select(i => $"{i.Key} {string.Join(',', i.Value.Options)} {i.Value.Number:0.##}"),
            back.Answers.Items.OrderBy(i => i.Key).Select(i => $"{i.Key} {string.Join(',', i.Value.Options)} {i.Value.Number:0.##}"));
        Assert.Equal(row.Answers.Scenarios.OrderBy(s => s.Key), back.Answers.Scenarios.OrderBy(s => s.Key));
        Assert.Equal(row.Answers.Facts.OrderBy(f => f.Key), back.Answers.Facts.OrderBy(f => f.Key));
        Assert.Equal(row.Notes, back.Notes);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void Sheets_of_several_instruments_and_rows_with_gaps_between_are_read()
    {
        var tencent = Answers.Read(Examples.Parse($"{{{string.Join(',', Examples.TencentProcess.Items.Select(i => $"\"{i.Id}\":[\"{i.Options[0].Id}\"]"))}}}"), default, default).Value;
        var reading = Filled.Read(Filled.Workbook(Filled.City,
            (Filled.Miit, [Good, Filled.Row(Filled.Miit, 9, Filled.Enterprise(), Examples.Zero, "after")]),
            (Filled.Tencent, [Filled.Row(Filled.Tencent, 5, Filled.Enterprise(), tencent)]))).Value;

        Assert.Empty(reading.Findings);
        Assert.Equal([("miit-2024", 5), ("miit-2024", 9), ("tencent-process", 5)], reading.Rows.Select(r => (r.Sheet.Name, r.Number)));
    }

    [Theory]
    [InlineData("row.enterprise", null, "answer_workbook.no_enterprise")]
    [InlineData("row.purpose", null, "answer_workbook.no_purpose")]
    [InlineData("row.purpose", "以后", "answer_workbook.choice")]
    [InlineData("row.pledge", "perhaps", "answer_workbook.choice")]
    [InlineData("Q2", "H", "answer_workbook.choice")]
    [InlineData("Q2", "B [0-10%]", "answer_workbook.choice")]
    [InlineData("Q1.B", "x", "answer_workbook.mark")]
    [InlineData("S03", "3.5", "answer_workbook.level")]
    [InlineData("S03", "-1", "answer_workbook.level")]
    [InlineData("S03", "99999999999", "answer_workbook.level")]
    [InlineData("S03", "三级", "answer_workbook.number")]
    [InlineData("fact.equipment-total", "12台", "answer_workbook.number")]
    [InlineData("note.S03", "甲\u202e乙", "answer_workbook.text")]
    public void A_cell_that_cannot_be_read_is_named(string key, string? text, string code)
    {
        var reading = Filled.Read(Filled.Workbook(Filled.Row(Filled.Miit, 5, Filled.Enterprise(), Examples.Full, change: (key, text)))).Value;

        var finding = Assert.Single(reading.Findings);
        Assert.Equal((Filled.At(Filled.Miit, key), code), (finding.Path, finding.Code));
    }

    [Fact]
    public void A_number_where_a_code_is_asked_for_has_lost_digits()
    {
        var finding = Assert.Single(Read(Tamper(Filled.At(Filled.Miit, "row.enterprise"), "<c r=\"A5\"><v>913501001234567890</v></c>")).Findings);

        Assert.Equal(("miit-2024!A5", "answer_workbook.enterprise"), (finding.Path, finding.Code));
    }

    [Theory]
    [InlineData("><f>1+1</f><v>2</v></c>", "answer_workbook.formula")]
    [InlineData("><f>1+1</f></c>", "answer_workbook.formula")]
    [InlineData("><f t=\"shared\" si=\"0\"/><v>2</v></c>", "answer_workbook.formula")]
    [InlineData(" t=\"str\"><f>HYPERLINK(\"http://x\")</f><v>2</v></c>", "answer_workbook.formula")]
    [InlineData(" t=\"e\"><v>#REF!</v></c>", "answer_workbook.error_value")]
    [InlineData(" t=\"d\"><v>2024-01-02</v></c>", "answer_workbook.date")]
    [InlineData(" t=\"b\"><v>1</v></c>", "answer_workbook.number")]
    public void What_nobody_typed_is_not_taken(string cell, string code)
    {
        var at = Filled.At(Filled.Miit, "S01");
        var finding = Assert.Single(Read(Tamper(at, $"<c r=\"{at[10..]}\"{cell}")).Findings);

        Assert.Equal((at, code), (finding.Path, finding.Code));
    }

    [Theory]
    [InlineData("B", "B")]
    [InlineData("  b (10%,20%] ", null)]
    [InlineData("B（10％，20％］", "B")]
    [InlineData("B(10%,20%]", "B")]
    public void A_choice_is_its_letter_or_the_whole_text_in_whatever_width(string text, string? option)
    {
        var row = Assert.Single(Filled.Read(Filled.Workbook(Filled.Row(Filled.Miit, 5, Filled.Enterprise(), Examples.Full, change: ("Q2", text)))).Value.Rows);

        Assert.Equal(option, row.Answers.Items.GetValueOrDefault("Q2")?.Options[0]);
    }

    [Fact]
    public void A_percentage_is_read_as_it_is_shown_where_percent_are_asked_for_and_nowhere_else()
    {
        // Style 1 of the changed file shows 0.2 as 20%.
        byte[] With(string key) => Filled.Tampered(Tamper(Filled.At(Filled.Miit, key), $"<c r=\"{Filled.At(Filled.Miit, key)[10..]}\" s=\"1\"><v>0.2</v></c>"), "xl/styles.xml", s => Replaced(s, "numFmtId=\"0\" fontId=\"1\"", "numFmtId=\"9\" fontId=\"1\""));

        Assert.Equal(20m, Read(With("fact.pass-rate")).Rows[0].Answers.Facts["pass-rate"]);
        Assert.Equal("answer_workbook.number", Assert.Single(Read(With("fact.equipment-total")).Findings).Code);
        Assert.Equal("answer_workbook.number", Assert.Single(Read(With("S01")).Findings).Code);
    }

    [Fact]
    public void An_option_and_a_number_together_are_one_too_many()
    {
        var tencent = Examples.TencentProcess.Items.ToDictionary(i => i.Id, i => Examples.Options(i.Options[0].Id));
        var finding = Assert.Single(Filled.Read(Filled.Workbook(Filled.Tencent, Filled.Row(Filled.Tencent, 5, Filled.Enterprise(), Examples.Of(tencent), change: ("Q9.number", 12.5m)))).Value.Findings);

        Assert.Equal((Filled.At(Filled.Tencent, "Q9.number"), "answer_workbook.twice"), (finding.Path, finding.Code));
    }

    [Fact]
    public void The_same_enterprise_for_the_same_purpose_stands_once()
    {
        var reading = Filled.Read(Filled.Workbook(Good, Filled.Row(Filled.Miit, 6, Filled.Enterprise(), Examples.Zero, "after"), Filled.Row(Filled.Miit, 7, Filled.Enterprise().ToLowerInvariant(), Examples.Zero))).Value;

        var finding = Assert.Single(reading.Findings);
        Assert.Equal(("miit-2024!A7", "answer_workbook.enterprise_twice"), (finding.Path, finding.Code));
    }

    [Fact]
    public void What_is_hidden_or_outside_the_table_is_found()
    {
        var file = Filled.Workbook(Good);
        Assert.Equal(["miit-2024!A5 answer_workbook.hidden"], Found(Filled.Tampered(file, Filled.AnswerPart, x => Replaced(x, "<row r=\"5\">", "<row r=\"5\" hidden=\"1\">"))));
        Assert.Equal(["miit-2024!A5 answer_workbook.hidden"], Found(Filled.Tampered(file, Filled.AnswerPart, x => Replaced(x, "<row r=\"5\">", "<row r=\"5\" ht=\"0\" customHeight=\"1\">"))));
        Assert.Equal(["miit-2024!C3 answer_workbook.hidden"], Found(Filled.Tampered(file, Filled.AnswerPart, x => Replaced(x, "<col min=\"3\"", "<col hidden=\"1\" min=\"3\""))));
        Assert.Equal(["miit-2024!C3 answer_workbook.hidden"], Found(Filled.Tampered(file, Filled.AnswerPart, x => Replaced(x, "<col min=\"3\" max=\"3\" width=\"12\"", "<col min=\"3\" max=\"3\" width=\"0\""))));

        var outside = Cell.Address(Filled.Miit.Columns.Count + 1, 5);
        Assert.Equal([$"miit-2024!{outside} answer_workbook.outside"], Found(Filled.Tampered(file, Filled.AnswerPart, x => Replaced(x, "</row></sheetData>", $"<c r=\"{outside}\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData>"))));
    }

    [Fact]
    public void A_workbook_of_another_city_version_or_instrument_is_refused()
    {
        var file = Filled.Workbook(Good);
        string? Code(string from, string to) => Filled.Read(Filled.Tampered(file, Filled.VersionPart, x => Replaced(x, from, to))).Fault?.Code;

        Assert.Equal("answer_workbook.other_city", Filled.Read(file, "350100").Fault?.Code);
        Assert.Equal("answer_workbook.other_city", Code(">350800<", ">350801<"));
        Assert.Equal("answer_workbook.other_version", Code(">1</t>", ">2</t>"));
        Assert.Equal("answer_workbook.other_instrument", Code(">miit-2024@1<", ">miit-2024@2<"));
        Assert.Equal("answer_workbook.other_instrument", Code(">miit-2024@1<", ">miit-2024<"));
        Assert.Equal("answer_workbook.other_instrument", Code(">miit-2024@1<", ">tencent-process@1<"));
        Assert.Equal("answer_workbook.other_instrument", Code(Examples.Miit2024.Sha256, new string('0', 64)));
        Assert.Equal("answer_workbook.not_ours", Code(">city<", ">town<"));
        Assert.Equal("answer_workbook.not_ours", Code(">workbook<", "><"));
        Assert.Equal("answer_workbook.not_ours", Code(">sheet</t>", ">page</t>"));
        Assert.Equal("answer_workbook.structure", Code(">miit-2024</t>", ">miit</t>"));
    }

    [Fact]
    public void A_changed_structure_is_refused_by_place()
    {
        var file = Filled.Workbook(Good);
        string? Place(string part, string from, string to) => Filled.Read(Filled.Tampered(file, part, x => Replaced(x, from, to))).Fault is { Code: "answer_workbook.structure" } fault ? fault.Details[0].Path : null;

        Assert.Equal("miit-2024!E4", Place(Filled.AnswerPart, ">Q1.A</t>", ">Q1.B</t>"));
        Assert.Equal("miit-2024!A3", Place(Filled.AnswerPart, ">统一社会信用代码</t>", ">纳税人识别号</t>"));
        Assert.Equal("miit-2024!E2", Place(Filled.AnswerPart, ">Q1 企业网络建设连接情况</t>", ">Q2 另一题</t>"));
        Assert.Equal("miit-2024", Place(Filled.AnswerPart, "<row r=\"4\" hidden=\"1\">", "<row r=\"5\">"));
        Assert.Equal("草稿", Place("xl/workbook.xml", "name=\"填写说明\"", "name=\"草稿\""));
        Assert.Equal("miit-2024", Place("xl/workbook.xml", "name=\"miit-2024\" sheetId=\"2\"", "name=\"miit-2024\" sheetId=\"2\" state=\"hidden\""));
        Assert.Equal("miit-2024", Place("xl/workbook.xml", "name=\"填写说明\"", "name=\"miit-2024\""));
        Assert.Equal($"miit-2024!{Cell.Address(Filled.Miit.Columns.Count + 1, 4)}", Place(Filled.AnswerPart, "</row><row r=\"5\">", $"<c r=\"{Cell.Address(Filled.Miit.Columns.Count + 1, 4)}\" t=\"inlineStr\"><is><t>x</t></is></c></row><row r=\"5\">"));
    }

    [Theory]
    [InlineData("xl/vbaProject.bin")]
    [InlineData("XL/VBAPROJECT.BIN")]
    [InlineData("xl/externalLinks/externalLink1.xml")]
    [InlineData("xl/embeddings/oleObject1.bin")]
    [InlineData("xl/activeX/activeX1.xml")]
    [InlineData("xl/connections.xml")]
    [InlineData("xl/macrosheets/sheet1.xml")]
    public void Macros_links_and_objects_are_refused(string part) =>
        Assert.Equal("answer_workbook.active_content", Filled.Read(Filled.Tampered(Filled.Workbook(Good), part, _ => "x")).Fault?.Code);

    [Fact]
    public void What_is_no_workbook_of_ours_is_refused()
    {
        Assert.Equal("workbook.not_a_workbook", Filled.Read(Encoding.UTF8.GetBytes("企业,代码")).Fault?.Code);
        Assert.Equal("workbook.too_large", Filled.Read(new byte[AnswerWorkbook.Limits.FileBytesMax + 1]).Fault?.Code);
        Assert.Equal("workbook.truncated", Filled.Read(Filled.Workbook(Good)[..^50]).Fault?.Code);
        Assert.Equal("workbook.too_large", Filled.Read(Filled.Tampered(Filled.Workbook(Good), Filled.AnswerPart, x => Replaced(x, "<sheetData>", "<sheetData>" + new string(' ', 65 << 20)))).Fault?.Code);
        Assert.Equal("answer_workbook.not_ours", Filled.Read(Filled.Tampered(Filled.Workbook(Good), "xl/workbook.xml", x => Replaced(x, "name=\"_pilotcity\"", "name=\"other\""))).Fault?.Code);
        Assert.Equal("answer_workbook.empty", Filled.Read(Filled.Workbook()).Fault?.Code);
    }

    [Fact]
    public void A_thousand_rows_are_taken_and_one_more_is_not()
    {
        Row[] rows = [.. Enumerable.Range(0, AnswerSheet.RowsMax + 1).Select(i => Filled.Row(Filled.Miit, 5 + i, Filled.Enterprise(i), Examples.Zero))];

        Assert.Equal(AnswerSheet.RowsMax, Filled.Read(Filled.Workbook(rows[..^1])).Value.Rows.Count);
        Assert.Equal("answer_workbook.too_many_rows", Filled.Read(Filled.Workbook(rows)).Fault?.Code);
    }

    [Fact]
    public void Findings_are_counted_all_and_listed_to_a_bound()
    {
        Row[] rows = [.. Enumerable.Range(0, 600).Select(i => Filled.Row(Filled.Miit, 5 + i, Filled.Enterprise(i), Examples.Zero, change: [("S01", "x"), ("S02", "x")]))];
        var reading = Filled.Read(Filled.Workbook(rows)).Value;

        Assert.Equal((1_200, ReadWorkbook.FindingsMax), (reading.FindingCount, reading.Findings.Count));
    }

    /// <summary>Spans of the file's XML are taken out, doubled or written over; what comes is a reading or a fault, and what is read stands in the table.</summary>
    [Fact]
    public void A_file_that_was_tampered_with_anywhere_is_read_or_refused_and_never_breaks() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue - 1)), seed =>
    {
        var random = new Random(seed);
        string[] targets = [Filled.AnswerPart, Filled.AnswerPart, Filled.VersionPart, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "[Content_Types].xml"];
        var file = Filled.Tampered(TwoRows, targets[random.Next(targets.Length)], xml =>
        {
            var (from, length) = (random.Next(xml.Length), random.Next(1, 200));
            var to = Math.Min(xml.Length, from + length);
            return random.Next(4) switch
            {
                0 => xml[..from] + xml[to..],
                1 => xml[..to] + xml[from..],
                2 => xml[..from] + new string((char)random.Next(32, 128), to - from) + xml[to..],
                _ => Whole(xml, from, random),
            };
        });

        var read = Filled.Read(file);

        Assert.All(read.Ok ? read.Value.Rows : [], row => Assert.InRange(row.Number, AnswerSheet.FirstRow, 1_048_576));
        Assert.All(read.Ok ? read.Value.Findings : [], f => Assert.StartsWith("miit-2024!", f.Path, StringComparison.Ordinal));
        if (read.Ok)
            Assert.NotEmpty(AnnotateWorkbook.Marked(Filled.City, read.Value, read.Value.Findings, "en"));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static readonly byte[] TwoRows = Filled.Workbook(Good, Filled.Row(Filled.Miit, 6, Filled.Enterprise(1), Examples.Zero));

    /// <summary>A whole element is taken out or doubled: the XML stays well formed and means something else.</summary>
    private static string Whole(string xml, int near, Random random)
    {
        var start = xml.LastIndexOf("<c ", near, StringComparison.Ordinal);
        var end = start < 0 ? -1 : xml.IndexOf("</c>", start, StringComparison.Ordinal);
        return end < 0 ? xml : random.Next(2) == 0 ? xml[..start] + xml[(end + 4)..] : xml[..(end + 4)] + xml[start..];
    }

    private static WorkbookReading Read(byte[] file) => Filled.Read(file).Value;

    private static IEnumerable<string> Found(byte[] file) => Read(file).Findings.Select(f => $"{f.Path} {f.Code}");

    /// <summary>The good workbook with one cell of its row written otherwise.</summary>
    private static byte[] Tamper(string at, string cell) => Filled.Tampered(Filled.Workbook(Good), Filled.AnswerPart, xml =>
    {
        var address = at[(at.IndexOf('!', StringComparison.Ordinal) + 1)..];
        var start = xml.IndexOf($"<c r=\"{address}\"", StringComparison.Ordinal);
        if (start >= 0)
            return xml[..start] + cell + xml[(xml.IndexOf("</c>", start, StringComparison.Ordinal) + 4)..];

        // Where nothing stands yet the cell goes before the first one to its right.
        var column = Filled.Miit.Columns.First(c => Cell.Address(c.Number, 5) == address).Number;
        var right = Filled.Miit.Columns.Skip(column).Select(c => xml.IndexOf($"<c r=\"{Cell.Address(c.Number, 5)}\"", StringComparison.Ordinal)).FirstOrDefault(i => i >= 0);
        right = right > 0 ? right : xml.IndexOf("</row></sheetData>", StringComparison.Ordinal);
        return xml[..right] + cell + xml[right..];
    });

    private static string Replaced(string xml, string from, string to)
    {
        Assert.Contains(from, xml, StringComparison.Ordinal);
        return xml.Replace(from, to, StringComparison.Ordinal);
    }
}
