using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.ApprovalLists;

/// <summary>
/// The bureau's approver signs a list by its control totals: the one decision by which its awards are approved, in this person's name. Who
/// prepared it does not sign (AC33); a line that the signer handled is refused by itself.
/// Faults: <c>approval_list.not_prepared</c>, <c>approval_list.same_person</c> (on record), <c>approval_list.totals_differ</c>.
/// </summary>
internal static class SignApprovalList
{
    /// <summary>Count, sum and SHA-256 as the signer has them before the eyes.</summary>
    public sealed record Body(int Count, Money Sum, string Sha256);

    internal static readonly Fault NotPrepared = new(
        FaultKind.Conflict, "approval_list.not_prepared", new("该清单已签发或已撤回。", "The list is signed or withdrawn already."));

    internal static readonly Fault SamePerson = new(
        FaultKind.Refused, "approval_list.same_person", new("编制人不得签发同一清单。", "Who prepared the list may not sign it."), "programme.md §3（AC33）");

    internal static Fault TotalsDiffer(ApprovalList list) => new(
        FaultKind.Refused, "approval_list.totals_differ",
        new($"该清单共 {list.Total.Count} 项、{list.Total.Sum} 元、SHA-256 {list.Sha256}，与所给不符。", $"The list holds {list.Total.Count} awards, {list.Total.Sum} and has the SHA-256 {list.Sha256}; that is not what was given."));

    internal static Decision Decide(ApprovalList list, Body body, Actor actor)
    {
        var stream = ApprovalList.Noun.StreamOf(list.Id);
        return list.Status != ApprovalListStatus.Prepared ? NotPrepared
            : list.PreparedBy == actor.Sub ? Decision.RefuseOnRecord(SamePerson, new Change(stream, new ApprovalListSigningRefused(SamePerson.Code)))
            : (body.Count, body.Sum, body.Sha256) != (list.Total.Count, list.Total.Sum, list.Sha256) ? TotalsDiffer(list)
            : Decision.Accept(stream, new ApprovalListSigned(body.Count, body.Sum, body.Sha256));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/approval-lists/{id}/signature", [Role.BureauApprover], request =>
        request.On(ApprovalList.Noun, request.Route("id"), (list, _) => Decide(list, request.Body, request.Actor)));
}
