using PilotCity.Contracts.Common.V1;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;

namespace PilotCity.Assessment.Assessments;

/// <summary>Asks who sells to an enterprise (Performance) and who of them is related to an evaluator (Registry).</summary>
internal delegate ValueTask<Result<Independence>> AskIndependence(string city, string enterprise, string evaluator, CancellationToken ct);

/// <summary>
/// What is known of an evaluator's independence: whether it sells to the enterprise, with whom it shares a representative, a phone or an address, and
/// the entries that say so. It may not assess where it, or a related organisation, sells (AC26).
/// </summary>
internal sealed record Independence(bool Sells, IReadOnlyList<string> Related, IReadOnlyList<EntrySource> Sources)
{
    /// <summary>Registry compares fifty organisations at once; the evaluator and the enterprise are two of them.</summary>
    internal const int SellersMax = 48;

    public static readonly Independence Nothing = new(false, [], []);

    public static readonly Fault SellsThere = new(
        FaultKind.Forbidden, "assessment.evaluator_sells",
        new("评测机构是该企业项目的服务商，不能评测该企业。", "The evaluator sells to this enterprise and does not assess it."), "AC26");

    public static Fault RelatedTo(IEnumerable<string> orgs) => new(
        FaultKind.Forbidden, "assessment.evaluator_related",
        new($"评测机构与 {string.Join("、", orgs)} 有关联（法定代表人、电话或地址相同），不能评测该企业。", $"The evaluator is related to {string.Join(", ", orgs)} (a shared representative, phone or address) and does not assess this enterprise."), "AC26");

    public static readonly Fault TooManySellers = new(
        FaultKind.TooMany, "assessment.too_many_sellers", new($"该企业的服务商超过 {SellersMax} 家，无法自动核对独立性，请联系管理员。", $"More than {SellersMax} providers sell to this enterprise: independence cannot be compared."));

    /// <summary>Why the evaluator may not assess, or nothing.</summary>
    public Fault? Refusal => Sells ? SellsThere : Related.Count > 0 ? RelatedTo(Related) : null;

    internal static AskIndependence Over(Peers peers) => async (city, enterprise, evaluator, ct) =>
    {
        var sellers = await Sellers.Over(peers)(city, enterprise, ct);
        if (!sellers.Ok) return sellers.Fault;
        var providers = Comparable(sellers.Value);
        if (!providers.Ok) return providers.Fault;
        var request = new CompareRequest { City = city };
        request.Orgs.AddRange(providers.Value.Append(enterprise).Append(evaluator).Distinct(StringComparer.Ordinal));
        var parties = await peers.Ask("registry").Question((channel, options) => new Parties.PartiesClient(channel).CompareAsync(request, options), ct);
        return parties.Ok
            ? Of(evaluator, providers.Value, sellers.Value.Sellers.Select(s => s.Source), parties.Value ?? new CompareReply())
            : parties.Fault;
    };

    internal static Result<string[]> Comparable(ListSellersReply sellers) =>
        Sellers.ProvidersOf(sellers) is { Length: <= SellersMax } providers ? providers : TooManySellers;

    internal static Independence Of(string evaluator, IReadOnlyCollection<string> sellers, IEnumerable<Source> projects, CompareReply parties) => new(
        sellers.Contains(evaluator),
        [.. parties.Relations.Where(r => r.A == evaluator || r.B == evaluator).Select(r => r.A == evaluator ? r.B : r.A).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        [.. projects.Concat(parties.Sources).Select(s => new EntrySource(s.Service, s.City, s.Stream, s.Version, s.Position)).Distinct()]);
}
