using PilotCity.Defaults;

namespace PilotCity.Funding.BankMessages;

/// <summary>What a bank's status says of a transfer: on its way, or final.</summary>
internal enum TransferStatus { Pending, Accepted, Executed, Rejected }

/// <summary>The status of one transfer (or of all of a payment, where no transfer is named), with its place in the file.</summary>
internal sealed record ReportedStatus(Node Place, string? EndToEndId, string? Payment, TransferStatus Status, string Code, string? Reason, Money? Amount, string? Reference, DateTimeOffset At);

/// <summary>
/// A customer payment status report (pain.002): what the bank says of a pain.001 that it was sent. Reasons are their codes with the bank's
/// words. Fault: <c>bank_message.has_errors</c>.
/// </summary>
internal sealed record StatusReport(string Id, DateTimeOffset CreatedAt, Node Place, string OriginalMessage, IReadOnlyList<ReportedStatus> Statuses)
{
    /// <summary>As long as a line of a batch keeps it.</summary>
    internal const int ReasonCharsMax = 140;

    /// <summary>
    /// ISO 20022 external code sets ExternalPaymentGroupStatus1Code and ExternalPaymentTransactionStatus1Code, as far as they can answer a
    /// credit transfer. Settled on our account (ACSC) or on the payee's (ACCC) is executed; <c>PART</c> says only that the transfers differ.
    /// </summary>
    private static readonly Dictionary<string, TransferStatus> Known = new(StringComparer.Ordinal)
    {
        ["RCVD"] = TransferStatus.Pending,
        ["PDNG"] = TransferStatus.Pending,
        ["PATC"] = TransferStatus.Pending,
        ["ACTC"] = TransferStatus.Accepted,
        ["ACCP"] = TransferStatus.Accepted,
        ["ACFC"] = TransferStatus.Accepted,
        ["ACSP"] = TransferStatus.Accepted,
        ["ACWC"] = TransferStatus.Accepted,
        ["ACWP"] = TransferStatus.Accepted,
        ["ACSC"] = TransferStatus.Executed,
        ["ACCC"] = TransferStatus.Executed,
        ["RJCT"] = TransferStatus.Rejected,
        ["CANC"] = TransferStatus.Rejected,
    };

    private const string Partly = "PART";

    public static Result<StatusReport> Read(byte[] file)
    {
        var read = MessageReader.Read(file, MessageDefinition.StatusReport);
        if (!read.Ok) return read.Fault;
        var faults = new List<FaultDetail>();
        var report = read.Value.One("CstmrPmtStsRpt")!;
        var (head, group) = (report.One("GrpHdr")!, report.One("OrgnlGrpInfAndSts")!);
        var created = DataType.MomentOf(head.TextAt("CreDtTm")!)!.Value;
        if (!group.TextAt("OrgnlMsgNmId")!.StartsWith("pain.001", StringComparison.Ordinal))
            MessageReader.Add(faults, group.One("OrgnlMsgNmId")!, "bank_message.other_message", "应为对 pain.001 的回执", "a report on a pain.001 is asked for");

        var statuses = Told(report, group, created, faults).ToArray();
        foreach (var twice in statuses.Where(s => s.EndToEndId is not null).GroupBy(s => s.EndToEndId, StringComparer.Ordinal).Where(g => g.Count() > 1))
            MessageReader.Add(faults, twice.Last().Place, "bank_message.transfer_repeated", $"“{twice.Key}”重复", $"the transfer '{twice.Key}' stands twice");
        foreach (var counted in report.All("OrgnlPmtInfAndSts").Append(group)) Count(report, counted, faults);
        if (faults.Count == 0 && statuses.Length == 0) MessageReader.Add(faults, group, "bank_message.no_status", "没有任何状态", "the report tells no status");
        return faults.Count > 0 ? MessageReader.Wrong(faults) : new StatusReport(head.TextAt("MsgId")!, created, group, group.TextAt("OrgnlMsgId")!, statuses);
    }

    /// <summary>A transfer's own status, else its payment's, else the group's; a payment or group without transfers speaks for all that it holds.</summary>
    private static IEnumerable<ReportedStatus> Told(Node report, Node group, DateTimeOffset created, List<FaultDetail> faults)
    {
        var ofGroup = StatusOf(group.One("GrpSts"), group, faults);
        var payments = report.All("OrgnlPmtInfAndSts").ToArray();
        if (payments.Length == 0 && ofGroup is { } all) yield return new(group, null, null, all.Status, all.Code, ReasonOf(group), null, null, created);
        foreach (var payment in payments)
        {
            var id = payment.TextAt("OrgnlPmtInfId")!;
            var ofPayment = StatusOf(payment.One("PmtInfSts"), payment, faults) ?? ofGroup;
            Contradicts(ofGroup, ofPayment, payment, faults);
            var transfers = payment.All("TxInfAndSts").ToArray();
            if (transfers.Length == 0 && ofPayment is { } whole) yield return new(payment, null, id, whole.Status, whole.Code, ReasonOf(payment) ?? ReasonOf(group), null, null, created);
            foreach (var transfer in transfers)
            {
                var own = StatusOf(transfer.One("TxSts"), transfer, faults) ?? ofPayment;
                Contradicts(ofPayment, own, transfer, faults);
                if (transfer.TextAt("OrgnlEndToEndId") is not { } line) MessageReader.Add(faults, $"{transfer.Path}/OrgnlEndToEndId", transfer.Line, "bank_message.missing", "缺少必填元素", "a required element is missing");
                else if (own is not { } status) MessageReader.Add(faults, $"{transfer.Path}/TxSts", transfer.Line, "bank_message.missing", "缺少必填元素", "a required element is missing");
                else
                    yield return new(
                        transfer, line, id, status.Status, status.Code, ReasonOf(transfer) ?? ReasonOf(payment) ?? ReasonOf(group),
                        (transfer.At("OrgnlTxRef/Amt/InstdAmt") ?? transfer.At("OrgnlTxRef/IntrBkSttlmAmt"))?.Money, transfer.TextAt("AcctSvcrRef") ?? transfer.TextAt("ClrSysRef"),
                        transfer.TextAt("AccptncDtTm") is { } at ? DataType.MomentOf(at)!.Value : created);
            }
        }
    }

    private static (TransferStatus Status, string Code)? StatusOf(Node? said, Node place, List<FaultDetail> faults)
    {
        if (said is null || (said.Text == Partly && said.Name != "TxSts")) return null;
        if (Known.TryGetValue(said.Text, out var status)) return (status, said.Text);
        MessageReader.Add(faults, said, "bank_message.status", $"未知状态“{said.Text}”（{place.Name}），可读取 {string.Join("、", Known.Keys)}", $"'{said.Text}' is no status that is known; known are {string.Join(", ", Known.Keys)}");
        return null;
    }

    /// <summary>What is final for the whole is final for each of its parts.</summary>
    private static void Contradicts((TransferStatus Status, string Code)? whole, (TransferStatus Status, string Code)? part, Node place, List<FaultDetail> faults)
    {
        if (whole is { Status: TransferStatus.Rejected or TransferStatus.Executed } w && part is { } p && p.Status != w.Status)
            MessageReader.Add(faults, place, "bank_message.contradiction", $"整体为 {w.Code}，其中却为 {p.Code}", $"the whole is {w.Code}, and this part of it {p.Code}");
    }

    /// <summary>Where a status is counted, no more transfers are listed with it than counted; where all of them are, the sums agree.</summary>
    private static void Count(Node report, Node of, List<FaultDetail> faults)
    {
        var listed = (of.Name == "OrgnlPmtInfAndSts" ? of.All("TxInfAndSts") : report.All("OrgnlPmtInfAndSts").SelectMany(p => p.All("TxInfAndSts"))).ToLookup(t => t.TextAt("TxSts"));
        foreach (var counted in of.All("NbOfTxsPerSts"))
        {
            var (status, count, here) = (counted.TextAt("DtldSts")!, counted.One("DtldNbOfTxs")!.Count, listed[counted.TextAt("DtldSts")].ToArray());
            if (here.Length > count) MessageReader.Add(faults, counted, "bank_message.totals", $"状态 {status} 计为 {count} 笔，实列 {here.Length} 笔", $"{count} transfers are counted as {status}, {here.Length} are listed");
            var amounts = here.Select(t => t.At("OrgnlTxRef/Amt/InstdAmt")?.Money).ToArray();
            if (here.Length == count && counted.TextAt("DtldCtrlSum") is { } sum && amounts.All(a => a is not null)
                && (!Money.TryParse(sum, out var stated) || stated.Yuan != amounts.Sum(a => a!.Value.Yuan)))
                MessageReader.Add(faults, counted, "bank_message.totals", $"状态 {status} 的合计不符", $"the sum of the transfers with {status} is another");
        }
    }

    private static string? ReasonOf(Node of)
    {
        var reasons = of.All("StsRsnInf").Select(r => string.Join(' ', new[] { r.TextAt("Rsn/Cd") ?? r.TextAt("Rsn/Prtry") }.Concat(r.All("AddtlInf").Select(a => (string?)a.Text)).Where(t => t is not null)));
        var text = string.Join("; ", reasons.Where(r => r.Length > 0));
        return text.Length == 0 ? null : Cut(text, ReasonCharsMax);
    }

    /// <summary>The beginning of a text that is too long, no character torn in two.</summary>
    internal static string Cut(string text, int charsMax) =>
        text.Length <= charsMax ? text : text[..(char.IsHighSurrogate(text[charsMax - 1]) ? charsMax - 1 : charsMax)];
}
