using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Histories;

/// <summary>
/// All results of an enterprise in the order of time, over every instrument and edition, each with the entry that it stands in. Levels of different
/// instruments stand beside each other only where a cross-walk says how, and marked as what it is; points are never compared.
/// </summary>
internal sealed record History(string Enterprise, string Scale, IReadOnlyList<HistoryItem> Items, int Omitted)
{
    /// <summary>The instrument whose levels are the common scale: the official one in force (工信厅企业〔2024〕56号).</summary>
    public const string ScaleId = "miit-2024";

    /// <summary>Results that are shown, the latest; far more than anybody is assessed.</summary>
    public const int ItemsMax = 200;

    /// <summary>Results that are looked through for them.</summary>
    public const int RowsMax = 2_000;
}

/// <summary>One result: what it says in its own instrument, where that stands on the common scale, and whether it counts.</summary>
internal sealed record HistoryItem(
    string Assessment, DateTimeOffset ConfirmedAt, Purpose Purpose, Mode Mode, string Instrument, Text? InstrumentTitle, int Level, Text? LevelName, Points Total, Points? Maximum,
    HistoryStanding Standing, ScalePlace? Place, EntrySource Source, string EntrySha256);

/// <summary>Whether a result counts at the moment that was asked for.</summary>
internal enum HistoryStanding
{
    Valid,
    Objected,
    Corrected,
}

/// <summary>Where a level stands on the common scale. <see cref="Relation"/> is <c>at</c>, <c>below</c> or <c>above</c>; <see cref="Kind"/> is <c>own</c>, or how sure the cross-walk is;
/// <see cref="On"/> is the instrument whose levels are meant: of another edition than the common scale it is said, and not drawn.</summary>
internal sealed record ScalePlace(int Level, string Relation, string Kind, Text? Why = null, string? Source = null, string On = History.ScaleId);

/// <summary>Puts a result into the history; pure.</summary>
internal static class PlaceResult
{
    public const string Own = "own", At = "at";

    public static HistoryItem Of(AssessmentRow row, Entry entry, Instrument? instrument, Instrument scale, DateTimeOffset? asOf) => new(
        row.Id, row.ConfirmedAt, row.Purpose, row.Mode, row.Instrument, instrument?.Title, row.Level, instrument is null ? null : NameOf(instrument, row.Level), row.Total,
        instrument is { Maximum.Value: > 0m } ? instrument.Maximum : null,
        !row.CountsAt(asOf) ? HistoryStanding.Corrected : row.IsDisputedAt(asOf) ? HistoryStanding.Objected : HistoryStanding.Valid,
        Place(row, instrument, scale),
        new(entry.Service, entry.City, entry.Stream, entry.Version, entry.Position),
        Convert.ToHexStringLower(entry.Hash));

    /// <summary>A result of the scale's own instrument stands where it stands; any other one only where the data relate the two.</summary>
    private static ScalePlace? Place(AssessmentRow row, Instrument? instrument, Instrument scale) =>
        instrument is null ? null
        : instrument.Id == scale.Id ? new(row.Level, At, Own)
        : Walked(instrument, row.Level, scale) is { } walked
            ? new(walked.Level, JsonNamingPolicy.KebabCaseLower.ConvertName(walked.Relation.ToString()), JsonNamingPolicy.KebabCaseLower.ConvertName(walked.Kind.ToString()), walked.Why, walked.Source, walked.To)
        : null;

    /// <summary>Onto the common scale where the data say so, else onto another shipped instrument's.</summary>
    private static CrossWalked? Walked(Instrument instrument, int level, Instrument scale) => ShippedInstruments.All
        .Where(to => to.Id != instrument.Id)
        .OrderBy(to => to.Id == scale.Id ? 0 : 1)
        .Select(to => CrossWalk.Between(instrument, level, to))
        .FirstOrDefault(walked => walked is not null);

    private static Text? NameOf(Instrument instrument, int level) =>
        instrument.Placement?.Levels.Values.FirstOrDefault(l => l.Level == level)?.Name
        ?? instrument.Levels.FirstOrDefault(l => l.Level == level)?.Name
        ?? (instrument.NoLevel is { } none && none.Level == level ? none.Name : null);
}
