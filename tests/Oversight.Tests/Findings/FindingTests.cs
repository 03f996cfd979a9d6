using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Findings;

namespace PilotCity.Oversight.Tests.Findings;

/// <summary>The life of a finding: who may take which step when.</summary>
public sealed class FindingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 4, 0, 0, TimeSpan.Zero);
    private static readonly FindingOpened Opened = (FindingOpened)GoldenTests.Samples[0];
    private static readonly Actor Responsible = new(Role.BureauOfficer, "u-1", "b");
    private static readonly Actor Other = new(Role.BureauOfficer, "u-2", "b");
    private static readonly Actor Approver = new(Role.BureauApprover, "u-3", "b");

    private static Finding After(params (object Event, Actor By)[] events) =>
        events.Prepend((Opened, new(Role.Service, "finding-watch", "oversight"))).Select((e, i) => (e, i)).Aggregate(
            Finding.Noun.Initial, (f, x) => Finding.Noun.Apply(f, x.e.Item1, new(x.e.Item2, Noon, x.i + 1, x.i + 1, "finding/f1")));

    private static Finding Assigned => After((new FindingAssigned("u-1"), Approver));

    private static Finding Explained => After((new FindingAssigned("u-1"), Approver), (new FindingExplained("x", []), Responsible));

    private static Finding Rechecked(bool settled, bool ordered = false) => ordered
        ? After((new FindingAssigned("u-1"), Approver), (new RectificationOrdered("x", new(2026, 4, 1)), Approver), (new FindingExplained("x", []), Responsible), (new FindingRechecked(settled, "x"), Other))
        : After((new FindingAssigned("u-1"), Approver), (new FindingExplained("x", []), Responsible), (new FindingRechecked(settled, "x"), Other));

    [Fact]
    public void It_goes_from_opened_to_closed_and_keeps_every_step()
    {
        var closed = After(
            (new FindingAssigned("u-1"), Approver), (new FindingExplained("笔误", []), Responsible), (new RectificationOrdered("核减", new(2026, 4, 1)), Approver), (new FindingExplained("已核减", []), Responsible),
            (new FindingRechecked(true, "属实"), Other), (new FindingClosed(FindingOutcome.Rectified, "办结"), Approver));

        Assert.Equal(("f1", FindingStatus.Closed, false), (closed.Id, closed.Status, closed.IsOpen));
        Assert.Equal(["finding-watch", "u-3", "u-1", "u-3", "u-1", "u-2", "u-3"], closed.Steps.Select(s => s.Account));
    }

    [Theory]
    [InlineData("u-1", null)]
    [InlineData("", "finding.account")]
    [InlineData("a b", "finding.account")]
    [InlineData("a:b", "finding.account")]
    [InlineData("a@b", "finding.account")]
    public void It_is_assigned_to_an_account(string to, string? code) => Assert.Equal(code, AssignFinding.Decide(After(), new(to)).Fault?.Code);

    [Fact]
    public void An_account_has_64_characters_at_most()
    {
        Assert.Null(AssignFinding.Decide(Assigned, new(new string('a', 64))).Fault);
        Assert.Equal("finding.account", AssignFinding.Decide(Assigned, new(new string('a', 65))).Fault!.Code);
        Assert.Equal("finding.wrong_state", AssignFinding.Decide(Explained, new("a")).Fault!.Code);
    }

    [Fact]
    public void Only_who_is_responsible_explains_it()
    {
        Assert.Null(ExplainFinding.Decide(Assigned, new("笔误"), Responsible).Fault);
        Assert.Equal("finding.not_yours", ExplainFinding.Decide(Assigned, new("笔误"), Other).Fault!.Code);
        Assert.Equal("finding.wrong_state", ExplainFinding.Decide(After(), new("笔误"), Responsible).Fault!.Code);
        Assert.Equal("finding.reason", ExplainFinding.Decide(Assigned, new(" "), Responsible).Fault!.Code);
        Assert.Null(ExplainFinding.Decide(Assigned, new(new string('长', 1_000)), Responsible).Fault);
        Assert.Equal("finding.reason", ExplainFinding.Decide(Assigned, new(new string('长', 1_001)), Responsible).Fault!.Code);
        Assert.Null(ExplainFinding.Decide(Assigned, new("x", [.. Enumerable.Repeat("文", 20)]), Responsible).Fault);
        Assert.Equal("finding.documents", ExplainFinding.Decide(Assigned, new("x", [.. Enumerable.Repeat("文", 21)]), Responsible).Fault!.Code);
        Assert.Equal("finding.documents", ExplainFinding.Decide(Assigned, new("x", [""]), Responsible).Fault!.Code);
    }

    [Theory]
    [InlineData(2026, 3, 10, "finding.due_on")]
    [InlineData(2026, 3, 11, null)]
    [InlineData(2027, 3, 11, null)]
    [InlineData(2027, 3, 12, "finding.due_on")]
    public void Its_day_lies_ahead_and_within_a_year(int year, int month, int day, string? code) =>
        Assert.Equal(code, OrderRectification.Decide(Explained, new("核减", new(year, month, day)), Approver, Noon).Fault?.Code);

    [Fact]
    public void Nobody_orders_or_looks_again_or_closes_what_is_his_own()
    {
        var own = Responsible with { Role = Role.BureauApprover };
        Assert.Equal("finding.same_person", OrderRectification.Decide(Explained, new("核减", new(2026, 4, 1)), own, Noon).Fault!.Code);
        Assert.Equal("finding.reason", OrderRectification.Decide(Explained, new("", new(2026, 4, 1)), Approver, Noon).Fault!.Code);
        Assert.Equal("finding.wrong_state", OrderRectification.Decide(After(), new("核减", new(2026, 4, 1)), Approver, Noon).Fault!.Code);
        Assert.Equal("finding.same_person", RecheckFinding.Decide(Explained, new(true, "x"), Responsible).Fault!.Code);
        Assert.Null(RecheckFinding.Decide(Explained, new(true, "x"), Other).Fault);
        Assert.Equal("finding.reason", RecheckFinding.Decide(Explained, new(true, ""), Other).Fault!.Code);
        Assert.Equal("finding.wrong_state", RecheckFinding.Decide(Assigned, new(true, "x"), Other).Fault!.Code);
        Assert.Equal("finding.same_person", CloseFinding.Decide(Rechecked(true), new(FindingOutcome.Explained, "x"), own).Fault!.Code);
        Assert.Equal("finding.reason", CloseFinding.Decide(Rechecked(true), new(FindingOutcome.Explained, ""), Approver).Fault!.Code);
        Assert.Equal("finding.wrong_state", CloseFinding.Decide(Explained, new(FindingOutcome.Explained, "x"), Approver).Fault!.Code);
    }

    [Theory]
    [InlineData(true, false, "Explained", null)]
    [InlineData(false, false, "Explained", "finding.not_settled")]
    [InlineData(true, false, "Rectified", "finding.not_settled")]
    [InlineData(true, true, "Rectified", null)]
    [InlineData(false, true, "Rectified", "finding.not_settled")]
    [InlineData(false, true, "Referred", null)]
    public void It_ends_as_the_recheck_found_it(bool settled, bool ordered, string outcome, string? code) =>
        Assert.Equal(code, CloseFinding.Decide(Rechecked(settled, ordered), new(Enum.Parse<FindingOutcome>(outcome), "x"), Approver).Fault?.Code);

    [Fact]
    public void Statistics_count_by_age_overdue_and_rate_of_rectification()
    {
        Finding[] findings =
        [
            After(),
            After((new FindingAssigned("u-1"), Approver), (new RectificationOrdered("x", new(2026, 3, 25)), Approver)),
            Rechecked(true, ordered: true),
        ];

        var then = CountFindings.Of(findings, Noon.AddDays(15)).All;
        var later = CountFindings.Of(findings, Noon.AddDays(16)).ByCheck.Single();
        var none = CountFindings.Of([After()], Noon).All;

        Assert.Equal((3, 3, 0, 0, 0, 2, 1, (decimal?)0.5m), (then.Opened, then.Open, then.Closed, then.Overdue, then.Escalated, then.Ordered, then.Settled, then.RectificationRate));
        Assert.Equal(("AC07", 1, 2, 3), (later.Check, later.Overdue, later.Escalated, later.OpenByAge["to30Days"]));
        Assert.Equal(("339000.00", (decimal?)null, 1), (then.AtStakeOpen.ToString(), none.RectificationRate, none.OpenByAge["to7Days"]));
    }

    [Fact]
    public void It_goes_to_the_next_level_after_its_time_once_for_each_cause_and_day()
    {
        var watch = new Actor(Role.Service, "finding-watch", "oversight");
        Finding With(Finding finding, object happened, Actor by) => Finding.Noun.Apply(finding, happened, new(by, Noon, 9, 9, "finding/f1"));
        var ordered = With(Explained, new RectificationOrdered("x", new(2026, 3, 25)), Approver);

        Assert.Null(EscalateFinding.Due(After(), Noon.AddDays(15)));
        var unexplained = EscalateFinding.Due(After(), Noon.AddDays(16))!;
        Assert.Equal((EscalationCause.Unexplained, 1, (DateOnly?)null), (unexplained.Cause, unexplained.Level, unexplained.DueOn));
        Assert.Null(EscalateFinding.Due(With(After(), unexplained, watch), Noon.AddDays(90)));
        Assert.Null(EscalateFinding.Due(ordered, Noon.AddDays(15)));
        var overdue = EscalateFinding.Due(ordered, Noon.AddDays(16))!;
        Assert.Equal((EscalationCause.Overdue, new DateOnly(2026, 3, 25)), (overdue.Cause, overdue.DueOn));
        var escalated = With(ordered, overdue, watch);
        Assert.Null(EscalateFinding.Due(escalated, Noon.AddDays(17)));
        Assert.Equal((FindingStatus.RectificationOrdered, "finding-watch", "FindingEscalated"), (escalated.Status, escalated.Escalations[0].Account, escalated.Steps[^1].Step));
        var again = With(With(With(escalated, new FindingExplained("x", []), Responsible), new FindingRechecked(false, "x"), Other), new RectificationOrdered("x", new(2026, 3, 28)), Approver);
        Assert.Equal((2, new DateOnly(2026, 3, 28)), (EscalateFinding.Due(again, Noon.AddDays(19))!.Level, EscalateFinding.Due(again, Noon.AddDays(19))!.DueOn));
    }

    [Fact]
    public void The_bureau_escalates_an_open_finding_once_and_it_counts()
    {
        var escalated = Finding.Noun.Apply(Explained, EscalateFinding.Decide(Explained, new("金额较大")).Changes.Single().Event, new(Approver, Noon, 9, 9, "finding/f1"));

        Assert.Equal((EscalationCause.ByHand, "金额较大", "u-3"), (escalated.Escalations[0].What.Cause, escalated.Escalations[0].What.Reason, escalated.Escalations[0].Account));
        Assert.Equal("finding.escalated", EscalateFinding.Decide(escalated, new("x")).Fault?.Code);
        Assert.Equal("finding.reason", EscalateFinding.Decide(Explained, new("")).Fault?.Code);
        var closed = Finding.Noun.Apply(Rechecked(true), new FindingClosed(FindingOutcome.Explained, "x"), new(Approver, Noon, 9, 9, "finding/f1"));
        Assert.Equal("finding.wrong_state", EscalateFinding.Decide(closed, new("x")).Fault?.Code);
        Assert.Equal((1, 0), (CountFindings.Of([escalated], Noon).All.Escalated, CountFindings.Of([Explained], Noon).All.Escalated));
    }

    [Fact]
    public void The_same_facts_raise_it_once_and_changed_facts_again()
    {
        var hit = new Oversight.Checks.Hit("AC07", Opened.About, Opened.Figures, Opened.Evidence, Opened.AtStake);
        var changed = hit with { Figures = new Dictionary<string, string> { ["signedOn"] = "2025-07-22", ["issuedOn"] = "2025-07-01" } };
        var known = Streams.Of((Finding.Noun.StreamOf(hit.Id), Assigned, 2));

        Assert.Equal(hit.Id, (hit with { About = [.. hit.About.Reverse()], Evidence = [] }).Id);
        Assert.NotEqual(hit.Id, changed.Id);
        Assert.Empty(FindingWatch.Decide(known, hit, new Dictionary<string, long>(), new(2026, 3, 1), 42).Changes);
        Assert.Equal([Finding.Noun.StreamOf(changed.Id)], FindingWatch.Decide(known, changed, new Dictionary<string, long>(), new(2026, 3, 1), 42).Changes.Select(c => c.Stream));
        Assert.NotEqual(FindingWatch.CommandIdFor("350800", hit.Id), FindingWatch.CommandIdFor("350801", hit.Id));
    }
}
