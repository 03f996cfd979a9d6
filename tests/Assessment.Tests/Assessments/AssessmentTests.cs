using System.Text.Json;
using PilotCity.Assessment.AnswerWorkbooks;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Certificates;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Outliers;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Assessments;

public sealed class AssessmentTests
{
    internal static readonly AssessmentConfirmed Sample = new(
        "91350825MAW5MTJ0XQ",
        Purpose.After,
        Mode.ThirdParty,
        "miit-2024@1",
        "00ff",
        new Dictionary<string, Answer> { ["Q1"] = new(["B", "C"]), ["Q9"] = new([], 12.5m) },
        new Dictionary<string, int> { ["S01"] = 3 },
        new Dictionary<string, decimal> { ["equipment-total"] = 12m },
        new Dictionary<string, Points> { ["foundation"] = new(31.45m) },
        new Points(31.45m),
        1,
        Pledge: false,
        Evaluator: "evaluation-1",
        [new("Q1", "ab", 1_024)],
        [new("S03", "没有自主设计")]);

    /// <summary>One sample per event type; the payload's form is forever.</summary>
    private static readonly Dictionary<Type, object> Samples = new object[]
    {
        Sample,
        new InstrumentVersionProposed("miit-2022", 2, "00ff", 4, "H4sIAAAA"),
        new InstrumentOverrideProposed("miit-2024", 1, "longyan-1", "00ff", "11ff", "22ff", 4, "H4sIAAAA"),
        new InstrumentPublished("miit-2024", "miit-2024@1+longyan-1", "11ff"),
        new AnswersImported("00ff", 24_839, ["miit-2024@1", "tencent-process@1"], 12, 10),
        new InstrumentPublicationRefused("miit-2024", "miit-2024@1+longyan-1", "instrument.same_person"),
        new AssessmentBegun("91350825MAW5MTJ0XQ", Purpose.After, Mode.ThirdParty, "miit-2024@1", "00ff", "evaluation-1", "A0", [new("performance", "350800", "project/p", 3, 7)]),
        new AnswersSaved(Sample.Answers, Sample.Scenarios, Sample.Facts, ["Q2"], Sample.Evidence, Sample.Notes),
        new AssessmentSubmitted(Sample with { Provider = "91350800MA2XN0TT4E" }),
        new AssessmentReturned("请补充佐证", ["Q1", "S03"]),
        new AssessmentRefused("91350825MAW5MTJ0XQ", "evaluation-1", "assessment.evaluator_sells", [new("performance", "350800", "project/p", 3, 7)]),
        new AssessmentObjected(new("r1", "00ff"), ["S03"]),
        new SecondAssessorAppointed("evaluation-2", [new("registry", "350800", "party/evaluation-2", 1, 9)]),
        new ObjectionDecided(ObjectionOutcome.Corrected, "复评支持异议", "A2"),
        new AssessmentCorrected("A2"),
        new AssessmentSetAside("A1"),
        new OutlierNoted(OutlierKind.Jump, "miit-2024@1", ["91350825MAW5MTJ0XQ"], [new("assessment/a1", 1, 7)], new Dictionary<string, string> { ["levels"] = "2" }, new Dictionary<string, string> { ["jumpLevelsMin"] = "2" }, "evaluation-1"),
        new OutlierDecided(OutlierOutcome.Upheld, "请复评"),
        new CertificateIssued("A1", "APJG0123456789ABCDEFGHJKD", "91350825MAW5MTJ0XQ", "某公司", new("registry", "350800", "enterprise/x", 1, 7), "evaluation-1"),
    }.Concat(ErasureSamples.All).ToDictionary(s => s.GetType());

    public static TheoryData<string> Events() => [.. AssessmentService.Shape.Nouns.SelectMany(n => n.Events).Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_is_written_and_read_as_its_golden_says(string name)
    {
        var sample = Samples.Single(s => s.Key.Name == name).Value;
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", $"{name}.json")).TrimEnd();
        Assert.Equal(golden, JsonSerializer.Serialize(sample, sample.GetType(), Json.Pretty));
        var read = AssessmentService.Shape.Nouns.Single(n => n.Events.Any(e => e.Name == name)).Read(name, System.Text.Encoding.UTF8.GetBytes(golden));
        Assert.Equal(golden, JsonSerializer.Serialize(read, read.GetType(), Json.Pretty));
    }

    [Fact]
    public void An_entry_that_only_holds_what_the_first_version_had_is_read()
    {
        const string first = """{"enterprise":"E","purpose":"before","mode":"self","instrument":"miit-2024@1","instrumentSha256":"00","answers":{},"scenarios":{},"facts":{},"scores":{},"total":"0","level":0}""";
        var read = (AssessmentConfirmed)Assessment.Assessments.Assessment.Noun.Read(nameof(AssessmentConfirmed), System.Text.Encoding.UTF8.GetBytes(first));
        Assert.Equal((Mode.Self, null), (read.Mode, read.Evaluator));
    }

    [Fact]
    public void The_fold_keeps_the_id_the_content_and_the_moment()
    {
        var at = DateTimeOffset.Parse("2026-03-01T08:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        var noun = Assessment.Assessments.Assessment.Noun;
        var folded = noun.Apply(noun.Initial, Sample, new(new Actor(Role.Evaluator, "e", "evaluation-1"), at, 7, 1, "assessment/A1"));
        Assert.Equal(("A1", Sample, at, AssessmentStatus.Confirmed), (folded.Id, folded.Confirmed, folded.ConfirmedAt, folded.Status));
        Assert.Equal(("evaluation-1", "e"), (folded.Begun?.Org, folded.SubmittedBy));
    }
}
