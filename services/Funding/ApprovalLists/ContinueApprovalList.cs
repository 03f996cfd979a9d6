using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.ApprovalLists;

/// <summary>
/// Lines that wait for money are tried again, or not approved any more; a list that nobody signed is withdrawn. None of it approves anything that
/// was not signed. Faults: <c>approval_list.nothing_waits</c>, <c>approval_list.not_prepared</c>, <c>approval_list.reason</c>.
/// </summary>
internal static class ContinueApprovalList
{
    public sealed record Body;

    public sealed record Reasoned(string Reason);

    internal static readonly Fault NothingWaits = new(
        FaultKind.Conflict, "approval_list.nothing_waits", new("该清单没有等待资金的奖补。", "No award of the list waits for money."));

    internal static Decision Decide(ApprovalList list) => list.Status != ApprovalListStatus.Waiting
        ? NothingWaits
        : Decision.Accept(ApprovalList.Noun.StreamOf(list.Id), new ApprovalListContinued());

    internal static Decision Close(ApprovalList list, Reasoned body) =>
        list.Status != ApprovalListStatus.Waiting ? NothingWaits
        : Wrong(body) ? PrepareApprovalList.ReasonWrong
        : Decision.Accept(ApprovalList.Noun.StreamOf(list.Id), new ApprovalListClosed(body.Reason));

    internal static Decision Withdraw(ApprovalList list, Reasoned body) =>
        list.Status != ApprovalListStatus.Prepared ? SignApprovalList.NotPrepared
        : Wrong(body) ? PrepareApprovalList.ReasonWrong
        : Decision.Accept(ApprovalList.Noun.StreamOf(list.Id), new ApprovalListWithdrawn(body.Reason));

    internal static void Map(Routes routes)
    {
        Role[] roles = [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer];
        routes.Command<Body>("POST", "/approval-lists/{id}/continuation", roles, request => request.On(ApprovalList.Noun, request.Route("id"), (list, _) => Decide(list)));
        routes.Command<Reasoned>("POST", "/approval-lists/{id}/closing", [Role.BureauApprover], request => request.On(ApprovalList.Noun, request.Route("id"), (list, _) => Close(list, request.Body)));
        routes.Command<Reasoned>("POST", "/approval-lists/{id}/withdrawal", roles, request => request.On(ApprovalList.Noun, request.Route("id"), (list, _) => Withdraw(list, request.Body)));
    }

    private static bool Wrong(Reasoned body) => string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500;
}
