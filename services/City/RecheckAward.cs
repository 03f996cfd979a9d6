using System.Text.Json;
using PilotCity.Contracts.Assessment.V1;
using PilotCity.Contracts.Common.V1;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;
using PilotCity.Registry;

namespace PilotCity.City;

/// <summary>
/// Decides the awards of a receipt again from its entries alone: the facts that Funding kept are the facts that the entries of Registry,
/// Assessment and Performance add up to, and what the rule text makes of them is what was awarded. Needs every service, so it lives here.
/// Faults: <c>receipt.facts_differ</c>, <c>receipt.fact_missing</c>, and those of <see cref="RecomputeAward"/>.
/// </summary>
internal static class RecheckAward
{
    /// <summary>The first thing that does not hold, or null.</summary>
    internal static Fault? Recheck(IReadOnlyList<Entry> entries)
    {
        try
        {
            foreach (var entry in entries.Where(e => e.Service == "funding" && e.Type is nameof(AdvanceComputed) or nameof(AwardComputed)))
            {
                if (Facts(entry, entries) is { } fault)
                {
                    return fault;
                }
            }

            return RecomputeAward.Recompute(entries);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The entries are signed, but by whoever made the file: whatever they do to a fold, it is the file that is wrong.
            return new Fault(FaultKind.Invalid, "receipt.unreadable", new Text($"凭证中的条目无法解读：{e.Message}", $"An entry of the receipt cannot be understood: {e.Message}"));
        }
    }

    private static Fault? Facts(Entry entry, IReadOnlyList<Entry> entries)
    {
        var (kept, sources, handlers, assessment, counted) = Award.Noun.Read(entry.Type, entry.Payload) switch
        {
            AdvanceComputed e => (e.Case, e.Sources, e.Handlers, null, default),
            AwardComputed e => (e.Case, e.Sources, e.Handlers, e.Assessment, (e.District, e.SubIndustry)),
            _ => throw new InvalidOperationException(entry.Type),
        };

        var project = Of(entries, sources, "project", "performance", Performance.Projects.Project.Noun, kept.Id);
        var enterprise = Of(entries, sources, "enterprise", "registry", Registry.Enterprises.Enterprise.Noun, kept.Enterprise?.Uscc);
        if (project is null || enterprise is null)
        {
            return Missing(entry, project is null ? "project" : "enterprise");
        }

        var reply = Performance.PerformanceGrpc.ReplyOf(project.Value.State);
        reply.Source = project.Value.Source;
        var before = Result(entries, sources, "result-before", kept.Enterprise?.Uscc, Assessment.Assessments.Purpose.Before);
        var after = Result(entries, sources, "result-after", kept.Enterprise?.Uscc, Assessment.Assessments.Purpose.After);
        if (before is null && sources.Any(s => s.Fact == "result-before"))
        {
            return Missing(entry, "result-before");
        }

        if (after is null && (assessment is not null || sources.Any(s => s.Fact == "result-after")))
        {
            return Missing(entry, "result-after");
        }

        if (after is not null && after.Assessment != assessment)
        {
            return Differ(entry, "assessment");
        }

        // What a person let pass before this computation is not in its facts.
        var waivers = ((Award)Award.Noun.Fold(entries.Where(e => e.Service == entry.Service && e.Stream == entry.Stream && e.Version < entry.Version).OrderBy(e => e.Version))).Waivers;

        // The enterprise was asked about a moment before the entry: around midnight that may be the day before.
        Fault? fault = null;
        foreach (var day in new[] { entry.At, entry.At.AddMinutes(-1) }.Select(ChinaTime.DayOf).Distinct())
        {
            fault = Compare(entry, kept, handlers, waivers, counted, GatherFacts.Facts(entry.City, reply, EnterpriseOn(enterprise.Value, day), before, after));
            if (fault is null)
            {
                return null;
            }
        }

        return fault;
    }

    private static Fault? Compare(Entry entry, AwardCase kept, IReadOnlyList<string> handlers, IReadOnlyList<Waiver> waivers, (string? District, string? SubIndustry) counted, AwardFacts gathered)
    {
        var waived = Waiver.Apply(waivers, kept with { Enterprise = gathered.EnterpriseFacts, Project = gathered.ProjectFacts });
        var facts = gathered with { EnterpriseFacts = waived.Enterprise, ProjectFacts = waived.Project };
        var differing = kept.Project is null || !Same(kept.Project, facts.ProjectFacts) ? "project"
            : kept.Enterprise is null || !Same(kept.Enterprise with { ProjectsAwarded = 0, Awarded = Money.Zero }, facts.EnterpriseFacts with { ProjectsAwarded = 0, Awarded = Money.Zero }) ? "enterprise"
            : !handlers.SequenceEqual(facts.Handlers, StringComparer.Ordinal) ? "handlers"
            // Entries of before say neither.
            : counted.District is { } district && district != facts.District ? "district"
            : counted.SubIndustry is { } subIndustry && subIndustry != facts.SubIndustry ? "subIndustry"
            : null;
        return differing is null ? null : Differ(entry, differing);
    }

    private static Fault Differ(Entry entry, string differing) =>
        new(FaultKind.Invalid, "receipt.facts_differ", new Text(
            $"{entry.Service} 第 {entry.Position} 条（{entry.Stream}，{entry.Type}）所用的事实（{differing}）与来源日志不一致。",
            $"The facts ({differing}) that {entry.Service} position {entry.Position} ({entry.Stream}, {entry.Type}) used are not those of the logs they came from."));

    private static (TState State, Source Source)? Of<TState>(IReadOnlyList<Entry> entries, IReadOnlyList<FactSource> sources, string fact, string service, Noun<TState> noun, string? id)
        where TState : class
    {
        // A fact is about this project or this enterprise, or it is no fact of this award.
        if (sources.FirstOrDefault(s => s.Fact == fact) is not { } source || source.Service != service
            || (id is null ? !source.Stream.StartsWith(noun.Category + "/", StringComparison.Ordinal) : source.Stream != noun.StreamOf(id)))
        {
            return null;
        }

        var stream = entries.Where(e => e.Service == source.Service && e.Stream == source.Stream && e.Version <= source.Version).OrderBy(e => e.Version).ToArray();
        return stream.Length == source.Version && stream.Length > 0 && stream[^1].Position == source.Position
            ? ((TState)noun.Fold(stream), new Source { Service = source.Service, City = source.City, Stream = source.Stream, Version = source.Version, Position = source.Position })
            : null;
    }

    private static GetEnterpriseReply EnterpriseOn((Registry.Enterprises.Enterprise State, Source Source) enterprise, DateOnly day)
    {
        var reply = RegistryGrpc.ReplyOf(enterprise.State, enterprise.State.Facts!, day);
        reply.Source = enterprise.Source;
        return reply;
    }

    private static GetResultReply? Result(IReadOnlyList<Entry> entries, IReadOnlyList<FactSource> sources, string fact, string? uscc, Assessment.Assessments.Purpose purpose) =>
        Of(entries, sources, fact, "assessment", Assessment.Assessments.Assessment.Noun, null) is { State.Confirmed: { } confirmed } found
            && confirmed.Enterprise == uscc && confirmed.Purpose == purpose
            ? new GetResultReply
            {
                Assessment = found.Source.Stream["assessment/".Length..],
                Level = confirmed.Level,
                Mode = Assessment.AssessmentGrpc.WordOf(confirmed.Mode),
                Source = found.Source,
            }
            : null;

    private static bool Same<T>(T a, T b) => JsonSerializer.Serialize(a, Json.Lenient) == JsonSerializer.Serialize(b, Json.Lenient);

    private static Fault Missing(Entry entry, string fact) => new(FaultKind.Invalid, "receipt.fact_missing", new Text(
        $"凭证缺少 {entry.Service} 第 {entry.Position} 条（{entry.Type}）所依据的事实：{fact}。",
        $"The receipt lacks the fact '{fact}' on which {entry.Service} position {entry.Position} ({entry.Type}) stands."));
}
