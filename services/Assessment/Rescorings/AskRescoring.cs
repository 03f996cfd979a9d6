using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Rescorings;

/// <summary>
/// <c>POST /rescorings</c>: the bureau sends an override (the file itself, which need not be proposed) and learns what it would do to its city's results. A dry run
/// that leaves nothing behind; CSV or XLSX of who changes by <c>Accept</c>. Faults: those of <see cref="OverrideInstrument"/> and <see cref="RescoreResults"/>.
/// </summary>
internal static class AskRescoring
{
    /// <summary>Some seconds of one core; a city has a few thousand results, and whoever has more runs the command line.</summary>
    public const int ResultsMax = 200_000;

    private static readonly string[] Types = ["application/json"];

    internal static void Map(Routes routes) => routes.Ask("/rescorings", [Role.BureauOfficer, Role.BureauApprover], InstrumentOverride.BytesMax, Types, async (request, body, ct) =>
    {
        // Which instrument the file is about is known once it is read; the books of a city are few, and reading one costs a query.
        var wanted = OverrideInstrument.InstrumentOf(body);
        var (book, _, _) = await request.Log.Load(request.City, InstrumentBook.Noun, wanted is null ? "-" : FindInstrument.IdOf(wanted), asOf: null, ct);
        var changed = OverrideInstrument.Apply("override", body, book.Find);
        if (!changed.Ok)
            return changed.Fault;

        await using var connection = await request.Log.Database.Connect(ct);
        var rescored = RescoreResults.Run(changed.Value, ReadResults.OfLog(Query, request.City), null, ct, ResultsMax);
        if (!rescored.Ok)
            return rescored.Fault;
        return PrintRescoring.Table(rescored.Value).AsAsked(request) is { } file ? (object)file : rescored.Value;

        System.Data.Common.DbCommand Query(string sql)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            return command;
        }
    });
}
