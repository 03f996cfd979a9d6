using System.Runtime.CompilerServices;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// As much of an award as the bureau's and the auditor's figures are counted from. They are read one after another, so that a million of them take
/// no more memory than one: now from the list, at <c>?asOf=</c> by folding the log.
/// </summary>
internal sealed record FiledAward(string Id, string Enterprise, AwardStatus Status, FiledAward.Ruled? Final, AwardSteps? Steps, IReadOnlyList<FiledAward.Payment> Tranches)
{
    internal sealed record Ruled(string RuleSet, int RuleSetVersion, Money Entitlement);

    internal sealed record Payment(Money Amount, TrancheStatus Status);

    /// <summary>What was approved and not given up.</summary>
    public Money Approved => Sum(t => t.Status is not (TrancheStatus.Withdrawn or TrancheStatus.Expired));

    public Money Paid => Sum(t => t.Status == TrancheStatus.Paid);

    public static async IAsyncEnumerable<FiledAward> All(Request request, [EnumeratorCancellation] CancellationToken ct)
    {
        if (request.AsOf is { } then)
        {
            await foreach (var (_, award) in request.Log.States(request.City, Award.Noun, then, ct)) yield return Of(award);
            yield break;
        }

        await foreach (var row in request.Log.Rows(request.City, ShowAward.Model, new([]), bodies: true, ct)) yield return JsonSerializer.Deserialize<FiledAward>(row.Body, Json.Lenient)!;
    }

    internal static FiledAward Of(Award award) => new(
        award.Id, award.Enterprise, award.Status, award.Final is { } f ? new(f.RuleSet, f.RuleSetVersion, f.Entitlement) : null, award.Steps, [.. award.Tranches.Select(t => new Payment(t.Amount, t.Status))]);

    private Money Sum(Func<Payment, bool> counts) => new(Tranches.Where(counts).Sum(t => t.Amount.Fen));
}
