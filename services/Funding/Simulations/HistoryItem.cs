using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Simulations;

/// <summary>What is kept of a decision that was taken: as much of it as a comparison needs.</summary>
internal sealed record DecidedBefore(string RuleSet, Outcome Outcome, IReadOnlyList<ReasonCode> Reasons)
{
    public Money? Entitlement { get; init; }

    public Money? Payable { get; init; }

    internal static DecidedBefore Of(AwardDecision decision) =>
        new(decision.RuleSet, decision.Outcome, [.. decision.Reasons.Select(r => new ReasonCode(r.Code))]) { Entitlement = decision.Entitlement, Payable = decision.Payable };
}

/// <summary>A reason by its code alone.</summary>
internal readonly record struct ReasonCode(string Code);

/// <summary>A decided award as a history holds it: the facts, the decision, and where its enterprise sits and what it makes.</summary>
internal sealed record DecidedAward(string Award, AwardCase Case, DecidedBefore Decision, string? District, string? SubIndustry);

/// <summary>
/// One decided award before it is read, so that reading it is shared among the cores: an entry of a log, or a value of a file. <see cref="City"/>
/// and <see cref="Order"/> are its place in the history, <see cref="Place"/> says it to a person.
/// </summary>
internal sealed record HistoryItem(string City, long Order, string Place, byte[]? Entry, JsonElement Value)
{
    private static readonly JsonSerializerOptions Options = Json.Lenient;

    /// <summary>An entry <c>AwardComputed</c>, without the parts that no comparison needs.</summary>
    private sealed record Computed(string Project, AwardCase Case, DecidedBefore Decision, string? District, string? SubIndustry);

    /// <summary>Faults: <c>simulation.history_unreadable</c>, <c>rule_set.unknown</c>.</summary>
    internal Result<DecidedAward> Read()
    {
        try
        {
            if (Entry is { } bytes)
                return JsonSerializer.Deserialize<Computed>(bytes, Options) is { } e ? new DecidedAward(e.Project, e.Case, e.Decision, e.District, e.SubIndustry) : Unreadable(Place, "为 null", "it is null");
            if (Value.ValueKind != JsonValueKind.Object) return Unreadable(Place, "应为对象", "an object is expected");
            return Value.TryGetProperty("case", out var inner) ? Record(inner) : OfCase(Value);
        }
        catch (JsonException broken)
        {
            return Unreadable(Place, $"{broken.Path} 处有误", $"wrong at {broken.Path}");
        }
        catch (Exception wrong) when (wrong is FormatException or NotSupportedException or InvalidOperationException)
        {
            return Unreadable(Place, "内容无法解读", "it cannot be understood");
        }
    }

    internal static Fault Unreadable(string place, string zh, string en) => new(
        FaultKind.Invalid, "simulation.history_unreadable", new($"历史记录 {place}：{zh}", $"the history, {place}: {en}"));

    private Result<DecidedAward> Record(JsonElement inner)
    {
        if (!Value.TryGetProperty("decision", out var decision) || decision.ValueKind == JsonValueKind.Null)
        {
            var read = OfCase(inner);
            return !read.Ok ? read : read.Value with { Award = Text("award") ?? read.Value.Award, District = Text("district"), SubIndustry = Text("subIndustry") };
        }

        // What was decided once is taken as it was kept; a case that waits for its first decision is read as strictly as ./city award reads it.
        return inner.Deserialize<AwardCase>(Json.Strict) is { } @case && decision.Deserialize<DecidedBefore>(Options) is { } decided
            ? new DecidedAward(Text("award") ?? @case.Id, @case, decided, Text("district"), Text("subIndustry"))
            : Unreadable(Place, "为 null", "it is null");
    }

    private string? Text(string name) => Value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    /// <summary>A case that no decision came with is decided by its own rule set.</summary>
    private Result<DecidedAward> OfCase(JsonElement value)
    {
        var read = ReadAwardCase.Read(value);
        if (!read.Ok) return Unreadable(Place, read.Fault.Message.Zh, read.Fault.Message.En);
        var @case = read.Value;
        var set = ShippedRuleSets.Find(ShippedRuleSets.All, @case.RuleSet, @case.At is { } at ? ChinaTime.DayOf(at) : null);
        return set.Ok
            ? new DecidedAward(@case.Id, @case, DecidedBefore.Of(DecideAward.Decide(set.Value, @case)), null, null)
            : set.Fault with { Message = new($"历史记录 {Place}：{set.Fault.Message.Zh}", $"the history, {Place}: {set.Fault.Message.En}") };
    }
}
