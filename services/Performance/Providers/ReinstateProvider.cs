using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>
/// The approver takes a suspended provider back into the pool from a day on, or lifts a warning after rectification (恢复).
/// Faults: pool.wrong_state, date.in_future, date.too_early, date.out_of_order.
/// </summary>
internal static class ReinstateProvider
{
    public sealed record Body(DateOnly From, Remark Reason);

    internal static Decision Decide(Pool pool, Body body, DateTimeOffset at) =>
        (pool.Open(PoolState.Warned, PoolState.Suspended)
            ?? Sane.Day(body.From, at, "/from")
            ?? (pool.Terms[^1].Until is { } left ? Sane.Order(left, DayNames.PoolBreak, body.From, DayNames.PoolReturn, "/from") : null)) is { } fault
            ? fault
            : Decision.Accept(pool.Stream, new ProviderReinstated(pool.Provider, body.From, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/pool/{uscc}/reinstatement", [Role.BureauApprover], request =>
            request.On(Pool.Noun, request.Route("uscc"), (pool, at) => Decide(pool, request.Body, at)));
}
