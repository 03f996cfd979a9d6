using System.Globalization;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>What a column of an answer sheet asks for.</summary>
internal enum Field
{
    Enterprise,

    /// <summary>For whoever fills the sheet in; it is not imported.</summary>
    EnterpriseName,
    Purpose,
    Pledge,

    /// <summary>One option of the list.</summary>
    Option,

    /// <summary>A number in percent, in place of an option.</summary>
    Number,

    /// <summary>Chosen or not: one column per option of a multi-choice item.</summary>
    Mark,
    ScenarioLevel,
    Fact,
    Note,
}

/// <summary>One of the texts that a cell can hold, and what it stands for.</summary>
internal sealed record Choice(string Id, Text Shown);

/// <summary>
/// One column: its key in the hidden row of keys (<c>Q1</c>, <c>Q4.B</c>, <c>S03</c>, <c>fact.pass-rate</c>, <c>note.S03</c>), its headings, the
/// item, scenario or fact (<see cref="For"/>) and, of a mark, the option that it is about.
/// </summary>
internal sealed record AnswerColumn(int Number, string Key, Field Field, Text Group, Text Title, string For = "", string? Option = null)
{
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Largest number, of a scenario's level or a figure.</summary>
    public decimal Maximum { get; init; }

    /// <summary>Decimals of a figure: none of a count.</summary>
    public bool Whole { get; init; }
}

/// <summary>
/// How the answers of one enterprise stand in one row of a workbook's sheet, by the instrument: the columns, in an order that only the
/// instrument's file decides, so that the sheet of a version is the same wherever it is made.
/// </summary>
internal sealed class AnswerSheet
{
    public const int TitleRow = 1;

    public const int GroupRow = 2;

    public const int HeadingRow = 3;

    /// <summary>Hidden: what the columns are, for the program that reads them.</summary>
    public const int KeyRow = 4;

    public const int FirstRow = 5;

    /// <summary>Enterprises of one sheet, and assessments of one workbook: the largest pilots have 1,000.</summary>
    public const int RowsMax = 1_000;

    public const int LastRow = FirstRow + RowsMax - 1;

    /// <summary>A form with more columns can be filled in by nobody; the programs take 16,384.</summary>
    public const int ColumnsMax = 2_000;

    /// <summary>The tab's name: the spreadsheet programs take 31 characters.</summary>
    private const int NameCharsMax = 31;

    private static readonly IReadOnlyList<Choice> Marks = [new("yes", new("√", "√"))];

    private static readonly IReadOnlyList<Choice> Pledges = [new("yes", new("是", "yes")), new("no", new("否", "no"))];

    private static readonly IReadOnlyList<Choice> Purposes =
    [
        .. Enum.GetValues<Purpose>().Select(purpose => new Choice(WordOf(purpose), purpose switch
        {
            Purpose.Voluntary => new("自愿测评", "voluntary"),
            Purpose.Before => new("改造前", "before"),
            Purpose.After => new("改造后", "after"),
            Purpose.Reassessment => new("复评", "reassessment"),
        })),
    ];

    private readonly Dictionary<string, AnswerColumn> byKey = new(StringComparer.Ordinal);

    public AnswerSheet(Instrument instrument)
    {
        Instrument = instrument;
        Name = instrument.Id.Length <= NameCharsMax ? instrument.Id : instrument.Id[..NameCharsMax];
        Columns = [.. ColumnsOf(instrument).Select((column, i) => column with { Number = i + 1 })];
        foreach (var column in Columns)
            byKey.TryAdd(column.Key, column);
    }

    public Instrument Instrument { get; }

    public string Name { get; }

    public IReadOnlyList<AnswerColumn> Columns { get; }

    public static string WordOf(Purpose purpose) => purpose switch
    {
        Purpose.Voluntary => "voluntary",
        Purpose.Before => "before",
        Purpose.After => "after",
        Purpose.Reassessment => "reassessment",
    };

    /// <summary>The column that a path of a fault is about (<c>/answers/Q4/1</c>, <c>/scenarios/S03</c>, <c>/enterprise</c>); the enterprise's where none is.</summary>
    public AnswerColumn ColumnAt(string path, Answers answers)
    {
        var parts = path.Split('/');
        var name = parts.Length > 2 ? parts[2] : "";
        var key = parts.Length > 1 ? parts[1] switch
        {
            "answers" when parts.Length > 3 && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var i) && answers.Items.GetValueOrDefault(name) is { } answer && i < answer.Options.Count => $"{name}.{answer.Options[i]}",
            "answers" when answers.Items.GetValueOrDefault(name) is { Number: not null } => $"{name}.number",
            "answers" or "scenarios" => name,
            "facts" => $"fact.{name}",
            var field => $"row.{field}",
        } : "";
        return byKey.GetValueOrDefault(key)
            ?? Columns.FirstOrDefault(column => column.For == name && name.Length > 0 && column.Field is Field.Option or Field.Mark)
            ?? Columns[0];
    }

    private static IEnumerable<AnswerColumn> ColumnsOf(Instrument instrument)
    {
        Text enterprise = new("企业", "Enterprise");
        yield return new(0, "row.enterprise", Field.Enterprise, enterprise, new("统一社会信用代码", "Unified social credit code"));
        yield return new(0, "row.name", Field.EnterpriseName, enterprise, new("企业名称（仅供核对，不导入）", "Name (to check by, not imported)"));
        yield return new(0, "row.purpose", Field.Purpose, enterprise, new("测评用途", "Purpose")) { Choices = Purposes };
        yield return new(0, "row.pledge", Field.Pledge, enterprise, new("真实性承诺（自测填写）", "Pledge of truthfulness (self-assessment)")) { Choices = Pledges };

        foreach (var item in instrument.Items)
        {
            var group = Join(item.Id, item.Title);
            if (item.Type == ItemType.Multi)
            {
                foreach (var option in item.Options)
                    yield return new(0, $"{item.Id}.{option.Id}", Field.Mark, group, Join(option.Id, option.Label), item.Id, option.Id) { Choices = Marks };
                continue;
            }

            yield return new(0, item.Id, Field.Option, group, new("请选择一项", "Choose one"), item.Id) { Choices = [.. item.Options.Select(o => new Choice(o.Id, Join(o.Id, o.Label)))] };
            if (item.Number is { } bounds)
                yield return new(0, $"{item.Id}.number", Field.Number, group, new("或填百分数", "or a number in percent"), item.Id) { Maximum = bounds.Maximum.Value };
        }

        foreach (var scenario in instrument.Scenarios)
        {
            var kind = scenario.Constraint ? new Text("约束性", "constraint") : new Text("指导性", "guidance");
            yield return new(0, scenario.Id, Field.ScenarioLevel, new("场景等级", "Scenario levels"), new($"{scenario.Id} {scenario.Name.Zh}（{kind.Zh}）", $"{scenario.Id} {scenario.Name.En} ({kind.En})"), scenario.Id)
            {
                Maximum = instrument.ScenarioLevelMaximum,
                Choices = [.. Enumerable.Range(0, instrument.ScenarioLevelMaximum + 1).Select(l => l.ToString(CultureInfo.InvariantCulture)).Select(l => new Choice(l, new(l, l)))],
            };
        }

        foreach (var fact in instrument.Facts)
        {
            yield return new(0, $"fact.{fact.Id}", Field.Fact, new("填报数据", "Figures"), fact.Label, fact.Id)
            {
                Maximum = fact.Kind == FactKind.Percent ? 100m : ScoreAnswers.FactMax,
                Whole = fact.Kind == FactKind.Count,
            };
        }

        foreach (var (id, title) in instrument.Items.Select(i => (i.Id, i.Title)).Concat(instrument.Scenarios.Select(s => (s.Id, s.Name))))
            yield return new(0, $"note.{id}", Field.Note, new("评定备注（如不适用的理由，不写个人信息）", "Notes (e.g. why it does not apply; no personal data)"), Join(id, title), id);
    }

    private static Text Join(string id, Text label) => new($"{id} {label.Zh}", $"{id} {label.En}");
}
