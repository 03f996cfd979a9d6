using System.Collections.Immutable;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>What stops an award until a person decides: a credit list (Q30), an invoice claimed elsewhere (Q7), a second project (Q20).</summary>
internal enum WaiverKind { CreditList, ClaimedInvoice, SecondProject }

/// <summary>One thing that stops an award: the credit list's word, the invoice's number, or nothing more to say.</summary>
internal readonly record struct Stop(WaiverKind Kind, string Key);

/// <summary>A stop that a person let pass, and why (人工裁定).</summary>
internal sealed record Waiver(WaiverKind Kind, string Key, string By, string Reason)
{
    /// <summary>Everything in a case that a waiver can let pass.</summary>
    public static ImmutableArray<Stop> StopsOf(AwardCase @case) =>
    [
        .. (@case.Enterprise.CreditLists ?? []).Select(list => new Stop(WaiverKind.CreditList, RuleWord<CreditList>.Write(list))),
        .. (@case.Project.Lines ?? []).Where(l => l.Invoice is { ClaimedIn: not null, Number: not null }).Select(l => new Stop(WaiverKind.ClaimedInvoice, l.Invoice!.Number!)).Distinct(),
        .. @case.Enterprise.ProjectsAwarded > 0 ? [new Stop(WaiverKind.SecondProject, "")] : Array.Empty<Stop>(),
    ];

    /// <summary>The case as it is decided once a person has let these pass; what stands against it elsewhere stays.</summary>
    public static AwardCase Apply(IEnumerable<Waiver> waivers, AwardCase @case)
    {
        var stops = waivers.Select(w => new Stop(w.Kind, w.Key)).ToHashSet();
        if (stops.Count == 0) return @case;
        var enterprise = @case.Enterprise;
        return @case with
        {
            Enterprise = enterprise with
            {
                CreditLists = enterprise.CreditLists is { } lists ? [.. lists.Where(list => !stops.Contains(new(WaiverKind.CreditList, RuleWord<CreditList>.Write(list))))] : null,
                ProjectsAwarded = stops.Contains(new(WaiverKind.SecondProject, "")) ? 0 : enterprise.ProjectsAwarded,
            },
            Project = @case.Project with
            {
                Lines = @case.Project.Lines is { } lines ? [.. lines.Select(line => Cleared(line, stops))] : null,
            },
        };
    }

    private static LineFacts Cleared(LineFacts line, HashSet<Stop> stops) =>
        line.Invoice is { ClaimedIn: not null, Number: { } number } invoice && stops.Contains(new(WaiverKind.ClaimedInvoice, number))
            ? line with { Invoice = invoice with { ClaimedIn = null } }
            : line;
}
