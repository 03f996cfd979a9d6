using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// Somebody objects while an award is on show (programme.md Q6); what is said is kept as personal data. Until it is decided nothing is
/// approved (AC35). Faults: <c>award.not_on_show</c>, <c>award.statement</c>, <c>award.objections_full</c>.
/// </summary>
internal static class ObjectToAward
{
    public sealed record Body(string Statement);

    /// <summary>Bound of a statement: what the side table of personal data keeps of one value, in bytes.</summary>
    private const int StatementCharsMax = 600;

    /// <summary>Far more objections than one award ever meets; each stays in the award's state.</summary>
    private const int ObjectionsMax = 100;

    internal static readonly Fault NotOnShow = new(
        FaultKind.Refused, "award.not_on_show", new("该奖补不在公示期内，异议应在公示期内提出。", "The award is not on show; objections are raised during publicity."), "Q6");

    internal static readonly Fault StatementWrong = new(
        FaultKind.Invalid, "award.statement", new($"异议内容应为 1 至 {StatementCharsMax} 个字符。", $"A statement has 1 to {StatementCharsMax} characters."));

    internal static readonly Fault Full = new(
        FaultKind.TooMany, "award.objections_full", new($"该奖补的异议已达 {ObjectionsMax} 件，请直接联系主管部门。", $"There are {ObjectionsMax} objections to this award already; turn to the bureau."));

    internal static Decision Decide(Award award, string objection, PersonalRef statement, DateTimeOffset at) =>
        award is not { Status: AwardStatus.Publicised, Publicity: { } publicity } || ChinaTime.DayOf(at) > publicity.Until ? NotOnShow
        : award.Objections.Count >= ObjectionsMax ? Full
        : Decision.Accept(Award.Noun.StreamOf(award.Id), new AwardObjected(objection, statement)).Answering($"/awards/{award.Id}", new { objection });

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/awards/{id}/objections", [Role.Enterprise, Role.Provider, Role.DistrictOfficer, Role.BureauOfficer], async (request, ct) =>
        {
            if (string.IsNullOrWhiteSpace(request.Body.Statement) || request.Body.Statement.Length > StatementCharsMax) return StatementWrong;
            var id = request.CommandId.ToString("N")[..12];
            var (refs, rows) = await request.Log.Personal.Seal(request.City, [new($"award/{request.Route("id")}/objection/{id}", request.Body.Statement)], ct);
            return request.On(Award.Noun, request.Route("id"), (award, at) => Decide(award, id, refs[0], at)) with { Personal = rows };
        });
}
