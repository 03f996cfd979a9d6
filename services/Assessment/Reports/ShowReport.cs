using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Reports;

/// <summary>
/// The report of one result, to print and to keep: a page, PDF or JSON by <c>Accept</c>, Chinese or English by <c>Accept-Language</c>. Whoever may
/// see the assessment may have it. Fault: <c>assessment.unknown</c>.
/// </summary>
internal static class ShowReport
{
    internal static void Map(Routes routes) => routes.Get("/assessments/{id}/report", ReadAssessments.Readers, async (request, ct) =>
    {
        var id = request.Route("id");
        var found = await request.Load(Assessments.Assessment.Noun, id);
        if (!found.Ok)
            return found.Fault;
        if (found.Value.Confirmed is not { } confirmed || !ReadAssessments.MaySee(request.Actor, confirmed))
            return SliceFaults.Unknown(Assessments.Assessment.Noun.Category, id);

        var entries = await request.Log.Stream(request.City, Assessments.Assessment.Noun.StreamOf(id), request.AsOf, ct);
        var entry = entries.Last(e => e.Type == nameof(AssessmentConfirmed));
        var facts = ReportFacts.Of(confirmed, entry, await FindInstrument.OfResult(request.Log, request.City, confirmed, ct));
        return (object)Printed.AsAsked(request, $"report-{id}", DescribeResult.Sheet(facts, request.Language));
    });
}
