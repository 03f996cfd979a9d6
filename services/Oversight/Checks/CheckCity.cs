using PilotCity.Defaults;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Checks;

/// <summary>The checks on an enterprise, a fund and the city as a whole. Pure.</summary>
internal static class CheckCity
{
    public static IEnumerable<Hit> Look(CityFacts facts, EnterpriseFact enterprise) =>
    [
        .. NoSme(facts, enterprise), .. ListedInBadCredit(enterprise), .. Events(facts, enterprise), .. Refused(enterprise), .. TooManyAwards(facts, enterprise), .. Outliers(enterprise),
        .. Shell(facts, enterprise), .. SharedDevice(facts, enterprise), .. Declared(facts, enterprise),
    ];

    public static IEnumerable<Hit> Look(CityFacts facts, FundFact fund, DateOnly today) => [.. Idle(facts, fund, today), .. Split(facts, fund)];

    private static IEnumerable<Hit> NoSme(CityFacts facts, EnterpriseFact enterprise)
    {
        if (enterprise.Entry is not { } entry)
        {
            yield break;
        }

        if (enterprise.Size == "large")
        {
            yield return Hit.On("AC02", enterprise, [entry], Money.Zero, ("size", enterprise.Size));
        }

        if (facts.Limits.Of("AC02", "aboveScaleRequired") > 0 && enterprise.AboveScale == false)
        {
            yield return Hit.On("AC02", enterprise, [entry], Money.Zero, ("aboveScale", "false"));
        }
    }

    private static IEnumerable<Hit> ListedInBadCredit(EnterpriseFact enterprise) =>
        from listing in enterprise.Listings
        from credit in enterprise.CreditListings
        where credit.Holds(listing.From)
        select Hit.On("AC04", enterprise, [listing.Entry, credit.Entry], Money.Zero, ("list", credit.List), ("listedOn", listing.From));

    private static IEnumerable<Hit> Events(CityFacts facts, EnterpriseFact enterprise)
    {
        var years = facts.Limits.Of("AC05", "cleanYears");
        return from row in facts.Outside.GetValueOrDefault("events") ?? []
               where row.Of("enterprise") == enterprise.Id && enterprise.FirstListedOn is not null && DateOnly.TryParseExact(row.Of("happenedOn"), "yyyy-MM-dd", out _)
               let day = DateOnly.ParseExact(row.Of("happenedOn"), "yyyy-MM-dd")
               where years >= enterprise.FirstListedOn!.Value.Year || day > enterprise.FirstListedOn.Value.AddYears((int)-years)
               select Hit.On("AC05", enterprise, [row.Entry, .. enterprise.Listings.Select(l => l.Entry)], Money.Zero, ("kind", row.Of("what")), ("happenedOn", day));
    }

    private static IEnumerable<Hit> Refused(EnterpriseFact enterprise) =>
        from refusal in enterprise.Refusals
        select Hit.On(refusal.Check, enterprise, [refusal.Entry], refusal.Amount, ("refused", refusal.Type), ("other", refusal.Other ?? ""), ("position", refusal.Entry.Position));

    private static IEnumerable<Hit> TooManyAwards(CityFacts facts, EnterpriseFact enterprise)
    {
        var awards = enterprise.Projects.Select(p => facts.Awards.GetValueOrDefault(p)).OfType<AwardFact>().Where(a => a.Approved is { Awarded.Fen: > 0 }).ToList();
        var (sum, cap) = (new Money(awards.Sum(a => a.Approved!.Value.Awarded.Fen)), Money.OfYuan(facts.Limits.Of("AC17", "cap")));
        if (awards.Count > facts.Limits.Of("AC17", "projectsMax") || (cap.Fen > 0 && sum > cap))
        {
            yield return Hit.On("AC17", enterprise, awards.Select(a => a.Approved!.Value.Entry), sum, ("awards", awards.Count), ("sum", sum));
        }
    }

    /// <summary>What Assessment noted: its own figures stand in its entry, here is what kind it is.</summary>
    private static IEnumerable<Hit> Outliers(EnterpriseFact enterprise) =>
        from outlier in enterprise.Outliers
        let check = outlier.Kind == "pass-rate" ? "AC26" : "AC25"
        select Hit.Of(
            check, [.. outlier.Enterprises.Order(StringComparer.Ordinal).Take(20).Select(e => new Subject("enterprise", e))], [outlier.Entry], Money.Zero,
            ("kind", outlier.Kind), ("outlier", outlier.Id), ("org", outlier.Org ?? ""));

    /// <summary>Young by the pilot list; and a row of <c>registration</c>: insured staff, tax paid, power used, changes of shareholders.</summary>
    private static IEnumerable<Hit> Shell(CityFacts facts, EnterpriseFact enterprise)
    {
        if (enterprise is { FoundedOn: { } founded, FirstListedOn: { } listed, Entry: { } entry } && listed.DayNumber - founded.DayNumber < facts.Limits.Of("AC43", "daysMin"))
        {
            yield return Hit.On("AC43", enterprise, [entry], Money.Zero, ("foundedOn", founded), ("listedOn", listed));
        }

        foreach (var row in facts.Outside.GetValueOrDefault("registration")?.Where(r => r.Of("enterprise") == enterprise.Id && (r.Of("insuredStaff") == "0" || r.Of("taxPaid") is "0" or "0.00" || r.Of("powerKwh") == "0")) ?? [])
        {
            yield return Hit.On("AC43", enterprise, [row.Entry], Money.Zero, ("insuredStaff", row.Of("insuredStaff")), ("taxPaid", row.Of("taxPaid")), ("powerKwh", row.Of("powerKwh")));
        }
    }

    /// <summary>Rows of <c>sign-ins</c>: which device signed in for which enterprise; devices are references, never numbers of a person.</summary>
    private static IEnumerable<Hit> SharedDevice(CityFacts facts, EnterpriseFact enterprise)
    {
        var least = facts.Limits.Of("AC44", "enterprisesMin");
        var rows = facts.Outside.GetValueOrDefault("sign-ins") ?? [];
        foreach (var device in rows.Where(r => r.Of("enterprise") == enterprise.Id).Select(r => r.Of("device")).Distinct(StringComparer.Ordinal))
        {
            var of = rows.Where(r => r.Of("device") == device).DistinctBy(r => r.Of("enterprise")).OrderBy(r => r.Of("enterprise"), StringComparer.Ordinal).ToList();
            if (of.Count >= least)
            {
                yield return Hit.Of("AC44", [.. of.Take(20).Select(r => new Subject("enterprise", r.Of("enterprise")))], of.Select(r => r.Entry), Money.Zero, ("device", device), ("enterprises", of.Count));
            }
        }
    }

    /// <summary>A row of <c>relations</c>: two organisations and what they share, from the business register.</summary>
    private static IEnumerable<Hit> Declared(CityFacts facts, EnterpriseFact enterprise) =>
        from row in facts.Outside.GetValueOrDefault("relations") ?? []
        where row.Of("a") == enterprise.Id || row.Of("b") == enterprise.Id
        let other = row.Of("a") == enterprise.Id ? row.Of("b") : row.Of("a")
        let contract = enterprise.Projects.SelectMany(p => facts.Projects[p].Contracts).FirstOrDefault(c => c.Provider == other)
        where contract is not null
        select Hit.Of("AC14", [new("enterprise", enterprise.Id), new("provider", other)], [row.Entry, contract.Entry], contract.Amount, ("shares", row.Of("shares")));

    private static IEnumerable<Hit> Idle(CityFacts facts, FundFact fund, DateOnly today)
    {
        var (days, share) = (facts.Limits.Of("AC37", "idleDays"), facts.Limits.Of("AC37", "spentShareMin"));
        var old = fund.Received.Where(r => ChinaTime.DayOf(r.At).Plus(days) < today).ToList();
        var (received, spent) = (old.Sum(r => r.Amount.Fen), fund.Spent.Sum(s => s.Amount.Fen));
        if (received > 0 && spent * 100 < received * share)
        {
            // One finding for a fund and its money, not another one each time a payment goes out.
            yield return Hit.Of("AC37", [new("fund", fund.Id)], old.Select(r => r.Entry), new(received - spent), ("received", new Money(received)));
        }
    }

    private static readonly string[] Renovation = ["enterprise-renovation"];

    /// <summary>Uses that central money never pays (programme.md F11).</summary>
    private static readonly string[] Forbidden = ["staff-benefits", "office-running-costs", "buildings-and-construction", "budget-balancing"];

    private static IEnumerable<Hit> Split(CityFacts facts, FundFact fund)
    {
        foreach (var bad in fund.Split.Where(s => Forbidden.Contains(s.Use)))
        {
            yield return Hit.Of("AC38", [new("fund", fund.Id)], [bad.Entry], bad.Amount, ("use", bad.Use), ("amount", bad.Amount));
        }

        var (renovation, all) = (fund.Split.Where(s => Renovation.Contains(s.Use)).Sum(s => s.Amount.Fen), fund.Split.Sum(s => s.Amount.Fen));
        if (fund.Source == "central" && all > 0 && renovation * 100 < all * facts.Limits.Of("AC38", "renovationShareMin"))
        {
            yield return Hit.Of("AC38", [new("fund", fund.Id)], fund.Split.Select(s => s.Entry), new(all - renovation), ("renovation", new Money(renovation)), ("split", new Money(all)));
        }

        var spent = new Money(fund.Spent.Sum(s => s.Amount.Fen));
        if (spent > new Money(fund.Received.Sum(r => r.Amount.Fen)))
        {
            yield return Hit.Of("AC38", [new("fund", fund.Id)], fund.Spent.Select(s => s.Entry), spent, ("spentAboveReceived", "true"));
        }
    }

    /// <summary>Contracts by provider in a year: the share of the first by number and by value (AC40). A provider is found once a year, not with each contract.</summary>
    public static IEnumerable<Hit> Concentration(CityFacts facts)
    {
        var (most, least) = (facts.Limits.Of("AC40", "shareMax"), facts.Limits.Of("AC40", "contractsMin"));
        foreach (var year in facts.Projects.Values.SelectMany(p => p.Contracts).GroupBy(c => c.SignedOn.Year).Where(y => y.Count() >= least))
        {
            var (count, value) = (year.Count(), year.Sum(c => c.Amount.Fen));
            foreach (var provider in year.GroupBy(c => c.Provider, StringComparer.Ordinal).OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                var own = provider.Sum(c => c.Amount.Fen);
                var byNumber = provider.Count() * 100L > count * most;
                if (byNumber || own * 100m > (decimal)value * most)
                {
                    yield return Hit.Of("AC40", [new("provider", provider.Key)], provider.Select(c => c.Entry), new(own), ("year", year.Key), ("by", byNumber ? "number" : "value"));
                }
            }
        }
    }
}
