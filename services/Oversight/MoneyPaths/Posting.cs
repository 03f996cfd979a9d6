using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.MoneyPaths;

/// <summary>An entry of Funding with its payload opened. Fields that are missing read as nothing: old entries lack the newer ones.</summary>
internal sealed class Posting(long index, Entry entry) : IDisposable
{
    private readonly JsonDocument payload = JsonDocument.Parse(entry.Payload);

    public Entry Entry => entry;

    public string Type => entry.Type;

    /// <summary>What the stream is of: <c>fund</c>, <c>award</c>, <c>payment-batch</c>.</summary>
    public string Category => entry.Stream[..Math.Max(0, entry.Stream.IndexOf('/', StringComparison.Ordinal))];

    /// <summary>The id in the stream's name.</summary>
    public string Id => entry.Stream[(entry.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    public EntryPlace Place => new(index, entry.Service, entry.Position, entry.Stream, entry.Version, entry.Type);

    public string? Word(string field) => Word(payload.RootElement, field);

    public Money Amount(string field = "amount") => Amount(payload.RootElement, field);

    public IEnumerable<JsonElement> Items(string field) =>
        payload.RootElement.TryGetProperty(field, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : [];

    public static string? Word(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static Money Amount(JsonElement element, string field) => Money.TryParse(Word(element, field), out var money) ? money : Money.Zero;

    public static bool Is(JsonElement element, string field) => element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>An entry that is no JSON object, which no service of ours writes, posts nothing.</summary>
    public static Posting? Of(long index, byte[] bytes)
    {
        try
        {
            var posting = new Posting(index, CanonicalEntry.Read(bytes));
            return posting.payload.RootElement.ValueKind == JsonValueKind.Object ? posting : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => payload.Dispose();
}
