using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>The bureau reviews an application for the pool (评审), with its experts' opinion: fit or not. Faults: pool.wrong_state.</summary>
internal static class ReviewPoolApplication
{
    public sealed record Body(bool Fit, Remark Opinion);

    internal static Decision Decide(Pool pool, Body body) =>
        pool.Open(PoolState.Applied) is { } fault
            ? fault
            : Decision.Accept(pool.Stream, new PoolApplicationReviewed(pool.Provider, body.Fit, body.Opinion));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/pool/{uscc}/review", [Role.BureauOfficer], request =>
            request.On(Pool.Noun, request.Route("uscc"), (pool, _) => Decide(pool, request.Body)));
}
