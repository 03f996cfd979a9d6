using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Samples;

/// <summary>The samples of a city, also those that were committed and never drawn, one by one, and what each was drawn from; as a list, CSV or XLSX. Fault: <c>sample.unknown</c>.</summary>
internal static class ListSamples
{
    internal sealed record Row(string Id, string Status, string By, DateTimeOffset CommittedAt, SampleCommitted Committed, SampleDrawn? Drawn, DateTimeOffset? DrawnAt);

    internal sealed record View(int Total, IReadOnlyList<PopulationItem> Items);

    internal static readonly ReadModel<Sample> Model = new(
        "sample", 1, Sample.Noun, RowOf,
        new("status", "状态", StatusOf),
        new("method", "抽样方法", s => s.Committed?.Method),
        new("of", "抽样对象", s => s.Committed?.Population.Of),
        new("size", "样本量", s => s.Committed?.Size),
        new("items", "总体项数", s => s.Committed?.Items),
        new("total", "总体金额（元）", s => s.Committed?.Total),
        new("by", "抽样账号", s => s.By),
        new("committedAt", "承诺时间", s => s.CommittedAt),
        new("drawnAt", "抽取时间", s => s.DrawnAt));

    internal static void Map(Routes routes)
    {
        routes.List("/samples", Officials.All, Model);
        routes.Get("/samples/{id}", Officials.All, async (request, _) =>
            await request.Load(Sample.Noun, request.Route("id")) is var found && found.Ok ? RowOf(found.Value)! : (Result<object>)found.Fault!);
        routes.Get("/samples/{id}/population", Officials.All, async (request, ct) =>
        {
            var found = await request.Load(Sample.Noun, request.Route("id"));
            if (!found.Ok)
            {
                return found.Fault;
            }

            var committed = found.Value.Committed!;
            var items = await ReadPopulation.At(request.Log.Database, request.City, committed.Population, committed.TreeSize, ct);
            var table = new Table(
                "population",
                [("id", "编号"), ("enterprise", "企业"), ("day", "日期"), ("amount", "金额（元）"), ("risk", "风险权重"), ("service", "日志"), ("position", "位置")],
                _ => items.Select(i => (IEnumerable<string?>)
                [
                    i.Id, i.Enterprise, i.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), i.Amount.ToString(), i.Risk.ToString(CultureInfo.InvariantCulture), i.Entry.Service,
                    i.Entry.Position.ToString(CultureInfo.InvariantCulture),
                ]).ToAsyncEnumerable());
            return table.AsAsked(request) is { } file ? (object)file : new View(items.Count, items);
        });
    }

    private static string StatusOf(Sample sample) => sample.Drawn is null ? "committed" : "drawn";

    private static Row? RowOf(Sample sample) => sample.Committed is { } committed
        ? new(sample.Id, StatusOf(sample), sample.By, sample.CommittedAt, committed, sample.Drawn, sample.DrawnAt)
        : null;
}
