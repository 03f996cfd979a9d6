using System.Text.Json;
using System.Text.Json.Nodes;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Tests.Awards;

namespace PilotCity.Funding.Tests.RuleSets;

/// <summary>
/// A text of before, as cities' logs and receipts hold it, and what was decided by it then: both must read and decide the same for ever,
/// whatever the reader asks of new texts and whatever the engine has learned since.
/// </summary>
public class KeptTests
{
    private static readonly JsonArray Decided = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "RuleSets", "Kept", "longyan-971a393c.decisions.json")))!.AsArray();

    public static TheoryData<string> Cases() => [.. Decided.Select(d => d!["case"]!["id"]!.GetValue<string>())];

    [Fact]
    public void A_text_that_a_log_holds_is_read_and_one_that_is_new_must_name_its_grades()
    {
        Assert.Equal("971a393c1d4a8f4e727e92aaa213ff1a6f38f913108658594031aa7fdf6249a0", Sample.Kept.Hash);
        var fault = ReadRuleSet.Read(Sample.Kept.Bytes.AsSpan()).Fault!;
        Assert.Equal("rule_set.unreadable", fault.Code);
        Assert.Contains(fault.Details, d => d.Message.En == "line 22, eligibility.exclusions.grade: the evidence grade is missing: write grade, or list in legalBasis the document with which the clause begins");
        Assert.Contains(fault.Details, d => d.Message.En.EndsWith("effectiveSource: the source of the days in force is missing", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_was_decided_before_is_decided_the_same(string id)
    {
        var kept = Decided.Single(d => d!["case"]!["id"]!.GetValue<string>() == id)!;
        var read = ReadAwardCase.Read(JsonSerializer.SerializeToUtf8Bytes(kept["case"]));
        var again = JsonSerializer.SerializeToNode(DecideAward.Decide(Sample.Kept, read.Value.Cases[0]), Json.Lenient);
        Assert.Equal(kept["decision"]!.ToJsonString(), again!.ToJsonString());
    }
}
