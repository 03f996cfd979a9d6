using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>
/// The approver takes a provider into the city's pool (入池) from a day after the publicity on; another person than the reviewer.
/// Faults: pool.same_person (on record), pool.publicity_under_way, pool.wrong_state, date.in_future, date.too_early.
/// </summary>
internal static class AdmitToPool
{
    public sealed record Body(DateOnly From);

    internal static Decision Decide(Pool pool, Body body, Actor actor, DateTimeOffset at) =>
        (pool.Open(PoolState.Publicised)
            ?? Sane.Day(body.From, at, "/from")
            ?? (body.From <= pool.PublicUntil ? Pool.PublicityUnderWay : null)) is { } fault
            ? fault
            : actor.Sub == pool.ReviewedBy || actor.Sub == pool.LastBy(nameof(PoolApplicationPublicised))
            ? Decision.RefuseOnRecord(Pool.SamePerson, new Change(pool.Stream, new PoolSamePersonRefused(pool.Provider, nameof(AdmittedToPool))))
            : Decision.Accept(pool.Stream, new AdmittedToPool(pool.Provider, body.From));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/pool/{uscc}/admission", [Role.BureauApprover], request =>
            request.On(Pool.Noun, request.Route("uscc"), (pool, at) => Decide(pool, request.Body, request.Actor, at)));
}
