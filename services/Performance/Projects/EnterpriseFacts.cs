using System.Globalization;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>What Registry says of an enterprise at the moment, and where it read it.</summary>
public sealed record EnterpriseFacts(string Uscc, string Name, bool InPilotList, DateOnly? ListedOn, string? District, FactSource Source)
{
    internal static AskEnterprise Over(Ask registry) => async (city, uscc, ct) =>
    {
        var reply = await registry.Question(
            (channel, options) => new Enterprises.EnterprisesClient(channel).GetEnterpriseAsync(new GetEnterpriseRequest { City = city, Uscc = uscc }, options), ct);
        return reply.Ok ? Of(uscc, reply.Value) : reply.Fault;
    };

    /// <summary>The reply as facts; no reply: the city does not know the enterprise.</summary>
    internal static Result<EnterpriseFacts> Of(string uscc, GetEnterpriseReply? reply) => reply is null
        ? SliceFaults.Unknown("enterprise", uscc)
        : new EnterpriseFacts(
            reply.Uscc,
            reply.Name,
            reply.InPilotList,
            reply.HasListedOn ? DateOnly.ParseExact(reply.ListedOn, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            reply.HasDistrictCode ? reply.DistrictCode : null,
            new FactSource(reply.Source.Service, reply.Source.City, reply.Source.Stream, reply.Source.Version, reply.Source.Position));
}

/// <summary>Asks Registry who an enterprise is now; <c>enterprise.unknown</c> where the city does not know it, <c>peer.unavailable</c> where Registry is away.</summary>
internal delegate ValueTask<Result<EnterpriseFacts>> AskEnterprise(string city, string uscc, CancellationToken ct);
