namespace PilotCity.Oversight.MoneyPaths;

/// <summary>
/// What the funds' own logs say is where: the balances that Funding's ledger has, made again from the postings. The path itself is told by the
/// awards' and batches' logs; that both agree at every station is what a reader may ask for.
/// </summary>
internal sealed class FundBooks
{
    private readonly Dictionary<string, long> balances = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Award, string Fund), string> pools = [];
    private readonly Dictionary<(string Award, string Fund), long> drawn = [];

    public long this[string account] => balances.GetValueOrDefault(account);

    /// <summary>The pool from which an award draws on a fund.</summary>
    public string PoolOf(string award, string fund) => pools.GetValueOrDefault((award, fund), "renovation");

    public void Post(Posting posting)
    {
        var (fund, award) = (posting.Id, posting.Word("award"));
        var pool = posting.Word("pool") ?? (award is null ? "services" : "renovation");
        var amount = posting.Amount().Fen;
        var available = Available(fund, pool);
        if (award is not null)
        {
            pools.TryAdd((award, fund), pool);
            drawn[(award, fund)] = drawn.GetValueOrDefault((award, fund)) + (posting.Type switch
            {
                "FundsReserved" => amount,
                "ReservationVoided" or "RecoveryReceived" => -amount,
                _ => 0,
            });
        }

        switch (posting.Type)
        {
            case "FundReceived":
                Move(null, Unallocated(fund), amount);
                break;
            case "FundSplit":
                foreach (var part in posting.Items("allocations"))
                {
                    Move(Unallocated(fund), Available(fund, PoolOfUse(Posting.Word(part, "use"))), Posting.Amount(part, "amount").Fen);
                }

                break;
            case "FundReturned":
                Move(posting.Word("pool") is { } of ? Available(fund, of) : Unallocated(fund), null, amount);
                break;
            case "FundsReserved":
                Move(available, Held(award!), amount);
                break;
            case "ReservationVoided":
                Move(Held(award!), available, amount);
                break;
            case "ReservationPosted":
                Move(Held(award!), Paid(award!), amount);
                break;
            case "PaymentReturned":
                Move(Paid(award!), Held(award!), amount);
                break;
            case "RecoveryDue":
                Move(Paid(award!), Due(award!), amount);
                break;
            case "RecoveryReceived":
                Move(Due(award!), available, amount);
                break;
            case "RecoveryWrittenOff":
                Move(Due(award!), WrittenOff(award!), amount);
                break;
            case "VoucherReserved" or "EncumbranceReserved":
                Move(available, Outside(posting, fund), amount);
                break;
            case "VoucherFreed" or "EncumbranceVoided":
                Move(Outside(posting, fund), available, amount);
                break;
            case "VoucherPaid" or "EncumbrancePosted":
                Move(Outside(posting, fund), $"{Outside(posting, fund)}/paid", amount);
                break;
        }
    }

    public static string PoolOfUse(string? use) => use == "enterprise-renovation" ? "renovation" : "services";

    public static string Unallocated(string fund) => $"fund/{fund}";

    public static string Available(string fund, string pool) => $"pool/{fund}/{pool}";

    public static string Held(string award) => $"held/{award}";

    public static string Paid(string award) => $"paid/{award}";

    public static string Due(string award) => $"recovery/{award}";

    public static string WrittenOff(string award) => $"written-off/{award}";

    /// <summary>Vouchers of a fund, or what it reserved for contracts: each together.</summary>
    public static string Outside(Posting posting, string fund) => $"{(posting.Type.StartsWith("Voucher", StringComparison.Ordinal) ? "vouchers" : "contracts")}/{fund}";

    /// <summary>What the awards that are not shown one by one took from this pool and did not give back, whatever became of it.</summary>
    public long OfOthers(string fund, string pool, IReadOnlySet<string> shown) =>
        drawn.Where(d => d.Key.Fund == fund && !shown.Contains(d.Key.Award) && PoolOf(d.Key.Award, fund) == pool).Sum(d => d.Value);

    private void Move(string? from, string? to, long fen)
    {
        if (from is not null)
        {
            balances[from] = balances.GetValueOrDefault(from) - fen;
        }

        if (to is not null)
        {
            balances[to] = balances.GetValueOrDefault(to) + fen;
        }
    }
}
