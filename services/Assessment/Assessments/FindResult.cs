using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// The result that counts for an enterprise and a purpose at a moment: an independent one (third party, official) before a
/// self-assessment, of these the latest; what was corrected counts until then. Asked by Performance and Funding; fault <c>assessment.no_result</c>.
/// </summary>
internal static class FindResult
{
    public static readonly Fault NoResult = new(
        FaultKind.NotFound,
        "assessment.no_result",
        new("该企业在此时点没有这一用途的测评结果。", "The enterprise had no result for this purpose at that moment."));

    public static readonly Fault PurposeUnknown = new(
        FaultKind.Invalid,
        "assessment.purpose_unknown",
        new("用途应为 before、after、voluntary 或 reassessment。", "The purpose is before, after, voluntary or reassessment."));

    /// <summary>The one that counts among the enterprise's assessments for one purpose.</summary>
    internal static AssessmentRow? Choose(IEnumerable<AssessmentRow> rows, DateTimeOffset? asOf) => rows
        .Where(r => r.CountsAt(asOf))
        .OrderByDescending(r => Assessment.IsIndependent(r.Mode))
        .ThenByDescending(r => r.ConfirmedAt)
        .ThenByDescending(r => r.Id, StringComparer.Ordinal)
        .FirstOrDefault();

    internal static async Task<Result<FoundResult>> Find(ServiceLog log, string city, string enterprise, Purpose purpose, DateTimeOffset? asOf, CancellationToken ct)
    {
        var rows = new List<AssessmentRow>();
        string? after = null;
        do
        {
            var query = new ListQuery([("enterprise", [enterprise]), ("purpose", [JsonNamingPolicy.KebabCaseLower.ConvertName(purpose.ToString())])], After: after);
            var (page, _) = await log.List(city, AssessmentList.Model, query, count: false, ct);
            rows.AddRange(page.Select(r => JsonSerializer.Deserialize<AssessmentRow>(r.Body, Json.Lenient)!));
            after = page.Count == ListQuery.LimitMax ? page[^1].Id : null;
        }
        while (after is not null);

        if (Choose(rows, asOf) is not { } chosen)
            return NoResult;

        var (_, version, position) = await log.Load(city, Assessment.Noun, chosen.Id, asOf, ct);
        return new FoundResult(chosen, version, position, chosen.IsDisputedAt(asOf));
    }
}

/// <summary>A result and where it stands in the log, so that whoever decides on it can name its source.</summary>
internal sealed record FoundResult(AssessmentRow Row, long Version, long Position, bool Disputed);
