using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// What is reserved on a fund and neither paid nor void, of awards and outside them, now or at <c>?asOf=</c>; a page at a time, in the order
/// of ids. Fault: <c>reservation.not_open</c>.
/// </summary>
internal static class ShowReservations
{
    private static readonly Role[] Readers = [Role.FinanceOfficer, Role.FinanceApprover, Role.BureauOfficer, Role.BureauApprover, Role.Auditor];

    internal sealed record Shown(
        string Id, string? Award, FundPool Pool, FundUse? Use, string? Reference, Money Amount, Money Open, string ReservedBy, DateTimeOffset ReservedAt);

    internal sealed record Page(int Total, string? Next, IReadOnlyList<Shown> Items);

    internal static Page Of(Fund fund, int limit, string? after)
    {
        var items = fund.Open
            .Where(r => after is null || string.CompareOrdinal(r.Key.Id, after) > 0)
            .OrderBy(r => r.Key.Id, StringComparer.Ordinal)
            .Take(limit)
            .Select(r => View(r.Key, r.Value))
            .ToArray();
        return new(fund.Open.Count, items.Length == limit ? items[^1].Id : null, items);
    }

    internal static void Map(Routes routes)
    {
        routes.Get("/funds/{id}/reservations", Readers, async (request, _) =>
        {
            var limit = 50;
            if (request.Query("limit") is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= ListQuery.LimitMax))
                return SliceFaults.QueryMalformed("limit", new($"应为 1 到 {ListQuery.LimitMax} 的整数。", $"a whole number from 1 to {ListQuery.LimitMax} is asked for."));
            var fund = await request.Load(Fund.Noun, request.Route("id"));
            if (!fund.Ok) return fund.Fault;
            return Of(fund.Value, limit, request.Query("after"));
        });
        routes.Get("/funds/{id}/reservations/{reservation}", Readers, async (request, _) =>
        {
            var fund = await request.Load(Fund.Noun, request.Route("id"));
            if (!fund.Ok) return fund.Fault;
            var key = ReservationKey.Outside(request.Route("reservation"));
            return fund.Value.Open.TryGetValue(key, out var held) ? View(key, held) : Reservation.NotOpen(key.Id);
        });
    }

    private static Shown View(ReservationKey key, Reservation r) => new(key.Id, r.Award, key.Pool, r.Use, r.Reference, r.Amount, r.Open, r.By, r.At);
}
