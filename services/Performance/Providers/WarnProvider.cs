using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>The bureau warns a provider of the pool (警告) and says until when to rectify; it stays in the pool. Faults: pool.wrong_state.</summary>
internal static class WarnProvider
{
    public sealed record Body(DateOnly RectifyBy, Remark Reason);

    internal static Decision Decide(Pool pool, Body body) =>
        pool.Open(PoolState.InPool) is { } fault
            ? fault
            : Decision.Accept(pool.Stream, new ProviderWarned(pool.Provider, body.RectifyBy, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/pool/{uscc}/warning", [Role.BureauOfficer], request =>
            request.On(Pool.Noun, request.Route("uscc"), (pool, _) => Decide(pool, request.Body)));
}
