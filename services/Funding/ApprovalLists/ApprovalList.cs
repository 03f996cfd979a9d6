using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.ApprovalLists;

/// <summary>
/// Where a list stands: prepared, signed and being applied, through but for lines that wait for money, through; or withdrawn before it was signed.
/// </summary>
internal enum ApprovalListStatus { Prepared, Signed, Waiting, Completed, Withdrawn }

/// <summary>A count of lines and their sum.</summary>
internal readonly record struct Tally(int Count, Money Sum)
{
    public static Tally Of(IEnumerable<ApprovalLine> lines) => lines.Aggregate(new Tally(0, Money.Zero), (tally, line) => new(tally.Count + 1, tally.Sum + line.Amount));

    public static Tally operator +(Tally a, Tally b) => new(a.Count + b.Count, a.Sum + b.Sum);

    public static Tally operator -(Tally a, Tally b) => new(a.Count - b.Count, a.Sum - b.Sum);
}

/// <summary>What is drawn on one fund.</summary>
internal sealed record FundTally(string Fund, int Count, Money Sum);

/// <summary>
/// Awards that are approved as one decision (批量批准): one person prepares them with control totals, a second signs count, sum and SHA-256, and the
/// signature is carried out part by part, each part once. Stream <c>approval-list/&lt;id&gt;</c>; the lines stand in its parts.
/// </summary>
internal sealed record ApprovalList(string Id, ApprovalListStatus Status, string PreparedBy, string PlanNumber, Tally Total, string Sha256)
{
    /// <summary>Bound of a list: twice a large city's awards of a year.</summary>
    public const int LinesMax = 200_000;

    private static readonly ApprovalList Initial = new("", ApprovalListStatus.Prepared, "", "", default, "");

    public static readonly Noun<ApprovalList> Noun = new(
        "approval-list", Initial, Apply, typeof(ApprovalListPrepared), typeof(ApprovalListSigned), typeof(ApprovalListSigningRefused),
        typeof(ApprovalListPartDone), typeof(ApprovalListContinued), typeof(ApprovalListClosed), typeof(ApprovalListWithdrawn));

    public IReadOnlyList<FundTally> Funds { get; init; } = [];

    public int Parts { get; init; }

    public DateOnly? ExpiresOn { get; init; }

    public string? Reason { get; init; }

    /// <summary>In whose name the lines are approved.</summary>
    public Actor? SignedBy { get; init; }

    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>How often the list was begun: again after money arrived for lines that waited.</summary>
    public int Pass { get; init; }

    /// <summary>Parts that this pass has still to go through, and those that hold lines waiting for money.</summary>
    public ImmutableSortedSet<int> PartsLeft { get; init; } = [];

    public ImmutableSortedSet<int> WaitingParts { get; init; } = [];

    /// <summary>Funds that a line of this pass found too small: whoever comes after it waits too.</summary>
    public ImmutableSortedSet<string> Dry { get; init; } = [];

    public Tally Approved { get; init; }

    public Tally Refused { get; init; }

    public Tally Waiting => SignedBy is null ? default : Total - Approved - Refused - Ahead;

    /// <summary>Lines that no pass has come to yet.</summary>
    public Tally Ahead { get; init; }

    private static ApprovalList Apply(ApprovalList list, object happened, EventMeta meta) => happened switch
    {
        ApprovalListPrepared e => new(e.List, ApprovalListStatus.Prepared, meta.Actor.Sub, e.PlanNumber, new(e.Count, e.Sum), e.Sha256)
        {
            Funds = e.Funds,
            Parts = e.Parts,
            ExpiresOn = e.ExpiresOn,
            Reason = e.Reason,
            Ahead = new(e.Count, e.Sum),
        },
        ApprovalListSigned => list with { Status = ApprovalListStatus.Signed, SignedBy = meta.Actor, SignedAt = meta.At, Pass = 1, PartsLeft = [.. Enumerable.Range(1, list.Parts)] },
        ApprovalListSigningRefused => list,
        ApprovalListPartDone e => (list with
        {
            PartsLeft = list.PartsLeft.Remove(e.Part),
            WaitingParts = e.Waiting.Count > 0 ? list.WaitingParts.Add(e.Part) : list.WaitingParts.Remove(e.Part),
            Dry = list.Dry.Union(e.Dry),
            Approved = list.Approved + e.Approved,
            Refused = list.Refused + e.Refused,
            Ahead = e.Pass == 1 ? list.Ahead - (e.Approved + e.Refused + e.Waiting) : list.Ahead,
        }).Rested(),
        ApprovalListContinued => list with { Status = ApprovalListStatus.Signed, Pass = list.Pass + 1, PartsLeft = list.WaitingParts, Dry = [] },
        ApprovalListClosed => list with { Status = ApprovalListStatus.Completed, Refused = list.Refused + list.Waiting, WaitingParts = [] },
        ApprovalListWithdrawn => list with { Status = ApprovalListStatus.Withdrawn },
        _ => throw new InvalidOperationException($"an approval list knows no {happened.GetType().Name}"),
    };

    private ApprovalList Rested() => !PartsLeft.IsEmpty ? this : this with { Status = WaitingParts.IsEmpty ? ApprovalListStatus.Completed : ApprovalListStatus.Waiting };
}

/// <summary>A list was prepared: its control totals, how many parts hold its lines, and what all lines share.</summary>
internal sealed record ApprovalListPrepared(
    string List, string PlanNumber, int Count, Money Sum, string Sha256, int Parts, IReadOnlyList<FundTally> Funds, DateOnly? ExpiresOn = null, string? Reason = null);

/// <summary>A second person signed these control totals: the one decision by which all lines are approved.</summary>
internal sealed record ApprovalListSigned(int Count, Money Sum, string Sha256);

/// <summary>Somebody tried to sign the list that the same person prepared.</summary>
internal sealed record ApprovalListSigningRefused(string Code);

/// <summary>The signature was carried out for one part: what was approved, what was refused, and what waits because these funds have too little left.</summary>
internal sealed record ApprovalListPartDone(int Pass, int Part, Tally Approved, Tally Refused, Tally Waiting, IReadOnlyList<string> Dry);

/// <summary>Lines that waited for money are tried again.</summary>
internal sealed record ApprovalListContinued;

/// <summary>Lines that still wait are not approved any more.</summary>
internal sealed record ApprovalListClosed(string Reason);

/// <summary>The list was given up before anybody signed it.</summary>
internal sealed record ApprovalListWithdrawn(string Reason);
