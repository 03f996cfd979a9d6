using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Registry.PilotLists;

namespace PilotCity.Registry.Enterprises;

/// <summary>Looks up and searches the enterprises of a city, also as they were at an instant (<c>asOf</c>). An enterprise sees itself only, a district office its own.</summary>
internal static class LookUpEnterprises
{
    /// <summary>Who may look at single enterprises (programme.md §3); the widest sight first.</summary>
    internal static readonly Role[] Readers =
    [
        Role.Auditor, Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Evaluator, Role.Expert, Role.DistrictOfficer, Role.Enterprise,
    ];

    public sealed record Exclusion(ExclusionList List, string Source);

    public sealed record View(
        string Uscc,
        string Name,
        IReadOnlyList<FormerName> FormerNames,
        string District,
        string DistrictCode,
        string SubIndustry,
        string IndustryCode,
        int Staff,
        Money RevenueYuan,
        Money AssetsYuan,
        int? ReportYear,
        bool AboveScale,
        Tier? Tier,
        Size? Size,
        string? SizeClause,
        DateOnly FoundedOn,
        DayPrecision FoundedPrecision,
        bool OnPilotList,
        IReadOnlyList<Listing> Listings,
        IReadOnlyList<Exclusion> Exclusions,
        IReadOnlyList<CreditListing> CreditListings,
        bool HasContact);

    public sealed record Line(
        string Uscc, string Name, string District, string DistrictCode, string SubIndustry, string IndustryCode, Size? Size, bool AboveScale, Tier? Tier,
        bool OnPilotList, string List, DateOnly ListedOn, bool Excluded, bool CreditListed);

    internal static readonly ReadModel<Enterprise> Model = new(
        "enterprise", 1, Enterprise.Noun, LineOf,
        new("uscc", "统一社会信用代码", e => e.Uscc),
        new("name", "企业名称", e => e.Facts?.Name),
        new("districtCode", "区县代码", e => e.Facts?.DistrictCode),
        new("subIndustry", "细分行业", e => e.Facts?.SubIndustry),
        new("industryCode", "行业代码", e => e.Facts?.IndustryCode),
        new("size", "规模", e => e.Facts?.Size),
        new("aboveScale", "是否规上", e => e.Facts?.AboveScale),
        new("tier", "优质企业梯度", e => e.Facts?.Tier),
        new("onPilotList", "在试点名单内", e => e.OpenListing is not null),
        new("list", "名单", e => e.Listings[^1].List),
        new("excluded", "在排除名单内", e => !e.Exclusions.IsEmpty),
        new("creditListed", "在信用名单内", e => e.CreditListings.Exists(listing => listing.ClearedOn is null)));

    internal static View ViewOf(Enterprise enterprise, EnterpriseFacts facts, DateOnly day) => new(
        enterprise.Uscc, facts.Name, enterprise.FormerNames, facts.District, facts.DistrictCode, facts.SubIndustry, facts.IndustryCode, facts.Staff, facts.RevenueYuan,
        facts.AssetsYuan, facts.ReportYear, facts.AboveScale, facts.Tier, facts.Size, facts.SizeClause, facts.FoundedOn, facts.FoundedPrecision,
        enterprise.OnListAt(day), enterprise.Listings, [.. enterprise.Exclusions.Select(e => new Exclusion(e.Key, e.Value))], enterprise.CreditListings,
        enterprise.Contact is not null || enterprise.Phone is not null);

    internal static (string Column, string Value)? Scope(Actor actor) =>
        actor.Role == Role.Enterprise ? ("uscc", actor.Org)
        : actor.Role == Role.DistrictOfficer ? ("districtCode", actor.Org)
        : null;

    internal static void Map(Routes routes)
    {
        routes.List("/enterprises", Readers, Model, Scope, ["name"]);
        routes.Get("/enterprises/{uscc}", Readers, async (request, _) =>
        {
            var found = await request.Load(Enterprise.Noun, request.Route("uscc"));
            if (!found.Ok)
                return found.Fault;
            var day = ChinaTime.DayOf(request.AsOf ?? request.Service<TimeProvider>().GetUtcNow());
            return found.Value is { Facts: { } facts } enterprise && enterprise.IsSeenBy(request.Actor)
                ? (Result<object>)ViewOf(enterprise, facts, day)
                : SliceFaults.Unknown(Enterprise.Noun.Category, request.Route("uscc"));
        });
    }

    internal static Line? LineOf(Enterprise enterprise) => enterprise.Facts is not { } facts ? null : new(
        enterprise.Uscc, facts.Name, facts.District, facts.DistrictCode, facts.SubIndustry, facts.IndustryCode, facts.Size, facts.AboveScale, facts.Tier,
        enterprise.OpenListing is not null, enterprise.Listings[^1].List, enterprise.Listings[^1].From, !enterprise.Exclusions.IsEmpty,
        enterprise.CreditListings.Exists(listing => listing.ClearedOn is null));
}
