using System.Text;
using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Rescorings;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Assessment.Tests.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Rescorings;

/// <summary>What a changed reading would do to the results that were given: nothing is changed, everything is counted.</summary>
public sealed class RescoreResultsTests
{
    private static readonly Instrument Changed = OverrideInstrument.Apply("longyan-1", InstrumentBookTests.Counts(), ShippedInstruments.Find).Value;

    internal static StoredResult Stored(long position, Answers answers, string? instrument = null, Instrument? by = null, string city = "350800")
    {
        var scored = ScoreAnswers.Score(by ?? Examples.Miit2024, answers).Value;
        var confirmed = AssessmentTests.Sample with
        {
            Instrument = instrument ?? scored.Instrument,
            Answers = answers.Items,
            Scenarios = answers.Scenarios,
            Facts = answers.Facts,
            Scores = scored.Scores,
            Total = scored.Total,
            Level = scored.Level,
        };
        return new(city, position, $"assessment/a{position}", Noun.Write(confirmed));
    }

    private static Rescoring Run(params StoredResult[] results) => RescoreResults.Run(Changed, results, null, default).Value;

    [Fact]
    public void Who_changes_level_comes_first_with_the_counts_before_and_after()
    {
        var rescored = Run(
            Stored(1, Examples.Full.WithScenarios(3, 3, 3)),
            Stored(2, Examples.Full.WithScenarios(3, 5, 3)),
            Stored(3, Examples.Zero));
        Assert.Equal(("miit-2024@1+longyan-1", 3L, 1L, 0L, 0L, 2L, 0L), (rescored.Instrument, rescored.Results, rescored.LevelUp, rescored.LevelDown, rescored.TotalOnly, rescored.Same, rescored.NotScored));
        var change = Assert.Single(rescored.LevelChanges);
        Assert.Equal(("350800", "a1", "91350825MAW5MTJ0XQ", "after", "third-party", 2, 3, "100", "100", 1L), (change.City, change.Assessment, change.Enterprise, change.Purpose, change.Mode, change.LevelBefore, change.LevelAfter, change.TotalBefore.ToString(), change.TotalAfter.ToString(), change.Position));
        Assert.Equal([new(2, 3, 1)], rescored.Moves);
        Assert.Equal([new(3, 1, 2), new(2, 1, 0), new(0, 1, 1)], rescored.Levels);
        Assert.Equal(("66.6667", "66.6667"), (rescored.MeanTotalBefore.ToString(), rescored.MeanTotalAfter.ToString()));
    }

    [Fact]
    public void A_total_that_changes_without_the_level_is_told_apart()
    {
        var split = """
            {"instrument": "miit-2024@1", "name": "equal", "title": {"zh": "等分", "en": "equal"}, "source": "x", "changes": [CHANGES]}
            """;
        var item = Examples.Miit2024.Items.Single(i => i.Id == "Q1");
        var path = $"/dimensions/0/groups/0/indicators/0/items/0/options";
        var (b, c) = (item.Options[1].Score.Value, item.Options[2].Score.Value);
        Assert.True(b > 0 && c > 0);
        using var document = JsonDocument.Parse(Examples.Miit2024.Document);
        var point = document.RootElement.GetProperty("openPoints")[0].GetProperty("id").GetString();

        // One point moves from an option to another, their percentages with it.
        string Of(int option, string field, decimal value) => $$"""{"openPoint": "{{point}}", "path": "{{path}}/{{option}}/{{field}}", "value": "{{new Points(value)}}"}""";
        decimal Percent(decimal score) => score * 100m / item.Maximum.Value;
        var changes = string.Join(',', Of(1, "score", b - 1m), Of(1, "weightPercent", Percent(b - 1m)), Of(2, "score", c + 1m), Of(2, "weightPercent", Percent(c + 1m)));
        var changed = OverrideInstrument.Apply("equal", Encoding.UTF8.GetBytes(split.Replace("CHANGES", changes, StringComparison.Ordinal)), ShippedInstruments.Find);
        Assert.True(changed.Ok, changed.Ok ? "" : changed.Fault.Message.En);

        var rescored = RescoreResults.Run(changed.Value, [Stored(1, Examples.Zero.With("Q1", "B")), Stored(2, Examples.Full)], null, default).Value;
        Assert.Equal((0L, 1L, 1L), (rescored.LevelUp + rescored.LevelDown, rescored.TotalOnly, rescored.Same));
        Assert.Equal((new Points(b).ToString(), new Points(b - 1m).ToString()), (rescored.TotalChanges[0].TotalBefore.ToString(), rescored.TotalChanges[0].TotalAfter.ToString()));
    }

    [Fact]
    public void Results_of_another_instrument_or_version_are_counted_and_left_out_and_those_under_another_override_are_not()
    {
        var rescored = Run(
            Stored(1, Examples.Zero),
            Stored(2, Examples.Zero, "miit-2024@1+other"),
            Stored(3, Examples.Zero, "miit-2024@10"),
            Stored(4, Examples.Zero, "miit-2022@1"));
        Assert.Equal((2L, 2L), (rescored.Results, rescored.OtherInstrument));
    }

    [Fact]
    public void What_the_changed_instrument_would_refuse_is_named_with_its_reason()
    {
        // Two machines of ten are 20%, which is option B up to 20 and C under an override that ends B at 15.
        var facts = Examples.Full.WithFacts(("equipment-total", 10), ("equipment-digital", 10), ("equipment-networked", 10));
        var good = ScoreAnswers.Score(Examples.Miit2024, facts);
        Assert.True(good.Ok, good.Ok ? "" : good.Fault.Message.En);
        var spoilt = Stored(7, facts) with { Payload = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Stored(7, facts).Payload).Replace("\"equipment-digital\":10", "\"equipment-digital\":1", StringComparison.Ordinal)) };
        var rescored = Run(Stored(1, facts), spoilt);
        Assert.Equal((2L, 1L), (rescored.Results, rescored.NotScored));
        Assert.Equal((7L, true), (rescored.Refused[0].Position, rescored.Refused[0].Why.En.StartsWith("item Q2: must be ", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_gives_the_same_again_and_the_same_as_scoring_each_one_with_its_explanation()
    {
        var random = new Random(3);
        var results = Enumerable.Range(1, 400).Select(i => Stored(i, Any(random))).ToArray();
        var (first, second) = (Run(results), Run(results));
        Assert.Equal(JsonSerializer.Serialize(first, Json.Lenient), JsonSerializer.Serialize(second, Json.Lenient));

        var expected = results.Select(r => JsonSerializer.Deserialize<AssessmentConfirmed>(r.Payload, Json.Lenient)!)
            .Select(c => (Before: c.Level, After: ScoreAnswers.Score(Changed, new(c.Answers, c.Scenarios, c.Facts)).Value.Level)).Where(x => x.Before != x.After).ToList();
        Assert.Equal(expected.Count, first.LevelChanges.Count);
        Assert.Equal(expected, first.LevelChanges.Select(c => (c.LevelBefore, c.LevelAfter)));
        Assert.NotEmpty(expected);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.Equal("rescoring.no_levels", RescoreResults.Run(CheckInstrumentTests.Read("quadrants"), [], null, default).Fault?.Code);
        Assert.Equal("rescoring.no_levels", RescoreResults.Run(CheckInstrumentTests.Read("no-levels"), [], null, default).Fault?.Code);
        Assert.Equal("rescoring.nothing", RescoreResults.Run(Changed, [Stored(1, Examples.Zero, "miit-2022@1")], null, default).Fault?.Code);
        Assert.Null(RescoreResults.Run(Changed, [Stored(1, Examples.Zero), Stored(2, Examples.Zero)], null, default, resultsMax: 2).Fault);
        Assert.Equal("rescoring.too_many", RescoreResults.Run(Changed, [Stored(1, Examples.Zero), Stored(2, Examples.Zero)], null, default, resultsMax: 1).Fault?.Code);
        foreach (var payload in new[] { "", "[]", "{}", "{\"total\": \"x\"}", "{\"instrument\":\"miit-2024@1\",\"answers\":[],\"total\":\"1\",\"level\":1}", "{\"instrument\":\"miit-2024@1\",\"answers\":{},\"total\":\"1..\",\"level\":1}" })
            Assert.Equal("rescoring.unreadable", RescoreResults.Run(Changed, [new("350800", 1, "assessment/a", Encoding.UTF8.GetBytes(payload))], null, default).Fault?.Code);
    }

    [Fact]
    public async Task Over_http_the_bureau_asks_with_the_file_itself_and_nothing_is_left_behind()
    {
        await using var service = await Services.Start();
        var enterprise = service.As(Role.Enterprise, BeginAssessmentTests.Enterprise);
        await (await enterprise.Command(HttpMethod.Post, "/api/assessment/350800/assessments", BeginAssessmentTests.Body(answers: Examples.Full.WithScenarios(3, 3, 3)))).Json(201);
        const string path = "/api/assessment/350800/rescorings";
        var answer = await service.As(Role.BureauOfficer).PostAsync(path, File());
        var rescored = await answer.Json();
        Assert.Equal((1, 1, "miit-2024@1+longyan-1"), (rescored.GetProperty("results").GetInt32(), rescored.GetProperty("levelUp").GetInt32(), rescored.GetProperty("instrument").GetString()));
        var csv = service.As(Role.BureauApprover);
        csv.DefaultRequestHeaders.Add("Accept", "text/csv");
        Assert.Contains(BeginAssessmentTests.Enterprise, await (await csv.PostAsync(path, File())).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((400, "override.invalid"), await (await service.As(Role.BureauOfficer).PostAsync(path, new ByteArrayContent("{}"u8.ToArray()) { Headers = { ContentType = new("application/json") } })).Refusal());
        Assert.Equal((404, "rescoring.nothing"), await (await service.As(Role.BureauOfficer, city: "350200").PostAsync("/api/assessment/350200/rescorings", File())).Refusal());
        Assert.Equal((403, "request.role"), await (await enterprise.PostAsync(path, File())).Refusal());
        Assert.DoesNotContain("longyan-1", await (await enterprise.GetAsync("/api/assessment/350800/instruments")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        static ByteArrayContent File() => new(InstrumentBookTests.Counts()) { Headers = { ContentType = new("application/json") } };
    }

    private static Answers Any(Random random) => Examples.Full.WithScenarios(3, random.Next(0, 11), random.Next(0, 7)) is var full && random.Next(2) == 0 ? full : full.With("Q1", "B").With("Q5", "A");
}
