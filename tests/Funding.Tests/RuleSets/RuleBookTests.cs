using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Tests.Awards;

namespace PilotCity.Funding.Tests.RuleSets;

public class RuleBookTests
{
    private static readonly RuleBook Empty = RuleBook.Noun.Initial;

    [Fact]
    public void A_second_person_publishes_the_text_that_was_drafted()
    {
        var book = Town.Founded().Rules;

        Assert.Null(book.Draft);
        Assert.Equal(Sample.Longyan.Hash, Assert.Single(book.Published).Hash);
        Assert.Equal(RuleBook.HashOf(Sample.LongyanText), book.Published[0].Hash);
    }

    [Fact]
    public void The_drafter_cannot_publish_and_the_attempt_stays_on_record()
    {
        var town = new Town();
        town.Ok(Town.Officer, DraftRuleSet.Decide(town.Rules, Town.City, "longyan", new(Text: Sample.LongyanText)));
        var refused = PublishRuleSet.Decide(town.Rules, new(1, Sample.Longyan.Hash), Town.Officer);

        Assert.Equal("rule_set.same_person", refused.Fault?.Code);
        Assert.IsType<RuleSetPublicationRefused>(Assert.Single(refused.Changes).Event);
    }

    [Fact]
    public void What_is_published_is_what_the_publisher_names()
    {
        Assert.Equal("rule_set.nothing_drafted", PublishRuleSet.Decide(Town.Founded().Rules, new(1, Sample.Longyan.Hash), Town.Approver).Fault?.Code);
        var town = new Town();
        town.Ok(Town.Officer, DraftRuleSet.Decide(town.Rules, Town.City, "longyan", new(Shipped: "longyan")));
        Assert.Equal("rule_set.other_hash", PublishRuleSet.Decide(town.Rules, new(1, "0000"), Town.Approver).Fault?.Code);
        Assert.Equal("rule_set.other_hash", PublishRuleSet.Decide(town.Rules, new(2, Sample.Longyan.Hash), Town.Approver).Fault?.Code);
    }

    [Theory]
    [InlineData(null, null, "rule_set.source")]
    [InlineData("id: x", "longyan", "rule_set.source")]
    [InlineData(null, "atlantis", "rule_set.unknown")]
    [InlineData("id: x", null, "rule_set.unreadable")]
    public void A_draft_is_a_readable_text_or_a_shipped_one(string? text, string? shipped, string code) =>
        Assert.Equal(code, DraftRuleSet.Decide(Empty, Town.City, "longyan", new(text, shipped)).Fault?.Code);

    [Fact]
    public void A_draft_is_of_this_city_under_its_own_id_and_the_next_version()
    {
        Assert.Equal("rule_set.other_city", DraftRuleSet.Decide(Empty, "350500", "longyan", new(Shipped: "longyan")).Fault?.Code);
        Assert.Equal("rule_set.other_id", DraftRuleSet.Decide(Empty, Town.City, "hefei", new(Shipped: "longyan")).Fault?.Code);
        Assert.Equal("rule_set.version", DraftRuleSet.Decide(Town.Founded().Rules, Town.City, "longyan", new(Shipped: "longyan")).Fault?.Code);
        Assert.Equal("rule_set.version", DraftRuleSet.Decide(Empty, Town.City, "longyan", new(Text: Sample.LongyanText.Replace("version: 1", "version: 2"))).Fault?.Code);
        Assert.Null(DraftRuleSet.Decide(Town.Founded().Rules, Town.City, "longyan", new(Text: Sample.LongyanText.Replace("version: 1", "version: 2"))).Fault);
    }

    [Fact]
    public void A_text_too_large_for_an_entry_is_refused()
    {
        // A comment of quotation marks: small as a file, twice as large as JSON.
        var text = Sample.LongyanText + "#" + new string('"', 30_000) + "\n";

        Assert.Equal("rule_set.text_too_large", DraftRuleSet.Decide(Empty, Town.City, "longyan", new(Text: text)).Fault?.Code);
    }

    [Fact]
    public void The_last_published_version_in_force_on_the_day_decides()
    {
        var town = Town.Founded();
        var second = Sample.LongyanText.Replace("version: 1", "version: 2").Replace("effectiveFrom: 2025-05-27", "effectiveFrom: 2026-08-01");
        town.Ok(Town.Officer, DraftRuleSet.Decide(town.Rules, Town.City, "longyan", new(Text: second)));
        Assert.Equal(1, town.Rules.InForce(new(2026, 8, 1)).Value.Version);
        town.Ok(Town.Approver, PublishRuleSet.Decide(town.Rules, new(2, town.Rules.Draft!.Hash), Town.Approver));

        Assert.Equal(1, town.Rules.InForce(new(2026, 7, 31)).Value.Version);
        Assert.Equal(2, town.Rules.InForce(new(2026, 8, 1)).Value.Version);
        Assert.Equal("rule_set.not_in_force", town.Rules.InForce(new(2025, 5, 26)).Fault?.Code);
        Assert.Equal("rule_set.version_unknown", ListRuleSets.VersionUnknown("longyan", "9").Code);
    }

    /// <summary>Retired from a day on: nobody decides by it any more, and what was decided before stands, approval and receipt included.</summary>
    [Fact]
    public void A_retired_version_ends_the_rule_and_touches_nothing_decided_before()
    {
        var town = Town.Founded().Computed().Publicised().PublicityOver();
        var last = Sample.LongyanText.Replace("version: 1", "version: 2").Replace("status: published", "status: retired").Replace("effectiveFrom: 2025-05-27", "effectiveFrom: 2026-07-10");
        town.Ok(Town.Officer, DraftRuleSet.Decide(town.Rules, Town.City, "longyan", new(Text: last)));
        town.Ok(Town.Approver, PublishRuleSet.Decide(town.Rules, new(2, town.Rules.Draft!.Hash), Town.Approver));

        Assert.Equal(1, town.Rules.InForce(new(2026, 7, 9)).Value.Version);
        Assert.Equal("rule_set.not_in_force", town.Rules.InForce(new(2026, 7, 10)).Fault?.Code);
        Assert.Equal("rule_set.not_in_force", ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault?.Code);
        town.Ok(Town.Approver, town.Approve());
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
        Assert.Equal(("longyan", 1), (town.Award().Final!.RuleSet, town.Award().Final!.RuleSetVersion));
    }
}
