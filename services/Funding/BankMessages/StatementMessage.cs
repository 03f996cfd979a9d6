using PilotCity.Defaults;

namespace PilotCity.Funding.BankMessages;

/// <summary>A transfer in a statement: one of ours by its end-to-end id, booked to us (debit) or back to us (credit), with what the bank calls it.</summary>
internal sealed record BookedTransfer(Node Place, string? EndToEndId, string? Message, string? Payment, bool Credit, bool Returned, Money Amount, string? Reference, DateTimeOffset At, string? Reason);

/// <summary>
/// One statement of an account (or a page of one): balances as signed fen, the sum of what was booked, and the transfers.
/// <see cref="Opening"/> and <see cref="Closing"/> are there where this page has them.
/// </summary>
internal sealed record AccountStatement(
    Node Place, string Id, string Account, int Page, bool LastPage, DateTimeOffset At, long? Opening, long? Closing, long BookedSum, int Entries, IReadOnlyList<BookedTransfer> Transfers);

/// <summary>
/// A bank to customer statement (camt.053): what was really booked on the fund's account, entry by entry, transfers that came back among them.
/// Opening balance, entries and closing balance have to agree. Fault: <c>bank_message.has_errors</c>.
/// </summary>
internal static class StatementMessage
{
    /// <summary>Opening balance booked, or what the last statement closed with; closing balance booked.</summary>
    private static readonly string[] OpeningCodes = ["OPBD", "PRCD"];

    private const string ClosingCode = "CLBD";
    private const string Booked = "BOOK";

    public static Result<IReadOnlyList<AccountStatement>> Read(byte[] file)
    {
        var read = MessageReader.Read(file, MessageDefinition.Statement);
        if (!read.Ok) return read.Fault;
        var faults = new List<FaultDetail>();
        var message = read.Value.One("BkToCstmrStmt")!;
        var nodes = message.All("Stmt").ToArray();
        if (message.At("GrpHdr/MsgPgntn") is { } pages && nodes.Length > 1)
            MessageReader.Add(faults, pages, "bank_message.pages", "分页的报文应只含一份对账单", "a message in pages holds one statement");
        var statements = nodes.Select(n => Statement(message.One("GrpHdr")!, n, faults)).ToArray();
        foreach (var twice in statements.GroupBy(s => (s.Account, s.Id, s.Page)).Where(g => g.Count() > 1))
            MessageReader.Add(faults, twice.Last().Place, "bank_message.statement_repeated", $"对账单“{twice.Key.Id}”重复", $"the statement '{twice.Key.Id}' stands twice");
        return faults.Count > 0 ? MessageReader.Wrong(faults) : statements;
    }

    private static AccountStatement Statement(Node head, Node statement, List<FaultDetail> faults)
    {
        var account = statement.TextAt("Acct/Id/IBAN") ?? statement.TextAt("Acct/Id/Othr/Id")!;
        if (statement.At("Acct/Ccy") is { Text: not "CNY" } currency) MessageReader.Add(faults, currency, "bank_message.currency", $"账户货币应为 CNY，实为 {currency.Text}", $"an account in CNY is asked for, not {currency.Text}");
        var paged = statement.One("StmtPgntn") ?? head.One("MsgPgntn");
        var (page, last) = (paged?.One("PgNb")!.Count ?? 1, paged?.One("LastPgInd")!.IsTrue ?? true);
        if (page < 1) MessageReader.Add(faults, paged!, "bank_message.pages", "页码从 1 开始", "pages are numbered from 1");

        // A page closes with its interim balance; the statement is held against what it opened and closed with once all pages are there.
        var (opening, closing) = (Balance(statement, OpeningCodes, needed: page == 1, faults), Balance(statement, [ClosingCode], needed: last, faults));
        var booked = statement.All("Ntry").Where(e => (e.TextAt("Sts/Cd") ?? e.TextAt("Sts")) == Booked).ToArray();
        var sum = booked.Sum(Signed);
        if (page == 1 && last && opening is { } o && closing is { } c && o + sum != c)
            MessageReader.Add(faults, statement, "bank_message.balance", $"期初 {new Money(o)} 元加发生额 {new Money(sum)} 元不等于期末 {new Money(c)} 元", $"the opening balance {new Money(o)} and the entries {new Money(sum)} do not make the closing balance {new Money(c)}");
        if (page == 1 && last) Totals(statement, faults);

        var at = DataType.MomentOf(statement.TextAt("CreDtTm") ?? head.TextAt("CreDtTm")!)!.Value;
        return new(
            statement, statement.TextAt("Id")!, account, (int)page, last, at, opening, closing, sum, booked.Length, [.. booked.SelectMany(e => Transfers(e, at, faults))]);
    }

    private static long Signed(Node amounted) => amounted.TextAt("CdtDbtInd") == "CRDT" ? amounted.One("Amt")!.Money.Fen : -amounted.One("Amt")!.Money.Fen;

    private static long? Balance(Node statement, string[] codes, bool needed, List<FaultDetail> faults)
    {
        var found = codes.Select(code => statement.All("Bal").Where(b => b.TextAt("Tp/CdOrPrtry/Cd") == code).ToArray()).FirstOrDefault(f => f.Length > 0) ?? [];
        if (found.Length > 1) MessageReader.Add(faults, found[1], "bank_message.repeated", $"余额 {codes[0]} 应只有一项", $"one balance {codes[0]} is asked for");
        if (found.Length > 0) return Signed(found[0]);
        if (needed) MessageReader.Add(faults, $"{statement.Path}/Bal", statement.Line, "bank_message.missing", $"缺少余额 {codes[0]}", $"the balance {codes[0]} is missing");
        return null;
    }

    /// <summary>Counts and sums that the statement itself gives (TxsSummry) are those of its entries, booked or not.</summary>
    private static void Totals(Node statement, List<FaultDetail> faults)
    {
        var entries = statement.All("Ntry").ToArray();
        var credits = entries.Where(e => e.TextAt("CdtDbtInd") == "CRDT").ToArray();
        foreach (var (name, of) in new[] { ("TtlNtries", entries), ("TtlCdtNtries", credits), ("TtlDbtNtries", entries.Except(credits).ToArray()) })
        {
            if (statement.At($"TxsSummry/{name}") is not { } totals) continue;
            if (totals.One("NbOfNtries") is { } count && count.Count != of.Length)
                MessageReader.Add(faults, count, "bank_message.totals", $"应为 {of.Length} 笔", $"there are {of.Length} entries");
            var sum = new Money(of.Sum(e => e.One("Amt")!.Money.Fen));
            if (totals.One("Sum") is { } stated && (!decimal.TryParse(stated.Text, System.Globalization.CultureInfo.InvariantCulture, out var yuan) || yuan != sum.Yuan))
                MessageReader.Add(faults, stated, "bank_message.totals", $"合计应为 {sum} 元", $"the entries sum to {sum}");
        }
    }

    /// <summary>An entry's transfers; one without details is a transfer itself, that nobody can say whose it is.</summary>
    private static List<BookedTransfer> Transfers(Node entry, DateTimeOffset statementAt, List<FaultDetail> faults)
    {
        var (amount, credit, reversal) = (entry.One("Amt")!.Money, entry.TextAt("CdtDbtInd") == "CRDT", entry.One("RvslInd")?.IsTrue ?? false);
        var at = (entry.One("BookgDt") ?? entry.One("ValDt"))?.Moment ?? statementAt;
        var details = entry.All("NtryDtls").SelectMany(d => d.All("TxDtls").Select(t => (Batch: d.One("Btch"), Transfer: t))).ToArray();
        Batches(entry, faults);
        if (details.Length == 0) return [new(entry, null, null, null, credit, reversal, amount, entry.TextAt("AcctSvcrRef") ?? entry.TextAt("NtryRef"), at, null)];

        var transfers = new List<BookedTransfer>();
        foreach (var (batch, transfer) in details)
        {
            var own = transfer.One("Amt")?.Money ?? transfer.At("AmtDtls/TxAmt/Amt")?.Money ?? (details.Length == 1 ? amount : null);
            if (own is not { } sum)
            {
                MessageReader.Add(faults, $"{transfer.Path}/Amt", transfer.Line, "bank_message.missing", "合并入账的各笔须有金额", "each transfer of a batch booking has its amount");
                continue;
            }

            var line = transfer.TextAt("Refs/EndToEndId");
            var reference = transfer.TextAt("Refs/AcctSvcrRef") ?? transfer.TextAt("Refs/TxId") ?? transfer.TextAt("Refs/AcctSvcrTxId")
                ?? (entry.TextAt("AcctSvcrRef") is { } shared ? details.Length == 1 ? shared : $"{shared}/{line}" : null);
            transfers.Add(new(
                transfer, line, transfer.TextAt("Refs/MsgId") ?? batch?.TextAt("MsgId"), transfer.TextAt("Refs/PmtInfId") ?? batch?.TextAt("PmtInfId"),
                transfer.TextAt("CdtDbtInd") is { } side ? side == "CRDT" : credit, reversal || transfer.One("RtrInf") is not null, sum, reference, at, ReasonOf(transfer)));
        }

        if (transfers.Count == details.Length && transfers.Sum(t => t.Credit == credit ? t.Amount.Yuan : -t.Amount.Yuan) is var total && total != amount.Yuan)
            MessageReader.Add(faults, entry, "bank_message.totals", $"各笔合计 {total} 元，入账 {amount} 元", $"its transfers sum to {total}, booked are {amount}");
        // Transfers that the bank booked as one may share its reference: with its line each has its own again.
        var repeated = transfers.Select(t => t.Reference).OfType<string>().CountBy(r => r).Where(c => c.Value > 1).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        return transfers.ConvertAll(t => t.Reference is { } reference && repeated.Contains(reference) ? t with { Reference = $"{t.Reference}/{t.EndToEndId}" } : t);
    }

    /// <summary>A batch booking that lists its transfers lists as many as it counts.</summary>
    private static void Batches(Node entry, List<FaultDetail> faults)
    {
        foreach (var details in entry.All("NtryDtls"))
            if (details.At("Btch/NbOfTxs") is { } count && details.All("TxDtls").Count() is > 0 and var listed && listed != count.Count)
                MessageReader.Add(faults, count, "bank_message.totals", $"应为 {listed} 笔", $"{listed} transfers are listed");
    }

    private static string? ReasonOf(Node transfer)
    {
        if (transfer.One("RtrInf") is not { } returned) return null;
        var text = string.Join(' ', new[] { returned.TextAt("Rsn/Cd") ?? returned.TextAt("Rsn/Prtry") }.Concat(returned.All("AddtlInf").Select(a => (string?)a.Text)).Where(t => t is not null));
        return text.Length == 0 ? null : StatusReport.Cut(text, StatusReport.ReasonCharsMax);
    }
}
