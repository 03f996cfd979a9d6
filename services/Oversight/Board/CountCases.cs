using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Board;

/// <summary>
/// What each figure counts, out of the facts: one function per figure of the catalogue, pure. <see cref="Asked.Today"/> is the day at whose end the figure stands. A project of several
/// providers counts with each of them, so figures by provider may add up to more than the city's.
/// </summary>
internal static class CountCases
{
    /// <summary>What a count needs beside the facts.</summary>
    internal sealed record Asked(CityFacts Facts, DateOnly Today, PlanVersion? Plan)
    {
        private ILookup<string, AssessmentFact>? results;

        /// <summary>The result by which an enterprise's level is told: the latest one of an evaluator or the bureau that stands.</summary>
        public AssessmentFact? ResultOf(string enterprise) =>
            (results ??= Facts.Assessments.Values.Where(a => a.IsIndependent).ToLookup(a => a.Enterprise, StringComparer.Ordinal))[enterprise].MaxBy(a => (a.At, a.Id));

        private IReadOnlyList<Case>? renovated;

        public IReadOnlyList<Case> Renovated => renovated ??= [.. CountCases.Renovated(this)];
    }

    public static readonly IReadOnlyDictionary<string, Func<Asked, IEnumerable<Case>>> Counts = new Dictionary<string, Func<Asked, IEnumerable<Case>>>(StringComparer.Ordinal)
    {
        ["renovated"] = of => of.Renovated,
        ["completion"] = of => of.Renovated,
        ["l2-above-scale"] = of => AtLevelTwo(of, e => e.AboveScale == true),
        ["l2-below-scale"] = of => AtLevelTwo(of, e => e.AboveScale == false),
        ["l2-specialised"] = of => AtLevelTwo(of, IsSpecialised),
        ["l2-little-giants"] = of => AtLevelTwo(of, e => e.Tier == "little-giant"),
        ["specialised-renovated"] = of => of.Renovated.Where(c => IsSpecialised(of.Facts.Enterprises[c.Organisation!])),
        ["l4"] = of => Listed(of).Select(l => (l.Enterprise, Assessed: of.ResultOf(l.Enterprise.Id))).Where(l => l.Assessed is { Level: >= 4 })
            .Select(l => OfEnterprise(l.Enterprise, new(ChinaTime.DayOf(l.Assessed!.At), 1), null, l.Assessed.Entry)),
        ["cloud"] = Cloud,
        ["equipment-digital"] = of => Machines(of, m => m.Digital),
        ["equipment-networked"] = of => Machines(of, m => m.Networked),
        ["providers-in-pool"] = of => of.Facts.Pool.Where(p => p.Value.Count > 0 && p.Value[^1].Holds(of.Today))
            .Select(p => new Case("provider", p.Key, p.Key, [p.Key], new(p.Value[^1].From, 1), null, [p.Value[^1].Entry])),
        ["chain-projects"] = of => of.Facts.Projects.Values.Where(p => p is { Type: "chain", Accepted: not null, Terminated: null })
            .Select(p => OfProject(of, p, new(p.Accepted!.Value.On, 1), null, p.Accepted.Value.Entry)),
        ["diagnosed"] = of => Listed(of).Select(l => (l.Enterprise, l.On, First: l.Enterprise.Projects.Select(p => of.Facts.Projects[p]).Where(p => p.Diagnosed is not null).MinBy(p => p.DiagnosedOn)))
            .Select(l => OfEnterprise(l.Enterprise, l.First is { } first ? new(first.DiagnosedOn!.Value, 1) : null, new(l.On, 1), l.First?.Diagnosed)),
        ["fund-structure"] = of => of.Facts.Funds.Values.Where(f => f.Source == "central")
            .SelectMany(f => f.Split.Select((s, i) => OfFund(
                f, $"{f.Id}/{s.Entry.Position}/{i}", s.Use == "enterprise-renovation" ? new(ChinaTime.DayOf(s.At), s.Amount.Yuan) : null, new(ChinaTime.DayOf(s.At), s.Amount.Yuan), s.Entry))),
        ["execution"] = Execution,
        ["average-subsidy"] = AverageSubsidy,
        ["leverage"] = of => of.Facts.Awards.Values.Where(a => a.Approved is not null && of.Facts.Projects.ContainsKey(a.Id)).Select(a => Leverage(of, a, of.Facts.Projects[a.Id])),
        ["discount"] = of => Contracts(of, c => c.ListPrice is { Fen: > 0 } list ? (new(c.SignedOn, list.Yuan - c.Amount.Yuan), new(c.SignedOn, list.Yuan)) : null),
        ["cycle-acceptance"] = of => of.Facts.Projects.Values.Where(p => p is { Accepted: not null, Terminated: null } && p.Contracts.Count > 0)
            .Select(p => (Project: p, First: p.Contracts.MinBy(c => c.SignedOn)!))
            .Select(p => OfProject(of, p.Project, new(p.Project.Accepted!.Value.On, p.Project.Accepted.Value.On.DayNumber - p.First.SignedOn.DayNumber), null, p.First.Entry, p.Project.Accepted.Value.Entry)),
        ["cycle-payment"] = CycleOfPayment,
        ["overdue"] = Overdue,
        ["top-1"] = of => Contracts(of, c => (new(c.SignedOn, c.Amount.Yuan), null)),
        ["top-3"] = of => Contracts(of, c => (new(c.SignedOn, c.Amount.Yuan), null)),
        ["hhi"] = of => Contracts(of, c => (new(c.SignedOn, c.Amount.Yuan), null)),
        ["satisfaction"] = of => of.Facts.Projects.Values.Where(p => p is { Accepted: not null, Satisfaction: not null, Terminated: null })
            .Select(p => OfProject(of, p, new(p.Accepted!.Value.On, p.Satisfaction!.Value), new(p.Accepted.Value.On, 1), p.Accepted.Value.Entry)),
        ["first-pass"] = of => of.Facts.Projects.Values
            .Select(p => (Project: p, Applied: p.Steps.Where(s => s.Type == "AcceptanceApplied").ToList()))
            .Where(p => p.Applied.Count > 0)
            .Select(p => OfProject(
                of, p.Project, p.Applied.Count == 1 && p.Project.Accepted is { } accepted ? new(accepted.On, 1) : null, new(ChinaTime.DayOf(p.Applied[0].At), 1),
                [.. p.Applied.Select(s => s.Entry), .. p.Project.Accepted is { } then ? (EntryRef[])[then.Entry] : []])),
    };

    /// <summary>The cases of a figure, each at its place in the city, in the order of their ids.</summary>
    public static IReadOnlyList<Case> Of(Kpi kpi, Asked asked) =>
    [
        .. (kpi.Awaits is { } kind ? Reported(kpi, kind, asked) : Counts[kpi.Id](asked))
            .Select(c => c.Organisation is { } of && asked.Facts.Enterprises.TryGetValue(of, out var enterprise) ? c with { District = enterprise.District ?? "", SubIndustry = enterprise.SubIndustry ?? "" } : c)
            .Select(c => c.Until(asked.Today)).OfType<Case>()
            .OrderBy(c => c.Id, StringComparer.Ordinal),
    ];

    /// <summary>Enterprises on the pilot list, with the first day of their first stay.</summary>
    private static IEnumerable<(EnterpriseFact Enterprise, DateOnly On)> Listed(Asked of) =>
        of.Facts.Enterprises.Values.Where(e => e.Listings.Exists(l => l.Holds(of.Today))).Select(e => (e, e.FirstListedOn!.Value));

    private static bool IsSpecialised(EnterpriseFact enterprise) => enterprise.Tier is "specialised" or "little-giant";

    private static IEnumerable<Case> Renovated(Asked of) => of.Facts.Projects.Values
        .Where(p => p is { Accepted: not null, Terminated: null } && (of.Plan is not { } plan || (plan.From <= p.Accepted.Value.On && p.Accepted.Value.On <= plan.Until)))
        .Select(p => (Project: p, Assessed: p.Evaluation is { } evaluation && of.Facts.Assessments.TryGetValue(evaluation.Assessment, out var stands) ? stands : of.ResultOf(p.Enterprise)))
        .Where(p => p.Assessed is { Level: >= 2 })
        .GroupBy(p => p.Project.Enterprise, StringComparer.Ordinal)
        .Select(g => g.MinBy(p => p.Project.Accepted!.Value.On))
        .Select(p => new Case("enterprise", p.Project.Enterprise, p.Project.Enterprise, ProvidersOf(p.Project), new(p.Project.Accepted!.Value.On, 1), null, Entries(p.Project.Accepted.Value.Entry, p.Project.Evaluation?.Entry, p.Assessed!.Entry)));

    private static IEnumerable<Case> AtLevelTwo(Asked of, Predicate<EnterpriseFact> which) => Listed(of).Where(l => which(l.Enterprise)).Select(l =>
        of.ResultOf(l.Enterprise.Id) is { Level: >= 2 } result
            ? OfEnterprise(l.Enterprise, new(ChinaTime.DayOf(result.At), 1), new(l.On, 1), result.Entry)
            : OfEnterprise(l.Enterprise, null, new(l.On, 1)));

    private static IEnumerable<Case> Cloud(Asked of) => of.Renovated.Select(c =>
    {
        var line = of.Facts.Enterprises[c.Organisation!].Projects.Select(p => of.Facts.Projects[p]).Where(p => p is { Accepted: not null, Terminated: null })
            .SelectMany(p => p.Lines).FirstOrDefault(l => l.Category == "cloud");
        return c with { Numerator = line is null ? null : c.Numerator, Denominator = c.Numerator, Entries = line is null ? c.Entries : [.. c.Entries, line.Entry] };
    });

    private static IEnumerable<Case> Machines(Asked of, Func<(decimal? All, decimal? Digital, decimal? Networked), decimal?> which) => Listed(of)
        .Select(l => (l.Enterprise, Assessed: of.ResultOf(l.Enterprise.Id)))
        .Where(l => l.Assessed is { Machines.All: > 0 } && which(l.Assessed.Machines) is not null)
        .Select(l => OfEnterprise(l.Enterprise, new(ChinaTime.DayOf(l.Assessed!.At), which(l.Assessed.Machines)!.Value), new(ChinaTime.DayOf(l.Assessed.At), l.Assessed.Machines.All!.Value), l.Assessed.Entry));

    private static IEnumerable<Case> Execution(Asked of) => of.Facts.Funds.Values.SelectMany(f => f.Received
        .Select(r => OfFund(f, $"{f.Id}/{r.Entry.Position}", null, new(ChinaTime.DayOf(r.At), r.Amount.Yuan), r.Entry))
        .Concat(f.PaidOut.Select(p => OfFund(f, $"{f.Id}/{p.Entry.Position}", new(ChinaTime.DayOf(p.At), p.Amount.Yuan), null, p.Entry) with
        {
            Organisation = of.Facts.Awards.TryGetValue(p.Subject, out var award) ? award.Enterprise : null,
        })));

    private static IEnumerable<Case> AverageSubsidy(Asked of) => of.Facts.Awards.Values.Where(a => a.Paid.Count > 0)
        .GroupBy(a => a.Enterprise, StringComparer.Ordinal)
        .Select(g => (Enterprise: g.Key, Paid: g.SelectMany(a => a.Paid).OrderBy(p => p.PaidAt).ToList()))
        .Where(e => e.Paid.Sum(p => p.Returned ? -p.Amount.Fen : p.Amount.Fen) > 0)
        .SelectMany(e => e.Paid.Select((p, i) => new Case(
            "payment", $"{e.Enterprise}/{p.Entry.Position.ToString("0000000000", CultureInfo.InvariantCulture)}", e.Enterprise, [],
            new(ChinaTime.DayOf(p.PaidAt), p.Returned ? -p.Amount.Yuan : p.Amount.Yuan), i == 0 ? new(ChinaTime.DayOf(p.PaidAt), 1) : null, [p.Entry])));

    private static Case Leverage(Asked of, AwardFact award, ProjectFact project)
    {
        var day = ChinaTime.DayOf(award.Approved!.Value.At);
        return OfProject(of, project, new(day, (project.Audit?.Spend ?? project.Claim).Yuan), new(day, award.Approved.Value.Awarded.Yuan), Entries(award.Approved.Value.Entry, project.Audit?.Entry));
    }

    private static IEnumerable<Case> Contracts(Asked of, Func<ContractFact, (Part Above, Part? Below)?> parts) =>
        from project in of.Facts.Projects.Values
        where project.Terminated is null
        from contract in project.Contracts
        let part = parts(contract)
        where part is not null
        select new Case("contract", $"{project.Id}/{contract.Id}", project.Enterprise, [contract.Provider], part.Value.Above, part.Value.Below, [contract.Entry]);

    private static IEnumerable<Case> CycleOfPayment(Asked of) =>
        from award in of.Facts.Awards.Values
        where of.Facts.Projects.ContainsKey(award.Id)
        let project = of.Facts.Projects[award.Id]
        where project.Accepted is not null
        let accepted = project.Accepted!.Value
        let paid = award.Paid.Where(p => !p.Returned && ChinaTime.DayOf(p.PaidAt) >= accepted.On).MinBy(p => p.PaidAt)
        where paid is not null
        let day = ChinaTime.DayOf(paid.PaidAt)
        select OfProject(of, project, new(day, day.DayNumber - accepted.On.DayNumber), null, accepted.Entry, paid.Entry);

    private static IEnumerable<Case> Overdue(Asked of)
    {
        if (of.Plan?.TargetOf("cycle-acceptance", null, null) is not { } days)
        {
            return [];
        }

        return of.Facts.Projects.Values.Where(p => p.Terminated is null && p.Contracts.Count > 0).Select(p =>
        {
            var first = p.Contracts.MinBy(c => c.SignedOn)!;
            var term = first.SignedOn.Plus((long)days.Value + 1);
            return OfProject(of, p, p.Accepted is { } accepted && accepted.On < term ? null : new(term, 1), new(first.SignedOn, 1), Entries(first.Entry, p.Accepted?.Entry));
        });
    }

    /// <summary>What the bureau imported of a figure that the platform does not hold.</summary>
    private static IEnumerable<Case> Reported(Kpi kpi, string kind, Asked of) =>
        (of.Facts.Outside.TryGetValue(kind, out var rows) ? rows : []).Where(r => r.Of("kpi") == kpi.Id).Select((r, i) =>
        {
            var day = DateOnly.TryParseExact(r.Of("day"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var said) ? said : r.TakenOn;
            var organisation = r.Of("organisation");
            return new Case(
                "report", $"{organisation}/{i.ToString("00000", CultureInfo.InvariantCulture)}", organisation, of.Facts.Enterprises.ContainsKey(organisation) ? [] : [organisation],
                new(day, Number(r.Of("numerator")) ?? 0), kpi.Kind == FigureKind.Ratio ? new(day, Number(r.Of("denominator")) ?? 1) : null, [r.Entry]);
        });

    private static decimal? Number(string text) => Money.TryParse(text, out var number) ? number.Yuan : null;

    private static Case OfEnterprise(EnterpriseFact enterprise, Part? above, Part? below, EntryRef? further = null) =>
        new("enterprise", enterprise.Id, enterprise.Id, [], above, below, Entries(enterprise.Entry, further));

    private static Case OfProject(Asked of, ProjectFact project, Part? above, Part? below, params IReadOnlyList<EntryRef> entries) =>
        new("project", project.Id, of.Facts.EnterpriseOf(project.Enterprise).Id, ProvidersOf(project), above, below, entries);

    private static Case OfFund(FundFact fund, string id, Part? above, Part? below, EntryRef entry) => new("fund", id, null, [], above, below, [entry]);

    private static IReadOnlyList<string> ProvidersOf(ProjectFact project) => [.. project.Contracts.Select(c => c.Provider).Distinct(StringComparer.Ordinal)];

    private static List<EntryRef> Entries(params ReadOnlySpan<EntryRef?> entries)
    {
        var known = new List<EntryRef>();
        foreach (var entry in entries)
        {
            if (entry is { } one)
            {
                known.Add(one);
            }
        }

        return known;
    }
}
