using PilotCity.Defaults;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Checks;

/// <summary>The checks on awards and their payments: entitlement, advance, publicity, objections, payees, own money, related parties. Pure.</summary>
internal static class CheckAwards
{
    public static IEnumerable<Hit> Look(CityFacts facts, AwardFact award) =>
    [
        .. CreditListed(facts, award), .. Related(award), .. AboveRule(award), .. AuditIgnored(facts, award), .. AdvanceWrong(award), .. OwnMoneyMissing(facts, award),
        .. SamePerson(award), .. NotPublicised(facts, award), .. ObjectionOpen(award), .. PaidWrong(facts, award), .. PaidLate(facts, award), .. Diagnosis(facts, award), .. ProviderAward(facts, award),
    ];

    private static IEnumerable<Hit> CreditListed(CityFacts facts, AwardFact award) =>
        from paid in award.Paid
        where !paid.Returned
        from stay in facts.EnterpriseOf(award.Enterprise).CreditListings
        where stay.Holds(ChinaTime.DayOf(paid.PaidAt))
        select Hit.On("AC04", award, [stay.Entry, paid.Entry], paid.Amount, ("list", stay.List), ("paidOn", ChinaTime.DayOf(paid.PaidAt)));

    /// <summary>What Funding found when it asked Registry: organisations that share something; and claims that another city has too (AC08, AC30).</summary>
    private static IEnumerable<Hit> Related(AwardFact award) =>
        from concern in award.Concerns
        let stake = award.Final?.Entitlement ?? award.Advance?.Entitlement ?? Money.Zero
        select concern.Kind.StartsWith("shared-", StringComparison.Ordinal)
            ? Hit.On("AC14", award, [concern.Entry], stake, ("shares", concern.Kind["shared-".Length..]), ("parties", string.Join(", ", concern.About.Order(StringComparer.Ordinal))))
            : Hit.On("AC08", award, [concern.Entry], stake, ("twice", concern.Kind), ("elsewhere", string.Join(", ", concern.About)), ("concern", concern.Id));

    private static IEnumerable<Hit> AboveRule(AwardFact award)
    {
        if (award.Final is { } final)
        {
            var most = final is { EligibleSpend: { } spend, Rate: { } rate } ? Money.RoundHalfUp(spend.Yuan * rate) + (final.TopUp ?? Money.Zero) : (Money?)null;
            var capped = final.Cap is { } cap ? cap + (final.TopUp ?? Money.Zero) : (Money?)null;
            if ((most is { } m && final.Entitlement > m) || (capped is { } c && final.Entitlement > c))
            {
                yield return Hit.On("AC22", award, [final.Entry], final.Entitlement, ("entitlement", final.Entitlement), ("rateTimesSpend", most ?? Money.Zero), ("cap", capped ?? Money.Zero));
            }
        }

        if (award is { Approved: { } approved, Final: { } computed } && approved.Awarded > computed.Entitlement)
        {
            yield return Hit.On("AC22", award, [computed.Entry, approved.Entry], approved.Awarded - computed.Entitlement, ("awarded", approved.Awarded), ("entitlement", computed.Entitlement));
        }
    }

    private static IEnumerable<Hit> AuditIgnored(CityFacts facts, AwardFact award)
    {
        if (award.Final is { EligibleSpend: { } spend } final && facts.Projects.GetValueOrDefault(award.Id)?.Audit is { } audit && audit.Spend < spend)
        {
            yield return Hit.On("AC23", award, [audit.Entry, final.Entry], spend - audit.Spend, ("audited", audit.Spend), ("eligible", spend));
        }
    }

    private static IEnumerable<Hit> AdvanceWrong(AwardFact award)
    {
        // The filing as Funding read it when it computed: Performance's own entry may be taken in a moment later.
        if (award is { AdvanceApproved: { } advance, Advance: { } early } && early.FiledOn is null)
        {
            yield return Hit.On("AC24", award, [early.Entry, advance.Entry], advance.Amount, ("advance", advance.Amount), ("filedOn", ""));
        }

        if (award.AdvanceApproved is { } above && award.Advance is { } computed && above.Amount > computed.Payable)
        {
            yield return Hit.On("AC24", award, [computed.Entry, above.Entry], above.Amount - computed.Payable, ("advance", above.Amount), ("payable", computed.Payable));
        }

        if (award is { Approved: { } approved, Final: { } final, RecoveryDemanded: false } && final.AdvancesPaid > final.Entitlement)
        {
            yield return Hit.On("AC24", award, [final.Entry, approved.Entry], final.AdvancesPaid - final.Entitlement, ("advancesPaid", final.AdvancesPaid), ("entitlement", final.Entitlement));
        }
    }

    private static IEnumerable<Hit> OwnMoneyMissing(CityFacts facts, AwardFact award)
    {
        var least = facts.Limits.Of("AC32", "ownShareMin");
        if (award.Approved is { } approved && facts.Projects.TryGetValue(award.Id, out var project))
        {
            var paid = new Money(project.Lines.Sum(l => l.Paid.Fen));
            if (paid.Fen > 0 && (paid - approved.Awarded).Fen * 100 < paid.Fen * least)
            {
                yield return Hit.On("AC32", award, [approved.Entry, .. project.Lines.SelectMany(l => l.Payments).Select(p => p.Entry)], approved.Awarded, ("paid", paid), ("awarded", approved.Awarded));
            }
        }
    }

    private static IEnumerable<Hit> SamePerson(AwardFact award)
    {
        foreach (var refused in award.Steps.Where(s => s.Type == "ApprovalRefused"))
        {
            yield return Hit.On("AC33", award, [refused.Entry], award.Final?.Entitlement ?? Money.Zero, ("refused", refused.Entry.Position));
        }

        foreach (var (one, other) in new[] { ("AwardComputed", "AwardApproved"), ("AdvanceComputed", "AdvanceApproved"), ("AwardPublicised", "AwardApproved"), ("AwardApproved", "TranchePaid"), ("AwardApproved", "TrancheFrozen") })
        {
            foreach (var first in award.Steps.Where(s => s.Type == one).DistinctBy(s => s.Sub))
            {
                if (award.Steps.Find(s => s.Type == other && s.Sub == first.Sub) is { } second)
                {
                    yield return Hit.On("AC33", award, [first.Entry, second.Entry], award.Final?.Entitlement ?? Money.Zero, ("first", one), ("second", other));
                }
            }
        }
    }

    private static IEnumerable<Hit> NotPublicised(CityFacts facts, AwardFact award)
    {
        // An award that only confirms advances needs no publicity of its own: nothing more is paid.
        if (award.Approved is not { } approved || approved.Amount.Fen == 0)
        {
            yield break;
        }

        if (award.Publicity is not { } publicity)
        {
            yield return Hit.On("AC34", award, [approved.Entry], approved.Amount, ("publicity", "none"));
            yield break;
        }

        if (publicity.WorkingDays < facts.Limits.Of("AC34", "workingDaysMin") || ChinaTime.DayOf(approved.At) <= publicity.Until)
        {
            yield return Hit.On("AC34", award, [publicity.Entry, approved.Entry], approved.Amount, ("workingDays", publicity.WorkingDays), ("until", publicity.Until), ("approvedOn", ChinaTime.DayOf(approved.At)));
        }

        if (approved.Awarded > publicity.Entitlement)
        {
            yield return Hit.On("AC34", award, [publicity.Entry, approved.Entry], approved.Awarded - publicity.Entitlement, ("shown", publicity.Entitlement), ("awarded", approved.Awarded));
        }
    }

    private static IEnumerable<Hit> ObjectionOpen(AwardFact award)
    {
        foreach (var objection in award.Objections)
        {
            bool Open(DateTimeOffset at) => objection.At <= at && (objection.DecidedAt is not { } decided || decided > at);
            if (award.Approved is { } approved && Open(approved.At))
            {
                yield return Hit.On("AC35", award, [objection.Entry, approved.Entry], approved.Amount, ("objection", objection.Id), ("step", "approval"));
            }

            foreach (var paid in award.Steps.Where(s => s.Type == "TranchePaid" && Open(s.At)))
            {
                yield return Hit.On("AC35", award, [objection.Entry, paid.Entry], award.PaidSum, ("objection", objection.Id), ("step", "payment"));
            }
        }
    }

    private static IEnumerable<Hit> PaidWrong(CityFacts facts, AwardFact award)
    {
        foreach (var tranche in award.Paid.GroupBy(p => p.Tranche, StringComparer.Ordinal))
        {
            if (tranche.Sum(p => p.Returned ? -1 : 1) > 1)
            {
                yield return Hit.On("AC36", award, tranche.Select(p => p.Entry), tranche.Last().Amount, ("payment", tranche.Key), ("times", tranche.Count(p => !p.Returned)));
            }
        }

        foreach (var paid in award.Paid.Where(p => !p.Returned && p.Reference.Length > 0))
        {
            var same = facts.PaidUnder[paid.Reference];
            if (same.Exists(s => s.Award.Id != award.Id))
            {
                yield return Hit.Of(
                    "AC36", [.. same.Select(s => s.Award.Id).Distinct().Order(StringComparer.Ordinal).Select(a => new Subject("award", a))], same.Select(s => s.Paid.Entry), paid.Amount, ("reference", paid.Reference));
            }

            if (award.Frozen.FindLast(f => f.Tranche == paid.Tranche && f.Entry.Position < paid.Entry.Position) is { } frozen && frozen.Amount != paid.Amount)
            {
                yield return Hit.On("AC36", award, [frozen.Entry, paid.Entry], paid.Amount, ("frozen", frozen.Amount), ("paid", paid.Amount), ("payment", paid.Tranche));
            }
        }

        var providers = facts.Projects.GetValueOrDefault(award.Id)?.Contracts.Select(c => c.Provider).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var line in award.Frozen.Select(f => facts.BatchLines.GetValueOrDefault((f.Batch, f.Line))).OfType<BatchLineFact>())
        {
            if (line.Payee != award.Enterprise && providers.Count > 0 && !providers.Contains(line.Payee))
            {
                yield return Hit.On("AC36", award, [line.Entry], line.Amount, ("payee", line.Payee), ("line", line.Line));
            }
        }
    }

    private static IEnumerable<Hit> PaidLate(CityFacts facts, AwardFact award)
    {
        foreach (var paid in award.Paid.Where(p => !p.Returned))
        {
            var frozen = award.Frozen.FindLast(f => f.Tranche == paid.Tranche);
            var fund = frozen is null ? award.Approved?.Fund : facts.BatchLines.GetValueOrDefault((frozen.Batch, frozen.Line))?.Fund ?? award.Approved?.Fund;
            if (fund is not null && facts.Funds.GetValueOrDefault(fund)?.PayUntil is { } until && ChinaTime.DayOf(paid.PaidAt) > until)
            {
                yield return Hit.On("AC39", award, [paid.Entry], paid.Amount, ("fund", fund), ("payUntil", until), ("paidOn", ChinaTime.DayOf(paid.PaidAt)));
            }
        }
    }

    private static IEnumerable<Hit> Diagnosis(CityFacts facts, AwardFact award)
    {
        if (award is { Final: { Kind: "diagnosis" } final, Approved: { } approved } && approved.Awarded.Fen > 0)
        {
            if (final.LevelAfter is { } level and < 2)
            {
                yield return Hit.On("AC46", award, [final.Entry, approved.Entry], approved.Awarded, ("level", level));
            }

            var others = facts.Awards.Values.Where(a => a.Enterprise == award.Enterprise && a.Final?.Kind == "diagnosis" && a.Approved is { Awarded.Fen: > 0 }).OrderBy(a => a.Id, StringComparer.Ordinal).ToList();
            if (others.Count > 1)
            {
                yield return Hit.Of("AC46", [.. others.Select(a => new Subject("award", a.Id))], others.Select(a => a.Approved!.Value.Entry), approved.Awarded, ("enterprise", award.Enterprise));
            }
        }
    }

    private static IEnumerable<Hit> ProviderAward(CityFacts facts, AwardFact award)
    {
        if (award is not { Final: { Kind: "provider" } final })
        {
            yield break;
        }

        foreach (var failed in facts.Projects.Values.Where(p => p.Terminated is not null && p.Contracts.Exists(c => c.Provider == award.Enterprise)))
        {
            yield return Hit.Of("AC47", [new("award", award.Id), new("provider", award.Enterprise), new("project", failed.Id)], [final.Entry, failed.Terminated!.Value], final.Entitlement, ("counted", "terminated"));
        }
    }
}
