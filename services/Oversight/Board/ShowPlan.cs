using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Board;

/// <summary><c>GET /plan</c>: the plan in force, and all its versions with who drafted and who approved them; the targets as CSV or XLSX.</summary>
internal static class ShowPlan
{
    internal sealed record View(PlanVersion? InForce, IReadOnlyList<PlanVersion> Versions);

    internal static void Map(Routes routes) => routes.Get("/plan", Officials.All, async (request, ct) =>
    {
        var (plan, _, _) = await request.Log.Load(request.City, Plan.Noun, Plan.Id, request.AsOf, ct);
        var table = new Table(
            "plan", [("kpi", "编号"), ("name", "指标"), ("by", "分组方式"), ("group", "分组"), ("target", "目标"), ("milestones", "里程碑")],
            _ => (plan.InForce?.Targets ?? []).Select(t => (IEnumerable<string?>)
            [
                t.Kpi, Kpi.All[t.Kpi].Name.In(request.Language), t.By is { } by ? AskBoard.Word(by) : null, t.Group, MeasureProgress.Number(t.Value),
                string.Join(' ', (t.Milestones ?? []).Select(m => $"{m.On:yyyy-MM-dd}:{MeasureProgress.Number(m.Value)}")),
            ]).ToAsyncEnumerable());
        return table.AsAsked(request) ?? (object)new View(plan.InForce, plan.Versions);
    });
}
