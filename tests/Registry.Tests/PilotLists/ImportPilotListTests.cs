using PilotCity.Defaults.Log;
using PilotCity.Registry.Cities;
using PilotCity.Registry.Enterprises;
using PilotCity.Registry.PilotLists;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.PilotLists;

public class ImportPilotListTests
{
    private static readonly byte[] File = System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "pilot-lists", "longyan-pilot-list.xlsx"));
    private static readonly PilotListReading List = ReadPilotList.Read(File, City.Find("350800")!, Day(6, 30)).Value;

    private static Decision Decide(DateOnly day, params (string, object, long)[] states) => ImportPilotList.Decide(
        Streams.Of(states), "l9", File, new(day, "第一批", 2024, false), List, [.. List.Rows.Select(row => new ImportPilotList.SealedRow(row, Contact, Phone))], "en", At);

    [Fact]
    public void Every_row_is_an_enterprise_listed_with_its_size_class_and_the_clause()
    {
        var decision = Decide(Day(6, 30));

        Assert.Equal(41, decision.Changes.Count);
        var list = Assert.IsType<PilotListImported>(decision.Changes[0].Event);
        Assert.Equal((40, 40, 0, 0, 0), (list.Rows, list.Imported, list.Relisted, list.Errors, list.Warnings));
        Assert.Equal(new SizeCounts(4, 31, 5, 0), list.BySize);
        Assert.Equal(new Change($"enterprise/{Uscc}", new EnterpriseListed(Uscc, "l9", Day(6, 30), Facts, Contact, Phone)), decision.Changes[1]);
        Assert.Equal("/pilot-lists/l9", decision.Location);
    }

    [Fact]
    public void Who_stands_on_the_list_already_is_relisted()
    {
        var decision = Decide(Day(6, 30), ($"enterprise/{Uscc}", After(Listed), 1));

        Assert.IsType<EnterpriseRelisted>(decision.Changes[1].Event);
        Assert.Equal(1, Assert.IsType<PilotListImported>(decision.Changes[0].Event).Relisted);
    }

    [Fact]
    public void The_same_file_is_imported_once()
    {
        var before = PilotList.Noun.Apply(PilotList.Noun.Initial, Decide(Day(6, 30)).Changes[0].Event, new(Officer, At, 1, 1, "pilot-list/l9"));

        Assert.Equal("pilot_list.already_imported", Decide(Day(6, 30), ("pilot-list/l9", before, 1)).Fault?.Code);
        Assert.Equal("l9", before.Id);
    }

    [Fact]
    public void A_list_of_tomorrow_is_not_yet() => Assert.Equal("pilot_list.day_in_future", Decide(Day(7, 1)).Fault?.Code);

    [Theory]
    [InlineData("day", "2025-6-30", "request.query")]
    [InlineData("day", "2025-06-30", null)]
    [InlineData("name", " ", "request.query")]
    [InlineData("reportYear", "1999", "request.query")]
    [InlineData("reportYear", "2000", null)]
    [InlineData("reportYear", "2025", null)]
    [InlineData("reportYear", "2026", "request.query")]
    [InlineData("validRowsOnly", "yes", "request.query")]
    [InlineData("validRowsOnly", "true", null)]
    [InlineData("asof", "x", "request.query")]
    public void The_query_is_read_strictly(string name, string value, string? fault) =>
        Assert.Equal(fault, ImportPilotList.OptionsOf(asked => asked == name ? value : null, [name], Day(6, 30)).Fault?.Code);

    [Fact]
    public void Without_a_query_the_list_is_of_today_and_all_or_nothing() =>
        Assert.Equal(new ImportPilotList.Options(Day(6, 30), "试点企业名单 2025-06-30", null, false), ImportPilotList.OptionsOf(_ => null, [], Day(6, 30)).Value);
}
