using Grpc.Core;
using PilotCity.Contracts.Common.V1;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Registry.Enterprises;
using PilotCity.Registry.Parties;

namespace PilotCity.Registry;

/// <summary>Answers which organisations share a person, a phone or an address, without telling which; loads, compares, converts.</summary>
internal sealed class PartiesGrpc(ServiceLog log) : Contracts.Registry.V1.Parties.PartiesBase
{
    /// <summary>An award has an enterprise, its providers and an evaluator; a city's board asks for no more at once.</summary>
    private const int OrgsMax = 50;

    private static readonly Fault TooMany = new(
        FaultKind.Invalid, "party.too_many", new Text($"一次最多比对 {OrgsMax} 个单位。", $"At most {OrgsMax} organisations are compared at once, each named as in a token."));

    public override async Task<CompareReply> Compare(CompareRequest request, ServerCallContext context)
    {
        _ = Question.Moment(request.City, 0);
        if (request.Orgs.Count > OrgsMax || !request.Orgs.All(Party.IsOrg))
            throw GrpcFaults.Exception(TooMany);

        var reply = new CompareReply();
        var values = new List<PartyValue>();
        foreach (var org in request.Orgs.Distinct(StringComparer.Ordinal))
        {
            var (party, version, position) = await log.Load(request.City, Party.Noun, org, null, context.CancellationToken);
            var (enterprise, _, _) = await log.Load(request.City, Enterprise.Noun, org, null, context.CancellationToken);
            var known = new (RelationKind Kind, PersonalRef? Ref)[]
            {
                (RelationKind.Representative, party.Representative), (RelationKind.Phone, party.Phone), (RelationKind.Address, party.Address), (RelationKind.Phone, enterprise.Phone),
            };
            var before = values.Count;
            foreach (var (kind, reference) in known)
            {
                if (reference is not null && await log.Personal.Open(request.City, reference, context.CancellationToken) is { } value)
                    values.Add(new(org, kind, value));
            }

            if (values.Count == before)
                reply.Unknown.Add(org);
            if (version > 0)
                reply.Sources.Add(new Source { Service = log.Service, City = request.City, Stream = Party.Noun.StreamOf(org), Version = version, Position = position });
        }

        reply.Relations.AddRange(CompareParties.Compare(values).Select(r => new Contracts.Registry.V1.Relation { Kind = Word(r.Kind), A = r.A, B = r.B }));
        return reply;
    }

    private static string Word(RelationKind kind) => kind switch
    {
        RelationKind.Representative => "representative",
        RelationKind.Phone => "phone",
        RelationKind.Address => "address",
    };
}
