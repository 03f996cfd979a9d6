using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// What one city has published of one instrument beside what is shipped: complete versions, and its readings of open points. One person proposes, another
/// publishes; what is published never changes. Stream <c>instrument/&lt;id&gt;</c>; the entries hold the files, so a result can be computed again from the log alone.
/// </summary>
internal sealed record InstrumentBook(string Id, ProposedInstrument? Draft, ImmutableArray<ProposedInstrument> Published)
{
    private static readonly InstrumentBook Initial = new("", null, []);

    public static readonly Noun<InstrumentBook> Noun = new(
        "instrument", Initial, Apply, typeof(InstrumentVersionProposed), typeof(InstrumentOverrideProposed), typeof(InstrumentPublished), typeof(InstrumentPublicationRefused));

    /// <summary>Versions and overrides of one instrument: a city has a handful, and every decision over an instrument reads them.</summary>
    public const int PublishedMax = 50;

    /// <summary>Instruments that were read, by the hash of their text: reading one costs milliseconds, and every answer set needs one. Emptied when full.</summary>
    private const int ReadMax = 200;

    private static readonly ConcurrentDictionary<(string Reference, string Sha256), Instrument> WasRead = new();

    /// <summary>The version that the next complete file must carry.</summary>
    public static int NextVersion(InstrumentBook book, string id) => 1 + Math.Max(
        ShippedInstruments.All.Where(i => i.Id == id).Max(i => (int?)i.Version) ?? 0,
        book.Published.Max(p => (int?)p.Version) ?? 0);

    /// <summary>
    /// What a reference means in this city: <c>id@version</c> and <c>id@version+override</c> name one; an id alone is what is in force, the newest version
    /// under the override that the city published last for it.
    /// </summary>
    public Result<Instrument> Find(string reference)
    {
        if (Published.LastOrDefault(p => p.Reference == reference) is { } named)
            return Read(named);

        var shipped = ShippedInstruments.Find(reference);
        if (reference.Contains('@', StringComparison.Ordinal) || reference != Id || Published.IsEmpty)
            return shipped;

        var newest = Published.Max(p => p.Version);
        return shipped.Ok && shipped.Value.Version > newest ? shipped
            : Read(Published.Where(p => p.Version == newest).OrderBy(p => p.Override is not null).Last());
    }

    /// <summary>The instrument of a proposal; a fault where this program does not hold the file it stands on.</summary>
    public Result<Instrument> Read(ProposedInstrument proposed)
    {
        if (WasRead.TryGetValue((proposed.Reference, proposed.Sha256), out var known))
            return known;

        var read = proposed.Override is null
            ? ReadInstrument.Kept(proposed.Reference, proposed.File)
            : OverrideInstrument.Kept(proposed.Reference, proposed.File, Find);
        if (!read.Ok || read.Value.Sha256 != proposed.Sha256)
            return InstrumentFaults.NotHeld(proposed.Reference);
        if (WasRead.Count >= ReadMax)
            WasRead.Clear();
        WasRead.TryAdd((proposed.Reference, proposed.Sha256), read.Value);
        return read;
    }

    private static InstrumentBook Apply(InstrumentBook book, object happened, EventMeta meta) => happened switch
    {
        InstrumentVersionProposed e => book with
        {
            Id = e.Instrument,
            Draft = new(Reference(e.Instrument, e.Version), e.Version, null, e.Sha256, e.Sha256, Packed.Unpack(e.Gzip), meta.Actor.Sub, meta.At, null),
        },
        InstrumentOverrideProposed e => book with
        {
            Id = e.Instrument,
            Draft = new($"{Reference(e.Instrument, e.Version)}+{e.Override}", e.Version, e.Override, e.Sha256, e.FileSha256, Packed.Unpack(e.Gzip), meta.Actor.Sub, meta.At, null),
        },
        InstrumentPublished e => book with
        {
            Draft = null,
            Published = book.Published.Add(book.Draft is { } draft && draft.Sha256 == e.Sha256 ? draft with { PublishedAt = meta.At } : throw new InvalidOperationException($"{e.Reference} was not proposed")),
        },
        InstrumentPublicationRefused => book,
        _ => throw new InvalidOperationException($"an instrument knows no {happened.GetType().Name}"),
    };

    private static string Reference(string id, int version) => string.Create(CultureInfo.InvariantCulture, $"{id}@{version}");
}

/// <summary>
/// A file that was proposed, and since when it is published: a complete version, or an override by its name. <see cref="Sha256"/> is that of the instrument it gives
/// (what results name), <see cref="FileSha256"/> that of the file itself.
/// </summary>
internal sealed record ProposedInstrument(
    string Reference, int Version, string? Override, string Sha256, string FileSha256, ReadOnlyMemory<byte> File, string ProposedBy, DateTimeOffset ProposedAt, DateTimeOffset? PublishedAt);

/// <summary>A complete version was proposed: its file, packed with gzip, in base64; <see cref="Sha256"/> and <see cref="SizeBytes"/> are those of the file.</summary>
internal sealed record InstrumentVersionProposed(string Instrument, int Version, string Sha256, int SizeBytes, string Gzip);

/// <summary>
/// A reading of open points was proposed: its file, packed like a version. <see cref="BaseSha256"/> is the file it changes, <see cref="Sha256"/> the instrument that comes
/// out: the base with the named values exchanged and every other byte as it was.
/// </summary>
internal sealed record InstrumentOverrideProposed(string Instrument, int Version, string Override, string BaseSha256, string Sha256, string FileSha256, int SizeBytes, string Gzip);

/// <summary>A second person published what was proposed.</summary>
internal sealed record InstrumentPublished(string Instrument, string Reference, string Sha256);

/// <summary>Somebody tried to publish the own proposal.</summary>
internal sealed record InstrumentPublicationRefused(string Instrument, string Reference, string Code);

/// <summary>A file as an entry of the log holds it: packed, because the largest questionnaire is twice an entry's bound and a quarter of it when packed.</summary>
internal static class Packed
{
    public static string Pack(ReadOnlySpan<byte> file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(file);
        }

        return Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    public static ReadOnlyMemory<byte> Unpack(string text)
    {
        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
        using var file = new MemoryStream();
        gzip.CopyTo(file);
        return file.ToArray();
    }
}
