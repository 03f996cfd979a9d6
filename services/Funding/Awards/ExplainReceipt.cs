using System.Text;
using PilotCity.Defaults.Log;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The decision that a receipt carries in words, from its entries alone: the last advance and the last award, each by the rule text kept
/// beside it. The entries have been verified before; what is missing there has been refused.
/// </summary>
internal static class ExplainReceipt
{
    public static IReadOnlyList<Explanation> Explain(IReadOnlyList<Entry> entries, string language) =>
    [
        .. RecomputeAward.Computations(entries).GroupBy(c => (c.Project, c.Case.Stage)).Select(computations => computations.Last()).OrderBy(c => c.Entry.Position)
            .Select(kept => ShowExplanation.Explain(kept, RuleOf(kept, entries), entries.Where(e => e.Service == kept.Entry.Service && e.Stream == kept.Entry.Stream).OrderBy(e => e.Version), language).Explanation),
    ];

    private static RuleSet RuleOf(KeptComputation kept, IReadOnlyList<Entry> entries)
    {
        var drafted = entries.Where(e => e is { Service: "funding", Type: nameof(RuleSetDrafted) }).Select(e => (RuleSetDrafted)RuleBook.Noun.Read(e.Type, e.Payload)).Last(d => d.Hash == kept.RuleSetHash);
        return ReadRuleSet.Kept(Encoding.UTF8.GetBytes(drafted.Text)).Value;
    }
}
