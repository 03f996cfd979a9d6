using System.Security.Cryptography;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// The finance bureau fetches the bank's file of a released batch. Opening the account data is recorded first (POST), with purpose and the
/// file's SHA-256; then the same person may fetch the file (GET) for an hour.
/// Faults: <c>payment_batch.not_released</c>, <c>payment_batch.opening_purpose</c>, <c>payment_batch.file_not_opened</c>, <c>account.erased</c>.
/// </summary>
internal static class ExportBatch
{
    /// <summary>Why the account data is opened.</summary>
    public sealed record Body(string Purpose);

    internal sealed record Opened(string FileSha256, int Count, Money Total, DateTimeOffset Until);

    /// <summary>Long enough to hand the file to the bank, short enough that each day's reading is its own entry.</summary>
    private static readonly TimeSpan OpenFor = TimeSpan.FromHours(1);

    private static readonly Role[] Fetchers = [Role.FinanceOfficer, Role.FinanceApprover];

    internal static readonly Fault NotReleased = new(
        FaultKind.Conflict, "payment_batch.not_released", new("该批次尚未签发，或没有可付的款项。", "The batch is not released, or nothing of it is to be paid."));

    internal static readonly Fault PurposeWrong = new(
        FaultKind.Invalid, "payment_batch.opening_purpose", new("调取账户信息须说明用途（1 至 200 个字符）。", "Opening account data asks for a purpose of 1 to 200 characters."));

    internal static readonly Fault NotOpened = new(
        FaultKind.Forbidden, "payment_batch.file_not_opened", new("请先登记调取（POST），一小时内由本人下载。", "Record the opening first (POST); the same person may fetch the file for an hour."));

    internal static Decision Decide(PaymentBatch batch, Body body, string sha256, DateTimeOffset at)
    {
        var released = batch.Released.ToArray();
        if (batch.ApprovedBy is null || released.Length == 0) return NotReleased;
        if (string.IsNullOrWhiteSpace(body.Purpose) || body.Purpose.Length > 200) return PurposeWrong;
        var opened = new PaymentFileOpened(sha256, released.Length, PaymentBatch.Sum(released), body.Purpose, at + OpenFor);
        return Decision.Accept(PaymentBatch.Noun.StreamOf(batch.Id), opened)
            .Answering($"/payment-batches/{batch.Id}/file", new Opened(opened.FileSha256, opened.Count, opened.Total, opened.Until));
    }

    internal static bool MayFetch(PaymentBatch batch, string sub, DateTimeOffset now) => batch.Openings.Exists(o => o.By == sub && now < o.Until);

    internal static void Map(Routes routes)
    {
        routes.Command<Body>("POST", "/payment-batches/{id}/file", Fetchers, async (request, ct) =>
        {
            var batch = await request.Load(PaymentBatch.Noun, request.Route("id"));
            if (!batch.Ok) return batch.Fault;

            // What is released never changes afterwards, so these bytes are those of the moment of decision.
            if (!batch.Value.Released.Any()) return NotReleased;
            var file = await Bytes(request, batch.Value, ct);
            if (!file.Ok) return file.Fault;
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Value));
            return request.On(PaymentBatch.Noun, batch.Value.Id, (now, at) => Decide(now, request.Body, sha256, at));
        });
        routes.Get("/payment-batches/{id}/file", Fetchers, async (request, ct) =>
        {
            var batch = await request.Load(PaymentBatch.Noun, request.Route("id"));
            if (!batch.Ok) return batch.Fault;
            if (!MayFetch(batch.Value, request.Actor.Sub, request.Service<TimeProvider>().GetUtcNow())) return NotOpened;
            var file = await Bytes(request, batch.Value, ct);
            if (!file.Ok) return file.Fault;
            return (object)Results.File(file.Value, "text/csv; charset=utf-8", $"payment-batch-{batch.Value.Id}.csv");
        });
    }

    /// <summary>The file with the accounts as they were frozen, opened from the side table.</summary>
    private static async ValueTask<Result<byte[]>> Bytes(Request request, PaymentBatch batch, CancellationToken ct)
    {
        var transfers = new List<Transfer>();
        foreach (var line in batch.Released.Select(l => l.Is))
        {
            var entries = await request.Log.Stream(request.City, Account.Noun.StreamOf(line.To), null, ct);
            var account = (Account)Account.Noun.Fold(entries.Where(e => e.Version <= line.AccountVersion));
            var (name, number) = (await request.Log.Personal.Open(request.City, account.Name!, ct), await request.Log.Personal.Open(request.City, account.Number!, ct));
            if (name is null || number is null) return Account.Erased(line.To);
            transfers.Add(new(line.Line, name, number, account.Bank, line.Amount));
        }

        return PaymentFile.Write(batch.Id, batch.Purpose, transfers);
    }
}
