using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.BankStatements;

/// <summary>
/// Statements and what they are to us: by finding how many and how much, and every transfer (as CSV or XLSX the transfers alone). Fault:
/// <c>bank_statement.unknown</c>.
/// </summary>
internal static class ShowStatement
{
    private static readonly Role[] Readers = [Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    internal static readonly ReadModel<BankStatement> Model = new(
        "bank_statement", 1, BankStatement.Noun, statement => View(statement),
        new("account", "账号", s => s.Account),
        new("statement", "对账单", s => s.Statement),
        new("complete", "齐全", s => s.Complete),
        new("lines", "笔数", s => s.Lines.Length),
        new("unexpected", "异常笔数", s => s.Lines.Count(l => !BankStatement.Expected(l.Finding))));

    internal sealed record Totals(BookingFinding Finding, bool Expected, int Count, Money Debits, Money Credits);

    internal sealed record Shown(string Id, string Statement, string Account, int Pages, bool Complete, Money Opening, Money Booked, Money Closing, int Lines, int Unexpected, IReadOnlyList<Totals> Findings);

    internal sealed record Whole(Shown Statement, IReadOnlyList<StatementLine> Lines);

    internal static Shown View(BankStatement s) => new(
        s.Id, s.Statement, s.Account, s.Pages, s.Complete, new(s.Opening), new(s.Booked), new(s.Closing), s.Lines.Length, s.Lines.Count(l => !BankStatement.Expected(l.Finding)),
        [.. s.Lines.GroupBy(l => l.Finding).OrderBy(g => g.Key).Select(g => new Totals(
            g.Key, BankStatement.Expected(g.Key), g.Count(), new(g.Where(l => !l.Credit).Sum(l => l.Amount.Fen)), new(g.Where(l => l.Credit).Sum(l => l.Amount.Fen))))]);

    internal static void Map(Routes routes)
    {
        routes.List("/bank-statements", Readers, Model, searched: ["statement"]);
        routes.Get("/bank-statements/{id}", Readers, async (request, _) =>
        {
            var statement = await request.Load(BankStatement.Noun, request.Route("id"));
            if (!statement.Ok) return statement.Fault;
            var table = new Table(
                $"bank-statement-{statement.Value.Id}", [("line", "笔"), ("finding", "结论"), ("amount", "金额"), ("side", "借贷"), ("reference", "银行流水号"), ("day", "入账日")],
                _ => statement.Value.Lines.ToAsyncEnumerable().Select(Row));
            return table.AsAsked(request) ?? (object)new Whole(View(statement.Value), statement.Value.Lines);
        });
    }

    private static string?[] Row(StatementLine l) =>
        [l.Line, JsonNamingPolicy.KebabCaseLower.ConvertName(l.Finding.ToString()), l.Amount.ToString(), l.Credit ? "credit" : "debit", l.Reference, ChinaTime.DayOf(l.At).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)];
}
