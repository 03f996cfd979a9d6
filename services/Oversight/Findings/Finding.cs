using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Findings;

/// <summary>Where a finding stands: opened → assigned → explained, or rectification ordered → rechecked → closed.</summary>
internal enum FindingStatus
{
    Opened,
    Assigned,
    Explained,
    RectificationOrdered,
    Rechecked,
    Closed,
}

/// <summary>How a finding ended.</summary>
internal enum FindingOutcome
{
    /// <summary>There is a good reason for what was found.</summary>
    Explained,

    /// <summary>It was put right, and somebody looked.</summary>
    Rectified,

    /// <summary>It goes on elsewhere: to the discipline inspection, a court, the police (移送).</summary>
    Referred,
}

/// <summary>Why a finding went to the next level.</summary>
internal enum EscalationCause
{
    /// <summary>Nobody explained it in time.</summary>
    Unexplained,

    /// <summary>Its day is over, and nobody found it settled.</summary>
    Overdue,

    /// <summary>Somebody said so.</summary>
    ByHand,
}

/// <summary>That a finding went to the next level, by whom and when.</summary>
internal sealed record Escalation(FindingEscalated What, string Account, DateTimeOffset At);

/// <summary>A step on a finding: its event, who took it in which role, and when.</summary>
internal sealed record FindingStep(string Step, string Account, Role Role, DateTimeOffset At, string? Note);

/// <summary>
/// A hit of a check (疑点) and what became of it. Opened by the watch; a person of the bureau is made responsible, explains it or is told to put it right by a day, another person looks
/// again and closes it. A closed finding stays visible, and the same facts do not raise it again. Stream <c>finding/&lt;hash of what was found&gt;</c>.
/// </summary>
internal sealed record Finding(string Id, FindingStatus Status, FindingOpened? Opened, DateTimeOffset OpenedAt)
{
    public const int ReasonCharactersMax = 1_000;

    public static readonly Noun<Finding> Noun = new(
        "finding", new Finding("", FindingStatus.Opened, null, default), Apply,
        typeof(FindingOpened), typeof(FindingAssigned), typeof(FindingExplained), typeof(RectificationOrdered), typeof(FindingRechecked), typeof(FindingClosed), typeof(FindingEscalated));

    public static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "finding.reason", new($"请写明理由，1 至 {ReasonCharactersMax} 个字符，不写个人信息。", $"A reason of 1 to {ReasonCharactersMax} characters is asked for; it names no persons."));

    public static readonly Fault SamePerson = new(
        FaultKind.Forbidden, "finding.same_person", new("负责或说明该疑点的人员不得复核或办结。", "Who is responsible for a finding or explained it neither looks again nor closes it."), "AC33");

    public static readonly Fault NotYours = new(
        FaultKind.Forbidden, "finding.not_yours", new("该疑点由他人负责说明。", "Another account is responsible for this finding."));

    /// <summary>Whom it is assigned to.</summary>
    public string? Responsible { get; init; }

    public RectificationOrdered? Ordered { get; init; }

    public FindingRechecked? Rechecked { get; init; }

    public FindingClosed? Closed { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How often it went to the next level, the last at the end.</summary>
    public ImmutableList<Escalation> Escalations { get; init; } = [];

    public ImmutableList<FindingStep> Steps { get; init; } = [];

    public bool IsOpen => Status != FindingStatus.Closed;

    /// <summary>Who may not look again: whoever was responsible or explained.</summary>
    public bool Handled(string account) => Steps.Any(s => s.Account == account && s.Step == nameof(FindingExplained)) || Responsible == account;

    public Fault? Open(params ReadOnlySpan<FindingStatus> wanted)
    {
        foreach (var one in wanted)
        {
            if (Status == one)
            {
                return null;
            }
        }

        return new(FaultKind.Conflict, "finding.wrong_state", new($"该疑点当前为“{WordOf(Status).Zh}”，不能办理此步骤。", $"The finding is {WordOf(Status).En}; this step is not its next."));
    }

    public static Fault? ReasonRefused(string reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > ReasonCharactersMax ? ReasonWrong : null;

    public static Text WordOf(FindingStatus status) => status switch
    {
        FindingStatus.Opened => new("待分派", "open"),
        FindingStatus.Assigned => new("待说明", "assigned"),
        FindingStatus.Explained => new("已说明", "explained"),
        FindingStatus.RectificationOrdered => new("整改中", "to be put right"),
        FindingStatus.Rechecked => new("已复核", "looked at again"),
        FindingStatus.Closed => new("已办结", "closed"),
    };

    private static Finding Apply(Finding finding, object happened, EventMeta meta)
    {
        var (next, note) = Next(finding, happened, meta);
        return next with { Steps = next.Steps.Add(new(happened.GetType().Name, meta.Actor.Sub, meta.Actor.Role, meta.At, note)) };
    }

    private static (Finding Next, string? Note) Next(Finding f, object happened, EventMeta meta) => happened switch
    {
        FindingOpened e => (new(meta.Stream[(meta.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..], FindingStatus.Opened, e, meta.At), null),
        FindingAssigned e => (f with { Status = FindingStatus.Assigned, Responsible = e.To }, e.To),
        FindingExplained e => (f with { Status = FindingStatus.Explained }, e.Reason),
        RectificationOrdered e => (f with { Status = FindingStatus.RectificationOrdered, Ordered = e, Rechecked = null }, e.Measure),
        FindingRechecked e => (f with { Status = FindingStatus.Rechecked, Rechecked = e }, e.Reason),
        FindingClosed e => (f with { Status = FindingStatus.Closed, Closed = e, ClosedAt = meta.At }, e.Reason),
        FindingEscalated e => (f with { Escalations = f.Escalations.Add(new(e, meta.Actor.Sub, meta.At)) }, e.Reason),
        _ => throw new InvalidOperationException($"a finding knows no {happened.GetType().Name}"),
    };
}

/// <summary>
/// A check found something on the facts as they stood on a day: the subjects, the figures that show it, the thresholds of that day by name in their unit, the entries it rests on, and
/// the size of the tree that held them, so that it can be found again.
/// </summary>
internal sealed record FindingOpened(
    string Check, Severity Severity, IReadOnlyList<Subject> About, IReadOnlyDictionary<string, string> Figures, IReadOnlyDictionary<string, long> Parameters, IReadOnlyList<EntryRef> Evidence,
    Money AtStake, DateOnly AsOf, long TreeSize);

/// <summary>An account is responsible for it from now on.</summary>
internal sealed record FindingAssigned(string To);

/// <summary>The responsible one says what is behind it; <see cref="Documents"/> are numbers or hashes of what shows it.</summary>
internal sealed record FindingExplained(string Reason, IReadOnlyList<string> Documents);

/// <summary>It has to be put right (整改) by a day.</summary>
internal sealed record RectificationOrdered(string Measure, DateOnly DueOn);

/// <summary>Somebody else looked again: whether what was found is settled.</summary>
internal sealed record FindingRechecked(bool Settled, string Reason);

/// <summary>It is over.</summary>
internal sealed record FindingClosed(FindingOutcome Outcome, string Reason);

/// <summary>It went to the next level (升级督办), the <see cref="Level"/>th time; <see cref="DueOn"/> is the day that passed.</summary>
internal sealed record FindingEscalated(EscalationCause Cause, int Level, string? Reason = null, DateOnly? DueOn = null);
