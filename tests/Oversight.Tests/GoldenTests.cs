using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Board;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Findings;
using PilotCity.Oversight.Samples;
using PilotCity.Oversight.Snapshots;

namespace PilotCity.Oversight.Tests;

/// <summary>Event names and fields are forever: each event's payload is compared with a file, and read back from it.</summary>
public sealed class GoldenTests
{
    internal static readonly object[] Samples =
    [
        new FindingOpened(
            "AC07", Severity.Medium, [new("project", "p1"), new("enterprise", "91350825MAW5MTJ0XQ")], new Dictionary<string, string> { ["signedOn"] = "2025-07-21", ["issuedOn"] = "2025-07-01" },
            new Dictionary<string, long> { ["daysTolerated"] = 0 }, [new("performance", 7)], Money.Parse("113000.00"), new(2026, 3, 1), 42),
        new FindingAssigned("bureau-officer-1"),
        new FindingExplained("补签系笔误", ["龙工信〔2026〕5号"]),
        new RectificationOrdered("核减该发票", new(2026, 4, 1)),
        new FindingRechecked(true, "已核减"),
        new FindingClosed(FindingOutcome.Rectified, "已核减并复核"),
        new FindingEscalated(EscalationCause.Overdue, 2, null, new(2026, 4, 1)),
        new CheckParametersProposed(new Dictionary<string, long> { ["factor"] = 250 }, "本市产品价格较集中"),
        new PlanDrafted(
            1, new(2025, 10, 1), new(2027, 9, 30), "龙政办〔2025〕1号",
            [new("renovated", 600, Milestones: [new(new(2026, 6, 30), 200)]), new("l2-above-scale", 90.5m, Division.SubIndustry, "专用设备")]),
        new PlanPutInForce(1),
        new SigningKeysChanged(["example.com/350800+00000001+AQ=="], ["example.com/350800+00000002+AQ=="]),
        new CheckParametersSet(new Dictionary<string, long> { ["factor"] = 250 }, "本市产品价格较集中"),
        new SnapshotImported("ledgers", new(2026, 2, 1), "市统计局", "aa", false, [new Dictionary<string, string> { ["enterprise"] = "91350825MAW5MTJ0XQ", ["ledger"] = "资产", ["invested"] = "100000.00" }]),
        new SampleCommitted(
            "年度审计", SampleMethod.MonetaryUnit, 5, new(PopulationKind.Payments, new(2026, 1, 1), new(2026, 12, 31), "350802", Money.Parse("100.00")), 118, 18, Money.Parse("1710000.00"),
            new string('a', 64), new string('b', 64)),
        new SampleDrawn(new string('c', 64), 119, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", [new("p01:final", Money.Parse("20000.00")), new("p17:final", Money.Parse("180000.00"), 2)]),
    ];

    public static TheoryData<string> Events => [.. Samples.Select(s => s.GetType().Name)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_is_written_and_read_as_its_golden(string name)
    {
        var sample = Samples.Single(sample => sample.GetType().Name == name);
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", name + ".json")).TrimEnd();
        var noun = OversightService.Shape.Nouns.Single(noun => noun.Events.Any(type => type.Name == name));

        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(sample)));
        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(noun.Read(name, Encoding.UTF8.GetBytes(golden)))));
    }
}
