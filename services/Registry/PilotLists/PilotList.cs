using PilotCity.Defaults.Log;

namespace PilotCity.Registry.PilotLists;

/// <summary>A cell whose row was left out of an import; what stood there is not kept, it may be about a person.</summary>
internal sealed record LeftOut(string Sheet, string Cell, string Kind);

/// <summary>How many enterprises of each size class a list brought.</summary>
internal sealed record SizeCounts(int Micro, int Small, int Medium, int Large);

/// <summary>A workbook was imported: which file by its SHA-256, from which day its enterprises stand on the list, what became of its rows.</summary>
internal sealed record PilotListImported(
    string Name,
    DateOnly ListedOn,
    string FileSha256,
    int FileBytes,
    int Rows,
    int Imported,
    int Relisted,
    int Errors,
    int Warnings,
    bool ValidRowsOnly,
    SizeCounts BySize,
    IReadOnlyList<LeftOut> LeftOut,
    int? ReportYear = null);

/// <summary>A pilot list (试点企业名单) as a city's bureau published it. Its id is the beginning of the file's SHA-256: the same file is one list.</summary>
internal sealed record PilotList(string Id, PilotListImported? Import, string ImportedBy, DateTimeOffset ImportedAt)
{
    private static readonly PilotList Initial = new("", null, "", default);

    public static readonly Noun<PilotList> Noun = new("pilot-list", Initial, Apply, typeof(PilotListImported));

    private static PilotList Apply(PilotList list, object happened, EventMeta meta) => happened switch
    {
        PilotListImported e => new(meta.Stream[(Noun.Category.Length + 1)..], e, meta.Actor.Sub, meta.At),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "not an event of a pilot list"),
    };
}
