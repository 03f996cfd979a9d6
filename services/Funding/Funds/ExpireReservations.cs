using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau lets payments of a fund expire that were not made by their last day (AC39): their money is available again and the awards
/// say so. A command looks at so many awards and answers where the next one goes on; frozen payments are left to their batch.
/// Fault: <c>fund.expiry_limit</c>.
/// </summary>
internal static class ExpireReservations
{
    /// <summary><see cref="After"/> is what the command before answered as <see cref="Expired.Next"/>.</summary>
    public sealed record Body(int? Limit = null, string? After = null);

    /// <summary>Payments and sum that expired, and where to go on; nothing where the fund is through.</summary>
    internal sealed record Expired(int Payments, Money Total, string? Next);

    /// <summary>Awards of one command: decided within a moment, and nobody waits long behind it.</summary>
    internal const int AwardsMax = 200;

    internal static readonly Fault LimitWrong = new(
        FaultKind.Invalid, "fund.expiry_limit", new($"每次应为 1 至 {AwardsMax} 项奖补。", $"A command looks at 1 to {AwardsMax} awards."));

    internal static Decision Decide(Fund fund, IReadOnlyList<Award> awards, string? next, DateTimeOffset at)
    {
        var (day, stream) = (ChinaTime.DayOf(at), Fund.Noun.StreamOf(fund.Id));
        var changes = new List<Change>();
        foreach (var award in awards)
        {
            foreach (var late in award.OpenTranches.Where(t => t.Fund == fund.Id && t.Status != TrancheStatus.Frozen && t.LastDay(fund) < day))
            {
                changes.Add(new(Award.Noun.StreamOf(award.Id), new TrancheExpired(late.Id, fund.Id, late.Amount, late.LastDay(fund)!.Value)));
                changes.Add(new(stream, new ReservationVoided(award.Id, late.Amount)));
                if (late.Kind == TrancheKind.Final) changes.Add(new(EnterpriseAwards.Noun.StreamOf(award.Enterprise), new EnterpriseAwardReduced(award.Enterprise, award.Id, late.Amount)));
            }
        }

        var expired = changes.Select(c => c.Event).OfType<TrancheExpired>().ToArray();
        return Decision.Accept(changes).Answering(null, new Expired(expired.Length, new(expired.Sum(e => e.Amount.Fen)), next));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds/{id}/expiry", [Role.FinanceOfficer, Role.FinanceApprover], async (request, ct) =>
    {
        if (request.Body.Limit is < 1 or > AwardsMax) return LimitWrong;
        var id = request.Route("id");
        var fund = await request.Load(Fund.Noun, id);
        if (!fund.Ok) return fund.Fault;

        // The streams have to be named before the rule runs; an award that is approved in between has not expired.
        var limit = request.Body.Limit ?? AwardsMax;
        var page = fund.Value.Open.Values.Select(r => r.Award).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(a => request.Body.After is null || string.CompareOrdinal(a, request.Body.After) > 0).Order(StringComparer.Ordinal).Take(limit).ToArray();
        var enterprises = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var award in page)
            enterprises.Add((await request.Log.Load(request.City, Award.Noun, award, null, ct)).State.Enterprise);
        return request.On(Fund.Noun, id, [.. page.Select(Award.Noun.StreamOf), .. enterprises.Select(EnterpriseAwards.Noun.StreamOf)], (now, streams, at) =>
            Decide(now, [.. page.Select(a => streams.Get(Award.Noun, a))], page.Length == limit ? page[^1] : null, at));
    });
}
