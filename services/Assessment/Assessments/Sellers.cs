using PilotCity.Contracts.Performance.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;

namespace PilotCity.Assessment.Assessments;

/// <summary>Asks Performance which providers sell to an enterprise, by the projects it has now.</summary>
internal delegate ValueTask<Result<ListSellersReply>> AskSellers(string city, string enterprise, CancellationToken ct);

/// <summary>Who sells to an enterprise: nobody whom it does not know of.</summary>
internal static class Sellers
{
    internal static AskSellers Over(Peers peers) => async (city, enterprise, ct) =>
    {
        var reply = await peers.Ask("performance").Question(
            (channel, options) => new Projects.ProjectsClient(channel).ListSellersAsync(new ListSellersRequest { City = city, EnterpriseUscc = enterprise }, options), ct);
        return reply.Ok ? reply.Value ?? new ListSellersReply() : reply.Fault;
    };

    /// <summary>Each of them once.</summary>
    internal static string[] ProvidersOf(ListSellersReply reply) => [.. reply.Sellers.Select(s => s.Provider).Distinct(StringComparer.Ordinal)];
}
