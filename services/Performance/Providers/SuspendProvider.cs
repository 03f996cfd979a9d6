using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>
/// The approver suspends a provider (暂停) from a day on: contracts signed from then on are not registered (AC15).
/// Faults: pool.wrong_state, date.in_future, date.too_early, date.out_of_order.
/// </summary>
internal static class SuspendProvider
{
    public sealed record Body(DateOnly From, Remark Reason);

    internal static Decision Decide(Pool pool, Body body, DateTimeOffset at) =>
        (pool.Open(PoolState.InPool, PoolState.Warned)
            ?? Sane.Day(body.From, at, "/from")
            ?? Sane.Order(pool.Terms[^1].From, DayNames.PoolEntry, body.From, DayNames.PoolBreak, "/from")) is { } fault
            ? fault
            : Decision.Accept(pool.Stream, new ProviderSuspended(pool.Provider, body.From, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/pool/{uscc}/suspension", [Role.BureauApprover], request =>
            request.On(Pool.Noun, request.Route("uscc"), (pool, at) => Decide(pool, request.Body, at)));
}
