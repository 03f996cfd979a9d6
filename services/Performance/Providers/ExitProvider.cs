using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>
/// The approver ends a provider's membership (退出): disqualified, or on its own wish. It may apply anew.
/// Faults: pool.wrong_state, date.in_future, date.too_early, date.out_of_order.
/// </summary>
internal static class ExitProvider
{
    public sealed record Body(DateOnly On, Remark Reason);

    internal static Decision Decide(Pool pool, Body body, DateTimeOffset at) =>
        (pool.Open(PoolState.InPool, PoolState.Warned, PoolState.Suspended)
            ?? Sane.Day(body.On, at, "/on")
            ?? Sane.Order(pool.Terms[^1].From, DayNames.PoolEntry, body.On, DayNames.PoolExit, "/on")) is { } fault
            ? fault
            : Decision.Accept(pool.Stream, new ProviderExited(pool.Provider, body.On, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/pool/{uscc}/exit", [Role.BureauApprover], request =>
            request.On(Pool.Noun, request.Route("uscc"), (pool, at) => Decide(pool, request.Body, at)));
}
