using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Erasures;

public enum ErasureStatus
{
    Requested,
    Executed,
    Declined,
}

/// <summary>
/// The erasure of personal data (删除个人信息, Personal Information Protection Law art. 47): one officer requests it with the reason, another person of the bureau carries it out or
/// declines. Carrying it out destroys the key of one subject, e.g. <c>enterprise/91350825MAW5MTJ0XQ/contact</c>: no value under it can be read again, and every entry and proof stays as it is,
/// because they hold references and salted hashes only. Stream <c>erasure/&lt;id&gt;</c>.
/// </summary>
public sealed record Erasure(string Id, ErasureStatus Status, string Subject, string Reason, string RequestedBy, DateTimeOffset RequestedAt)
{
    public const int ReasonCharactersMax = 500;

    public static readonly Noun<Erasure> Noun = new(
        "erasure", new Erasure("", ErasureStatus.Requested, "", "", "", default), Apply, typeof(ErasureRequested), typeof(PersonalDataErased), typeof(ErasureDeclined));

    public static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "erasure.reason", new($"请写明理由，1 至 {ReasonCharactersMax} 个字，不写个人信息。", $"A reason of 1 to {ReasonCharactersMax} characters is asked for; it names no persons."));

    public static readonly Fault NothingHeld = new(
        FaultKind.NotFound, "erasure.nothing_held", new("本服务没有该主体的个人信息，或已删除。用 GET …/personal-data?of= 查询。", "This service holds no personal data of that subject, or erased it before; GET …/personal-data?of= tells what it holds."));

    public static readonly Fault SamePerson = new(
        FaultKind.Forbidden, "erasure.same_person", new("申请人不得批准本人的申请。", "Who requested an erasure does not decide on it."), "AC33");

    public static readonly Fault Decided = new(
        FaultKind.Conflict, "erasure.decided", new("该申请已经办结。", "This request was decided on."));

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? DeclinedBecause { get; init; }

    public static Fault? ReasonRefused(string reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > ReasonCharactersMax || reason.Any(char.IsControl) ? ReasonWrong : null;

    private static Erasure Apply(Erasure erasure, object happened, EventMeta meta) => happened switch
    {
        ErasureRequested e => new(meta.Stream[(meta.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..], ErasureStatus.Requested, e.Subject, e.Reason, meta.Actor.Sub, meta.At),
        PersonalDataErased => erasure with { Status = ErasureStatus.Executed, DecidedBy = meta.Actor.Sub, DecidedAt = meta.At },
        ErasureDeclined e => erasure with { Status = ErasureStatus.Declined, DecidedBy = meta.Actor.Sub, DecidedAt = meta.At, DeclinedBecause = e.Reason },
        _ => throw new InvalidOperationException($"an erasure knows no {happened.GetType().Name}"),
    };
}

/// <summary>A person asks, through the bureau, that what is held under a subject is erased.</summary>
public sealed record ErasureRequested(string Subject, string Reason);

/// <summary>The key of the subject was destroyed with this entry.</summary>
public sealed record PersonalDataErased(string Subject);

/// <summary>The data has to stay, for instance as long as the law asks for the records of a payment.</summary>
public sealed record ErasureDeclined(string Reason);
