using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Assessments;

/// <summary>Every result of a city as one row, for lists and for finding an enterprise's results: what was confirmed, and what became of it since.</summary>
internal static class AssessmentList
{
    public static readonly ReadModel<Assessment> Model = new(
        "assessment",
        version: 2,
        Assessment.Noun,
        a => a.Confirmed is { } c ? Row(a, c) : null,
        new("enterprise", "企业", a => a.Confirmed?.Enterprise),
        new("purpose", "用途", a => a.Confirmed?.Purpose),
        new("mode", "评定方式", a => a.Confirmed?.Mode),
        new("instrument", "评测工具", a => a.Confirmed?.Instrument),
        new("level", "等级", a => a.Confirmed?.Level),
        new("total", "总分", a => a.Confirmed?.Total.ToString()),
        new("evaluator", "评定单位", a => a.Confirmed?.Evaluator),
        new("confirmedAt", "确认时间", a => a.ConfirmedAt),
        new("status", "状态", a => a.Status),
        new("provider", "协助服务商", a => a.Confirmed?.Provider));

    internal static AssessmentRow Row(Assessment a, AssessmentConfirmed c) => new(a.Id, c.Enterprise, c.Purpose, c.Mode, c.Instrument, c.Scores, c.Total, c.Level, c.Evaluator, a.ConfirmedAt)
    {
        Status = a.Status,
        Provider = c.Provider,
        Reviews = c.Reviews,
        ObjectedAt = a.Objection?.At,
        ObjectionDecidedAt = a.Objection?.DecidedAt,
        CorrectedBy = a.CorrectedBy,
        CorrectedAt = a.CorrectedAt,
    };
}

/// <summary>One result in a list. <see cref="Reviews"/> is the result that it took the place of, <see cref="CorrectedBy"/> the one that took its place.</summary>
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
    DateTimeOffset ConfirmedAt)
{
    public AssessmentStatus Status { get; init; } = AssessmentStatus.Confirmed;

    public string? Provider { get; init; }

    public string? Reviews { get; init; }

    public DateTimeOffset? ObjectedAt { get; init; }

    public DateTimeOffset? ObjectionDecidedAt { get; init; }

    public string? CorrectedBy { get; init; }

    public DateTimeOffset? CorrectedAt { get; init; }

    /// <summary>Whether it was a result at the moment (now, without one).</summary>
    public bool CountsAt(DateTimeOffset? at) => at is { } moment
        ? ConfirmedAt <= moment && !(CorrectedAt <= moment)
        : CorrectedAt is null;

    /// <summary>Whether an objection waited for its decision at the moment (now, without one).</summary>
    public bool IsDisputedAt(DateTimeOffset? at) => at is { } moment
        ? ObjectedAt <= moment && !(ObjectionDecidedAt <= moment)
        : ObjectedAt is not null && ObjectionDecidedAt is null;
}
