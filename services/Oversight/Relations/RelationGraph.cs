using PilotCity.Defaults;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Relations;

/// <summary>What links two organisations.</summary>
internal enum RelationKind
{
    /// <summary>They share something: <see cref="RelationEdge.Shares"/> says of which kind, nothing says what it is.</summary>
    Shares,

    /// <summary>One invoice stands in projects of both.</summary>
    SameInvoice,

    /// <summary>Invoices of one seller in projects of both differ by little (AC10's thresholds).</summary>
    NearInvoice,

    /// <summary>One file, which is no form, is evidence of both.</summary>
    SameFile,

    /// <summary>Money of the one came back to the other that had paid it.</summary>
    MoneyBack,

    /// <summary>The one works for the other by contract.</summary>
    Contract,

    /// <summary>The one evaluated the other's project.</summary>
    Evaluates,
}

/// <summary>An organisation with the money on it: contracts it signed or got, awards, payments of the funds.</summary>
internal sealed record RelationNode(string Id, IReadOnlyList<string> Roles, int Projects, Money Contracted, Money Awarded, Money Paid);

/// <summary>A link between two organisations, <see cref="A"/> to <see cref="B"/> where it has a direction, with what it amounts to and the entries it rests on.</summary>
internal sealed record RelationEdge(string A, string B, RelationKind Kind, string? Shares, int Count, Money Amount, IReadOnlyList<EntryRef> Entries);

/// <summary>Organisations that are related, over however many steps; contracts and evaluations alone relate nobody. <see cref="Within"/> is the money of contracts between its own members.</summary>
internal sealed record RelatedGroup(
    IReadOnlyList<RelationNode> Nodes, IReadOnlyList<RelationEdge> Edges, Money Within, Money Awarded, Money Paid, IReadOnlyList<MoneyCycle> Cycles);

/// <summary>Money that left an organisation and came back to it: whom it went through, beginning and ending with the one, the amounts of each step, and the entries.</summary>
internal sealed record MoneyCycle(IReadOnlyList<string> Through, IReadOnlyList<Money> Amounts, IReadOnlyList<EntryRef> Entries);

/// <summary>
/// Related parties (关联方) of a city as a graph, from what the platform holds: what Registry compared and Funding asked about, outside data, accounts that act for several, invoices and files that
/// come again, money that flows back. Kinds of what is shared are words of a closed list; the values, and persons, never appear. Pure.
/// </summary>
internal static class RelationGraph
{
    /// <summary>Entries of one edge: the first ones show it.</summary>
    private const int EntriesMax = 50;

    /// <summary>What one thing shared by very many says is nothing about each pair: such a one links each to the first.</summary>
    private const int PairsMax = 12;

    private const string Other = "relation";

    /// <summary>Kinds of shared things that are told; any other word, which somebody typed, is a relation.</summary>
    private static readonly HashSet<string> Kinds = new(["representative", "phone", "address", "account", "device", "shareholder", "executive", "bank-account", "network-address"], StringComparer.Ordinal);

    public static IReadOnlyList<RelatedGroup> Of(CityFacts facts)
    {
        var edges = new Edges();
        Shared(facts, edges);
        Accounts(facts, edges);
        Invoices(facts, edges);
        Files(facts, edges);
        var cycles = FindCycles.Of(facts);
        foreach (var cycle in cycles)
        {
            edges.Add(cycle.Through[^2], cycle.Through[0], RelationKind.MoneyBack, null, cycle.Amounts[^1], cycle.Entries);
        }

        var groups = Components(edges.Pairs);
        Business(facts, edges, groups);
        var money = new MoneyOf(facts);
        return
        [
            .. edges.All.GroupBy(e => groups[e.A]).Select(g => GroupOf(money, [.. g.OrderBy(e => e.A, StringComparer.Ordinal).ThenBy(e => e.B, StringComparer.Ordinal).ThenBy(e => e.Kind).ThenBy(e => e.Shares, StringComparer.Ordinal)], cycles))
                .OrderByDescending(g => g.Within).ThenByDescending(g => g.Awarded).ThenBy(g => g.Nodes[0].Id, StringComparer.Ordinal),
        ];
    }

    private static void Shared(CityFacts facts, Edges edges)
    {
        foreach (var concern in facts.Awards.Values.SelectMany(a => a.Concerns).Where(c => c.Kind.StartsWith("shared-", StringComparison.Ordinal)))
        {
            All(edges, concern.About, KindOf(concern.Kind["shared-".Length..]), _ => [concern.Entry]);
        }

        foreach (var row in facts.Outside.GetValueOrDefault("relations") ?? [])
        {
            edges.Add(row.Of("a"), row.Of("b"), RelationKind.Shares, KindOf(row.Of("shares")), Money.Zero, [row.Entry]);
        }

        foreach (var device in (facts.Outside.GetValueOrDefault("sign-ins") ?? []).GroupBy(r => r.Of("device"), StringComparer.Ordinal))
        {
            var of = device.DistinctBy(r => r.Of("enterprise")).ToDictionary(r => r.Of("enterprise"), r => r.Entry, StringComparer.Ordinal);
            All(edges, of.Keys, "device", pair => [of[pair.A], of[pair.B]]);
        }
    }

    private static string KindOf(string word) => Kinds.Contains(word) ? word : Other;

    /// <summary>One account of the platform that took steps for several organisations.</summary>
    private static void Accounts(CityFacts facts, Edges edges)
    {
        var orgs = new Dictionary<string, SortedDictionary<string, EntryRef>>(StringComparer.Ordinal);
        foreach (var step in facts.Projects.Values.SelectMany(p => p.Steps).Where(s => s.Role is "enterprise" or "provider" or "evaluator"))
        {
            (orgs.TryGetValue(step.Sub, out var of) ? of : orgs[step.Sub] = new(StringComparer.Ordinal)).TryAdd(step.Org, step.Entry);
        }

        foreach (var of in orgs.Values.Where(o => o.Count > 1))
        {
            All(edges, of.Keys, "account", pair => [of[pair.A], of[pair.B]]);
        }
    }

    private static void Invoices(CityFacts facts, Edges edges)
    {
        string Of(LineFact line) => facts.Projects[line.Project].Enterprise;
        foreach (var lines in facts.LinesOfInvoice.Where(l => l.Key.Length > 0 && l.Value.Count > 1).Select(l => l.Value))
        {
            var first = lines.DistinctBy(Of).ToDictionary(Of, StringComparer.Ordinal);
            foreach (var (a, b) in Pairs(first.Keys))
            {
                edges.Add(a, b, RelationKind.SameInvoice, null, first[a].Gross, [first[a].Entry, first[b].Entry]);
            }
        }

        foreach (var (line, other) in facts.Projects.Values.SelectMany(p => Checks.CheckSpend.NearInvoices(facts, p)).Where(p => Of(p.Line) != Of(p.Other)))
        {
            edges.Add(Of(line), Of(other), RelationKind.NearInvoice, null, line.Gross, [line.Entry, other.Entry]);
        }
    }

    private static void Files(CityFacts facts, Edges edges)
    {
        foreach (var files in facts.FilesOf.Values.Where(f => f.Count > 1))
        {
            var of = files.Where(f => !Checks.CheckProjects.IsForm(f.Code)).DistinctBy(f => facts.Projects[f.Project].Enterprise).ToDictionary(f => facts.Projects[f.Project].Enterprise, f => f.Entry, StringComparer.Ordinal);
            foreach (var (a, b) in Pairs(of.Keys))
            {
                edges.Add(a, b, RelationKind.SameFile, null, Money.Zero, [of[a], of[b]]);
            }
        }
    }

    /// <summary>Contracts and evaluations between those who are related already.</summary>
    private static void Business(CityFacts facts, Edges edges, Dictionary<string, string> groups)
    {
        bool Together(string a, string b) => groups.TryGetValue(a, out var one) && groups.TryGetValue(b, out var other) && one == other;
        foreach (var project in facts.Projects.Values.Where(p => groups.ContainsKey(p.Enterprise)))
        {
            foreach (var contract in project.Contracts.Where(c => Together(c.Provider, project.Enterprise)))
            {
                edges.Add(contract.Provider, project.Enterprise, RelationKind.Contract, null, contract.Amount, [contract.Entry]);
            }

            if (project.Evaluation is { } evaluation && Together(evaluation.Org, project.Enterprise))
            {
                edges.Add(evaluation.Org, project.Enterprise, RelationKind.Evaluates, null, Money.Zero, [evaluation.Entry]);
            }
        }
    }

    private static RelatedGroup GroupOf(MoneyOf money, IReadOnlyList<RelationEdge> edges, IReadOnlyList<MoneyCycle> cycles)
    {
        var members = edges.SelectMany(e => new[] { e.A, e.B }).ToHashSet(StringComparer.Ordinal);
        var nodes = members.Order(StringComparer.Ordinal).Select(m => NodeOf(money, m)).ToList();
        return new(
            nodes, edges, Sum(edges.Where(e => e.Kind == RelationKind.Contract).Select(e => e.Amount)), Sum(nodes.Select(n => n.Awarded)), Sum(nodes.Select(n => n.Paid)),
            [.. cycles.Where(c => members.Contains(c.Through[0]))]);
    }

    private static RelationNode NodeOf(MoneyOf money, string id)
    {
        var facts = money.Facts;
        var enterprise = facts.Enterprises.GetValueOrDefault(id);
        var (own, sold, awards) = (enterprise?.Projects ?? [], money.Sold[id].ToList(), money.Awards[id].ToList());
        var roles = new List<string>();
        if (own.Count > 0 || enterprise?.Entry is not null)
        {
            roles.Add("enterprise");
        }

        if (sold.Count > 0 || facts.Pool.ContainsKey(id))
        {
            roles.Add("provider");
        }

        if (money.Evaluators.Contains(id))
        {
            roles.Add("evaluator");
        }

        return new(
            id, roles, own.Count + sold.Select(c => c.Project).Distinct(StringComparer.Ordinal).Count(),
            Sum([.. own.SelectMany(p => facts.Projects[p].Contracts).Select(c => c.Amount), .. sold.Select(c => c.Contract.Amount)]),
            Sum(awards.Select(a => a.Approved?.Awarded ?? Money.Zero)), Sum(awards.Select(a => a.PaidSum)));
    }

    /// <summary>What is asked of the facts for each organisation.</summary>
    private sealed class MoneyOf(CityFacts facts)
    {
        public CityFacts Facts => facts;

        public ILookup<string, (string Project, ContractFact Contract)> Sold { get; } =
            facts.Projects.Values.SelectMany(p => p.Contracts, (p, c) => (Project: p.Id, Contract: c)).ToLookup(c => c.Contract.Provider, StringComparer.Ordinal);

        public ILookup<string, AwardFact> Awards { get; } = facts.Awards.Values.ToLookup(a => a.Enterprise, StringComparer.Ordinal);

        public HashSet<string> Evaluators { get; } = facts.Projects.Values.Select(p => p.Evaluation?.Org).OfType<string>().ToHashSet(StringComparer.Ordinal);
    }

    private static Money Sum(IEnumerable<Money> all) => new(all.Sum(m => m.Fen));

    private static void All(Edges edges, IReadOnlyCollection<string> of, string shares, Func<(string A, string B), IEnumerable<EntryRef>> entries)
    {
        foreach (var pair in Pairs(of))
        {
            edges.Add(pair.A, pair.B, RelationKind.Shares, shares, Money.Zero, entries(pair));
        }
    }

    private static IEnumerable<(string A, string B)> Pairs(IReadOnlyCollection<string> of)
    {
        var all = of.Where(o => o.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return from i in Enumerable.Range(0, all.Count <= PairsMax ? all.Count : Math.Min(1, all.Count))
               from other in all.Skip(i + 1)
               select (all[i], other);
    }

    /// <summary>Who hangs together, by the least id of each group.</summary>
    private static Dictionary<string, string> Components(IEnumerable<(string A, string B)> pairs)
    {
        var parent = new Dictionary<string, string>(StringComparer.Ordinal);
        string Root(string of)
        {
            while (parent[of] != of)
            {
                of = parent[of] = parent[parent[of]];
            }

            return of;
        }

        foreach (var (a, b) in pairs)
        {
            parent.TryAdd(a, a);
            parent.TryAdd(b, b);
            var (one, other) = (Root(a), Root(b));
            (one, other) = string.CompareOrdinal(one, other) <= 0 ? (one, other) : (other, one);
            parent[other] = one;
        }

        return parent.Keys.ToDictionary(k => k, Root, StringComparer.Ordinal);
    }

    /// <summary>Edges by ends and kind: a further one adds its amount and entries.</summary>
    private sealed class Edges
    {
        private readonly Dictionary<(string A, string B, RelationKind Kind, string? Shares), (int Count, long Fen, List<EntryRef> Entries)> all = [];

        public IEnumerable<(string A, string B)> Pairs => all.Keys.Select(k => (k.A, k.B));

        public IEnumerable<RelationEdge> All => all.Select(e => new RelationEdge(e.Key.A, e.Key.B, e.Key.Kind, e.Key.Shares, e.Value.Count, new(e.Value.Fen), [.. e.Value.Entries.Distinct().Take(EntriesMax)]));

        public void Add(string a, string b, RelationKind kind, string? shares, Money amount, IEnumerable<EntryRef> entries)
        {
            if (a.Length == 0 || b.Length == 0 || a == b)
            {
                return;
            }

            // What goes both ways stands once; money, contracts and evaluations have a direction.
            var (from, to) = kind is RelationKind.MoneyBack or RelationKind.Contract or RelationKind.Evaluates || string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);
            var key = (from, to, kind, shares);
            var (count, fen, known) = all.GetValueOrDefault(key, (0, 0, []));
            known.AddRange(entries);
            all[key] = (count + 1, fen + amount.Fen, known);
        }
    }
}
