using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Reports;

/// <summary>
/// The report of one result, to print and to keep: a page, PDF or JSON by <c>Accept</c>, Chinese or English by <c>Accept-Language</c>. Whoever may
/// see the assessment may have it. Faults: <c>assessment.unknown</c>, <c>report.not_confirmed</c>.
/// </summary>
internal static class ShowReport
{
    internal static readonly Fault NotConfirmed = new(
        FaultKind.Conflict, "report.not_confirmed", new("该测评尚未确认，没有可出具的结果。", "The assessment has not been confirmed: there is no result to report."));

    internal static void Map(Routes routes) => routes.Get("/assessments/{id}/report", ReadAssessments.Readers, async (request, ct) =>
    {
        var id = request.Route("id");
        var found = await request.Load(Assessments.Assessment.Noun, id);
        if (!found.Ok)
            return found.Fault;
        if (!ReadAssessments.MaySee(request.Actor, found.Value))
            return SliceFaults.Unknown(Assessments.Assessment.Noun.Category, id);
        if (found.Value.Confirmed is not { } confirmed)
            return NotConfirmed;

        var entries = await request.Log.Stream(request.City, Assessments.Assessment.Noun.StreamOf(id), request.AsOf, ct);
        var entry = entries.Last(e => e.Type == nameof(AssessmentConfirmed));
        var facts = ReportFacts.Of(found.Value, confirmed, entry, await FindInstrument.OfResult(request.Log, request.City, confirmed, ct));
        return (object)Printed.AsAsked(request, $"report-{id}", DescribeResult.Sheet(facts, request.Language));
    });
}
