using PilotCity.Oversight.Snapshots;

namespace PilotCity.Oversight.Tests.Snapshots;

/// <summary>Outside data is taken in whole or not at all.</summary>
public sealed class ImportSnapshotTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 4, 0, 0, TimeSpan.Zero);

    private static Dictionary<string, string> Row(string enterprise = "91350825MAW5MTJ0XQ", string invested = "1.00", string ledger = "资产") =>
        new() { ["enterprise"] = enterprise, ["ledger"] = ledger, ["invested"] = invested };

    private static Defaults.Log.Decision Import(IReadOnlyList<IReadOnlyDictionary<string, string>> rows, DateOnly? takenOn = null, string source = "市统计局", DateOnly? before = null) =>
        ImportSnapshot.Decide("ledgers", Snapshot.Noun.Initial with { TakenOn = before }, new(takenOn ?? new(2026, 3, 1), source, rows), Noon);

    [Fact]
    public void Rows_come_in_as_entries_of_thirty_of_which_the_first_begins_anew()
    {
        var entries = Import([.. Enumerable.Repeat(Row(), 61)]).Changes.Select(c => (SnapshotImported)c.Event).ToList();

        Assert.Equal([(false, 30), (true, 30), (true, 1)], entries.Select(e => (e.Continues, e.Rows.Count)));
    }

    [Theory]
    [InlineData("91350825MAW5MTJ0XA", "1.00", "资产", "/rows/0/enterprise")]
    [InlineData("91350825MAW5MTJ0XQ", "1.001", "资产", "/rows/0/invested")]
    [InlineData("91350825MAW5MTJ0XQ", "1.00", "", "/rows/0/ledger")]
    public void A_wrong_cell_is_named_and_nothing_is_taken_in(string enterprise, string invested, string ledger, string path)
    {
        var refused = Import([Row(enterprise, invested, ledger), Row()]);

        Assert.Equal(("snapshot.cell", 0), (refused.Fault!.Code, refused.Changes.Count));
        Assert.Equal([path], refused.Fault.Details.Select(d => d.Path));
    }

    [Fact]
    public void A_column_that_the_kind_does_not_have_is_refused() =>
        Assert.Equal("snapshot.cell", Import([new Dictionary<string, string>(Row()) { ["phone"] = "1" }]).Fault!.Code);

    [Fact]
    public void A_reference_has_a_hundred_characters_at_most()
    {
        Assert.Null(Import([Row(ledger: new('产', 100))]).Fault);
        Assert.Equal("snapshot.cell", Import([Row(ledger: new('产', 101))]).Fault!.Code);
    }

    [Fact]
    public void There_are_1_to_10000_rows()
    {
        Assert.Equal("snapshot.rows", Import([]).Fault!.Code);
        Assert.Null(Import([.. Enumerable.Repeat(Row(), 10_000)]).Fault);
        Assert.Equal("snapshot.rows", Import([.. Enumerable.Repeat(Row(), 10_001)]).Fault!.Code);
    }

    [Fact]
    public void Its_day_is_not_after_today_and_not_before_what_is_there()
    {
        Assert.Null(Import([Row()], new(2026, 3, 10)).Fault);
        Assert.Equal("snapshot.day", Import([Row()], new(2026, 3, 11)).Fault!.Code);
        Assert.Null(Import([Row()], new(2026, 3, 1), before: new(2026, 3, 1)).Fault);
        Assert.Equal("snapshot.older", Import([Row()], new(2026, 3, 1), before: new(2026, 3, 2)).Fault!.Code);
        Assert.Equal("finding.reason", Import([Row()], source: "").Fault!.Code);
    }
}
