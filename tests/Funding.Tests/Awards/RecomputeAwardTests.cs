using System.Text;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Tests.Awards;

public class RecomputeAwardTests
{
    /// <summary>A whole life: advance, award, both paid.</summary>
    private static readonly IReadOnlyList<Entry> Life = Town.Founded().AdvancePaid().Approved().Batched("b2").Released("b2").Settled("b2", "B-2").Entries;

    /// <summary>The life with one payload changed, as a forger would who can write the log and all its hashes.</summary>
    private static string? Forged(string type, string from, string to, bool last = true)
    {
        var entry = last ? Life.Last(e => e.Type == type) : Life.First(e => e.Type == type);
        var payload = Encoding.UTF8.GetString(entry.Payload);
        Assert.Contains(from, payload, StringComparison.Ordinal);
        return Code([.. Life.Select(e => e == entry ? e with { Payload = Encoding.UTF8.GetBytes(payload.Replace(from, to, StringComparison.Ordinal)) } : e)]);
    }

    private static string? ByAnother(string type, Actor actor) =>
        Code([.. Life.Select(e => e.Type == type ? e with { Actor = actor.ToString() } : e)]);

    private static string? Without(string type) => Code([.. Life.Where(e => e.Type != type)]);

    private static string? Code(IReadOnlyList<Entry> entries) => RecomputeAward.Recompute(entries)?.Code;

    [Fact]
    public void A_whole_life_holds() => Assert.Null(RecomputeAward.Recompute(Life)?.Message.En);

    [Fact]
    public void What_does_not_hold_is_named_with_its_entry()
    {
        var fault = RecomputeAward.Recompute([.. Life.Where(e => e.Type != nameof(RuleSetDrafted))])!;

        Assert.Equal("recompute.rule_text_missing", fault.Code);
        Assert.StartsWith("funding/350800 #", fault.Message.En, StringComparison.Ordinal);
        Assert.Contains(" award/p-1 v1 AdvanceComputed", fault.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_rule_text_or_publication_shows()
    {
        Assert.Equal("recompute.rule_text_differs", Forged(nameof(RuleSetDrafted), "rate: { value: 0.50", "rate: { value: 0.90"));
        Assert.Equal("recompute.rule_not_published", ByAnother(nameof(RuleSetPublished), Town.Officer));
        Assert.Equal("recompute.rule_not_published", Without(nameof(RuleSetPublished)));
    }

    [Fact]
    public void A_changed_fact_or_figure_shows()
    {
        Assert.Equal("recompute.decision_differs", Forged(nameof(AwardComputed), "\"levelAfter\":2", "\"levelAfter\":1"));
        Assert.Equal("recompute.decision_differs", Forged(nameof(AwardComputed), "\"entitlement\":\"200000.00\"", "\"entitlement\":\"200000.01\""));
        Assert.Equal("recompute.decision_differs", Forged(nameof(AdvanceComputed), "\"messageEn\":\"", "\"messageEn\":\"x"));
        Assert.Equal("recompute.facts_differ", Forged(nameof(AwardComputed), "\"advancesPaid\":\"120000.00\"", "\"advancesPaid\":\"0.00\""));
        Assert.Equal("recompute.facts_differ", Forged(nameof(AwardComputed), "\"at\":\"2026-", "\"at\":\"2025-"));
        Assert.Equal("recompute.unreadable", Forged(nameof(AwardComputed), "\"levelAfter\":2", "\"levelAfter\":\"two\""));
    }

    [Fact]
    public void What_would_have_changed_the_result_is_asked_again()
    {
        Assert.Equal("recompute.outlook_differs", Forged(nameof(AwardComputed), "\"difference\":\"50000.00\"", "\"difference\":\"60000.00\""));
        Assert.Equal("recompute.outlook_differs", Forged(nameof(AdvanceComputed), "advance.below-cap", "advance.above-cap"));
        Assert.Equal("recompute.outlook_differs", Forged(nameof(AwardComputed), "\"outlook\":{\"version\":1", "\"outlook\":{\"version\":0"));
        Assert.Equal("recompute.outlook_differs", Forged(nameof(AwardComputed), "\"outlook\":{\"version\":1", "\"outlook\":{\"version\":2"));
    }

    [Fact]
    public void An_entry_of_before_says_nothing_of_it_and_holds()
    {
        var life = Life.Select(e => e.Type is nameof(AwardComputed) or nameof(AdvanceComputed) ? e with { Payload = WithoutOutlook(e.Payload) } : e).ToArray();

        Assert.DoesNotContain(life, e => Encoding.UTF8.GetString(e.Payload).Contains("\"outlook\"", StringComparison.Ordinal));
        Assert.Null(RecomputeAward.Recompute(life)?.Message.En);

        static byte[] WithoutOutlook(byte[] payload)
        {
            var node = System.Text.Json.Nodes.JsonNode.Parse(payload)!.AsObject();
            Assert.True(node.Remove("outlook"));
            return Encoding.UTF8.GetBytes(node.ToJsonString(Defaults.Json.Lenient));
        }
    }

    [Fact]
    public void Two_incompatible_steps_of_one_person_show()
    {
        Assert.Equal("recompute.same_person", ByAnother(nameof(AwardApproved), Town.Officer with { Role = Role.BureauApprover }));
        Assert.Equal("recompute.same_person", ByAnother(nameof(AdvanceApproved), Town.Officer with { Role = Role.BureauApprover }));
        Assert.Equal("recompute.same_person", ByAnother("PaymentBatchApproved", Town.Finance with { Role = Role.FinanceApprover }));
        Assert.Equal("recompute.same_person", ByAnother("PaymentBatchCreated", Town.Approver with { Role = Role.FinanceOfficer }));
        Assert.Equal("recompute.same_person", ByAnother("PaymentBatchApproved", Town.Officer with { Role = Role.FinanceApprover }));
    }

    [Fact]
    public void Amounts_that_do_not_follow_from_the_decision_show()
    {
        Assert.Equal("recompute.amount_differs", Forged(nameof(AwardApproved), "\"amount\":\"80000.00\"", "\"amount\":\"80000.01\""));
        Assert.Equal("recompute.amount_differs", Forged(nameof(AwardApproved), "\"awarded\":\"200000.00\"", "\"awarded\":\"100000.00\""));
        Assert.Equal("recompute.amount_differs", Forged(nameof(AdvanceApproved), "120000.00", "120000.01"));
        Assert.Equal("recompute.amount_differs", Forged(nameof(TranchePaid), "80000.00", "80000.01"));
        Assert.Equal("recompute.ledger_differs", Forged(nameof(FundsReserved), "80000.00", "90000.00"));
        Assert.Equal("recompute.ledger_differs", Forged(nameof(ReservationPosted), "80000.00", "70000.00"));
        Assert.Equal("recompute.ledger_differs", Without(nameof(ReservationPosted)));
    }

    [Fact]
    public void A_posting_for_the_award_beside_its_own_steps_shows()
    {
        var extra = Life.Last(e => e.Type == nameof(FundsReserved)) with { Position = Life.Count + 1, CommandId = new(999, 0, 0, new byte[8]) };

        Assert.Equal("recompute.ledger_differs", Code([.. Life, extra]));
    }

    [Fact]
    public void Steps_left_out_show()
    {
        Assert.Equal("recompute.publicity", Without(nameof(AwardPublicised)));
        Assert.Equal("recompute.publicity", Forged(nameof(AwardPublicised), "\"workingDays\":5", "\"workingDays\":4"));
        Assert.Equal("recompute.out_of_order", Without(nameof(TrancheFrozen)));
        Assert.Equal("recompute.batch_differs", Without("BankResultImported"));
        Assert.Equal("recompute.batch_differs", Without("PaymentBatchApproved"));
        Assert.Equal("recompute.no_award", Code([]));
        Assert.Equal("recompute.no_award", RecomputeAward.NoAward.Code);
    }
}
