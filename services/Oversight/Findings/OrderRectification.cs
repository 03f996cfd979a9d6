using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Findings;

/// <summary>
/// The bureau's approver orders that what was found is put right (责令整改) by a day; also again, where a recheck found that it was not. Faults: <c>finding.due_on</c>, <c>finding.reason</c>,
/// <c>finding.same_person</c>, <c>finding.wrong_state</c>.
/// </summary>
internal static class OrderRectification
{
    public sealed record Body(string Measure, DateOnly DueOn);

    /// <summary>A term beyond a year is none.</summary>
    internal const int DaysMax = 366;

    internal static readonly Fault DueOnWrong = new(
        FaultKind.Invalid, "finding.due_on", new($"整改期限应在今天之后，至多 {DaysMax} 天。", $"The day lies after today and at most {DaysMax} days ahead."));

    internal static Decision Decide(Finding finding, Body body, Actor actor, DateTimeOffset at) =>
        (finding.Open(FindingStatus.Assigned, FindingStatus.Explained, FindingStatus.Rechecked)
            ?? (finding.Responsible == actor.Sub ? Finding.SamePerson : null)
            ?? Finding.ReasonRefused(body.Measure)
            ?? (body.DueOn.DayNumber - ChinaTime.DayOf(at).DayNumber is < 1 or > DaysMax ? DueOnWrong : null)) is { } fault
            ? fault
            : Decision.Accept(Finding.Noun.StreamOf(finding.Id), new RectificationOrdered(body.Measure, body.DueOn));

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/findings/{id}/rectification", [Role.BureauApprover], request => request.On(Finding.Noun, request.Route("id"), (finding, at) => Decide(finding, request.Body, request.Actor, at)));
}
