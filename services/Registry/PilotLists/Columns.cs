using System.Text.RegularExpressions;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Registry.PilotLists;

/// <summary>What a column of a pilot list means.</summary>
internal enum Field
{
    No,
    Name,
    Uscc,
    District,
    SubIndustry,
    IndustryCode,
    Staff,
    Revenue,
    Assets,
    AboveScale,
    Tier,
    Founded,
    Contact,
    Phone,
}

/// <summary>Where each field stands on a sheet, found by the headings, whatever their order; amounts carry the unit of their heading in yuan.</summary>
internal sealed partial class Columns
{
    private sealed record Heading(Field Field, string Official, params string[] Others);

    private static readonly Heading[] Headings =
    [
        new(Field.No, "序号", "编号", "序", "No", "No."),
        new(Field.Name, "企业名称", "单位名称", "公司名称", "名称", "企业全称", "单位全称", "试点企业名称", "试点企业"),
        new(Field.Uscc, "统一社会信用代码", "社会信用代码", "统一信用代码", "信用代码", "统一社会信用码", "企业统一社会信用代码"),
        new(Field.District, "所属区县", "所属县区", "所在区县", "所在县区", "区县", "县区", "县市区", "所属县市区", "所在县市区", "所属区域", "属地", "县", "所属县", "所在县", "区", "所属区"),
        new(Field.SubIndustry, "细分行业", "所属细分行业", "试点细分行业", "改造细分行业", "细分行业名称"),
        new(Field.IndustryCode, "国民经济行业代码", "行业代码", "国民经济行业小类代码", "行业小类代码", "国民经济行业分类代码", "国标行业代码"),
        new(Field.Staff, "从业人员", "从业人数", "从业人员数", "从业人员数量", "从业人员人数", "从业人员期末人数", "职工人数", "员工人数", "员工数"),
        new(Field.Revenue, "营业收入", "营收", "年营业收入", "主营业务收入", "营业总收入"),
        new(Field.Assets, "资产总额", "总资产", "资产总计"),
        new(Field.AboveScale, "是否规上", "是否规上企业", "是否为规上企业", "是否规模以上", "是否规模以上企业", "规上", "规上/规下", "规上规下"),
        new(Field.Tier, "优质企业梯度", "企业梯度", "梯度", "优质中小企业梯度", "优质企业类型", "优质企业梯度类型"),
        new(Field.Founded, "成立日期", "成立时间", "成立年月", "注册日期", "注册时间"),
        new(Field.Contact, "联系人", "企业联系人", "联系人姓名"),
        new(Field.Phone, "联系电话", "电话", "联系方式", "联系人电话", "手机", "手机号", "手机号码"),
    ];

    private static readonly Dictionary<string, Field> FieldByHeading =
        Headings.SelectMany(heading => heading.Others.Prepend(heading.Official).Select(text => (text, heading.Field))).ToDictionary(pair => pair.text, pair => pair.Field);

    private readonly Dictionary<Field, int> columns = [];
    private readonly Dictionary<Field, decimal> yuanPerUnit = [];

    private Columns(int headerRow) => HeaderRow = headerRow;

    public int HeaderRow { get; }

    public int Known => columns.Count;

    /// <summary>A field that two columns claim.</summary>
    public Field? Twice { get; private set; }

    /// <summary>Headings that mean nothing to us, e.g. 备注; their columns are not read.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>The official headings of the columns that must be there and are not; 序号 may be absent.</summary>
    public IReadOnlyList<string> Missing => Headings.Where(heading => heading.Field != Field.No && !columns.ContainsKey(heading.Field)).Select(heading => heading.Official).ToList();

    public static IReadOnlyList<string> Expected { get; } = Headings.Select(heading => heading.Official).ToList();

    /// <summary>Reads a row as headings; a heading that spans two rows may stand in the row above.</summary>
    public static Columns Of(Row row, Row? above)
    {
        var found = new Columns(row.Number);
        found.Claim(row);
        if (found.Missing.Count > 0 && found.Known > 0 && above is not null && above.Number == row.Number - 1)
        {
            var upper = new Columns(above.Number);
            upper.Claim(above);
            foreach (var (field, column) in upper.columns)
            {
                if (!found.columns.ContainsKey(field) && !found.columns.ContainsValue(column))
                {
                    found.columns.Add(field, column);
                    found.yuanPerUnit.Add(field, upper.yuanPerUnit[field]);
                }
            }
        }

        return found;
    }

    public int Of(Field field) => columns.GetValueOrDefault(field, 0);

    public bool Has(Field field) => columns.ContainsKey(field);

    /// <summary>Yuan per unit of an amount: what its heading says, else what the lines above the headings say (单位：…), else 万元.</summary>
    public decimal YuanPerUnit(Field field, decimal? ofTheSheet) =>
        yuanPerUnit.GetValueOrDefault(field) is var unit && unit > 0 ? unit : ofTheSheet ?? 10_000;

    /// <summary>The unit of money that a line above the headings names, e.g. <c>单位：人、万元</c>.</summary>
    public static decimal? UnitNamedIn(Row row)
    {
        foreach (var cell in row.Cells)
        {
            var match = UnitLine().Match(TypedText.Compact(cell.Text));
            if (match.Success)
            {
                return Yuan(match.Groups[1].Value);
            }
        }

        return null;
    }

    private void Claim(Row row)
    {
        foreach (var cell in row.Cells)
        {
            var heading = TypedText.Compact(cell.Text);
            if (cell.Kind != CellKind.Text || heading.Length > 60)
            {
                continue;
            }

            if (FieldOf(heading) is not { } field)
            {
                Unknown.Add(heading);
            }
            else if (!columns.TryAdd(field, cell.Column))
            {
                Twice = field;
            }
            else
            {
                yuanPerUnit.Add(field, UnitInHeading().Match(heading) is { Success: true } unit ? Yuan(unit.Groups[1].Value) : 0);
            }
        }
    }

    private static Field? FieldOf(string heading)
    {
        if (FieldByHeading.TryGetValue(heading, out var exact))
        {
            return exact;
        }

        var bare = Brackets().Replace(heading, "");
        bare = Lead().Replace(bare, "");
        return FieldByHeading.TryGetValue(bare, out var field) ? field : null;
    }

    private static decimal Yuan(string unit) => unit switch
    {
        "亿元" => 100_000_000,
        "万元" => 10_000,
        "千元" => 1_000,
        _ => 1,
    };

    [GeneratedRegex(@"[(\[【].*?[)\]】]|[,:、/](?:万元|亿元|千元|元|人)$")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"^[*★]?(?:[0-9]{1,2}[.、])?(?:[0-9]{4}年?(?:度|末|底)?|上年(?:度|末)?|年末|期末)?")]
    private static partial Regex Lead();

    [GeneratedRegex("(亿元|万元|千元|元)")]
    private static partial Regex UnitInHeading();

    [GeneratedRegex("(?<!填报|填表|报送|申报|主管|编制|制表)单位:(?:[人个家户][、,/])*(亿元|万元|千元|元)")]
    private static partial Regex UnitLine();
}
