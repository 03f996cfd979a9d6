using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults.Identity;
using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Snapshots;
using Check = PilotCity.Oversight.Checks.Check;

namespace PilotCity.Oversight.Tests.Checks;

/// <summary>The catalogue of checks as data.</summary>
public sealed class CheckTests
{
    [Fact]
    public void The_catalogue_holds_the_forty_eight_checks_in_both_languages()
    {
        Assert.Equal(Enumerable.Range(1, 48).Select(n => $"AC{n:00}"), Check.InOrder.Select(c => c.Id));
        Assert.All(Check.InOrder, c => Assert.True(c.What.Zh.Any(ch => ch > 0x3000) && c.What.En.All(ch => ch < 0x3000), c.Id));
        Assert.True(Check.InOrder.Count(c => c.Awaits is null) >= 40, "at least 40 run on what the platform holds");
    }

    [Fact]
    public void What_a_check_waits_for_can_be_imported() =>
        Assert.All(Check.InOrder.Where(c => c.Awaits is not null), c => Assert.Contains(c.Awaits!, SnapshotKinds.All.Keys));

    [Fact]
    public void A_check_waits_until_its_outside_data_came()
    {
        Assert.Equal(ListChecks.State.NotChecked, ListChecks.StateOf(Check.All["AC09"], new HashSet<string>()));
        Assert.Equal(ListChecks.State.Runs, ListChecks.StateOf(Check.All["AC09"], new HashSet<string> { "invoice-status" }));
        Assert.Equal(ListChecks.State.RunsAndStops, ListChecks.StateOf(Check.All["AC08"], new HashSet<string>()));
        Assert.Equal(ListChecks.State.Runs, ListChecks.StateOf(Check.All["AC07"], new HashSet<string>()));
    }

    [Theory]
    [InlineData("\"id\":\"AC1\"")]
    [InlineData("\"needs\":[]")]
    [InlineData("\"steps\":[]")]
    [InlineData("\"owners\":[]")]
    [InlineData("\"modes\":[]")]
    [InlineData("\"what\":{\"zh\":\"\",\"en\":\"x\"}")]
    [InlineData("\"parameters\":[{\"name\":\"a\",\"unit\":\"\",\"standard\":1,\"what\":{\"zh\":\"一\",\"en\":\"one\"}}]")]
    [InlineData("\"parameters\":[{\"name\":\"a\",\"unit\":\"days\",\"standard\":-1,\"what\":{\"zh\":\"一\",\"en\":\"one\"}}]")]
    public void A_catalogue_that_contradicts_itself_is_refused(string wrong)
    {
        Assert.Single(Check.Read(Catalogue("\"id\":\"AC01\"")));

        Assert.Throws<FormatException>(() => Check.Read(Catalogue(wrong)));
    }

    [Fact]
    public void A_catalogue_of_another_format_or_with_a_check_twice_is_refused()
    {
        Assert.Throws<FormatException>(() => Check.Read("{\"format\":\"other\",\"checks\":[]}"u8.ToArray()));
        var one = Encoding.UTF8.GetString(Catalogue("\"id\":\"AC01\""));
        var twice = $"{one[..^2]},{one[(one.IndexOf('[', StringComparison.Ordinal) + 1)..]}";
        Assert.Throws<FormatException>(() => Check.Read(Encoding.UTF8.GetBytes(twice)));
    }

    [Theory]
    [InlineData("AC20", "factor", 250, "别处已有依据", null)]
    [InlineData("AC20", "factor", -1, "x", "check.parameter")]
    [InlineData("AC20", "other", 1, "x", "check.parameter")]
    [InlineData("AC03", "factor", 1, "x", "check.parameter")]
    [InlineData("AC20", "factor", 10_000_000_000_000, "x", null)]
    [InlineData("AC20", "factor", 10_000_000_000_001, "x", "check.parameter")]
    [InlineData("AC20", "factor", 1, " ", "finding.reason")]
    [InlineData("AC49", "factor", 1, "x", "check.unknown")]
    public void A_city_proposes_thresholds_that_the_check_has(string check, string name, long value, string reason, string? code) =>
        Assert.Equal(code, ProposeCheckParameters.Decide(check, new(new Dictionary<string, long> { [name] = value }, reason)).Fault?.Code);

    [Fact]
    public void Thresholds_hold_when_a_second_person_approved_the_values_that_were_read()
    {
        var (first, second) = (new Actor(Role.BureauApprover, "u-1", "b"), new Actor(Role.BureauApprover, "u-2", "b"));
        CheckParameters After(params (object Event, Actor By)[] events) => events.Aggregate(CheckParameters.Noun.Initial, (own, e) => CheckParameters.Noun.Apply(own, e.Event, new(e.By, default, 1, 1, "check-parameters/AC20")));
        var values = new Dictionary<string, long> { ["factor"] = 250 };
        var proposed = After((new CheckParametersProposed(values, "依据"), first));

        Assert.Empty(proposed.Values);
        Assert.Equal("check.nothing_proposed", ApproveCheckParameters.Decide("AC20", After(), new(values), second).Fault?.Code);
        Assert.Equal("check.same_person", ApproveCheckParameters.Decide("AC20", proposed, new(values), first).Fault?.Code);
        Assert.Equal("check.proposal_other", ApproveCheckParameters.Decide("AC20", proposed, new(new Dictionary<string, long> { ["factor"] = 251 }), second).Fault?.Code);
        Assert.Equal("check.proposal_other", ApproveCheckParameters.Decide("AC20", proposed, new(new Dictionary<string, long>()), second).Fault?.Code);
        Assert.Equal("check.unknown", ApproveCheckParameters.Decide("AC49", proposed, new(values), second).Fault?.Code);
        var set = (CheckParametersSet)ApproveCheckParameters.Decide("AC20", proposed, new(values), second).Changes.Single().Event;
        Assert.Equal(("依据", "u-1"), (set.Reason, set.ProposedBy));
        var now = After((new CheckParametersProposed(values, "依据"), first), (set, second));
        Assert.Equal((250L, (ParameterProposal?)null), (now.Values["factor"], now.Proposed));
    }

    [Fact]
    public void A_median_without_own_amounts_is_that_of_the_others() =>
        Prop.ForAll<NonEmptyArray<byte>, byte[]>((others, own) =>
        {
            List<long> all = [.. others.Get.Concat(own).Select(b => (long)b % 8).Order()];
            var rest = others.Get.Select(b => (long)b % 8).Order().ToArray();

            Assert.Equal(rest[rest.Length / 2], CheckSpend.MedianWithout(all, [.. own.Select(b => (long)b % 8)]));
        }).QuickCheckThrowOnFailure();

    private static byte[] Catalogue(string member)
    {
        var members = new Dictionary<string, string>
        {
            ["id"] = "\"AC01\"",
            ["what"] = "{\"zh\":\"一\",\"en\":\"one\"}",
            ["needs"] = "[\"x\"]",
            ["modes"] = "[\"warn\"]",
            ["owners"] = "[\"x\"]",
            ["steps"] = "[\"S1\"]",
            ["stopsWith"] = "[]",
            ["severity"] = "\"low\"",
            ["parameters"] = "[]",
        };
        var colon = member.IndexOf(':', StringComparison.Ordinal);
        members[member[1..(colon - 1)]] = member[(colon + 1)..];
        return Encoding.UTF8.GetBytes($"{{\"format\":\"pilotcity-checks@1\",\"checks\":[{{{string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Value}"))}}}]}}");
    }
}
