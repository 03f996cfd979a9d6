using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;
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
        var sheet = DescribeResult.Sheet(Facts(id, confirmed, entry), request.Language);
        return (object)Printed.AsAsked(request, $"report-{id}", sheet);
    });

    /// <summary>A result with what its own instrument makes of it; nothing of that where this system does not hold the file.</summary>
    internal static ReportFacts Facts(string id, AssessmentConfirmed confirmed, Defaults.Log.Entry entry)
    {
        var answers = new Answers(confirmed.Answers, confirmed.Scenarios, confirmed.Facts);
        var instrument = ReadAssessments.InstrumentOf(confirmed);
        var scored = instrument is null ? null : ScoreAnswers.Score(instrument, answers);
        var way = scored is { Ok: true } && scored.Value.Next is not null ? FindImprovements.Find(instrument!, answers) : null;
        return new(id, confirmed, entry, instrument, scored is { Ok: true } ? scored.Value : null, way is { Ok: true } ? way.Value : null);
    }
}
