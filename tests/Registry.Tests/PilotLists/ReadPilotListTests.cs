using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PilotCity.Defaults;
using PilotCity.Defaults.Tests.Workbooks;
using PilotCity.Registry.Cities;
using PilotCity.Registry.Enterprises;
using PilotCity.Registry.PilotLists;

namespace PilotCity.Registry.Tests.PilotLists;

public class ReadPilotListTests
{
    private static readonly City Longyan = City.Find("350800")!;
    private static readonly DateOnly AsOf = new(2025, 6, 30);

    private static readonly string[] Headings =
        ["序号", "企业名称", "统一社会信用代码", "所属区县", "细分行业", "国民经济行业代码", "从业人员(人)", "营业收入(万元)", "资产总额(万元)", "是否规上", "优质企业梯度", "成立日期", "联系人", "联系电话"];

    private static object?[] Enterprise(int no = 1) =>
        [no, $"龙岩第{no}针织有限公司", Code(no), "新罗区", "化纤与针织", 1761, 52, 6181.8, 2719.99, "是", "创新型", new DateOnly(2019, 12, 22), "邱珩安", "0597-9000026"];

    private static string Code(int no)
    {
        var first17 = "91350802MA" + no.ToString("0000000", CultureInfo.InvariantCulture);
        return first17 + CreditCodes.CheckCharacter(first17);
    }

    private static object?[] With(char column, object? value, int no = 1)
    {
        var row = Enterprise(no);
        row[column - 'A'] = value;
        return row;
    }

    private static Result<PilotListReading> Read(params object?[][] rows) =>
        ReadPilotList.Read(new WorkbookFile().Sheet("名单", rows.Prepend(Headings)).Bytes(), Longyan, AsOf);

    private static string File(string name) => Path.Combine(AppContext.BaseDirectory, "data", "pilot-lists", name);

    [Theory]
    [InlineData("longyan-pilot-list")]
    [InlineData("longyan-pilot-list-errors")]
    public void The_lists_of_Longyan_come_out_field_by_field_and_finding_by_finding(string name)
    {
        var expected = JsonNode.Parse(System.IO.File.ReadAllText(File(name + ".expected.json")))!;

        var reading = ReadPilotList.Read(System.IO.File.ReadAllBytes(File(name + ".xlsx")), Longyan, AsOf).Value;

        Assert.Equal(
            expected["rows"]!.AsArray().Select(row => Sorted(row!, "typed")),
            reading.Rows.Select(row => Sorted(JsonSerializer.SerializeToNode(new
            {
                row.Row,
                row.No,
                row.Name,
                uscc = row.Uscc.Value,
                row.District,
                row.DistrictCode,
                row.SubIndustry,
                row.IndustryCode,
                row.Staff,
                row.RevenueYuan,
                row.AssetsYuan,
                row.AboveScale,
                row.Tier,
                row.FoundedOn,
                row.FoundedPrecision,
                row.Contact,
                row.Phone,
                row.Size,
            }, Json.Lenient)!)));
        Assert.Equal(
            (expected["findings"]?.AsArray() ?? []).Select(finding => Sorted(finding!, "why")),
            reading.Findings.Select(finding => Sorted(JsonSerializer.SerializeToNode(finding, Json.Lenient)!, "why")));
        var counts = expected["counts"]!;
        Assert.Equal((int)counts["rows"]!, reading.Counts.Rows);
        Assert.Equal((int)(counts["imported"] ?? counts["importable"])!, reading.Counts.Importable);
        Assert.Equal((int)counts["errors"]!, reading.Counts.Errors);
        Assert.Equal((int)counts["warnings"]!, reading.Counts.Warnings);
        Assert.Equal(
            [(int)counts["bySize"]!["micro"]!, (int)counts["bySize"]!["small"]!, (int)counts["bySize"]!["medium"]!, (int)counts["bySize"]!["large"]!],
            Enum.GetValues<Size>().Select(size => reading.Counts.BySize[size]));
        Assert.Equal([(int)expected["dataRows"]![1]! + 1], reading.NotData.Select(row => row.Row));
    }

    /// <summary>Members by name, without nulls and without what is not to be compared.</summary>
    private static string Sorted(JsonNode node, string without = "") =>
        string.Join("\n", node.AsObject().Where(member => member.Key != without && member.Value is not null).OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}: {member.Value}"));

    public static TheoryData<char, object?, string, string?> Findings => new()
    {
        { 'B', null, "name.missing", null },
        { 'B', "　 ", "name.missing", null },
        { 'B', new string('长', 101), "name.too_long", null },
        { 'C', null, "uscc.missing", null },
        { 'C', "9135080", "uscc.wrong_length", null },
        { 'C', "9135080203642143I5", "uscc.bad_character", null },
        { 'C', "91A508020364214305", "uscc.bad_division", null },
        { 'C', "913508029036421435", "uscc.bad_check_character", null },
        { 'C', 913508029036421400m, "uscc.stored_as_number", null },
        { 'D', null, "district.missing", null },
        { 'D', "芗城区", "district.unknown", null },
        { 'E', null, "sub_industry.missing", null },
        { 'E', "人工智能", "sub_industry.unknown", null },
        { 'F', null, "industry_code.missing", null },
        { 'F', "纺织", "industry_code.not_four_digits", null },
        { 'F', 176, "industry_code.not_four_digits", null },
        { 'F', "176", "industry_code.not_four_digits", null },
        { 'F', "17611", "industry_code.not_four_digits", null },
        { 'F', "9810", "industry_code.unknown", null },
        { 'F', "0011", "industry_code.unknown", null },
        { 'F', "1700", "industry_code.unknown", null },
        { 'F', "8310", "industry_code.size_not_defined", "warning" },
        { 'G', null, "staff.missing", null },
        { 'G', -1, "staff.negative", null },
        { 'G', 12.5, "staff.not_whole", null },
        { 'G', "52人", "staff.not_a_number", null },
        { 'G', 10_000_001, "staff.too_large", null },
        { 'G', true, "staff.not_a_number", null },
        { 'H', null, "revenue.missing", null },
        { 'H', "约500", "revenue.not_a_number", null },
        { 'H', "-0.01", "revenue.negative", null },
        { 'H', 100_000_000.01m, "revenue.too_large", null },
        { 'H', 1E27, "revenue.too_large", null },
        { 'H', 1999.99, "above_scale.contradicts_revenue", "warning" },
        { 'H', new WorkbookFile.Raw("t=\"e\"><f>1/0</f><v>#DIV/0!</v>"), "revenue.formula_error", null },
        { 'H', new WorkbookFile.Raw("><f>SUM(A1:A2)</f>"), "revenue.formula_not_calculated", null },
        { 'I', null, "assets.missing", null },
        { 'I', "不详", "assets.not_a_number", null },
        { 'I', -1, "assets.negative", null },
        { 'I', new WorkbookFile.Raw("t=\"e\"><v>#REF!</v>"), "assets.formula_error", null },
        { 'J', null, "above_scale.missing", null },
        { 'J', "可能", "above_scale.unknown", null },
        { 'J', "否", "above_scale.contradicts_revenue", "warning" },
        { 'K', "高新", "tier.unknown", null },
        { 'K', new WorkbookFile.Raw("t=\"e\"><v>#N/A</v>"), "tier.formula_error", null },
        { 'L', null, "founded.missing", null },
        { 'L', "不详", "founded.not_a_date", null },
        { 'L', "2023-02-29", "founded.not_a_date", null },
        { 'L', 43821, "founded.not_a_date", null },
        { 'L', new DateOnly(2025, 7, 1), "founded.in_future", null },
        { 'M', null, "contact.missing", "warning" },
        { 'M', new string('长', 51), "contact.too_long", null },
        { 'N', null, "phone.missing", "warning" },
        { 'N', "123", "phone.odd", "warning" },
        { 'N', new string('1', 51), "phone.too_long", null },
    };

    [Theory]
    [MemberData(nameof(Findings))]
    public void Each_thing_that_can_be_wrong_is_found_in_its_cell_and_nowhere_else(char column, object? value, string kind, string? severity)
    {
        var reading = Read(With(column, value), Enterprise(2)).Value;

        var finding = Assert.Single(reading.Findings);
        Assert.Equal(kind, finding.Kind);
        Assert.Equal(severity is null ? Severity.Error : Severity.Warning, finding.Severity);
        Assert.Equal("名单", finding.Sheet);
        // A contradiction stands where the declaration does.
        Assert.Equal(kind == "above_scale.contradicts_revenue" ? "J2" : $"{column}2", finding.Cell);
        Assert.NotEmpty(finding.Why.Zh);
        Assert.NotEmpty(finding.Why.En);
        Assert.Equal(severity is null ? [3] : [2, 3], reading.Rows.Select(row => row.Row));
    }

    [Theory]
    [InlineData('G', "０", "staff 0")]
    [InlineData('L', "2025年6月30日", "founded 2025-06-30 day")]
    [InlineData('L', "2008年9月", "founded 2008-09-01 month")]
    [InlineData('F', "C1761", "industry 1761")]
    [InlineData('F', "１７６１", "industry 1761")]
    [InlineData('H', "1234.567885", "revenue 12345678.85")]
    [InlineData('H', "2000.0000005", "revenue 20000000.01")]
    [InlineData('H', "2000.00000049", "revenue 20000000.00")]
    [InlineData('H', 8343.879999999999, "revenue 83438800.00")]
    [InlineData('K', "国家级专精特新“小巨人”企业", "tier LittleGiant")]
    [InlineData('K', "专精特新中小企业", "tier Specialised")]
    [InlineData('K', "创新型中小企业", "tier Innovative")]
    [InlineData('K', "无", "tier ")]
    [InlineData('K', "—", "tier ")]
    [InlineData('J', "规上", "aboveScale True")]
    [InlineData('J', true, "aboveScale True")]
    [InlineData('N', 15405970034L, "phone 15405970034")]
    [InlineData('N', "１５４ ０５９７ ００１７", "phone 15405970017")]
    [InlineData('D', "龙岩市新罗区", "district 350802")]
    public void What_clerks_type_is_understood(char column, object value, string expected)
    {
        var reading = Read(With(column, value)).Value;

        Assert.DoesNotContain(reading.Findings, finding => finding.Kind != "above_scale.contradicts_revenue");
        var row = Assert.Single(reading.Rows);
        Assert.Contains(expected, (string[])
        [
            $"staff {row.Staff}", FormattableString.Invariant($"founded {row.FoundedOn:yyyy-MM-dd} {(row.FoundedPrecision == DayPrecision.Month ? "month" : "day")}"), $"industry {row.IndustryCode}",
            $"revenue {row.RevenueYuan}", $"tier {row.Tier}", $"aboveScale {row.AboveScale}", $"phone {row.Phone}", $"district {row.DistrictCode}",
        ]);
    }

    [Fact]
    public void A_day_whose_format_shows_only_the_month_is_a_month()
    {
        var row = Assert.Single(Read(With('L', new WorkbookFile.Raw("s=\"3\"><v>39692</v>"))).Value.Rows);

        Assert.Equal((new DateOnly(2008, 9, 1), DayPrecision.Month), (row.FoundedOn, row.FoundedPrecision));
    }

    [Fact]
    public void Revenue_of_2000_makes_above_scale_and_not_a_fen_less()
    {
        Assert.Empty(Read(With('H', 2000)).Value.Findings);
        Assert.Equal("H2", Assert.Single(Read(With('H', 1999.999999)).Value.Findings).SeeAlso);
    }

    [Fact]
    public void The_first_of_two_equal_codes_counts_even_across_sheets()
    {
        var file = new WorkbookFile().Sheet("一", [Headings, Enterprise()]).Sheet("二", [Headings, Enterprise(2), With('C', Code(1), 3)]).Bytes();

        var reading = ReadPilotList.Read(file, Longyan, AsOf).Value;

        var finding = Assert.Single(reading.Findings);
        Assert.Equal(("uscc.duplicate_in_file", "二", "C3", "一!C2"), (finding.Kind, finding.Sheet, finding.Cell, finding.SeeAlso));
        Assert.Equal(2, reading.Rows.Count);
    }

    [Fact]
    public void The_same_name_with_another_code_is_a_warning()
    {
        var finding = Assert.Single(Read(Enterprise(), With('B', Enterprise()[1], 2)).Value.Findings);

        Assert.Equal(("name.duplicate_in_file", Severity.Warning, "B3", "B2"), (finding.Kind, finding.Severity, finding.Cell, finding.SeeAlso));
    }

    [Fact]
    public void Columns_are_found_by_their_headings_in_any_order()
    {
        string[] headings = ["联系电话", "备注", "成立\n时间", "企业 名称", "社会信用代码", "所属县（市、区）", "＊细分行业", "行业代码（GB/T 4754-2017）", "从业人数", "2024年营业收入（元）", "2024年末资产总额（亿元）", "是否规上企业", "优质企业梯度（没有的不填）", "联系人"];
        var file = new WorkbookFile().Sheet("S", [["标题"], headings, ["0597-9000026", "x", "2019-12-22", "甲公司", Code(1), "新罗区", "化纤与针织", 1761, 52, "61,818,000.00", 0.27, "是", null, "邱"]]);

        var reading = ReadPilotList.Read(file.Bytes(), Longyan, AsOf).Value;

        var row = Assert.Single(reading.Rows);
        Assert.Equal((null, "甲公司", "61818000.00", "27000000.00"), (row.No, row.Name, row.RevenueYuan.ToString(), row.AssetsYuan.ToString()));
        Assert.Equal(["备注"], reading.ColumnsNotRead);
    }

    [Fact]
    public void The_unit_may_stand_above_the_headings()
    {
        var headings = Headings.Select(heading => heading.Split('(')[0]).ToArray();
        string Revenue(string above) => ReadPilotList.Read(new WorkbookFile().Sheet("S", [[above], headings, With('H', 50_000_000)]).Bytes(), Longyan, AsOf).Value.Rows[0].RevenueYuan.ToString();

        Assert.Equal("50000000.00", Revenue("填报单位：三元区工信局 单位：人、元"));
        Assert.Equal("500000000000.00", Revenue("填报单位：三元区工信局 单位：人、万元"));
        Assert.Equal("500000000000.00", Revenue("填报单位：三元区工信局"));
    }

    [Fact]
    public void Headings_may_span_two_rows()
    {
        object?[] upper = [.. Headings];
        upper[6] = "经营情况";
        upper[7] = upper[8] = null;
        object?[] lower = [null, null, null, null, null, null, "从业人员", "营业收入", "资产总额"];

        var reading = ReadPilotList.Read(new WorkbookFile().Sheet("S", [["标题"], upper, lower, Enterprise()]).Bytes(), Longyan, AsOf).Value;

        Assert.Equal([4], reading.Rows.Select(row => row.Row));
        Assert.Empty(reading.Findings);
    }

    [Fact]
    public void Notes_sums_signatures_and_repeated_headings_are_not_enterprises_and_are_listed()
    {
        object?[] sum = [null, "合计", null, null, null, null, 104, 12363.6];
        var reading = Read(
            Enterprise(), [.. Headings], Enterprise(2), [41], ["二、永定区"], sum, [null, "注：以上为2024年数"], ["填表人：张三", null, null, "审核人：李四", null, null, "联系电话：0597"]).Value;

        Assert.Equal([2, 4], reading.Rows.Select(row => row.Row));
        Assert.Equal([3, 5, 6, 7, 8, 9], reading.NotData.Select(row => row.Row));
        Assert.Empty(reading.Findings);
    }

    [Fact]
    public void A_row_with_little_but_a_name_is_not_passed_over_in_silence()
    {
        var reading = Read(Enterprise(), [2, "龙岩某某有限公司"]).Value;

        Assert.Equal(2, reading.Counts.Rows);
        Assert.Contains(reading.Findings, finding => finding is { Kind: "uscc.missing", Cell: "C3" });
    }

    [Fact]
    public void Missing_columns_are_one_error_that_names_them()
    {
        var headings = Headings.Where(heading => heading is not ("统一社会信用代码" or "联系电话")).Append("备注").ToArray();

        var fault = ReadPilotList.Read(new WorkbookFile().Sheet("名单", [["标题"], headings, Enterprise()]).Bytes(), Longyan, AsOf).Fault;

        Assert.Equal("pilot_list.wrong_columns", fault?.Code);
        Assert.Equal("工作表“名单”第 2 行的列名不齐，缺少：统一社会信用代码、联系电话。不认识的列：备注。请按模板补齐列名后重新上传。", fault!.Message.Zh);
        Assert.Equal(["pilot_list.column_missing", "pilot_list.column_missing"], fault.Details.Select(detail => detail.Code));
    }

    [Fact]
    public void A_heading_that_is_there_twice_is_refused()
    {
        var fault = ReadPilotList.Read(new WorkbookFile().Sheet("名单", [[.. Headings, "单位名称"], Enterprise()]).Bytes(), Longyan, AsOf).Fault;

        Assert.Equal("pilot_list.column_twice", fault?.Code);
        Assert.Contains("企业名称", fault!.Message.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_table_and_an_empty_list_are_refused()
    {
        Assert.Equal("pilot_list.no_header_row", ReadPilotList.Read(new WorkbookFile().Sheet("设备", [["设备", "型号"], ["车床", "C6140"]]).Bytes(), Longyan, AsOf).Fault?.Code);
        Assert.Equal("pilot_list.no_header_row", ReadPilotList.Read(new WorkbookFile().Sheet("空", []).Bytes(), Longyan, AsOf).Fault?.Code);
        Assert.Equal("pilot_list.empty", Read([1], ["注：无"]).Fault?.Code);
    }

    [Theory]
    [InlineData(50, null)]
    [InlineData(51, "pilot_list.no_header_row")]
    public void Headings_are_looked_for_in_the_first_50_rows(int headerRow, string? fault)
    {
        var rows = Enumerable.Repeat(new object?[] { "说明" }, headerRow - 1).Append(Headings).Append(Enterprise()).Append(Enterprise(2));

        var read = ReadPilotList.Read(new WorkbookFile().Sheet("S", rows).Bytes(), Longyan, AsOf);

        Assert.Equal(fault, read.Fault?.Code);
        Assert.True(!read.Ok || read.Value.Rows.Count == 2);
    }

    [Fact]
    public void Hidden_sheets_and_sheets_without_a_list_are_not_read_and_said_so()
    {
        var file = new WorkbookFile().Sheet("名单", [Headings, Enterprise()]).Sheet("旧", [Headings, Enterprise(2)], "hidden").Sheet("字典", [["新罗区"], ["永定区"]]).Bytes();

        var reading = ReadPilotList.Read(file, Longyan, AsOf).Value;

        Assert.Single(reading.Rows);
        Assert.Equal(["旧", "字典"], reading.SheetsNotRead);
    }

    [Fact]
    public void A_file_that_is_no_workbook_is_refused_as_the_reader_refuses_it()
    {
        Assert.Equal("workbook.not_a_workbook", ReadPilotList.Read([1, 2, 3], Longyan, AsOf).Fault?.Code);
        Assert.Equal("workbook.truncated", ReadPilotList.Read(System.IO.File.ReadAllBytes(File("longyan-pilot-list.xlsx"))[..5000], Longyan, AsOf).Fault?.Code);
    }

    [Fact]
    public void A_list_of_100000_rows_is_read_in_seconds_and_one_more_is_refused()
    {
        var rows = Enumerable.Range(1, ReadPilotList.RowsMax).Select(no => no % 2 == 0 ? Enterprise(no) : With('G', "很多", no)).Prepend(Headings).ToList();
        var file = new WorkbookFile().Sheet("名单", rows).Bytes();
        var watch = Stopwatch.StartNew();

        var reading = ReadPilotList.Read(file, Longyan, AsOf).Value;

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
        Assert.Equal((100_000, 50_000, 50_000), (reading.Counts.Rows, reading.Counts.Importable, reading.Counts.Errors));
        Assert.Equal(ReadPilotList.FindingsMax, reading.Findings.Count);
        rows.Add(Enterprise(100_001));
        Assert.Equal("pilot_list.too_many_rows", ReadPilotList.Read(new WorkbookFile().Sheet("名单", rows).Bytes(), Longyan, AsOf).Fault?.Code);
    }
}
