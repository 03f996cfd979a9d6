using System.Data.Common;
using PilotCity.Assessment.Assessments;

namespace PilotCity.Assessment.Rescorings;

/// <summary>The results that count, from Assessment's log, in the order of cities and positions; one after another, nothing is held. Corrected ones are left out.</summary>
internal static class ReadResults
{
    /// <param name="query">Makes a command of SQL on Assessment's database, for reading.</param>
    /// <param name="city">One city's log, or null for all of them.</param>
    internal static IEnumerable<StoredResult> OfLog(Func<string, DbCommand> query, string? city)
    {
        var gone = new HashSet<(string, string)>();
        using (var corrected = Of(query, "SELECT city, stream FROM log WHERE type = @type", nameof(AssessmentCorrected), city, ""))
        {
            using var rows = corrected.ExecuteReader();
            while (rows.Read())
            {
                gone.Add((rows.GetString(0), rows.GetString(1)));
            }
        }

        using var command = Of(query, "SELECT city, position, stream, payload FROM log WHERE type = @type", nameof(AssessmentConfirmed), city, " ORDER BY city, position");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (of, stream) = (reader.GetString(0), reader.GetString(2));
            if (!gone.Contains((of, stream)))
                yield return new(of, reader.GetInt64(1), stream, (byte[])reader.GetValue(3));
        }
    }

    private static DbCommand Of(Func<string, DbCommand> query, string sql, string type, string? city, string order)
    {
        var command = query(sql + (city is null ? "" : " AND city = @city") + order);
        Add("@type", type);
        if (city is not null)
            Add("@city", city);
        return command;

        void Add(string name, string value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }
}
