using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Snapshots;

/// <summary>
/// Outside data (外部数据) of one kind, as another agency gave it on a day: the last snapshot takes the place of those before, which stay in the log. Stream <c>snapshot/&lt;kind&gt;</c>.
/// </summary>
internal sealed record Snapshot(string Kind, DateOnly? TakenOn, string Source, string Sha256, int Rows, DateTimeOffset ImportedAt)
{
    public static readonly Noun<Snapshot> Noun = new("snapshot", new Snapshot("", null, "", "", 0, default), Apply, typeof(SnapshotImported));

    private static Snapshot Apply(Snapshot snapshot, object happened, EventMeta meta) => happened switch
    {
        SnapshotImported { Continues: true } e => snapshot with { Rows = snapshot.Rows + e.Rows.Count },
        SnapshotImported e => new(e.Kind, e.TakenOn, e.Source, e.Sha256, e.Rows.Count, meta.At),
        _ => throw new InvalidOperationException($"a snapshot knows no {happened.GetType().Name}"),
    };
}

/// <summary>Rows of a snapshot; a long one is several entries, of which the later ones continue the first. <see cref="Sha256"/> is the file's.</summary>
internal sealed record SnapshotImported(string Kind, DateOnly TakenOn, string Source, string Sha256, bool Continues, IReadOnlyList<IReadOnlyDictionary<string, string>> Rows);

/// <summary>A column of a kind of outside data: its name, what it holds, and whether a row may leave it out.</summary>
internal sealed record SnapshotColumn(string Name, SnapshotValue Value, bool Optional = false);

/// <summary>What a column holds.</summary>
internal enum SnapshotValue
{
    /// <summary>A unified social credit code.</summary>
    Organisation,
    Day,
    Yuan,
    Count,

    /// <summary>A number with at most two decimals.</summary>
    Number,

    /// <summary>A short text or a reference; no names of persons.</summary>
    Reference,
}

/// <summary>The kinds of outside data that checks and figures of the board wait for, and their columns.</summary>
internal static class SnapshotKinds
{
    public static readonly IReadOnlyDictionary<string, SnapshotColumn[]> All = new Dictionary<string, SnapshotColumn[]>(StringComparer.Ordinal)
    {
        ["events"] = [new("enterprise", SnapshotValue.Organisation), new("what", SnapshotValue.Reference), new("happenedOn", SnapshotValue.Day)],
        ["invoice-status"] = [new("number", SnapshotValue.Reference), new("status", SnapshotValue.Reference)],
        ["bank-flows"] = [new("payer", SnapshotValue.Organisation), new("payee", SnapshotValue.Organisation), new("amount", SnapshotValue.Yuan), new("paidOn", SnapshotValue.Day), new("relatedTo", SnapshotValue.Organisation, Optional: true)],
        ["usage"] = [new("project", SnapshotValue.Reference), new("uses", SnapshotValue.Count)],
        ["other-programmes"] = [new("number", SnapshotValue.Reference), new("programme", SnapshotValue.Reference)],
        ["ledgers"] = [new("enterprise", SnapshotValue.Organisation), new("ledger", SnapshotValue.Reference), new("invested", SnapshotValue.Yuan)],
        ["registration"] = [new("enterprise", SnapshotValue.Organisation), new("insuredStaff", SnapshotValue.Count), new("taxPaid", SnapshotValue.Yuan), new("powerKwh", SnapshotValue.Count)],
        ["sign-ins"] = [new("enterprise", SnapshotValue.Organisation), new("device", SnapshotValue.Reference)],
        ["kpi-reports"] =
        [
            new("kpi", SnapshotValue.Reference), new("organisation", SnapshotValue.Organisation), new("day", SnapshotValue.Day), new("numerator", SnapshotValue.Number),
            new("denominator", SnapshotValue.Number, Optional: true),
        ],
        ["relations"] = [new("a", SnapshotValue.Organisation), new("b", SnapshotValue.Organisation), new("shares", SnapshotValue.Reference)],
    };
}
