using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Registry.PilotLists;

/// <summary>Looks up the pilot lists of a city: which file, when, by whom, what was left out. Their enterprises: <c>/enterprises?list=ID</c>.</summary>
internal static class LookUpPilotLists
{
    private static readonly Role[] Readers = [Role.Auditor, Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.DistrictOfficer];

    public sealed record View(string Id, string ImportedBy, DateTimeOffset ImportedAt, PilotListImported Import);

    internal static readonly ReadModel<PilotList> Model = new(
        "pilot_list", 1, PilotList.Noun, ViewOf,
        new("name", "名称", list => list.Import?.Name),
        new("listedOn", "列入日", list => list.Import?.ListedOn),
        new("imported", "导入企业数", list => list.Import?.Imported),
        new("importedBy", "导入人", list => list.ImportedBy),
        new("fileSha256", "文件 SHA-256", list => list.Import?.FileSha256));

    internal static void Map(Routes routes)
    {
        routes.List("/pilot-lists", Readers, Model, searched: ["name"]);
        routes.Get("/pilot-lists/{id}", Readers, async (request, _) =>
        {
            var found = await request.Load(PilotList.Noun, request.Route("id"));
            return found.Ok ? (Result<object>)ViewOf(found.Value)! : found.Fault;
        });
    }

    private static View? ViewOf(PilotList list) => list.Import is { } import ? new(list.Id, list.ImportedBy, list.ImportedAt, import) : null;
}
