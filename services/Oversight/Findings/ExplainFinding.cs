using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Findings;

/// <summary>
/// The account that is responsible says what is behind a finding, or what was put right, with the documents that show it. Faults: <c>finding.not_yours</c>, <c>finding.reason</c>,
/// <c>finding.documents</c>, <c>finding.wrong_state</c>.
/// </summary>
internal static class ExplainFinding
{
    public sealed record Body(string Reason, IReadOnlyList<string>? Documents = null);

    /// <summary>An explanation names a handful of papers; more belong into one.</summary>
    internal const int DocumentsMax = 20;

    private const int DocumentCharactersMax = 100;

    internal static readonly Fault DocumentsWrong = new(
        FaultKind.Invalid, "finding.documents", new(
            $"文件至多 {DocumentsMax} 份，每份写文号或哈希，1 至 {DocumentCharactersMax} 个字符。", $"At most {DocumentsMax} documents, each a number or a hash of 1 to {DocumentCharactersMax} characters."));

    internal static Decision Decide(Finding finding, Body body, Actor actor) =>
        (finding.Open(FindingStatus.Assigned, FindingStatus.RectificationOrdered)
            ?? (finding.Responsible != actor.Sub ? Finding.NotYours : null)
            ?? Finding.ReasonRefused(body.Reason)
            ?? ((body.Documents ?? []) is var documents && (documents.Count > DocumentsMax || documents.Any(d => d.Length is 0 or > DocumentCharactersMax)) ? DocumentsWrong : null)) is { } fault
            ? fault
            : Decision.Accept(Finding.Noun.StreamOf(finding.Id), new FindingExplained(body.Reason, body.Documents ?? []));

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/findings/{id}/explanation", [Role.BureauOfficer, Role.BureauApprover, Role.DistrictOfficer, Role.FinanceOfficer, Role.FinanceApprover],
        request => request.On(Finding.Noun, request.Route("id"), (finding, _) => Decide(finding, request.Body, request.Actor)));
}
