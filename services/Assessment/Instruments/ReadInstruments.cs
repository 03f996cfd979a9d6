using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Instruments;

/// <summary>Shows the instruments to whoever answers, evaluates or checks; an instrument is the file as published. Fault: <c>instrument.unknown</c>.</summary>
internal static class ReadInstruments
{
    private static readonly Role[] Readers = [.. Enum.GetValues<Role>().Where(r => r != Role.Service)];

    internal static void Map(Routes routes)
    {
        routes.Get("/instruments", Readers, (_, _) => ValueTask.FromResult<Result<object>>(new InstrumentPage([.. ShippedInstruments.All.Select(Row)])));
        routes.Get("/instruments/{id}", Readers, (request, _) => ValueTask.FromResult(File(request.Route("id"))));
    }

    private static Result<object> File(string reference)
    {
        var found = ShippedInstruments.Find(reference);
        if (!found.Ok)
            return found.Fault;

        object file = Results.Bytes(found.Value.Document.ToArray(), "application/json");
        return file;
    }

    private static InstrumentRow Row(Instrument i) =>
        new(i.Id, i.Version, i.Reference, i.Title, i.Status, i.Official, i.Maximum, i.Items.Count, i.Scenarios.Count, i.Sha256);
}

/// <summary>All instruments; there are a handful, so the list has no pages.</summary>
internal sealed record InstrumentPage(IReadOnlyList<InstrumentRow> Items);

/// <summary>One published version; <see cref="Sha256"/> is that of its file.</summary>
internal sealed record InstrumentRow(
    string Id, int Version, string Reference, Text Title, InstrumentStatus Status, bool Official, Points Maximum, int ItemCount, int ScenarioCount, string Sha256);
