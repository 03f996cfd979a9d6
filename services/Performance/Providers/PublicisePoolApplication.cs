using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>
/// The bureau records from when to when a provider's admission is published for objections (公示); the number of days is the city's (Q6).
/// Faults: pool.wrong_state, date.in_future, date.too_early, date.out_of_order.
/// </summary>
internal static class PublicisePoolApplication
{
    public sealed record Body(DateOnly From, DateOnly Until);

    internal static Decision Decide(Pool pool, Body body, DateTimeOffset at) =>
        (pool.Open(PoolState.Reviewed)
            ?? Sane.Day(body.From, at, "/from")
            ?? Sane.Order(body.From, DayNames.PublicityBegin, body.Until, DayNames.PublicityEnd, "/until")) is { } fault
            ? fault
            : Decision.Accept(pool.Stream, new PoolApplicationPublicised(pool.Provider, body.From, body.Until));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/pool/{uscc}/publicity", [Role.BureauOfficer], request =>
            request.On(Pool.Noun, request.Route("uscc"), (pool, at) => Decide(pool, request.Body, at)));
}
