using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// One assessment of an enterprise: who fills it in, for which purpose, the answers as they grow, and the result with the instrument's version.
/// A confirmed result stays as it was; a correction is a further assessment that names the first.
/// </summary>
internal sealed record Assessment
{
    private static readonly Assessment Initial = new();

    public static readonly Noun<Assessment> Noun = new(
        "assessment", Initial, Apply,
        typeof(AssessmentBegun), typeof(AnswersSaved), typeof(AssessmentSubmitted), typeof(AssessmentReturned), typeof(AssessmentConfirmed),
        typeof(AssessmentRefused), typeof(AssessmentObjected), typeof(SecondAssessorAppointed), typeof(ObjectionDecided), typeof(AssessmentCorrected), typeof(AssessmentSetAside));

    /// <summary>Far more saves than forms are long; each is an entry, so a program that saves without end is stopped.</summary>
    public const int SavesMax = 2_000;

    public string Id { get; init; } = "";

    public AssessmentStatus Status { get; init; }

    /// <summary>Subject, purpose, mode, instrument and who fills it in; from the submission where it was handed in whole.</summary>
    public AssessmentBegun? Begun { get; init; }

    public DateTimeOffset BegunAt { get; init; }

    /// <summary>What has been filled in so far.</summary>
    public Content Content { get; init; } = Content.Empty;

    public int Saves { get; init; }

    /// <summary>What was handed in and waits for its confirmation.</summary>
    public AssessmentConfirmed? Proposed { get; init; }

    /// <summary>The account that handed it in.</summary>
    public string? SubmittedBy { get; init; }

    public AssessmentReturned? Returned { get; init; }

    public AssessmentConfirmed? Confirmed { get; init; }

    public DateTimeOffset ConfirmedAt { get; init; }

    public string? ConfirmedBy { get; init; }

    public Objection? Objection { get; init; }

    /// <summary>The assessment that took this one's place after an objection, and since when.</summary>
    public string? CorrectedBy { get; init; }

    public DateTimeOffset? CorrectedAt { get; init; }

    /// <summary>Whether somebody of the actor's organisation and role fills it in.</summary>
    public bool IsFilledBy(Actor actor) => Begun is { } begun && actor.Org == begun.Org && actor.Role == FilledBy(begun.Mode);

    /// <summary>Answers may change: it is a draft, or came back for correction.</summary>
    public bool IsOpen => Status is AssessmentStatus.Draft or AssessmentStatus.Returned;

    /// <summary>Who fills in which kind of assessment (assessment-2024.md, use of results).</summary>
    public static Role FilledBy(Mode mode) => mode switch
    {
        Mode.Self => Role.Enterprise,
        Mode.ProviderAssisted => Role.Provider,
        Mode.ThirdParty => Role.Evaluator,
        Mode.Official => Role.BureauOfficer,
    };

    public static readonly Fault Closed = new(
        FaultKind.Conflict,
        "assessment.closed",
        new("该测评已提交，不能再修改；如需更正请由确认方退回。", "The assessment was handed in and is not changed any more; whoever confirms it can return it."));

    public static readonly Fault NotSubmitted = new(
        FaultKind.Conflict, "assessment.not_submitted", new("该测评不在待确认状态。", "The assessment does not wait for its confirmation."));

    public static readonly Fault SamePerson = new(
        FaultKind.Forbidden, "assessment.same_person", new("提交人和确认人不能是同一人。", "Who handed it in does not confirm or decide it."));

    public static readonly Fault AwaitsDecision = new(
        FaultKind.Conflict,
        "assessment.awaits_decision",
        new("该测评是异议后的复评，随异议处理决定一并生效。", "This is the second assessment after an objection; the decision of the objection settles it."));

    public static readonly Fault OtherEnterprise = new(
        FaultKind.Forbidden,
        "assessment.other_enterprise",
        new("企业只能为本企业自测。", "An enterprise assesses itself only."));

    public static readonly Fault OwnEvaluation = new(
        FaultKind.Forbidden,
        "assessment.own_evaluation",
        new("评测机构不能评测本单位。", "An evaluator does not evaluate its own organisation."));

    public static readonly Fault NoPledge = new(
        FaultKind.Refused,
        "assessment.no_pledge",
        new("自测须附真实性承诺：请确认承诺后提交。", "A self-assessment needs the pledge of truthfulness: confirm it and send again."),
        "工信厅企业〔2024〕56号");

    public static readonly Fault NotAppointed = new(
        FaultKind.Forbidden,
        "assessment.not_appointed",
        new("复评只能由指定的第二评测机构，按原测评的企业和用途作出。", "A second assessment is given by the evaluator that was appointed, for the same enterprise and purpose."));

    public static Fault OtherInstrument(string first) => new(
        FaultKind.Refused, "assessment.other_instrument", new($"复评应使用原测评的工具 {first}。", $"A second assessment uses the instrument of the first, {first}."));

    public static Fault ModeForbidden(Mode mode) => new(
        FaultKind.Forbidden,
        "assessment.mode_forbidden",
        new($"您的角色不能作出“{ChineseOf(mode)}”的测评。", $"Your role does not give {EnglishOf(mode)}."));

    public static Fault Malformed(IReadOnlyList<FaultDetail> problems) => new(
        FaultKind.Invalid,
        "assessment.malformed",
        new($"测评内容有误：{problems[0].Message.Zh}", $"The assessment is not well formed: {problems[0].Message.En}"))
    {
        Details = problems,
    };

    /// <summary>Whether somebody other than the enterprise determined the level.</summary>
    public static bool IsIndependent(Mode mode) => mode switch
    {
        Mode.Self or Mode.ProviderAssisted => false,
        Mode.ThirdParty or Mode.Official => true,
    };

    private static string ChineseOf(Mode mode) => mode switch
    {
        Mode.Self => "企业自测",
        Mode.ProviderAssisted => "服务商协助测评",
        Mode.ThirdParty => "第三方现场评定",
        Mode.Official => "主管部门评定",
    };

    private static string EnglishOf(Mode mode) => mode switch
    {
        Mode.Self => "a self-assessment",
        Mode.ProviderAssisted => "an assessment that a provider helped with",
        Mode.ThirdParty => "a third party's on-site assessment",
        Mode.Official => "an official assessment",
    };

    private static Assessment Apply(Assessment was, object happened, EventMeta meta)
    {
        var state = was.Id.Length > 0 ? was : was with { Id = meta.Stream[(meta.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..] };
        return happened switch
        {
            AssessmentBegun e => state with { Status = AssessmentStatus.Draft, Begun = e, BegunAt = meta.At },
            AnswersSaved e => state with { Content = state.Content.With(e), Saves = state.Saves + 1 },
            AssessmentSubmitted e => Handed(state, e.Proposed, meta) with { Status = AssessmentStatus.Submitted, Proposed = e.Proposed, Returned = null },
            AssessmentReturned e => state with { Status = AssessmentStatus.Returned, Proposed = null, Returned = e },
            AssessmentConfirmed e => (state.Proposed is null ? Handed(state, e, meta) : state) with { Status = AssessmentStatus.Confirmed, Proposed = null, Confirmed = e, ConfirmedAt = meta.At, ConfirmedBy = meta.Actor.Sub },
            AssessmentRefused => state with { Status = AssessmentStatus.Refused },
            AssessmentObjected e => state with { Status = AssessmentStatus.Objected, Objection = new(e.Statement, e.Parts, meta.At) },
            SecondAssessorAppointed e => state with { Objection = state.Objection! with { SecondAssessor = e.Evaluator } },
            ObjectionDecided e => state with { Status = AssessmentStatus.Confirmed, Objection = state.Objection! with { Outcome = e.Outcome, Reason = e.Reason, DecidedAt = meta.At } },
            AssessmentCorrected e => state with { Status = AssessmentStatus.Corrected, CorrectedBy = e.By, CorrectedAt = meta.At },
            AssessmentSetAside => state with { Status = AssessmentStatus.SetAside, Proposed = null },
            _ => throw new ArgumentException($"an assessment knows no {happened.GetType().Name}", nameof(happened)),
        };
    }

    /// <summary>What was handed in whole says by itself who filled in what.</summary>
    private static Assessment Handed(Assessment state, AssessmentConfirmed handed, in EventMeta meta) => state with
    {
        Begun = state.Begun ?? new(handed.Enterprise, handed.Purpose, handed.Mode, handed.Instrument, handed.InstrumentSha256, meta.Actor.Org, handed.Reviews),
        BegunAt = state.Begun is null ? meta.At : state.BegunAt,
        Content = Content.Of(handed),
        SubmittedBy = meta.Actor.Sub,
    };
}

/// <summary>Where an assessment stands.</summary>
internal enum AssessmentStatus
{
    Draft,

    /// <summary>Handed in; waits for whoever confirms it.</summary>
    Submitted,

    /// <summary>Sent back for correction.</summary>
    Returned,

    Confirmed,

    /// <summary>Confirmed, and the enterprise objects: nothing new is decided on it until that is decided.</summary>
    Objected,

    /// <summary>Another assessment took its place.</summary>
    Corrected,

    /// <summary>A second assessment that did not take the first one's place.</summary>
    SetAside,

    /// <summary>Never begun: the evaluator is not independent.</summary>
    Refused,
}

/// <summary>What an enterprise says against a result, and what became of it.</summary>
internal sealed record Objection(PersonalRef Statement, IReadOnlyList<string> Parts, DateTimeOffset At)
{
    public string? SecondAssessor { get; init; }

    public ObjectionOutcome? Outcome { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }
}

/// <summary>What a result is for (assessment-2024.md, use of results).</summary>
internal enum Purpose
{
    Voluntary,
    Before,
    After,
    Reassessment,
}

/// <summary>Who determined the level; part of every result, because only some may carry an award.</summary>
internal enum Mode
{
    Self,

    /// <summary>A provider fills it in with the enterprise, which pledges that it is true.</summary>
    ProviderAssisted,

    /// <summary>An evaluator, on site (现场评定).</summary>
    ThirdParty,

    /// <summary>The bureau itself.</summary>
    Official,
}

/// <summary>
/// A level was determined. Holds the answers and the instrument's version and file hash, so that the result can be
/// computed again from this event alone. <see cref="Evaluator"/> is the organisation that evaluated, <see cref="Provider"/> the
/// one that helped; <see cref="Reviews"/> is the assessment against which the enterprise objected; until <see cref="ObjectionsUntil"/> it may object
/// to this one; <see cref="Sources"/> are the entries by which the evaluator was found independent.
/// </summary>
internal sealed record AssessmentConfirmed(
    string Enterprise,
    Purpose Purpose,
    Mode Mode,
    string Instrument,
    string InstrumentSha256,
    IReadOnlyDictionary<string, Answer> Answers,
    IReadOnlyDictionary<string, int> Scenarios,
    IReadOnlyDictionary<string, decimal> Facts,
    IReadOnlyDictionary<string, Points> Scores,
    Points Total,
    int Level,
    bool Pledge = false,
    string? Evaluator = null,
    IReadOnlyList<Evidence>? Evidence = null,
    IReadOnlyList<Note>? Notes = null,
    string? Provider = null,
    string? Reviews = null,
    DateOnly? ObjectionsUntil = null,
    IReadOnlyList<EntrySource>? Sources = null);

/// <summary>A file that proves an answer, by its hash: <see cref="For"/> is an item or a scenario.</summary>
internal sealed record Evidence(string For, string Sha256, long SizeBytes);

/// <summary>What the assessor noted on an item or a scenario, e.g. why it does not apply (不适用). Names no persons.</summary>
internal sealed record Note(string For, string Text);

/// <summary>Somebody began to fill in an assessment. <see cref="Org"/> fills it in; the rest as in <see cref="AssessmentConfirmed"/>.</summary>
internal sealed record AssessmentBegun(
    string Enterprise,
    Purpose Purpose,
    Mode Mode,
    string Instrument,
    string InstrumentSha256,
    string Org,
    string? Reviews = null,
    IReadOnlyList<EntrySource>? Sources = null);

/// <summary>Answers were saved: those that changed, and the ids of those taken back (<see cref="Clear"/>). Lists replace the earlier ones; absent, they stay.</summary>
internal sealed record AnswersSaved(
    IReadOnlyDictionary<string, Answer> Answers,
    IReadOnlyDictionary<string, int> Scenarios,
    IReadOnlyDictionary<string, decimal> Facts,
    IReadOnlyList<string> Clear,
    IReadOnlyList<Evidence>? Evidence = null,
    IReadOnlyList<Note>? Notes = null);

/// <summary>It was handed in, complete and scored; what will stand once it is confirmed.</summary>
internal sealed record AssessmentSubmitted(AssessmentConfirmed Proposed);

/// <summary>It was sent back for correction: why, and which items or scenarios.</summary>
internal sealed record AssessmentReturned(string Reason, IReadOnlyList<string> Parts);

/// <summary>An evaluator that sells to the enterprise, or is related to who does, wanted to assess it (AC26).</summary>
internal sealed record AssessmentRefused(string Enterprise, string Evaluator, string Code, IReadOnlyList<EntrySource> Sources);

/// <summary>The enterprise objects to a confirmed result: what it says, and to which items or scenarios.</summary>
internal sealed record AssessmentObjected(PersonalRef Statement, IReadOnlyList<string> Parts);

/// <summary>Another evaluator assesses again.</summary>
internal sealed record SecondAssessorAppointed(string Evaluator, IReadOnlyList<EntrySource> Sources);

/// <summary>An objection was decided; <see cref="Second"/> is the second assessment that it stands on.</summary>
internal sealed record ObjectionDecided(ObjectionOutcome Outcome, string Reason, string? Second);

/// <summary>Another assessment takes the place of this result from now on.</summary>
internal sealed record AssessmentCorrected(string By);

/// <summary>A second assessment was heard and the first result stands.</summary>
internal sealed record AssessmentSetAside(string Reviews);

/// <summary>What became of an objection.</summary>
internal enum ObjectionOutcome
{
    /// <summary>The result stands after a second assessment.</summary>
    Stands,

    /// <summary>The second assessment takes its place.</summary>
    Corrected,

    /// <summary>It says nothing about the assessment that somebody could look at again.</summary>
    Inadmissible,
}

/// <summary>An entry of another service's log on which a step stands.</summary>
internal sealed record EntrySource(string Service, string City, string Stream, long Version, long Position);
