using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>One fact changed and what the engine gives then, everything else as it is: the figures are those of <see cref="DecideAward"/>.</summary>
internal sealed record Prospect(string Code, string Message, string MessageEn, string Path, string Clause, string Value, Outcome Outcome)
{
    public Money? Entitlement { get; init; }

    public Money? Payable { get; init; }

    /// <summary>To the entitlement that was decided; none where there was none.</summary>
    public Money? Difference { get; init; }
}

/// <summary>
/// What would have changed a decision. <see cref="Version"/> says which making of it this is: one that this program made is made again and
/// compared word for word, one of an earlier program stands as it was said.
/// </summary>
internal sealed record Outlook(int Version, ImmutableArray<Prospect> Prospects)
{
    /// <summary>Raised with every change of what is asked or said here.</summary>
    public const int VersionNow = 1;

    /// <summary>More than this nobody reads, and an entry of the log has to hold it.</summary>
    public const int ProspectsMax = 16;

    /// <summary>Each costs as much as the decision itself; a project of thousands of invoice lines could ask for as many.</summary>
    private const int TriesMax = 64;

    /// <summary>The case decided again with one fact changed, for each fact that a person could act on or would ask about; what gives nothing better is left out.</summary>
    public static Outlook Of(RuleSet set, AwardCase @case)
    {
        var now = DecideAward.Decide(set, @case);
        var prospects = ImmutableArray.CreateBuilder<Prospect>();
        var obstacles = new List<Counterfact>();
        var mended = false;
        var best = 0L;
        foreach (var change in WhatIf.Changes(set, @case, now).DistinctBy(c => (c.Code, c.Path, c.Value)).Take(TriesMax))
        {
            if (change.Obstacle) obstacles.Add(change);
            var then = DecideAward.Decide(set, change.Apply(@case));
            if (change.KeepsEntitlement ? !Same(now, then) : !Better(now, then)) continue;
            mended |= change.Obstacle;

            // A level that gives no more than a lower one is no reason to reach it.
            if (change.Code == WhatIf.HigherLevel && then.Entitlement is { } given)
            {
                if (given.Fen <= best) continue;
                best = given.Fen;
            }

            if (prospects.Count < ProspectsMax) prospects.Add(Say(change, now, then));
        }

        // Several conditions stand in the way and none of them alone: what would be without all of them.
        if (obstacles.Count > 1 && !mended && WhatIf.Together(obstacles) is var all && DecideAward.Decide(set, all.Apply(@case)) is var free && Better(now, free))
            prospects.Insert(0, Say(all, now, free));
        return new(VersionNow, prospects.ToImmutable());
    }

    private static bool Same(AwardDecision now, AwardDecision then) => then.Outcome == now.Outcome && then.Entitlement == now.Entitlement;

    /// <summary>More money, or the same money nearer to being paid; never more money that is further from it.</summary>
    private static bool Better(AwardDecision now, AwardDecision then)
    {
        var (before, after) = (now.Entitlement?.Fen ?? -1, then.Entitlement?.Fen ?? -1);
        return Nearness(then.Outcome) is var near && near >= Nearness(now.Outcome)
            && (after > before || (after == before && (near > Nearness(now.Outcome) || then.Payable > now.Payable)));
    }

    private static int Nearness(Outcome outcome) => outcome switch
    {
        Outcome.Refused => 0,
        Outcome.Late => 1,
        Outcome.Ineligible => 2,
        Outcome.Blocked => 3,
        Outcome.Incomplete => 4,
        Outcome.NothingPayable => 5,
        Outcome.Accepted or Outcome.Owed or Outcome.Payable => 6,
    };

    private static Prospect Say(Counterfact change, AwardDecision now, AwardDecision then)
    {
        Money? difference = then.Entitlement is { } given && now.Entitlement is { } had ? given - had : null;
        var (zh, en) = (change.If.Zh, change.If.En);
        if (change.KeepsEntitlement)
        {
            zh += "，结果不变";
            en += ", and the result is the same";
        }
        else
        {
            if (then.Outcome != now.Outcome)
            {
                zh += $"，结论为“{Wording.Of(then.Outcome).Zh}”";
                en += $", the outcome is '{Wording.Of(then.Outcome).En}'";
            }

            if (then.Entitlement is { } entitlement && (difference is not { Fen: 0 } || then.Outcome != now.Outcome))
            {
                zh += difference is { Fen: > 0 } more ? $"，应得 {entitlement} 元，多 {more} 元" : $"，应得 {entitlement} 元";
                en += difference is { Fen: > 0 } plus ? $", the entitlement is {entitlement}, {plus} more" : $", the entitlement is {entitlement}";
            }
        }

        return new(change.Code, zh, en, change.Path, change.Clause, change.Value, then.Outcome) { Entitlement = then.Entitlement, Payable = then.Payable, Difference = difference };
    }
}
