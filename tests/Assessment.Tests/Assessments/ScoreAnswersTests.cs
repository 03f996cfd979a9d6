using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Tests.Instruments;

namespace PilotCity.Assessment.Tests.Assessments;

public sealed class ScoreAnswersTests
{
    private static ScoreResult Score(Answers answers) => ScoreAnswers.Score(Examples.Miit2024, answers).Value;

    private static string[] Codes(Answers answers) => Codes(Examples.Miit2024, answers);

    private static string[] Codes(Instrument instrument, Answers answers)
    {
        var fault = ScoreAnswers.Score(instrument, answers).Fault!;
        Assert.Equal("answers.invalid", fault.Code);
        return [.. fault.Details.Select(d => $"{d.Path} {d.Code}")];
    }

    [Fact]
    public void Full_points_with_every_scenario_at_three_give_level_three()
    {
        var result = Score(Examples.Full.WithScenarios(3, 10, 6));
        Assert.Equal(("100", 3), (result.Total.ToString(), result.Level));
        Assert.Equal(["50", "30", "20"], result.Scores.Values.Select(s => s.ToString()));
        Assert.Equal(new ScenarioCount(16, 10), result.ScenarioCounts["3"]);
        Assert.Equal(new ScenarioCount(0, 0), result.ScenarioCounts["4"]);
        Assert.Equal((0m, new ScenarioCount(10, 6), 16), (result.Next!.Points.Value, result.Next.Scenarios, result.Next.Below.Count));
    }

    [Fact]
    public void The_highest_level_lacks_nothing() =>
        Assert.Null(Score(Examples.Full.WithScenarios(4, 6, 4)).Next);

    [Fact]
    public void Without_scenarios_there_is_no_level_whatever_the_points()
    {
        var result = Score(Examples.Full);
        Assert.Equal((0, "No level"), (result.Level, result.LevelName!.En));
        Assert.Equal((1, 0m, new ScenarioCount(6, 3)), (result.Next!.Level, result.Next.Points.Value, result.Next.Scenarios));
    }

    /// <summary>Options of single weight that bring the total just to, and 0.025 below, each threshold.</summary>
    public static TheoryData<string, int, int> Thresholds()
    {
        var data = new TheoryData<string, int, int>();
        foreach (var level in new[] { 1, 2, 3, 4 })
        {
            data.Add((level * 20).ToString(System.Globalization.CultureInfo.InvariantCulture), level, level);
            data.Add((level * 20 - 0.025m).ToString(System.Globalization.CultureInfo.InvariantCulture), level - 1, level);
            data.Add((level * 20 + 0.025m).ToString(System.Globalization.CultureInfo.InvariantCulture), level, level);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Thresholds))]
    public void A_threshold_is_inclusive_and_a_total_a_fortieth_below_is_not_saved_by_scenarios(string total, int level, int row)
    {
        var result = Score(WithTotal(decimal.Parse(total, System.Globalization.CultureInfo.InvariantCulture)).WithScenarios(4, 10, 6));
        Assert.Equal((total, level), (result.Total.ToString(), result.Level));
        var step = result.LevelSteps.Single(s => s.Level == row);
        Assert.Equal((level >= row, level >= row), (step.Holds, step.Score.Holds));
        if (level < row)
            Assert.Equal((row, "0.025"), (result.Next!.Level, result.Next.Points.ToString()));
    }

    [Theory]
    [InlineData(4, 6, 4, 4)]
    [InlineData(4, 6, 3, 3)]
    [InlineData(4, 5, 5, 3)]
    [InlineData(4, 5, 6, 3)]
    [InlineData(3, 5, 3, 3)]
    [InlineData(3, 5, 2, 2)]
    [InlineData(3, 4, 4, 2)]
    [InlineData(3, 4, 6, 2)]
    [InlineData(2, 3, 3, 2)]
    [InlineData(2, 3, 2, 0)]
    [InlineData(2, 2, 4, 0)]
    [InlineData(1, 3, 3, 1)]
    [InlineData(1, 3, 2, 0)]
    [InlineData(1, 2, 6, 0)]
    public void Scenarios_decide_where_points_would_allow_more(int at, int constraint, int guidance, int level) =>
        Assert.Equal(level, Score(Examples.Full.WithScenarios(at, constraint, guidance)).Level);

    [Fact]
    public void Level_one_is_reached_by_scenarios_of_level_one_when_the_second_level_lacks_its_own()
    {
        var result = Score(Examples.Full.WithScenarios(1, 10, 6));
        Assert.Equal(1, result.Level);
        var two = result.LevelSteps.Single(s => s.Level == 2);
        Assert.Equal((true, false, 6, 0), (two.Score.Holds, two.Scenarios!.Holds, two.Scenarios.Required, two.Scenarios.Actual));
        Assert.Equal((2, new ScenarioCount(6, 3)), (result.Next!.Level, result.Next.Scenarios));
    }

    [Fact]
    public void What_is_lacking_counts_a_constraint_scenario_once()
    {
        // Eleven scenarios are there where ten are asked for, but only five of six constraint scenarios.
        var next = Score(Examples.Full.WithScenarios(4, 5, 6)).Next!;
        Assert.Equal((4, new ScenarioCount(1, 1)), (next.Level, next.Scenarios));
        Assert.All(next.Below, s => Assert.True(s.Constraint));
    }

    [Fact]
    public void Items_show_what_was_chosen_in_the_order_of_the_instrument()
    {
        var item = Score(Examples.Zero.With("Q1", "E", "B")).Items[0];
        Assert.Equal(("Q1", "4", "8"), (item.Item, item.Score.ToString(), item.Maximum.ToString()));
        Assert.Equal(["B", "E"], item.Chosen);
    }

    [Fact]
    public void Every_problem_is_named_with_its_item()
    {
        Assert.Equal(["/answers/Q16 answers.unknown_item"], Codes(Examples.Zero.With("Q16", "A")));
        Assert.Equal(["/answers/Q2/0 answers.unknown_option"], Codes(Examples.Zero.With("Q2", "F")));
        Assert.Equal(["/answers/Q2/0 answers.unknown_option"], Codes(Examples.Zero.With("Q2", "a")));
        Assert.Equal(["/answers/Q2/1 answers.second_option"], Codes(Examples.Zero.With("Q2", "B", "C")));
        Assert.Equal(["/answers/Q1/1 answers.repeated_option"], Codes(Examples.Zero.With("Q1", "B", "B")));
        Assert.Equal(["/answers/Q2/1 answers.repeated_option"], Codes(Examples.Zero.With("Q2", "B", "B")));
        Assert.Equal(["/answers/Q1 answers.excludes_others"], Codes(Examples.Zero.With("Q1", "A", "B")));
        Assert.Equal(["/answers/Q1 answers.excludes_others"], Codes(Examples.Zero.With("Q1", "B", "A")));
        Assert.Equal(["/answers/Q15 answers.missing_item"], Codes(Examples.Zero.Without("Q15")));
        Assert.Equal(["/answers/Q15 answers.missing_item"], Codes(Examples.Zero.With("Q15")));
        Assert.Equal(["/scenarios/S17 answers.unknown_scenario"], Codes(Examples.Zero.WithScenario("S17", 1)));
        Assert.Equal(["/scenarios/S01 answers.scenario_level"], Codes(Examples.Zero.WithScenario("S01", 5)));
        Assert.Equal(["/scenarios/S01 answers.scenario_level"], Codes(Examples.Zero.WithScenario("S01", -1)));
        Assert.Equal(["/answers/Q2 answers.not_a_ratio"], Codes(WithNumber(Examples.Zero, "Q2", 12m)));
        Assert.Equal(["/facts/machines answers.unknown_fact"], Codes(Examples.Zero.WithFacts(("machines", 1m))));
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var codes = Codes(Examples.Zero.With("Q99", "A").Without("Q3").With("Q2", "B", "C").WithScenario("S01", 9));
        Assert.Equal(["/answers/Q99 answers.unknown_item", "/answers/Q2/1 answers.second_option", "/answers/Q3 answers.missing_item", "/scenarios/S01 answers.scenario_level"], codes);
    }

    [Fact]
    public void None_alone_is_an_answer_and_scenario_levels_include_both_ends()
    {
        Assert.Equal("0", Score(Examples.Zero.With("Q1", "A")).Total.ToString());
        Assert.Equal(new ScenarioCount(1, 1), Score(Examples.Zero.WithScenario("S01", 4)).ScenarioCounts["4"] with { Constraint = 1 });
        Assert.Equal(new ScenarioCount(0, 0), Score(Examples.Zero.WithScenario("S01", 0)).ScenarioCounts["1"]);
    }

    [Theory]
    [InlineData(0, 5, "A")]
    [InlineData(1, 10, "A")]
    [InlineData(2, 10, "B")]
    [InlineData(2001, 10000, "C")]
    [InlineData(1, 3, "C")]
    [InlineData(2, 5, "C")]
    [InlineData(3, 5, "D")]
    [InlineData(6000001, 10000000, "E")]
    [InlineData(7, 7, "E")]
    public void Where_machine_counts_are_given_the_option_is_the_derived_one(int digital, int total, string option)
    {
        var counts = Examples.Zero.With("Q2", option).WithFacts(("equipment-total", total), ("equipment-digital", digital));
        Assert.True(ScoreAnswers.Score(Examples.Miit2024, counts).Ok);
        var other = option == "A" ? "B" : "A";
        var fault = ScoreAnswers.Score(Examples.Miit2024, counts.With("Q2", other)).Fault!;
        Assert.Equal(("/answers/Q2", "answers.derived_option"), (fault.Details[0].Path, fault.Details[0].Code));
        Assert.Contains(option, fault.Details[0].Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_machines_the_option_is_chosen_by_hand_and_flagged()
    {
        var result = Score(Examples.Zero.With("Q2", "C").WithFacts(("equipment-total", 0m), ("equipment-digital", 0m)));
        Assert.Equal([("Q2", true), ("Q3", true)], result.Items.Where(i => i.RateUndefined).Select(i => (i.Item, true)));
        Assert.DoesNotContain(Score(Examples.Zero).Items, i => i.RateUndefined);
    }

    [Fact]
    public void Counts_that_cannot_be_are_refused()
    {
        Assert.Equal(["/answers/Q2 answers.ratio_out_of_range"], Codes(Examples.Zero.WithFacts(("equipment-total", 4m), ("equipment-digital", 5m))));
        Assert.Equal(["/answers/Q2 answers.ratio_out_of_range"], Codes(Examples.Zero.WithFacts(("equipment-total", 0m), ("equipment-digital", 1m))));
        Assert.Equal(["/answers/Q2 answers.fact_missing"], Codes(Examples.Zero.WithFacts(("equipment-digital", 1m))));
        Assert.Equal(["/facts/equipment-total answers.fact_out_of_range"], Codes(Examples.Zero.WithFacts(("equipment-total", 1.5m))));
        Assert.Equal(["/facts/equipment-total answers.fact_out_of_range"], Codes(Examples.Zero.WithFacts(("equipment-total", -1m))));
        Assert.Equal(["/facts/pass-rate answers.fact_out_of_range"], Codes(Examples.Zero.WithFacts(("pass-rate", 100.1m))));
        Assert.Equal(["/facts/revenue-last-year answers.fact_out_of_range"], Codes(Examples.Zero.WithFacts(("revenue-last-year", ScoreAnswers.FactMax + 1m))));
        Assert.True(ScoreAnswers.Score(Examples.Miit2024, Examples.Zero.WithFacts(("revenue-last-year", ScoreAnswers.FactMax), ("pass-rate", 100m))).Ok);
    }

    [Theory]
    [InlineData("0", "A", "0")]
    [InlineData("0.0000001", "B", "0.45")]
    [InlineData("20", "B", "0.45")]
    [InlineData("20.01", "C", "0.9")]
    [InlineData("100", "F", "2.25")]
    public void A_number_selects_the_option_whose_range_holds_it(string number, string option, string score)
    {
        var result = ScoreAnswers.Score(Examples.TencentProcess, WithNumber(Yes(), "Q9", decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture))).Value;
        var item = result.Items.Single(i => i.Item == "Q9");
        Assert.Equal((option, score), (Assert.Single(item.Chosen), item.Score.ToString()));
    }

    [Theory]
    [InlineData("-0.01")]
    [InlineData("100.01")]
    public void A_number_outside_the_bounds_is_refused(string number) =>
        Assert.Equal(["/answers/Q9 answers.number_out_of_range"], Codes(Examples.TencentProcess, WithNumber(Yes(), "Q9", decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void An_item_without_points_may_stay_unanswered_where_the_instrument_says_so()
    {
        var result = ScoreAnswers.Score(Examples.TencentProcess, Yes().Without("Q21")).Value;
        Assert.Equal("100", result.Total.ToString());
        Assert.Empty(result.Items.Single(i => i.Item == "Q21").Chosen);
        Assert.Equal(["/answers/Q22 answers.missing_item"], Codes(Examples.TencentProcess, Yes().Without("Q22")));
    }

    [Fact]
    public void An_instrument_without_scenarios_knows_none_and_its_exclusive_bounds_are_exclusive()
    {
        var result = ScoreAnswers.Score(Examples.TencentProcess, No()).Value;
        Assert.Equal((1, "0", 0), (result.Level, result.Total.ToString(), result.ScenarioCounts.Count));
        Assert.Equal((2, "20", false), (result.Next!.Level, result.Next.Points.ToString(), result.Next.PointsInclusive));
        Assert.Equal(["/scenarios/S01 answers.unknown_scenario"], Codes(Examples.TencentProcess, No().WithScenario("S01", 1)));
    }

    [Fact]
    public void An_incomplete_instrument_refuses_to_score()
    {
        var incomplete = ReadInstrument.Read("test", ReadInstrumentTests.Changed("miit-2024", "/status", "\"incomplete\"")).Value;
        Assert.Equal("instrument.incomplete", ScoreAnswers.Score(incomplete, Examples.Zero).Fault!.Code);
    }

    [Fact]
    public void An_instrument_may_say_that_an_unanswered_item_counts_nothing()
    {
        var lenient = ReadInstrument.Read("test", ReadInstrumentTests.Changed("miit-2024", "/scoring/unanswered", "\"counts-as-0\"")).Value;
        var result = ScoreAnswers.Score(lenient, Examples.Full.Without("Q1")).Value;
        Assert.Equal(("92", "0"), (result.Total.ToString(), result.Items[0].Score.ToString()));
    }

    [Fact]
    public void The_order_of_answers_options_and_scenarios_changes_nothing() => Check.QuickThrowOnFailure(Prop.ForAll(
        Examples.AnySet.ToArbitrary(),
        answers =>
        {
            var reversed = new Answers(
                answers.Items.Reverse().ToDictionary(i => i.Key, i => new Answer([.. i.Value.Options.Reverse()])),
                answers.Scenarios.Reverse().ToDictionary(),
                answers.Facts);
            return Printed(Score(answers)) == Printed(Score(reversed));
        }));

    [Fact]
    public void The_total_is_the_sum_of_items_and_of_dimensions_and_lies_between_0_and_the_maximum() => Check.QuickThrowOnFailure(Prop.ForAll(
        Examples.AnySet.ToArbitrary(),
        answers =>
        {
            var result = Score(answers);
            return result.Total.Value == result.Items.Sum(i => i.Score.Value)
                && result.Total.Value == result.Scores.Values.Sum(s => s.Value)
                && result.Total.Value is >= 0m and <= 100m
                && result.Items.All(i => i.Score.Value <= i.Maximum.Value);
        }));

    [Fact]
    public void Raising_a_scenario_or_adding_an_option_never_lowers_the_level() => Check.QuickThrowOnFailure(Prop.ForAll(
        Examples.AnySet.ToArbitrary(),
        Gen.Choose(0, 15).ToArbitrary(),
        (answers, n) =>
        {
            var scenario = Examples.Miit2024.Scenarios[n].Id;
            var raised = answers.WithScenario(scenario, Math.Min(4, answers.Scenarios.GetValueOrDefault(scenario) + 1));
            var item = Examples.Miit2024.Items.Where(i => i.Type == ItemType.Multi).ElementAt(n % 6);
            var added = answers.With(item.Id, [.. answers.Items[item.Id].Options.Append(item.Options[1 + (n % (item.Options.Count - 1))].Id).Where(o => o != "A").Distinct()]);
            return Score(raised).Level >= Score(answers).Level
                && Score(added).Level >= Score(answers).Level
                && Score(added).Total.Value >= Score(answers).Total.Value;
        }));

    [Fact]
    public void Doing_what_the_next_level_lacks_reaches_it() => Check.QuickThrowOnFailure(Prop.ForAll(
        Examples.AnySet.ToArbitrary(),
        answers =>
        {
            var result = Score(answers);
            if (result.Next is not { } next || next.Points.Value > 0m)
                return true;

            var raised = next.Below.Where(s => s.Constraint).Take(next.Scenarios.Constraint).ToList();
            raised.AddRange(next.Below.Except(raised).Take(next.Scenarios.All - raised.Count));
            var then = raised.Aggregate(answers, (a, s) => a.WithScenario(s.Scenario, next.Level));
            return Score(then).Level >= next.Level;
        }));

    private static string Printed(ScoreResult result) => System.Text.Json.JsonSerializer.Serialize(result, Defaults.Json.Lenient);

    private static Answers WithNumber(Answers answers, string item, decimal number) =>
        answers with { Items = new Dictionary<string, Answer>(answers.Items) { [item] = new([], number) } };

    /// <summary>The best option of every item of the process model.</summary>
    private static Answers Yes() => Examples.Of(Examples.TencentProcess.Items.ToDictionary(i => i.Id, i => Examples.Options(i.Options[^1].Id)));

    private static Answers No() => Examples.Of(Examples.TencentProcess.Items.ToDictionary(i => i.Id, i => Examples.Options(i.Options[0].Id)));

    /// <summary>Some answers with exactly this total: reachable sums of all items, item by item.</summary>
    private static Answers WithTotal(decimal total) => ByTotal.Value[total];

    private static readonly Lazy<Dictionary<decimal, Answers>> ByTotal = new(() =>
    {
        var sums = new Dictionary<decimal, Answers> { [0m] = Examples.Zero };
        foreach (var item in Examples.Miit2024.Items)
        {
            var choices = item.Type == ItemType.Multi
                ? Enumerable.Range(1, item.Options.Count - 1).Select(n => item.Options.Skip(1).Take(n).ToArray()).Append([item.Options[^1]])
                : item.Options.Skip(1).Select(o => new[] { o });
            foreach (var (sum, answers) in sums.ToList())
            {
                foreach (var chosen in choices)
                {
                    sums.TryAdd(sum + chosen.Sum(o => o.Score.Value), answers.With(item.Id, [.. chosen.Select(o => o.Id)]));
                }
            }
        }

        return sums;
    });
}
