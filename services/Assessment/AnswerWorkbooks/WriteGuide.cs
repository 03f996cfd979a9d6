using System.Text.Json;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>The sheet of a workbook of answers that says how to fill it in: the rules, every item with its options, every scenario with its levels.</summary>
internal static class WriteGuide
{
    public static readonly Text Name = new("填写说明", "Guide");

    internal static FormSheet Write(IReadOnlyList<FilledSheet> sheets, string language)
    {
        var rows = new List<FormRow>();
        Add(FormStyle.Title, new("答卷工作簿填写说明", "How to fill in this workbook"), null);
        foreach (var line in Lines)
            Add(FormStyle.Plain, null, line);
        foreach (var instrument in sheets.Select(s => s.Sheet.Instrument))
        {
            Add(FormStyle.Heading, new(instrument.Reference, instrument.Reference), instrument.Title);
            foreach (var item in instrument.Items)
            {
                Add(FormStyle.Heading, new(item.Id, item.Id), item.Title);
                foreach (var option in item.Options)
                    Add(FormStyle.Plain, new(option.Id, option.Id), option.ExcludesOthers && item.Type == ItemType.Multi ? new($"{option.Label.Zh}（不能与其他选项同选）", $"{option.Label.En} (excludes the others)") : option.Label);
            }

            foreach (var scenario in Descriptors(instrument))
            {
                Add(FormStyle.Heading, new(scenario.Id, scenario.Id), scenario.Name);
                foreach (var level in scenario.Levels)
                    Add(FormStyle.Plain, new($"{level.Level} 级", $"level {level.Level}"), level.Descriptor);
            }
        }

        return new(Name.In(language), FormVisibility.Visible, [new(1, 1, 22, FormStyle.Plain), new(2, 2, 110, FormStyle.Plain)], rows) { Protected = true };

        void Add(FormStyle style, Text? first, Text? second) =>
            rows.Add(new(rows.Count + 1, [new(1, style == FormStyle.Plain ? FormStyle.Remark : style, first?.In(language)), new(2, style == FormStyle.Title ? FormStyle.Plain : style, second?.In(language))]));
    }

    /// <summary>The descriptors of the levels stand in the file only: scoring needs none.</summary>
    private static IReadOnlyList<ScenarioFile> Descriptors(Instrument instrument) =>
        JsonSerializer.Deserialize<InstrumentFile>(instrument.Document.Span, Json.Strict)?.Operations?.Scenarios ?? [];

    private static readonly Text[] Lines =
    [
        new("每个评测工具一张工作表，每家企业一行；只能填写未锁定的单元格，表头、隐藏的行和工作表不要改动。", "One sheet per instrument, one row per enterprise; only open cells can be filled in. Leave headings, hidden rows and hidden sheets as they are."),
        new("单选题从列表中选一项；多选题在选中的选项下填 √，“无”不能与其他选项同选；没有作答的题目会被退回，不作 0 分。", "Single choice: one option of the list. Multi-choice: √ under each option chosen; 'none' excludes the rest. An item without an answer is sent back and is not 0."),
        new("场景等级填 0 至最高等级，不填为 0；不适用的场景不填，并在备注写明理由。", "Scenarios: a level from 0 to the highest; empty is 0. One that does not apply stays empty, with the reason as its note."),
        new("填报数据为数字，可不填；设备数量填了，设备数字化率和联网率的选项必须与之相符。", "Figures are numbers and may stay empty; where counts of machines are given, the options that follow from them must agree."),
        new("不接受公式、日期、宏、隐藏的行和列。从别处复制时请“选择性粘贴—数值”。", "No formulas, dates, macros, hidden rows or columns. Paste values only."),
        new($"一次最多 {AnswerSheet.RowsMax} 家企业；任何一格有错，整个工作簿都不导入，并返回标注了错误的副本。", $"At most {AnswerSheet.RowsMax} enterprises at a time; one wrong cell and nothing is imported: a copy with the errors marked comes back."),
    ];
}
