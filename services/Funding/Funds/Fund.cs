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
/// A fund of a city: money of one source, where each yuan of it is now. The ledger knows sums only; which award holds a reservation
/// stands on the award's own stream, so that the state stays small under any number of postings.
/// Stream <c>fund/&lt;id&gt;</c>.
/// </summary>
internal sealed record Fund(string Id, string Name, FundSource Source, Money Planned, Money Received, Ledger Ledger, ImmutableHashSet<string> Documents)
{
    private static readonly Fund Initial = new("", "", FundSource.Central, Money.Zero, Money.Zero, Ledger.Empty, []);

    public static readonly Noun<Fund> Noun = new(
        "fund", Initial, Apply, typeof(FundOpened), typeof(FundReceived), typeof(FundSplit),
        typeof(FundsReserved), typeof(ReservationPosted), typeof(ReservationVoided), typeof(RecoveryDue), typeof(RecoveryReceived));

    public const string Unallocated = "unallocated";

    public static string Available(FundPool pool) => $"pool:{Word(pool)}:available";

    public static string Reserved(FundPool pool) => $"pool:{Word(pool)}:reserved";

    public static string Paid(FundPool pool) => $"pool:{Word(pool)}:paid";

    public static string ToRecover(FundPool pool) => $"pool:{Word(pool)}:to-recover";

    public string Origin => $"source:{Source.ToString().ToLowerInvariant()}";

    /// <summary>Everything that was ever split to a pool: it never leaves the pool's accounts.</summary>
    public Money Of(FundPool pool) => Ledger[Available(pool)] + Ledger[Reserved(pool)] + Ledger[Paid(pool)] + Ledger[ToRecover(pool)];

    /// <summary>The pool of a use; none where the use is forbidden (F11).</summary>
    public static FundPool? PoolOf(FundUse use) => use switch
    {
        FundUse.EnterpriseRenovation => FundPool.Renovation,
        FundUse.PlatformsAndProviders or FundUse.IndustrialInternetPlatforms or FundUse.ChainTransformation or FundUse.PublicServices => FundPool.Services,
        FundUse.StaffBenefits or FundUse.OfficeRunningCosts or FundUse.BuildingsAndConstruction or FundUse.BudgetBalancing => null,
    };

    /// <summary>What the ledger would be after this event, or why it cannot happen. Rules ask it first; <see cref="Apply"/> relies on it.</summary>
    public Result<Ledger> After(object happened) => happened switch
    {
        FundOpened => Ledger,
        FundReceived e => Ledger.Post(new Posting(Origin, Unallocated, e.Amount)),
        FundSplit e => Ledger.Post([.. e.Allocations.Select(a => new Posting(Unallocated, Available(PoolOf(a.Use)!.Value), a.Amount))]),
        FundsReserved e => Ledger.Post(new Posting(Available(e.Pool), Reserved(e.Pool), e.Amount)),
        ReservationPosted e => Ledger.Post(new Posting(Reserved(e.Pool), Paid(e.Pool), e.Amount)),
        ReservationVoided e => Ledger.Post(new Posting(Reserved(e.Pool), Available(e.Pool), e.Amount)),
        RecoveryDue e => Ledger.Post(new Posting(Paid(e.Pool), ToRecover(e.Pool), e.Amount)),
        RecoveryReceived e => Ledger.Post(new Posting(ToRecover(e.Pool), Available(e.Pool), e.Amount)),
        _ => throw new InvalidOperationException($"a fund knows no {happened.GetType().Name}"),
    };

    /// <summary>The same for several events of one command, one after another.</summary>
    public Fault? Refuses(params IEnumerable<object> events)
    {
        var fund = this;
        foreach (var happened in events)
        {
            var after = fund.After(happened);
            if (!after.Ok) return after.Fault;
            fund = fund with { Ledger = after.Value };
        }

        return null;
    }

    private static string Word(FundPool pool) => pool.ToString().ToLowerInvariant();

    private static Fund Apply(Fund fund, object happened, EventMeta meta)
    {
        var after = happened switch
        {
            FundOpened e => fund with { Id = meta.Stream["fund/".Length..], Name = e.Name, Source = e.Source, Planned = e.Planned },
            FundReceived e => fund with { Received = fund.Received + e.Amount, Documents = fund.Documents.Add(e.Document) },
            RecoveryReceived e => fund with { Documents = fund.Documents.Add(e.Document) },
            _ => fund,
        };
        return after with { Ledger = after.After(happened).Value };
    }
}

/// <summary>A fund was opened: the plan says how much of which source the city is to receive.</summary>
internal sealed record FundOpened(string Name, FundSource Source, Money Planned);

/// <summary>Money arrived (上级下达), by the document of this number.</summary>
internal sealed record FundReceived(string Document, Money Amount);

/// <summary>Unallocated money was split to uses.</summary>
internal sealed record FundSplit(IReadOnlyList<Allocation> Allocations);

/// <summary>An approved amount of an award was encumbered.</summary>
internal sealed record FundsReserved(string Award, string Enterprise, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>The bank paid a reserved amount.</summary>
internal sealed record ReservationPosted(string Award, string Batch, string Line, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>A reserved amount is free again.</summary>
internal sealed record ReservationVoided(string Award, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>A paid amount has to come back.</summary>
internal sealed record RecoveryDue(string Award, string Enterprise, Money Amount, FundPool Pool = FundPool.Renovation);

/// <summary>It came back and may be used again.</summary>
internal sealed record RecoveryReceived(string Award, string Document, Money Amount, FundPool Pool = FundPool.Renovation);
