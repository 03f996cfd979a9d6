using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;
using PilotCity.Funding.BankMessages;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;

namespace PilotCity.Funding.BankStatements;

/// <summary>
/// The finance bureau takes in a statement of a fund's account (camt.053), all of the file or nothing: each booked transfer of ours is held against
/// its batch's line. A line that waited for its result is paid by it, one that was paid is confirmed, one that came back is free for a later
/// batch and its money reserved as before. What should not be there is kept and named, and moves no money.
/// Faults: <c>bank_message.has_errors</c>, <c>bank_statement.account_unknown</c>, <c>bank_statement.imported</c>,
/// <c>bank_statement.page_order</c>, <c>bank_statement.balance</c>, <c>bank_statement.batches</c>.
/// </summary>
internal static class ImportStatement
{
    /// <summary>Batches that one file may name: each is read before the rule runs. A day has a handful.</summary>
    internal const int BatchesMax = 200;

    internal sealed record Imported(IReadOnlyList<ShowStatement.Shown> Statements, bool Repeated);

    internal static readonly Fault TooManyBatches = new(
        FaultKind.TooLarge, "bank_statement.batches", new($"对账单涉及的批次超过 {BatchesMax} 个，请分拆。", $"The statement names more than {BatchesMax} batches; split it."));

    internal static Fault AccountUnknown(string account) => new(
        FaultKind.Refused, "bank_statement.account_unknown", new($"账号 {account} 不是本市任何资金的付款账户，请先登记。", $"The account {account} is none that a fund of this city pays from; register it first."));

    internal static Fault Again(string statement, int page) => new(
        FaultKind.Conflict, "bank_statement.imported", new($"对账单“{statement}”第 {page} 页已导入，内容不同。", $"Page {page} of the statement '{statement}' was taken in already, with another content."));

    internal static Fault PageOrder(string statement, int page, int next) => new(
        FaultKind.Conflict, "bank_statement.page_order", new($"对账单“{statement}”应接第 {next} 页，实为第 {page} 页。", $"Page {next} of the statement '{statement}' is next, not page {page}."));

    internal static Fault Unbalanced(string statement, long opening, long booked, long closing) => new(
        FaultKind.Invalid, "bank_statement.balance",
        new($"对账单“{statement}”各页：期初 {new Money(opening)} 元加发生额 {new Money(booked)} 元不等于期末 {new Money(closing)} 元。", $"Over all pages of '{statement}' the opening balance {new Money(opening)} and the entries {new Money(booked)} do not make the closing balance {new Money(closing)}."));

    /// <summary>The city's states that a statement is held against.</summary>
    internal sealed record Books(
        Func<string, BankStatement> StatementOf, Func<string, PaymentBatch> BatchOf, Func<string, Fund> FundOf, Func<string, FundAccount> FundAccountOf, Func<string, BankReference> ReferenceOf);

    internal static Decision Decide(IReadOnlyList<AccountStatement> statements, string sha256, Books books, DateTimeOffset at)
    {
        var (changes, shown, post) = (new List<Change>(), new List<ShowStatement.Shown>(), new PostBookings(books, sha256, at));
        foreach (var page in statements)
        {
            var id = BankStatement.IdOf(page.Account, page.Id);
            var before = books.StatementOf(id);
            if (before.Files.Contains(sha256)) return Decision.Accept().Answering(null, new Imported([.. statements.Select(s => ShowStatement.View(books.StatementOf(BankStatement.IdOf(s.Account, s.Id))))], true));
            if (page.Page <= before.Pages) return Again(page.Id, page.Page);
            if (before.Complete || page.Page != before.Pages + 1) return PageOrder(page.Id, page.Page, before.Pages + 1);
            var (opening, booked) = (page.Opening ?? before.Opening, before.Booked + page.BookedSum);
            if (page.LastPage && opening + booked != page.Closing) return Unbalanced(page.Id, opening, booked, page.Closing!.Value);

            var lines = post.All(id, page);
            var (stream, parts) = (BankStatement.Noun.StreamOf(id), PaymentBatch.Parts(lines));
            object[] events = [new BankStatementImported(page.Id, page.Account, page.Page, page.LastPage, page.Opening, page.Closing, page.BookedSum, sha256, parts[0]), .. parts[1..].Select(p => new BankStatementContinued(p))];
            changes.AddRange(events.Select(e => new Change(stream, e)));
            shown.Add(ShowStatement.View(events.Aggregate(before, (now, e) => BankStatement.Noun.Apply(now, e, new(default, at, 0, 0, stream)))));
        }

        changes.AddRange(post.Changes());
        return Decision.Accept(changes).Answering(shown.Count == 1 ? $"/bank-statements/{shown[0].Id}" : null, new Imported(shown, false));
    }

    internal static void Map(Routes routes) => routes.FileCommand("POST", "/bank-statements", [Role.FinanceOfficer], MessageReader.BytesMax, "application/xml", async (request, ct) =>
    {
        var read = StatementMessage.Read(request.Body);
        if (!read.Ok) return read.Fault;
        var statements = read.Value;
        foreach (var account in statements.Select(s => s.Account).Distinct(StringComparer.Ordinal))
            if ((await request.Log.List(request.City, RegisterFundAccount.Model, new([("number", [account])]), count: true, ct)).Total == 0) return AccountUnknown(account);

        var transfers = statements.SelectMany(s => s.Transfers).ToArray();
        var named = transfers.Select(t => t.EndToEndId).OfType<string>().Select(PostBookings.BatchOf).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        if (named.Length > BatchesMax) return TooManyBatches;
        var lines = new List<BatchLine>();
        foreach (var batch in named) lines.AddRange((await request.Log.Load(request.City, PaymentBatch.Noun, batch, null, ct)).State.Lines.Select(l => l.Is));
        var references = transfers.Select(t => t.Reference).OfType<string>().Distinct(StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var funds = lines.Select(l => l.Fund).Distinct(StringComparer.Ordinal).ToArray();
        var sha256 = BatchFiles.Sha256(request.Body);
        return new Intent(
            [
                .. statements.Select(s => BankStatement.Noun.StreamOf(BankStatement.IdOf(s.Account, s.Id))).Distinct(StringComparer.Ordinal),
                .. named.Select(PaymentBatch.Noun.StreamOf), .. lines.Select(l => Award.Noun.StreamOf(l.Award)).Distinct(StringComparer.Ordinal),
                .. funds.SelectMany(f => new[] { Fund.Noun.StreamOf(f), FundAccount.Noun.StreamOf(f) }), .. references.Select(BankReference.StreamOf),
            ],
            (streams, at) => Decide(
                statements, sha256,
                new(
                    s => streams.Get(BankStatement.Noun, s), b => streams.Get(PaymentBatch.Noun, b), f => streams.Get(Fund.Noun, f), f => streams.Get(FundAccount.Noun, f),
                    r => references.Contains(r) ? streams.Get(BankReference.Noun, BankReference.IdOf(r)) : BankReference.Noun.Initial),
                at));
    }, ["text/xml"]);
}
