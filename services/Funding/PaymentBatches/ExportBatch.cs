using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// The finance bureau fetches the bank's file of a released batch, as the bank's CSV or as pain.001 (ISO 20022). Opening the account data is
/// recorded first (POST), with purpose and the file's SHA-256; then the same person may fetch the file (GET, in the format that <c>format</c> or
/// <c>Accept: application/xml</c> names) for an hour. It is the file that the approver signed, or none.
/// Faults: <c>payment_batch.not_released</c>, <c>payment_batch.opening_purpose</c>, <c>payment_batch.file_not_opened</c>,
/// <c>payment_batch.file_format</c>, <c>payment_batch.file_differs</c>, <c>fund_account.missing</c>, <c>account.erased</c>.
/// </summary>
internal static class ExportBatch
{
    /// <summary>Why the account data is opened; the format is <c>csv</c>, or <c>pain.001</c>.</summary>
    public sealed record Body(string Purpose, string? Format = null);

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

    internal static readonly Fault FormatWrong = new(
        FaultKind.Invalid, "payment_batch.file_format", new("文件格式应为 csv 或 pain.001。", "The format of the file is csv or pain.001."));

    internal static readonly Fault Differs = new(
        FaultKind.Conflict, "payment_batch.file_differs", new("重新生成的文件与签发时的校验值不符，不得提交银行；请报告运维人员。", "The file made again is not the one that was signed; do not hand it to the bank, and tell the operator."), "programme.md S15（AC36）");

    internal static readonly Fault AccountMissing = new(
        FaultKind.Refused, "fund_account.missing", new("签发时有资金未登记付款账户，不能生成 pain.001；请使用 csv，或登记后另行制单。", "A fund had no account registered at the release, so there is no pain.001; take the csv, or register it and make another batch."));

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
            var file = await File(request, batch.Value, request.Body.Format ?? BatchFiles.Csv, ct);
            if (!file.Ok) return file.Fault;
            var sha256 = BatchFiles.Sha256(file.Value);
            return request.On(PaymentBatch.Noun, batch.Value.Id, (now, at) => Decide(now, request.Body, sha256, at));
        });
        routes.Get("/payment-batches/{id}/file", Fetchers, async (request, ct) =>
        {
            var batch = await request.Load(PaymentBatch.Noun, request.Route("id"));
            if (!batch.Ok) return batch.Fault;
            if (!MayFetch(batch.Value, request.Actor.Sub, request.Service<TimeProvider>().GetUtcNow())) return NotOpened;
            var format = request.Query("format") ?? (request.Header("Accept").Contains("application/xml", StringComparison.OrdinalIgnoreCase) ? BatchFiles.CreditTransfer : BatchFiles.Csv);
            var file = await File(request, batch.Value, format, ct);
            if (!file.Ok) return file.Fault;
            return (object)(format == BatchFiles.Csv
                ? Results.File(file.Value, "text/csv; charset=utf-8", $"payment-batch-{batch.Value.Id}.csv")
                : Results.File(file.Value, "application/xml; charset=utf-8", $"payment-batch-{batch.Value.Id}.pain.001.xml"));
        });
    }

    /// <summary>The file with the accounts as they were frozen and released; it has to be the one that was signed.</summary>
    private static async ValueTask<Result<byte[]>> File(Request request, PaymentBatch batch, string format, CancellationToken ct)
    {
        if (format is not (BatchFiles.Csv or BatchFiles.CreditTransfer)) return FormatWrong;
        var lines = batch.Released.Select(l => l.Is).ToArray();
        var payees = await BatchFiles.Payees(request, lines, ct);
        if (lines.FirstOrDefault(l => !payees.ContainsKey(l.To)) is { } erased) return Account.Erased(erased.To);
        var funds = new Dictionary<string, FundAccount>(StringComparer.Ordinal);
        foreach (var fund in lines.Select(l => l.Fund).Distinct(StringComparer.Ordinal))
            funds[fund] = (await request.Log.Load(request.City, FundAccount.Noun, fund, batch.ApprovedAt, ct)).State;
        var signed = batch.Files.GetValueOrDefault(format);
        if (format == BatchFiles.CreditTransfer && signed is null) return AccountMissing;
        var file = BatchFiles.Of(batch.Id, batch.Purpose, batch.ApprovedAt!.Value, lines, payees, f => funds[f]).GetValueOrDefault(format);

        // Batches of before name no hash.
        return file is null || (signed is not null && BatchFiles.Sha256(file) != signed) ? Differs : file;
    }
}
