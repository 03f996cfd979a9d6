using System.Collections.Immutable;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Board;

/// <summary>What has to be reached by a day on the way to a target.</summary>
internal sealed record Milestone(DateOnly On, decimal Value);

/// <summary>A target of a city's plan in the unit of its figure; of a district, sub-industry or provider where <see cref="By"/> and <see cref="Group"/> name one, else of the city.</summary>
internal sealed record Target(string Kpi, decimal Value, Division? By = null, string? Group = null, IReadOnlyList<Milestone>? Milestones = null);

/// <summary>One version of the plan (实施方案): the window of the pilot, the document that it comes from, and its targets.</summary>
internal sealed record PlanVersion(int Version, DateOnly From, DateOnly Until, string Document, IReadOnlyList<Target> Targets, string DraftedBy, DateTimeOffset DraftedAt)
{
    public string? PutInForceBy { get; init; }

    public DateTimeOffset? PutInForceAt { get; init; }

    public Target? TargetOf(string kpi, Division? by, string? group) => Targets.FirstOrDefault(t => t.Kpi == kpi && t.By == by && t.Group == group);
}

/// <summary>
/// A city's plan with all its versions: one person of the bureau drafts a version, another one puts it in force; the last one put in force holds. The one stream <c>plan/targets</c>.
/// </summary>
internal sealed record Plan(ImmutableList<PlanVersion> Versions)
{
    public const string Id = "targets";

    /// <summary>Targets and milestones together: a version is one entry of the log, and this many with names of full length stay below its bound.</summary>
    public const int TargetsMax = 250;

    public static readonly Noun<Plan> Noun = new("plan", new Plan([]), Apply, typeof(PlanDrafted), typeof(PlanPutInForce));

    public PlanVersion? InForce => Versions.Where(v => v.PutInForceAt is not null).MaxBy(v => (v.PutInForceAt, v.Version));

    private static Plan Apply(Plan plan, object happened, EventMeta meta) => happened switch
    {
        PlanDrafted e => new(plan.Versions.Add(new(e.Version, e.From, e.Until, e.Document, e.Targets, meta.Actor.Sub, meta.At))),
        PlanPutInForce e => new(plan.Versions.SetItem(e.Version - 1, plan.Versions[e.Version - 1] with { PutInForceBy = meta.Actor.Sub, PutInForceAt = meta.At })),
        _ => throw new InvalidOperationException($"a plan knows no {happened.GetType().Name}"),
    };
}

/// <summary>A version of the plan was drafted.</summary>
internal sealed record PlanDrafted(int Version, DateOnly From, DateOnly Until, string Document, IReadOnlyList<Target> Targets);

/// <summary>A second person put a version in force.</summary>
internal sealed record PlanPutInForce(int Version);
