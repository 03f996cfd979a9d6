using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checks;

namespace PilotCity.Oversight.Findings;

/// <summary>The findings of a city for those who decide and for the auditor: as a list, CSV or XLSX, and one by one with entries and steps. Fault: <c>finding.unknown</c>.</summary>
internal static class ListFindings
{
    internal sealed record Row(
        string Id, string Check, Text What, Severity Severity, FindingStatus Status, DateTimeOffset OpenedAt, FindingOpened Found, string? Responsible, DateOnly? DueOn, FindingClosed? Closed,
        DateTimeOffset? ClosedAt, IReadOnlyList<Escalation> Escalations);

    internal sealed record View(Row Finding, Text Standing, IReadOnlyList<FindingStep> Steps);

    internal static readonly ReadModel<Finding> Model = new(
        "finding", 2, Finding.Noun, RowOf,
        new("check", "核查", f => f.Opened?.Check),
        new("severity", "严重程度", f => f.Opened?.Severity),
        new("status", "状态", f => f.Status),
        new("about", "涉及对象", f => (f.Opened?.About ?? []).Select(s => $"{s.Kind}/{s.Id}"), Several: true),
        new("atStake", "涉及金额（元）", f => f.Opened?.AtStake),
        new("openedAt", "发现时间", f => f.OpenedAt),
        new("level", "督办级别", f => f.Escalations.Count),
        new("escalatedAt", "升级时间", f => f.Escalations.LastOrDefault()?.At),
        new("responsible", "负责账号", f => f.Responsible),
        new("dueOn", "整改期限", f => f.Ordered?.DueOn),
        new("outcome", "办结结论", f => f.Closed?.Outcome),
        new("closedAt", "办结时间", f => f.ClosedAt));

    internal static void Map(Routes routes)
    {
        routes.List("/findings", Officials.All, Model);
        routes.Get("/findings/{id}", Officials.All, async (request, _) =>
        {
            var found = await request.Load(Finding.Noun, request.Route("id"));
            return found.Ok ? new View(RowOf(found.Value)!, Finding.WordOf(found.Value.Status), found.Value.Steps) : found.Fault;
        });
    }

    private static Row? RowOf(Finding finding) => finding.Opened is { } opened
        ? new(
            finding.Id, opened.Check, Check.All[opened.Check].What, opened.Severity, finding.Status, finding.OpenedAt, opened, finding.Responsible, finding.Ordered?.DueOn, finding.Closed,
            finding.ClosedAt, finding.Escalations)
        : null;
}
