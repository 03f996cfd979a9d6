using System.Text.Json;

namespace PilotCity.Torture.Replay;

/// <summary>The books of one fund as the model keeps them: every account on its own side, in fen, and what each reservation still holds.</summary>
internal sealed class BookedFund
{
    internal SortedDictionary<string, long> Accounts { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, long> Held { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Documents { get; } = new(StringComparer.Ordinal);

    internal string Source { get; set; } = "";

    internal long Received { get; set; }

    internal long this[string account] => Accounts.GetValueOrDefault(account);
}

/// <summary>A payment of an award as the model keeps it.</summary>
internal sealed record Payment(string Kind, string Id, long Fen, string Fund, string State, string? Batch = null, string? Line = null);

/// <summary>An award as the model keeps it.</summary>
internal sealed class BookedAward
{
    internal string Enterprise { get; set; } = "";

    internal long? Entitlement { get; set; }

    internal long AdvancePayable { get; set; }

    internal List<Payment> Payments { get; } = [];

    internal long Demanded { get; set; }

    internal long Repaid { get; set; }

    internal long WrittenOff { get; set; }

    /// <summary>What was demanded back, by fund.</summary>
    internal Dictionary<string, long> DemandedOf { get; } = new(StringComparer.Ordinal);

    internal string IdOfNext(string kind) => Payments.Count(p => p.Kind == kind) is > 0 and var before ? $"{kind}-{before + 1}" : kind;

    internal long Paid => Payments.Where(p => p.State == "paid").Sum(p => p.Fen);

    internal long Open => Payments.Where(p => p.State is "held" or "approved" or "frozen").Sum(p => p.Fen);
}

/// <summary>A batch as the model keeps it: each line and what became of it.</summary>
internal sealed class BookedBatch
{
    internal string State { get; set; } = "created";

    internal Dictionary<string, (string Award, long Fen, string State)> Lines { get; } = new(StringComparer.Ordinal);
}

/// <summary>
/// The model: Funding's log read from the first entry to the last by one thread, with no line of the product's own code. It keeps the books anew
/// and names every entry after which they do not hold.
/// </summary>
internal sealed class ReplayFunding(Verdict verdict)
{
    private const string Check = "the books hold";

    /// <summary>龙工信规〔2025〕2号: no enterprise gets more than 45万元.</summary>
    private const long CapFen = 450_000_00;

    private static readonly Dictionary<string, string> PoolOfUse = new(StringComparer.Ordinal)
    {
        ["enterprise-renovation"] = "renovation",
        ["platforms-and-providers"] = "services",
        ["industrial-internet-platforms"] = "services",
        ["chain-transformation"] = "services",
        ["public-services"] = "services",
    };

    private readonly Dictionary<string, long> awardedTo = new(StringComparer.Ordinal);

    internal SortedDictionary<string, BookedFund> Funds { get; } = new(StringComparer.Ordinal);

    internal SortedDictionary<string, BookedAward> Awards { get; } = new(StringComparer.Ordinal);

    internal SortedDictionary<string, BookedBatch> Batches { get; } = new(StringComparer.Ordinal);

    internal void Replay(IEnumerable<LoggedEntry> log)
    {
        foreach (var e in log)
        {
            switch (e.Stream[..e.Stream.IndexOf('/', StringComparison.Ordinal)])
            {
                case "fund":
                    Fund(e);
                    break;
                case "award":
                    Award(e);
                    break;
                case "payment-batch":
                    Batch(e);
                    break;
                case "enterprise-award" when e.Type == "EnterpriseAwardReduced":
                    var left = awardedTo[e.Id] = awardedTo.GetValueOrDefault(e.Id) - e.Fen("amount");
                    Must(left >= 0, e, $"{e.Id} has {left} fen of awards left");
                    break;
                case "enterprise-award" when e.Type == "EnterpriseAwarded":
                    var sum = awardedTo[e.Id] = awardedTo.GetValueOrDefault(e.Id) + e.Fen("amount");
                    Must(sum <= CapFen, e, $"{e.Id} was awarded {sum} fen altogether");
                    break;
                default:
                    // Accounts and rule sets move no money.
                    break;
            }
        }

        Agree();
    }

    private void Fund(LoggedEntry e)
    {
        if (!Funds.TryGetValue(e.Id, out var fund))
        {
            Must(e.Type == "FundOpened", e, "a fund begins with its opening");
            fund = Funds[e.Id] = new() { Source = e.Text("source", "") };
            return;
        }

        var pool = e.Text("pool", "renovation");
        switch (e.Type)
        {
            case "FundReceived":
                Must(fund.Documents.Add(e.Text("document")), e, "the same document brought money twice");
                fund.Received += e.Fen("amount");
                Move($"source:{fund.Source}", "unallocated", e.Fen("amount"));
                break;
            case "FundSplit":
                foreach (var allocation in e.Json.GetProperty("allocations").EnumerateArray())
                {
                    Move("unallocated", $"pool:{PoolOfUse[allocation.GetProperty("use").GetString()!]}:available", LoggedEntry.FenOf(allocation.GetProperty("amount")));
                }

                break;
            case "FundsReserved":
                Hold($"{pool} award {e.Text("award")}", pool, e.Fen("amount"));
                break;
            case "ReservationPosted":
                Take($"{pool} award {e.Text("award")}", pool, "paid", e.Fen("amount"));
                break;
            case "ReservationVoided":
                Take($"{pool} award {e.Text("award")}", pool, "available", e.Fen("amount"));
                break;
            case "PaymentReturned":
                fund.Held[$"{pool} award {e.Text("award")}"] = fund.Held.GetValueOrDefault($"{pool} award {e.Text("award")}") + e.Fen("amount");
                Move($"pool:{pool}:paid", $"pool:{pool}:reserved", e.Fen("amount"));
                break;
            case "RecoveryDue":
                Move($"pool:{pool}:paid", $"pool:{pool}:to-recover", e.Fen("amount"));
                break;
            case "RecoveryWrittenOff":
                Move($"pool:{pool}:to-recover", $"pool:{pool}:written-off", e.Fen("amount"));
                break;
            case "FundReturned":
                Must(fund.Documents.Add(e.Text("document")), e, "the same document moved money twice");
                var returned = e.Text("pool", "");
                Move(returned.Length == 0 ? "unallocated" : $"pool:{returned}:available", returned.Length == 0 ? "returned" : $"pool:{returned}:returned", e.Fen("amount"));
                break;
            case "FundCarriedOver":
                break;
            case "RecoveryReceived":
                Must(fund.Documents.Add(e.Text("document")), e, "the same document brought money twice");
                Move($"pool:{pool}:to-recover", $"pool:{pool}:available", e.Fen("amount"));
                break;
            case "EncumbranceReserved":
                Must(!fund.Held.ContainsKey(e.Text("reservation")), e, "the same reservation was made twice");
                Hold(e.Text("reservation"), "services", e.Fen("amount"));
                break;
            case "EncumbrancePosted":
                Take(e.Text("reservation"), "services", "paid", e.Fen("amount"));
                break;
            case "EncumbranceVoided":
                Take(e.Text("reservation"), "services", "available", e.Fen("amount"));
                break;
            case "VoucherReserved":
                Hold($"voucher/{e.Text("voucher")}", "services", e.Fen("amount"));
                break;
            case "VoucherPaid":
                Take($"voucher/{e.Text("root")}", "services", "paid", e.Fen("amount"));
                break;
            case "VoucherFreed":
                Take($"voucher/{e.Text("root")}", "services", "available", e.Fen("amount"));
                break;
            case "EncumbrancePostingRefused":
                break;
            default:
                verdict.Found(Check, $"{e}: the model knows no such event", e.CommandId.ToString("N"));
                break;
        }

        verdict.Count(Check, 1);

        void Hold(string reservation, string of, long fen)
        {
            fund.Held[reservation] = fund.Held.GetValueOrDefault(reservation) + fen;
            Move($"pool:{of}:available", $"pool:{of}:reserved", fen);
        }

        void Take(string reservation, string of, string to, long fen)
        {
            var left = fund.Held[reservation] = fund.Held.GetValueOrDefault(reservation) - fen;
            Must(left >= 0, e, $"the reservation {reservation} gave {-left} fen more than it held");
            Move($"pool:{of}:reserved", $"pool:{of}:{to}", fen);
        }

        void Move(string from, string to, long fen)
        {
            Must(fen > 0, e, $"{fen} fen were moved");
            fund.Accounts[from] = fund[from] + (from.StartsWith("source:", StringComparison.Ordinal) ? fen : -fen);
            fund.Accounts[to] = fund[to] + fen;
            Must(fund[from] >= 0, e, $"the account {from} of {e.Id} stands at {fund[from]} fen");
            var (debits, credits) = (fund.Accounts.Where(a => IsSource(a.Key)).Sum(a => a.Value), fund.Accounts.Where(a => !IsSource(a.Key)).Sum(a => a.Value));
            Must(debits == credits, e, $"debits are {debits} and credits {credits}");
        }
    }

    private void Award(LoggedEntry e)
    {
        var award = Awards.TryGetValue(e.Id, out var known) ? known : Awards[e.Id] = new();
        switch (e.Type)
        {
            case "AdvanceComputed":
                award.Enterprise = e.Text("enterprise");
                award.AdvancePayable = LoggedEntry.FenOf(e.Json.GetProperty("decision").GetProperty("payable"));
                break;
            case "AwardComputed":
                award.Enterprise = e.Text("enterprise");
                award.Entitlement = e.Json.GetProperty("decision").TryGetProperty("entitlement", out var due) && due.ValueKind == JsonValueKind.String ? LoggedEntry.FenOf(due) : 0;
                Must(award.Entitlement <= CapFen, e, $"{award.Entitlement} fen are above the cap");
                break;
            case "AdvanceApproved":
                Must(award.Open == 0, e, "a payment was approved while another is open");
                Must(e.Fen("amount") <= award.AdvancePayable, e, $"the advance is {e.Fen("amount")} fen, computed were {award.AdvancePayable}");
                award.Payments.Add(new("advance", award.IdOfNext("advance"), e.Fen("amount"), e.Text("fund"), "approved"));
                break;
            case "AdvanceWithdrawn":
                Last("approved", p => p with { State = "withdrawn" }, "advance");
                break;
            case "AwardApproved" when e.Fen("amount") > 0:
                Must(award.Open == 0, e, "a payment was approved while another is open");
                award.Payments.AddRange(Planned(e, award));
                Must(award.Open == e.Fen("amount"), e, $"the payments are {award.Open} fen, approved were {e.Fen("amount")}");
                Must(award.Paid + award.Open <= award.Entitlement, e, $"{award.Paid + award.Open} fen are paid or approved, the entitlement is {award.Entitlement}");
                break;
            case "TrancheFrozen":
                Last("approved", p => p with { State = "frozen", Batch = e.Text("batch"), Line = e.Text("line") });
                break;
            case "TrancheReleased":
                Last("frozen", p => p with { State = "approved", Batch = null, Line = null });
                break;
            case "TranchePaid":
                Last("frozen", p =>
                {
                    Must(p.Batch == e.Text("batch") && p.Line == e.Text("line") && p.Fen == e.Fen("amount"), e, $"paid was {e.Fen("amount")} fen in {e.Text("line")}, frozen {p.Fen} in {p.Line}");
                    return p with { State = "paid" };
                });
                break;
            case "TrancheReturned":
                Last("paid", p => p with { State = "approved", Batch = null, Line = null });
                break;
            case "ConditionConfirmed":
                One(e.Text("payment"), ["held"], p => p with { State = "approved" });
                break;
            case "OutcomeMeasured":
                One(e.Text("payment"), ["held"], p => p with { State = e.Json.GetProperty("reached").GetBoolean() ? "approved" : "held" });
                break;
            case "OutcomeDecided":
                One(e.Text("payment"), ["held"], p =>
                {
                    Must(p.Fen == e.Fen("paid") + e.Fen("freed"), e, $"{e.Fen("paid")} and {e.Fen("freed")} fen are not the {p.Fen} held");
                    return e.Fen("paid") > 0 ? p with { Fen = e.Fen("paid"), State = "approved" } : p with { State = "withdrawn" };
                });
                break;
            case "TrancheWithdrawn" or "TrancheExpired":
                One(e.Text("payment"), ["held", "approved"], p =>
                {
                    Must(p.Fen == e.Fen("amount"), e, $"{e.Fen("amount")} fen were freed of {p.Fen}");
                    return p with { State = "withdrawn" };
                });
                break;
            case "ClawbackDecided" when e.Json.TryGetProperty("parts", out var parts):
                foreach (var part in parts.EnumerateArray())
                {
                    Demand(part.GetProperty("fund").GetString()!, LoggedEntry.FenOf(part.GetProperty("amount")));
                }

                break;
            case "WriteOffDecided" when e.Json.TryGetProperty("parts", out var given):
                award.WrittenOff += given.EnumerateArray().Sum(part => LoggedEntry.FenOf(part.GetProperty("amount")));
                Must(award.Repaid + award.WrittenOff <= award.Demanded, e, $"{award.Repaid} fen came back and {award.WrittenOff} were written off of {award.Demanded} demanded");
                break;
            case "RecoveryDemanded":
                Demand(e.Text("fund"), e.Fen("amount"));
                break;
            case "RecoveryRepaid":
                award.Repaid += e.Fen("amount");
                Must(award.Repaid <= award.Demanded, e, $"{award.Repaid} fen came back of {award.Demanded} demanded");
                break;
            default:
                // Publicity, objections, refusals, closing: no money moves.
                break;
        }

        verdict.Count(Check, 1);

        // A payment by its name, or, in entries from the time of one payment of a kind, the last of the kind.
        void Last(string from, Func<Payment, Payment> change, string? kind = null)
        {
            var named = e.Text("payment", "");
            var at = named.Length > 0 ? award.Payments.FindIndex(p => p.Id == named) : award.Payments.FindLastIndex(p => p.Kind == (kind ?? e.Text("tranche")));
            Change(at, [from], change);
        }

        void One(string id, string[] from, Func<Payment, Payment> change) => Change(award.Payments.FindIndex(p => p.Id == id), from, change);

        void Change(int at, string[] from, Func<Payment, Payment> change)
        {
            Must(at >= 0 && from.Contains(award.Payments[at].State), e, $"the payment is {(at < 0 ? "not there" : award.Payments[at].State)} and not {string.Join(" or ", from)}");
            if (at >= 0)
            {
                award.Payments[at] = change(award.Payments[at]);
            }
        }

        void Demand(string fund, long fen)
        {
            award.Demanded += fen;
            award.DemandedOf[fund] = award.DemandedOf.GetValueOrDefault(fund) + fen;
            Must(award.Demanded <= award.Paid, e, $"{award.Demanded} fen are demanded back of {award.Paid} paid");
        }
    }

    /// <summary>The payments of an approval: those of its plan, or one of the whole.</summary>
    private static IEnumerable<Payment> Planned(LoggedEntry e, BookedAward award) => e.Json.TryGetProperty("tranches", out var planned)
        ? planned.EnumerateArray().Select(p => new Payment(
            "final", p.GetProperty("id").GetString()!, LoggedEntry.FenOf(p.GetProperty("amount")), p.GetProperty("fund").GetString()!,
            p.TryGetProperty("condition", out var condition) && (condition.TryGetProperty("requires", out _) || condition.TryGetProperty("outcome", out _)) ? "held" : "approved"))
        : [new("final", award.IdOfNext("final"), e.Fen("amount"), e.Text("fund"), "approved")];

    private void Batch(LoggedEntry e)
    {
        var batch = Batches.TryGetValue(e.Id, out var known) ? known : Batches[e.Id] = new();
        switch (e.Type)
        {
            case "PaymentBatchCreated":
            case "PaymentBatchExtended":
                foreach (var line in e.Json.GetProperty("lines").EnumerateArray())
                {
                    Must(
                        batch.Lines.TryAdd(line.GetProperty("line").GetString()!, (line.GetProperty("award").GetString()!, LoggedEntry.FenOf(line.GetProperty("amount")), "frozen")), e, "a line stands twice");
                }

                break;
            case "PaymentBatchChecked":
            case "PaymentBatchApproved":
                Must(batch.State == "created", e, $"the batch is {batch.State} already");
                batch.State = e.Type == "PaymentBatchChecked" ? batch.State : e.Json.GetProperty("count").GetInt32() == 0 ? "completed" : "approved";
                foreach (var check in e.Json.GetProperty("checks").EnumerateArray())
                {
                    var blocked = check.TryGetProperty("blockedBy", out var by) && by.ValueKind == JsonValueKind.String;
                    Settle(check.GetProperty("line").GetString()!, "frozen", blocked ? "blocked" : "to-pay");
                }

                break;
            case "PaymentBatchCancelled":
                Must(batch.State == "created", e, $"the batch is {batch.State} already");
                batch.State = "cancelled";
                break;
            case "BankResultImported":
            case "BankResultContinued":
                foreach (var result in e.Json.GetProperty("results").EnumerateArray())
                {
                    Settle(result.GetProperty("line").GetString()!, "to-pay", result.GetProperty("paid").GetBoolean() ? "paid" : "failed");
                }

                batch.State = batch.Lines.Values.Any(l => l.State == "to-pay") ? "approved" : "completed";
                break;
            default:
                // Refusals, and the file that somebody opened.
                break;
        }

        verdict.Count(Check, 1);

        void Settle(string line, string from, string to)
        {
            Must(batch.Lines.TryGetValue(line, out var now) && now.State == from, e, $"the line {line} is {now.State ?? "not there"} and not {from}");
            batch.Lines[line] = now with { State = to };
        }
    }

    /// <summary>Funds, awards and batches say the same of the same money.</summary>
    private void Agree()
    {
        foreach (var (id, fund) in Funds)
        {
            var of = Awards.SelectMany(a => a.Value.Payments.Select(p => (Award: a, Payment: p))).Where(p => p.Payment.Fund == id).ToList();
            var (open, paid) = (of.Where(p => p.Payment.State is "held" or "approved" or "frozen").Sum(p => p.Payment.Fen), of.Where(p => p.Payment.State == "paid").Sum(p => p.Payment.Fen));
            var demanded = Awards.Values.Sum(a => a.DemandedOf.GetValueOrDefault(id));
            verdict.Must(fund["pool:renovation:reserved"] == open, Check, () => $"{id}: reserved are {fund["pool:renovation:reserved"]} fen, awards have {open} open");
            verdict.Must(fund["pool:renovation:paid"] == paid - demanded, Check, () => $"{id}: paid are {fund["pool:renovation:paid"]} fen, awards say {paid} less {demanded} demanded back");
            foreach (var pool in new[] { "renovation", "services" })
            {
                var held = fund.Held.Where(h => pool == "renovation" == h.Key.StartsWith("renovation ", StringComparison.Ordinal)).Sum(h => h.Value);
                verdict.Must(fund[$"pool:{pool}:reserved"] == held, Check, () => $"{id}: {pool} has {fund[$"pool:{pool}:reserved"]} fen reserved, the reservations hold {held}");
            }
        }

        foreach (var (line, times) in Batches.SelectMany(b => b.Value.Lines.Where(l => l.Value.State == "paid")).GroupBy(l => l.Key).Select(g => (g.Key, g.Count())))
        {
            verdict.Must(times == 1, Check, () => $"the line {line} was paid {times} times");
        }

        var settled = Batches.SelectMany(b => b.Value.Lines.Values).Where(l => l.State == "paid").Sum(l => l.Fen);
        var received = Awards.Values.Sum(a => a.Paid);
        verdict.Must(settled == received, Check, () => $"the bank paid {settled} fen, awards received {received}");
    }

    private static bool IsSource(string account) => account.StartsWith("source:", StringComparison.Ordinal);

    private void Must(bool holds, LoggedEntry e, string otherwise)
    {
        if (!holds)
        {
            verdict.Found(Check, $"{e}: {otherwise}", e.CommandId.ToString("N"));
        }
    }
}
