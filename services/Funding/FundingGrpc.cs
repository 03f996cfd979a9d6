using System.Text.Json;
using Grpc.Core;
using PilotCity.Contracts.Funding.V1;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding;

/// <summary>Answers what the rule gives, what was approved and what was paid.</summary>
internal sealed class FundingGrpc(ServiceLog log) : Contracts.Funding.V1.Awards.AwardsBase
{
    public override async Task<GetAwardReply> GetAward(GetAwardRequest request, ServerCallContext context)
    {
        var asOf = Question.Moment(request.City, request.AsOfMicros);
        var (award, version, position) = await log.Load(request.City, Award.Noun, request.Award, asOf, context.CancellationToken);
        if (version == 0) throw GrpcFaults.Exception(SliceFaults.Unknown(Award.Noun.Category, request.Award));
        var reply = new GetAwardReply
        {
            Award = award.Id,
            Status = JsonNamingPolicy.KebabCaseLower.ConvertName(award.Status.ToString()),
            PaidFen = award.Paid.Fen,
            BeneficiaryUscc = award.Enterprise,
            Project = award.Id,
            Source = new() { Service = log.Service, City = request.City, Stream = Award.Noun.StreamOf(award.Id), Version = version, Position = position },
        };
        if ((award.Final ?? award.Advance) is { } computed)
        {
            reply.RuleSet = $"{computed.RuleSet}@{computed.RuleSetVersion}";
            reply.PayableFen = computed.Payable.Fen;
            reply.RecoverFen = computed.Recover.Fen;
        }

        if (award.Final is { } final) reply.EntitlementFen = final.Entitlement.Fen;
        return reply;
    }
}
