using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Checks;

/// <summary>
/// A second person, an approver, puts proposed thresholds into force, naming the values as read, so that nothing else is approved than what was seen. Faults: <c>check.nothing_proposed</c>,
/// <c>check.proposal_other</c>, <c>check.same_person</c>, <c>check.unknown</c>.
/// </summary>
internal static class ApproveCheckParameters
{
    public sealed record Body(IReadOnlyDictionary<string, long> Values);

    internal static readonly Fault NothingProposed = new(FaultKind.Conflict, "check.nothing_proposed", new("没有待批准的参数。", "No thresholds were proposed."));

    internal static readonly Fault ProposalOther = new(
        FaultKind.Conflict, "check.proposal_other", new("提交的取值与待批准的不一致，请重新查看后再批准。", "These are not the values that were proposed: read them again."));

    internal static readonly Fault SamePerson = new(
        FaultKind.Forbidden, "check.same_person", new("参数的提出人不得自行批准。", "Who proposed the thresholds does not approve them."), "AC33");

    internal static Decision Decide(string id, CheckParameters own, Body body, Actor actor) =>
        !Check.All.ContainsKey(id) ? ProposeCheckParameters.Unknown
        : own.Proposed is not { } proposed ? NothingProposed
        : proposed.By == actor.Sub ? SamePerson
        : proposed.What.Values.Count != body.Values.Count || proposed.What.Values.Any(v => !body.Values.TryGetValue(v.Key, out var value) || value != v.Value) ? ProposalOther
        : Decision.Accept(CheckParameters.Noun.StreamOf(id), new CheckParametersSet(proposed.What.Values, proposed.What.Reason, proposed.By));

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/checks/{id}/parameters/approval", [Role.BureauApprover], request =>
    {
        var id = ProposeCheckParameters.Known(request.Route("id"));
        return new Intent([CheckParameters.Noun.StreamOf(id)], (streams, _) => Decide(id, streams.Get(CheckParameters.Noun, id), request.Body, request.Actor));
    });
}
