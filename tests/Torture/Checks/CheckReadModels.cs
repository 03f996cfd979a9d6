using System.Globalization;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Torture.Replay;

namespace PilotCity.Torture.Checks;

/// <summary>Every row of every list is what the fold of its stream gives, whatever order crashes and instances wrote them in; none is missing or left over.</summary>
internal static class CheckReadModels
{
    private const string Check = "each list is the fold of its log";

    private static readonly IReadOnlyList<CityService> Shapes =
        [Registry.RegistryService.Shape, Assessment.AssessmentService.Shape, Performance.PerformanceService.Shape, Funding.FundingService.Shape];

    internal static async Task Run(Logs logs, Databases databases, Verdict verdict, CancellationToken ct)
    {
        foreach (var shape in Shapes)
        {
            await using var connection = await databases.Connect(shape.Name, ct);
            foreach (var model in shape.ReadModels)
            {
                var wanted = Folded(logs, shape.Name, model, verdict);
                var columns = string.Concat(model.Columns.Select(c => $", \"{c.Name}\""));
                await foreach (var row in Logs.Rows(connection, $"SELECT city, id, position, body{columns} FROM {model.Table}", ct))
                {
                    var id = (row.GetString(0), row.GetString(1));
                    string?[] found = [row.GetInt64(2).ToString(CultureInfo.InvariantCulture), row.GetString(3), .. Enumerable.Range(4, model.Columns.Count).Select(i => row.IsDBNull(i) ? null : row.GetString(i))];
                    verdict.Must(
                        wanted.Remove(id, out var fold) && fold.SequenceEqual(found), Check,
                        () => $"{model.Table} {id} holds [{string.Join(" | ", found)}], the fold gives [{string.Join(" | ", fold ?? [])}]", id.Item2);
                }

                foreach (var (id, _) in wanted)
                {
                    verdict.Found(Check, $"{model.Table} lacks {id}", id.Id);
                }
            }

            await foreach (var row in Logs.Rows(connection, "SELECT city, position FROM read_position", ct))
            {
                var (city, position) = (row.GetString(0), row.GetInt64(1));
                verdict.Must(logs.Of(shape.Name, city).Count == position, Check, () => $"the lists of {shape.Name}/{city} say they stand at {position}, the log has {logs.Of(shape.Name, city).Count} entries");
            }
        }
    }

    private static Dictionary<(string City, string Id), string?[]> Folded(Logs logs, string service, ReadModel model, Verdict verdict)
    {
        var rows = new Dictionary<(string, string), string?[]>();
        var prefix = $"{model.Noun.Category}/";
        foreach (var ((_, city), log) in logs.Entries.Where(l => l.Key.Service == service))
        {
            foreach (var stream in log.Where(e => e.Stream.StartsWith(prefix, StringComparison.Ordinal)).GroupBy(e => e.Stream, StringComparer.Ordinal))
            {
                if (Fold(model.Noun, stream, verdict) is var (state, last) && model.Row(city, last.Id, state, last.Position) is { } row)
                {
                    rows[(city, last.Id)] = [last.Position.ToString(CultureInfo.InvariantCulture), row.Body, .. row.Values];
                }
            }
        }

        return rows;
    }

    /// <summary>The stream's state by the product's own fold, and its last entry; a stream that does not fold is a violation.</summary>
    private static (object State, LoggedEntry Last)? Fold(Noun noun, IEnumerable<LoggedEntry> stream, Verdict verdict)
    {
        var state = noun.InitialState;
        LoggedEntry last = null!;
        foreach (var e in stream)
        {
            try
            {
                state = noun.ApplyTo(state, noun.Read(e.Type, e.Payload), new EventMeta(Actor.Parse(e.Actor), Instant.FromMicros(e.AtMicros), e.Position, e.Version, e.Stream));
            }
            catch (Exception broken)
            {
                verdict.Found(Check, $"{e} does not fold: {broken.Message}", e.CommandId.ToString("N"));
                return null;
            }

            last = e;
        }

        return (state, last);
    }
}
