using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;

namespace PilotCity.Performance.Providers;

/// <summary>Where a provider stands with a city: Applied → Reviewed → Publicised → InPool, and what may follow (programme.md §4, smaller machines).</summary>
public enum PoolState
{
    None,
    Applied,
    Reviewed,
    Publicised,
    InPool,

    /// <summary>In the pool, and warned: to be rectified (整改) by a day.</summary>
    Warned,

    Suspended,
    Rejected,
    Exited,
}

/// <summary>
/// A provider's membership in a city's pool (服务商池), with the days on which it was in it, so that "in the pool on the day of signing" can be
/// answered (AC15). Its stream is <c>pool/&lt;credit code&gt;</c> in the city's log.
/// </summary>
public sealed record Pool(
    string Provider, string Name, PoolState State, IReadOnlyList<Term> Terms, string? ReviewedBy, DateOnly? PublicUntil, DateOnly? RectifyBy, IReadOnlyList<PoolStep> Steps)
{
    public static readonly Noun<Pool> Noun = new(
        "pool", new Pool("", "", PoolState.None, [], null, null, null, []), Apply,
        typeof(PoolAppliedFor), typeof(PoolApplicationReviewed), typeof(PoolApplicationPublicised), typeof(AdmittedToPool),
        typeof(ProviderWarned), typeof(ProviderSuspended), typeof(ProviderReinstated), typeof(ProviderExited), typeof(PoolSamePersonRefused));

    internal string Stream => Noun.StreamOf(Provider);

    /// <summary>Whether the provider was in the pool on that day.</summary>
    internal bool Holds(DateOnly day) => Terms.Any(t => t.From <= day && (t.Until is null || day < t.Until));

    /// <summary>Who last took a step of this name.</summary>
    internal string? LastBy(string step) => Steps.LastOrDefault(s => s.Name == step)?.Actor;

    internal static readonly Fault SamePerson = new(
        FaultKind.Refused, "pool.same_person",
        new Text("评审或公示的经办人不得批准入池；本次尝试已记录。", "Who reviewed or published the application may not admit the provider; the attempt is on record."), "AC33");

    internal static readonly Fault PublicityUnderWay = new(
        FaultKind.Refused, "pool.publicity_under_way",
        new Text("公示期尚未结束，入池日须在公示结束之后。", "The publicity is not over; the day of admission is after its last day."), "AC34");

    internal static Fault WrongState(PoolState state, params IEnumerable<PoolState> wanted)
    {
        var words = wanted.Select(Word).ToList();
        return new(
            FaultKind.Conflict, "pool.wrong_state",
            new Text($"该服务商在池中的状态为 {Word(state)}，此步骤须在 {string.Join("、", words)} 时办理。", $"The provider is {Word(state)} with this city; this step is taken when it is {string.Join(" or ", words)}."), "AC33");
    }

    internal Fault? Open(params IReadOnlyList<PoolState> states) => states.Contains(State) ? null : WrongState(State, states);

    private static string Word(PoolState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());

    private static Pool Apply(Pool pool, object happened, EventMeta meta)
    {
        var (next, note) = Next(pool, happened, meta);
        return next with { Steps = [.. next.Steps, new PoolStep(next.State, happened.GetType().Name, meta.Actor.Sub, meta.Actor.Org, meta.At, note)] };
    }

    private static (Pool Next, string? Note) Next(Pool p, object happened, EventMeta meta) => happened switch
    {
        PoolAppliedFor e => (p with { Provider = e.Provider, Name = e.Name, State = PoolState.Applied, ReviewedBy = null, PublicUntil = null }, null),
        PoolApplicationReviewed e => (p with { State = e.Fit ? PoolState.Reviewed : PoolState.Rejected, ReviewedBy = meta.Actor.Sub }, e.Opinion.Value),
        PoolApplicationPublicised e => (p with { State = PoolState.Publicised, PublicUntil = e.Until }, null),
        AdmittedToPool e => (p with { State = PoolState.InPool, Terms = [.. p.Terms, new Term(e.From, null)] }, null),
        ProviderWarned e => (p with { State = PoolState.Warned, RectifyBy = e.RectifyBy }, e.Reason.Value),
        ProviderSuspended e => (p with { State = PoolState.Suspended, Terms = Ended(p.Terms, e.From) }, e.Reason.Value),
        ProviderReinstated e => (p with
        {
            State = PoolState.InPool,
            RectifyBy = null,
            Terms = p.State == PoolState.Suspended ? [.. p.Terms, new Term(e.From, null)] : p.Terms,
        }, e.Reason.Value),
        ProviderExited e => (p with { State = PoolState.Exited, Terms = Ended(p.Terms, e.On) }, e.Reason.Value),
        PoolSamePersonRefused e => (p, e.Step),
        _ => throw new InvalidOperationException($"a pool knows no {happened.GetType().Name}"),
    };

    private static IReadOnlyList<Term> Ended(IReadOnlyList<Term> terms, DateOnly day) => [.. terms.Select(t => t.Until is null ? t with { Until = day } : t)];
}

/// <summary>Days in the pool: from the first on, until the day before the last.</summary>
public sealed record Term(DateOnly From, DateOnly? Until);

/// <summary>A step of the membership: the state it led to, its event, who took it, when, and why.</summary>
public sealed record PoolStep(PoolState State, string Name, string Actor, string Org, DateTimeOffset At, string? Note);

/// <summary>The provider asks to be taken into the city's pool; its name is that of the dossier read.</summary>
public sealed record PoolAppliedFor(string Provider, string Name, FactSource Source, IReadOnlyList<Document> Documents);

public sealed record PoolApplicationReviewed(string Provider, bool Fit, Remark Opinion);

/// <summary>The admission is published from a first to a last day, for objections.</summary>
public sealed record PoolApplicationPublicised(string Provider, DateOnly From, DateOnly Until);

public sealed record AdmittedToPool(string Provider, DateOnly From);

public sealed record ProviderWarned(string Provider, DateOnly RectifyBy, Remark Reason);

/// <summary>Not in the pool from this day on.</summary>
public sealed record ProviderSuspended(string Provider, DateOnly From, Remark Reason);

/// <summary>In the pool again from this day on, or no longer warned.</summary>
public sealed record ProviderReinstated(string Provider, DateOnly From, Remark Reason);

/// <summary>Not in the pool from this day on, for good, or until it is admitted anew.</summary>
public sealed record ProviderExited(string Provider, DateOnly On, Remark Reason);

/// <summary>The reviewer tried to admit the provider (AC33); refused.</summary>
public sealed record PoolSamePersonRefused(string Provider, string Step);
