using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>The pilot's own commands, each changed at one or two places, by the thousand: whatever comes of it is an answer and never a breakdown.</summary>
[Collection(LiveCityGroup.Name)]
public sealed partial class FuzzTests(LiveCity city)
{
    /// <summary>A fixed seed: a run that fails, fails again.</summary>
    private const int Seed = 20260401;

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("FUZZ_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 25;

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1", "2", "99999999999999999999", "1e308", "-0.0", "0.1", "\"\"", "\" \"", "\"0\"", "\"-1.00\"", "\"0.00\"", "\"0.01\"", "\"0.001\"", "\"1000000000000.00\"", "\"1000000000000.01\"", "\"１２３\"",
        "\"0001-01-01\"", "\"9999-12-31\"", "\"2026-02-30\"", "\"1970-01-01\"", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00+00:00\"", "\"9999-12-31T23:59:59.9999999+00:00\"", "\"2026-03-02T08:30:00\"", "[]", "{}", "[[]]", "[null]", "[\"\"]", "{\"a\":1}",
        "\"'; DROP TABLE entry; --\"", "\"../../etc/passwd\"", "\"%\"", "\"=1+1\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\u202e\"", "\"e\\u0301\"", "\"91350800MA0041E869\"", "\"９１350800MA0041E869\"", "\"350800\"", "2147483648", "-2147483649", "9223372036854775807",
    ];

    [Fact]
    public async Task No_command_however_changed_breaks_anything()
    {
        var kinds = city.Commands.Where(c => c.IsJson).GroupBy(c => $"{c.Method} {Ids().Replace(c.Path, "*")}", StringComparer.Ordinal).Select(g => g.ToArray()).ToArray();
        Assert.True(kinds.Length > 30, $"{kinds.Length} kinds of commands are heard");
        var broken = new List<string>();
        var random = new Random(Seed);
        var changed = new List<(LiveCity.Heard Heard, string Path, byte[] Body)>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var kind in kinds)
            {
                var heard = kind[random.Next(kind.Length)];
                changed.Add((heard, random.Next(20) == 0 ? Ids().Replace(heard.Path, _ => city.Projects[random.Next(city.Projects.Count)]) : heard.Path, Changed(heard.Body, random)));
            }
        }

        var clients = changed.Select(c => c.Heard.Account).Distinct().ToDictionary(a => a, city.As, StringComparer.Ordinal);
        await Parallel.ForEachAsync(changed, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (one, _) =>
        {
            var answer = await clients[one.Heard.Account].Command(one.Heard.Method, one.Path, one.Body, "application/json");
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            try
            {
                await Refused.Code(answer);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or JsonException)
            {
                lock (broken)
                {
                    broken.Add($"{one.Heard.Method} {one.Path} {Encoding.UTF8.GetString(one.Body)[..Math.Min(900, one.Body.Length)]}: {e.Message}");
                }
            }
        });

        Assert.True(broken.Count == 0, $"{broken.Count} of {changed.Count}:\n{string.Join('\n', broken.Take(20))}");
    }

    private static byte[] Changed(byte[] body, Random random)
    {
        if (random.Next(10) == 0)
        {
            // Bytes, whatever they mean.
            var bytes = body.ToArray();
            for (var n = random.Next(1, 4); n > 0 && bytes.Length > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
        }

        var root = JsonNode.Parse(body)!;
        for (var n = random.Next(1, 3); n > 0; n--)
        {
            var places = new List<JsonNode>();
            Gather(root, places);
            if (places.Count == 0)
            {
                break;
            }

            var place = places[random.Next(places.Count)];
            var value = JsonNode.Parse(Values[random.Next(Values.Length)]);
            switch (place.Parent)
            {
                case JsonObject parent when random.Next(8) == 0:
                    parent.Remove(place.GetPropertyName());
                    break;
                case JsonObject parent:
                    parent[place.GetPropertyName()] = value;
                    break;
                case JsonArray parent when random.Next(4) == 0:
                    parent.Add(place.DeepClone());
                    break;
                case JsonArray parent:
                    parent[place.GetElementIndex()] = value;
                    break;
                default:
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static void Gather(JsonNode node, List<JsonNode> places)
    {
        foreach (var child in node switch { JsonObject o => o.Select(p => p.Value), JsonArray a => a, _ => [] })
        {
            if (child is not null)
            {
                places.Add(child);
                Gather(child, places);
            }
        }
    }

    [GeneratedRegex("[0-9a-f]{12,}|9135[0-9A-Z]{14}")]
    private static partial Regex Ids();
}
