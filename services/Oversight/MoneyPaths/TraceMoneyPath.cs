using System.Globalization;
using PilotCity.Defaults;

namespace PilotCity.Oversight.MoneyPaths;

/// <summary>
/// Makes the path from entries of Funding, in their order: fund received, split, reserved for an award, approved as payments, frozen in a batch's
/// line, paid by the bank; and returned, released, withdrawn, expired, to be recovered, recovered, written off. The awards of
/// <paramref name="shown"/> are followed payment by payment, all others of a fund stand together.
/// </summary>
/// <param name="whole">Whether every posting of the funds is among the entries; if not, the funds' own sums are not told.</param>
internal sealed class TraceMoneyPath(IReadOnlyList<Posting> postings, IReadOnlySet<string> shown, bool whole)
{
    private readonly FundBooks books = new();
    private readonly Dictionary<string, (StationKind Kind, string Name)> stations = new(StringComparer.Ordinal);
    private readonly List<Movement> movements = [];
    private readonly Dictionary<(string From, string To, string Kind), Sum> together = [];
    private readonly Dictionary<(string Award, string Payment), Tranche> tranches = [];
    private readonly Dictionary<string, Tranche> lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> lastOfKind = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> enterprises = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> payees = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> sources = new(StringComparer.Ordinal);
    private readonly List<OutsideTheBooks> outside = [];

    /// <summary>What else tells of an award's movement: the fund's posting of the same command.</summary>
    private readonly ILookup<(Guid Command, string Of, string Type), EntryPlace> booked = postings
        .Where(p => p.Category == "fund" && p.Word("award") is { } award && shown.Contains(award))
        .ToLookup(p => (p.Entry.CommandId, $"{p.Word("award")} {p.Word("line")} {p.Id}", p.Type), p => p.Place);

    /// <summary>And the bank's result and statement of the same line.</summary>
    private readonly ILookup<(string Line, string What), EntryPlace> told = postings
        .Where(p => p.Category == "payment-batch")
        .SelectMany(p => p.Type == "BatchBooked"
            ? p.Items("lines").Select(i => (Line: Posting.Word(i, "line") ?? "", What: Posting.Is(i, "returned") ? "returned" : "booked", p.Place))
            : p.Items("results").Select(i => (Line: Posting.Word(i, "line") ?? "", What: "result", p.Place)))
        .ToLookup(t => (t.Line, t.What), t => t.Place);

    /// <summary>A payment of an award on its way: what of it is still where.</summary>
    private sealed class Tranche(string award, string id, string fund, long amount)
    {
        public string Award => award;

        public string Fund => fund;

        public string Station => $"payment/{award}/{id}";

        /// <summary>Approved and in no line.</summary>
        public long Waiting { get; set; } = amount;

        /// <summary>What the payment is of; less where an outcome was not reached.</summary>
        public long Amount { get; set; } = amount;

        public string? Line { get; set; }

        public string? Payee { get; set; }

        public Dictionary<string, long> OnTheWay { get; } = new(StringComparer.Ordinal);
    }

    public MoneyPath Path(IReadOnlyList<Text> cut)
    {
        foreach (var posting in postings)
        {
            switch (posting.Category)
            {
                case "fund":
                    books.Post(posting);
                    OfFund(posting);
                    break;
                case "award":
                    OfAward(posting);
                    break;
                case "payment-batch":
                    outside.AddRange(posting.Items("unexpected").Select(u => new OutsideTheBooks(
                        posting.Id, Posting.Word(u, "line") ?? "", Posting.Word(u, "code") ?? "", Posting.Amount(u, "amount"), Posting.Is(u, "credit"), Posting.Word(u, "reference"), posting.Place)));
                    break;
            }
        }

        return Finish(cut);
    }

    private void OfFund(Posting p)
    {
        var (fund, award) = (p.Id, p.Word("award"));
        var (pool, amount) = (p.Word("pool") ?? (award is null ? "services" : "renovation"), p.Amount().Fen);
        var source = Source(fund);
        var (unallocated, of) = (At(FundBooks.Unallocated(fund), StationKind.Fund, fund), award is null ? "" : Others(fund, pool));
        switch (p.Type)
        {
            case "FundOpened":
                sources[fund] = p.Word("source") ?? "";
                break;
            case "FundReceived":
                Move(source, unallocated, "received", amount, p, p.Word("document"));
                break;
            case "FundReturned":
                Move(p.Word("pool") is { } from ? Pool(fund, from) : unallocated, source, "returned-to-source", amount, p, p.Word("document"));
                break;
            case "FundSplit":
                foreach (var to in p.Items("allocations").GroupBy(a => FundBooks.PoolOfUse(Posting.Word(a, "use"))))
                {
                    Move(unallocated, Pool(fund, to.Key), "split", to.Sum(a => Posting.Amount(a, "amount").Fen), p, string.Join(", ", to.Select(a => Posting.Word(a, "use"))));
                }

                break;
            case "FundsReserved" when shown.Contains(award!):
                enterprises[award!] = p.Word("enterprise") ?? "";
                Move(Pool(fund, pool), AwardOf(award!), "reserved", amount, p, null);
                break;
            case "FundsReserved":
                Together(Pool(fund, pool), of, "reserved", amount, p);
                break;
            case "ReservationVoided" or "RecoveryReceived" when !shown.Contains(award!):
                Together(of, Pool(fund, pool), p.Type == "ReservationVoided" ? "freed" : "recovered", amount, p);
                break;
            case "VoucherReserved" or "EncumbranceReserved":
                Together(Pool(fund, pool), Outside(p, fund), "reserved", amount, p);
                break;
            case "VoucherFreed" or "EncumbranceVoided":
                Together(Outside(p, fund), Pool(fund, pool), "freed", amount, p);
                break;
            case "VoucherPaid" or "EncumbrancePosted":
                var account = FundBooks.Outside(p, fund);
                Together(Outside(p, fund), At($"{account}/paid", StationKind.Paid, account.Split('/')[0]), "paid", amount, p);
                break;
        }
    }

    private void OfAward(Posting p)
    {
        var award = p.Id;
        switch (p.Type)
        {
            case "AdvanceApproved":
                Approve(p, award, NextId(award, "advance"), p.Word("fund") ?? "", p.Amount().Fen, null);
                break;
            case "AwardApproved" when p.Items("tranches").Any():
                foreach (var t in p.Items("tranches").ToArray())
                {
                    Approve(p, award, Posting.Word(t, "id") ?? "", Posting.Word(t, "fund") ?? "", Posting.Amount(t, "amount").Fen, Posting.Word(t, "payee"));
                    lastOfKind[$"{award} final"] = Posting.Word(t, "id") ?? "";
                }

                break;
            case "AwardApproved" when p.Amount().Fen > 0:
                Approve(p, award, NextId(award, "final"), p.Word("fund") ?? "", p.Amount().Fen, null);
                break;
            case "TrancheFrozen" when Find(p, award) is { } t:
                var frozen = LineOf(p, t);
                t.Line = p.Word("line");
                t.Waiting -= p.Amount().Fen;
                t.OnTheWay[frozen] = t.OnTheWay.GetValueOrDefault(frozen) + p.Amount().Fen;
                Move(t.Station, frozen, "frozen", p.Amount().Fen, p, p.Word("batch"));
                break;
            case "TrancheReleased" when Find(p, award) is { } t:
                var released = LineOf(p, t);
                var back = t.OnTheWay.GetValueOrDefault(released);
                t.OnTheWay[released] = 0;
                t.Waiting += back;
                Move(released, t.Station, p.Word("code") == "bank.failed" ? "failed" : "released", back, p, p.Word("reason") ?? p.Word("code"), told[(p.Word("line") ?? "", "result")]);
                break;
            case "TranchePaid" when Find(p, award) is { } t:
                var paid = LineOf(p, t);
                t.OnTheWay[paid] = t.OnTheWay.GetValueOrDefault(paid) - p.Amount().Fen;
                payees.TryAdd(award, new(StringComparer.Ordinal));
                payees[award].Add(t.Payee ?? enterprises.GetValueOrDefault(award) ?? award);
                Move(paid, PaidOf(award), "paid", p.Amount().Fen, p, p.Word("reference"), [.. Booked(p, award, t.Fund, "ReservationPosted"), .. told[(p.Word("line") ?? "", "result")], .. told[(p.Word("line") ?? "", "booked")]]);
                break;
            case "TrancheReturned" when Find(p, award) is { } t:
                t.Waiting += p.Amount().Fen;
                Move(PaidOf(award), t.Station, "returned", p.Amount().Fen, p, p.Word("reason") ?? p.Word("reference"), [.. Booked(p, award, t.Fund, "PaymentReturned"), .. told[(p.Word("line") ?? "", "returned")]]);
                break;
            case "AdvanceWithdrawn" when Find(p, award, "advance") is { } t:
                Free(p, t, "withdrawn", p.Amount().Fen);
                break;
            case "TrancheWithdrawn" when Find(p, award) is { } t:
                Free(p, t, "withdrawn", p.Amount().Fen);
                break;
            case "TrancheExpired" when Find(p, award) is { } t:
                Free(p, t, "expired", p.Amount().Fen);
                break;
            case "OutcomeDecided" when Find(p, award) is { } t && p.Amount("freed").Fen > 0:
                Free(p, t, "outcome-missed", p.Amount("freed").Fen);
                break;
            case "RecoveryDemanded":
                Move(PaidOf(award), RecoveryOf(award), "due", p.Amount().Fen, p, null, Booked(p, award, p.Word("fund"), "RecoveryDue"));
                break;
            case "ClawbackDecided":
                foreach (var part in p.Items("parts"))
                {
                    Move(PaidOf(award), RecoveryOf(award), "clawed-back", Posting.Amount(part, "amount").Fen, p, p.Word("document"), Booked(p, award, Posting.Word(part, "fund"), "RecoveryDue"));
                }

                break;
            case "RecoveryRepaid":
                var fund = p.Word("fund") ?? tranches.Where(t => t.Key.Award == award).Select(t => t.Value.Fund).FirstOrDefault() ?? "";
                Move(RecoveryOf(award), Pool(fund, books.PoolOf(award, fund)), "recovered", p.Amount().Fen, p, p.Word("document"), Booked(p, award, fund, "RecoveryReceived"));
                break;
            case "WriteOffDecided":
                foreach (var part in p.Items("parts"))
                {
                    Move(RecoveryOf(award), At(FundBooks.WrittenOff(award), StationKind.WrittenOff, award), "written-off", Posting.Amount(part, "amount").Fen, p, p.Word("document"), Booked(p, award, Posting.Word(part, "fund"), "RecoveryWrittenOff"));
                }

                break;
        }
    }

    private void Approve(Posting p, string award, string id, string fund, long amount, string? payee)
    {
        var tranche = tranches[(award, id)] = new(award, id, fund, amount) { Payee = payee };
        Move(AwardOf(award), At(tranche.Station, StationKind.Payment, $"{award} {id}"), "approved", amount, p, p.Word("planNumber"), Booked(p, award, fund, "FundsReserved"));
    }

    /// <summary>Approved money that is not paid any more goes back to the pool it was reserved on.</summary>
    private void Free(Posting p, Tranche t, string kind, long amount)
    {
        t.Waiting -= amount;
        Move(t.Station, Pool(t.Fund, books.PoolOf(t.Award, t.Fund)), kind, amount, p, p.Word("reason"), Booked(p, t.Award, t.Fund, "ReservationVoided"));
    }

    /// <summary>As Funding numbers them: <c>final</c>, <c>final-2</c>, …</summary>
    private string NextId(string award, string kind)
    {
        var before = tranches.Keys.Count(k => k.Award == award && k.Payment.StartsWith(kind, StringComparison.Ordinal));
        return lastOfKind[$"{award} {kind}"] = before == 0 ? kind : string.Create(CultureInfo.InvariantCulture, $"{kind}-{before + 1}");
    }

    /// <summary>The payment that an entry names; entries from before payments had names mean the last of their kind.</summary>
    private Tranche? Find(Posting p, string award, string? kind = null) =>
        tranches.GetValueOrDefault((award, p.Word("payment") ?? lastOfKind.GetValueOrDefault($"{award} {kind ?? p.Word("tranche") ?? "final"}") ?? ""));

    private string LineOf(Posting p, Tranche t)
    {
        var line = p.Word("line") ?? "";
        lines[$"line/{line}"] = t;
        return At($"line/{line}", StationKind.Line, line);
    }

    private IEnumerable<EntryPlace> Booked(Posting p, string award, string? fund, string type) => booked[(p.Entry.CommandId, $"{award} {p.Word("line")} {fund}", type)];

    private string Source(string fund) => At($"source/{fund}", StationKind.Source, sources.GetValueOrDefault(fund, "source"));

    private string Pool(string fund, string pool) => At(FundBooks.Available(fund, pool), StationKind.Pool, pool);

    private string AwardOf(string award) => At($"award/{award}", StationKind.Award, award);

    private string PaidOf(string award) => At(FundBooks.Paid(award), StationKind.Paid, award);

    private string RecoveryOf(string award) => At(FundBooks.Due(award), StationKind.Recovery, award);

    private static string Others(string fund, string pool) => $"others/{fund}/{pool}";

    private string Outside(Posting p, string fund)
    {
        var account = FundBooks.Outside(p, fund);
        return At(account, account.StartsWith("vouchers", StringComparison.Ordinal) ? StationKind.Vouchers : StationKind.Contracts, fund);
    }

    private string At(string id, StationKind kind, string name)
    {
        stations.TryAdd(id, (kind, name));
        return id;
    }

    private void Move(string from, string to, string kind, long fen, Posting p, string? reference, IEnumerable<EntryPlace>? further = null) =>
        movements.Add(new(from, to, kind, new(fen), p.Entry.At, reference, 1, [p.Place, .. further ?? []]));

    /// <summary>One movement for all of these: their sum, the first entry and the last.</summary>
    private void Together(string from, string to, string kind, long fen, Posting p)
    {
        foreach (var station in new[] { from, to })
        {
            if (station.StartsWith("others/", StringComparison.Ordinal) && !stations.ContainsKey(station))
            {
                At(station, StationKind.Others, station.Split('/')[^1]);
            }
        }

        if (!together.TryGetValue((from, to, kind), out var sum))
        {
            together[(from, to, kind)] = sum = new(movements.Count);
            Move(from, to, kind, fen, p, null);
        }

        (sum.Fen, sum.Count, sum.Last) = (sum.Fen + fen, sum.Count + 1, p);
    }

    /// <summary>What stands together in one movement: which it is, how much and how many so far, and the last of them.</summary>
    private sealed class Sum(int movement)
    {
        public int Movement => movement;

        public long Fen { get; set; }

        public int Count { get; set; }

        public Posting? Last { get; set; }
    }

    private MoneyPath Finish(IReadOnlyList<Text> cut)
    {
        foreach (var sum in together.Values.Where(s => s.Count > 1))
        {
            var first = movements[sum.Movement];
            movements[sum.Movement] = first with { Amount = new(sum.Fen), At = sum.Last!.Entry.At, Count = sum.Count, Entries = [first.Entries[0], sum.Last.Place] };
        }

        var (into, from) = (movements.ToLookup(m => m.To, StringComparer.Ordinal), movements.ToLookup(m => m.From, StringComparer.Ordinal));
        var found = stations.Select(s =>
        {
            var (i, o) = (into[s.Key].Sum(m => m.Amount.Fen), from[s.Key].Sum(m => m.Amount.Fen));
            var remaining = Remaining(s.Key, s.Value.Kind);
            return new Station(s.Key, s.Value.Kind, NameOf(s.Key, s.Value.Kind, s.Value.Name), new(i), new(o), remaining is { } r ? new Money(r) : null, remaining is null ? null : i == o + remaining);
        }).ToArray();
        return new([.. shown.Order(StringComparer.Ordinal)], found.All(s => s.Agrees != false), found, movements, outside, cut);
    }

    private string NameOf(string id, StationKind kind, string name) =>
        kind == StationKind.Paid && payees.TryGetValue(name, out var to) ? string.Join(", ", to)
        : kind == StationKind.Award && enterprises.TryGetValue(name, out var enterprise) && enterprise.Length > 0 ? $"{name} {enterprise}"
        : kind == StationKind.Source ? sources.GetValueOrDefault(id["source/".Length..], name)
        : name;

    /// <summary>What is there by another account than the movements': the funds' books, or the state of the payment.</summary>
    private long? Remaining(string id, StationKind kind) => kind switch
    {
        StationKind.Source => null,
        StationKind.Fund or StationKind.Pool or StationKind.Vouchers or StationKind.Contracts => whole ? books[id] : null,
        StationKind.Others => whole && id.Split('/') is [_, var fund, var pool] ? books.OfOthers(fund, pool, shown) : null,
        StationKind.Award when id["award/".Length..] is var award => books[FundBooks.Held(award)] - tranches.Where(t => t.Key.Award == award).Sum(t => t.Value.Waiting + t.Value.OnTheWay.Values.Sum()),
        StationKind.Award => null,
        StationKind.Payment => tranches.Values.First(t => t.Station == id).Waiting,
        StationKind.Line => lines[id].OnTheWay.GetValueOrDefault(id),
        StationKind.Paid when id.EndsWith("/paid", StringComparison.Ordinal) => whole ? books[id] : null,
        StationKind.Paid or StationKind.Recovery or StationKind.WrittenOff => books[id],
    };
}
