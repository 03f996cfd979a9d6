using System.Text;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Tests.Awards;

public class ReadAwardCaseTests
{
    private static Result<AwardCases> Read(string json) => ReadAwardCase.Read(Encoding.UTF8.GetBytes(json));

    private static string Case(string more) => $$"""{"id":"a","ruleSet":"longyan"{{(more.Length == 0 ? "" : "," + more)}}}""";

    private static string Project(string more) => Case($$"""
        "project":{"contracts":[{"id":"K"}]{{(more.Length == 0 ? "" : "," + more)}}}
        """);

    private static string Line(string more) => Project($$"""
        "lines":[{"contract":"K"},{ {{more}} }]
        """);

    public static TheoryData<string, string, string> Wrong() => new()
    {
        { "{}", "id", "missing" },
        { """{"id":"a"}""", "ruleSet", "missing" },
        { Case("\"colour\":1"), "colour", "unknown field" },
        { Case("\"kind\":\"gift\""), "kind", "not one of" },
        { Case("\"stage\":1"), "stage", "a string" },
        { Case("\"at\":\"2026-07-20\""), "at", "RFC 3339" },
        { Case("\"at\":\"2026-07-20T10:00:00\""), "at", "RFC 3339" },
        { Case("\"at\":\"2026-02-30T10:00:00Z\""), "at", "RFC 3339" },
        { Case("\"at\":\"9999-12-31T23:59:59Z\""), "at", "RFC 3339" },
        { Case("\"at\":\"0001-01-01T00:00:00Z\""), "at", "RFC 3339" },
        { Case("\"advancesPaid\":120000"), "advancesPaid", "a string" },
        { Case("\"advancesPaid\":\"-1.00\""), "advancesPaid", "not negative" },
        { Case("\"advancesPaid\":\"1.005\""), "advancesPaid", "two decimals" },
        { Case("\"advancesPaid\":\"1,000\""), "advancesPaid", "two decimals" },
        { Case("\"advancesPaid\":\"1000000000000.01\""), "advancesPaid", "two decimals" },
        { Case("\"proposed\":\"\""), "proposed", "not an amount" },
        { Case("\"enterprise\":[]"), "enterprise", "an object" },
        { Case("\"enterprise\":{\"uscc\":\"91350800MA503Q6R2F\"}"), "enterprise.uscc", "GB 32100" },
        { Case("\"enterprise\":{\"size\":\"huge\"}"), "enterprise.size", "not one of" },
        { Case("\"enterprise\":{\"aboveScale\":\"true\"}"), "enterprise.aboveScale", "true or false" },
        { Case("\"enterprise\":{\"exclusions\":[\"other\"]}"), "enterprise.exclusions[0]", "one of" },
        { Case("\"enterprise\":{\"creditLists\":[\"tax-violation\",\"tax-violation\"]}"), "enterprise.creditLists[1]", "twice" },
        { Case("\"enterprise\":{\"projectsAwarded\":-1}"), "enterprise.projectsAwarded", "whole number" },
        { Case("\"provider\":{\"score\":\"100.1\"}"), "provider.score", "between 0 and 100" },
        { Case("\"provider\":{\"score\":\"-1\"}"), "provider.score", "decimal" },
        { Case("\"diagnosis\":{\"price\":\"1\"}"), "diagnosis.price", "unknown field" },
        { Case("\"penalty\":{\"basis\":\"theft\"}"), "penalty.basis", "not one of" },
        { Project("\"batch\":\"4\""), "project.batch", "\"3\"" },
        { Project("\"filedOn\":\"2025/06/10\""), "project.filedOn", "a day" },
        { Project("\"filedOn\":\"2025-02-29\""), "project.filedOn", "a day" },
        { Project("\"levelAfter\":5"), "project.levelAfter", "0 to 4" },
        { Project("\"levelAfter\":2.5"), "project.levelAfter", "0 to 4" },
        { Project("\"documents\":[\"photo\"]"), "project.documents[0]", "one of" },
        { Case("\"project\":{\"contracts\":[{\"id\":\"K\"},{\"id\":\"K\"}]}"), "project.contracts[1].id", "doubled" },
        { Case("\"project\":{\"contracts\":[{}]}"), "project.contracts[0].id", "missing" },
        { Case("\"project\":{\"contracts\":[{\"id\":\"K\",\"provider\":\"x\"}]}"), "project.contracts[0].provider", "GB 32100" },
        { Line("\"contract\":\"L\""), "project.lines[1].contract", "no contract 'L'" },
        { Line("\"category\":\"yacht\""), "project.lines[1].category", "not one of" },
        { Line("\"invoice\":{\"net\":\"1.000\"}"), "project.lines[1].invoice.net", "two decimals" },
        { Line("\"payments\":[{\"amount\":\"-5\"}]"), "project.lines[1].payments[0].amount", "not negative" },
        { Line("\"payments\":[7]"), "project.lines[1].payments[0]", "an object" },
        { "[1]", "[0]", "a case object" },
        { "7", "$", "a case object or a list" },
        { "", "$", "not valid JSON" },
        { """{"id":"a",""", "$", "line 1" },
        { """{"id":"a","id":"b","ruleSet":"x"}""", "$", "not valid JSON" },
        { """{"id":"\ud800","ruleSet":"x"}""", "$", "Unicode" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_named_with_path_and_reason(string json, string path, string reason)
    {
        var fault = Read(json).Fault;
        Assert.Equal("case.unreadable", fault?.Code);
        Assert.Contains(fault!.Details, d => d.Path == path && d.Message.En.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused() =>
        Assert.Contains("UTF-8", ReadAwardCase.Read(new byte[] { 0x7b, 0xff, 0x7d }).Fault!.Message.En, StringComparison.Ordinal);

    [Fact]
    public void Nesting_without_end_is_refused() => Assert.Equal("case.unreadable", Read(new string('[', 100_000)).Fault!.Code);

    [Fact]
    public void Too_many_lines_are_refused_by_their_number()
    {
        var lines = string.Join(',', Enumerable.Repeat("{}", ReadAwardCase.LinesMax + 1));
        Assert.Contains("5001 items", Read(Project($"\"lines\":[{lines}]")).Fault!.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_null_are_harmless()
    {
        var read = ReadAwardCase.Read(Encoding.UTF8.GetBytes("\uFEFF" + Project("\"acceptedOn\":null")));
        Assert.True(read.Ok);
        Assert.Null(read.Value.Cases[0].Project.AcceptedOn);
    }

    [Fact]
    public void A_case_written_as_json_reads_back_and_decides_the_same()
    {
        var full = Sample.WithEnterprise(e => e with { Exclusions = [Exclusion.Pilot2022], CreditLists = [CreditList.TaxViolation] }) with { Provider = new() { Score = 70.5m } };
        var json = JsonSerializer.Serialize(full, Json.Lenient);
        Assert.Contains("pilot-2022", json, StringComparison.Ordinal);
        var read = Read(json);
        Assert.True(read.Ok, read.Fault?.Message.En);
        Assert.Equal(json, JsonSerializer.Serialize(read.Value.Cases[0], Json.Lenient));
        Assert.Equal(JsonSerializer.Serialize(Sample.Decide(full), Json.Lenient), JsonSerializer.Serialize(Sample.Decide(read.Value.Cases[0]), Json.Lenient));
    }
}
