using System.Globalization;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Concentration;

/// <summary>
/// <c>GET /concentration?by=city|sub-industry&amp;period=all|year|quarter|month</c>: the figures with the shares of every provider and the entries of its contracts as JSON; a row for each
/// group, period and provider as CSV or XLSX. Fault: <c>request.query</c>.
/// </summary>
internal static class ShowConcentration
{
    internal sealed record View(DateTimeOffset AsOf, long TreeSize, ConcentrationGroup By, ConcentrationPeriod Period, IReadOnlyList<ConcentrationRow> Items);

    /// <summary>Entries named in a cell: a cell of a workbook holds 32,767 characters. JSON names all.</summary>
    private const int CellEntriesMax = 1_000;

    private static readonly Dictionary<string, ConcentrationGroup> Groups = new(StringComparer.Ordinal) { ["city"] = ConcentrationGroup.City, ["sub-industry"] = ConcentrationGroup.SubIndustry };

    private static readonly Dictionary<string, ConcentrationPeriod> Periods = new(StringComparer.Ordinal)
    {
        ["all"] = ConcentrationPeriod.All,
        ["year"] = ConcentrationPeriod.Year,
        ["quarter"] = ConcentrationPeriod.Quarter,
        ["month"] = ConcentrationPeriod.Month,
    };

    internal static void Map(Routes routes) => routes.Get("/concentration", Officials.All, async (request, ct) =>
    {
        if (!Groups.TryGetValue(request.Query("by") ?? "city", out var by))
        {
            return SliceFaults.QueryMalformed("by", new($"应为 {string.Join("、", Groups.Keys)}。", $"one of {string.Join(", ", Groups.Keys)} is asked for."));
        }

        if (!Periods.TryGetValue(request.Query("period") ?? "year", out var period))
        {
            return SliceFaults.QueryMalformed("period", new($"应为 {string.Join("、", Periods.Keys)}。", $"one of {string.Join(", ", Periods.Keys)} is asked for."));
        }

        var (rows, size) = await request.Service<FoldedFacts>().Read(request.City, (facts, size) => (MeasureConcentration.Of(facts, by, period), size), ct);
        return TableOf(rows).AsAsked(request) is { } file ? (object)file : new View(request.Service<TimeProvider>().GetUtcNow(), size, by, period, rows);
    });

    private static Table TableOf(IReadOnlyList<ConcentrationRow> rows) => new(
        "concentration",
        [
            ("group", "分组"), ("period", "期间"), ("providers", "服务商数"), ("contracts", "合同数"), ("amount", "合同金额（元）"), ("contractsTop1", "合同数第一名占比（%）"), ("contractsTop3", "合同数前三名占比（%）"),
            ("contractsHhi", "合同数HHI"), ("amountTop1", "金额第一名占比（%）"), ("amountTop3", "金额前三名占比（%）"), ("amountHhi", "金额HHI"), ("provider", "服务商"), ("providerContracts", "其合同数"),
            ("providerAmount", "其金额（元）"), ("entries", "来源条目"),
        ],
        _ => rows.SelectMany(r => r.Shares, (r, s) => (IEnumerable<string?>)
        [
            r.Group, r.Period, Plain(r.Providers), Plain(r.Contracts), r.Amount.ToString(), Plain(r.ContractsTop1), Plain(r.ContractsTop3), Plain(r.ContractsHhi), Plain(r.AmountTop1), Plain(r.AmountTop3),
            Plain(r.AmountHhi), s.Provider, Plain(s.Contracts), s.Amount.ToString(), string.Join(' ', s.Entries.Take(CellEntriesMax).Select(e => $"{e.Service}/{e.Position}")) + (s.Entries.Count > CellEntriesMax ? " …" : ""),
        ]).ToAsyncEnumerable());

    private static string? Plain(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture);
}
