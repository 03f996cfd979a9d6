using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>Payment batches and their lines, without account data. Fault: <c>payment_batch.unknown</c>.</summary>
internal static class ShowBatch
{
    private static readonly Role[] Readers = [Role.FinanceOfficer, Role.FinanceApprover, Role.BureauOfficer, Role.BureauApprover, Role.Auditor];

    internal static readonly ReadModel<PaymentBatch> Model = new(
        "payment_batch", 3, PaymentBatch.Noun, batch => View(batch) with { Lines = null },
        new("status", "状态", b => b.Status),
        new("count", "笔数", b => b.Lines.Length),
        new("total", "金额", b => PaymentBatch.Sum(b.Lines)),
        new("paid", "已付", b => PaymentBatch.Sum(b.Lines.Where(l => l.Status == LineStatus.Paid))),
        new("failed", "失败", b => PaymentBatch.Sum(b.Lines.Where(l => l.Status == LineStatus.Failed))),
        new("returned", "退回", b => PaymentBatch.Sum(b.Lines.Where(l => l.Status == LineStatus.Returned))),
        new("blocked", "暂停", b => PaymentBatch.Sum(b.Lines.Where(l => l.Status == LineStatus.Blocked))));

    internal sealed record Line(string Id, string Award, Awards.TrancheKind Tranche, string Enterprise, string Fund, Money Amount, LineStatus Status, string? Reference, string? Code, string? Reason, string? Payment, string Payee, string? Said, bool Booked);

    /// <summary>In a list without its lines, of which there may be thousands.</summary>
    internal sealed record Shown(
        string Id, BatchStatus Status, string Purpose, string MadeBy, string? ApprovedBy, DateTimeOffset? ApprovedAt, int Count, Money Total,
        IReadOnlyDictionary<string, string> Files, IReadOnlyList<Line>? Lines);

    internal static Shown View(PaymentBatch batch) => new(
        batch.Id, batch.Status, batch.Purpose, batch.MadeBy, batch.ApprovedBy, batch.ApprovedAt, batch.Lines.Length, PaymentBatch.Sum(batch.Lines), batch.Files,
        [.. batch.Lines.Select(l => new Line(l.Is.Line, l.Is.Award, l.Is.Tranche, l.Is.Enterprise, l.Is.Fund, l.Is.Amount, l.Status, l.Reference, l.Code, l.Reason, l.Is.Payment, l.Is.To, l.Said, l.Booked))]);

    internal static void Map(Routes routes)
    {
        routes.List("/payment-batches", Readers, Model);
        routes.Get("/payment-batches/{id}", Readers, async (request, _) =>
        {
            var batch = await request.Load(PaymentBatch.Noun, request.Route("id"));
            if (!batch.Ok) return batch.Fault;
            return View(batch.Value);
        });
    }
}
