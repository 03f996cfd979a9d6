using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// What was answered: options or a number per item, a level per scenario (absent is 0), and the figures that some
/// options follow from (machine counts). Only the shape is checked here; what an answer may be is the instrument's.
/// </summary>
internal sealed record Answers(
    IReadOnlyDictionary<string, Answer> Items,
    IReadOnlyDictionary<string, int> Scenarios,
    IReadOnlyDictionary<string, decimal> Facts)
{
    /// <summary>No instrument has more items, scenarios or facts (<see cref="Instruments.ReadInstrument.ItemsMax"/>); what is over it is not read.</summary>
    public const int EntriesMax = 500;

    public static readonly IReadOnlyDictionary<string, int> NoScenarios = new Dictionary<string, int>();

    public static readonly IReadOnlyDictionary<string, decimal> NoFacts = new Dictionary<string, decimal>();

    /// <summary>
    /// Reads the three maps from JSON: <c>{"Q1": ["B", "C"], "Q9": 12.5}</c>, <c>{"S01": 3}</c>, <c>{"equipment-total": 12}</c>.
    /// An absent map of scenarios or facts is empty. Every misshapen place is named.
    /// </summary>
    public static Result<Answers> Read(JsonElement items, JsonElement scenarios, JsonElement facts) => items.ValueKind == JsonValueKind.Undefined
        ? AnswerFaults.Invalid([new("/answers", "answers.shape", new("缺少 answers", "answers is missing"))])
        : ReadPart(items, scenarios, facts);

    /// <summary>The same where each map may be absent: what a form saves while it is filled in.</summary>
    public static Result<Answers> ReadPart(JsonElement items, JsonElement scenarios, JsonElement facts)
    {
        var problems = new List<FaultDetail>();
        var read = new Answers(
            Map<Answer>(items, "/answers", "题目", "item", Answer.TryRead, new("应为选项标识的数组，如 [\"B\",\"C\"]，或比例题的一个数", "must be a list of option ids, e.g. [\"B\",\"C\"], or a number for a ratio item"), problems),
            Map<int>(scenarios, "/scenarios", "场景", "scenario", TryLevel, new("应为整数等级，如 3；没有判定的场景可不填", "must be a whole number, e.g. 3; a scenario that was not judged is left out"), problems),
            Map<decimal>(facts, "/facts", "填报数据", "fact", Answer.TryNumber, new("应为一个数", "must be a number"), problems));

        return problems.Count == 0 ? read : AnswerFaults.Invalid(problems);
    }

    private delegate bool TryRead<T>(JsonElement element, out T value);

    private static Dictionary<string, T> Map<T>(JsonElement element, string path, string nounZh, string nounEn, TryRead<T> tryRead, Text expected, List<FaultDetail> problems)
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        if (element.ValueKind == JsonValueKind.Undefined)
            return map;

        if (element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() > EntriesMax)
        {
            problems.Add(new(path, "answers.shape", new($"应为对象（{nounZh}标识 → 值），最多 {EntriesMax} 项", $"must be an object ({nounEn} id → value) of at most {EntriesMax} entries")));
            return map;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (NameOf(property) is not { } id)
                problems.Add(new(path, "answers.shape", new("标识不是合法文本", "an id is not valid text")));
            else if (map.ContainsKey(id))
                problems.Add(new($"{path}/{id}", "answers.shape", new($"{nounZh} {id} 出现两次", $"{nounEn} {id} occurs twice")));
            else if (tryRead(property.Value, out var value))
                map.Add(id, value);
            else
                problems.Add(new($"{path}/{id}", "answers.shape", new($"{nounZh} {id}：{expected.Zh}", $"{nounEn} {id}: {expected.En}")));
        }

        return map;
    }

    private static bool TryLevel(JsonElement element, out int level)
    {
        level = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out level);
    }

    /// <summary>The name, or nothing where it holds half a surrogate pair or is longer than any id.</summary>
    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name.Length <= 64 ? property.Name : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>The answer to one item: the options chosen, or a number in percent.</summary>
[JsonConverter(typeof(AnswerJson))]
internal sealed record Answer(IReadOnlyList<string> Options, decimal? Number = null)
{
    /// <summary>A number is written in at most 20 characters with an exponent of one digit, so that a decimal holds it exactly.</summary>
    public const int NumberCharactersMax = 20;

    public static bool TryRead(JsonElement element, out Answer answer)
    {
        answer = new([]);
        if (TryNumber(element, out var number))
        {
            answer = new([], number);
            return true;
        }

        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > Instruments.ReadInstrument.OptionsMax)
            return false;

        var options = new string[element.GetArrayLength()];
        for (var i = 0; i < options.Length; i++)
        {
            if (Text(element[i]) is not { Length: >= 1 and <= 64 } option)
                return false;

            options[i] = option;
        }

        answer = new(options);
        return true;
    }

    public static bool TryNumber(JsonElement element, out decimal number)
    {
        number = 0m;
        if (element.ValueKind != JsonValueKind.Number)
            return false;

        var text = element.GetRawText();
        var exponent = text.AsSpan().IndexOfAny('e', 'E');
        return text.Length <= NumberCharactersMax
            && (exponent < 0 || text.AsSpan(exponent + 1).TrimStart("+-0").Length <= 1)
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The string, or nothing where it is none or holds half a surrogate pair.</summary>
    private static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>An answer in JSON: a list of option ids, or a number.</summary>
internal sealed class AnswerJson : JsonConverter<Answer>
{
    public override Answer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        return Answer.TryRead(element, out var answer) ? answer : throw new JsonException("an answer is a list of option ids or a number");
    }

    public override void Write(Utf8JsonWriter writer, Answer value, JsonSerializerOptions options)
    {
        if (value.Number is { } number)
        {
            writer.WriteNumberValue(number);
            return;
        }

        writer.WriteStartArray();
        foreach (var option in value.Options)
        {
            writer.WriteStringValue(option);
        }

        writer.WriteEndArray();
    }
}

/// <summary>What answers can be refused for; every detail names its item, scenario or fact.</summary>
internal static class AnswerFaults
{
    public static Fault Invalid(IReadOnlyList<FaultDetail> problems) => new(
        FaultKind.Invalid,
        "answers.invalid",
        new(
            $"答卷不能计分：{problems[0].Message.Zh}{(problems.Count > 1 ? $"（共 {problems.Count} 处）" : "")}",
            $"the answers cannot be scored: {problems[0].Message.En}{(problems.Count > 1 ? $" ({problems.Count} problems in all)" : "")}"))
    {
        Details = problems,
    };

    public static FaultDetail UnknownItem(string item) => Item(item, "unknown_item", "评测工具中没有这道题", "the instrument has no such item");

    public static FaultDetail Missing(string item) => Item(item, "missing_item", "没有作答；未作答不等于 0 分，请选择一项", "is not answered; that is an error and not 0 points: choose an option");

    public static FaultDetail UnknownOption(string item, int index, string option) => Item(item, "unknown_option", $"没有选项 {option}", $"has no option {option}", index);

    public static FaultDetail RepeatedOption(string item, int index, string option) => Item(item, "repeated_option", $"选项 {option} 重复", $"option {option} is chosen twice", index);

    public static FaultDetail SecondOption(string item, int index) => Item(item, "second_option", "是单选题，只能选一项", "takes one option only", index);

    public static FaultDetail ExcludesOthers(string item, string option) => Item(item, "excludes_others", $"选项 {option}（无）不能与其他选项同时选", $"option {option} (none) excludes every other option");

    public static FaultDetail NotARatio(string item) => Item(item, "not_a_ratio", "不是比例题，应选择选项而不是填数", "takes options and no number");

    public static FaultDetail NumberOutOfRange(string item, decimal number, Text range) => Item(item, "number_out_of_range", $"{number} 不在 {range.Zh} 之内", $"{number} is not in {range.En}");

    public static FaultDetail UnknownScenario(string scenario) => new($"/scenarios/{scenario}", "answers.unknown_scenario", new($"场景 {scenario}：评测工具中没有这个场景", $"scenario {scenario}: the instrument has no such scenario"));

    public static FaultDetail ScenarioLevel(string scenario, int level, int maximum) => new($"/scenarios/{scenario}", "answers.scenario_level", new($"场景 {scenario}：等级 {level} 应为 0 至 {maximum}", $"scenario {scenario}: level {level} must be 0 to {maximum}"));

    public static FaultDetail UnknownFact(string fact) => new($"/facts/{fact}", "answers.unknown_fact", new($"填报数据 {fact}：评测工具中没有这一项", $"fact {fact}: the instrument does not ask for it"));

    public static FaultDetail FactOutOfRange(string fact, Text range) => new($"/facts/{fact}", "answers.fact_out_of_range", new($"填报数据 {fact}：应为{range.Zh}", $"fact {fact}: must be {range.En}"));

    public static FaultDetail FactMissing(string item, string fact) => Item(item, "fact_missing", $"由填报数据确定选项，缺少 {fact}", $"follows from two figures, and {fact} is missing");

    public static FaultDetail RatioOutOfRange(string item) => Item(item, "ratio_out_of_range", "填报数据的比值超出各选项的区间，请核对台数", "the ratio of the figures lies in no option's range; check the counts");

    public static FaultDetail DerivedOption(string item, string derived) => Item(item, "derived_option", $"按填报数据应选 {derived}", $"must be {derived} by the figures given");

    private static FaultDetail Item(string item, string reason, string zh, string en, int? index = null) => new(
        index is null ? $"/answers/{item}" : string.Create(CultureInfo.InvariantCulture, $"/answers/{item}/{index}"),
        $"answers.{reason}",
        new($"题目 {item}：{zh}", $"item {item}: {en}"));
}
