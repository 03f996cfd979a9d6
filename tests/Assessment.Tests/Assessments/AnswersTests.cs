using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Tests.Assessments;

public sealed class AnswersTests
{
    private static Result<Answers> Read(string answers, string? scenarios = null, string? facts = null) => Answers.Read(
        Examples.Parse(answers),
        scenarios is null ? default : Examples.Parse(scenarios),
        facts is null ? default : Examples.Parse(facts));

    [Fact]
    public void Options_numbers_levels_and_facts_are_read()
    {
        var read = Read("""{"Q1":["B","C"],"Q9":12.50,"Q10":[]}""", """{"S01":3}""", """{"equipment-total":12}""").Value;
        Assert.Equal(["B", "C"], read.Items["Q1"].Options);
        Assert.Equal(12.5m, read.Items["Q9"].Number);
        Assert.Empty(read.Items["Q10"].Options);
        Assert.Equal((3, 12m), (read.Scenarios["S01"], read.Facts["equipment-total"]));
    }

    [Theory]
    [InlineData("""{"Q1":"B"}""", "/answers/Q1")]
    [InlineData("""{"Q1":["B",1]}""", "/answers/Q1")]
    [InlineData("""{"Q1":[null]}""", "/answers/Q1")]
    [InlineData("""{"Q1":null}""", "/answers/Q1")]
    [InlineData("""{"Q1":{"B":true}}""", "/answers/Q1")]
    [InlineData("""{"Q1":["\ud800"]}""", "/answers/Q1")]
    [InlineData("""{"Q1":[""]}""", "/answers/Q1")]
    [InlineData("""{"Q1":1e-20}""", "/answers/Q1")]
    [InlineData("""{"Q1":123456789012345678901}""", "/answers/Q1")]
    [InlineData("""{"\ud800":["A"]}""", "/answers")]
    [InlineData("""{"Q1":["A"],"Q1":["B"]}""", "/answers/Q1")]
    [InlineData("[]", "/answers")]
    [InlineData("null", "/answers")]
    public void A_misshapen_answer_is_named(string answers, string path)
    {
        var fault = Read(answers).Fault!;
        Assert.Equal(("answers.invalid", "answers.shape", path), (fault.Code, fault.Details[0].Code, fault.Details[0].Path));
    }

    [Theory]
    [InlineData("""{"S01":2.5}""", "/scenarios/S01")]
    [InlineData("""{"S01":"3"}""", "/scenarios/S01")]
    [InlineData("""{"S01":null}""", "/scenarios/S01")]
    [InlineData("""{"S01":true}""", "/scenarios/S01")]
    [InlineData("""{"S01":99999999999}""", "/scenarios/S01")]
    [InlineData("[3]", "/scenarios")]
    [InlineData("null", "/scenarios")]
    public void A_scenario_level_is_a_whole_number(string scenarios, string path) =>
        Assert.Equal(("answers.shape", path), (Read("{}", scenarios).Fault!.Details[0].Code, Read("{}", scenarios).Fault!.Details[0].Path));

    [Fact]
    public void A_set_without_answers_is_refused() =>
        Assert.Equal("/answers", Answers.Read(default, default, default).Fault!.Details[0].Path);

    [Fact]
    public void More_entries_than_any_instrument_has_are_not_read()
    {
        var many = JsonSerializer.Serialize(Enumerable.Range(0, Answers.EntriesMax + 1).ToDictionary(i => $"Q{i}", _ => new[] { "A" }));
        Assert.Equal("/answers", Assert.Single(Read(many).Fault!.Details).Path);
    }

    [Theory]
    [InlineData("""["B","C"]""")]
    [InlineData("12.5")]
    [InlineData("[]")]
    public void An_answer_survives_the_log(string json) =>
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<Answer>(json, Json.Strict), Json.Lenient));

    [Fact]
    public void A_payload_that_is_no_answer_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Answer>("\"B\"", Json.Strict));
}
