using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>The bureau archives the file of a paid award (归档, S16). Faults: <c>award.not_paid</c>, <c>award.archive</c>.</summary>
internal static class CloseAward
{
    /// <summary>Where the sealed file stands.</summary>
    public sealed record Body(string Archive);

    internal static readonly Fault NotPaid = new(FaultKind.Conflict, "award.not_paid", new("奖补尚未拨付，或已归档。", "The award is not paid, or it is archived already."));

    internal static readonly Fault ArchiveWrong = new(
        FaultKind.Invalid, "award.archive", new("档案号应为 1 至 200 个字符。", "The archive's number has 1 to 200 characters."));

    internal static Decision Decide(Award award, Body body) =>
        award.Status != AwardStatus.Paid ? NotPaid
        : string.IsNullOrWhiteSpace(body.Archive) || body.Archive.Length > 200 ? ArchiveWrong
        : Decision.Accept(Award.Noun.StreamOf(award.Id), new AwardClosed(body.Archive));

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/closing", [Role.BureauOfficer], request =>
        request.On(Award.Noun, request.Route("id"), (award, _) => Decide(award, request.Body)));
}
