using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// One finding of an enterprise's digital level: who determined it, for which purpose, the answers, and the result with
/// the instrument's version. It stays as it was confirmed; a correction is a new assessment.
/// </summary>
internal sealed record Assessment(string Id, AssessmentConfirmed? Confirmed, DateTimeOffset ConfirmedAt)
{
    private static readonly Assessment Initial = new("", null, default);

    public static readonly Noun<Assessment> Noun = new("assessment", Initial, Apply, typeof(AssessmentConfirmed));

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
        Mode.Self => false,
        Mode.ThirdParty or Mode.Official => true,
    };

    private static string ChineseOf(Mode mode) => mode switch
    {
        Mode.Self => "企业自测",
        Mode.ThirdParty => "第三方现场评定",
        Mode.Official => "主管部门评定",
    };

    private static string EnglishOf(Mode mode) => mode switch
    {
        Mode.Self => "a self-assessment",
        Mode.ThirdParty => "a third party's on-site assessment",
        Mode.Official => "an official assessment",
    };

    private static Assessment Apply(Assessment assessment, object happened, EventMeta meta) => happened switch
    {
        AssessmentConfirmed e => new(meta.Stream[(meta.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..], e, meta.At),
        _ => throw new ArgumentException($"an assessment knows no {happened.GetType().Name}", nameof(happened)),
    };
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

    /// <summary>An evaluator, on site (现场评定).</summary>
    ThirdParty,

    /// <summary>The bureau itself.</summary>
    Official,
}

/// <summary>
/// A level was determined. Holds the answers and the instrument's version and file hash, so that the result can be
/// computed again from this event alone. <see cref="Evaluator"/> is the organisation that evaluated.
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
    IReadOnlyList<Note>? Notes = null);

/// <summary>A file that proves an answer, by its hash: <see cref="For"/> is an item or a scenario.</summary>
internal sealed record Evidence(string For, string Sha256, long SizeBytes);

/// <summary>What the assessor noted on an item or a scenario, e.g. why it does not apply (不适用). Names no persons.</summary>
internal sealed record Note(string For, string Text);
