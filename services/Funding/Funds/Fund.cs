using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.Funds;

/// <summary>Whose money it is (programme.md F18): central, provincial, municipal or of a district.</summary>
internal enum FundSource { Central, Provincial, Municipal, District }

/// <summary>The two pools of the award (F5): renovation of enterprises, and platforms, providers and services.</summary>
internal enum FundPool { Renovation, Services }

/// <summary>What money may be split to (F5), and what central money never pays (F11).</summary>
internal enum FundUse
{
    EnterpriseRenovation,
    PlatformsAndProviders,
    IndustrialInternetPlatforms,
    ChainTransformation,
    PublicServices,
    StaffBenefits,
    OfficeRunningCosts,
    BuildingsAndConstruction,
    BudgetBalancing,
}

/// <summary>Part of a split: so much for this use.</summary>
internal sealed record Allocation(FundUse Use, Money Amount);

/// <summary>
/// A fund of a city: money of one source, where each yuan of it is now. The ledger knows sums; <see cref="Open"/> knows what each
/// reservation still holds of the reserved ones, so that none pays or frees another's money. What is settled is forgotten: the state stays
/// small under any number of postings.
/// Stream <c>fund/&lt;id&gt;</c>.
/// </summary>
internal sealed record Fund(string Id, string Name, FundSource Source, Money Planned, Money Received, Ledger Ledger, ImmutableHashSet<string> Documents)
{
    private static readonly Fund Initial = new("", "", FundSource.Central, Money.Zero, Money.Zero, Ledger.Empty, []);

    public static readonly Noun<Fund> Noun = new(
        "fund", Initial, Apply, typeof(FundOpened), typeof(FundReceived), typeof(FundSplit),
        typeof(FundsReserved), typeof(ReservationPosted), typeof(ReservationVoided), typeof(PaymentReturned), typeof(VoucherReserved), typeof(VoucherPaid), typeof(VoucherFreed), typeof(RecoveryDue), typeof(RecoveryReceived),
        typeof(EncumbranceReserved), typeof(EncumbrancePosted), typeof(EncumbranceVoided), typeof(EncumbrancePostingRefused),
        typeof(RecoveryWrittenOff), typeof(FundReturned), typeof(FundCarriedOver));

    /// <summary>What is reserved and neither paid nor freed; per pool its sum is the balance of <see cref="Reserved"/>.</summary>
    public ImmutableDictionary<ReservationKey, Reservation> Open { get; init; } = ImmutableDictionary<ReservationKey, Reservation>.Empty;

    /// <summary>The last day on which it pays (AC39), where one was entered.</summary>
    public DateOnly? PayableUntil { get; init; }

    public const string Unallocated = "unallocated";

    private static readonly string[] AvailableOf = OfEachPool("available");
    private static readonly string[] ReservedOf = OfEachPool("reserved");
    private static readonly string[] PaidOf = OfEachPool("paid");
    private static readonly string[] ToRecoverOf = OfEachPool("to-recover");
    private static readonly string[] WrittenOffOf = OfEachPool("written-off");
    private static readonly string[] ReturnedOf = OfEachPool("returned");

    /// <summary>What was returned to the source before it was split.</summary>
    public const string ReturnedUnallocated = "returned";

    public static string Available(FundPool pool) => AvailableOf[(int)pool];

    public static string Reserved(FundPool pool) => ReservedOf[(int)pool];

    public static string Paid(FundPool pool) => PaidOf[(int)pool];

    public static string ToRecover(FundPool pool) => ToRecoverOf[(int)pool];

    /// <summary>Paid, due back, and given up as uncollectable: never available again.</summary>
    public static string WrittenOff(FundPool pool) => WrittenOffOf[(int)pool];

    /// <summary>Returned to the source (上缴).</summary>
    public static string Returned(FundPool pool) => ReturnedOf[(int)pool];

    public string Origin => $"source:{Source.ToString().ToLowerInvariant()}";

    /// <summary>Everything that was ever split to a pool: it never leaves the pool's accounts.</summary>
    public Money Of(FundPool pool) =>
        Ledger[Available(pool)] + Ledger[Reserved(pool)] + Ledger[Paid(pool)] + Ledger[ToRecover(pool)] + Ledger[WrittenOff(pool)] + Ledger[Returned(pool)];

    /// <summary>The pool of a use; none where the use is forbidden (F11).</summary>
    public static FundPool? PoolOf(FundUse use) => use switch
    {
        FundUse.EnterpriseRenovation => FundPool.Renovation,
        FundUse.PlatformsAndProviders or FundUse.IndustrialInternetPlatforms or FundUse.ChainTransformation or FundUse.PublicServices => FundPool.Services,
        FundUse.StaffBenefits or FundUse.OfficeRunningCosts or FundUse.BuildingsAndConstruction or FundUse.BudgetBalancing => null,
    };

    /// <summary>The fund after this event, or why it cannot happen. Rules ask it first; <see cref="Apply"/> relies on it.</summary>
    public Result<Fund> After(object happened, in EventMeta meta = default)
    {
        if (Frees(happened) is var (key, freed) && freed.Fen > 0 && freed > Held(key)) return Reservation.AboveHeld(key, freed, Held(key));
        var ledger = LedgerAfter(happened);
        return ledger.Ok ? this with { Ledger = ledger.Value, Open = OpenAfter(happened, meta) } : ledger.Fault;
    }

    /// <summary>Why these events of one command cannot happen, one after another.</summary>
    public Fault? Refuses(params IEnumerable<object> events)
    {
        var fund = this;
        foreach (var happened in events)
        {
            var after = fund.After(happened);
            if (!after.Ok) return after.Fault;
            fund = after.Value;
        }

        return null;
    }

    /// <summary>Why what a command posts to several funds cannot happen; each fund by itself, in order.</summary>
    public static Fault? Refuses(IEnumerable<Change> changes, Func<string, Fund> fundOf)
    {
        foreach (var posted in changes.Where(c => c.Stream.StartsWith("fund/", StringComparison.Ordinal)).GroupBy(c => c.Stream, StringComparer.Ordinal))
            if (fundOf(posted.Key["fund/".Length..]).Refuses(posted.Select(c => c.Event)) is { } fault) return fault;
        return null;
    }

    private Money Held(ReservationKey key) => Open.TryGetValue(key, out var reservation) ? reservation.Open : Money.Zero;

    /// <summary>Which reservation an event takes from, and how much.</summary>
    private static (ReservationKey Key, Money Amount)? Frees(object happened) => happened switch
    {
        ReservationPosted e => (ReservationKey.OfAward(e.Award, e.Pool), e.Amount),
        ReservationVoided e => (ReservationKey.OfAward(e.Award, e.Pool), e.Amount),
        VoucherPaid e => (ReservationKey.OfVoucher(e.Root), e.Amount),
        VoucherFreed e => (ReservationKey.OfVoucher(e.Root), e.Amount),
        EncumbrancePosted e => (ReservationKey.Outside(e.Reservation), e.Amount),
        EncumbranceVoided e => (ReservationKey.Outside(e.Reservation), e.Amount),
        _ => null,
    };

    private Result<Ledger> LedgerAfter(object happened) => happened switch
    {
        FundOpened or EncumbrancePostingRefused or FundCarriedOver => Ledger,
        FundReceived e => Ledger.Post(new Posting(Origin, Unallocated, e.Amount)),
        FundSplit e => Ledger.Post([.. e.Allocations.Select(a => new Posting(Unallocated, Available(PoolOf(a.Use)!.Value), a.Amount))]),
        FundsReserved e => Ledger.Post(new Posting(Available(e.Pool), Reserved(e.Pool), e.Amount)),
        ReservationPosted e => Ledger.Post(new Posting(Reserved(e.Pool), Paid(e.Pool), e.Amount)),
        ReservationVoided e => Ledger.Post(new Posting(Reserved(e.Pool), Available(e.Pool), e.Amount)),
        PaymentReturned e => Ledger.Post(new Posting(Paid(e.Pool), Reserved(e.Pool), e.Amount)),
        RecoveryDue e => Ledger.Post(new Posting(Paid(e.Pool), ToRecover(e.Pool), e.Amount)),
        RecoveryReceived e => Ledger.Post(new Posting(ToRecover(e.Pool), Available(e.Pool), e.Amount)),
        VoucherReserved e => Ledger.Post(new Posting(Available(FundPool.Services), Reserved(FundPool.Services), e.Amount)),
        VoucherPaid e => Ledger.Post(new Posting(Reserved(FundPool.Services), Paid(FundPool.Services), e.Amount)),
        VoucherFreed e => Ledger.Post(new Posting(Reserved(FundPool.Services), Available(FundPool.Services), e.Amount)),
        RecoveryWrittenOff e => Ledger.Post(new Posting(ToRecover(e.Pool), WrittenOff(e.Pool), e.Amount)),
        FundReturned e => Ledger.Post(e.Pool is { } pool ? new Posting(Available(pool), Returned(pool), e.Amount) : new Posting(Unallocated, ReturnedUnallocated, e.Amount)),
        EncumbranceReserved e => Ledger.Post(new Posting(Available(FundPool.Services), Reserved(FundPool.Services), e.Amount)),
        EncumbrancePosted e => Ledger.Post(new Posting(Reserved(FundPool.Services), Paid(FundPool.Services), e.Amount)),
        EncumbranceVoided e => Ledger.Post(new Posting(Reserved(FundPool.Services), Available(FundPool.Services), e.Amount)),
        _ => throw new InvalidOperationException($"a fund knows no {happened.GetType().Name}"),
    };

    private ImmutableDictionary<ReservationKey, Reservation> OpenAfter(object happened, in EventMeta meta)
    {
        if (Frees(happened) is var (key, freed))
        {
            var left = Open[key] with { Open = Held(key) - freed };
            return left.Open.Fen > 0 ? Open.SetItem(key, left) : Open.Remove(key);
        }

        return happened switch
        {
            FundsReserved e => Hold(ReservationKey.OfAward(e.Award, e.Pool), new(e.Amount, e.Amount, meta.Actor.Sub, meta.At) { Award = e.Award }),
            PaymentReturned e => Hold(ReservationKey.OfAward(e.Award, e.Pool), new(e.Amount, e.Amount, meta.Actor.Sub, meta.At) { Award = e.Award }),
            VoucherReserved e => Hold(ReservationKey.OfVoucher(e.Voucher), new(e.Amount, e.Amount, meta.Actor.Sub, meta.At) { Use = e.Use, Reference = e.Programme }),
            EncumbranceReserved e => Hold(ReservationKey.Outside(e.Reservation), new(e.Amount, e.Amount, meta.Actor.Sub, meta.At) { Use = e.Use, Reference = e.Reference }),
            _ => Open,
        };
    }

    /// <summary>An award reserves a second time while something of the first is still open: both are one.</summary>
    private ImmutableDictionary<ReservationKey, Reservation> Hold(ReservationKey key, Reservation made) => Open.SetItem(
        key, Open.TryGetValue(key, out var before) ? made with { Amount = before.Amount + made.Amount, Open = before.Open + made.Open } : made);

    /// <summary>The account of each pool: made once, because every posting names two.</summary>
    private static string[] OfEachPool(string account) => [.. Enum.GetValues<FundPool>().Select(pool => $"pool:{pool.ToString().ToLowerInvariant()}:{account}")];

    private static Fund Apply(Fund fund, object happened, EventMeta meta)
    {
        var named = happened switch
        {
            FundOpened e => fund with { Id = meta.Stream["fund/".Length..], Name = e.Name, Source = e.Source, Planned = e.Planned, PayableUntil = e.PayUntil },
            FundReceived e => fund with { Received = fund.Received + e.Amount, Documents = fund.Documents.Add(e.Document) },
            RecoveryReceived e => fund with { Documents = fund.Documents.Add(e.Document) },
            FundReturned e => fund with { Documents = fund.Documents.Add(e.Document) },
            FundCarriedOver e => fund with { Documents = fund.Documents.Add(e.Document), PayableUntil = e.PayUntil },
            _ => fund,
        };
        return named.After(happened, meta).Value;
    }
}

/// <summary>A fund was opened: the plan says how much of which source the city is to receive.</summary>
internal sealed record FundOpened(string Name, FundSource Source, Money Planned, DateOnly? PayUntil = null);

/// <summary>Money arrived (上级下达), by the document of this number.</summary>
internal sealed record FundReceived(string Document, Money Amount);

/// <summary>Unallocated money was split to uses.</summary>
internal sealed record FundSplit(IReadOnlyList<Allocation> Allocations);

/// <summary>An approved amount of an award was encumbered.</summary>
internal sealed record FundsReserved(string Award, string Enterprise, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>The bank paid a reserved amount.</summary>
internal sealed record ReservationPosted(string Award, string Batch, string Line, Money Amount, FundPool Pool = FundPool.Renovation, string? Payee = null);

/// <summary>The bank sent a payment back: its amount is reserved for the award as before.</summary>
internal sealed record PaymentReturned(string Award, string Batch, string Line, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>A reserved amount is free again.</summary>
internal sealed record ReservationVoided(string Award, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>A paid amount has to come back.</summary>
internal sealed record RecoveryDue(string Award, string Enterprise, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>It came back and may be used again.</summary>
internal sealed record RecoveryReceived(string Award, string Document, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>A second person of finance wrote off what has to come back and cannot be collected (核销); the money is gone.</summary>
internal sealed record RecoveryWrittenOff(string Award, string WriteOff, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>Money that nothing is reserved for went back to its source (上缴), by the document of this number; without a pool, unallocated money.</summary>
internal sealed record FundReturned(string Document, Money Amount, FundPool? Pool = null);

/// <summary>What is not paid (<see cref="Amount"/>) was carried over (结转): it may be paid until this day, by the document of this number.</summary>
internal sealed record FundCarriedOver(string Document, DateOnly PayUntil, Money Amount);

/// <summary>Money of the services pool was reserved outside awards (预留), for what <see cref="Reference"/> names: a contract, an order.</summary>
internal sealed record EncumbranceReserved(string Reservation, FundUse Use, Money Amount, string Reference);

/// <summary>So much of it was paid, by the document of this number.</summary>
internal sealed record EncumbrancePosted(string Reservation, string Document, Money Amount);

/// <summary>All that was still reserved is free again.</summary>
internal sealed record EncumbranceVoided(string Reservation, Money Amount, string Reason);

/// <summary>Somebody tried to pay what the same person reserved.</summary>
internal sealed record EncumbrancePostingRefused(string Reservation, string Code);

/// <summary>The face value of a voucher was reserved on the services pool.</summary>
internal sealed record VoucherReserved(string Voucher, string Programme, string Enterprise, FundUse Use, Money Amount);

/// <summary>A voucher, or a part of the root that reserved the money, was paid to the provider.</summary>
internal sealed record VoucherPaid(string Root, string Voucher, string Provider, string Document, Money Amount);

/// <summary>Money that a voucher, or a part of the root that reserved it, no longer needs is free again.</summary>
internal sealed record VoucherFreed(string Root, string Voucher, Money Amount);
