using PilotCity.Assessment.Assessments;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>Shows what a workbook was imported as: the bureau and the auditor every one, others their own. Fault: <c>answer_workbook.unknown</c>.</summary>
internal static class LookUpWorkbook
{
    private static readonly Role[] Readers = [Role.Auditor, Role.BureauApprover, .. BeginAssessment.Fillers];

    internal static void Map(Routes routes) => routes.Get("/assessments/workbooks/{id}", Readers, async (request, _) =>
    {
        var found = await request.Load(AnswerWorkbook.Noun, request.Route("id"));
        return !found.Ok ? found.Fault
            : MaySee(request.Actor, found.Value) ? found.Value
            : SliceFaults.Unknown(AnswerWorkbook.Noun.Category, request.Route("id"));
    });

    internal static bool MaySee(Actor actor, AnswerWorkbook workbook) =>
        actor.Role is Role.Auditor or Role.BureauApprover or Role.BureauOfficer || actor.Org == workbook.Organisation;
}
