using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Registry.PilotLists;

namespace PilotCity.Registry.Enterprises;

/// <summary>National lists whose enterprises are not financed again (programme.md F10): 小巨人 paid by the central fund, the pilot of 2022.</summary>
internal enum ExclusionList
{
    CentralLittleGiant,

    [JsonStringEnumMemberName("pilot-2022")]
    Pilot2022,
}

/// <summary>Credit lists that block a payment: 严重失信主体, 失信被执行人, 经营异常名录, 重大税收违法失信.</summary>
internal enum CreditList
{
    SeriousDishonesty,
    DishonestDebtor,
    AbnormalOperation,
    TaxViolation,
}

/// <summary>What a pilot list says of an enterprise, with the size class and the clause it follows from.</summary>
internal sealed record EnterpriseFacts(
    string Name,
    string District,
    string DistrictCode,
    string SubIndustry,
    string IndustryCode,
    int Staff,
    Money RevenueYuan,
    Money AssetsYuan,
    bool AboveScale,
    DateOnly FoundedOn,
    DayPrecision FoundedPrecision,
    Tier? Tier = null,
    Size? Size = null,
    string? SizeClause = null,
    int? ReportYear = null);

internal sealed record EnterpriseListed(string Enterprise, string List, DateOnly ListedOn, EnterpriseFacts Facts, PersonalRef? Contact = null, PersonalRef? Phone = null);

/// <summary>A later list names an enterprise that stands on the list already: its facts are the new ones, the day it came on the list stays.</summary>
internal sealed record EnterpriseRelisted(string Enterprise, string List, DateOnly ListedOn, EnterpriseFacts Facts, PersonalRef? Contact = null, PersonalRef? Phone = null);

internal sealed record EnterpriseRemoved(string Enterprise, DateOnly RemovedOn, string Reason);

internal sealed record EnterpriseExcluded(string Enterprise, ExclusionList List, string Source);

internal sealed record ExclusionWithdrawn(string Enterprise, ExclusionList List, string Reason);

internal sealed record CreditListed(string Enterprise, CreditList List, DateOnly Since, string Source);

internal sealed record CreditListingCleared(string Enterprise, CreditList List, DateOnly ClearedOn, string Source);

internal sealed record ContactRead(string Enterprise, string Reading, string Purpose);

/// <summary>A stay on the pilot list: from its first day to the day it was taken off, which no longer counts.</summary>
internal sealed record Listing(string List, DateOnly From, DateOnly? To = null, string? Reason = null);

/// <summary>A stay on a credit list; the day of clearance no longer counts.</summary>
internal sealed record CreditListing(CreditList List, DateOnly Since, string Source, DateOnly? ClearedOn = null);

/// <summary>A name that the enterprise had until the day of the list which first gave it another.</summary>
internal sealed record FormerName(string Name, DateOnly Until);

/// <summary>Who looked at the contact last, and when: by it the values are handed over once asked for.</summary>
internal sealed record Reading(string Id, DateTimeOffset At);

/// <summary>
/// An enterprise of a city, by its unified social credit code: who it is, on which lists it stood when. Contact and phone
/// are personal data; the state holds references to them.
/// </summary>
internal sealed record Enterprise(
    string Uscc,
    EnterpriseFacts? Facts,
    ImmutableList<FormerName> FormerNames,
    ImmutableList<Listing> Listings,
    ImmutableSortedDictionary<ExclusionList, string> Exclusions,
    ImmutableList<CreditListing> CreditListings,
    ImmutableDictionary<string, Reading> Readings,
    PersonalRef? Contact,
    PersonalRef? Phone)
{
    private static readonly Enterprise Initial = new(
        "", null, [], [], ImmutableSortedDictionary<ExclusionList, string>.Empty, [], ImmutableDictionary<string, Reading>.Empty, null, null);

    public static readonly Noun<Enterprise> Noun = new(
        "enterprise", Initial, Apply,
        typeof(EnterpriseListed), typeof(EnterpriseRelisted), typeof(EnterpriseRemoved), typeof(EnterpriseExcluded), typeof(ExclusionWithdrawn),
        typeof(CreditListed), typeof(CreditListingCleared), typeof(ContactRead));

    /// <summary>The stay that has not ended.</summary>
    public Listing? OpenListing => Listings.Count > 0 && Listings[^1].To is null ? Listings[^1] : null;

    public bool OnListAt(DateOnly day) => Listings.Exists(listing => listing.From <= day && (listing.To is not { } end || day < end));

    public IEnumerable<CreditListing> CreditListingsAt(DateOnly day) =>
        CreditListings.Where(listing => listing.Since <= day && (listing.ClearedOn is not { } cleared || day < cleared));

    public CreditListing? OpenCreditListing(CreditList list) => CreditListings.Find(listing => listing.List == list && listing.ClearedOn is null);

    /// <summary>An enterprise sees itself, a district office its own enterprises, the others of the city all (programme.md §3).</summary>
    public bool IsSeenBy(Actor actor) =>
        actor.Role == Role.Enterprise ? actor.Org == Uscc
        : actor.Role != Role.DistrictOfficer || actor.Org == Facts?.DistrictCode;

    private static Enterprise Apply(Enterprise enterprise, object happened, EventMeta meta) => happened switch
    {
        EnterpriseListed e => enterprise.Named(e.Facts, e.ListedOn) with
        {
            Uscc = e.Enterprise,
            Listings = enterprise.Listings.Add(new(e.List, e.ListedOn)),
            Contact = e.Contact,
            Phone = e.Phone,
        },
        EnterpriseRelisted e => enterprise.Named(e.Facts, e.ListedOn) with
        {
            Listings = enterprise.Listings.SetItem(
                enterprise.Listings.Count - 1,
                enterprise.Listings[^1] with { List = e.List, From = e.ListedOn < enterprise.Listings[^1].From ? e.ListedOn : enterprise.Listings[^1].From }),
            Contact = e.Contact,
            Phone = e.Phone,
        },
        EnterpriseRemoved e => enterprise with
        {
            Listings = enterprise.Listings.SetItem(enterprise.Listings.Count - 1, enterprise.Listings[^1] with { To = e.RemovedOn, Reason = e.Reason }),
        },
        EnterpriseExcluded e => enterprise with { Exclusions = enterprise.Exclusions.Add(e.List, e.Source) },
        ExclusionWithdrawn e => enterprise with { Exclusions = enterprise.Exclusions.Remove(e.List) },
        CreditListed e => enterprise with { CreditListings = enterprise.CreditListings.Add(new(e.List, e.Since, e.Source)) },
        CreditListingCleared e => enterprise with
        {
            CreditListings = enterprise.CreditListings.ConvertAll(listing =>
                listing.List == e.List && listing.ClearedOn is null ? listing with { ClearedOn = e.ClearedOn } : listing),
        },
        ContactRead e => enterprise with { Readings = enterprise.Readings.SetItem(meta.Actor.Sub, new(e.Reading, meta.At)) },
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "not an event of an enterprise"),
    };

    private Enterprise Named(EnterpriseFacts facts, DateOnly day) => this with
    {
        Facts = facts,
        FormerNames = Facts is { } before && before.Name != facts.Name ? FormerNames.Insert(0, new(before.Name, day)) : FormerNames,
    };

    public static readonly Fault NotListed = new(FaultKind.Conflict, "enterprise.not_listed", new(
        "该企业当前不在试点名单内。", "The enterprise does not stand on the pilot list."));

    public static Fault RemovedBeforeListed(DateOnly listedOn) => new(FaultKind.Refused, "enterprise.removed_before_listed", new(
        $"移出日不能早于列入日 {listedOn:yyyy-MM-dd}。", $"It cannot be taken off before it came on the list, {listedOn:yyyy-MM-dd}."));

    public static Fault DayInFuture(DateOnly today) => new(FaultKind.Refused, "enterprise.day_in_future", new(
        $"日期不能晚于今天（{today:yyyy-MM-dd}）。", $"The day cannot be after today, {today:yyyy-MM-dd}."));

    public static readonly Fault AlreadyExcluded = new(FaultKind.Conflict, "enterprise.already_excluded", new(
        "该企业已在此排除名单内。", "The enterprise stands on this exclusion list already."));

    public static readonly Fault NotExcluded = new(FaultKind.Conflict, "enterprise.not_excluded", new(
        "该企业不在此排除名单内。", "The enterprise does not stand on this exclusion list."));

    public static readonly Fault AlreadyCreditListed = new(FaultKind.Conflict, "enterprise.already_credit_listed", new(
        "该企业已在此信用名单内。", "The enterprise stands on this credit list already."));

    public static readonly Fault NotCreditListed = new(FaultKind.Conflict, "enterprise.not_credit_listed", new(
        "该企业不在此信用名单内。", "The enterprise does not stand on this credit list."));

    public static Fault ClearedBeforeListed(DateOnly since) => new(FaultKind.Refused, "enterprise.cleared_before_listed", new(
        $"移出日不能早于列入日 {since:yyyy-MM-dd}。", $"It cannot be cleared before it was listed, {since:yyyy-MM-dd}."));

    public static Fault ListUnknown(IEnumerable<string> known) => new(FaultKind.NotFound, "enterprise.list_unknown", new(
        $"没有这个名单。可用：{string.Join("、", known)}。", $"There is no such list. There are: {string.Join(", ", known)}."));

    public static readonly Fault NoContact = new(FaultKind.NotFound, "enterprise.no_contact", new(
        "没有登记联系人，或其个人信息已按要求删除。", "There is no contact, or its personal data has been erased."));

    public static readonly Fault ReadingOver = new(FaultKind.NotFound, "enterprise.reading_over", new(
        "没有这次查阅，或已过有效时间。请重新登记查阅用途。", "There is no such reading of yours, or its time is over. State the purpose again."));
}
