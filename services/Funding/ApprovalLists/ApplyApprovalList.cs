using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Claims;
using PilotCity.Funding.Funds;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.ApprovalLists;

/// <summary>
/// Carries out a signed list, a part at a time: each part is one command whose id follows from list, pass and part, so that after a crash, or with
/// two instances at it, every line is approved once. Each line goes by the same rule as a single approval, in the signer's name; one that no
/// longer holds is refused by itself, and from the first that a fund cannot pay on, all further ones of this fund wait, in their order.
/// </summary>
internal static class ApplyApprovalList
{
    /// <summary>What the rule of one part looks at.</summary>
    internal sealed record Seen(
        Func<string, Award> AwardOf, Func<string, Fund> FundOf, Func<string, RuleBook> BookOf, Func<string, EnterpriseAwards> EarlierOf, IReadOnlySet<string> Fresh);

    /// <summary>One part; nothing where another instance was faster.</summary>
    internal static Decision Decide(ApprovalList list, ApprovalPart part, Seen seen, DateTimeOffset at)
    {
        if (list.Status != ApprovalListStatus.Signed || list.SignedBy is not { } signer || !list.PartsLeft.Contains(part.Part)) return Decision.Accept();
        var meta = new EventMeta(signer, at, 0, 0, "");
        var funds = part.Lines.Select(l => l.Fund).Distinct(StringComparer.Ordinal).ToDictionary(f => f, seen.FundOf, StringComparer.Ordinal);
        var earlier = new Dictionary<string, EnterpriseAwards>(StringComparer.Ordinal);
        var (changes, refused, waiting, dry) = (new List<Change>(), new List<RefusedLine>(), new List<int>(), list.Dry.ToHashSet(StringComparer.Ordinal));
        var approved = new Tally(0, Money.Zero);
        foreach (var i in part.Open)
        {
            var line = part.Lines[i];
            if (dry.Contains(line.Fund))
            {
                waiting.Add(i);
                continue;
            }

            var decision = Line(list, line, seen, f => funds.TryGetValue(f, out var known) ? known : seen.FundOf(f), EarlierOf, signer, at);
            if (decision.Fault?.Code == "ledger.insufficient")
            {
                dry.Add(line.Fund);
                waiting.Add(i);
                continue;
            }

            foreach (var change in decision.Changes)
            {
                changes.Add(change);
                var of = change.Stream[(change.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];
                if (change.Event is FundsReserved or RecoveryDue) funds[of] = funds.GetValueOrDefault(of, seen.FundOf(of)).After(change.Event, meta).Value;
                if (change.Event is EnterpriseAwarded) earlier[of] = EnterpriseAwards.Noun.Apply(EarlierOf(of), change.Event, meta with { Version = EarlierOf(of).Version + 1 });
            }

            if (decision.Fault is { } fault) refused.Add(new(i, fault.Code));
            else approved += new Tally(1, line.Amount);
        }

        var (no, later) = (Tally.Of(refused.Select(r => part.Lines[r.Line])), Tally.Of(waiting.Select(w => part.Lines[w])));
        changes.Add(new(ApprovalPart.Noun.StreamOf(ApprovalPart.IdOf(list.Id, part.Part)), new ApprovalLinesApplied(list.Pass, refused, waiting)));
        changes.Add(new(ApprovalList.Noun.StreamOf(list.Id), new ApprovalListPartDone(list.Pass, part.Part, approved, no, later, [.. dry.Except(list.Dry).Order(StringComparer.Ordinal)])));
        return Decision.Accept(changes);

        EnterpriseAwards EarlierOf(string uscc) => earlier.TryGetValue(uscc, out var known) ? known : seen.EarlierOf(uscc);
    }

    private static Decision Line(
        ApprovalList list, ApprovalLine line, Seen seen, Func<string, Fund> fundOf, Func<string, EnterpriseAwards> earlierOf, Actor signer, DateTimeOffset at)
    {
        var award = seen.AwardOf(line.Id);
        return award.Id.Length == 0 ? Defaults.Slices.SliceFaults.Unknown(Award.Noun.Category, line.Id)
            : award.Final is not { } final ? AwardFaults.NotComputed
            : seen.Fresh.Contains(line.Id) ? AwardFaults.ConcernNew(new(line.Id, default, []))
            : ApproveAward.Decide(
                award, fundOf, seen.BookOf(final.RuleSet), earlierOf(award.Enterprise),
                new(line.Fund, list.PlanNumber, line.Amount, list.Reason) { ExpiresOn = list.ExpiresOn }, signer, at, list.Id);
    }

    /// <summary>The same for the same list, pass and part, whoever asks and how often.</summary>
    internal static Guid CommandId(string city, string list, int pass, int part) =>
        new(SHA256.HashData(Input(city, list, pass, part)).AsSpan(0, 16), bigEndian: true);

    /// <summary>Applies the next part of a list; false where nothing is left to do.</summary>
    internal static async Task<bool> Next(ServiceLog log, string city, string id, CancellationToken ct)
    {
        var (list, _, _) = await log.Load(city, ApprovalList.Noun, id, null, ct);
        if (list.Status != ApprovalListStatus.Signed || list.SignedBy is not { } signer || list.PartsLeft.IsEmpty) return false;
        var number = list.PartsLeft.Min;
        var (part, _, _) = await log.Load(city, ApprovalPart.Noun, ApprovalPart.IdOf(id, number), null, ct);

        // Enterprise, rule set and advance of a computed award have to be named before the rule runs.
        var awards = new Dictionary<string, Award>(StringComparer.Ordinal);
        foreach (var line in part.Open.Select(i => part.Lines[i]))
            awards[line.Id] = (await log.Load(city, Award.Noun, line.Id, null, ct)).State;
        var streams = new HashSet<string>(StringComparer.Ordinal) { ApprovalList.Noun.StreamOf(id), ApprovalPart.Noun.StreamOf(ApprovalPart.IdOf(id, number)) };
        streams.UnionWith(awards.Keys.Select(Award.Noun.StreamOf));
        streams.UnionWith(part.Lines.Select(l => Fund.Noun.StreamOf(l.Fund)));
        foreach (var award in awards.Values.Where(a => a.Final is not null)) streams.UnionWith(ApproveAward.StreamsOf(award, new(null, "")));
        var fresh = await Fresh(log, city, awards, ct);

        var answer = await log.Do(
            new Command
            {
                City = city,
                Id = CommandId(city, id, list.Pass, number),
                Actor = signer,
                Input = Input(city, id, list.Pass, number),
                Streams = streams,
                Weight = part.Lines.Length * 3,
                Decide = (now, at) => Decide(now.Get(ApprovalList.Noun, id), now.Get(ApprovalPart.Noun, ApprovalPart.IdOf(id, number)), Of(now, streams, awards, fresh), at),
            },
            ct);
        return answer.Fault is null;
    }

    /// <summary>An award that changed so that it needs a stream which was not named is as good as not computed.</summary>
    private static Seen Of(Streams now, HashSet<string> named, Dictionary<string, Award> awards, IReadOnlySet<string> fresh) => new(
        a => now.Get(Award.Noun, a) is var award && (award.Final?.RuleSet, award.AdvanceFund) == (awards[a].Final?.RuleSet, awards[a].AdvanceFund) ? award : award with { Final = null },
        f => named.Contains(Fund.Noun.StreamOf(f)) ? now.Get(Fund.Noun, f) : Fund.Noun.Initial,
        set => now.Get(RuleBook.Noun, set),
        uscc => now.Get(EnterpriseAwards.Noun, uscc),
        fresh);

    /// <summary>Awards whose claims another city has made too since they were computed; asked again before money is approved, as a single approval does.</summary>
    private static async Task<IReadOnlySet<string>> Fresh(ServiceLog log, string city, Dictionary<string, Award> awards, CancellationToken ct)
    {
        var found = await FindClaims.Elsewhere(log, city, [.. awards.Values.SelectMany(a => a.Claims).Distinct(StringComparer.Ordinal)], ct);
        return awards.Where(a => found.Any(c => a.Value.Claims.Any(f => c.Id.EndsWith(f, StringComparison.Ordinal)) && !a.Value.Concerns.Any(known => known.Id == c.Id)))
            .Select(a => a.Key).ToHashSet(StringComparer.Ordinal);
    }

    private static byte[] Input(string city, string list, int pass, int part) => Encoding.UTF8.GetBytes($"approval-list {city} {list} {pass} {part}");
}
