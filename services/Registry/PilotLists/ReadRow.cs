using System.Globalization;
using System.Text.RegularExpressions;
using PilotCity.Defaults;
using PilotCity.Defaults.Workbooks;
using PilotCity.Registry.Cities;
using PilotCity.Registry.Enterprises;

namespace PilotCity.Registry.PilotLists;

/// <summary>Reads one row of a pilot list: either an enterprise or at least one error, at most one finding per cell.</summary>
internal sealed partial class ReadRow(City city, DateOnly asOf)
{
    private const int NameCharsMax = 100;
    private const int ContactCharsMax = 50;
    private const int StaffMax = 10_000_000;

    /// <summary>规上: industrial enterprises with at least 2,000 万元 of revenue a year (国家统计局).</summary>
    private static readonly Money AboveScaleRevenue = Money.OfYuan(20_000_000);

    private readonly Dictionary<string, (string Sheet, string Cell)> codes = [];
    private readonly Dictionary<string, (string Sheet, string Cell)> names = [];
    private readonly List<(int Column, Finding Finding)> found = [];
    private Columns columns = null!;
    private string sheet = "";
    private Row row = null!;
    private decimal? sheetUnit;

    /// <summary>Stands before the rows of one sheet; codes and names already seen on other sheets stay known.</summary>
    public void Begin(string sheetName, Columns sheetColumns, decimal? unitOfSheet)
    {
        sheet = sheetName;
        columns = sheetColumns;
        sheetUnit = unitOfSheet;
    }

    public (PilotListRow? Row, IEnumerable<Finding> Findings) Read(Row next)
    {
        row = next;
        found.Clear();
        var no = int.TryParse(At(Field.No).Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        var name = Name();
        var uscc = Uscc();
        var district = District();
        var subIndustry = SubIndustry();
        var industryCode = IndustryCode();
        var staff = Staff();
        var revenue = Amount(Field.Revenue, "revenue", "营业收入", "revenue");
        var assets = Amount(Field.Assets, "assets", "资产总额", "assets");
        var aboveScale = AboveScale();
        var tier = TierOf();
        var founded = Founded();
        var contact = Contact();
        var phone = Phone();
        if (uscc is { } code)
        {
            FirstOfItsCode(code, name);
        }

        if (aboveScale is { } declared && revenue is { } income)
        {
            CompareWithRevenue(declared, income, industryCode);
        }

        var size = industryCode is not null && staff is { } people && revenue is { } earned && assets is { } owned ? SizeClass.Of(industryCode, people, earned, owned)?.Size : null;
        if (industryCode is not null && SizeClass.Of(industryCode, 0, Money.Zero, Money.Zero) is null)
        {
            Warn(Field.IndustryCode, "industry_code.size_not_defined", new(
                "该行业不在工信部联企业〔2011〕300号范围内，未划分规模。", "This industry is not in 工信部联企业〔2011〕300号, so there is no size class."));
        }

        var findings = found.OrderBy(entry => entry.Column).Select(entry => entry.Finding).ToList();
        var taken = findings.TrueForAll(finding => finding.Severity != Severity.Error)
            ? new PilotListRow(sheet, row.Number, no, name!, uscc!.Value, district!.Name, district.Code, subIndustry!, industryCode!, staff!.Value, revenue!.Value, assets!.Value, aboveScale!.Value, tier, founded!.Value.Day, founded.Value.Precision, contact, phone, size)
            : null;
        return (taken, findings);
    }

    private string? Name()
    {
        if (!Filled(Field.Name, "name", "企业名称", "name", out var cell))
        {
            return null;
        }

        var name = TypedText.Name(cell.Text);
        if (name.Length > NameCharsMax)
        {
            return Error<string>(Field.Name, "name.too_long", new($"企业名称超过 {NameCharsMax} 个字。", $"The name is longer than {NameCharsMax} characters."));
        }

        return name;
    }

    private CreditCode? Uscc()
    {
        if (!Filled(Field.Uscc, "uscc", "统一社会信用代码", "unified social credit code", out var cell))
        {
            return null;
        }

        // A spreadsheet keeps 15 digits of a number: the last three of such a code are lost.
        if (cell.Kind == CellKind.Number && cell.Text.Length > TypedText.SignificantDigits)
        {
            Error<string>(Field.Uscc, "uscc.stored_as_number", new(
                "统一社会信用代码存成了数字，末几位已丢失。请把该列设为文本格式后重新填写。",
                "The code is stored as a number and its last digits are lost. Format the column as text and enter it again."));
            return null;
        }

        var code = CreditCode.Parse(cell.Text);
        if (code.Fault is { } fault)
        {
            Error<string>(Field.Uscc, fault.Code, fault.Message);
            return null;
        }

        return code.Value;
    }

    private void FirstOfItsCode(CreditCode code, string? name)
    {
        var here = (sheet, Address(Field.Uscc));
        if (!codes.TryAdd(code.Value, here))
        {
            var first = codes[code.Value];
            Report(Field.Uscc, "uscc.duplicate_in_file", Severity.Error, new(
                $"与 {Place(first)} 的统一社会信用代码相同，以先出现的为准。", $"The same code stands in {Place(first)}; the first one counts."), Place(first));
            return;
        }

        if (name is not null && !names.TryAdd(name, (sheet, Address(Field.Name))))
        {
            var first = names[name];
            Report(Field.Name, "name.duplicate_in_file", Severity.Warning, new(
                $"与 {Place(first)} 的企业名称相同，但统一社会信用代码不同，请核对。", $"The same name stands in {Place(first)} with another credit code; check both."), Place(first));
        }
    }

    private District? District()
    {
        if (!Filled(Field.District, "district", "所属区县", "district", out var cell))
        {
            return null;
        }

        return city.DistrictOf(cell.Text) ?? Error<District>(Field.District, "district.unknown", new(
            $"不是{city.Name}的区县。可填：{string.Join("、", city.Districts.Select(district => district.Name))}。",
            $"This is no district of {city.NameEn}. It has: {string.Join(", ", city.Districts.Select(district => $"{district.Name} {district.NameEn}"))}."));
    }

    private string? SubIndustry()
    {
        if (!Filled(Field.SubIndustry, "sub_industry", "细分行业", "sub-industry", out var cell))
        {
            return null;
        }

        return city.SubIndustryOf(cell.Text) ?? Error<string>(Field.SubIndustry, "sub_industry.unknown", new(
            $"不是{city.Name}试点的细分行业。可填：{string.Join("、", city.SubIndustries)}。",
            $"This is no sub-industry of the pilot of {city.NameEn}. It has: {string.Join(", ", city.SubIndustries)}."));
    }

    private string? IndustryCode()
    {
        if (!Filled(Field.IndustryCode, "industry_code", "国民经济行业代码", "industry code", out var cell))
        {
            return null;
        }

        var code = TypedText.Compact(cell.Text);
        // A letter in front is the section (C1761). Three digits may be a lost zero or a group: nothing is guessed.
        code = code.Length == 5 && code[0] is >= 'A' and <= 'T' ? code[1..] : code;
        if (code.Length != 4 || !code.All(char.IsAsciiDigit))
        {
            return Error<string>(Field.IndustryCode, "industry_code.not_four_digits", new(
                "应为 GB/T 4754-2017 的四位小类代码。", "It must be a class of GB/T 4754-2017, four digits."));
        }

        // Divisions are 01–97 without a gap, groups count from 1.
        if (string.CompareOrdinal(code, "0100") < 0 || string.CompareOrdinal(code, "9800") >= 0 || code[2] == '0')
        {
            return Error<string>(Field.IndustryCode, "industry_code.unknown", new(
                "GB/T 4754-2017 中没有这个小类代码。", "There is no such class in GB/T 4754-2017."));
        }

        return code;
    }

    private int? Staff()
    {
        if (!Filled(Field.Staff, "staff", "从业人员", "staff", out var cell) || !IsNumber(cell, Field.Staff, "staff", out var number))
        {
            return null;
        }

        if (number != decimal.Truncate(number))
        {
            Error<string>(Field.Staff, "staff.not_whole", new("从业人员应为整数。", "Staff is a whole number."));
            return null;
        }

        if (number > StaffMax)
        {
            Error<string>(Field.Staff, "staff.too_large", new($"从业人员超过 {StaffMax}，请核对。", $"Staff is above {StaffMax}; check it."));
            return null;
        }

        return (int)number;
    }

    private Money? Amount(Field field, string noun, string zh, string en)
    {
        if (!Filled(field, noun, zh, en, out var cell) || !IsNumber(cell, field, noun, out var number))
        {
            return null;
        }

        var unit = columns.YuanPerUnit(field, sheetUnit);
        if (number > Money.FenMax / 100m / unit)
        {
            Error<string>(field, $"{noun}.too_large", new($"{zh}超出可接受范围，请核对单位。", $"The {en} is beyond what is taken; check the unit."));
            return null;
        }

        return Money.RoundHalfUp(number * unit);
    }

    private bool IsNumber(Cell cell, Field field, string noun, out decimal number)
    {
        number = 0;
        if (cell.Kind is not (CellKind.Number or CellKind.Text) || !TypedText.TryNumber(cell.Text, out number))
        {
            Error<string>(field, $"{noun}.not_a_number", new("不是数字。请只填数字，不带文字和单位。", "This is not a number. Enter digits only, without words or units."));
            return false;
        }

        if (number < 0)
        {
            Error<string>(field, $"{noun}.negative", new("不能小于零。", "It cannot be below zero."));
            return false;
        }

        return true;
    }

    private bool? AboveScale()
    {
        if (!Filled(Field.AboveScale, "above_scale", "是否规上", "whether it is above scale (规上)", out var cell))
        {
            return null;
        }

        switch (TypedText.Compact(cell.Text).ToUpperInvariant())
        {
            case "是" or "规上" or "Y" or "YES" or "TRUE" or "√":
                return true;
            case "否" or "规下" or "N" or "NO" or "FALSE" or "×":
                return false;
            default:
                Error<string>(Field.AboveScale, "above_scale.unknown", new("请填“是”或“否”。", "Enter 是 (yes) or 否 (no)."));
                return null;
        }
    }

    private void CompareWithRevenue(bool declared, Money revenue, string? industryCode)
    {
        var industrial = industryCode is null || (string.CompareOrdinal(industryCode, "0600") >= 0 && string.CompareOrdinal(industryCode, "4700") < 0);
        if (industrial && declared != revenue >= AboveScaleRevenue)
        {
            Report(Field.AboveScale, "above_scale.contradicts_revenue", Severity.Warning, declared
                ? new("申报为规上，但营业收入低于 2000 万元，按申报导入，请核对。", "Declared 规上 with revenue below 2,000 万元; it imports as declared, check it.")
                : new("申报为规下，但营业收入达到 2000 万元，按申报导入，请核对。", "Declared 规下 with revenue of 2,000 万元 or more; it imports as declared, check it."),
                Address(Field.Revenue));
        }
    }

    private Tier? TierOf()
    {
        var cell = At(Field.Tier);
        if (!Sound(cell, Field.Tier, "tier"))
        {
            return null;
        }

        var plain = TierWords().Replace(TypedText.Compact(cell.Text), "");
        switch (plain)
        {
            case "" or "无" or "/" or "-" or "—" or "否":
                return null;
            case "创新型":
                return Tier.Innovative;
            case "专精特新":
                return Tier.Specialised;
            case "小巨人" or "专精特新小巨人":
                return Tier.LittleGiant;
            default:
                Error<string>(Field.Tier, "tier.unknown", new("请填“创新型”“专精特新”或“小巨人”，没有的不填。", "Enter 创新型, 专精特新 or 小巨人, or nothing."));
                return null;
        }
    }

    private (DateOnly Day, DayPrecision Precision)? Founded()
    {
        if (!Filled(Field.Founded, "founded", "成立日期", "founding date", out var cell))
        {
            return null;
        }

        var monthOnly = cell is { MonthOnly: true, Day.Day: 1 };
        var day = cell.Day;
        if (cell.Kind != CellKind.Day && (cell.Kind == CellKind.Boolean || !TypedText.TryDay(cell.Text, out day, out monthOnly)))
        {
            Error<string>(Field.Founded, "founded.not_a_date", new(
                "不是日期。请填如 2016-03-18、2016年3月18日或 2016年3月。", "This is not a date. Enter it as 2016-03-18, 2016年3月18日 or 2016年3月."));
            return null;
        }

        if (day > asOf)
        {
            Error<string>(Field.Founded, "founded.in_future", new($"晚于导入日 {asOf:yyyy-MM-dd}，请核对年份。", $"It is after the day of the import, {asOf:yyyy-MM-dd}; check the year."));
            return null;
        }

        return (day, monthOnly ? DayPrecision.Month : DayPrecision.Day);
    }

    private string? Contact()
    {
        if (!Filled(Field.Contact, "contact", "联系人", "contact", out var cell, Severity.Warning))
        {
            return null;
        }

        var contact = TypedText.Name(cell.Text);
        return contact.Length <= ContactCharsMax ? contact : Error<string>(Field.Contact, "contact.too_long", new(
            $"联系人超过 {ContactCharsMax} 个字。", $"The contact is longer than {ContactCharsMax} characters."));
    }

    private string? Phone()
    {
        if (!Filled(Field.Phone, "phone", "联系电话", "phone", out var cell, Severity.Warning))
        {
            return null;
        }

        var phone = TypedText.Compact(cell.Text).Replace('—', '-').Replace('–', '-');
        if (phone.Length > ContactCharsMax)
        {
            return Error<string>(Field.Phone, "phone.too_long", new($"联系电话超过 {ContactCharsMax} 个字。", $"The phone is longer than {ContactCharsMax} characters."));
        }

        if (!PhonePattern().IsMatch(phone))
        {
            Warn(Field.Phone, "phone.odd", new("不像手机号或带区号的电话号码，按原样导入，请核对。", "This does not look like a mobile number or a number with its area code; it imports as it is, check it."));
        }

        return phone;
    }

    private Cell At(Field field) => columns.Has(field) ? row.At(columns.Of(field)) : default;

    private bool Filled(Field field, string noun, string zh, string en, out Cell cell, Severity ifMissing = Severity.Error)
    {
        cell = At(field);
        if (cell.Kind != CellKind.Blank && (cell.Kind != CellKind.Text || TypedText.Name(cell.Text).Length > 0))
        {
            return Sound(cell, field, noun);
        }

        Report(field, $"{noun}.missing", ifMissing, new($"未填写{zh}。", $"The {en} is missing."));
        return false;
    }

    private bool Sound(Cell cell, Field field, string noun)
    {
        switch (cell.Kind)
        {
            case CellKind.Error:
                Error<string>(field, $"{noun}.formula_error", new("公式出错，没有值。请改正公式或直接填写。", "The formula ends in an error and has no value. Correct it or enter the value."));
                return false;
            case CellKind.Uncalculated:
                Error<string>(field, $"{noun}.formula_not_calculated", new("公式尚未计算。请用电子表格软件打开并保存后重新上传。", "The formula was never calculated. Open the file in a spreadsheet program, save it and send it again."));
                return false;
            case CellKind.Blank or CellKind.Text or CellKind.Number or CellKind.Day or CellKind.Boolean:
                return true;
        }

        return true;
    }

    private string Address(Field field) => Cell.Address(columns.Of(field), row.Number);

    private string Place((string Sheet, string Cell) place) => place.Sheet == sheet ? place.Cell : $"{place.Sheet}!{place.Cell}";

    private void Warn(Field field, string kind, Text why) => Report(field, kind, Severity.Warning, why);

    private T? Error<T>(Field field, string kind, Text why)
        where T : class
    {
        Report(field, kind, Severity.Error, why);
        return null;
    }

    private void Report(Field field, string kind, Severity severity, Text why, string? seeAlso = null)
    {
        var text = At(field).Text;
        found.Add((columns.Of(field), new(sheet, Address(field), kind, severity, string.IsNullOrEmpty(text) ? null : text.Length > 200 ? text[..200] + "…" : text, why, seeAlso)));
    }

    [GeneratedRegex("[“”\"']|^(?:国家级|省级|市级|国家|省)|(?:中小企业|企业)$")]
    private static partial Regex TierWords();

    [GeneratedRegex(@"^(?:(?:\+?86-?)?1[3-9][0-9]{9}|\(?0[0-9]{2,3}\)?-?[1-9][0-9]{6,7}(?:(?:-|转)[0-9]{1,6})?|400-?[0-9]{3,4}-?[0-9]{3,4})$")]
    private static partial Regex PhonePattern();
}
