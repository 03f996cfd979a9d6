using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Vouchers;

/// <summary>Where the face value of an issued voucher is: with its holder, redeemed, expired or revoked. There is no fifth place.</summary>
internal enum VoucherPlace { Open, Redeemed, Expired, Revoked }

/// <summary>What a programme grants: vouchers of this kind on a fund's services pool, which pay so much of a provider's invoice.</summary>
internal sealed record VoucherTerms(string Name, string Kind, string Fund, FundUse Use, Money FaceMin, Money FaceMax, decimal Share, int ValidDays, Money Total);

/// <summary>
/// A programme of vouchers (算力券 and the like): its terms, and where the face value of all that was issued is now. What may expire stands in the
/// order of its last days. Stream <c>voucher-programme/&lt;id&gt;</c>.
/// </summary>
internal sealed record VoucherProgramme(string Id, VoucherTerms Terms)
{
    /// <summary>Open vouchers live in the programme's state, in memory; a city issues some thousands.</summary>
    public const int OpenMax = 100_000;

    private static readonly VoucherProgramme Initial = new("", new("", "", "", FundUse.PublicServices, Money.Zero, Money.Zero, 0, 0, Money.Zero));

    public static readonly Noun<VoucherProgramme> Noun = new("voucher-programme", Initial, Apply, typeof(VoucherProgrammeOpened), typeof(VoucherMoved), typeof(VoucherDivided), typeof(VoucherHeld));

    public int Issues { get; init; }

    public Money Issued { get; init; }

    public ImmutableSortedDictionary<VoucherPlace, Money> Faces { get; init; } = ImmutableSortedDictionary<VoucherPlace, Money>.Empty;

    /// <summary>Vouchers that expire after their last day: open, and no invoice is being looked at.</summary>
    public ImmutableSortedSet<(DateOnly Until, string Voucher)> Expiring { get; init; } = ImmutableSortedSet.Create<(DateOnly Until, string Voucher)>(
        Comparer<(DateOnly Until, string Voucher)>.Create((a, b) => a.Until != b.Until ? a.Until.CompareTo(b.Until) : string.CompareOrdinal(a.Voucher, b.Voucher)));

    public Money this[VoucherPlace place] => Faces.GetValueOrDefault(place);

    /// <summary>What is still promised or spent; what expired or was revoked may be issued again.</summary>
    public Money Committed => this[VoucherPlace.Open] + this[VoucherPlace.Redeemed];

    private static VoucherProgramme Apply(VoucherProgramme programme, object happened, EventMeta meta)
    {
        switch (happened)
        {
            case VoucherProgrammeOpened e:
                return programme with { Id = meta.Stream["voucher-programme/".Length..], Terms = e.Terms };
            case VoucherMoved e:
                var faces = e.From is { } from ? programme.Faces.SetItem(from, programme[from] - e.Face) : programme.Faces;
                return programme with
                {
                    Issues = programme.Issues + (e.From is null ? 1 : 0),
                    Issued = programme.Issued + (e.From is null ? e.Face : Money.Zero),
                    Faces = faces.SetItem(e.To, faces.GetValueOrDefault(e.To) + e.Face),
                    Expiring = e.To == VoucherPlace.Open ? programme.Expiring.Add((e.ValidUntil, e.Voucher)) : programme.Expiring.Remove((e.ValidUntil, e.Voucher)),
                };
            case VoucherDivided e:
                return programme with { Expiring = programme.Expiring.Remove((e.ValidUntil, e.Voucher)).Union(e.Parts.Select(p => (e.ValidUntil, p))) };
            case VoucherHeld e:
                return programme with { Expiring = e.Held ? programme.Expiring.Remove((e.ValidUntil, e.Voucher)) : programme.Expiring.Add((e.ValidUntil, e.Voucher)) };
            default:
                throw new InvalidOperationException($"a voucher programme knows no {happened.GetType().Name}");
        }
    }
}

/// <summary>A programme began.</summary>
internal sealed record VoucherProgrammeOpened(VoucherTerms Terms);

/// <summary>The face value of a voucher went from one place to another; from nowhere it was issued.</summary>
internal sealed record VoucherMoved(string Voucher, VoucherPlace? From, VoucherPlace To, Money Face, DateOnly ValidUntil);

/// <summary>Parts stand for a voucher.</summary>
internal sealed record VoucherDivided(string Voucher, DateOnly ValidUntil, IReadOnlyList<string> Parts);

/// <summary>An invoice is being looked at, so the voucher does not expire meanwhile; or no longer.</summary>
internal sealed record VoucherHeld(string Voucher, DateOnly ValidUntil, bool Held);
