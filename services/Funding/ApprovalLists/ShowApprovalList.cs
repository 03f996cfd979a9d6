using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.ApprovalLists;

/// <summary>
/// Lists of awards to be approved, how far a signed one has come, and its lines with what became of each, a part at a time (<c>?part=</c>).
/// Fault: <c>approval_list.part</c>.
/// </summary>
internal static class ShowApprovalList
{
    private static readonly Role[] Readers = [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    internal static readonly ReadModel<ApprovalList> Model = new(
        "approval_list", 1, ApprovalList.Noun, list => View(list),
        new("status", "状态", l => l.Status),
        new("planNumber", "计划文号", l => l.PlanNumber),
        new("count", "项数", l => l.Total.Count),
        new("sum", "金额", l => l.Total.Sum),
        new("approved", "已批准", l => l.Approved.Sum),
        new("refused", "不予批准", l => l.Refused.Sum),
        new("waiting", "等待资金", l => l.Waiting.Sum));

    internal sealed record Shown(
        string Id, ApprovalListStatus Status, string PlanNumber, int Count, Money Sum, string Sha256, IReadOnlyList<FundTally> Funds, DateOnly? ExpiresOn, string PreparedBy,
        string? SignedBy, DateTimeOffset? SignedAt, int Parts, int PartsLeft, Tally Approved, Tally Refused, Tally Waiting, Tally Ahead, bool Reconciled);

    internal sealed record Line(string Award, Money Amount, string Fund, string Status, string? Code);

    internal sealed record Part(int Number, string RunningSha256, IReadOnlyList<Line> Lines);

    internal static Fault PartWrong(int parts) => new(
        FaultKind.NotFound, "approval_list.part", new($"该清单有第 1 至 {parts} 部分。", $"The list has parts 1 to {parts}."));

    internal static Shown View(ApprovalList l) => new(
        l.Id, l.Status, l.PlanNumber, l.Total.Count, l.Total.Sum, l.Sha256, l.Funds, l.ExpiresOn, l.PreparedBy, l.SignedBy?.Sub, l.SignedAt,
        l.Parts, l.PartsLeft.Count, l.Approved, l.Refused, l.Waiting, l.Ahead, l.Status == ApprovalListStatus.Completed && l.Approved + l.Refused == l.Total);

    internal static void Map(Routes routes)
    {
        routes.List("/approval-lists", Readers, Model);
        routes.Get("/approval-lists/{id}", Readers, async (request, _) =>
        {
            var list = await request.Load(ApprovalList.Noun, request.Route("id"));
            if (!list.Ok) return list.Fault;
            return View(list.Value);
        });
        routes.Get("/approval-lists/{id}/lines", Readers, async (request, ct) =>
        {
            var list = await request.Load(ApprovalList.Noun, request.Route("id"));
            if (!list.Ok) return list.Fault;
            if (!int.TryParse(request.Query("part") ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > list.Value.Parts) return PartWrong(list.Value.Parts);
            var (part, _, _) = await request.Log.Load(request.City, ApprovalPart.Noun, ApprovalPart.IdOf(list.Value.Id, number), request.AsOf, ct);
            return new Part(number, part.RunningSha256, [.. part.Lines.Select((l, i) => LineOf(part, l, i))]);
        });
    }

    private static Line LineOf(ApprovalPart part, ApprovalLine line, int i) => new(
        line.Id, line.Amount, line.Fund,
        part.Refused.ContainsKey(i) ? "refused" : part.Waiting.Contains(i) ? "waiting" : part.Applied ? "approved" : "ahead",
        part.Refused.GetValueOrDefault(i) ?? (part.Waiting.Contains(i) ? "ledger.insufficient" : null));
}
