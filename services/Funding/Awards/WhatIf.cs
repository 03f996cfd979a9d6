using System.Collections.Immutable;
using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// One fact of a case as it might have been. An <see cref="Obstacle"/> stands in the way of the money; <see cref="KeepsEntitlement"/> asks for
/// a change that changes nothing, to show what does not count.
/// </summary>
internal sealed record Counterfact(string Code, string Path, string Clause, string Value, Text If, Func<AwardCase, AwardCase> Apply, bool Obstacle = false, bool KeepsEntitlement = false);

/// <summary>
/// The changes of one fact that a decision invites, in the order in which a reader asks: what stands in the way, what earlier awards and the
/// cap take, the levels and batches that pay more, the lines that do not count. No rule is told here: <see cref="DecideAward"/> says what a change gives.
/// </summary>
internal static class WhatIf
{
    public const string HigherLevel = "level.pays-more";

    public static IEnumerable<Counterfact> Changes(RuleSet set, AwardCase @case, AwardDecision now)
    {
        var obstacles = now.Reasons.Where(r => r.Effect is not null).OrderBy(r => r.Effect).SelectMany(r => Of(set, @case, now, r)).Select(c => c with { Obstacle = true });
        var remarks = now.Reasons.Where(r => r.Effect is null).SelectMany(r => Of(set, @case, now, r)).ToArray();
        return obstacles
            .Concat(remarks.Where(c => c.Path.StartsWith("enterprise.", StringComparison.Ordinal)))
            .Concat(Cap(set, @case, now))
            .Concat(Levels(set, @case, now))
            .Concat(Batches(set, @case, now))
            .Concat(Bands(set, @case))
            .Concat(remarks.Where(c => !c.Path.StartsWith("enterprise.", StringComparison.Ordinal)));
    }

    /// <summary>Several conditions at once.</summary>
    public static Counterfact Together(IReadOnlyList<Counterfact> changes)
    {
        var distinct = changes.DistinctBy(c => c.Path).ToArray();
        return new(
            "case.all-conditions", "case", string.Join("；", distinct.Select(c => c.Clause).Distinct()), string.Join("; ", distinct.Select(c => $"{c.Path}: {c.Value}")),
            new($"若以上 {distinct.Length} 项条件同时具备", $"were all {distinct.Length} conditions met together"), c => distinct.Aggregate(c, (done, change) => change.Apply(done)));
    }

    /// <summary>What would have to be otherwise for one reason to fall away.</summary>
    private static IEnumerable<Counterfact> Of(RuleSet set, AwardCase @case, AwardDecision now, Reason reason)
    {
        var today = @case.At is { } at ? ChinaTime.DayOf(at) : (DateOnly?)null;
        var project = @case.Project;
        switch (reason.Code)
        {
            case "enterprise.too-large": return Enterprise(reason, Word(set.Eligibility.SizeMax!.Value!.Value), e => e with { Size = set.Eligibility.SizeMax.Value });
            case "enterprise.below-scale": return Enterprise(reason, "true", e => e with { AboveScale = true });
            case "enterprise.not-listed": return Enterprise(reason, "true", e => e with { InPilotList = true });
            case "enterprise.excluded": return Enterprise(reason, "", e => e with { Exclusions = [] });
            case "enterprise.credit-listed": return Enterprise(reason, "", e => e with { CreditLists = [] });
            case "enterprise.projects-used-up": return Enterprise(reason, "0", e => e with { ProjectsAwarded = 0 });
            case "award.cap-used-up" or "award.cap-partly-used": return Enterprise(reason, "0.00", e => e with { Awarded = Money.Zero });
            case "contract.outside-window": return Contract(reason, @case, c => c.SignedOn is { } day && set.Spend!.Contract is { } span ? Clamp(day, span) : null);
            case "contract.unsigned": return Contract(reason, @case, _ => today);
            case "contract.after-acceptance": return Contract(reason, @case, _ => Before(project.AcceptedOn));
            case "filing.missing": return Day(reason, Filed(set, @case, today), (p, day) => p with { FiledOn = day });
            case "completion.outside-window": return Day(reason, project.CompletedOn is { } done ? Clamp(done, set.Spend!.Completion!) : null, (p, day) => p with { CompletedOn = day });
            case "completion.after-acceptance": return Day(reason, Before(project.AcceptedOn), (p, day) => p with { CompletedOn = day });
            case "acceptance.before-completion":
                return Day(reason, project.AcceptanceAppliedOn < today ? project.AcceptanceAppliedOn : today, (p, day) => p with { CompletedOn = day });
            case "acceptance.outstanding" or "acceptance.not-passed": return Day(reason, today, (p, day) => p with { AcceptedOn = day });
            case "acceptance.late":
                return Day(reason, set.Process.AcceptanceDeadline?.Months.Value is { } months ? project.CompletedOn?.AddMonths(months) : null, (p, day) => p with { AcceptanceAppliedOn = day });
            case "claim.late" or "claim.early" or "claim.outstanding": return Claim(set, @case, reason);
            case "level.source-not-accepted" or "diagnosis.level-source":
                return Source(set, @case.Stage) is { } source ? [Project(reason, Word(source), p => p with { LevelSource = source })] : [];
            case "diagnosis.renovation-unfinished": return Day(reason, today, (p, day) => p with { CompletedOn = day });
            case "diagnosis.level-not-reached": return set.Diagnosis!.LevelMin.Value is { } least ? [Project(reason, $"{least}", p => p with { LevelAfter = least })] : [];
            case "level.below-lowest": return Lowest(set, @case) is { } lowest ? [Project(reason, $"{lowest}", p => p with { LevelAfter = lowest })] : [];
            case "document.missing": return [Documents(set, @case, now, reason)];
            case "input.missing": return Missing(set, @case, now, reason, today);
            case "line.claimed-elsewhere": return Line(reason, @case, "", l => l with { Invoice = l.Invoice! with { ClaimedIn = null } }, new("发票未在他处申报", "the invoice was claimed nowhere else"));
            case "line.invoice-doubled": return Line(reason, @case, "", l => l with { Payments = [], Invoice = l.Invoice! with { Number = null } }, new("去掉这一重复行", "this repeated line were left out"));
            case "line.not-invoiced": return today is { } now0 ? LineDay(reason, @case, set.Spend!.Invoice is { } w ? Clamp(now0, w) : now0, (l, day) => l with { Invoice = (l.Invoice ?? new()) with { IssuedOn = day } }) : [];
            case "line.invoice-outside-window": return LineDay(reason, @case, Issued(@case, reason) is { } issued ? Clamp(issued, set.Spend!.Invoice!) : null, (l, day) => l with { Invoice = l.Invoice! with { IssuedOn = day } });
            case "line.invoice-after-acceptance": return LineDay(reason, @case, Before(project.AcceptedOn), (l, day) => l with { Invoice = l.Invoice! with { IssuedOn = day } });
            case "acceptance.before-invoice": return LineDay(reason, @case, project.AcceptanceAppliedOn < today ? project.AcceptanceAppliedOn : today, (l, day) => l with { Invoice = (l.Invoice ?? new()) with { IssuedOn = day } });
            case "payment.outside-window" or "payment.after-acceptance" or "payment.not-yet": return Payment(set, @case, reason, today);
            case "line.unpaid" or "line.partly-paid": return Unpaid(set, @case, now, reason, today);
            case "spend.share-not-reached": return Share(set, @case, now, reason);
            case "spend.above-contracts": return Contracts(@case, now, reason);
            case "spend.audited-lower": return [Project(reason, "", p => p with { AuditedSpend = null }) with { If = new("若专项审计认定全部合格支出", "had the special audit found all of the spend") }];
            case "award.above-entitlement" or "award.below-entitlement":
                return now.Entitlement is { } due ? [new(reason.Code, "proposed", reason.Clause, due.ToString(), new($"若拟定金额为 {due} 元", $"were {due} proposed"), c => c with { Proposed = due })] : [];
            case "advance.before-trigger": return Trigger(@case, reason, today);
            case "rule-set.not-in-force": return InForce(set, @case, reason, today);
            default: return [];
        }
    }

    private static IEnumerable<Counterfact> Enterprise(Reason reason, string value, Func<EnterpriseFacts, EnterpriseFacts> change) =>
        [new(reason.Code, reason.Path!, reason.Clause, value, If(reason.Path!, value), c => c with { Enterprise = change(c.Enterprise) })];

    private static Counterfact Project(Reason reason, string value, Func<ProjectFacts, ProjectFacts> change) =>
        new(reason.Code, reason.Path!, reason.Clause, value, If(reason.Path!, value), c => c with { Project = change(c.Project) });

    /// <summary>"若改造后等级为 3" / "were the level after 3".</summary>
    private static Text If(string path, string value)
    {
        var (place, word) = (Wording.Path(path), Wording.Value(value));
        return value.Length == 0 ? new($"若“{place.Zh}”没有记录", $"stood nothing under '{place.En}'") : new($"若{place.Zh}为 {word.Zh}", $"were '{place.En}' {word.En}");
    }

    /// <summary>The day before; before the first day there is none.</summary>
    private static DateOnly? Before(DateOnly? day) => day > DateOnly.MinValue ? day.Value.AddDays(-1) : null;

    private static IEnumerable<Counterfact> Day(Reason reason, DateOnly? day, Func<ProjectFacts, DateOnly, ProjectFacts> change) =>
        day is { } on ? [Project(reason, Ruling.Show(on), p => change(p, on))] : [];

    /// <summary>The last day on which the filing still comes in time.</summary>
    private static DateOnly? Filed(RuleSet set, AwardCase @case, DateOnly? today)
    {
        var project = @case.Project;
        var day = today;
        if (@case.Stage == AwardStage.Acceptance && project.AcceptanceAppliedOn < day) day = project.AcceptanceAppliedOn;
        if (set.Process.FiledBeforeEvaluation is { Value: true } && project.EvaluationDoneAt is { } evaluated && ChinaTime.DayOf(evaluated) < day) day = ChinaTime.DayOf(evaluated);
        return day;
    }

    private static IEnumerable<Counterfact> Contract(Reason reason, AwardCase @case, Func<ContractFacts, DateOnly?> day)
    {
        if (Index(reason.Path, "contracts") is not { } i || day(@case.Project.Contracts!.Value[i]) is not { } signed) return [];
        return [Project(reason, Ruling.Show(signed), p => p with { Contracts = p.Contracts!.Value.SetItem(i, p.Contracts.Value[i] with { SignedOn = signed }) })];
    }

    private static IEnumerable<Counterfact> Claim(RuleSet set, AwardCase @case, Reason reason)
    {
        var window = set.Process.ClaimWindow!;
        var last = window.ClosesAt?.Value ?? (window.Span.To is { } to ? ChinaTime.StartOf(to.AddDays(1)).AddSeconds(-1) : null);
        var first = window.Span.From is { } from ? ChinaTime.StartOf(from) : (DateTimeOffset?)null;
        var moment = reason.Code == "claim.late" ? last : @case.At < first ? first : @case.At > last ? last : @case.At;
        return moment is { } at ? [Project(reason, Show(at), p => p with { ClaimSubmittedAt = at })] : [];
    }

    private static LevelSource? Source(RuleSet set, AwardStage stage)
    {
        var sources = set.Diagnosis?.Sources ?? (stage == AwardStage.Acceptance && set.Level?.AtAcceptance is { } before ? before.Sources : set.Level?.Sources);
        return sources is { Open: false } ? sources.Items[0] : null;
    }

    private static int? Lowest(RuleSet set, AwardCase @case) => @case.Stage == AwardStage.Acceptance && set.Level?.AtAcceptance is { } before ? before.LevelMin.Value : set.Level?.LevelMin.Value;

    /// <summary>All that are missing at once: they are one list of the case.</summary>
    private static Counterfact Documents(RuleSet set, AwardCase @case, AwardDecision now, Reason reason)
    {
        var on = @case.Project.Documents.GetValueOrDefault([]);
        var missing = set.Process.Documents.Where(d => d.Stages.Contains(@case.Stage) && !on.Contains(d.Code)).Select(d => d.Code).Distinct()
            .Where(d => now.Reasons.Any(r => r.Code == "document.missing" && r.MessageEn.Contains($" {Word(d)} ", StringComparison.Ordinal))).ToArray();
        var names = string.Join(", ", missing.Select(Word));
        return new(
            reason.Code, reason.Path!, reason.Clause, names,
            new($"若补齐材料：{string.Join("、", missing.Select(d => CheckProject.DocumentZh[(int)d]))}", $"were the missing documents on file ({names})"),
            c => c with { Project = c.Project with { Documents = [.. c.Project.Documents.GetValueOrDefault([]), .. missing] } });
    }

    /// <summary>A missing input with what would let the award through.</summary>
    private static IEnumerable<Counterfact> Missing(RuleSet set, AwardCase @case, AwardDecision now, Reason reason, DateOnly? today)
    {
        switch (reason.Path)
        {
            case "enterprise.size": return Enterprise(reason, Word(set.Eligibility.SizeMax!.Value!.Value), e => e with { Size = set.Eligibility.SizeMax.Value });
            case "enterprise.aboveScale": return Enterprise(reason, "true", e => e with { AboveScale = true });
            case "enterprise.inPilotList": return Enterprise(reason, "true", e => e with { InPilotList = true });
            case "enterprise.exclusions": return Enterprise(reason, "", e => e with { Exclusions = [] });
            case "enterprise.creditLists": return Enterprise(reason, "", e => e with { CreditLists = [] });
            case "project.levelAfter":
                return (Lowest(set, @case) ?? set.Diagnosis?.LevelMin.Value) is { } least ? [Project(reason, $"{least}", p => p with { LevelAfter = least })] : [];
            case "project.levelSource": return Source(set, @case.Stage) is { } source ? [Project(reason, Word(source), p => p with { LevelSource = source })] : [];
            case "project.auditedSpend": return now.EligibleSpend is { } spend ? [Project(reason, spend.ToString(), p => p with { AuditedSpend = spend })] : [];
            case "project.completedOn": return Day(reason, today, (p, day) => p with { CompletedOn = day });
            case "project.batch": return [.. set.Award!.Table.Select(r => r.Batch!).Distinct().Select(batch => Project(reason, batch, p => p with { Batch = batch }))];
            case "project.districtCheckAt" or "project.evaluationDoneAt":
                return @case.At is { } at ? [Project(reason, Show(at), p => reason.Path == "project.districtCheckAt" ? p with { DistrictCheckAt = at } : p with { EvaluationDoneAt = at })] : [];
            default: return [];
        }
    }

    private static IEnumerable<Counterfact> Line(Reason reason, AwardCase @case, string value, Func<LineFacts, LineFacts> change, Text mended)
    {
        if (Index(reason.Path, "lines") is not { } i || i >= @case.Project.Lines.GetValueOrDefault([]).Length) return [];
        return
        [
            new(reason.Code, reason.Path!, reason.Clause, value, new($"若第 {i + 1} 行{mended.Zh}", $"line {i + 1}: if {mended.En}"),
                c => c with { Project = c.Project with { Lines = c.Project.Lines!.Value.SetItem(i, change(c.Project.Lines.Value[i])) } }),
        ];
    }

    private static IEnumerable<Counterfact> LineDay(Reason reason, AwardCase @case, DateOnly? day, Func<LineFacts, DateOnly, LineFacts> change) =>
        day is { } on ? Line(reason, @case, Ruling.Show(on), l => change(l, on), new($"于 {Ruling.Show(on)} 开票", $"it was invoiced on {Ruling.Show(on)}")) : [];

    private static DateOnly? Issued(AwardCase @case, Reason reason) => Index(reason.Path, "lines") is { } i ? @case.Project.Lines!.Value[i].Invoice?.IssuedOn : null;

    private static IEnumerable<Counterfact> Payment(RuleSet set, AwardCase @case, Reason reason, DateOnly? today)
    {
        if (Index(reason.Path, "payments") is not { } p || Index(reason.Path, "lines") is not { } i)
        {
            // A down payment on a contract.
            if (Index(reason.Path, "contracts") is not { } k || @case.Project.Contracts!.Value[k].DownPaymentPaidOn is not { } down || set.Spend?.Payment is not { } span) return [];
            var inside = Clamp(down, span);
            return [Project(reason, Ruling.Show(inside), f => f with { Contracts = f.Contracts!.Value.SetItem(k, f.Contracts.Value[k] with { DownPaymentPaidOn = inside }) })];
        }

        if (@case.Project.Lines!.Value[i].Payments!.Value[p].PaidOn is not { } paid || Payable(set, @case, paid, today) is not { } day) return [];
        return Line(
            reason, @case, Ruling.Show(day), l => l with { Payments = l.Payments!.Value.SetItem(p, l.Payments.Value[p] with { PaidOn = day }) },
            new($"第 {p + 1} 笔款于 {Ruling.Show(day)} 支付", $"payment {p + 1} was made on {Ruling.Show(day)}"));
    }

    /// <summary>The day nearest to this one on which a payment may count.</summary>
    private static DateOnly? Payable(RuleSet set, AwardCase @case, DateOnly day, DateOnly? today)
    {
        if (day > today) day = today.Value;
        if (set.Spend!.Payment is { } span) day = Clamp(day, span);
        if (set.Spend.MustPrecedeAcceptance is { Value: true } && @case.Project.AcceptedOn is { } accepted && day >= accepted) return Before(accepted);
        return day;
    }

    /// <summary>The rest of a line paid; where a payment of it does not count, that one is asked about instead.</summary>
    private static IEnumerable<Counterfact> Unpaid(RuleSet set, AwardCase @case, AwardDecision now, Reason reason, DateOnly? today)
    {
        if (Index(reason.Path, "lines") is not { } i || today is not { } at || Payable(set, @case, at, today) is not { } day) return [];
        var line = @case.Project.Lines!.Value[i];
        if (now.Reasons.Any(r => r.Code.StartsWith("payment.", StringComparison.Ordinal) && r.Path?.StartsWith($"project.{Ruling.LineName(i)}.", StringComparison.Ordinal) == true)) return [];
        var rest = line.Invoice!.Net!.Value + line.Invoice.Vat!.Value - new Money(line.Payments!.Value.Where(p => p.PaidOn is not null).Sum(p => p.Amount!.Value.Fen));
        return Line(
            reason, @case, rest.ToString(), l => l with { Payments = [.. l.Payments!.Value, new() { PaidOn = day, Amount = rest }] },
            new($"其余 {rest} 元于 {Ruling.Show(day)} 付清", $"the remaining {rest} is paid on {Ruling.Show(day)}"));
    }

    /// <summary>The contract that counts first raised by what lies above the contracts.</summary>
    private static IEnumerable<Counterfact> Contracts(AwardCase @case, AwardDecision now, Reason reason)
    {
        var step = now.Steps.FirstOrDefault(s => s.NameEn == CountSpend.ContractStep);
        if (step is null || Figure(step, "gross") is not { } gross || Figure(step, "contracts") is not { } sum) return [];
        var above = Money.RoundHalfUp(gross - sum);
        for (var i = 0; i < @case.Project.Contracts!.Value.Length; i++)
            if (@case.Project.Contracts.Value[i].Amount is { } amount && !now.Reasons.Any(r => r.Path == $"project.contracts[{i}].signedOn"))
            {
                var index = i;
                var raised = amount + above;
                return
                [
                    Project(reason with { Path = $"project.contracts[{index}].amount" }, raised.ToString(), p => p with { Contracts = p.Contracts!.Value.SetItem(index, p.Contracts.Value[index] with { Amount = raised }) }),
                ];
            }

        return [];
    }

    /// <summary>More of the spend whose share is too small.</summary>
    private static IEnumerable<Counterfact> Share(RuleSet set, AwardCase @case, AwardDecision now, Reason reason)
    {
        foreach (var rule in set.Spend!.Shares)
        {
            if (rule.ShareMin?.Value is not { } bound || bound >= 1m || (rule.AppliesTo is { } type && type != @case.Project.Type)) continue;
            var step = now.Steps.FirstOrDefault(s => s.NameEn == CountSpend.ShareStep && s.Clause == rule.ShareMin.Cited);
            if (step is not { Result: var result } || Figure(step, "everything") is not { } everything || !decimal.TryParse(result, NumberStyles.Number, CultureInfo.InvariantCulture, out var reached)) continue;
            var more = new Money((long)Math.Ceiling(((bound * everything) - reached) / (1m - bound) * 100m));
            var category = rule.Categories[0];
            if (more.Fen <= 0 || More(@case, now, more, category) is not { } add) continue;
            yield return new(
                reason.Code, "project.lines", reason.Clause, more.ToString(),
                new($"若这几类支出再多 {more} 元（合同、发票、付款、审计均相应增加）", $"were there {more} more of this spend (contracted, invoiced, paid and audited)"), add);
        }
    }

    private static IEnumerable<Counterfact> Trigger(AwardCase @case, Reason reason, DateOnly? today)
    {
        if (today is not { } day) return [];
        return reason.Path switch
        {
            "project.filedOn" => [Project(reason, Ruling.Show(day), p => p with { FiledOn = day })],
            "project.contracts[0].downPaymentPaidOn" when @case.Project.Contracts is [{ DownPayment: not null }, ..] =>
                [Project(reason, Ruling.Show(day), p => p with { Contracts = p.Contracts!.Value.SetItem(0, p.Contracts.Value[0] with { DownPaymentPaidOn = day }) })],
            _ => [],
        };
    }

    private static IEnumerable<Counterfact> InForce(RuleSet set, AwardCase @case, Reason reason, DateOnly? today)
    {
        var at = set.EffectiveFrom is { } from && today < from ? ChinaTime.StartOf(from) : set.EffectiveTo is { } to && today > to ? ChinaTime.StartOf(to.AddDays(1)).AddSeconds(-1) : (DateTimeOffset?)null;
        return at is { } moment ? [new(reason.Code, "at", reason.Clause, Show(moment), If("at", Show(moment)), c => c with { At = moment })] : [];
    }

    /// <summary>How much more spend reaches the cap, or how much of it lies above what reaches it and does not count.</summary>
    private static IEnumerable<Counterfact> Cap(RuleSet set, AwardCase @case, AwardDecision now)
    {
        if (@case.Stage == AwardStage.Advance)
        {
            foreach (var change in AdvanceCap(@case, now)) yield return change;
            yield break;
        }

        if (now is not { Cap: { Fen: > 0 } cap, Rate: { } rate and > 0m, EligibleSpend: { } spend, Outcome: Outcome.Payable or Outcome.NothingPayable } || set.Kind != AwardKind.Renovation) yield break;
        var enough = new Money((long)Math.Ceiling(cap.Fen / rate));
        var clause = now.Steps.FirstOrDefault(s => s.NameEn == DecideAward.CapStep)?.Clause ?? Row(set, @case, now, @case.Project.LevelAfter)?.Cap?.Cited ?? set.LegalBasis[0].Document;
        if (spend > enough)
            yield return new(
                "spend.above-cap", "project.auditedSpend", clause, enough.ToString(),
                new($"合格支出 {spend} 元中，{enough} 元即达上限 {cap} 元，其余 {spend - enough} 元不起作用：若支出为 {enough} 元", $"{enough} of the spend of {spend} reach the cap of {cap}, the other {spend - enough} do not count: were the spend {enough}"),
                c => c with { Project = c.Project with { AuditedSpend = enough } }, KeepsEntitlement: true);
        else if (spend < enough && enough - spend is var more && More(@case, now, more, null) is { } add)
            yield return new(
                "spend.below-cap", "project.lines", clause, more.ToString(),
                new($"若合格支出再多 {more} 元（合同、发票、付款、审计均相应增加），达到上限 {cap} 元", $"were there {more} more of eligible spend (contracted, invoiced, paid and audited), the cap of {cap} is reached"), add);
    }

    private static IEnumerable<Counterfact> AdvanceCap(AwardCase @case, AwardDecision now)
    {
        var made = now.Steps.FirstOrDefault(s => s.NameEn == DecideAdvance.RateStep);
        if (now is not { Cap: { } cap, Rate: { } rate and > 0m, Outcome: Outcome.Payable } || made is null || Figure(made, "downPayment") is not { } down) yield break;
        var more = new Money((long)Math.Ceiling(cap.Fen / rate)) - Money.RoundHalfUp(down);
        if (more.Fen <= 0) yield break;
        for (var i = 0; i < @case.Project.Contracts!.Value.Length; i++)
            if (@case.Project.Contracts.Value[i] is { DownPayment: { } paid, DownPaymentPaidOn: not null })
            {
                var (index, raised) = (i, paid + more);
                yield return new(
                    "advance.below-cap", $"project.contracts[{index}].downPayment", made.Clause, raised.ToString(),
                    new($"若首付款再多 {more} 元，达到预拨上限 {cap} 元", $"were the down payment {more} more, the cap of the advance of {cap} is reached"),
                    c => c with { Project = c.Project with { Contracts = c.Project.Contracts!.Value.SetItem(index, c.Project.Contracts.Value[index] with { DownPayment = raised }) } });
                yield break;
            }
    }

    private static IEnumerable<Counterfact> Levels(RuleSet set, AwardCase @case, AwardDecision now)
    {
        if (set.Kind != AwardKind.Renovation || @case.Stage != AwardStage.Final || set.Level?.LevelMin.Value is not { } lowest) yield break;
        // What the lowest level gives is asked where the level is missing or below it.
        for (var level = Math.Max(lowest, @case.Project.LevelAfter ?? 0) + 1; level <= 4; level++)
        {
            var to = level;
            var row = Row(set, @case, now, to);
            yield return new(
                HigherLevel, "project.levelAfter", row?.Cap?.Cited ?? row?.Rate.Cited ?? set.Level.LevelMin.Cited, $"{to}",
                new($"若改造后达到 {to} 级", $"had it reached level {to}"), c => c with { Project = c.Project with { LevelAfter = to } });
        }
    }

    /// <summary>The row of a level, in the batch that held.</summary>
    private static TableRow? Row(RuleSet set, AwardCase @case, AwardDecision now, int? level)
    {
        var key = now.Steps.FirstOrDefault(s => s.NameEn == PickRow.BatchStep) is { Result: var held } ? held : null;
        return set.Award!.Table.FirstOrDefault(r => r.LevelFrom <= level && level <= r.LevelTo && (key is null || (r.Batch ?? r.CompletionYear?.ToString(CultureInfo.InvariantCulture)) == key));
    }

    private static IEnumerable<Counterfact> Batches(RuleSet set, AwardCase @case, AwardDecision now)
    {
        if (set.Award is not { } award || @case.Stage != AwardStage.Final) return [];
        var project = @case.Project;
        return award.Selector switch
        {
            BatchSelector.None => [],
            BatchSelector.Assigned => project.Batch is null ? [] : award.Table.Select(r => r.Batch!).Distinct().Where(b => b != project.Batch)
                .Select(b => new Counterfact("batch.pays-more", "project.batch", award.SelectorSource.Cited, b, new($"若在第 {b} 批", $"were it in batch {b}"), c => c with { Project = c.Project with { Batch = b } })),
            BatchSelector.CompletionYear => project.CompletedOn is not { } done ? [] : award.Table.Select(r => r.CompletionYear!.Value).Distinct().Where(y => y != done.Year)
                .Select(year => (Year: year, Day: year < done.Year ? new DateOnly(year, 12, 31) : new DateOnly(year, 1, 1)))
                // Nothing is completed before it was contracted.
                .Where(y => project.Contracts.GetValueOrDefault([]).All(c => c.SignedOn is null || c.SignedOn <= y.Day) && (@case.At is not { } at || y.Day <= ChinaTime.DayOf(at)))
                .Select(y => new Counterfact(
                    "batch.completion-year", "project.completedOn", award.SelectorSource.Cited, Ruling.Show(y.Day),
                    new($"若于 {y.Year} 年完工", $"had it been completed in {y.Year}"), c => c with { Project = c.Project with { CompletedOn = y.Day } })),
            BatchSelector.CutOffs => CutOffs(award, now),
        };
    }

    /// <summary>All moments of a batch that was missed, kept: one of them alone would not have been enough.</summary>
    private static IEnumerable<Counterfact> CutOffs(AwardRule award, AwardDecision now)
    {
        foreach (var batch in award.CutOffs.Select(c => c.Batch).Distinct())
        {
            var missed = award.CutOffs.Where(c => c.Batch == batch && now.Reasons.Any(r => r.Code == "batch.cut-off-missed" && r.Path == PathOf(c.Event) && r.Clause == c.Source.Cited)).ToArray();
            if (missed.Length == 0) continue;
            var inside = award.CutOffIncluded is not { Value: false };
            var moments = missed.Select(c => (c.Event, At: inside ? c.Until : c.Until.AddSeconds(-1))).ToArray();
            yield return new(
                "batch.cut-off-missed", string.Join(", ", missed.Select(c => PathOf(c.Event))), string.Join("；", missed.Select(c => c.Source.Cited)), string.Join(", ", moments.Select(m => Show(m.At))),
                new(
                    $"若{string.Join("、", moments.Select(m => $"{Wording.Path(PathOf(m.Event)).Zh}不晚于 {Show(m.At)}"))}，属第 {batch} 批",
                    $"had it been in batch {batch} ({string.Join(", ", moments.Select(m => $"{Wording.Path(PathOf(m.Event)).En} by {Show(m.At)}"))})"),
                c => c with { Project = moments.Aggregate(c.Project, (p, m) => Kept(p, m.Event, m.At)) });
        }
    }

    private static string PathOf(CutOffEvent @event) => @event switch
    {
        CutOffEvent.DistrictCheck => "project.districtCheckAt",
        CutOffEvent.EvaluationDone => "project.evaluationDoneAt",
        CutOffEvent.ClaimSubmitted => "project.claimSubmittedAt",
    };

    private static ProjectFacts Kept(ProjectFacts project, CutOffEvent @event, DateTimeOffset at) => @event switch
    {
        CutOffEvent.DistrictCheck => project with { DistrictCheckAt = at },
        CutOffEvent.EvaluationDone => project with { EvaluationDoneAt = at },
        CutOffEvent.ClaimSubmitted => project with { ClaimSubmittedAt = at },
    };

    /// <summary>The bands of a provider's score above the one that holds.</summary>
    private static IEnumerable<Counterfact> Bands(RuleSet set, AwardCase @case)
    {
        if (set.ProviderAward is not { } rule || @case.Provider is not { Class: { } kind, Score: { } score }) return [];
        return rule.Bands.Where(b => b.Class == kind && b.ScoreFrom > score).Select(b => new Counterfact(
            "provider.next-band", "provider.score", b.Cap.Cited, Ruling.Show(b.ScoreFrom),
            new($"若评审得分达到 {Ruling.Show(b.ScoreFrom)} 分（再多 {Ruling.Show(b.ScoreFrom - score)} 分）", $"were the score {Ruling.Show(b.ScoreFrom)} ({Ruling.Show(b.ScoreFrom - score)} more)"),
            c => c with { Provider = c.Provider with { Score = b.ScoreFrom } }));
    }

    /// <summary>
    /// This much more of spend like that of a line that counts: contracted, invoiced, paid and, where there is an audit, audited. Nothing where no
    /// line counts, or where its payments do not all count the same way.
    /// </summary>
    private static Func<AwardCase, AwardCase>? More(AwardCase @case, AwardDecision now, Money more, LineCategory? category)
    {
        if (more.Fen is <= 0 or > Money.FenMax || now.Steps.FirstOrDefault(s => s.NameEn is CountSpend.LinesStep or CountSpend.LinesNetStep) is not { } counted) return null;
        for (var i = 0; i < counted.Inputs.Count && i < @case.Project.Lines!.Value.Length; i++)
        {
            var line = @case.Project.Lines.Value[i];
            if (counted.Inputs[i].Value == "0" || line.Payments is not { IsEmpty: false } payments || payments.FirstOrDefault(p => p.PaidOn is not null && !Doubted(now, i)) is not { PaidOn: { } paidOn }) continue;
            var like = line with
            {
                Category = category ?? line.Category,
                Description = null,
                Invoice = line.Invoice! with { Number = null, Net = more, Vat = Money.Zero, ClaimedIn = null },
                Payments = [new() { PaidOn = paidOn, Amount = more }],
            };
            var contract = @case.Project.Contracts!.Value.ToList().FindIndex(c => c.Id == line.Contract);
            if (@case.Project.Contracts.Value[contract].Amount is not { } amount) return null;
            return c => c with
            {
                Project = c.Project with
                {
                    Lines = c.Project.Lines!.Value.Add(like),
                    Contracts = c.Project.Contracts!.Value.SetItem(contract, c.Project.Contracts.Value[contract] with { Amount = amount + more }),
                    AuditedSpend = c.Project.AuditedSpend is { } audited ? audited + more : null,
                },
            };
        }

        return null;

        static bool Doubted(AwardDecision now, int line) =>
            now.Reasons.Any(r => r.Code.StartsWith("payment.", StringComparison.Ordinal) && r.Path?.StartsWith($"project.{Ruling.LineName(line)}.", StringComparison.Ordinal) == true);
    }

    private static DateOnly Clamp(DateOnly day, DateSpan span) => span.From is { } from && day < from ? from : span.To is { } to && day > to ? to : day;

    private static decimal? Figure(Step step, string name)
    {
        foreach (var input in step.Inputs)
            if (input.Name == name && decimal.TryParse(input.Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var value)) return value;
        return null;
    }

    /// <summary>The number in <c>…name[number]…</c>.</summary>
    private static int? Index(string? path, string name)
    {
        var start = path?.IndexOf(name + "[", StringComparison.Ordinal) ?? -1;
        if (start < 0) return null;
        var digits = path.AsSpan(start + name.Length + 1);
        return int.TryParse(digits[..digits.IndexOf(']')], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => RuleWord<T>.Write(value);

    private static string Show(DateTimeOffset at) => ChinaTime.Clock(at).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}
