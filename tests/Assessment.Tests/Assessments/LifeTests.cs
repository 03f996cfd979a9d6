using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Assessments;

/// <summary>An assessment from its draft to the decision of an objection, by rule and over HTTP.</summary>
public sealed class LifeTests
{
    private const string Path = "/api/assessment/350800/assessments";

    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-03-01T04:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly ObjectionPeriod Period = new(15);

    private static readonly Actor Owner = new(Role.Enterprise, "enterprise-1", BeginAssessmentTests.Enterprise);

    private static readonly Actor Evaluator = new(Role.Evaluator, "evaluator-1", "evaluation-1");

    private static readonly Actor Second = new(Role.Evaluator, "evaluator-2", "evaluation-2");

    private static readonly Actor Officer = new(Role.BureauOfficer, "bureau-officer-1", "350800-bureau");

    private static readonly Actor Approver = new(Role.BureauApprover, "bureau-approver-1", "350800-bureau");

    private static readonly Actor Chief = new(Role.BureauApprover, "bureau-approver-2", "350800-bureau");

    private static readonly PersonalRef Statement = new("r", "h");

    private static Assessment.Assessments.Assessment Fold(Assessment.Assessments.Assessment state, string id, Actor actor, Decision decision, DateTimeOffset? at = null)
    {
        Assert.Null(decision.Fault);
        foreach (var change in decision.Changes.Where(c => c.Stream == $"assessment/{id}"))
            state = Assessment.Assessments.Assessment.Noun.Apply(state, change.Event, new(actor, at ?? Noon, 1, 1, change.Stream));
        return state;
    }

    private static Assessment.Assessments.Assessment Begun(BeginAssessment.Body body, Actor actor, string id = "A1", Assessment.Assessments.Assessment? reviewed = null) =>
        Fold(Assessment.Assessments.Assessment.Noun.Initial, id, actor, BeginAssessment.Decide(id, body, actor, Independence.Nothing, reviewed, ShippedInstruments.Find));

    private static readonly Assessment.Assessments.Assessment OnSite = Begun(BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After), Evaluator);

    private static readonly Assessment.Assessments.Assessment Result = Fold(OnSite, "A1", Approver, Confirm(OnSite, Approver));

    private static readonly Assessment.Assessments.Assessment Objected = Fold(Result, "A1", Owner, ObjectToAssessment.Decide(Result, new("不认可"), Statement, Owner, Noon));

    private static readonly Assessment.Assessments.Assessment Appointed = Fold(Objected, "A1", Officer, AppointSecondAssessor.Decide(Objected, new("evaluation-2"), Independence.Nothing));

    private static BeginAssessment.Body Review(Answers? answers = null) => BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After, answers ?? Examples.Full.WithScenarios(3, 5, 3)) with { Reviews = "A1" };

    private static readonly Assessment.Assessments.Assessment Again = Begun(Review(), Second, "A2", Appointed);

    private static Decision Confirm(Assessment.Assessments.Assessment assessment, Actor actor, bool pledge = false, Independence? independence = null) =>
        ConfirmAssessment.Decide(assessment, new(pledge), actor, independence ?? Independence.Nothing, Period, Noon);

    private static Assessment.Assessments.Assessment Draft(Mode mode, Actor actor, Answers? answers = null) =>
        Begun(BeginAssessmentTests.Body(mode, Purpose.Before, answers) with { Draft = true }, actor);

    [Fact]
    public void A_form_saves_only_what_changed_and_takes_answers_back()
    {
        var draft = Draft(Mode.Self, Owner, Examples.Full.Without("Q5").WithScenarios(2, 3, 3));
        Assert.Empty(Save(new() { Answers = JsonSerializer.SerializeToElement(draft.Content.Answers.Items, Defaults.Json.Lenient) }, draft).Changes);
        Assert.Empty(Save(new(), draft).Changes);
        Assert.Empty(Save(new() { Clear = ["Q5", "S99"] }, draft).Changes);
        var saved = Assert.IsType<AnswersSaved>(Assert.Single(Save(new() { Answers = Json("""{"Q5":["B"],"Q1":["A"]}"""), Clear = ["S01"], Notes = [new("S01", "不适用")] }, draft).Changes).Event);
        Assert.Equal(["Q5", "Q1"], saved.Answers.Keys);
        var after = Fold(draft, "A1", Owner, Save(new() { Answers = Json("""{"Q5":["B"],"Q1":["A"]}"""), Clear = ["S01"], Notes = [new("S01", "不适用")] }, draft));
        Assert.Equal(("A", false, "不适用", 2), (after.Content.Answers.Items["Q1"].Options[0], after.Content.Answers.Scenarios.ContainsKey("S01"), after.Content.Notes[0].Text, after.Saves));
    }

    [Fact]
    public void A_save_is_refused_where_it_does_not_belong()
    {
        var draft = Draft(Mode.Self, Owner);
        Assert.Equal("assessment.filled_by_other", Save(new(), draft, Evaluator).Fault?.Code);
        Assert.Equal("assessment.filled_by_other", Save(new(), draft, Owner with { Org = "91350100M000100Y43" }).Fault?.Code);
        Assert.Equal("assessment.closed", Save(new(), OnSite, Evaluator).Fault?.Code);
        Assert.Equal("assessment.closed", Save(new(), Result, Evaluator).Fault?.Code);
        Assert.Equal("assessment.saves_full", Save(new(), draft with { Saves = Assessment.Assessments.Assessment.SavesMax }).Fault?.Code);
        Assert.Null(Save(new(), draft with { Saves = Assessment.Assessments.Assessment.SavesMax - 1 }).Fault);
        Assert.Equal(
            ["/answers/Q99", "/scenarios/S99", "/facts/f99"],
            Save(new() { Answers = Json("""{"Q99":["A"]}"""), Scenarios = Json("""{"S99":1}"""), Facts = Json("""{"f99":1}""") }, draft).Fault!.Details.Select(d => d.Path));
        Assert.Equal("assessment.too_much", Save(new() { Clear = [.. Enumerable.Repeat("Q1", Answers.EntriesMax + 1)] }, draft).Fault?.Details[0].Code);
    }

    [Fact]
    public void A_draft_is_handed_in_once_it_is_complete()
    {
        var draft = Draft(Mode.Self, Owner, Examples.Full.Without("Q5").WithScenarios(2, 3, 3));
        Assert.Equal("assessment.no_pledge", Submit(draft, Owner, pledge: false).Fault?.Code);
        Assert.Equal("answers.invalid", Submit(draft, Owner).Fault?.Code);
        var full = Fold(draft, "A1", Owner, Save(new() { Answers = Json("""{"Q5":["B"]}""") }, draft));
        var confirmed = Assert.IsType<AssessmentConfirmed>(Assert.Single(Submit(full, Owner).Changes).Event);
        Assert.Equal((true, 2, null), (confirmed.Pledge, confirmed.Level, confirmed.ObjectionsUntil));
        Assert.Equal("assessment.filled_by_other", Submit(full, Evaluator).Fault?.Code);
        Assert.Equal("assessment.closed", Submit(OnSite, Evaluator).Fault?.Code);
        Assert.Equal("instrument.changed", SubmitAssessment.Decide(full, new(true), Owner, Independence.Nothing, null).Fault?.Code);
        var conflict = SubmitAssessment.Decide(Draft(Mode.ThirdParty, Evaluator), new(), Evaluator, new(true, [], []), Examples.Miit2024);
        Assert.Equal(("assessment.evaluator_sells", typeof(AssessmentRefused)), (conflict.Fault!.Code, conflict.Changes[0].Event.GetType()));
    }

    [Fact]
    public void Who_confirms_depends_on_who_filled_it_in()
    {
        Assert.Equal("assessment.not_yours_to_confirm", Confirm(OnSite, Owner).Fault?.Code);
        Assert.Null(Confirm(OnSite, Officer).Fault);
        var provider = new Actor(Role.Provider, "provider-1", "91350800MA2XN0TT4E");
        var helped = Begun(BeginAssessmentTests.Body(Mode.ProviderAssisted), provider);
        Assert.Equal("assessment.not_yours_to_confirm", Confirm(helped, Officer).Fault?.Code);
        Assert.Equal("assessment.not_yours_to_confirm", Confirm(helped, Owner with { Org = "91350100M000100Y43" }).Fault?.Code);
        Assert.Equal("assessment.no_pledge", Confirm(helped, Owner).Fault?.Code);
        var pledged = Fold(helped, "A1", Owner, Confirm(helped, Owner, pledge: true));
        Assert.Equal((true, "91350800MA2XN0TT4E", null), (pledged.Confirmed!.Pledge, pledged.Confirmed.Provider, pledged.Confirmed.ObjectionsUntil));
        var official = Begun(BeginAssessmentTests.Body(Mode.Official), Officer);
        Assert.Equal("assessment.same_person", Confirm(official, Officer).Fault?.Code);
        Assert.Null(Confirm(official, Approver).Fault);
        Assert.Equal("assessment.not_submitted", Confirm(Result, Approver).Fault?.Code);
        Assert.Equal("assessment.evaluator_sells", Confirm(OnSite, Approver, independence: new(true, [], [])).Fault?.Code);
        Assert.Equal(new DateOnly(2026, 3, 16), Result.Confirmed!.ObjectionsUntil);
    }

    [Fact]
    public void What_is_returned_can_be_changed_and_handed_in_again()
    {
        Assert.Equal("assessment.reason", ReturnAssessment.Decide(OnSite, new(" "), Approver).Fault?.Code);
        Assert.Equal("assessment.reason", ReturnAssessment.Decide(OnSite, new(new string('字', ReturnAssessment.ReasonCharactersMax + 1)), Approver).Fault?.Code);
        Assert.Equal("assessment.not_yours_to_confirm", ReturnAssessment.Decide(OnSite, new("x"), Owner).Fault?.Code);
        Assert.Equal("assessment.not_submitted", ReturnAssessment.Decide(Result, new("x"), Approver).Fault?.Code);
        var returned = Fold(OnSite, "A1", Approver, ReturnAssessment.Decide(OnSite, new(new string('字', ReturnAssessment.ReasonCharactersMax)) { Parts = ["S03"] }, Approver));
        Assert.Equal((AssessmentStatus.Returned, "S03"), (returned.Status, returned.Returned!.Parts[0]));
        Assert.Equal("assessment.not_submitted", Confirm(returned, Approver).Fault?.Code);
        var changed = Fold(returned, "A1", Evaluator, Save(new() { Scenarios = Json("""{"S01":1}""") }, returned, Evaluator));
        var again = Fold(changed, "A1", Evaluator, SubmitAssessment.Decide(changed, new(), Evaluator, Independence.Nothing, Examples.Miit2024));
        Assert.Equal((AssessmentStatus.Submitted, 1, null), (again.Status, again.Proposed!.Scenarios["S01"], again.Returned));
    }

    [Fact]
    public void An_objection_is_possible_until_the_last_day_in_Shanghai()
    {
        // The last day is 16 March; it ends at 16:00 UTC.
        var last = DateTimeOffset.Parse("2026-03-16T15:59:59Z", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Null(ObjectToAssessment.Decide(Result, new("不认可"), Statement, Owner, last).Fault);
        Assert.Equal("assessment.objection_late", ObjectToAssessment.Decide(Result, new("不认可"), Statement, Owner, last.AddSeconds(1)).Fault?.Code);
        Assert.Equal("assessment.unknown", ObjectToAssessment.Decide(Result, new("不认可"), Statement, Owner with { Org = "91350100M000100Y43" }, Noon).Fault?.Code);
        Assert.Equal("assessment.no_objection", ObjectToAssessment.Decide(OnSite, new("不认可"), Statement, Owner, Noon).Fault?.Code);
        Assert.Equal("assessment.no_objection", ObjectToAssessment.Decide(Fold(Draft(Mode.Self, Owner), "A1", Owner, Submit(Draft(Mode.Self, Owner), Owner)), new("不认可"), Statement, Owner, Noon).Fault?.Code);
        Assert.Equal("assessment.objected", ObjectToAssessment.Decide(Objected, new("不认可"), Statement, Owner, Noon).Fault?.Code);
    }

    [Fact]
    public void The_second_assessor_is_another_and_independent_one()
    {
        Assert.Equal("assessment.second_assessor", AppointSecondAssessor.Decide(Objected, new("evaluation-1"), Independence.Nothing).Fault?.Code);
        Assert.Equal("assessment.second_assessor", AppointSecondAssessor.Decide(Objected, new(BeginAssessmentTests.Enterprise), Independence.Nothing).Fault?.Code);
        Assert.Equal("assessment.second_assessor", AppointSecondAssessor.Decide(Objected, new(""), Independence.Nothing).Fault?.Code);
        Assert.Equal("assessment.evaluator_related", AppointSecondAssessor.Decide(Objected, new("evaluation-2"), new(false, ["X"], [])).Fault?.Code);
        Assert.Equal("assessment.no_open_objection", AppointSecondAssessor.Decide(Result, new("evaluation-2"), Independence.Nothing).Fault?.Code);
        Assert.Equal("evaluation-2", Appointed.Objection!.SecondAssessor);
    }

    [Fact]
    public void The_second_assessment_is_given_by_the_one_appointed_only()
    {
        string? Code(BeginAssessment.Body body, Actor actor, Assessment.Assessments.Assessment? first) => BeginAssessment.Decide("A2", body, actor, Independence.Nothing, first, ShippedInstruments.Find).Fault?.Code;
        Assert.Equal("assessment.not_appointed", Code(Review(), Evaluator, Appointed));
        Assert.Equal("assessment.not_appointed", Code(Review(), Second, Objected));
        Assert.Equal("assessment.not_appointed", Code(Review() with { Purpose = Purpose.Before }, Second, Appointed));
        Assert.Equal("assessment.not_appointed", Code(Review() with { Enterprise = "91350100M000100Y43" }, Second, Appointed));
        Assert.Equal("assessment.other_instrument", Code(Review() with { Instrument = "tencent-process" }, Second, Appointed));
        Assert.Equal("assessment.unknown", Code(Review(), Second, Assessment.Assessments.Assessment.Noun.Initial));
        Assert.Equal("assessment.awaits_decision", Confirm(Again, Approver).Fault?.Code);
    }

    [Fact]
    public void A_correction_takes_the_place_of_the_first_result_in_one_decision()
    {
        var decision = Decide(ObjectionOutcome.Corrected, "A2");
        var (first, second) = (Fold(Appointed, "A1", Chief, decision, Noon.AddHours(1)), Fold(Again, "A2", Chief, decision, Noon.AddHours(1)));
        Assert.Equal((AssessmentStatus.Corrected, "A2", AssessmentStatus.Confirmed, 3, "A1"), (first.Status, first.CorrectedBy, second.Status, second.Confirmed!.Level, second.Confirmed.Reviews));
        var rows = new[] { AssessmentList.Row(first, first.Confirmed!), AssessmentList.Row(second, second.Confirmed) };
        Assert.Equal(("A1", "A1", "A2", "A2"), (FindResult.Choose(rows, Noon)?.Id, FindResult.Choose(rows, Noon.AddMinutes(59))?.Id, FindResult.Choose(rows, Noon.AddHours(1))?.Id, FindResult.Choose(rows, null)?.Id));
        Assert.Equal((true, false, false), (rows[0].IsDisputedAt(Noon), rows[0].IsDisputedAt(Noon.AddHours(1)), rows[0].IsDisputedAt(Noon.AddMinutes(-1))));
    }

    [Fact]
    public void A_result_that_stands_sets_the_second_assessment_aside()
    {
        var decision = Decide(ObjectionOutcome.Stands, "A2");
        var (first, second) = (Fold(Appointed, "A1", Chief, decision), Fold(Again, "A2", Chief, decision));
        Assert.Equal((AssessmentStatus.Confirmed, ObjectionOutcome.Stands, AssessmentStatus.SetAside, null), (first.Status, first.Objection!.Outcome, second.Status, second.Confirmed));
        Assert.Equal("assessment.objected", ObjectToAssessment.Decide(first, new("不认可"), Statement, Owner, Noon).Fault?.Code);
    }

    [Fact]
    public void A_decision_stands_on_what_it_needs_and_on_another_person()
    {
        Assert.Equal("assessment.same_person", DecideObjection.Decide(Appointed, Again, new(ObjectionOutcome.Stands, "理由") { Second = "A2" }, Approver).Fault?.Code);
        Assert.Equal("assessment.reason", DecideObjection.Decide(Appointed, Again, new(ObjectionOutcome.Stands, "") { Second = "A2" }, Chief).Fault?.Code);
        Assert.Equal("assessment.second_missing", DecideObjection.Decide(Appointed, null, new(ObjectionOutcome.Stands, "理由"), Chief).Fault?.Code);
        Assert.Equal("assessment.second_missing", DecideObjection.Decide(Appointed, Result, new(ObjectionOutcome.Corrected, "理由") { Second = "A1" }, Chief).Fault?.Code);
        Assert.Equal("assessment.second_unneeded", DecideObjection.Decide(Appointed, Again, new(ObjectionOutcome.Inadmissible, "理由") { Second = "A2" }, Chief).Fault?.Code);
        Assert.Equal("assessment.no_open_objection", DecideObjection.Decide(Result, null, new(ObjectionOutcome.Inadmissible, "理由"), Chief).Fault?.Code);
        var inadmissible = Fold(Objected, "A1", Chief, DecideObjection.Decide(Objected, null, new(ObjectionOutcome.Inadmissible, "理由"), Chief));
        Assert.Equal((AssessmentStatus.Confirmed, ObjectionOutcome.Inadmissible), (inadmissible.Status, inadmissible.Objection!.Outcome));
    }

    [Fact]
    public async Task Over_HTTP_a_draft_grows_is_returned_confirmed_objected_and_corrected()
    {
        await using var service = await Services.Start();
        var evaluator = service.As(Role.Evaluator, "evaluation-1");
        var officer = service.As(Role.BureauOfficer, "350800-bureau");
        var enterprise = service.As(Role.Enterprise, BeginAssessmentTests.Enterprise);
        var made = await evaluator.Command(HttpMethod.Post, Path, new { BeginAssessmentTests.Enterprise, purpose = "after", mode = "third-party", draft = true });
        await made.Json(201);
        var at = made.Headers.Location!.ToString();
        var id = at[(at.LastIndexOf('/') + 1)..];

        Assert.Equal(15, (await (await evaluator.GetAsync(at)).Json()).GetProperty("missing").GetArrayLength());
        Assert.Equal((404, "assessment.unknown"), await (await officer.GetAsync(at)).Refusal());
        Assert.Equal((404, "assessment.unknown"), await (await enterprise.GetAsync(at)).Refusal());
        var whole = BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After);
        Assert.Equal(204, (int)(await evaluator.Command(HttpMethod.Put, $"{at}/answers", new { whole.Answers, whole.Scenarios })).StatusCode);
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Evaluator, "evaluation-2").GetAsync(at)).Refusal());
        Assert.Equal("submitted", (await (await evaluator.Command(HttpMethod.Post, $"{at}/submission", new { })).Json()).GetProperty("status").GetString());
        Assert.Equal(1, await Total(officer, "/api/assessment/350800/submissions"));
        Assert.Equal(0, await Total(enterprise, "/api/assessment/350800/submissions"));
        Assert.Equal(1, await Total(evaluator, "/api/assessment/350800/drafts"));
        Assert.Equal(204, (int)(await officer.Command(HttpMethod.Post, $"{at}/return", new { reason = "请补充佐证", parts = new[] { "S03" } })).StatusCode);
        Assert.Equal("请补充佐证", (await (await evaluator.GetAsync(at)).Json()).GetProperty("returned").GetProperty("reason").GetString());
        await (await evaluator.Command(HttpMethod.Post, $"{at}/submission", new { })).Json();
        await Services.Confirm(service, at);
        Assert.Equal(0, await Total(officer, "/api/assessment/350800/submissions"));
        Assert.Equal(1, await Total(enterprise, $"{Path}?status=confirmed"));

        Assert.Equal(204, (int)(await enterprise.Command(HttpMethod.Post, $"{at}/objections", new { statement = "场景判定有误", parts = new[] { "S03" } })).StatusCode);
        Assert.Equal((400, "assessment.statement"), await (await enterprise.Command(HttpMethod.Post, $"{at}/objections", new { statement = "" })).Refusal());
        Assert.Equal(204, (int)(await officer.Command(HttpMethod.Post, $"{at}/second-assessor", new { evaluator = "evaluation-2" })).StatusCode);
        var second = await service.As(Role.Evaluator, "evaluation-2", "evaluator-2").Command(HttpMethod.Post, Path, BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After, Examples.Full.WithScenarios(3, 5, 3)) with { Reviews = id });
        await second.Json(201);
        var other = second.Headers.Location!.ToString();
        var chief = service.As(Role.BureauApprover, "350800-bureau", "bureau-approver-2");
        Assert.Equal(204, (int)(await chief.Command(HttpMethod.Post, $"{at}/decision", new { outcome = "corrected", reason = "复评支持", second = other[(other.LastIndexOf('/') + 1)..] })).StatusCode);
        var first = await (await enterprise.GetAsync(at)).Json();
        Assert.Equal(("corrected", other[(other.LastIndexOf('/') + 1)..]), (first.GetProperty("status").GetString(), first.GetProperty("correctedBy").GetString()));
        Assert.Equal(3, (await (await enterprise.GetAsync(other)).Json()).GetProperty("confirmed").GetProperty("level").GetInt32());
    }

    [Fact]
    public async Task Over_HTTP_an_evaluator_that_sells_there_is_refused_and_that_stays_on_record()
    {
        await using var service = await Services.Start(independence: (_, _, evaluator, _) => ValueTask.FromResult<Result<Independence>>(new Independence(evaluator == "evaluation-1", [], [])));
        Assert.Equal((403, "assessment.evaluator_sells"), await (await service.As(Role.Evaluator, "evaluation-1").Command(HttpMethod.Post, Path, BeginAssessmentTests.Body(Mode.ThirdParty))).Refusal());
        var other = await service.As(Role.Evaluator, "evaluation-2").Command(HttpMethod.Post, Path, BeginAssessmentTests.Body(Mode.ThirdParty));
        await other.Json(201);
        Assert.Equal("2", other.Headers.GetValues("Log-Position").Single());
    }

    [Fact]
    public async Task Where_independence_cannot_be_asked_nothing_is_begun()
    {
        await using var service = await TestService.Start(AssessmentService.Build);
        Assert.Equal(503, (await (await service.As(Role.Evaluator, "evaluation-1").Command(HttpMethod.Post, Path, BeginAssessmentTests.Body(Mode.ThirdParty))).Refusal()).Status);
        Assert.Equal(0, await Total(service.As(Role.Auditor), Path));
    }

    private static async Task<long> Total(HttpClient client, string path) => (await (await client.GetAsync(path)).Json()).GetProperty("total").GetInt64();

    private static Decision Decide(ObjectionOutcome outcome, string? second) => DecideObjection.Decide(Appointed, Again, new(outcome, "理由") { Second = second }, Chief);

    private static Decision Save(SaveAnswers.Body body, Assessment.Assessments.Assessment assessment, Actor? actor = null) => SaveAnswers.Decide(assessment, body, actor ?? Owner, Examples.Miit2024);

    private static Decision Submit(Assessment.Assessments.Assessment assessment, Actor actor, bool pledge = true) =>
        SubmitAssessment.Decide(assessment, new(pledge), actor, Independence.Nothing, Examples.Miit2024);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
