using System.Text;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Instruments;

/// <summary>A city's reading of open points: what it may change, and that results name it.</summary>
public sealed class OverrideInstrumentTests
{
    private const string Counts = """{"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minScenarios", "value": 6}, {"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minConstraint", "value": 3}""";

    private static readonly string Constraint = $$"""{"openPoint": "constraint-set", "path": "/operations/scenarios/{{Examples.Miit2024.ScenariosById["S12"].Index}}/constraint", "value": false}""";

    [Fact]
    public void The_other_reading_of_the_counts_gives_another_level_and_the_result_names_it()
    {
        var changed = Apply(File(Counts)).Value;
        var answers = Examples.Full.WithScenarios(3, 3, 3);

        Assert.Equal(("miit-2024@1", 2), (Examples.Miit2024.Reference, ScoreAnswers.Score(Examples.Miit2024, answers).Value.Level) is var before && before.Item2 < 3 ? (before.Reference, 2) : default);
        var result = ScoreAnswers.Score(changed, answers).Value;
        Assert.Equal(("miit-2024@1+longyan-1", 3), (result.Instrument, result.Level));
        Assert.Equal(("longyan-1", 64), (changed.Override!.Name, changed.Override.Sha256.Length));
        Assert.NotEqual(Examples.Miit2024.Sha256, changed.Sha256);
    }

    [Fact]
    public void A_scenario_may_cease_to_be_a_constraint() =>
        Assert.Equal((10, 9), (Examples.Miit2024.Scenarios.Count(s => s.Constraint), Apply(File(Constraint)).Value.Scenarios.Count(s => s.Constraint)));

    [Fact]
    public void What_comes_out_passes_every_check_of_an_instrument()
    {
        var fault = Apply(File(Counts.Replace("\"value\": 6", "\"value\": 17", StringComparison.Ordinal))).Fault!;
        Assert.Equal("instrument.invalid", fault.Code);
        Assert.Contains(fault.Details, d => d.Path == "/levelRule/rows/1/minScenarios" && d.Code == "instrument.rows");
    }

    [Theory]
    [InlineData("""{"openPoint": "nothing", "path": "/levelRule/rows/1/minScenarios", "value": 6}""", "/changes/0/openPoint override.open_point")]
    [InlineData("""{"openPoint": "level-3-counts", "path": "/levelRule/rows/9/minScenarios", "value": 6}""", "/changes/0/path override.path")]
    [InlineData("""{"openPoint": "level-3-counts", "path": "/levelRule/rows/-1/minScenarios", "value": 6}""", "/changes/0/path override.path")]
    [InlineData("""{"openPoint": "level-3-counts", "path": "/levelRule/rows", "value": 6}""", "/changes/0/path override.path")]
    [InlineData("""{"openPoint": "level-3-counts", "path": "levelRule", "value": 6}""", "/changes/0/path override.path")]
    [InlineData("""{"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minScenarios", "value": "6"}""", "/changes/0/value override.value")]
    [InlineData("""{"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minScenarios", "value": null}""", "/changes/0/value override.value")]
    [InlineData("", "/changes override.bound")]
    [InlineData("""{"openPoint": "level-3-counts", "path": "/a", "value": 6}, {"openPoint": "level-3-counts", "path": "/a", "value": 6}""", "/changes override.repeated")]
    public void A_change_that_answers_no_open_point_or_leads_nowhere_is_named(string changes, string problem) =>
        Assert.Contains(problem, Problems(File(changes)));

    [Fact]
    public void Its_own_fields_are_checked()
    {
        Assert.Contains("/instrument override.instrument", Problems(File(Counts, instrument: "miit-2024")));
        Assert.Contains("/name override.name", Problems(File(Counts, name: "Longyan 1")));
        Assert.Contains("/name override.name", Problems(File(Counts, name: new string('a', 41))));
        Assert.Contains("/source override.source", Problems(File(Counts, source: " ")));
        Assert.Equal("instrument.unknown", Apply(File(Counts, instrument: "nothing@1")).Fault?.Code);
        Assert.Equal(["/surprise override.malformed"], Problems(File(Counts).Replace("\"name\"", "\"surprise\": 1, \"name\"", StringComparison.Ordinal)));
        Assert.Equal([" override.malformed"], Problems("null"));
        Assert.Equal([" override.too_large"], Problems(new string(' ', InstrumentOverride.BytesMax + 1)));
    }

    [Fact]
    public void There_is_a_bound_on_the_changes()
    {
        var one = """{"openPoint": "level-3-counts", "path": "/x", "value": 6}""";
        Assert.Contains("/changes override.bound", Problems(File(string.Join(',', Enumerable.Repeat(one, InstrumentOverride.ChangesMax + 1)))));
    }

    [Fact]
    public void The_command_line_scores_with_the_override_and_refuses_a_bad_one()
    {
        using var folder = new Testing.TemporaryFolder();
        var answers = new StringBuilder("""{"id": "a", "instrument": "miit-2024", "answers": {""");
        answers.AppendJoin(',', Examples.Full.Items.Select(i => $"\"{i.Key}\": [{string.Join(',', i.Value.Options.Select(o => $"\"{o}\""))}]"))
            .Append("}, \"scenarios\": {").AppendJoin(',', Examples.Full.WithScenarios(3, 3, 3).Scenarios.Select(s => $"\"{s.Key}\": {s.Value}")).Append("}}");
        System.IO.File.WriteAllText(folder["answers.json"], answers.ToString());
        System.IO.File.WriteAllText(folder["override.json"], File(Counts));
        System.IO.File.WriteAllText(folder["bad.json"], File(Counts, name: "X"));

        Assert.Equal((0, true), Run("override.json") is var (code, output, _) ? (code, output.Contains("miit-2024@1+longyan-1", StringComparison.Ordinal)) : default);
        Assert.Equal((2, true), Run("bad.json") is var (refused, nothing, error) ? (refused, nothing.Length == 0 && error.Contains("bad.json", StringComparison.Ordinal)) : default);

        (int, string, string) Run(string file)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            return (ScoreFiles.Run([folder["answers.json"]], output, error, "en", [folder[file]]), output.ToString(), error.ToString());
        }
    }

    private static string File(string changes, string instrument = "miit-2024@1", string name = "longyan-1", string source = "龙岩市评测专班会议纪要") => $$"""
        {"instrument": "{{instrument}}", "name": "{{name}}", "title": {"zh": "龙岩市口径", "en": "Longyan's reading"}, "source": "{{source}}", "changes": [{{changes}}]}
        """;

    private static Defaults.Result<Instrument> Apply(string file) => OverrideInstrument.Apply("test", Encoding.UTF8.GetBytes(file), ShippedInstruments.Find);

    private static string[] Problems(string file)
    {
        var fault = Apply(file).Fault!;
        Assert.Equal("override.invalid", fault.Code);
        return [.. fault.Details.Select(d => $"{d.Path} {d.Code}")];
    }
}
