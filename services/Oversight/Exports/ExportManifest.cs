using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Exports;

/// <summary>
/// What an exported trail is: what was asked, of which city, when, how many entries were found, under which signed checkpoint, and each file with
/// its SHA-256. What was asked and that this is all of the answer is the city's word; that every entry stands in the signed tree is proven.
/// </summary>
internal sealed record ExportManifest(
    string Format, string City, string Language, DateTimeOffset MadeAt, ExportQuery Query, long Entries, string VerifierKey, long TreeSize, Hash Root, string Checkpoint, IReadOnlyList<ExportFile> Files)
{
    public const string FormatNow = "pilot-city-trail@1";

    /// <summary>The package's own name of this file.</summary>
    public const string Name = "manifest.json";

    /// <summary>A few files, a query and a note of at most 64 signatures.</summary>
    public const int BytesMax = 1024 * 1024;
}

/// <summary>The question that the export answers; instants as they were understood, both ends inside.</summary>
internal sealed record ExportQuery(
    IReadOnlyList<ExportSubject> Subjects, DateTimeOffset? From, DateTimeOffset? Until, DateTimeOffset? AsOf, DateTimeOffset? TrueAt, string? Service)
{
    public static ExportQuery Of(TrailQuery query)
    {
        return new([.. query.Subjects.Select(s => new ExportSubject(s.Kind, s.Id))], At(query.From), At(query.Until), At(query.AsOf), At(query.TrueAt), query.Service);

        static DateTimeOffset? At(long? micros) => micros is { } m ? Defaults.Log.Instant.FromMicros(m) : null;
    }
}

/// <summary>A subject that was asked for: its kind and its id.</summary>
internal sealed record ExportSubject(string Kind, string Id);

/// <summary>A file of the package: how long it is, its SHA-256 (lower-case hex), and how many entries it tells of.</summary>
internal sealed record ExportFile(string Name, long Bytes, string Sha256, long Entries);
