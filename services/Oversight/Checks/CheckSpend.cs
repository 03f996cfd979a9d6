using PilotCity.Defaults;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Checks;

/// <summary>The checks on lines of spend and their invoices: twice, nearly twice, what does not count, prices, VAT, other programmes, money that flows back. Pure.</summary>
internal static class CheckSpend
{
    /// <summary>Categories that no city counts (programme.md F6): they stop.</summary>
    private static readonly string[] NotCounted = ["embedded-software", "office-pc", "it-operations", "weak-current", "construction"];

    /// <summary>Words in a description that speak of such an item under another category: they warn.</summary>
    private static readonly string[] Suspicious = ["办公电脑", "办公设备", "打印机", "笔记本电脑", "弱电", "装修", "土建", "厂房", "运维服务", "二手", "空调"];

    /// <summary>Categories of the software kind (programme.md Q17).</summary>
    private static readonly string[] Software = ["software-licence", "software-development", "implementation", "cloud"];

    /// <summary>Rates of VAT in use since 2019, in percent; 1 and 5 are those of small taxpayers and of simple methods.</summary>
    private static readonly int[] VatPercents = [0, 1, 3, 5, 6, 9, 13];

    public static IEnumerable<Hit> Look(CityFacts facts, ProjectFact project) =>
    [
        .. Twice(facts, project), .. Void(facts, project), .. NearlyTwice(facts, project), .. FlowsBack(facts, project), .. NoSpend(project), .. SoftwareShare(facts, project), .. Prices(facts, project),
        .. Vat(facts, project), .. OtherProgramme(facts, project), .. AboveLedgers(facts, project),
    ];

    private static IEnumerable<Hit> Twice(CityFacts facts, ProjectFact project) =>
        from line in project.Lines.DistinctBy(l => l.Number)
        let all = facts.LinesOfInvoice[line.Number]
        where line.Number.Length > 0 && all.Exists(l => l.Project != project.Id)
        select Hit.Of(
            "AC08", [.. all.Select(l => l.Project).Distinct().Order(StringComparer.Ordinal).Select(p => new Subject("project", p))], all.Select(l => l.Entry), line.Gross, ("invoice", line.Number));

    private static IEnumerable<Hit> Void(CityFacts facts, ProjectFact project) =>
        from row in facts.Outside.GetValueOrDefault("invoice-status") ?? []
        where row.Of("status") is "void" or "reversed"
        from line in (facts.LinesOfInvoice.GetValueOrDefault(row.Of("number")) ?? []).Where(l => l.Project == project.Id)
        select Hit.On("AC09", project, [line.Entry, row.Entry], line.Gross, ("invoice", line.Number), ("status", row.Of("status")));

    private static IEnumerable<Hit> NearlyTwice(CityFacts facts, ProjectFact project) =>
        from near in NearInvoices(facts, project)
        let pair = new[] { near.Line, near.Other }.OrderBy(l => l.Number, StringComparer.Ordinal).ToArray()
        select Hit.Of(
            "AC10", [.. pair.Select(l => new Subject("project", l.Project))], pair.Select(l => l.Entry), near.Line.Gross, ("invoices", $"{pair[0].Number}, {pair[1].Number}"), ("amount", near.Line.Gross));

    /// <summary>Lines of a project with those of others that have nearly the same invoice: one seller and amount, days and numbers near each other.</summary>
    internal static IEnumerable<(LineFact Line, LineFact Other)> NearInvoices(CityFacts facts, ProjectFact project)
    {
        var (days, characters) = (facts.Limits.Of("AC10", "daysMax"), (int)facts.Limits.Of("AC10", "charactersMax"));
        return from line in project.Lines
               from other in facts.LinesOfSeller[CityFacts.SellerKey(project, line)]
               where other.Project != project.Id && other.Number != line.Number && Math.Abs(other.IssuedOn.DayNumber - line.IssuedOn.DayNumber) <= days
               where Distance(line.Number, other.Number, characters) <= characters
               select (line, other);
    }

    /// <summary>Insertions, deletions and changes between two numbers (Levenshtein), or one more than <paramref name="most"/> where there are more.</summary>
    internal static int Distance(string a, string b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most)
        {
            return most + 1;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, least) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
                least = Math.Min(least, next);
            }

            if (least > most)
            {
                return most + 1;
            }
        }

        return row[^1];
    }

    /// <summary>A row of <c>bank-flows</c>: who paid whom how much on which day; <c>payer</c> may be somebody related to the provider, whom <c>relatedTo</c> names.</summary>
    private static IEnumerable<Hit> FlowsBack(CityFacts facts, ProjectFact project)
    {
        var (days, share) = (facts.Limits.Of("AC13", "daysMax"), facts.Limits.Of("AC13", "shareMin"));
        foreach (var flow in facts.Outside.GetValueOrDefault("bank-flows")?.Where(f => f.Of("payee") == project.Enterprise) ?? [])
        {
            if (!Money.TryParse(flow.Of("amount"), out var back) || !DateOnly.TryParseExact(flow.Of("paidOn"), "yyyy-MM-dd", out var on))
            {
                continue;
            }

            var paid = project.Lines.Where(l => project.ContractOf(l.Contract)?.Provider is { } provider && (provider == flow.Of("payer") || provider == flow.Of("relatedTo")))
                .SelectMany(l => l.Payments).Where(p => on.DayNumber - p.PaidOn.DayNumber is var after && after >= 0 && after <= days).ToList();
            if (paid.Count > 0 && back.Fen * 100 >= paid.Sum(p => p.Amount.Fen) * share)
            {
                yield return Hit.Of(
                    "AC13", [new("project", project.Id), new("enterprise", project.Enterprise), new("provider", flow.Of("relatedTo") is { Length: > 0 } related ? related : flow.Of("payer"))],
                    [flow.Entry, .. paid.Select(p => p.Entry)], back, ("returned", back), ("paidOn", on));
            }
        }
    }

    private static IEnumerable<Hit> NoSpend(ProjectFact project) =>
        from line in project.Lines
        let word = Array.Find(Suspicious, w => line.Description.Contains(w, StringComparison.Ordinal))
        where NotCounted.Contains(line.Category) || word is not null
        select Hit.On("AC18", project, [line.Entry], line.Gross, ("category", line.Category), ("invoice", line.Number), ("line", line.Id), ("word", word ?? ""));

    private static IEnumerable<Hit> SoftwareShare(CityFacts facts, ProjectFact project)
    {
        var least = facts.Limits.Of("AC19", "softwareShareMin");
        var software = project.Lines.Where(l => Software.Contains(l.Category)).Sum(l => l.Gross.Fen);
        if (least > 0 && project.Claimed is { } claimed && project.Claim.Fen > 0 && software * 100 < project.Claim.Fen * least)
        {
            yield return Hit.On("AC19", project, [claimed.Entry, .. project.Lines.Select(l => l.Entry)], project.Claim, ("software", new Money(software)), ("claim", project.Claim));
        }
    }

    /// <summary>Beside all lines of the same category and description; the median is that of the peers, so that one line does not move it.</summary>
    private static IEnumerable<Hit> Prices(CityFacts facts, ProjectFact project)
    {
        var (factor, peersMin) = (facts.Limits.Of("AC20", "factor"), facts.Limits.Of("AC20", "peersMin"));
        foreach (var line in project.Lines.Where(l => l.Description.Length > 0))
        {
            var own = project.Lines.Where(l => l.Category == line.Category && l.Description == line.Description).Select(l => l.Net.Fen).ToList();
            var nets = facts.NetsOfProduct[(line.Category, line.Description)];
            if (nets.Count - own.Count >= peersMin && nets.Count > own.Count && MedianWithout(nets, own) is > 0 and var median && line.Net.Fen * 100 > median * factor)
            {
                // The median moves with every line: it stands in no figure, or the same line would be found again each time.
                yield return Hit.On("AC20", project, [line.Entry], new(line.Net.Fen - median), ("net", line.Net), ("invoice", line.Number), ("line", line.Id));
            }
        }
    }

    /// <summary>The middle, of two the higher, of ascending amounts without some of them: every one of these that lies before it moves it on by one.</summary>
    internal static long MedianWithout(List<long> ascending, IReadOnlyCollection<long> without)
    {
        var middle = (ascending.Count - without.Count) / 2;
        foreach (var equal in without.GroupBy(w => w).OrderBy(w => w.Key))
        {
            var first = FirstOf(ascending, equal.Key);
            for (var i = 0; i < equal.Count() && first + i <= middle; i++)
            {
                middle++;
            }
        }

        return ascending[middle];
    }

    private static int FirstOf(List<long> ascending, long value)
    {
        var (low, high) = (0, ascending.Count);
        while (low < high)
        {
            var half = (low + high) / 2;
            (low, high) = ascending[half] < value ? (half + 1, high) : (low, half);
        }

        return low;
    }

    private static IEnumerable<Hit> Vat(CityFacts facts, ProjectFact project)
    {
        var tolerated = facts.Limits.Of("AC21", "fenTolerated");
        return from line in project.Lines
               where !VatPercents.Any(p => Math.Abs((line.Net.Fen * p) - (line.Vat.Fen * 100)) <= tolerated * 100)
               select Hit.On("AC21", project, [line.Entry], line.Vat, ("net", line.Net), ("vat", line.Vat), ("invoice", line.Number), ("line", line.Id));
    }

    private static IEnumerable<Hit> OtherProgramme(CityFacts facts, ProjectFact project)
    {
        foreach (var line in project.Lines.Where(l => l.ClaimedIn is not null))
        {
            yield return Hit.On("AC30", project, [line.Entry], line.Gross, ("invoice", line.Number), ("programme", line.ClaimedIn!));
        }

        foreach (var row in facts.Outside.GetValueOrDefault("other-programmes") ?? [])
        {
            foreach (var line in (facts.LinesOfInvoice.GetValueOrDefault(row.Of("number")) ?? []).Where(l => l.Project == project.Id))
            {
                yield return Hit.On("AC30", project, [line.Entry, row.Entry], line.Gross, ("invoice", line.Number), ("programme", row.Of("programme")));
            }
        }
    }

    /// <summary>A row of <c>ledgers</c>: what statistics, tax or the asset ledger say that the enterprise invested.</summary>
    private static IEnumerable<Hit> AboveLedgers(CityFacts facts, ProjectFact project)
    {
        var tolerance = facts.Limits.Of("AC31", "tolerance");
        foreach (var row in facts.Outside.GetValueOrDefault("ledgers")?.Where(r => r.Of("enterprise") == project.Enterprise) ?? [])
        {
            if (Money.TryParse(row.Of("invested"), out var invested) && project.Claim.Fen * 100 > invested.Fen * (100 + tolerance))
            {
                yield return Hit.On("AC31", project, [row.Entry, .. project.Lines.Select(l => l.Entry)], project.Claim - invested, ("claim", project.Claim), ("ledger", row.Of("ledger")), ("invested", invested));
            }
        }
    }
}
