using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>One decision while it is being taken: reasons and steps in order, and the outcome that stands so far.</summary>
internal sealed class Ruling(RuleSet set, AwardCase facts)
{
    private static readonly string[] LineNames = [.. Enumerable.Range(0, 64).Select(i => string.Create(CultureInfo.InvariantCulture, $"lines[{i}]"))];

    private int effects;

    public RuleSet Set => set;

    public AwardCase Case => facts;

    public List<Reason> Reasons { get; } = new(8);

    public List<Step> Steps { get; } = new(8);

    /// <summary>The day of the decision in Shanghai; what lies after it has not happened.</summary>
    public DateOnly Today { get; } = facts.At is { } at ? ChinaTime.DayOf(at) : DateOnly.MaxValue;

    /// <summary>The first document of the rule, where no narrower clause fits.</summary>
    public string Basis => set.LegalBasis[0].Document;

    public bool Has(Outcome outcome) => (effects & (1 << (int)outcome)) != 0;

    /// <summary>The first outcome, in order of precedence, that a reason asks for.</summary>
    public Outcome? Standing => effects == 0 ? null : (Outcome)int.TrailingZeroCount(effects);

    public void Add(Outcome? effect, string code, string clause, string? path, string zh, string en)
    {
        if (effect is { } outcome) effects |= 1 << (int)outcome;
        Reasons.Add(new(code, clause, zh, en, path) { Effect = effect });
    }

    /// <summary>A remark: it decides nothing and is shown all the same.</summary>
    public void Remark(string code, string clause, string? path, string zh, string en) => Add(null, code, clause, path, zh, en);

    public void Missing(string path, string clause) =>
        Add(Outcome.Incomplete, "input.missing", clause, path, $"缺少 {path}，不作推定", $"{path} is missing and is not assumed");

    public void Open<T>(Figure<T> figure)
        where T : struct => Open(figure.Source, figure.Parameter);

    /// <summary>A parameter that the rule set leaves open and for which no default is configured.</summary>
    public void Open(Source source, string parameter) =>
        Add(Outcome.Incomplete, "rule-set.parameter-open", source.Cited, $"ruleSet.{parameter}",
            $"规则 {set.Id} 的参数 {parameter}{Named(parameter)}来源未写明（待确认 {source.Cited}）", $"the parameter {parameter} of the rule set {set.Id} is open ({source.Cited})");

    /// <summary>What the last word of a parameter's path means, for a reader of Chinese.</summary>
    private static string Named(string parameter) => parameter[(parameter.LastIndexOf('.') + 1)..] switch
    {
        "rate" => "（奖补比例）",
        "cap" => "（奖补上限）",
        "mode" => "（固定比例或不超过）",
        "vat" => "（是否含税）",
        "triggers" => "（预拨条件）",
        "base" => "（预拨基数）",
        _ => "",
    };

    public void Step(string name, string nameEn, string result, string clause, params StepInput[] inputs) => Steps.Add(new(name, nameEn, inputs, result, clause));

    public bool Happened(DateOnly? day) => day is { } on && on <= Today;

    public static string LineName(int index) => index < LineNames.Length ? LineNames[index] : string.Create(CultureInfo.InvariantCulture, $"lines[{index}]");

    /// <summary>The figure without trailing zeros.</summary>
    public static string Show(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    public static string Show(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Show(DateSpan span) => $"{(span.From is { } from ? Show(from) : "…")} – {(span.To is { } to ? Show(to) : "…")}";

    public static string Percent(decimal rate) => Show(rate * 100m) + "%";
}
