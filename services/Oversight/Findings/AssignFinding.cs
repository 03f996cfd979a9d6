using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Findings;

/// <summary>The bureau makes an account responsible for a finding, or another one instead. Faults: <c>finding.account</c>, <c>finding.wrong_state</c>.</summary>
internal static class AssignFinding
{
    public sealed record Body(string To);

    private const int AccountCharactersMax = 64;

    internal static readonly Fault AccountWrong = new(
        FaultKind.Invalid, "finding.account", new($"请填写账号（1 至 {AccountCharactersMax} 个字符，不含空格、冒号和 @）。", $"An account of 1 to {AccountCharactersMax} characters without blanks, colons or @ is asked for."));

    internal static Decision Decide(Finding finding, Body body) =>
        (finding.Open(FindingStatus.Opened, FindingStatus.Assigned)
            ?? (body.To.Length is 0 or > AccountCharactersMax || body.To.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ':' or '@') ? AccountWrong : null)) is { } fault
            ? fault
            : Decision.Accept(Finding.Noun.StreamOf(finding.Id), new FindingAssigned(body.To));

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/findings/{id}/assignment", [Role.BureauOfficer, Role.BureauApprover], request => request.On(Finding.Noun, request.Route("id"), (finding, _) => Decide(finding, request.Body)));
}
