using PilotCity.Defaults;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Checks;

/// <summary>The checks on a project by itself and beside the city's other projects: contracts, dates, parties, results, steps and evidence. Pure.</summary>
internal static class CheckProjects
{
    /// <summary>What every accepted project has on file (AC48); the other documents depend on the city's rule.</summary>
    private static readonly string[] NeededWhenAccepted = ["contract", "diagnosis-report", "completion-report", "invoices-and-payments", "on-site-record", "evaluation-report"];

    /// <summary>Documents that are the same for many by their nature: forms and promises.</summary>
    private static readonly string[] Forms = ["promise-letter", "need-list", "filing-form", "acceptance-form", "enterprise-file"];

    internal static bool IsForm(string code) => Forms.Contains(code);

    public static IEnumerable<Hit> Look(CityFacts facts, ProjectFact project, DateOnly today) =>
    [
        .. NotListed(facts, project), .. Excluded(facts, project), .. CreditListed(facts, project), .. OutsideWindow(facts, project), .. SignedAfter(facts, project),
        .. OtherParties(project), .. SumsDisagree(project), .. NotInPool(facts, project), .. SplitContracts(facts, project), .. AccountForBoth(facts, project),
        .. EvaluatorSells(facts, project), .. ResultOutOfOrder(facts, project), .. FilesAgain(facts, project), .. StepsOutOfOrder(project), .. OtherSeller(project), .. IntegrationFee(facts, project),
        .. NoEvidence(project), .. NotUsed(facts, project, today),
    ];

    private static IEnumerable<Hit> NotListed(CityFacts facts, ProjectFact project)
    {
        // An enterprise of which Registry has told nothing is not checked, never "passed": the project service refuses it before.
        var listings = facts.EnterpriseOf(project.Enterprise).Listings;
        foreach (var contract in project.Contracts.Where(c => listings.Count > 0 && !listings.Exists(l => l.Holds(c.SignedOn))))
        {
            yield return Hit.On("AC01", project, [contract.Entry, .. listings.Select(l => l.Entry)], contract.Amount, ("signedOn", contract.SignedOn), ("contract", contract.Id));
        }

        if (project.Claimed is { } claimed && listings.Count > 0 && !listings.Exists(l => l.Holds(ChinaTime.DayOf(claimed.At))))
        {
            yield return Hit.On("AC01", project, [claimed.Entry, .. listings.Select(l => l.Entry)], project.Claim, ("claimedOn", ChinaTime.DayOf(claimed.At)));
        }
    }

    private static IEnumerable<Hit> Excluded(CityFacts facts, ProjectFact project) =>
        facts.EnterpriseOf(project.Enterprise).Exclusions.Select(e => Hit.On("AC03", project, [e.Value, .. project.Diagnosed is { } d ? [d] : Array.Empty<EntryRef>()], project.Claim, ("list", e.Key)));

    private static IEnumerable<Hit> CreditListed(CityFacts facts, ProjectFact project) =>
        from stay in facts.EnterpriseOf(project.Enterprise).CreditListings
        where project.Accepted is { } accepted && stay.Holds(accepted.On)
        select Hit.On("AC04", project, [stay.Entry, project.Accepted!.Value.Entry], project.Claim, ("list", stay.List), ("acceptedOn", project.Accepted.Value.On));

    private static IEnumerable<Hit> OutsideWindow(CityFacts facts, ProjectFact project)
    {
        var (from, until) = (facts.Limits.Of("AC06", "windowFrom"), facts.Limits.Of("AC06", "windowUntil"));
        bool Outside(DateOnly day) => (day.Year * 10_000) + (day.Month * 100) + day.Day is var number && (number < from || number > until);
        foreach (var contract in project.Contracts.Where(c => Outside(c.SignedOn)))
        {
            yield return Hit.On("AC06", project, [contract.Entry], contract.Amount, ("signedOn", contract.SignedOn), ("contract", contract.Id));
        }

        foreach (var line in project.Lines)
        {
            if (Outside(line.IssuedOn))
            {
                yield return Hit.On("AC06", project, [line.Entry], line.Gross, ("issuedOn", line.IssuedOn), ("invoice", line.Number));
            }

            foreach (var payment in line.Payments.Where(p => Outside(p.PaidOn)))
            {
                yield return Hit.On("AC06", project, [payment.Entry], payment.Amount, ("paidOn", payment.PaidOn), ("invoice", line.Number));
            }
        }
    }

    private static IEnumerable<Hit> SignedAfter(CityFacts facts, ProjectFact project)
    {
        var tolerated = facts.Limits.Of("AC07", "daysTolerated");
        foreach (var line in project.Lines)
        {
            if (project.ContractOf(line.Contract) is not { } contract)
            {
                continue;
            }

            var earliest = contract.SignedOn.Plus(-tolerated);
            if (line.IssuedOn < earliest)
            {
                yield return Hit.On("AC07", project, [contract.Entry, line.Entry], line.Gross, ("signedOn", contract.SignedOn), ("issuedOn", line.IssuedOn), ("invoice", line.Number));
            }

            foreach (var payment in line.Payments.Where(p => p.PaidOn < earliest))
            {
                yield return Hit.On("AC07", project, [contract.Entry, payment.Entry], payment.Amount, ("signedOn", contract.SignedOn), ("paidOn", payment.PaidOn), ("invoice", line.Number));
            }
        }

        if (project.Contracts.Count > 0)
        {
            var first = project.Contracts.MinBy(c => c.SignedOn)!;
            foreach (var milestone in project.Milestones.Where(m => m.On < first.SignedOn.Plus(-tolerated)))
            {
                yield return Hit.On("AC07", project, [first.Entry, milestone.Entry], first.Amount, ("signedOn", first.SignedOn), ("reachedOn", milestone.On));
            }
        }
    }

    private static IEnumerable<Hit> OtherParties(ProjectFact project) =>
        from line in project.Lines
        let provider = project.ContractOf(line.Contract)?.Provider
        from payment in line.Payments
        where (payment.Payer is { } payer && payer != project.Enterprise) || (payment.Payee is { } payee && provider is not null && payee != provider)
        select Hit.On("AC11", project, [line.Entry, payment.Entry], payment.Amount, ("payer", payment.Payer ?? ""), ("payee", payment.Payee ?? ""), ("invoice", line.Number), ("paidOn", payment.PaidOn));

    private static IEnumerable<Hit> SumsDisagree(ProjectFact project)
    {
        foreach (var line in project.Lines.Where(l => l.Paid > l.Gross))
        {
            yield return Hit.On("AC12", project, [line.Entry, .. line.Payments.Select(p => p.Entry)], line.Paid - line.Gross, ("paid", line.Paid), ("invoiced", line.Gross), ("invoice", line.Number));
        }

        foreach (var contract in project.Contracts)
        {
            var lines = project.Lines.Where(l => l.Contract == contract.Id).ToList();
            var invoiced = new Money(lines.Sum(l => l.Gross.Fen));
            if (invoiced > contract.Amount)
            {
                yield return Hit.On("AC12", project, [contract.Entry, .. lines.Select(l => l.Entry)], invoiced - contract.Amount, ("invoiced", invoiced), ("contracted", contract.Amount), ("contract", contract.Id));
            }
        }
    }

    private static IEnumerable<Hit> NotInPool(CityFacts facts, ProjectFact project) =>
        from contract in project.Contracts
        let stays = facts.Pool.GetValueOrDefault(contract.Provider) ?? []
        where !stays.Exists(s => s.Holds(contract.SignedOn))
        select Hit.Of(
            "AC15", [new("project", project.Id), new("enterprise", project.Enterprise), new("provider", contract.Provider)], [contract.Entry, .. stays.Select(s => s.Entry)], contract.Amount,
            ("signedOn", contract.SignedOn), ("contract", contract.Id));

    private static IEnumerable<Hit> SplitContracts(CityFacts facts, ProjectFact project)
    {
        var (days, threshold, least) = ((int)facts.Limits.Of("AC16", "daysMax"), Money.OfYuan(facts.Limits.Of("AC16", "threshold")), (int)facts.Limits.Of("AC16", "contractsMin"));
        var all = facts.EnterpriseOf(project.Enterprise).Projects.SelectMany(id => facts.Projects[id].Contracts).Where(c => c.Amount < threshold).GroupBy(c => c.Provider, StringComparer.Ordinal);
        foreach (var pair in all)
        {
            var contracts = pair.OrderBy(c => c.SignedOn).ThenBy(c => c.Entry.Position).ToList();
            var window = contracts.Where(c => c.SignedOn.DayNumber - contracts[0].SignedOn.DayNumber <= days).ToList();
            var sum = new Money(window.Sum(c => c.Amount.Fen));
            if (window.Count >= least && sum >= threshold)
            {
                yield return Hit.Of(
                    "AC16", [new("enterprise", project.Enterprise), new("provider", pair.Key)], window.Select(c => c.Entry), sum,
                    ("sum", sum), ("contracts", window.Count), ("firstSignedOn", window[0].SignedOn));
            }
        }
    }

    /// <summary>One account took steps for the enterprise and for its provider (AC14), or for several enterprises (AC44).</summary>
    private static IEnumerable<Hit> AccountForBoth(CityFacts facts, ProjectFact project)
    {
        foreach (var both in project.Steps.Where(s => s.Role is "enterprise" or "provider").GroupBy(s => s.Sub, StringComparer.Ordinal).Where(g => g.Select(s => s.Role).Distinct().Count() > 1))
        {
            yield return Hit.On("AC14", project, both.Select(s => s.Entry), project.Claim, ("account", both.Key));
        }

        var least = facts.Limits.Of("AC44", "enterprisesMin");
        foreach (var account in project.Steps.Where(s => s.Role == "enterprise").Select(s => s.Sub).Distinct(StringComparer.Ordinal))
        {
            if (facts.OrgsOfAccount.TryGetValue(account, out var orgs) && orgs.Count >= least)
            {
                yield return Hit.Of("AC44", [new(Subject.Actor, account)], orgs.Values, Money.Zero, ("enterprises", orgs.Count));
            }
        }
    }

    private static IEnumerable<Hit> EvaluatorSells(CityFacts facts, ProjectFact project)
    {
        foreach (var refused in project.Refusals.Where(r => r.Check == "AC26"))
        {
            yield return Hit.On("AC26", project, [refused.Entry], project.Claim, ("step", refused.Type), ("org", refused.Other ?? ""));
        }

        if (project.Evaluation is { } evaluation)
        {
            foreach (var contract in facts.EnterpriseOf(project.Enterprise).Projects.SelectMany(id => facts.Projects[id].Contracts).Where(c => c.Provider == evaluation.Org))
            {
                yield return Hit.On("AC26", project, [evaluation.Entry, contract.Entry], project.Claim, ("evaluator", evaluation.Org), ("contract", contract.Id));
            }
        }
    }

    private static IEnumerable<Hit> ResultOutOfOrder(CityFacts facts, ProjectFact project)
    {
        if (project.Evaluation is { } evaluation && project.Completed is { } completed && ChinaTime.DayOf(evaluation.DoneAt) < completed.On)
        {
            yield return Hit.On("AC27", project, [evaluation.Entry, completed.Entry], project.Claim, ("assessedOn", ChinaTime.DayOf(evaluation.DoneAt)), ("completedOn", completed.On));
        }

        if (project.BeforeAssessment is { } id && facts.Assessments.GetValueOrDefault(id) is { } before && project.Contracts.MinBy(c => c.SignedOn) is { } first && ChinaTime.DayOf(before.At) > first.SignedOn)
        {
            yield return Hit.On("AC27", project, [before.Entry, first.Entry], project.Claim, ("assessedOn", ChinaTime.DayOf(before.At)), ("signedOn", first.SignedOn));
        }
    }

    private static IEnumerable<Hit> FilesAgain(CityFacts facts, ProjectFact project) =>
        from file in project.Files.DistinctBy(f => f.Sha256)
        where !Forms.Contains(file.Code)
        let others = facts.FilesOf[file.Sha256].Where(f => facts.Projects[f.Project].Enterprise != project.Enterprise && !Forms.Contains(f.Code)).ToList()
        where others.Count > 0
        let all = others.Append(file).ToList()
        select Hit.Of(
            "AC28",
            [.. all.Select(f => f.Project).Distinct().Order(StringComparer.Ordinal).Take(20).Select(p => new Subject("project", p))], all.Select(f => f.Entry), Money.Zero, ("sha256", file.Sha256));

    private static IEnumerable<Hit> StepsOutOfOrder(ProjectFact project)
    {
        foreach (var refused in project.Refusals.Where(r => r.Check == "AC33"))
        {
            yield return Hit.On("AC33", project, [refused.Entry], project.Claim, ("tried", refused.Type), ("taken", refused.Other ?? ""));
        }

        foreach (var (one, other) in new[] { ("FilingChecked", "FilingConfirmed"), ("OnSiteVerified", "ProjectAccepted"), ("EvaluationRecorded", "ProjectAccepted"), ("AuditRecorded", "ProjectAccepted") })
        {
            foreach (var first in project.Steps.Where(s => s.Type == one))
            {
                if (project.Steps.Find(s => s.Type == other && s.Sub == first.Sub) is { } second)
                {
                    yield return Hit.On("AC33", project, [first.Entry, second.Entry], project.Claim, ("first", one), ("second", other));
                }
            }
        }

        foreach (var (step, before) in new[] { ("FilingConfirmed", "ContractRegistered"), ("AcceptanceApplied", "ProjectCompleted"), ("ProjectAccepted", "OnSiteVerified"), ("ProjectAccepted", "EvaluationRecorded"), ("ClaimSubmitted", "ProjectAccepted") })
        {
            if (project.Steps.Find(s => s.Type == step) is { } taken && !project.Steps.Exists(s => s.Type == before && s.Entry.Position < taken.Entry.Position))
            {
                yield return Hit.On("AC33", project, [taken.Entry], project.Claim, ("step", step), ("missing", before));
            }
        }
    }

    private static IEnumerable<Hit> OtherSeller(ProjectFact project)
    {
        foreach (var line in project.Lines)
        {
            if (line.Seller is { } seller && project.ContractOf(line.Contract) is { } contract && seller != contract.Provider)
            {
                yield return Hit.Of(
                    "AC41", [new("project", project.Id), new("enterprise", project.Enterprise), new("provider", contract.Provider)], [contract.Entry, line.Entry], line.Gross,
                    ("seller", seller), ("invoice", line.Number));
            }
        }

        foreach (var dear in project.Contracts.Where(c => c.ListPrice is { } list && c.Amount > list))
        {
            yield return Hit.On("AC41", project, [dear.Entry], dear.Amount - dear.ListPrice!.Value, ("contracted", dear.Amount), ("listPrice", dear.ListPrice.Value), ("contract", dear.Id));
        }
    }

    private static IEnumerable<Hit> IntegrationFee(CityFacts facts, ProjectFact project)
    {
        var most = facts.Limits.Of("AC42", "feeShareMax");
        return from contract in project.Contracts
               where most > 0
               let fees = project.Lines.Where(l => l.Contract == contract.Id && l.Category == "implementation").ToList()
               let fee = new Money(fees.Sum(l => l.Gross.Fen))
               where contract.Amount.Fen > 0 && fee.Fen * 100 > contract.Amount.Fen * most
               select Hit.On("AC42", project, [contract.Entry, .. fees.Select(l => l.Entry)], fee, ("fee", fee), ("contracted", contract.Amount), ("contract", contract.Id));
    }

    private static IEnumerable<Hit> NoEvidence(ProjectFact project) =>
        from code in NeededWhenAccepted
        where project.Accepted is not null && !project.Files.Exists(f => f.Code == code)
        select Hit.On("AC48", project, [project.Accepted!.Value.Entry], project.Claim, ("missing", code));

    /// <summary>A row of <c>usage</c>: how often the system was used since acceptance, as the platform or the provider reports it.</summary>
    private static IEnumerable<Hit> NotUsed(CityFacts facts, ProjectFact project, DateOnly today)
    {
        var days = facts.Limits.Of("AC29", "daysMin");
        return from row in facts.Outside.GetValueOrDefault("usage") ?? []
               where row.Of("project") == project.Id && row.Of("uses") == "0"
               where project.Accepted is { } accepted && accepted.On.Plus(days) <= row.TakenOn && row.TakenOn <= today
               select Hit.On("AC29", project, [project.Accepted!.Value.Entry, row.Entry], project.Claim, ("takenOn", row.TakenOn));
    }
}
