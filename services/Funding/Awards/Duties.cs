using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.Awards;

/// <summary>What a person does on an award (programme.md §3): whoever took one of these may be shut out of others.</summary>
internal enum Duty
{
    /// <summary>Steps of the project, computing, publicising, confirming a condition.</summary>
    Handle,

    /// <summary>A step of the enterprise or the provider on the project.</summary>
    Party,
    Approve,
    MakePayment,
    ReleasePayment,
    MeasureOutcome,
    DecideOutcome,
    ExtendPayment,
    ProposeClawback,
    DecideClawback,
    ReceiveRecovery,
    ProposeWriteOff,
    DecideWriteOff,
}

/// <summary>
/// Separation of duties over the whole award (AC33): one table, asked by every rule before the step and by <see cref="RecomputeAward"/> after it.
/// Fault: <c>award.same_person</c> (on record).
/// </summary>
internal static class Duties
{
    /// <summary>Who took one of these before does not take this one.</summary>
    internal static IReadOnlyList<Duty> Excluding(Duty duty) => duty switch
    {
        Duty.Handle => [Duty.Approve],
        Duty.Party => [],
        Duty.Approve => [Duty.Handle, Duty.Party, Duty.MeasureOutcome],
        Duty.MakePayment => [Duty.Handle, Duty.Approve],
        Duty.ReleasePayment => [Duty.Handle, Duty.Approve],

        // Evaluation is independent of the provider, and of who decides on its result.
        Duty.MeasureOutcome => [Duty.Party, Duty.Approve, Duty.DecideOutcome],
        Duty.DecideOutcome => [Duty.Party, Duty.Handle, Duty.MeasureOutcome],
        Duty.ExtendPayment => [Duty.Party, Duty.Handle, Duty.MakePayment],
        Duty.ProposeClawback => [Duty.Party, Duty.DecideClawback],
        Duty.DecideClawback => [Duty.Party, Duty.Handle, Duty.ProposeClawback],
        Duty.ReceiveRecovery => [Duty.Party],
        Duty.ProposeWriteOff => [Duty.Party],
        Duty.DecideWriteOff => [Duty.Party, Duty.Handle, Duty.ProposeWriteOff, Duty.ReceiveRecovery],
    };

    internal static bool Forbid(Award award, Duty duty, string sub) => Excluding(duty).Any(taken => award.Took(taken, sub));

    /// <summary>The duty that an entry of an award shows; none where the step has no counterpart.</summary>
    internal static Duty? Of(object happened) => happened switch
    {
        AdvanceComputed or AwardComputed or AwardPublicised or ConditionConfirmed => Duty.Handle,
        AdvanceApproved or AwardApproved or ObjectionDecided or ConcernDecided or StopWaived => Duty.Approve,
        TrancheFrozen => Duty.MakePayment,
        OutcomeMeasured => Duty.MeasureOutcome,
        OutcomeDecided => Duty.DecideOutcome,
        TrancheExtended => Duty.ExtendPayment,
        ClawbackProposed => Duty.ProposeClawback,
        ClawbackDecided => Duty.DecideClawback,
        RecoveryRepaid => Duty.ReceiveRecovery,
        WriteOffProposed => Duty.ProposeWriteOff,
        WriteOffDecided => Duty.DecideWriteOff,
        _ => null,
    };

    /// <summary>Refuses the step to who took an incompatible one; the attempt stays on record.</summary>
    /// <param name="step">What was tried, where the duty alone does not say it.</param>
    internal static Decision? Refuse(Award award, Duty duty, Actor actor, string? step = null) => !Forbid(award, duty, actor.Sub)
        ? null
        : Decision.RefuseOnRecord(SamePerson(duty), new Change(Award.Noun.StreamOf(award.Id), new ApprovalRefused(step ?? JsonNamingPolicy.KebabCaseLower.ConvertName(duty.ToString()), SamePerson(duty).Code)));

    internal static Fault SamePerson(Duty duty) => new(
        FaultKind.Refused, "award.same_person",
        new($"该账号在本奖补上办理过不相容的步骤，不得{Named(duty).Zh}。", $"This account took a step on the award that shuts it out: it may not {Named(duty).En}."), "programme.md §3（AC33）");

    private static Text Named(Duty duty) => duty switch
    {
        Duty.Handle => new("经办", "handle it"),
        Duty.Party => new("作为当事方办理", "act as a party of it"),
        Duty.Approve => new("批准", "approve it"),
        Duty.MakePayment => new("制单", "make its payment"),
        Duty.ReleasePayment => new("签发付款", "release its payment"),
        Duty.MeasureOutcome => new("测定成效", "measure its outcome"),
        Duty.DecideOutcome => new("裁定成效款项", "decide on its outcome"),
        Duty.ExtendPayment => new("延长付款期限", "extend its payment"),
        Duty.ProposeClawback => new("提出追回", "propose to claw it back"),
        Duty.DecideClawback => new("决定追回", "decide to claw it back"),
        Duty.ReceiveRecovery => new("登记收回", "enter what came back"),
        Duty.ProposeWriteOff => new("提出核销", "propose to write it off"),
        Duty.DecideWriteOff => new("决定核销", "decide to write it off"),
    };
}
