using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>The city's pool (服务商池) as a list, and one provider's dossier and membership; open to everybody of the city, as the published pool is.</summary>
internal static class PoolList
{
    private static readonly Role[] Readers =
    [
        Role.Enterprise, Role.Provider, Role.DistrictOfficer, Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover,
        Role.Evaluator, Role.Expert, Role.Auditor, Role.Observer, Role.Operator,
    ];

    internal static readonly ReadModel<Pool> Model = new(
        "pool", 1, Pool.Noun,
        pool => pool.Provider.Length == 0 ? null : new Row(pool.Provider, pool.Name, pool.State, pool.Terms),
        new Column<Pool>("name", "名称", p => p.Name),
        new Column<Pool>("state", "状态", p => p.State),
        new Column<Pool>("since", "入池日", p => p.Terms.Count == 0 ? null : p.Terms[0].From));

    private sealed record Row(string Provider, string Name, PoolState State, IReadOnlyList<Term> Terms);

    internal static void Map(Routes routes)
    {
        routes.List("/pool", Readers, Model, searched: ["name"]);

        // Who reviewed, warned and why is for the provider itself and the authorities.
        routes.Get("/pool/{uscc}", Readers, async (request, _) =>
        {
            var found = await request.Load(Pool.Noun, request.Route("uscc"));
            if (!found.Ok)
            {
                return found.Fault;
            }

            return request.Actor.Role is Role.Enterprise or Role.Observer || (request.Actor.Role == Role.Provider && request.Actor.Org != found.Value.Provider)
                ? found.Value with { Steps = [], ReviewedBy = null, RectifyBy = null }
                : found.Value;
        });

        routes.Get("/providers/{uscc}", Readers, async (request, _) =>
        {
            var found = await request.Load(Provider.Noun, request.Route("uscc"), Provider.Nation);
            if (!found.Ok)
            {
                return found.Fault;
            }

            return found.Value;
        });
    }
}
