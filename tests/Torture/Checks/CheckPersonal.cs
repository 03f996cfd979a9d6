using System.Text.Json;
using PilotCity.Defaults.Log;

namespace PilotCity.Torture.Checks;

/// <summary>Every reference to personal data opens, and nothing personal is kept that no entry refers to.</summary>
internal static class CheckPersonal
{
    private const string Check = "personal data is there once";

    internal static async Task Run(Logs logs, Databases databases, Verdict verdict, CancellationToken ct)
    {
        foreach (var service in Logs.Services)
        {
            await using var database = LogDatabase.Open(databases.Of(service));
            var personal = new PersonalData(database);
            var referred = new HashSet<(string City, string Ref)>();
            foreach (var ((_, city), log) in logs.Entries.Where(l => l.Key.Service == service))
            {
                foreach (var e in log)
                {
                    foreach (var reference in Refs(e.Json))
                    {
                        verdict.Must(referred.Add((city, reference.Ref)), Check, () => $"{e} refers to {reference.Ref}, as an entry before does", e.CommandId.ToString("N"));
                        var there = await personal.Open(city, reference, ct) is not null;
                        verdict.Must(there, Check, () => $"{e} refers to {reference.Ref}, which does not open", e.CommandId.ToString("N"));
                    }
                }
            }

            await using var connection = await databases.Connect(service, ct);
            await foreach (var row in Logs.Rows(connection, "SELECT city, ref, subject FROM personal_data", ct))
            {
                var (city, reference, subject) = (row.GetString(0), row.GetString(1), row.GetString(2));
                verdict.Must(referred.Contains((city, reference)), Check, () => $"{service}/{city} keeps {reference} of {subject}, to which no entry refers", subject);
            }
        }
    }

    private static IEnumerable<PersonalRef> Refs(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object when json.TryGetProperty("ref", out var reference) && json.TryGetProperty("hash", out var hash) && reference.ValueKind == JsonValueKind.String => [new(reference.GetString()!, hash.GetString()!)],
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Refs(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Refs),
        _ => [],
    };
}
