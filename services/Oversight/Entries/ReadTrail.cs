using System.Globalization;
using System.Text.Json;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// Everything that happened to an enterprise, project, award, fund, payment …, or that an account did, in the order of time: who, when, on
/// what, and the event itself. Several subjects together narrow the answer to entries about all of them; <c>asOf</c> ends it at an instant.
/// Faults: <c>trail.subject_missing</c>, <c>request.query</c>.
/// </summary>
internal static class ReadTrail
{
    private const int LimitDefault = 50;

    internal sealed record View(long Total, string? Next, IReadOnlyList<Step> Items);

    /// <summary>One entry: its place in the tree and in its service's log, who took the step in which role, and the event as stored.</summary>
    internal sealed record Step(
        long Index, string Service, long Position, string Stream, long Version, string Type, DateTimeOffset At, Person Actor, string Trace, string Hash, JsonElement Event);

    internal sealed record Person(string Role, string Account, string Organisation);

    internal static void Map(Routes routes) =>
        routes.Get("/trail", Officials.All, async (request, ct) =>
        {
            Subject[] subjects = [.. Subject.Kinds.Select(kind => new Subject(kind, request.Query(kind) ?? "")).Where(s => s.Id.Length > 0)];
            if (subjects.Length == 0)
            {
                return new Fault(FaultKind.Invalid, "trail.subject_missing", new(
                    $"请指明查询对象，如 ?enterprise=统一社会信用代码；可用：{string.Join('、', Subject.Kinds)}。",
                    $"Say whose trail, e.g. ?enterprise=credit code; there are {string.Join(", ", Subject.Kinds)}."));
            }

            var limit = LimitDefault;
            if (request.Query("limit") is { } text
                && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > ListQuery.LimitMax))
            {
                return SliceFaults.QueryMalformed("limit", new Text($"应为 1 到 {ListQuery.LimitMax} 的整数。", $"a whole number from 1 to {ListQuery.LimitMax} is asked for."));
            }

            (long At, long Index) after = (long.MinValue, -1);
            if (request.Query("after") is { } cursor && !TryCursor(cursor, out after))
            {
                return SliceFaults.QueryMalformed("after", new Text("请原样使用上一页给出的值。", "use the value that the page before gave, as it is."));
            }

            return (object)await Read(request.Log, request.City, subjects, request.AsOf, after, limit, ct);
        });

    internal static async Task<View> Read(
        ServiceLog log, string city, IReadOnlyList<Subject> subjects, DateTimeOffset? asOf, (long At, long Index) after, int limit, CancellationToken ct)
    {
        var parameters = new DynamicParameters(new { city, limit, afterAt = after.At, afterIndex = after.Index, until = asOf is { } at ? Instant.Micros(at) : long.MaxValue });
        var from = "subject s0";
        for (var i = 0; i < subjects.Count; i++)
        {
            if (i > 0)
            {
                from += $" JOIN subject s{i} ON s{i}.city = s0.city AND s{i}.idx = s0.idx AND s{i}.kind = @kind{i} AND s{i}.id = @id{i}";
            }

            parameters.Add($"kind{i}", subjects[i].Kind);
            parameters.Add($"id{i}", subjects[i].Id);
        }

        const string where = "WHERE s0.city = @city AND s0.kind = @kind0 AND s0.id = @id0 AND s0.at_micros <= @until";
        await using var connection = await log.Database.Connect(ct);
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition($"SELECT COUNT(*) FROM {from} {where}", parameters, cancellationToken: ct));
        var rows = (await connection.QueryAsync<(long Index, byte[] Entry, byte[] Hash)>(new CommandDefinition(
            $"SELECT l.idx, l.entry, l.hash FROM {from} JOIN leaf l ON l.city = s0.city AND l.idx = s0.idx {where} "
            + "AND (s0.at_micros > @afterAt OR (s0.at_micros = @afterAt AND s0.idx > @afterIndex)) ORDER BY s0.at_micros, s0.idx LIMIT @limit",
            parameters,
            cancellationToken: ct))).ToList();
        Step[] steps = [.. rows.Select(r => StepOf(r.Index, CanonicalEntry.Read(r.Entry), r.Hash))];
        var next = steps.Length == limit ? string.Create(CultureInfo.InvariantCulture, $"{Instant.Micros(steps[^1].At)}-{steps[^1].Index}") : null;
        return new(total, next, steps);
    }

    private static Step StepOf(long index, Entry entry, byte[] hash) => new(
        index, entry.Service, entry.Position, entry.Stream, entry.Version, entry.Type, entry.At,
        PersonOf(entry.Actor), entry.Trace, Convert.ToHexStringLower(hash), EventOf(entry.Payload));

    // An entry that no service of ours would write is shown as it is, not hidden behind an error.
    private static Person PersonOf(string actor)
    {
        try
        {
            var parsed = Actor.Parse(actor);
            return new(parsed.Role.Word(), parsed.Sub, parsed.Org);
        }
        catch (FormatException)
        {
            return new("", actor, "");
        }
    }

    private static JsonElement EventOf(byte[] payload)
    {
        try
        {
            using var parsed = JsonDocument.Parse(payload);
            return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(payload);
        }
    }

    private static bool TryCursor(string text, out (long At, long Index) after)
    {
        var dash = text.LastIndexOf('-');
        after = default;
        return dash > 0
            && long.TryParse(text.AsSpan(0, dash), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out after.At)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out after.Index);
    }
}
