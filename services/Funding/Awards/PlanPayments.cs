using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>So much of the approved amount from this fund.</summary>
internal sealed record SourceShare(string Fund, Money Amount);

/// <summary>Who gets how much: an amount in yuan, or a share of the whole ("0.6").</summary>
internal sealed record PayeeShare(string Payee, Money? Amount = null, [property: JsonConverter(typeof(DecimalTextJson))] decimal? Share = null);

/// <summary>One instalment (分期): an amount or a share, when it falls due, and its own payees where they differ from the others'.</summary>
internal sealed record Instalment(
    Money? Amount = null, [property: JsonConverter(typeof(DecimalTextJson))] decimal? Share = null, PaymentCondition? Condition = null, IReadOnlyList<PayeeShare>? Payees = null);

/// <summary>
/// Makes the payments of an approved amount: instalments first, each among its payees, and each of these from the sources in the order in which
/// they are named, the first until it is used up. Sums are exact to the fen; of shares the largest remainders get the fen that are left over.
/// Faults: <c>award.sources</c>, <c>award.instalments</c>, <c>award.payees</c>, <c>award.payee_not_allowed</c>.
/// </summary>
internal static class PlanPayments
{
    /// <summary>Central, provincial, municipal and district money, some of it twice.</summary>
    internal const int SourcesMax = 10;

    /// <summary>A consortium is a handful; a payment is made to each of them in each instalment.</summary>
    internal const int PayeesMax = 10;

    internal const int InstalmentsMax = 12;

    /// <summary>All payments stand in one entry, and one batch pays a hundred.</summary>
    internal const int TranchesMax = 60;

    /// <summary>With more digits a share of the largest amount would be rounded before it is counted out.</summary>
    private const int ShareDecimalsMax = 6;

    /// <summary>Text of a condition.</summary>
    internal const int RequiresCharsMax = 200;

    internal static Fault SourcesWrong(Money amount) => new(
        FaultKind.Invalid, "award.sources",
        new($"资金来源应为 1 至 {SourcesMax} 笔互不重复的资金，各笔大于零，合计等于批准金额 {amount} 元；fund 与 sources 只填其一。",
            $"1 to {SourcesMax} different funds are asked for, each with an amount above zero, together the approved amount of {amount}; give 'fund' or 'sources', not both."), "F18");

    internal static Fault InstalmentsWrong(Money amount) => new(
        FaultKind.Invalid, "award.instalments",
        new($"分期应为 1 至 {InstalmentsMax} 期，每期给出金额或比例（只填其一）且大于零，合计等于批准金额 {amount} 元或 1；条件应有日期、1 至 {RequiresCharsMax} 个字符的要求或成效目标（指标、单位、基线、目标，目标优于基线）；拨付笔数不超过 {TranchesMax}。",
            $"1 to {InstalmentsMax} instalments are asked for, each with an amount or a share above zero, together the approved amount of {amount} or 1; a condition has a day, a requirement of 1 to {RequiresCharsMax} characters, or an outcome (indicator, unit, baseline, and a target better than it); all of it makes at most {TranchesMax} payments."));

    internal static Fault PayeesWrong(Money amount) => new(
        FaultKind.Invalid, "award.payees",
        new($"收款人应为 1 至 {PayeesMax} 个互不重复的单位，给出金额或比例（只填其一），每人至少一分，合计等于 {amount} 元或 1；分期时按比例给出，或逐期给出收款人。",
            $"1 to {PayeesMax} different payees are asked for, each with an amount or a share that comes to a fen at least, together {amount} or 1; with instalments give shares, or each instalment its own payees."));

    internal static Fault PayeeNotAllowed(string payee, string clause) => new(
        FaultKind.Refused, "award.payee_not_allowed",
        new($"“{payee}”不能作为收款人：规则允许的收款人是企业本身，或（规则写明时）项目合同的服务商。", $"'{payee}' cannot be paid: the rule pays the enterprise, or, where it says so, a provider of one of the project's contracts."), clause);

    internal const string PayeeClauseDefault = "programme.md S15（AC36）";

    /// <summary>Sources, payees and instalments as an approver gives them.</summary>
    internal sealed record Asked(IReadOnlyList<SourceShare>? Sources, IReadOnlyList<PayeeShare>? Payees, IReadOnlyList<Instalment>? Instalments);

    internal static Result<IReadOnlyList<PlannedTranche>> Plan(Award award, Figure<PayeeRule>? rule, Money amount, Asked asked)
    {
        if (amount.Fen == 0) return asked is { Sources: null or [], Payees: null, Instalments: null } ? Array.Empty<PlannedTranche>() : SourcesWrong(amount);
        if (asked.Sources is not { Count: > 0 and <= SourcesMax } sources || sources.Any(s => s.Amount.Fen <= 0)
            || sources.DistinctBy(s => s.Fund, StringComparer.Ordinal).Count() != sources.Count || Sum(sources.Select(s => s.Amount)) != amount.Fen) return SourcesWrong(amount);

        var instalments = asked.Instalments ?? [new(amount)];
        if (instalments.Count is 0 or > InstalmentsMax || instalments.Any(i => i.Condition is { } c && !Sane(c))
            || Split(amount, [.. instalments.Select(i => (i.Amount, i.Share))]) is not { } parts) return InstalmentsWrong(amount);

        var cells = new List<(string Payee, Money Amount, PaymentCondition? Condition)>();
        foreach (var (instalment, part) in instalments.Zip(parts))
        {
            var payees = instalment.Payees ?? asked.Payees;
            if (payees is null && Only(award, rule) is { } only) payees = [new(only, part)];
            if (payees is not { Count: > 0 and <= PayeesMax } || payees.DistinctBy(p => p.Payee, StringComparer.Ordinal).Count() != payees.Count
                || Split(part, [.. payees.Select(p => (p.Amount, p.Share))]) is not { } shares) return PayeesWrong(part);
            if (payees.FirstOrDefault(p => !Allowed(award, rule?.Value, p.Payee)) is { } other) return PayeeNotAllowed(other.Payee, rule?.Cited ?? PayeeClauseDefault);
            cells.AddRange(payees.Zip(shares, (p, share) => (p.Payee, share, instalment.Condition)));
        }

        var planned = Fill(award, cells, sources);
        return planned.Count > TranchesMax ? InstalmentsWrong(amount) : planned;
    }

    /// <summary>May this rule pay the award to this code; without a word of the rule, to the enterprise alone.</summary>
    internal static bool Allowed(Award award, PayeeRule? rule, string payee) => (rule ?? PayeeRule.Enterprise) switch
    {
        PayeeRule.Enterprise => payee == award.Enterprise,
        PayeeRule.Provider => award.Final!.Providers.Contains(payee),
        PayeeRule.Either => payee == award.Enterprise || award.Final!.Providers.Contains(payee),
    };

    /// <summary>Whom the rule pays where nobody is named: the enterprise, or the only provider of the contracts.</summary>
    private static string? Only(Award award, Figure<PayeeRule>? rule) =>
        rule?.Value != PayeeRule.Provider ? award.Enterprise
        : award.Final!.Providers is [var provider] ? provider
        : null;

    /// <summary>The parts of a whole by amounts or by shares, all one or all the other; null where they do not add up or a part is nothing.</summary>
    internal static Money[]? Split(Money whole, IReadOnlyList<(Money? Amount, decimal? Share)> parts)
    {
        if (parts.All(p => p is { Amount: not null, Share: null }))
        {
            var amounts = parts.Select(p => p.Amount!.Value).ToArray();
            return amounts.All(a => a.Fen > 0 && a <= whole) && Sum(amounts) == whole.Fen ? amounts : null;
        }

        if (!parts.All(p => p is { Amount: null, Share: > 0 and <= 1 } && p.Share.Value.Scale <= ShareDecimalsMax) || parts.Sum(p => p.Share!.Value) != 1) return null;
        var floors = parts.Select(p => (long)decimal.Floor(whole.Fen * p.Share!.Value)).ToArray();
        var left = whole.Fen - floors.Sum();
        foreach (var i in Enumerable.Range(0, parts.Count).OrderByDescending(i => (whole.Fen * parts[i].Share!.Value) - floors[i]).Take((int)left)) floors[i]++;
        return floors.All(f => f > 0) ? [.. floors.Select(f => new Money(f))] : null;
    }

    private static List<PlannedTranche> Fill(Award award, IEnumerable<(string Payee, Money Amount, PaymentCondition? Condition)> cells, IReadOnlyList<SourceShare> sources)
    {
        var planned = new List<PlannedTranche>();
        var (source, left) = (0, sources[0].Amount);
        foreach (var (payee, amount, condition) in cells)
        {
            for (var due = amount; due.Fen > 0;)
            {
                if (left.Fen == 0) left = sources[++source].Amount;
                var part = due < left ? due : left;
                planned.Add(new(award.IdOfNext(TrancheKind.Final, planned.Count), sources[source].Fund, part, payee == award.Enterprise ? null : payee, condition));
                (due, left) = (due - part, left - part);
            }
        }

        return planned;
    }

    private static bool Sane(PaymentCondition condition) =>
        condition is not { NotBefore: null, Requires: null, Outcome: null } && !(condition.Requires is not null && condition.Outcome is not null)
        && (condition.Requires is not { } text || (!string.IsNullOrWhiteSpace(text) && text.Length <= RequiresCharsMax)) && condition.Outcome is null or { Sane: true };

    private static long Sum(IEnumerable<Money> amounts) => amounts.Sum(a => a.Fen);
}
