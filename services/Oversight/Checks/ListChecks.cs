using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Checks;

/// <summary>
/// The catalogue of checks with how each stands in this city: it runs on what the platform holds, a service stops the step by itself, or it waits for outside data and says "not checked".
/// With the thresholds that hold here, and how many entries of outside data it rests on. As JSON, CSV or XLSX.
/// </summary>
internal static class ListChecks
{
    /// <summary>How a check stands in a city.</summary>
    internal enum State
    {
        Runs,

        /// <summary>It runs, and a service refuses the step at once besides.</summary>
        RunsAndStops,

        /// <summary>Not checked: the outside data that it needs was never imported here.</summary>
        NotChecked,
    }

    internal sealed record Threshold(string Name, string Unit, long Standard, long Value, Text What);

    internal sealed record Row(
        string Id, Text What, State State, Severity Severity, IReadOnlyList<CheckMode> Modes, IReadOnlyList<string> Owners, IReadOnlyList<string> Needs, IReadOnlyList<string> Steps,
        IReadOnlyList<string> StopsWith, string? Awaits, IReadOnlyList<Threshold> Parameters, ParameterProposal? Proposed = null);

    internal sealed record View(int Total, IReadOnlyList<Row> Items);

    internal static void Map(Routes routes) => routes.Get("/checks", Officials.All, async (request, ct) =>
    {
        var held = await Held(request, ct);
        var rows = new List<Row>();
        foreach (var check in Check.InOrder)
        {
            var (own, _, _) = await request.Log.Load(request.City, CheckParameters.Noun, check.Id, request.AsOf, ct);
            rows.Add(RowOf(check, own, held));
        }

        var table = new Table(
            "checks",
            [("id", "编号"), ("what", "核查内容"), ("state", "状态"), ("severity", "严重程度"), ("modes", "方式"), ("owners", "数据归属"), ("steps", "环节"), ("stopsWith", "拦截代码"), ("awaits", "所缺外部数据")],
            _ => rows.Select(r => (IEnumerable<string?>)
            [
                r.Id, r.What.In(request.Language), Word(r.State), Word(r.Severity), string.Join(' ', r.Modes.Select(m => Word(m))), string.Join(' ', r.Owners), string.Join(' ', r.Steps),
                string.Join(' ', r.StopsWith), r.State == State.NotChecked ? r.Awaits : null,
            ]).ToAsyncEnumerable());
        return table.AsAsked(request) is { } file ? (object)file : new View(rows.Count, rows);
    });

    internal static Row RowOf(Check check, CheckParameters own, IReadOnlySet<string> held) => new(
        check.Id, check.What, StateOf(check, held), check.Severity, check.Modes, check.Owners, check.Needs, check.Steps, check.StopsWith, check.Awaits,
        [.. check.Parameters.Select(p => new Threshold(p.Name, p.Unit, p.Standard, own.Values.TryGetValue(p.Name, out var set) ? set : p.Standard, p.What))], own.Proposed);

    internal static State StateOf(Check check, IReadOnlySet<string> held) =>
        check.Awaits is { } kind && !held.Contains(kind) ? State.NotChecked
        : check.StopsWith.Count > 0 ? State.RunsAndStops
        : State.Runs;

    /// <summary>The kinds of outside data that were imported here: one indexed question, the streams are few.</summary>
    private static async Task<HashSet<string>> Held(Request request, CancellationToken ct)
    {
        await using var connection = await request.Log.Database.Connect(ct);
        var streams = await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT DISTINCT stream FROM log WHERE city = @City AND stream LIKE 'snapshot/%'", new { request.City }, cancellationToken: ct));
        return [.. streams.Select(s => s["snapshot/".Length..])];
    }

    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
