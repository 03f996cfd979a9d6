using System.Globalization;
using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// Budget execution (资金执行率): what was paid, less what came back, of what was received; of each fund and each source, altogether and to the end of
/// each month in Shanghai, now or at <c>?asOf=</c>. Without money received there is no rate, not 0. <c>?fund=</c> and <c>?source=</c> narrow it.
/// </summary>
internal static class MeasureExecution
{
    private static readonly Role[] Readers = [Role.FinanceOfficer, Role.FinanceApprover, Role.BureauOfficer, Role.BureauApprover, Role.Auditor];

    /// <summary>Amounts of the month (of everything, where none is named), and what they have come to by its end.</summary>
    internal sealed record Executed(FundSource Source, string? Fund, string? Month, Money Received, Money Paid, Money ReceivedSoFar, Money PaidSoFar)
    {
        /// <summary>Paid of received, four decimals; none without money received.</summary>
        [JsonInclude]
        public decimal? Rate => ReceivedSoFar.Fen == 0 ? null : Math.Round((decimal)PaidSoFar.Fen / ReceivedSoFar.Fen, 4, MidpointRounding.AwayFromZero);
    }

    internal static IReadOnlyList<Executed> Of(FundSource source, string? fund, SortedDictionary<string, (long Received, long Paid)> months)
    {
        var (rows, received, paid) = (new List<Executed>(), 0L, 0L);
        foreach (var (month, moved) in months)
        {
            (received, paid) = (received + moved.Received, paid + moved.Paid);
            rows.Add(new(source, fund, month, new(moved.Received), new(moved.Paid), new(received), new(paid)));
        }

        return [new(source, fund, null, new(received), new(paid), new(received), new(paid)), .. rows];
    }

    internal static void Count(SortedDictionary<string, (long Received, long Paid)> months, FundMovement movement)
    {
        var month = ChinaTime.DayOf(movement.At).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var (received, paid) = months.GetValueOrDefault(month);
        if (movement.Place == Bookkeeping.Received) months[month] = (received + movement.Amount.Fen, paid);
        else if (movement.Place == Bookkeeping.Paid) months[month] = (received, paid + movement.Amount.Fen);
    }

    internal static void Map(Routes routes) => routes.Get("/execution", Readers, async (request, ct) =>
    {
        var rows = new List<Executed>();
        var bySource = new SortedDictionary<FundSource, SortedDictionary<string, (long Received, long Paid)>>();
        await foreach (var fund in Bookkeeping.Funds(request, ct))
        {
            var ofFund = new SortedDictionary<string, (long Received, long Paid)>(StringComparer.Ordinal);
            var ofSource = bySource.TryGetValue(fund.Source, out var known) ? known : bySource[fund.Source] = new(StringComparer.Ordinal);
            await foreach (var movement in Bookkeeping.Movements(request, fund.Id, ct))
            {
                Count(ofFund, movement);
                Count(ofSource, movement);
            }

            rows.AddRange(Of(fund.Source, fund.Id, ofFund));
        }

        rows.AddRange(bySource.SelectMany(s => Of(s.Key, null, s.Value)));
        var table = new Table(
            "execution",
            [("source", "资金来源"), ("fund", "资金"), ("month", "月份"), ("received", "到账"), ("paid", "拨付"), ("receivedSoFar", "累计到账"), ("paidSoFar", "累计拨付"), ("rate", "执行率")],
            _ => rows.ToAsyncEnumerable().Select(Row));
        return table.AsAsked(request) ?? (object)new { Items = rows };
    });

    private static string?[] Row(Executed e) =>
        [Bookkeeping.Word(e.Source), e.Fund, e.Month, e.Received.ToString(), e.Paid.ToString(), e.ReceivedSoFar.ToString(), e.PaidSoFar.ToString(), e.Rate?.ToString("0.0000", CultureInfo.InvariantCulture)];
}
