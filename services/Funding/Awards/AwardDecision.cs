using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>The answer, in order of precedence: the first that a reason asks for is given.</summary>
internal enum Outcome { Refused, Late, Ineligible, Blocked, Incomplete, Accepted, Owed, NothingPayable, Payable }

/// <summary>What the rule gives, why, and the calculation as a person would check it.</summary>
internal sealed record AwardDecision
{
    public required string Id { get; init; }

    /// <summary>Always <c>id@version</c>.</summary>
    public required string RuleSet { get; init; }
    public required string RuleSetHash { get; init; }
    public required Outcome Outcome { get; init; }
    public AwardMode? Mode { get; init; }
    public Money? EligibleSpend { get; init; }

    [JsonConverter(typeof(DecimalTextJson))]
    public decimal? Rate { get; init; }

    /// <summary>What earlier awards of the same enterprise left of the rule's cap.</summary>
    public Money? Cap { get; init; }
    public Money? TopUp { get; init; }
    public Money? Entitlement { get; init; }
    public Money? Payable { get; init; }
    public Money? Recover { get; init; }
    public Money? FineMin { get; init; }
    public Money? FineMax { get; init; }
    public Money? FinePersonMin { get; init; }
    public Money? FinePersonMax { get; init; }
    public required IReadOnlyList<Reason> Reasons { get; init; }
    public required IReadOnlyList<Step> Steps { get; init; }
}

/// <summary>One reason: a stable code, the clause (or the open question that is answered by configuration), the sentence, and the input that decided.</summary>
internal sealed record Reason(string Code, string Clause, string Message, string MessageEn, string? Path = null)
{
    /// <summary>The outcome that this reason alone would give; none for a remark.</summary>
    [JsonIgnore]
    public Outcome? Effect { get; init; }
}

/// <summary>One step of the calculation; figures are unrounded yuan.</summary>
internal sealed record Step(string Name, string NameEn, IReadOnlyList<StepInput> Inputs, string Result, string Clause);

/// <summary>A figure that went into a step.</summary>
internal readonly record struct StepInput(string Name, string Value);

/// <summary>A decimal figure as a string, because binary floating point never touches money, rates or scores.</summary>
internal sealed class DecimalTextJson : JsonConverter<decimal?>
{
    public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && decimal.TryParse(reader.GetString(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new JsonException("a decimal string is expected, e.g. \"0.5\"");

    public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options)
    {
        if (value is { } figure) writer.WriteStringValue(figure.ToString(CultureInfo.InvariantCulture));
        else writer.WriteNullValue();
    }
}
