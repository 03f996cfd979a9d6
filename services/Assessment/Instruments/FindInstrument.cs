using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// The one place to ask what a reference means in a city: shipped instruments and those the city published, an id alone being what is in force there
/// (<see cref="InstrumentBook.Find"/>). Faults: <c>instrument.unknown</c>, <c>instrument.not_held</c>.
/// </summary>
internal static class FindInstrument
{
    /// <summary>The stream that a rule must declare before it asks <see cref="In"/>.</summary>
    public static string StreamOf(string reference) => InstrumentBook.Noun.StreamOf(IdOf(reference));

    /// <summary>Inside a rule, over the streams it declared.</summary>
    public static Result<Instrument> In(Streams streams, string reference) => streams.Get(InstrumentBook.Noun, IdOf(reference)).Find(reference);

    public static async Task<Result<Instrument>> Of(ServiceLog log, string city, string reference, CancellationToken ct)
    {
        var (book, _, _) = await log.Load(city, InstrumentBook.Noun, IdOf(reference), asOf: null, ct);
        return book.Find(reference);
    }

    /// <summary>The very instrument that a result was made with; nothing where this program does not hold the file.</summary>
    public static async Task<Instrument?> OfResult(ServiceLog log, string city, AssessmentConfirmed confirmed, CancellationToken ct)
    {
        var found = await Of(log, city, confirmed.Instrument, ct);
        return found.Ok && found.Value.Sha256 == confirmed.InstrumentSha256 ? found.Value : null;
    }

    /// <summary>The very instrument that an assessment is filled in by, with the same condition.</summary>
    public static async Task<Instrument?> Of(ServiceLog log, string city, Assessments.Assessment assessment, CancellationToken ct)
    {
        if (assessment.Begun is not { } begun) return null;
        var found = await Of(log, city, begun.Instrument, ct);
        return found.Ok && found.Value.Sha256 == begun.InstrumentSha256 ? found.Value : null;
    }

    /// <summary>The id that a reference begins with; what can be no id leads to a stream that nobody can begin.</summary>
    internal static string IdOf(string reference)
    {
        var id = reference.Split('@', 2)[0];
        return ReadInstrument.IsId(id) ? id : "-";
    }
}
