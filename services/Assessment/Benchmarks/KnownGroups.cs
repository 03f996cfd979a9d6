using System.Collections.Concurrent;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;

namespace PilotCity.Assessment.Benchmarks;

/// <summary>Asks Registry to which groups some enterprises belong, now or at an instant; those it does not know are not in the answer.</summary>
internal delegate ValueTask<Result<IReadOnlyDictionary<string, EnterpriseGroups>>> AskGroups(string city, IReadOnlyCollection<string> enterprises, DateTimeOffset? asOf, CancellationToken ct);

/// <summary>The groups of a city's enterprises and when Registry told them.</summary>
internal sealed record ToldGroups(IReadOnlyDictionary<string, EnterpriseGroups> ByEnterprise, DateTimeOffset At)
{
    public EnterpriseGroups Of(string enterprise) => ByEnterprise.GetValueOrDefault(enterprise) ?? EnterpriseGroups.Unknown;
}

/// <summary>
/// What Registry told last of a city's enterprises: asked again once it is older than <see cref="Fresh"/>, and used as it is while Registry is away. The answer says
/// from when it is.
/// </summary>
internal sealed class KnownGroups(AskGroups ask, TimeProvider clock)
{
    /// <summary>As many as Registry answers at once.</summary>
    public const int Together = 200;

    /// <summary>Enterprises change their district or size class once a year.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, ToldGroups> known = new(StringComparer.Ordinal);

    public async ValueTask<Result<ToldGroups>> Of(string city, IReadOnlyCollection<string> enterprises, DateTimeOffset? asOf, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var last = asOf is null ? known.GetValueOrDefault(city) : null;
        if (last is not null && now - last.At < Fresh && enterprises.All(last.ByEnterprise.ContainsKey))
            return last;

        var all = new Dictionary<string, EnterpriseGroups>(StringComparer.Ordinal);
        foreach (var some in enterprises.Chunk(Together))
        {
            var told = await ask(city, some, asOf, ct);
            if (!told.Ok)
                return last is not null ? last : told.Fault;

            foreach (var enterprise in some)
                all[enterprise] = told.Value.GetValueOrDefault(enterprise) ?? EnterpriseGroups.Unknown;
        }

        var fresh = new ToldGroups(all, asOf ?? now);
        if (asOf is null)
            known[city] = fresh;

        return fresh;
    }

    internal static AskGroups Over(Peers peers) => async (city, enterprises, asOf, ct) =>
    {
        var request = new ListGroupsRequest { City = city, AsOfMicros = asOf is { } at ? Defaults.Log.Instant.Micros(at) : 0 };
        request.Usccs.AddRange(enterprises);
        var reply = await peers.Ask("registry").Question((channel, options) => new Enterprises.EnterprisesClient(channel).ListGroupsAsync(request, options), ct);
        return !reply.Ok
            ? reply.Fault
            : (reply.Value?.Enterprises ?? []).ToDictionary(e => e.Uscc, e => new EnterpriseGroups(e.DistrictCode, e.SubIndustry, e.Size), StringComparer.Ordinal);
    };
}
