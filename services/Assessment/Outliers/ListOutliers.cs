using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Outliers;

/// <summary>The outliers of a city for the bureau and the auditor: as a list, and one by one with what was found and from which entries. Fault: <c>outlier.unknown</c>.</summary>
internal static class ListOutliers
{
    private static readonly Role[] Readers = [Role.Auditor, Role.BureauOfficer, Role.BureauApprover];

    /// <summary><c>Check</c> is the audit check that it is a sign of.</summary>
    internal sealed record Row(string Id, string Check, OutlierStatus Status, DateTimeOffset NotedAt, Text Meaning, OutlierNoted Noted, OutlierDecided? Decided, DateTimeOffset? DecidedAt);

    internal static readonly ReadModel<Outlier> Model = new(
        "outlier", 2, Outlier.Noun, RowOf,
        new("check", "审计检查", o => o.Noted is { } noted ? CheckOf(noted.Kind) : null),
        new("kind", "类别", o => o.Noted?.Kind),
        new("status", "状态", o => o.Status),
        new("org", "服务商或评测机构", o => o.Noted?.Org),
        new("enterprises", "企业", o => o.Noted?.Enterprises ?? [], Several: true),
        new("instrument", "评测工具", o => o.Noted?.Instrument),
        new("notedAt", "发现时间", o => o.NotedAt),
        new("decidedAt", "处理时间", o => o.DecidedAt));

    internal static void Map(Routes routes)
    {
        routes.List("/outliers", Readers, Model);
        routes.Get("/outliers/{id}", Readers, async (request, _) =>
        {
            var found = await request.Load(Outlier.Noun, request.Route("id"));
            if (!found.Ok)
                return found.Fault;

            return RowOf(found.Value)!;
        });
    }

    private static Row? RowOf(Outlier outlier) => outlier.Noted is { } noted
        ? new(outlier.Id, CheckOf(noted.Kind), outlier.Status, outlier.NotedAt, MeaningOf(noted.Kind), noted, outlier.Decided, outlier.DecidedAt)
        : null;

    /// <summary>AC25: an improbable jump, equal answers or files in several enterprises. AC26: an evaluator that passes everybody.</summary>
    private static string CheckOf(OutlierKind kind) => kind switch
    {
        OutlierKind.Jump or OutlierKind.SameAnswers or OutlierKind.SameEvidence => "AC25",
        OutlierKind.PassRate => "AC26",
    };

    private static Text MeaningOf(OutlierKind kind) => kind switch
    {
        OutlierKind.Jump => new("短期内两次结果的等级或总分相差过大", "Level or total moved further in a short time than is plausible"),
        OutlierKind.SameAnswers => new("同一机构的两家企业作答完全相同", "Two enterprises of one organisation have the same answers throughout"),
        OutlierKind.SameEvidence => new("两家企业使用了同一份佐证文件", "The same file proves something for two enterprises"),
        OutlierKind.PassRate => new("该评测机构的达标率与同行相差过大（费希尔精确检验）", "The evaluator's rate of passed results is far from its peers' (Fisher's exact test)"),
    };
}
