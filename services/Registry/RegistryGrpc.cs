using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using PilotCity.Contracts.Common.V1;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Registry.Enterprises;

namespace PilotCity.Registry;

/// <summary>Answers other services' questions about an enterprise; converts, loads, converts.</summary>
internal sealed class RegistryGrpc(ServiceLog log, TimeProvider clock) : Contracts.Registry.V1.Enterprises.EnterprisesBase
{
    /// <summary>As many as a page of a list: folded one by one they take a fraction of the asker's deadline.</summary>
    private const int GroupsMax = 200;

    private static readonly Fault TooManyGroups = new(
        FaultKind.Invalid, "enterprise.too_many", new($"一次最多查询 {GroupsMax} 家企业。", $"At most {GroupsMax} enterprises are asked about at once, each by its credit code."));

    public override async Task<GetEnterpriseReply> GetEnterprise(GetEnterpriseRequest request, ServerCallContext context)
    {
        var asOf = Question.Moment(request.City, request.AsOfMicros);
        var (enterprise, version, position) = await log.Load(request.City, Enterprise.Noun, request.Uscc, asOf, context.CancellationToken);
        if (enterprise.Facts is not { } facts)
            throw GrpcFaults.Exception(SliceFaults.Unknown(Enterprise.Noun.Category, request.Uscc));

        var reply = ReplyOf(enterprise, facts, ChinaTime.DayOf(asOf ?? clock.GetUtcNow()));
        reply.Source = new Source { Service = log.Service, City = request.City, Stream = Enterprise.Noun.StreamOf(request.Uscc), Version = version, Position = position };
        return reply;
    }

    /// <summary>What is asked now stands in the list; for an instant each enterprise is folded up to it.</summary>
    public override async Task<ListGroupsReply> ListGroups(ListGroupsRequest request, ServerCallContext context)
    {
        var asOf = Question.Moment(request.City, request.AsOfMicros);
        var usccs = request.Usccs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (usccs.Count > GroupsMax || usccs.Exists(uscc => uscc.Length is 0 or > 64))
            throw GrpcFaults.Exception(TooManyGroups);

        var reply = new ListGroupsReply();
        if (asOf is null)
        {
            await foreach (var row in log.Rows(request.City, LookUpEnterprises.Model, new ListQuery([("uscc", usccs)]), bodies: true, context.CancellationToken))
                reply.Enterprises.Add(GroupsOf(JsonSerializer.Deserialize<LookUpEnterprises.Line>(row.Body, Json.Lenient)!));
            return reply;
        }

        foreach (var uscc in usccs)
        {
            var (enterprise, _, _) = await log.Load(request.City, Enterprise.Noun, uscc, asOf, context.CancellationToken);
            if (LookUpEnterprises.LineOf(enterprise) is { } line) reply.Enterprises.Add(GroupsOf(line));
        }

        return reply;
    }

    private static EnterpriseGroups GroupsOf(LookUpEnterprises.Line line)
    {
        var groups = new EnterpriseGroups { Uscc = line.Uscc, DistrictCode = line.DistrictCode, SubIndustry = line.SubIndustry };
        if (line.Size is { } size)
            groups.Size = ListWords.Word(size);
        return groups;
    }

    internal static GetEnterpriseReply ReplyOf(Enterprise enterprise, EnterpriseFacts facts, DateOnly day)
    {
        var listing = enterprise.Listings[^1];
        var reply = new GetEnterpriseReply
        {
            Uscc = enterprise.Uscc,
            Name = facts.Name,
            AboveScale = facts.AboveScale,
            InPilotList = enterprise.OnListAt(day),
            ListedOn = Iso(listing.From),
            DistrictCode = facts.DistrictCode,
            SubIndustry = facts.SubIndustry,
            IndustryCode = facts.IndustryCode,
            EstablishedOn = Iso(facts.FoundedOn),
            // Characters 3–8 of the code: where the enterprise is registered (GB 32100-2015).
            RegisteredDivision = enterprise.Uscc[2..8],
            Employees = facts.Staff,
            RevenueFen = facts.RevenueYuan.Fen,
            AssetsFen = facts.AssetsYuan.Fen,
        };
        reply.FormerNames.AddRange(enterprise.FormerNames.Select(former => former.Name));
        reply.Exclusions.AddRange(enterprise.Exclusions.Keys.Select(list => ListWords.Word(list)));
        reply.CreditLists.AddRange(enterprise.CreditListingsAt(day).Select(credit => ListWords.Word(credit.List)).Distinct());
        if (facts.Size is { } size)
            reply.Size = ListWords.Word(size);
        if (facts.Tier is { } tier)
            reply.Tier = ListWords.Word(tier);
        if (facts.ReportYear is { } year)
            reply.ReportYear = year;
        if (listing.To is { } to)
            reply.DelistedOn = Iso(to);
        return reply;
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
