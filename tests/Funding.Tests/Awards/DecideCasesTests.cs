using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Tests.Awards;

public sealed class DecideCasesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("award").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "data", "cases", name);

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static (int Code, string Output, string Error) Run(params string[] files)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (DecideCases.Run(files, output, error, "en"), output.ToString(), error.ToString());
    }

    public static TheoryData<string> VisibleCases()
    {
        var ids = new TheoryData<string>();
        foreach (var expected in JsonDocument.Parse(File.ReadAllBytes(Data("award-expected.json"))).RootElement.EnumerateArray()) ids.Add(expected.GetProperty("id").GetString()!);
        return ids;
    }

    [Theory]
    [MemberData(nameof(VisibleCases))]
    public void A_visible_case_is_decided_as_expected(string id)
    {
        var cases = ReadAwardCase.Read(File.ReadAllBytes(Data("award-cases.json")));
        Assert.True(cases.Ok, cases.Fault?.Message.En);
        var @case = cases.Value.Cases.Single(c => c.Id == id);
        var set = ShippedRuleSets.Find(ShippedRuleSets.All, @case.RuleSet, ChinaTime.DayOf(@case.At!.Value));
        Assert.True(set.Ok, set.Fault?.Message.En);
        var decision = JsonSerializer.SerializeToElement(DecideAward.Decide(set.Value, @case), Json.Lenient);

        using var expected = JsonDocument.Parse(File.ReadAllBytes(Data("award-expected.json")));
        foreach (var field in expected.RootElement.EnumerateArray().Single(e => e.GetProperty("id").GetString() == id).EnumerateObject())
        {
            if (field.Name == "note") continue;
            if (field.Name == "reasonMentions")
            {
                var reasons = decision.GetProperty("reasons").GetRawText();
                Assert.Contains(field.Value.EnumerateArray(), m => reasons.Contains(m.GetString()!, StringComparison.Ordinal));
            }
            else Assert.Equal((field.Name, field.Value.GetString()), (field.Name, decision.GetProperty(field.Name).GetString()));
        }
    }

    [Fact]
    public void One_case_gives_an_object_and_several_a_list_in_order()
    {
        var one = Write("one.json", """{"id":"a","ruleSet":"longyan","at":"2026-07-20T10:00:00+08:00"}""");
        var two = Write("two.json", """[{"id":"b","ruleSet":"longyan@1","at":"2026-07-20T02:00:00Z"}]""");
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(Run(one).Output).RootElement.ValueKind);
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(Run(two).Output).RootElement.ValueKind);
        var both = Run(two, one);
        Assert.Equal((0, "b,a"), (both.Code, string.Join(',', JsonDocument.Parse(both.Output).RootElement.EnumerateArray().Select(d => d.GetProperty("id").GetString()))));
    }

    [Fact]
    public void A_decision_names_its_rule_text()
    {
        var decision = JsonDocument.Parse(Run(Write("one.json", """{"id":"a","ruleSet":"longyan","at":"2026-07-20T10:00:00+08:00"}""")).Output).RootElement;
        Assert.Equal("longyan@1", decision.GetProperty("ruleSet").GetString());
        Assert.Matches("^[0-9a-f]{64}$", decision.GetProperty("ruleSetHash").GetString());
        Assert.Contains(decision.GetProperty("reasons").EnumerateArray(), r => r.GetProperty("path").GetString() == "project.contracts");
    }

    [Fact]
    public void An_unreadable_input_writes_nothing_and_names_file_path_and_reason()
    {
        var good = Write("good.json", """{"id":"a","ruleSet":"longyan","at":"2026-07-20T10:00:00+08:00"}""");
        var bad = Write("bad.json", """[{"id":"a","ruleSet":"longyan","at":"2026-07-20T10:00:00+08:00","project":{"colour":1}}]""");
        var (code, output, error) = Run(good, bad);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains($"{bad}: [0].project.colour: unknown field", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("atlantis")]
    [InlineData("longyan@2")]
    [InlineData("longyan@")]
    [InlineData("longyan@-1")]
    [InlineData("Longyan")]
    public void A_rule_set_that_does_not_ship_is_refused_by_name(string name)
    {
        var (code, output, error) = Run(Write("x.json", $$"""{"id":"a","ruleSet":"{{name}}","at":"2026-07-20T10:00:00+08:00"}"""));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains($"ruleSet: there is no rule set '{name}'", error, StringComparison.Ordinal);
        Assert.Equal("rule_set.unknown", ShippedRuleSets.Find(ShippedRuleSets.All, name, null).Fault!.Code);
    }

    [Fact]
    public void The_cases_beside_one_of_an_unknown_rule_set_are_decided_all_the_same()
    {
        var (code, output, error) = Run(Write("x.json", """[{"id":"a","ruleSet":"atlantis"},{"id":"b","ruleSet":"longyan@1","at":"2026-07-20T02:00:00Z"}]"""));
        Assert.Equal((2, "b"), (code, JsonDocument.Parse(output).RootElement.EnumerateArray().Single().GetProperty("id").GetString()));
        Assert.Contains("[0].ruleSet: there is no rule set 'atlantis'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_folders_and_no_files_are_refused()
    {
        Assert.Equal(2, Run().Code);
        Assert.Contains("no such file", Run(Path.Combine(folder, "none.json")).Error, StringComparison.Ordinal);
        Assert.Contains(folder, Run(folder).Error, StringComparison.Ordinal);
        Assert.Equal(2, Run(folder).Code);
    }

    [Fact]
    public void An_empty_list_is_an_empty_list() => Assert.Equal((0, "[]"), (Run(Write("e.json", "[]")).Code, Run(Write("e.json", "[]")).Output.Trim()));

    [Fact]
    public void A_file_that_cannot_be_read_is_its_own_fault() => Assert.Equal("case.file_unreadable", DecideCases.Unreadable("没有这个文件", "there is no such file").Code);
}
