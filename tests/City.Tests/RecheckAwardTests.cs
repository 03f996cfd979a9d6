using System.Text;
using PilotCity.City.Tests.Demonstration;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Receipts;

namespace PilotCity.City.Tests;

/// <summary>What a forger with the signing key could still not do: the award has to follow from the facts, and the facts from their logs.</summary>
[Collection(PlayedPilotGroup.Name)]
public sealed class RecheckAwardTests(PlayedPilot pilot)
{
    private IReadOnlyList<Entry> Entries => VerifyReceipt.Check(File.ReadAllBytes(pilot.Receipts[0]), null, _ => null).Value.Entries;

    [Fact]
    public void The_entries_of_every_receipt_give_the_award_again()
    {
        Assert.All(pilot.Receipts, file => Assert.True(VerifyReceipt.Check(File.ReadAllBytes(file), null, RecheckAward.Recheck).Ok, file));
    }

    [Fact]
    public void A_receipt_that_holds_says_its_decision_in_words_and_one_that_does_not_says_nothing()
    {
        using var output = new StringWriter();
        Assert.Equal(0, Verify.Run([pilot.Receipts[0]], null, null, output, TextWriter.Null, CancellationToken.None, explain: true));
        Assert.Contains(Say.Of("什么会改变结果", "What would have changed the result"), output.ToString(), StringComparison.Ordinal);
        Assert.Contains("performance project/", output.ToString().Replace(", project/", " project/", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(Say.Of("规则文本 SHA-256", "SHA-256 of the rule text"), output.ToString(), StringComparison.Ordinal);

        using var folder = new Testing.TemporaryFolder();
        File.WriteAllText(folder["forged.json"], File.ReadAllText(pilot.Receipts[0]).Replace("\"index\":", "\"index\":1", StringComparison.Ordinal));
        using var refused = new StringWriter();
        Assert.Equal(1, Verify.Run([folder["forged.json"]], null, null, refused, TextWriter.Null, CancellationToken.None, explain: true));
        Assert.Single(refused.ToString().TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("performance", "SpendReported", "\"net\":\"", "\"net\":\"1")]
    [InlineData("performance", "ContractRegistered", "2025-07-21", "2025-07-20")]
    [InlineData("performance", "AuditRecorded", "\"spend\":\"", "\"spend\":\"1")]
    [InlineData("registry", "EnterpriseListed", "\"aboveScale\":", "\"x\":1,\"aboveScale\":!")]
    public void Facts_that_are_not_those_of_their_log_are_named(string service, string type, string before, string after)
    {
        var fault = RecheckAward.Recheck(Changed(service, type, text => after.EndsWith('!')
            ? text.Replace("\"aboveScale\":true", "\"aboveScale\":null", StringComparison.Ordinal).Replace("\"aboveScale\":false", "\"aboveScale\":true", StringComparison.Ordinal).Replace("\"aboveScale\":null", "\"aboveScale\":false", StringComparison.Ordinal)
            : ReplaceFirst(text, before, after)));

        Assert.Equal("receipt.facts_differ", fault?.Code);
    }

    [Fact]
    public void A_level_that_the_evaluator_did_not_find_is_named()
    {
        var last = Entries.Last(e => e.Type == "AssessmentConfirmed");

        var fault = RecheckAward.Recheck([.. Entries.Select(e => e.Position == last.Position && e.Service == last.Service
            ? e with { Payload = Encoding.UTF8.GetBytes(Raise(Encoding.UTF8.GetString(e.Payload))) }
            : e)]);

        Assert.Equal("receipt.facts_differ", fault?.Code);

        static string Raise(string text) => text.Replace("\"level\":4", "\"level\":0", StringComparison.Ordinal).Replace("\"level\":1", "\"level\":4", StringComparison.Ordinal)
            .Replace("\"level\":2", "\"level\":4", StringComparison.Ordinal).Replace("\"level\":3", "\"level\":4", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("performance")]
    [InlineData("registry")]
    [InlineData("assessment")]
    public void A_fact_without_its_log_is_named(string service) =>
        Assert.All(pilot.Receipts, file => Assert.Equal(
            "receipt.fact_missing", RecheckAward.Recheck([.. VerifyReceipt.Check(File.ReadAllBytes(file), null, _ => null).Value.Entries.Where(e => e.Service != service)])?.Code));

    [Fact]
    public void An_award_raised_in_its_own_entry_is_recomputed_and_named() =>
        Assert.Equal("recompute.decision_differs", RecheckAward.Recheck(Changed("funding", "AwardComputed", text => text.Replace("\"entitlement\":\"", "\"entitlement\":\"9", StringComparison.Ordinal)))?.Code);

    [Theory]
    [InlineData("district")]
    [InlineData("subIndustry")]
    public void A_district_or_sub_industry_that_Registry_does_not_say_is_named(string field)
    {
        var fault = RecheckAward.Recheck(Changed("funding", "AwardComputed", text => System.Text.RegularExpressions.Regex.Replace(text, $"\"{field}\":\"[^\"]+\"", $"\"{field}\":\"x\"")));

        Assert.Equal("receipt.facts_differ", fault?.Code);
        Assert.Contains(field, fault!.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_nobody_here_writes_are_not_guessed_at() =>
        Assert.Equal("receipt.unreadable", RecheckAward.Recheck(Changed("performance", "ProjectDiagnosed", _ => "{}"))?.Code);

    private IReadOnlyList<Entry> Changed(string service, string type, Func<string, string> change)
    {
        var entries = Entries;
        Assert.Contains(entries, e => e.Service == service && e.Type == type);
        return [.. entries.Select(e => e.Service == service && e.Type == type ? e with { Payload = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(e.Payload))) } : e)];
    }

    private static string ReplaceFirst(string text, string before, string after)
    {
        var at = text.IndexOf(before, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{before} is not in {text}");
        return text[..at] + after + text[(at + before.Length)..];
    }
}
