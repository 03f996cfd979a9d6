using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// Assessments that are not results yet: drafts, handed in, returned. Whoever fills one in sees it from the start; an enterprise what is handed in
/// about it; the bureau and the auditor what was handed in.
/// </summary>
internal static class DraftList
{
    public static readonly ReadModel<Assessment> Model = new(
        "assessment_draft",
        version: 1,
        Assessment.Noun,
        a => a is { Confirmed: null, Begun: { } begun } && (a.IsOpen || a.Status == AssessmentStatus.Submitted) ? Row(a, begun) : null,
        new("enterprise", "企业", a => a.Begun?.Enterprise),
        new("purpose", "用途", a => a.Begun?.Purpose),
        new("mode", "评定方式", a => a.Begun?.Mode),
        new("instrument", "评测工具", a => a.Begun?.Instrument),
        new("org", "填报单位", a => a.Begun?.Org),
        new("status", "状态", a => a.Status),
        new("confirmer", "确认方", a => a.Status == AssessmentStatus.Submitted ? Confirmer(a.Begun!) : null));

    /// <summary>In whose list a submitted one stands: the enterprise's by its code, else the bureau's.</summary>
    private const string Bureau = "bureau";

    private static string Confirmer(AssessmentBegun begun) => begun.Mode == Mode.ProviderAssisted ? begun.Enterprise : Bureau;

    private static DraftRow Row(Assessment a, AssessmentBegun begun) =>
        new(a.Id, begun.Enterprise, begun.Purpose, begun.Mode, begun.Instrument, begun.Org, a.Status, a.BegunAt, a.Proposed?.Level, begun.Reviews);

    internal static void Map(Routes routes)
    {
        routes.List("/drafts", BeginAssessment.Fillers, Model, actor => ("org", actor.Org), ["enterprise"]);
        routes.List("/submissions", [Role.Auditor, Role.BureauOfficer, Role.BureauApprover, Role.Enterprise], Model, actor => ("confirmer", actor.Role == Role.Enterprise ? actor.Org : Bureau), ["enterprise"]);
    }

    /// <summary>One of them in a list; the level once it was handed in.</summary>
    internal sealed record DraftRow(
        string Id, string Enterprise, Purpose Purpose, Mode Mode, string Instrument, string Org, AssessmentStatus Status, DateTimeOffset BegunAt, int? Level, string? Reviews);
}
