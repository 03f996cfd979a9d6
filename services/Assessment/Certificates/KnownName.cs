using PilotCity.Assessment.Assessments;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;

namespace PilotCity.Assessment.Certificates;

/// <summary>Asks Registry for the registered name of an enterprise; <c>peer.unavailable</c> where it is away.</summary>
internal delegate ValueTask<Result<KnownName>> AskName(string city, string uscc, CancellationToken ct);

/// <summary>An enterprise's registered name and where it was read; neither where the city does not know the enterprise.</summary>
internal sealed record KnownName(string? Name, EntrySource? Source)
{
    /// <summary>Credit codes of individual businesses (个体工商户, GB 32100: registered with the market authority, kind 2): the name may be a person's.</summary>
    private const string IndividualBusiness = "92";

    public static readonly KnownName Nothing = new(null, null);

    internal static AskName Over(Peers peers) => async (city, uscc, ct) =>
    {
        var reply = await peers.Ask("registry").Question(
            (channel, options) => new Enterprises.EnterprisesClient(channel).GetEnterpriseAsync(new GetEnterpriseRequest { City = city, Uscc = uscc }, options), ct);
        return reply.Ok ? Of(reply.Value) : reply.Fault;
    };

    internal static KnownName Of(GetEnterpriseReply? reply) => reply is null || IsPerson(reply.Uscc)
        ? Nothing
        : new(reply.Name, new(reply.Source.Service, reply.Source.City, reply.Source.Stream, reply.Source.Version, reply.Source.Position));

    /// <summary>Whether a natural person trades under this code.</summary>
    internal static bool IsPerson(string uscc) => uscc.StartsWith(IndividualBusiness, StringComparison.Ordinal);

    /// <summary>The code as anybody may read it: whole, but not that of a natural person's business.</summary>
    internal static string Public(string uscc) => IsPerson(uscc) ? string.Concat(uscc.AsSpan(0, 2), new string('*', uscc.Length - 6), uscc.AsSpan(uscc.Length - 4)) : uscc;
}
