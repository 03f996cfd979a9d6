using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Relations;

/// <summary>
/// Money that flows back (资金回流): a payment of the bank data that returns to an organisation what it had paid before, straight or through others, who may be related to the provider as the data
/// say. Each step is no later than the next. Pure.
/// </summary>
internal static class FindCycles
{
    /// <summary>Longer ways through a city's firms prove nothing.</summary>
    private const int StepsMax = 4;

    /// <summary>The first of them; a city with more has other problems than the next one.</summary>
    public const int CyclesMax = 200;

    private sealed record Paid(string From, string To, DateOnly On, Money Amount, EntryRef Entry)
    {
        public string Related { get; init; } = "";
    }

    public static IReadOnlyList<MoneyCycle> Of(CityFacts facts)
    {
        var flows = Flows(facts).ToList();
        var paidBy = Payments(facts).Concat(flows.Where(f => f.Amount.Fen > 0)).GroupBy(p => p.From, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderBy(p => p.On).ThenBy(p => p.Entry.Position).ToList(), StringComparer.Ordinal);
        var cycles = new List<MoneyCycle>();
        foreach (var back in flows.Where(f => f.Amount.Fen > 0).OrderBy(f => f.Entry.Position).ThenBy(f => f.On))
        {
            if (cycles.Count < CyclesMax && Way(paidBy, back) is { } way)
            {
                cycles.Add(new([way[0].From, .. way.Select(w => w.To), back.To], [.. way.Select(w => w.Amount), back.Amount], [.. way.Select(w => w.Entry).Append(back.Entry).Distinct()]));
            }
        }

        return cycles;
    }

    /// <summary>The shortest way of money from the one that got it back to the one that gave it back, in the order of days; steps of nothing are the relations that the data name.</summary>
    private static List<Paid>? Way(Dictionary<string, List<Paid>> from, Paid back)
    {
        var reached = new Queue<List<Paid>>([[]]);
        var seen = new HashSet<string>([back.To], StringComparer.Ordinal);
        while (reached.TryDequeue(out var way))
        {
            var (at, since) = way.Count == 0 ? (back.To, DateOnly.MinValue) : (way[^1].To, way[^1].On);
            foreach (var next in from.GetValueOrDefault(at)?.Where(p => p.On >= since && p.On <= back.On && !ReferenceEquals(p, back)) ?? [])
            {
                if (next.To == back.From)
                {
                    return [.. way, next];
                }

                if (way.Count + 2 < StepsMax && seen.Add(next.To))
                {
                    reached.Enqueue([.. way, next]);
                }
            }

            if (way.Count > 0 && back.Related == at)
            {
                return [.. way, new Paid(at, back.From, back.On, Money.Zero, back.Entry)];
            }
        }

        return null;
    }

    private static IEnumerable<Paid> Payments(CityFacts facts) =>
        from project in facts.Projects.Values
        from line in project.Lines
        from payment in line.Payments
        let to = payment.Payee ?? project.ContractOf(line.Contract)?.Provider
        where to is not null
        select new Paid(payment.Payer ?? project.Enterprise, to, payment.PaidOn, payment.Amount, payment.Entry);

    private static IEnumerable<Paid> Flows(CityFacts facts)
    {
        foreach (var row in facts.Outside.GetValueOrDefault("bank-flows") ?? [])
        {
            if (Money.TryParse(row.Of("amount"), out var amount) && DateOnly.TryParseExact(row.Of("paidOn"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on))
            {
                yield return new(row.Of("payer"), row.Of("payee"), on, amount, row.Entry) { Related = row.Of("relatedTo") };
            }
        }
    }
}
