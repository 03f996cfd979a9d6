using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Funding.Simulations;

/// <summary>
/// Where decided awards come from: Funding's log, of which the last final computation of each award counts, or a file that
/// <c>GET /awards/history</c> wrote (JSON Lines), or a list of award cases. One after another; nothing is held.
/// </summary>
internal static class ReadHistory
{
    /// <summary>The last final computation of each award; the order is told by position, so that the database need not sort.</summary>
    private const string Last = """
        SELECT l.city, l.position, l.payload FROM log l
        JOIN (SELECT city, stream, MAX(version) AS version FROM log WHERE type = 'AwardComputed' GROUP BY city, stream) d
          ON l.city = d.city AND l.stream = d.stream AND l.version = d.version
        """;

    /// <param name="query">Makes a command of SQL on Funding's database, for reading.</param>
    /// <param name="city">One city's log, or null for all of them.</param>
    internal static IEnumerable<HistoryItem> OfLog(Func<string, DbCommand> query, string? city)
    {
        using var command = query(city is null ? Last : $"{Last} WHERE l.city = @city");
        if (city is not null)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@city", city);
            command.Parameters.Add(parameter);
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (of, position) = (reader.GetString(0), reader.GetInt64(1));
            yield return new(of, position, string.Create(CultureInfo.InvariantCulture, $"funding/{of} #{position}"), (byte[])reader.GetValue(2), default);
        }
    }

    /// <summary>The values of a file, whether they stand in a list or one after another. What is no JSON throws <see cref="JsonException"/>.</summary>
    internal static async IAsyncEnumerable<HistoryItem> OfFile(Stream file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var first = First(file);
        var order = 0L;
        await foreach (var value in JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(file, topLevelValues: first != '[', Json.Lenient, ct))
            yield return new("", order, first == '[' ? $"[{order++}]" : string.Create(CultureInfo.InvariantCulture, $"#{++order}"), null, value);
    }

    /// <summary>The first character that is no white space; the file goes on from its beginning, without a byte order mark.</summary>
    private static int First(Stream file)
    {
        Span<byte> start = stackalloc byte[256];
        var count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        start = start[..count];
        var mark = start.StartsWith("\uFEFF"u8) ? 3 : 0;
        file.Position = mark;
        foreach (var b in start[mark..])
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')) return b;
        return -1;
    }
}
