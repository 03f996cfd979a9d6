using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Board;

namespace PilotCity.Oversight.Tests.Board;

public sealed class DraftPlanTests
{
    private static readonly DraftPlan.Body Good = new(new(2025, 10, 1), new(2027, 9, 30), "龙政办〔2025〕1号", [new("renovated", 600), new("renovated", 200, Division.District, "350802")]);

    private static readonly Plan Drafted = Plan.Noun.Initial with
    {
        Versions = [new(1, Good.From, Good.Until, Good.Document, Good.Targets, "u-1", default), new(2, Good.From, Good.Until, Good.Document, Good.Targets, "u-1", default)],
    };

    [Fact]
    public void A_version_is_drafted_as_the_next_one()
    {
        var drafted = (PlanDrafted)DraftPlan.Decide(Drafted, Good).Changes.Single().Event;

        Assert.Equal((3, Good.From, Good.Until, Good.Document, Good.Targets), (drafted.Version, drafted.From, drafted.Until, drafted.Document, drafted.Targets));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3_660, true)]
    [InlineData(3_661, false)]
    public void The_window_is_one_of_a_pilot(int days, bool taken)
    {
        var decision = DraftPlan.Decide(Plan.Noun.Initial, Good with { Until = Good.From.AddDays(days) });

        Assert.Equal(taken ? null : "plan.window", decision.Fault?.Code);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_plan_has_a_document(int characters, bool taken) =>
        Assert.Equal(taken ? null : "plan.document", DraftPlan.Decide(Plan.Noun.Initial, Good with { Document = new('文', characters) }).Fault?.Code);

    [Fact]
    public void Targets_and_milestones_together_are_bounded_and_the_largest_plan_fits_into_an_entry()
    {
        var group = new string('区', 27);
        Target Of(int n) => new("specialised-renovated", 999_999_999_999.99m, Division.SubIndustry, $"{group}{n:000}");
        DraftPlan.Body With(int count) => Good with { Document = new('文', 100), Targets = [.. Enumerable.Range(0, count).Select(Of)] };

        Assert.Equal("plan.targets", DraftPlan.Decide(Plan.Noun.Initial, With(0)).Fault?.Code);
        Assert.Equal("plan.targets", DraftPlan.Decide(Plan.Noun.Initial, With(Plan.TargetsMax + 1)).Fault?.Code);
        Assert.Equal("plan.targets", DraftPlan.Decide(Plan.Noun.Initial, With(Plan.TargetsMax) with { Targets = [.. With(Plan.TargetsMax).Targets.Take(249), Of(249) with { Milestones = [new(new(2026, 1, 1), 1)] }] }).Fault?.Code);
        var drafted = DraftPlan.Decide(Plan.Noun.Initial, With(Plan.TargetsMax)).Changes.Single().Event;
        Assert.True(Noun.Write(drafted).Length < CanonicalEntry.PayloadBytesMax);
    }

    private static readonly Target[] WrongTargets =
    [
        new Target("none", 1), new Target("completion", 1), new Target("renovated", -1), new Target("cloud", 100.01m), new Target("renovated", 1.005m), new Target("renovated", 1_000_000_000_001),
        new Target("cycle-payment", 3_661), new Target("renovated", 1, Division.Month, "2026-01"), new Target("l4", 1, Division.Provider, "P"), new Target("renovated", 1, Division.District),
        new Target("renovated", 1, null, "350802"), new Target("renovated", 1, Division.District, new('区', 31)), new Target("renovated", 1, Milestones: [new(new(2025, 10, 1), 1)]),
        new Target("renovated", 1, Milestones: [new(new(2027, 9, 30), 1)]), new Target("renovated", 1, Milestones: [new(new(2026, 2, 1), 1), new(new(2026, 2, 1), 2)]),
        new Target("renovated", 1, Milestones: [new(new(2026, 2, 1), -1)]),
    ];

    public static TheoryData<int> Wrong => [.. Enumerable.Range(0, WrongTargets.Length)];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_target_is_named_with_its_place(int index)
    {
        var fault = DraftPlan.Decide(Plan.Noun.Initial, Good with { Targets = [new("l4", 5), WrongTargets[index]] }).Fault!;

        Assert.Equal(("plan.targets", "/targets/1"), (fault.Code, fault.Details.Single().Path));
    }

    [Fact]
    public void A_target_stands_once() =>
        Assert.Equal("/targets/2", DraftPlan.Decide(Plan.Noun.Initial, Good with { Targets = [.. Good.Targets, new("renovated", 1)] }).Fault!.Details.Single().Path);

    [Theory]
    [InlineData(0, "u-2", "plan.version")]
    [InlineData(3, "u-2", "plan.version")]
    [InlineData(1, "u-1", "plan.same_person")]
    [InlineData(1, "u-2", null)]
    [InlineData(2, "u-2", null)]
    public void Another_person_puts_a_version_in_force(int version, string account, string? code) =>
        Assert.Equal(code, PutPlanInForce.Decide(Drafted, version, new(Role.BureauApprover, account, "b")).Fault?.Code);

    [Fact]
    public void A_version_is_put_in_force_once_and_not_after_a_later_one()
    {
        var second = new Plan(Drafted.Versions.SetItem(1, Drafted.Versions[1] with { PutInForceBy = "u-2", PutInForceAt = DateTimeOffset.UnixEpoch }));

        Assert.Equal("plan.superseded", PutPlanInForce.Decide(second, 1, new(Role.BureauApprover, "u-2", "b")).Fault?.Code);
        Assert.Equal("plan.superseded", PutPlanInForce.Decide(second, 2, new(Role.BureauApprover, "u-2", "b")).Fault?.Code);
        Assert.Equal((null, 2), (Drafted.InForce, second.InForce?.Version));
    }
}
