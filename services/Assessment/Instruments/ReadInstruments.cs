using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// Shows the instruments of a city, shipped and published there, to whoever answers, evaluates or checks; an instrument is the file as published, under an
/// override with its values exchanged. What is proposed the bureau and the auditor see. Faults: <c>instrument.unknown</c>, <c>instrument.nothing_drafted</c>.
/// </summary>
internal static class ReadInstruments
{
    private static readonly Role[] Readers = [.. Enum.GetValues<Role>().Where(r => r != Role.Service)];

    private static readonly Role[] Checkers = [Role.BureauOfficer, Role.BureauApprover, Role.Auditor];

    internal static readonly ReadModel<InstrumentBook> Model = new(
        "instrument", 1, InstrumentBook.Noun, Rows,
        new("published", "已发布版本数", b => b.Published.Length),
        new("draft", "提案", b => b.Draft?.Reference));

    internal static void Map(Routes routes)
    {
        routes.Get("/instruments", Readers, async (request, ct) => await Page(request, ct));
        routes.Get("/instruments/{id}", Readers, async (request, ct) => await File(request, ct));
        routes.Get("/instruments/{id}/override", Readers, async (request, ct) => await OverrideFile(request, ct));
        routes.Get("/instruments/{id}/draft", Checkers, async (request, _) =>
        {
            var found = await request.Load(InstrumentBook.Noun, request.Route("id"));
            return !found.Ok ? found.Fault : found.Value.Draft is { } draft ? Draft(found.Value, draft) : PublishInstrument.NothingDrafted;
        });
    }

    private static async Task<Result<object>> Page(Request request, CancellationToken ct)
    {
        var rows = ShippedInstruments.All.Select(i => Row(i, null)).ToList();
        await foreach (var row in request.Log.Rows(request.City, Model, new([]), bodies: true, ct))
        {
            rows.AddRange(JsonSerializer.Deserialize<InstrumentRow[]>(row.Body, Json.Lenient)!);
        }

        return new InstrumentPage([.. rows.OrderBy(r => r.Id, StringComparer.Ordinal).ThenByDescending(r => r.Version).ThenBy(r => r.PublishedAt ?? default)]);
    }

    private static async Task<Result<object>> File(Request request, CancellationToken ct)
    {
        var found = await FindInstrument.Of(request.Log, request.City, request.Route("id"), ct);
        if (!found.Ok)
            return found.Fault;

        object file = Results.Bytes(found.Value.Document.ToArray(), "application/json");
        return file;
    }

    private static async Task<Result<object>> OverrideFile(Request request, CancellationToken ct)
    {
        var reference = request.Route("id");
        var found = await FindInstrument.Of(request.Log, request.City, reference, ct);
        if (!found.Ok)
            return found.Fault;
        if (found.Value.Override is null)
            return InstrumentFaults.NoOverride(found.Value.Reference);

        var (book, _, _) = await request.Log.Load(request.City, InstrumentBook.Noun, found.Value.Id, asOf: null, ct);
        object file = Results.Bytes(book.Published.Last(p => p.Reference == found.Value.Reference).File.ToArray(), "application/json");
        return file;
    }

    private static Result<object> Draft(InstrumentBook book, ProposedInstrument draft)
    {
        var read = book.Read(draft);
        return read.Ok ? new InstrumentDraft(Row(read.Value, null), draft.FileSha256, draft.ProposedBy, draft.ProposedAt, JsonSerializer.Deserialize<JsonElement>(draft.File.Span)) : read.Fault;
    }

    private static InstrumentRow[] Rows(InstrumentBook book) =>
        [.. book.Published.Select(p => (book.Read(p), p.PublishedAt)).Where(r => r.Item1.Ok).Select(r => Row(r.Item1.Value, r.PublishedAt))];

    private static InstrumentRow Row(Instrument i, DateTimeOffset? publishedAt) =>
        new(i.Id, i.Version, i.Reference, i.Title, i.Status, i.Official, i.Maximum, i.Items.Count, i.Scenarios.Count, i.Sha256, publishedAt, i.Override);
}

/// <summary>All instruments of a city; there are a handful, so the list has no pages.</summary>
internal sealed record InstrumentPage(IReadOnlyList<InstrumentRow> Items);

/// <summary>One published version, or one version under an override; <see cref="Sha256"/> is that of its file. Without <see cref="PublishedAt"/> it came with the product.</summary>
internal sealed record InstrumentRow(
    string Id, int Version, string Reference, Text Title, InstrumentStatus Status, bool Official, Points Maximum, int ItemCount, int ScenarioCount, string Sha256,
    DateTimeOffset? PublishedAt = null, AppliedOverride? Override = null);

/// <summary>What waits for its second person: the file as proposed and what it gives.</summary>
internal sealed record InstrumentDraft(InstrumentRow Instrument, string FileSha256, string ProposedBy, DateTimeOffset ProposedAt, JsonElement File);
