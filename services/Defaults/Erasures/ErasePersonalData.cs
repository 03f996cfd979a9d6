using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Defaults.Erasures;

/// <summary>
/// What a service holds of a person or an organisation (names of subjects, no values), the request to erase one subject, and another person's decision. Every service that holds personal
/// data maps these. Faults: <c>erasure.nothing_held</c>, <c>erasure.reason</c>, <c>erasure.same_person</c>, <c>erasure.decided</c>, <c>erasure.unknown</c>, <c>request.query</c>.
/// </summary>
public static class ErasePersonalData
{
    private static readonly Role[] Readers = [Role.BureauOfficer, Role.BureauApprover, Role.Auditor];

    /// <summary>An enterprise has a contact, a party, an account and a few objections; who has more asks again after erasing.</summary>
    private const int SubjectsMax = 200;

    private const int IdCharactersMax = 128;

    public sealed record RequestBody(string Subject, string Reason);

    public sealed record DecisionBody(bool Erase, string? Reason);

    public sealed record Row(string Id, ErasureStatus Status, string Subject, string Reason, string RequestedBy, DateTimeOffset RequestedAt, string? DecidedBy, DateTimeOffset? DecidedAt, string? DeclinedBecause);

    public static readonly ReadModel<Erasure> Model = new(
        "erasure", 1, Erasure.Noun,
        e => new Row(e.Id, e.Status, e.Subject, e.Reason, e.RequestedBy, e.RequestedAt, e.DecidedBy, e.DecidedAt, e.DeclinedBecause),
        new("status", "状态", e => e.Status),
        new("subject", "主体", e => e.Subject),
        new("requestedBy", "申请人账号", e => e.RequestedBy),
        new("requestedAt", "申请时间", e => e.RequestedAt),
        new("decidedAt", "办结时间", e => e.DecidedAt));

    internal static Decision Request(string id, RequestBody body, bool held) =>
        Erasure.ReasonRefused(body.Reason) is { } fault ? fault
        : !held ? Erasure.NothingHeld
        : Decision.Accept(Erasure.Noun.StreamOf(id), new ErasureRequested(body.Subject, body.Reason)).Answering($"/erasures/{id}");

    internal static Decision Decide(Erasure erasure, DecisionBody body, Actor actor) =>
        erasure.Status != ErasureStatus.Requested ? Erasure.Decided
        : erasure.RequestedBy == actor.Sub ? Erasure.SamePerson
        : body.Erase ? Decision.Accept(Erasure.Noun.StreamOf(erasure.Id), new PersonalDataErased(erasure.Subject))
        : Erasure.ReasonRefused(body.Reason ?? "") is { } fault ? fault
        : Decision.Accept(Erasure.Noun.StreamOf(erasure.Id), new ErasureDeclined(body.Reason!));

    public static void Map(Routes routes)
    {
        routes.Get("/personal-data", Readers, async (request, ct) =>
            request.Query("of") is { Length: > 0 and <= IdCharactersMax } id
                ? new { Subjects = await request.Log.Personal.SubjectsOf(request.City, id, SubjectsMax, ct) }
                : SliceFaults.QueryMalformed("of", new("请填写企业、服务商等的编号。", "the id of an enterprise, a provider, an award … is asked for.")));
        routes.List("/erasures", Readers, Model);
        routes.Get("/erasures/{id}", Readers, async (request, _) =>
        {
            var found = await request.Load(Erasure.Noun, request.Route("id"));
            return found.Ok ? found.Value : found.Fault;
        });
        routes.Command<RequestBody>("POST", "/erasures", [Role.BureauOfficer], async (request, ct) =>
        {
            var (id, held) = (request.CommandId.ToString("N"), await request.Log.Personal.Holds(request.City, request.Body.Subject, ct));
            return request.New(Erasure.Noun, id, [], (_, _) => Request(id, request.Body, held));
        });
        routes.Command<DecisionBody>("POST", "/erasures/{id}/decision", [Role.BureauApprover], async (request, ct) =>
        {
            // The subject of a request never changes, so that it may be read before the rule runs.
            var (erasure, _, _) = await request.Log.Load(request.City, Erasure.Noun, request.Route("id"), null, ct);
            return request.On(Erasure.Noun, request.Route("id"), (found, _) => Decide(found, request.Body, request.Actor)) with
            {
                Erases = request.Body.Erase && erasure.Subject.Length > 0 ? [erasure.Subject] : [],
            };
        });
    }
}
