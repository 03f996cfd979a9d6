using System.Globalization;
using System.Runtime.CompilerServices;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Funds;

/// <summary>
/// Where each yuan of a source is, now or at <c>?asOf=</c>: not allocated, available, reserved (for which award, voucher or contract, held, approved
/// or frozen in which batch), paid to whom, to be recovered; per fund the sum is what was received. <c>?fund=</c> and <c>?source=</c> narrow it.
/// JSON gives the sums and a page of lines (<c>limit</c>, <c>after</c>), CSV and XLSX all lines.
/// </summary>
internal static class TraceMoney
{
    private static readonly Role[] Readers = [Role.FinanceOfficer, Role.FinanceApprover, Role.BureauOfficer, Role.BureauApprover, Role.Auditor];

    private static readonly (string Name, string TitleZh)[] Columns =
    [
        ("fund", "资金"), ("source", "资金来源"), ("place", "所在"), ("pool", "用途池"), ("subject", "对象"), ("state", "状态"), ("payee", "收款人"), ("batch", "批次"), ("line", "笔"), ("document", "凭证"), ("amount", "金额"),
    ];

    private const int LimitMax = 200;

    internal sealed record Line(
        string Fund, FundSource Source, string Place, string? Pool, string? Subject, string? State, string? Payee, string? Batch, string? Number, string? Document, Money Amount);

    /// <summary>A fund's sums: over all lines of a place, and whether they are the ledger's and make up what was received.</summary>
    internal sealed record OfFund(string Fund, FundSource Source, Money Planned, Money Received, IReadOnlyDictionary<string, Money> Places, Money Sum, bool Agrees);

    internal static void Map(Routes routes) => routes.Get("/whereabouts", Readers, async (request, ct) =>
    {
        var (limit, after) = (50, 0);
        if (request.Query("limit") is { } l && !(int.TryParse(l, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LimitMax))
            return SliceFaults.QueryMalformed("limit", new($"应为 1 到 {LimitMax} 的整数。", $"a whole number from 1 to {LimitMax} is asked for."));
        if (request.Query("after") is { } a && !int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return SliceFaults.QueryMalformed("after", new("请原样使用上一页给出的值。", "use the value that the page before gave, as it is."));
        if (request.Query("source") is { } source && !Enum.GetValues<FundSource>().Any(s => Bookkeeping.Word(s) == source))
            return SliceFaults.QueryMalformed("source", new("应为 central、provincial、municipal 或 district。", "central, provincial, municipal or district is asked for."));
        return new Table("whereabouts", Columns, stop => Rows(request, stop)).AsAsked(request) ?? (object)await Page(request, limit, after, ct);
    });

    private static async Task<object> Page(Request request, int limit, int after, CancellationToken ct)
    {
        var (funds, items, count) = (new List<OfFund>(), new List<Line>(), 0);
        await foreach (var fund in Bookkeeping.Funds(request, ct))
        {
            var places = new SortedDictionary<string, long>(StringComparer.Ordinal);
            await foreach (var line in Lines(request, fund, ct))
            {
                var place = line.Pool is null ? line.Place : $"{line.Pool}:{line.Place}";
                places[place] = places.GetValueOrDefault(place) + line.Amount.Fen;
                if (count++ >= after && items.Count < limit) items.Add(line);
            }

            funds.Add(Of(fund, places));
        }

        return new { Funds = funds, Total = count, Next = after + items.Count < count ? Bookkeeping.Number(after + items.Count) : null, Items = items };
    }

    internal static OfFund Of(Fund fund, IReadOnlyDictionary<string, long> places)
    {
        var sum = places.Values.Sum();
        var agrees = sum == fund.Received.Fen && fund.Ledger.Balances.Where(b => !Ledger.IsOrigin(b.Key)).All(b => places.GetValueOrDefault(b.Key.Replace("pool:", "", StringComparison.Ordinal)) == b.Value);
        return new(fund.Id, fund.Source, fund.Planned, fund.Received, places.ToDictionary(p => p.Key, p => new Money(p.Value)), new(sum), agrees);
    }

    private static async IAsyncEnumerable<IEnumerable<string?>> Rows(Request request, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var fund in Bookkeeping.Funds(request, ct))
            await foreach (var l in Lines(request, fund, ct))
                yield return [l.Fund, Bookkeeping.Word(l.Source), l.Place, l.Pool, l.Subject, l.State, l.Payee, l.Batch, l.Number, l.Document, l.Amount.ToString()];
    }

    /// <summary>Every account of the ledger, those with parts by their parts: what is reserved by reservation, what was paid or is to come back by movement.</summary>
    private static async IAsyncEnumerable<Line> Lines(Request request, Fund fund, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (account, fen) in fund.Ledger.Balances.Where(b => !Ledger.IsOrigin(b.Key) && b.Value != 0))
        {
            // pool:<pool>:<place>, or a place without a pool.
            var words = account.Split(':');
            if (words[^1] is not ("reserved" or Bookkeeping.Paid or Bookkeeping.ToRecover or Bookkeeping.WrittenOff)) yield return At(fund, words[^1], words.Length == 3 ? words[1] : null, new(fen));
        }

        foreach (var (key, reservation) in fund.Open.OrderBy(o => o.Key.Id, StringComparer.Ordinal))
            await foreach (var line in Reserved(request, fund, key, reservation, ct)) yield return line;
        await foreach (var m in Bookkeeping.Movements(request, fund.Id, ct))
            if (m.Place != Bookkeeping.Received)
                yield return At(fund, m.Place, Bookkeeping.Word(m.Pool), m.Amount) with { Subject = m.Subject, Payee = m.Payee, Batch = m.Batch, Number = m.Line, Document = m.Document };
    }

    private static async IAsyncEnumerable<Line> Reserved(Request request, Fund fund, ReservationKey key, Reservation reservation, [EnumeratorCancellation] CancellationToken ct)
    {
        var line = At(fund, "reserved", Bookkeeping.Word(key.Pool), reservation.Open) with { Subject = key.Id, Document = reservation.Reference };
        var left = reservation.Open;
        if (reservation.Award is { } id)
        {
            var (award, _, _) = await request.Log.Load(request.City, Award.Noun, id, request.AsOf, ct);
            foreach (var t in award.OpenTranches.Where(t => t.Fund == fund.Id))
            {
                left -= t.Amount;
                yield return line with { State = t.Status.ToString().ToLowerInvariant(), Payee = t.Payee, Batch = t.Batch, Number = t.Line, Document = t.Id, Amount = t.Amount };
            }
        }

        // What no payment of the award stands for would be a fault of the books; it is shown and not hidden.
        if (left.Fen != 0) yield return line with { Amount = left };
    }

    private static Line At(Fund fund, string place, string? pool, Money amount) => new(fund.Id, fund.Source, place, pool, null, null, null, null, null, null, amount);
}
