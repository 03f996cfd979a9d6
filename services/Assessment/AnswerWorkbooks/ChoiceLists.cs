using System.Globalization;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>Lists of choices as columns of a hidden sheet, equal ones once, each under a name that cells refer to.</summary>
internal sealed class ChoiceLists(string language)
{
    public const string SheetName = "_lists";

    private readonly List<IReadOnlyList<FormCell>> columns = [];
    private readonly Dictionary<string, string> byContent = new(StringComparer.Ordinal);

    public List<FormName> Names { get; } = [];

    /// <summary>The name of the column's list. Levels are numbers: a program that compares a typed 3 with the text "3" would refuse it.</summary>
    public string NameOf(AnswerColumn column)
    {
        var content = $"{column.Field == Field.ScenarioLevel}\n{string.Join('\n', column.Choices.Select(c => c.Shown.In(language)))}";
        if (byContent.TryGetValue(content, out var known))
            return known;

        var number = columns.Count + 1;
        columns.Add([.. column.Choices.Select(c => column.Field == Field.ScenarioLevel
            ? new FormCell(number, FormStyle.Plain, null, decimal.Parse(c.Id, CultureInfo.InvariantCulture))
            : new FormCell(number, FormStyle.Plain, c.Shown.In(language)))]);
        var name = string.Create(CultureInfo.InvariantCulture, $"choices_{number}");
        Names.Add(new(name, SheetName, number, 1, column.Choices.Count));
        return byContent[content] = name;
    }

    public FormSheet Sheet() => new(
        SheetName,
        FormVisibility.VeryHidden,
        [],
        [.. Enumerable.Range(0, columns.Count == 0 ? 0 : columns.Max(c => c.Count)).Select(i => new FormRow(i + 1, [.. columns.Where(c => i < c.Count).Select(c => c[i])]))]);
}
