using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Assessments;

public sealed class BeginAssessmentTests
{
    internal const string Enterprise = "91350825MAW5MTJ0XQ";

    private static readonly Actor Owner = new(Role.Enterprise, "enterprise-1", Enterprise);

    private static readonly Actor Evaluator = new(Role.Evaluator, "evaluator-1", "evaluation-1");

    private static readonly Actor Officer = new(Role.BureauOfficer, "bureau-officer-1", "350800-bureau");

    internal static BeginAssessment.Body Body(Mode mode = Mode.Self, Purpose purpose = Purpose.Before, Answers? answers = null)
    {
        var set = answers ?? Examples.Full.WithScenarios(2, 3, 3);
        return new(Enterprise, purpose, mode)
        {
            Answers = JsonSerializer.SerializeToElement(set.Items, Json.Lenient),
            Scenarios = JsonSerializer.SerializeToElement(set.Scenarios, Json.Lenient),
            Facts = JsonSerializer.SerializeToElement(set.Facts, Json.Lenient),
            Pledge = mode == Mode.Self,
        };
    }

    private static Decision Decide(BeginAssessment.Body body, Actor? actor = null) => BeginAssessment.Decide("A1", body, actor ?? Owner, Independence.Nothing, null, ShippedInstruments.Find);

    private static string? Refused(BeginAssessment.Body body, Actor? actor = null)
    {
        var decision = Decide(body, actor);
        Assert.Empty(decision.Changes);
        return decision.Fault?.Code;
    }

    [Fact]
    public void A_self_assessment_is_scored_and_confirmed_at_once()
    {
        var decision = Decide(Body());
        var change = Assert.Single(decision.Changes);
        var confirmed = Assert.IsType<AssessmentConfirmed>(change.Event);
        Assert.Equal(("assessment/A1", "/assessments/A1"), (change.Stream, decision.Location));
        Assert.Equal((Enterprise, "miit-2024@1", "100", 2, true, null), (confirmed.Enterprise, confirmed.Instrument, confirmed.Total.ToString(), confirmed.Level, confirmed.Pledge, confirmed.Evaluator));
        Assert.Equal(Examples.Miit2024.Sha256, confirmed.InstrumentSha256);
        var told = Assert.IsType<AssessmentResult>(decision.Body);
        Assert.Equal((2, 3), (told.Level, told.Next!.Level));
    }

    [Fact]
    public void An_assessment_by_somebody_else_names_the_organisation()
    {
        var third = Submitted(Decide(Body(Mode.ThirdParty, Purpose.After), Evaluator));
        var official = Submitted(Decide(Body(Mode.Official), Officer));
        var helped = Submitted(Decide(Body(Mode.ProviderAssisted), new(Role.Provider, "provider-1", "91350800MA2XN0TT4E")));
        Assert.Equal(("evaluation-1", "350800-bureau", null, "91350800MA2XN0TT4E"), (third.Evaluator, official.Evaluator, helped.Evaluator, helped.Provider));
        Assert.Equal((false, null), (helped.Pledge, helped.ObjectionsUntil));
    }

    [Theory]
    [InlineData(nameof(Mode.ThirdParty), Role.Enterprise)]
    [InlineData(nameof(Mode.Official), Role.Enterprise)]
    [InlineData(nameof(Mode.Self), Role.Evaluator)]
    [InlineData(nameof(Mode.Official), Role.Evaluator)]
    [InlineData(nameof(Mode.Self), Role.BureauOfficer)]
    [InlineData(nameof(Mode.ThirdParty), Role.BureauOfficer)]
    [InlineData(nameof(Mode.ThirdParty), Role.Provider)]
    [InlineData(nameof(Mode.ProviderAssisted), Role.Enterprise)]
    public void The_mode_is_the_one_of_the_role(string mode, Role role) =>
        Assert.Equal("assessment.mode_forbidden", Refused(Body(Enum.Parse<Mode>(mode)) with { Pledge = true }, new(role, "u", Enterprise)));

    [Fact]
    public void Each_refusal_has_its_name()
    {
        Assert.Equal("assessment.other_enterprise", Refused(Body() with { Enterprise = "91350100M000100Y43" }));
        Assert.Equal("assessment.own_evaluation", Refused(Body(Mode.ThirdParty), Evaluator with { Org = Enterprise }));
        Assert.Equal("assessment.malformed", Refused(Body(Mode.Official) with { Enterprise = "913508" }, Officer));
        Assert.Equal("assessment.no_pledge", Refused(Body() with { Pledge = false }));
        Assert.Equal("instrument.unknown", Refused(Body() with { Instrument = "miit-2019" }));
        Assert.Equal("answers.invalid", Refused(Body(answers: Examples.Full.Without("Q5"))));
        Assert.Equal("answers.invalid", Refused(Body() with { Answers = Examples.Parse("[]") }));
        Assert.Equal("answers.invalid", Refused(Body() with { Answers = default }));
    }

    [Fact]
    public void Everything_that_is_misshapen_is_named_with_its_place()
    {
        var sha = new string('a', 64);
        var fault = Decide(
            Body(Mode.Official) with
            {
                Evidence = [new("Q1", sha, 1), new("Q99", sha, 1), new("S01", "A" + sha[1..], 1), new("Q1", sha, 0), new("Q1", sha, SubmitAssessment.EvidenceBytesMax + 1)],
                Notes = [new("S01", "不适用"), new("S99", "?")],
            },
            Officer).Fault!;
        Assert.Equal("assessment.malformed", fault.Code);
        Assert.Equal(
            ["/evidence/1/for assessment.unknown_part", "/evidence/2/sha256 assessment.evidence", "/evidence/3/sizeBytes assessment.evidence", "/evidence/4/sizeBytes assessment.evidence", "/notes/1/for assessment.unknown_part"],
            fault.Details.Select(d => $"{d.Path} {d.Code}"));
    }

    [Fact]
    public void Evidence_and_notes_are_bounded()
    {
        var piece = new Evidence("Q1", new string('a', 64), 1);
        Assert.Null(Refusal(Body() with { Evidence = [.. Enumerable.Repeat(piece, SubmitAssessment.EvidenceMax)] }));
        Assert.Equal("assessment.too_much", Refusal(Body() with { Evidence = [.. Enumerable.Repeat(piece, SubmitAssessment.EvidenceMax + 1)] }));
        Assert.Null(Refusal(Body() with { Notes = [new("S01", new string('字', SubmitAssessment.NoteCharactersMax))] }));
        Assert.Equal("assessment.too_much", Refusal(Body() with { Notes = [new("S01", new string('字', SubmitAssessment.NoteCharactersMax + 1))] }));
        Assert.Equal("assessment.too_much", Refusal(Body() with { Notes = [.. Enumerable.Repeat(new Note("S01", ""), 32)] }));

        static string? Refusal(BeginAssessment.Body body) => Decide(body).Fault?.Details[0].Code;
    }

    [Fact]
    public void The_largest_assessment_stays_below_the_bound_of_an_entry()
    {
        var largest = Body(answers: Examples.Full.WithScenarios(4, 10, 6).WithFacts([.. Examples.Miit2024.Facts.Where(f => f.Id != "equipment-digital" && f.Id != "equipment-networked").Select(f => (f.Id, 100m))])) with
        {
            Evidence = [.. Enumerable.Repeat(new Evidence("Q15", new string('a', 64), SubmitAssessment.EvidenceBytesMax), SubmitAssessment.EvidenceMax)],
            Notes = [.. Enumerable.Repeat(new Note("Q15", ""), 30), new("Q15", new string('字', SubmitAssessment.NoteCharactersMax))],
        };
        Assert.InRange(Noun.Write(Decide(largest).Changes[0].Event).Length, 20_000, 55_000);
    }

    private static AssessmentConfirmed Submitted(Decision decision) => Assert.IsType<AssessmentSubmitted>(decision.Changes[0].Event).Proposed;

    [Fact]
    public void Whoever_sells_there_or_is_related_to_who_does_is_refused_on_record()
    {
        var source = new EntrySource("performance", "350800", "project/p", 3, 7);
        foreach (var (independence, code) in new[]
                 {
                     (new Independence(true, [], [source]), "assessment.evaluator_sells"),
                     (new Independence(false, ["91350800MA2XN0TT4E"], [source]), "assessment.evaluator_related"),
                 })
        {
            var decision = BeginAssessment.Decide("A1", Body(Mode.ThirdParty), Evaluator, independence, null, ShippedInstruments.Find);
            var refused = Assert.IsType<AssessmentRefused>(Assert.Single(decision.Changes).Event);
            Assert.Equal((code, code, "evaluation-1", source), (decision.Fault!.Code, refused.Code, refused.Evaluator, refused.Sources[0]));
        }
    }

    [Fact]
    public void An_independent_evaluator_s_result_names_what_says_so()
    {
        var source = new EntrySource("performance", "350800", "project/p", 3, 7);
        Assert.Equal([source], Submitted(BeginAssessment.Decide("A1", Body(Mode.ThirdParty), Evaluator, new(false, [], [source]), null, ShippedInstruments.Find)).Sources);
    }

    [Fact]
    public void A_draft_may_hold_any_part_of_the_answers()
    {
        var empty = Decide(new(Enterprise, Purpose.Before, Mode.Self) { Draft = true });
        var begun = Assert.IsType<AssessmentBegun>(Assert.Single(empty.Changes).Event);
        Assert.Equal((Enterprise, "miit-2024@1", Enterprise), (begun.Enterprise, begun.Instrument, begun.Org));
        var half = Decide(Body(answers: Examples.Full.Without("Q5")) with { Draft = true, Pledge = false });
        Assert.Equal(14, Assert.IsType<AnswersSaved>(half.Changes[1].Event).Answers.Count);
        Assert.Equal("instrument.incomplete", Refused(new(Enterprise, Purpose.Before, Mode.Self) { Draft = true, Instrument = "miit-2022" }));
        Assert.Equal("assessment.malformed", Refused(new(Enterprise, Purpose.Before, Mode.Self) { Draft = true, Answers = Examples.Parse("""{"Q99":["A"]}""") }));
        Assert.Equal("answers.invalid", Refused(new(Enterprise, Purpose.Before, Mode.Self) { Draft = true, Answers = Examples.Parse("""{"Q1":7.5e99}""") }));
    }

    [Fact]
    public async Task Over_HTTP_it_is_made_once_and_read_back_with_its_explanation()
    {
        await using var service = await Services.Start();
        var client = service.As(Role.Enterprise, Enterprise);
        var key = Guid.NewGuid();
        var made = await client.Command(HttpMethod.Post, "/api/assessment/350800/assessments", Body(), key);
        var told = await made.Json(201);
        Assert.Equal(("100", 2), (told.GetProperty("total").GetString(), told.GetProperty("level").GetInt32()));

        var again = await client.Command(HttpMethod.Post, "/api/assessment/350800/assessments", Body(), key);
        Assert.Equal(told.GetRawText(), (await again.Json(201)).GetRawText());

        var read = await (await client.GetAsync(made.Headers.Location)).Json();
        Assert.Equal("self", read.GetProperty("confirmed").GetProperty("mode").GetString());
        Assert.Equal(15, read.GetProperty("explanation").GetProperty("items").GetArrayLength());
        Assert.Equal(4, read.GetProperty("explanation").GetProperty("levelSteps").GetArrayLength());
    }

    [Fact]
    public async Task Over_HTTP_a_bad_request_is_refused_with_its_places_and_nothing_is_kept()
    {
        await using var service = await Services.Start();
        var client = service.As(Role.Enterprise, Enterprise);
        const string path = "/api/assessment/350800/assessments";
        var bad = Body(answers: Examples.Full.With("Q2", "B", "C"));
        var refused = await client.Command(HttpMethod.Post, path, bad);
        var text = await refused.Content.ReadAsStringAsync();
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains("/answers/Q2/1", text, StringComparison.Ordinal);
        Assert.Equal((400, "request.malformed"), await (await client.Command(HttpMethod.Post, path, new { Enterprise, unknown = 1 })).Refusal());
        Assert.Equal((403, "request.city"), await (await client.Command(HttpMethod.Post, "/api/assessment/350100/assessments", Body())).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Auditor).Command(HttpMethod.Post, path, Body())).Refusal());
        Assert.Equal(0, (await (await client.GetAsync(path)).Json()).GetProperty("total").GetInt64());
    }
}
