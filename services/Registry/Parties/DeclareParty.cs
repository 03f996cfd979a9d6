using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Registry.Enterprises;

namespace PilotCity.Registry.Parties;

/// <summary>
/// The bureau enters from the business register who stands behind an organisation, or the organisation declares it itself as long as the bureau
/// has not. Values are never shown again; that they are there is. Faults: party.org, party.empty, party.value, party.on_record, party.unknown.
/// </summary>
internal static class DeclareParty
{
    public sealed record Body(Remark Source, string? Representative = null, string? Phone = null, string? Address = null);

    internal sealed record Shown(string Org, bool Representative, bool Phone, bool Address, string Source, bool ByBureau);

    /// <summary>Bound of one value, in characters: a registered address is the longest.</summary>
    internal const int CharsMax = 200;

    private static readonly Role[] Declarers = [Role.BureauOfficer, Role.Enterprise, Role.Provider, Role.Evaluator];

    private static readonly Role[] Readers = [Role.Auditor, Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Enterprise, Role.Provider, Role.Evaluator];

    internal static readonly Fault ValueWrong = new(
        FaultKind.Invalid, "party.value", new Text($"每项应为 1 至 {CharsMax} 个字符的单行文字，电话至少 5 位数字。", $"Each value is one line of 1 to {CharsMax} characters; a phone has at least 5 digits."));

    internal static Fault? Check(string org, Body body) =>
        !Party.IsOrg(org) ? Party.OrgMalformed
        : body is { Representative: null, Phone: null, Address: null } ? Party.Empty
        : new[] { body.Representative, body.Phone, body.Address }.OfType<string>().Any(v => string.IsNullOrWhiteSpace(v) || v.Length > CharsMax || v.Any(char.IsControl)) ? ValueWrong
        : body.Phone is { } phone && CompareParties.Normal(RelationKind.Phone, phone).Length < 5 ? ValueWrong
        : null;

    internal static Decision Decide(Party party, string org, Body body, PersonalRef? representative, PersonalRef? phone, PersonalRef? address, Actor actor) =>
        party.ByBureau && actor.Role != Role.BureauOfficer
            ? Party.OnRecord
            : Decision.Accept(Party.Noun.StreamOf(org), new PartyDeclared(org, representative, phone, address, body.Source.Value)).Answering($"/parties/{org}");

    internal static bool IsSeenBy(Actor actor, string org) => actor.Role is not (Role.Enterprise or Role.Provider or Role.Evaluator) || actor.Org == org;

    internal static void Map(Routes routes)
    {
        routes.Command<Body>("PUT", "/parties/{org}", Declarers, async (request, ct) =>
        {
            var (org, body) = (request.Route("org"), request.Body);
            if (!IsSeenBy(request.Actor, org))
                return SliceFaults.Unknown(Party.Noun.Category, org);
            if (Check(org, body) is { } fault)
                return fault;

            var values = new[] { body.Representative, body.Phone, body.Address };
            var (refs, rows) = await request.Log.Personal.Seal(request.City, [.. values.OfType<string>().Select(v => new PersonalDatum(Party.SubjectOf(org), v.Trim()))], ct);
            var next = 0;
            var sealedValues = values.Select(v => v is null ? null : refs[next++]).ToArray();
            return new Intent(
                [Party.Noun.StreamOf(org)],
                (streams, _) => Decide(streams.Get(Party.Noun, org), org, body, sealedValues[0], sealedValues[1], sealedValues[2], request.Actor))
            { Personal = rows };
        });
        routes.Get("/parties/{org}", Readers, async (request, _) =>
        {
            var org = request.Route("org");
            if (!IsSeenBy(request.Actor, org))
                return SliceFaults.Unknown(Party.Noun.Category, org);
            var found = await request.Load(Party.Noun, org);
            return !found.Ok ? found.Fault
                : (Result<object>)new Shown(org, found.Value.Representative is not null, found.Value.Phone is not null, found.Value.Address is not null, found.Value.Source, found.Value.ByBureau);
        });
    }
}
