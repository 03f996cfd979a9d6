using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Simulations;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The queue for one fund's money: the awards that a rule set decided and nobody approved yet, in the order of their applications, with what
/// can be paid of it, who waits, and the average against the one aimed at. No money moves. What was approved before is in the average, and has
/// used up its part of the rule's own pool (Q21).
/// Faults: <c>rule_set.unknown</c>, <c>rule_set.not_in_force</c>, <c>fund.unknown</c>.
/// </summary>
internal static class ShowPortfolio
{
    private static readonly Role[] Readers = [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    private static readonly (string Name, string TitleZh)[] Columns = [("award", "奖补"), ("due", "应拨"), ("paid", "可拨"), ("waits", "等待")];

    /// <summary><see cref="Money"/> is what the fund has free for renovations, or less where the rule's own pool has less left.</summary>
    internal sealed record Shown(string RuleSet, string Fund, Money Money, int Approved, Portfolio Portfolio);

    /// <param name="approved">What each approved award got altogether.</param>
    internal static Shown Queue(RuleSet set, string fund, Money free, IReadOnlyList<DecidedAward> decided, IReadOnlyDictionary<string, Money> approved)
    {
        var own = decided.Where(d => d.Decision.RuleSet.Split('@')[0] == set.Id && d.Case.Kind == set.Kind).ToArray();
        var used = own.Sum(d => approved.TryGetValue(d.Award, out var given) ? given.Fen : 0);
        var pool = set.Diagnosis?.Pool?.Value is { } most ? Money.Max(most - new Money(used), Money.Zero) : free;
        var money = Money.Min(free, pool);
        var claims = own.Select(d => new PortfolioClaim(
            d.Award, DecidePortfolio.AppliedAt(d.Case), approved.ContainsKey(d.Award) ? Money.Zero : d.Decision.Payable ?? Money.Zero, d.Decision.Entitlement)).ToArray();
        return new(set.Name, fund, money, own.Count(d => approved.ContainsKey(d.Award)), DecidePortfolio.Decide(set, claims, money));
    }

    internal static void Map(Routes routes) => routes.Get("/portfolios/{ruleSet}", Readers, async (request, ct) =>
    {
        var book = await request.Load(RuleBook.Noun, request.Route("ruleSet"));
        if (!book.Ok) return book.Fault;
        var set = book.Value.InForce(ChinaTime.DayOf(request.Service<TimeProvider>().GetUtcNow()));
        if (!set.Ok) return set.Fault;
        if (request.Query("fund") is not { } id) return SliceFaults.QueryMalformed("fund", new("应给出资金编号。", "the id of a fund is asked for."));
        var fund = await request.Load(Fund.Noun, id);
        if (!fund.Ok) return fund.Fault;
        var (decided, approved) = await Read(request, ct);
        if (!decided.Ok) return decided.Fault;
        var shown = Queue(set.Value, id, fund.Value.Ledger[Fund.Available(FundPool.Renovation)], decided.Value, approved);
        return new Table("portfolio", Columns, _ => Rows(shown.Portfolio)).AsAsked(request) is { } file ? (object)file : shown;
    });

    private static async Task<(Result<IReadOnlyList<DecidedAward>> Decided, IReadOnlyDictionary<string, Money> Approved)> Read(Request request, CancellationToken ct)
    {
        await using var connection = await request.Log.Database.Connect(ct);
        var approved = new Dictionary<string, Money>(StringComparer.Ordinal);
        using (var command = ExportHistory.Command(connection, "SELECT payload, stream FROM log WHERE city = @city AND type = 'AwardApproved'"))
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@city", request.City);
            command.Parameters.Add(parameter);
            using var reader = command.ExecuteReader();
            while (reader.Read())
                approved[reader.GetString(1)[(Award.Noun.Category.Length + 1)..]] = ((AwardApproved)Award.Noun.Read(nameof(AwardApproved), (byte[])reader.GetValue(0))).Awarded;
        }

        var decided = new List<DecidedAward>();
        foreach (var item in ReadHistory.OfLog(sql => ExportHistory.Command(connection, sql), request.City).OrderBy(i => i.Order))
        {
            var read = item.Read();
            if (!read.Ok) return (read.Fault, approved);
            decided.Add(read.Value);
        }

        return (decided, approved);
    }

    private static async IAsyncEnumerable<IEnumerable<string?>> Rows(Portfolio portfolio)
    {
        await Task.CompletedTask;
        foreach (var line in portfolio.Lines) yield return [line.Id, line.Due.ToString(), line.Paid.ToString(), line.Waits ? "true" : "false"];
    }
}
