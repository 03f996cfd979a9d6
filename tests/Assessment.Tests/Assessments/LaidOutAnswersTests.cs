using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Tests.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Tests.Assessments;

/// <summary>The fast way to a total and a level gives what the explained way gives, and leaves to it whatever is not in order.</summary>
public sealed class LaidOutAnswersTests
{
    private static readonly LaidOutAnswers Sheet = new(Examples.Miit2024);

    private static BareScore? Explained(Instrument instrument, Answers answers) =>
        ScoreAnswers.Score(instrument, answers) is { Ok: true } scored ? new(scored.Value.Total.Micro, scored.Value.Level) : null;

    private static BareScore? FromJson(LaidOutAnswers sheet, Answers answers)
    {
        return sheet.Score(Reader(answers.Items), Reader(answers.Scenarios), Reader(answers.Facts));

        static Utf8JsonReader Reader<T>(T map)
        {
            var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(map, Json.Lenient));
            reader.Read();
            return reader;
        }
    }

    private static void Same(Instrument instrument, LaidOutAnswers sheet, Answers answers)
    {
        var explained = Explained(instrument, answers);
        Assert.Equal(explained, sheet.Score(answers));
        Assert.Equal(explained, FromJson(sheet, answers));
    }

    [Fact]
    public void Any_answers_get_the_same_total_and_level() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(Examples.AnySet), answers => Same(Examples.Miit2024, Sheet, answers)));

    /// <summary>Also what is refused, in every way that one step can spoil a good set.</summary>
    [Fact]
    public void Any_spoilt_answers_are_left_to_the_way_that_explains()
    {
        var spoilt =
            from answers in Examples.AnySet
            from item in Gen.Elements(Examples.Miit2024.Items.AsEnumerable())
            from scenario in Gen.Elements(Examples.Miit2024.Scenarios.AsEnumerable())
            from how in Gen.Choose(0, 11)
            from number in Gen.Choose(-1, 13)
            select how switch
            {
                0 => answers.Without(item.Id),
                1 => answers.With(item.Id),
                2 => answers.With(item.Id, "A", "B"),
                3 => answers.With(item.Id, "B", "B"),
                4 => answers.With(item.Id, "Z"),
                5 => answers.With("Q99", "A"),
                6 => answers.WithScenario(scenario.Id, number - 4),
                7 => answers.WithScenario("S99", 1),
                8 => answers.WithFacts(("equipment-total", 12), ("equipment-digital", number)),
                9 => answers.WithFacts(("equipment-total", number), ("equipment-networked", 6)),
                10 => answers.WithFacts(("pass-rate", number * 10m), ("equipment-total", number / 2m)),
                _ => answers with { Items = new Dictionary<string, Answer>(answers.Items) { [item.Id] = new([], number) } },
            };
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Arb.From(spoilt), answers => Same(Examples.Miit2024, Sheet, answers)));
    }

    [Theory]
    [InlineData("tencent-process")]
    [InlineData("lenovo-stages")]
    [InlineData("no-levels")]
    public void Models_with_numbers_stages_or_without_levels_are_scored_alike(string name)
    {
        var instrument = CheckInstrumentTests.Read(name);
        var sheet = new LaidOutAnswers(instrument);
        var random = new Random(7);
        for (var n = 0; n < 300; n++)
        {
            var answers = Examples.Of(instrument.Items.Where(_ => random.Next(12) > 0).ToDictionary(i => i.Id, i => i.Number is { } range && random.Next(2) == 0
                ? new Answer([], random.Next(0, (int)(range.Maximum.Value * 120m)) / 100m)
                : Examples.Options(i.Options[random.Next(i.Options.Count)].Id)));
            Same(instrument, sheet, answers);
        }
    }

    [Fact]
    public void A_name_longer_than_any_id_is_not_looked_up() =>
        Assert.Null(FromJson(Sheet, Examples.Full.With(new string('Q', 65), "A")));
}
