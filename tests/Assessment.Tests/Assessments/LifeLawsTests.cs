using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Tests.Assessments;

/// <summary>Whatever anybody tries in whatever order: what was confirmed never changes, nobody confirms their own, and a correction always has its successor.</summary>
public sealed class LifeLawsTests
{
    private const int Steps = 40;

    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-03-01T04:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly Actor[] Everybody =
    [
        new(Role.Enterprise, "enterprise-1", BeginAssessmentTests.Enterprise),
        new(Role.Enterprise, "enterprise-2", "91350100M000100Y43"),
        new(Role.Provider, "provider-1", "91350800MA2XN0TT4E"),
        new(Role.Evaluator, "evaluator-1", "evaluation-1"),
        new(Role.Evaluator, "evaluator-2", "evaluation-2"),
        new(Role.BureauOfficer, "officer-1", "350800-bureau"),
        new(Role.BureauApprover, "officer-1", "350800-bureau"),
        new(Role.BureauApprover, "approver-1", "350800-bureau"),
        new(Role.BureauApprover, "approver-2", "350800-bureau"),
    ];

    private static readonly string[] Ids = ["A1", "A2", "A3"];

    [Fact]
    public void Any_steps_by_anybody_keep_the_laws()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => Keeps(new(seed), [])).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

        // Walks are no proof where they never get there: these always take the same ways.
        var reached = new HashSet<AssessmentStatus>();
        Assert.All(Enumerable.Range(0, 300), seed => Assert.True(Keeps(new(seed), reached)));
        Assert.Equal(Enum.GetValues<AssessmentStatus>(), reached.Order());
    }

    private static bool Keeps(Random random, HashSet<AssessmentStatus> reached)
    {
        var states = Ids.ToDictionary(id => id, _ => Assessment.Assessments.Assessment.Noun.Initial);
        var at = Noon;
        for (var n = 0; n < Steps; n++)
        {
            at = at.AddHours(random.Next(0, 60));
            var actor = Everybody[random.Next(Everybody.Length)];
            var id = Ids[random.Next(Ids.Length)];
            var other = Ids[random.Next(Ids.Length)];
            var was = states.ToDictionary();
            var step = (Step)random.Next(Enum.GetValues<Step>().Length);
            if (random.Next(2) == 0)
                (id, other, actor, step) = Onward(states) ?? (id, other, actor, step);
            var decision = Try(random, states, step, id, other, actor, at);
            foreach (var change in decision.Changes)
            {
                var stream = change.Stream["assessment/".Length..];
                states[stream] = Assessment.Assessments.Assessment.Noun.Apply(states[stream], Read(change.Event), new(actor, at, 1, 1, change.Stream));
            }

            if (decision.Fault is not null && decision.Changes.Any(c => c.Event is not AssessmentRefused) || !Ids.All(i => Holds(was[i], states[i], states)))
                return false;
            reached.UnionWith(states.Values.Where(s => s.Begun is not null || s.Status == AssessmentStatus.Refused).Select(s => s.Status));
        }

        return true;
    }

    /// <summary>As the log would hand it back.</summary>
    private static object Read(object happened) => Assessment.Assessments.Assessment.Noun.Read(happened.GetType().Name, Noun.Write(happened));

    private static bool Holds(Assessment.Assessments.Assessment was, Assessment.Assessments.Assessment now, Dictionary<string, Assessment.Assessments.Assessment> all) =>
        (was.Confirmed is null || ReferenceEquals(was.Confirmed, now.Confirmed))
        && (now.Confirmed is not { } result || result.Mode == Mode.Self || now.ConfirmedBy != now.SubmittedBy)
        && (now.Confirmed is not { Mode: Mode.Self or Mode.ProviderAssisted } pledged || pledged.Pledge)
        && (now.CorrectedBy is not { } by || all[by].Confirmed?.Reviews == now.Id)
        && (now.Status != AssessmentStatus.Corrected || now is { CorrectedBy: not null, Objection.Outcome: ObjectionOutcome.Corrected })
        && (now.Confirmed is not { Reviews: { } first } || all[first].CorrectedBy == now.Id)
        && (now.Status != AssessmentStatus.Objected || now is { Confirmed: not null, Objection.Outcome: null })
        && (now.Status is not (AssessmentStatus.Draft or AssessmentStatus.Submitted or AssessmentStatus.Returned) || now.Confirmed is null);

    /// <summary>Who could take which next step of what has come furthest: half of the steps are such, so that walks get far.</summary>
    private static (string Id, string Other, Actor Actor, Step Step)? Onward(Dictionary<string, Assessment.Assessments.Assessment> states)
    {
        if (states.Values.FirstOrDefault(s => s is { Status: AssessmentStatus.Objected, Objection.SecondAssessor: { } }) is { } appointed)
        {
            return states.Values.FirstOrDefault(s => s is { Status: AssessmentStatus.Submitted, Proposed.Reviews: { } first } && first == appointed.Id) is { } second
                ? (appointed.Id, second.Id, Everybody[^1], Step.Decide)
                : states.FirstOrDefault(s => s.Value.Begun is null) is { Key: { } free } ? (free, appointed.Id, Everybody.Single(a => a.Org == appointed.Objection!.SecondAssessor), Step.Confirm) : null;
        }

        return states.Values.FirstOrDefault(s => s.Status == AssessmentStatus.Objected) is { } objected ? (objected.Id, "A1", Everybody[5], Step.Appoint)
            : states.Values.FirstOrDefault(s => s is { Status: AssessmentStatus.Confirmed, Objection: null }) is { } confirmed ? (confirmed.Id, "A1", Everybody[0], Step.Object)
            : states.Values.FirstOrDefault(s => s.Status == AssessmentStatus.Submitted) is { } submitted ? (submitted.Id, "A1", submitted.Begun!.Mode == Mode.ProviderAssisted ? Everybody[0] : Everybody[7], Step.Confirm)
            : null;
    }

    /// <summary>What can be tried on what has begun.</summary>
    private enum Step
    {
        Save,
        Submit,
        Return,
        Confirm,
        Object,
        Appoint,
        Decide,
    }

    private static Decision Try(Random random, Dictionary<string, Assessment.Assessments.Assessment> states, Step step, string id, string other, Actor actor, DateTimeOffset at)
    {
        var state = states[id];
        var independence = random.Next(12) == 0 ? new Independence(true, [], []) : Independence.Nothing;
        if (state.Status == AssessmentStatus.Draft && state.Begun is null)
        {
            var mode = Enum.GetValues<Mode>().FirstOrDefault(m => Assessment.Assessments.Assessment.FilledBy(m) == actor.Role, (Mode)random.Next(4));
            var reviewed = states.Values.FirstOrDefault(s => s.Status == AssessmentStatus.Objected)?.Id ?? other;
            var whole = BeginAssessmentTests.Body(mode, random.Next(4) == 0 ? Purpose.After : Purpose.Before) with { Draft = random.Next(2) == 0, Pledge = random.Next(3) > 0, Reviews = random.Next(2) == 0 && reviewed != id ? reviewed : null };
            return BeginAssessment.Decide(id, whole, actor, independence, whole.Reviews is { } first ? states[first] : null, ShippedInstruments.Find);
        }

        return step switch
        {
            Step.Save => SaveAnswers.Decide(state, new() { Scenarios = Examples.Parse("""{"S01":1}""") }, actor, Examples.Miit2024),
            Step.Submit => SubmitAssessment.Decide(state, new(random.Next(2) == 0), actor, independence, Examples.Miit2024),
            Step.Return => ReturnAssessment.Decide(state, new("请补充"), actor),
            Step.Confirm => ConfirmAssessment.Decide(state, new(random.Next(2) == 0), actor, independence, new(15), at),
            Step.Object => ObjectToAssessment.Decide(state, new("不认可"), new("r", "h"), actor, at),
            Step.Appoint => AppointSecondAssessor.Decide(state, new(random.Next(2) == 0 ? "evaluation-1" : "evaluation-2"), independence),
            Step.Decide => DecideObjection.Decide(state, id == other ? null : states[other], new((ObjectionOutcome)random.Next(3), "理由") { Second = random.Next(3) == 0 ? null : other }, actor),
        };
    }
}
