using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The city's projects as a list, and one with every step that was taken. An enterprise sees its own, a provider those it works in,
/// a district officer the district's, the others all.
/// </summary>
internal static class ProjectList
{
    private static readonly Role[] Readers =
    [
        // The narrowest first: who is let in under two roles sees what the narrower one may.
        Role.Enterprise, Role.Provider, Role.DistrictOfficer,
        Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor, Role.Evaluator,
    ];

    internal static readonly ReadModel<Project> Model = new(
        "project", 1, Project.Noun,
        p => p.Id.Length == 0 ? null : new Row(p.Id, p.Enterprise, p.EnterpriseName, p.District, p.Title, p.Type, p.Batch, p.State, [.. p.Providers], p.FiledOn, p.CompletedOn, p.AcceptedOn, p.Attempts),
        new Column<Project>("enterprise", "企业", p => p.Enterprise),
        new Column<Project>("name", "企业名称", p => p.EnterpriseName),
        new Column<Project>("district", "区县", p => p.District),
        new Column<Project>("state", "状态", p => p.State),
        new Column<Project>("type", "类型", p => p.Type),
        new Column<Project>("batch", "批次", p => p.Batch),
        new Column<Project>("provider", "服务商", p => p.Providers, Several: true),
        new Column<Project>("title", "项目名称", p => p.Title),
        new Column<Project>("filedOn", "备案日", p => p.FiledOn),
        new Column<Project>("completedOn", "完工日", p => p.CompletedOn),
        new Column<Project>("acceptedOn", "通过验收日", p => p.AcceptedOn));

    private sealed record Row(
        string Id, string Enterprise, string EnterpriseName, string District, string? Title, ProjectType Type, string? Batch, ProjectState State,
        IReadOnlyList<string> Providers, DateOnly? FiledOn, DateOnly? CompletedOn, DateOnly? AcceptedOn, int Attempts);

    internal static void Map(Routes routes)
    {
        routes.List("/projects", Readers, Model, Scope, ["name", "enterprise", "title"]);
        routes.Get("/projects/{id}", Readers, async (request, _) =>
        {
            var found = await request.Load(Project.Noun, request.Route("id"));
            if (!found.Ok)
            {
                return found.Fault;
            }

            if (!found.Value.IsOf(request.Actor))
            {
                return SliceFaults.Unknown(Project.Noun.Category, request.Route("id"));
            }

            return found.Value.SeenBy(request.Actor);
        });
    }

    private static (string Column, string Value)? Scope(Actor actor) => actor.Role switch
    {
        Role.Enterprise => ("enterprise", actor.Org),
        Role.Provider => ("provider", actor.Org),
        Role.DistrictOfficer => ("district", actor.Org),
        Role.BureauOfficer or Role.BureauApprover or Role.FinanceOfficer or Role.FinanceApprover or Role.Evaluator
            or Role.Expert or Role.Auditor or Role.Observer or Role.Operator or Role.Service => null,
    };
}
