using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau posts the computed award (公示, S13) for the working days of the rule, five where it is silent (programme.md Q6); the day of
/// posting is not counted. Faults: <c>award.not_computed</c>, <c>award.overturned</c>, <c>award.not_payable</c>, <c>award.concern_open</c>,
/// <c>award.concern_upheld</c>, <c>award.place</c>, <c>calendar.missing</c>.
/// </summary>
internal static class PubliciseAward
{
    /// <summary>Where the list is on show: an address or a place.</summary>
    public sealed record Body(string Where);

    private const int DaysDefault = 5;

    internal sealed record Shown(DateOnly From, DateOnly Until);

    internal static readonly Fault PlaceWrong = new(
        FaultKind.Invalid, "award.place", new("请写明公示网址或地点（1 至 500 个字符）。", "Say where it is on show, in 1 to 500 characters."));

    internal static Decision Decide(Award award, RuleBook book, Body body, DateTimeOffset at)
    {
        if (award is not { Status: AwardStatus.Computed, Final: { } final }) return AwardFaults.NotComputed;
        if (final.Overturned) return AwardFaults.Overturned;
        if (!ApproveAward.Approvable(final.Outcome)) return AwardFaults.NotPayable(final.Outcome);
        if (DecideConcern.Holds(award) is { } held) return held;
        if (string.IsNullOrWhiteSpace(body.Where) || body.Where.Length > 500) return PlaceWrong;
        var rule = book.Published.First(set => set.Version == final.RuleSetVersion).Process.PublicityDays;
        var (days, from) = (rule?.Value ?? DaysDefault, ChinaTime.DayOf(at));
        var until = WorkingDays.After(from, days);
        return until.Ok
            ? Decision.Accept(
                Award.Noun.StreamOf(award.Id),
                new AwardPublicised(award.Enterprise, from, until.Value.Day, days, rule?.Cited ?? "Q6", body.Where, until.Value.Notices, final.Entitlement))
                .Answering(null, new Shown(from, until.Value.Day))
            : until.Fault;
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/publicity", [Role.BureauOfficer], async (request, _) =>
    {
        var id = request.Route("id");
        var award = await request.Load(Award.Noun, id);
        if (!award.Ok) return award.Fault;
        if (award.Value.Final is not { } final) return AwardFaults.NotComputed;
        return request.On(Award.Noun, id, [RuleBook.Noun.StreamOf(final.RuleSet)], (now, streams, at) =>
            now.Final?.RuleSet != final.RuleSet ? AwardFaults.NotComputed : ComputeAward.RefuseApprover(now, request.Actor, "publicity") ?? Decide(now, streams.Get(RuleBook.Noun, final.RuleSet), request.Body, at));
    });
}
