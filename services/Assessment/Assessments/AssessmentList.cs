using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Assessments;

/// <summary>Every confirmed assessment of a city as one row, for lists and for finding an enterprise's results.</summary>
internal static class AssessmentList
{
    public static readonly ReadModel<Assessment> Model = new(
        "assessment",
        version: 1,
        Assessment.Noun,
        a => a.Confirmed is { } c ? new AssessmentRow(a.Id, c.Enterprise, c.Purpose, c.Mode, c.Instrument, c.Scores, c.Total, c.Level, c.Evaluator, a.ConfirmedAt) : null,
        new("enterprise", "企业", a => a.Confirmed?.Enterprise),
        new("purpose", "用途", a => a.Confirmed?.Purpose),
        new("mode", "评定方式", a => a.Confirmed?.Mode),
        new("instrument", "评测工具", a => a.Confirmed?.Instrument),
        new("level", "等级", a => a.Confirmed?.Level),
        new("total", "总分", a => a.Confirmed?.Total.ToString()),
        new("evaluator", "评定单位", a => a.Confirmed?.Evaluator),
        new("confirmedAt", "确认时间", a => a.ConfirmedAt));
}

/// <summary>One assessment in a list.</summary>
internal sealed record AssessmentRow(
    string Id,
    string Enterprise,
    Purpose Purpose,
    Mode Mode,
    string Instrument,
    IReadOnlyDictionary<string, Points> Scores,
    Points Total,
    int Level,
    string? Evaluator,
    DateTimeOffset ConfirmedAt);
