using System.Data.Common;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.MoneyPaths;

/// <summary>
/// The path of money from its source to the bank's result, of a fund, an award, a payment batch, one of its lines, or an enterprise, now or at
/// <c>asOf</c>: stations and movements, each movement with the entries that it stands on, and at each station what came in, went out and is there. As a page, PDF or JSON by <c>Accept</c>.
/// Faults: <c>money_path.subject</c>, <c>money_path.unknown</c>.
/// </summary>
internal static class ReadMoneyPath
{
    /// <summary>Awards that are followed payment by payment: a picture of more is none.</summary>
    internal const int AwardsMax = 12;

    /// <summary>Movements of one answer; beyond it fewer awards are followed.</summary>
    internal const int MovementsMax = 1_000;

    /// <summary>Postings of a fund that are all read: a city of 800 enterprises has some 5,000, and more would take longer than anybody waits.</summary>
    internal const int FundEntriesMax = 10_000;

    /// <summary>Entries of the awards and batches of one answer.</summary>
    private const int EntriesMax = 5_000;

    private static readonly string[] Subjects = ["fund", "award", "batch", "payment", "enterprise"];

    internal static void Map(Routes routes) => routes.Get("/money-path", Officials.All, async (request, ct) =>
    {
        var asked = Subjects.Select(s => (Kind: s, Id: request.Query(s) ?? "")).Where(s => s.Id.Length > 0).ToArray();
        if (asked is not [var (kind, id)])
        {
            return SubjectWrong;
        }

        var path = await Read(request.Log.Database, request.City, kind, id, request.AsOf is { } at ? Instant.Micros(at) : long.MaxValue, ct);
        if (path is null)
        {
            return Unknown(kind, id);
        }

        return Printed.Preferred(request.Header("Accept")) == "application/json"
            ? path
            : (object)Printed.AsAsked(request, "money-path", DescribeMoneyPath.Sheet(path, kind, id, request.Language));
    });

    /// <summary>The path; null where the log knows nothing of it at that moment.</summary>
    /// <param name="fundEntriesMax">How many postings of its funds are all read.</param>
    internal static async Task<MoneyPath?> Read(LogDatabase database, string city, string kind, string id, long asOf, CancellationToken ct, int fundEntriesMax = FundEntriesMax)
    {
        await using var connection = await database.Connect(ct);
        var source = new Source(database, connection, city, asOf, fundEntriesMax);
        var (awards, more) = await source.Awards(kind, id, ct);
        if (awards.Count == 0 && (kind != "fund" || (await source.Streams([$"fund/{id}"], 1, ct)).Count == 0))
        {
            return null;
        }

        for (var most = awards.Count; ; most /= 2)
        {
            var shown = awards.Take(most).ToHashSet(StringComparer.Ordinal);
            var path = await Follow(source, kind == "fund" ? id : null, shown, more || most < awards.Count, ct);
            if (path.Movements.Count <= MovementsMax || most <= 1)
            {
                return path;
            }
        }
    }

    private static async Task<MoneyPath> Follow(Source source, string? fund, HashSet<string> shown, bool others, CancellationToken ct)
    {
        var postings = await source.Streams([.. shown.Select(a => $"award/{a}")], EntriesMax, ct);
        var funds = postings.SelectMany(FundsOf).Concat(fund is null ? [] : [fund]).Distinct(StringComparer.Ordinal).ToArray();
        var batches = postings.Where(p => p.Type == "TrancheFrozen").Select(p => $"payment-batch/{p.Word("batch")}").Distinct(StringComparer.Ordinal).ToArray();
        var told = await source.Streams(batches, EntriesMax, ct);
        var (booked, whole) = await source.Funds(funds, shown, ct);
        var cut = new List<Text>();
        if (others)
        {
            cut.Add(new($"逐笔列出 {shown.Count} 项奖补，其余合并列示；可用 award= 单独查询。", $"{shown.Count} awards are followed payment by payment, the others stand together; ask for one with award=."));
        }

        if (!whole)
        {
            cut.Add(new($"资金的记账超过 {FundEntriesMax} 条，未列出其他奖补，也未核对资金与用途池的余额。", $"The funds have more than {FundEntriesMax} postings: other awards are left out, and the sums of funds and pools are not checked."));
        }

        if (postings.Count == EntriesMax || told.Count == EntriesMax)
        {
            cut.Add(new($"奖补和批次的记录只读取了前 {EntriesMax} 条。", $"Of the entries of awards and batches the first {EntriesMax} were read."));
        }

        Posting[] all = [.. postings.Concat(told).Concat(booked).OrderBy(p => p.Place.Index)];
        var path = new TraceMoneyPath(all, shown, whole).Path(cut);

        // A batch holds lines of other awards too; what the bank said of them is theirs.
        var lines = path.Stations.Where(s => s.Kind == StationKind.Line).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var posting in all)
        {
            posting.Dispose();
        }

        return path with { OutsideTheBooks = [.. path.OutsideTheBooks.Where(o => lines.Contains(o.Line))] };
    }

    private static IEnumerable<string> FundsOf(Posting posting) =>
        posting.Type is "AdvanceApproved" or "AwardApproved"
            ? posting.Items("tranches").Select(t => Posting.Word(t, "fund")).Append(posting.Word("fund")).OfType<string>().Where(f => f.Length > 0)
            : [];

    /// <summary>Funding's entries as Oversight has them, up to an instant.</summary>
    private sealed class Source(LogDatabase database, DbConnection connection, string city, long asOf, int fundEntriesMax)
    {
        // Streams of these names are Funding's alone. The sum in the order keeps a database from walking the whole tree for it instead of the streams.
        private const string Select = "SELECT idx, entry FROM leaf WHERE city = @city AND at_micros <= @asOf";
        private const string Order = "ORDER BY idx + 0 LIMIT @limit";

        /// <summary>The awards that the question is about, and whether there are more than are followed.</summary>
        public async Task<(IReadOnlyList<string> Awards, bool More)> Awards(string kind, string id, CancellationToken ct)
        {
            if (kind == "award")
            {
                var found = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                    "SELECT COUNT(*) FROM (SELECT 1 FROM leaf WHERE city = @city AND stream = @stream AND at_micros <= @asOf LIMIT 1) found", new { city, stream = $"award/{id}", asOf }, cancellationToken: ct));
                return (found > 0 ? [id] : [], false);
            }

            // The newest of a fund or an enterprise first: a reader of a long list looks for what is under way. Seldom more than the first page is needed.
            for (var page = EntriesMax / 25; ; page = Math.Min(page * 5, EntriesMax))
            {
                var streams = (await connection.QueryAsync<string>(new CommandDefinition(
                    """
                    SELECT l.stream FROM (SELECT city, idx FROM subject WHERE city = @city AND kind = @kind AND id = @id AND at_micros <= @asOf ORDER BY at_micros DESC, idx DESC LIMIT @page) s
                    JOIN leaf l ON l.city = s.city AND l.idx = s.idx
                    WHERE l.service = 'funding' AND l.stream LIKE 'award/%' GROUP BY l.stream ORDER BY MAX(l.idx) DESC LIMIT @limit
                    """,
                    new { city, kind, id, asOf, page, limit = AwardsMax + 1 },
                    cancellationToken: ct))).AsList();
                if (streams.Count > AwardsMax || page == EntriesMax)
                {
                    return ([.. streams.Take(AwardsMax).Select(s => s["award/".Length..])], streams.Count > AwardsMax);
                }
            }
        }

        public Task<List<Posting>> Streams(string[] streams, int limit, CancellationToken ct) =>
            streams.Length == 0 ? Task.FromResult(new List<Posting>()) : Query($"{Select} AND {database.In("stream", "@list")} {Order}", streams, [], limit, ct);

        /// <summary>The funds' postings: all, or where they are too many those that name the awards and those that fill the fund.</summary>
        public async Task<(List<Posting> Postings, bool Whole)> Funds(string[] funds, IReadOnlyCollection<string> awards, CancellationToken ct)
        {
            string[] streams = [.. funds.Select(f => $"fund/{f}")];
            if (streams.Length == 0)
            {
                return ([], true);
            }

            var count = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                $"SELECT COUNT(*) FROM (SELECT 1 FROM leaf WHERE city = @city AND {database.In("stream", "@list")} LIMIT {fundEntriesMax + 1}) counted", new { city, list = database.List(streams) }, cancellationToken: ct));
            if (count <= fundEntriesMax)
            {
                return (await Streams(streams, FundEntriesMax, ct), true);
            }

            var named = await connection.QueryAsync<long>(new CommandDefinition(
                $"SELECT idx FROM subject WHERE city = @city AND kind = 'award' AND {database.In("id", "@ids")} UNION SELECT idx FROM subject WHERE city = @city AND kind = 'type' AND id IN ('FundOpened', 'FundReceived', 'FundSplit', 'FundReturned') LIMIT {FundEntriesMax}",
                new { city, ids = database.List([.. awards]) },
                cancellationToken: ct));
            var postings = await Query($"{Select} AND {database.In("idx", "@ids")} {Order}", [], [.. named], FundEntriesMax, ct);
            return (postings.FindAll(p => streams.Contains(p.Entry.Stream, StringComparer.Ordinal)), false);
        }

        private async Task<List<Posting>> Query(string sql, string[] list, long[] ids, int limit, CancellationToken ct)
        {
            var rows = await connection.QueryAsync<(long Index, byte[] Bytes)>(new CommandDefinition(
                sql, new { city, asOf, list = database.List(list), ids = database.List(ids), limit }, cancellationToken: ct));
            return [.. rows.Select(r => Posting.Of(r.Index, r.Bytes)).OfType<Posting>().Where(p => p.Entry.Service == "funding")];
        }
    }

    private static readonly Fault SubjectWrong = new(FaultKind.Invalid, "money_path.subject", new(
        $"请指明一个查询对象：{string.Join('、', Subjects)} 之一，如 ?award=编号。", $"Say of what the path is asked, one of {string.Join(", ", Subjects)}, e.g. ?award=id."));

    private static Fault Unknown(string kind, string id) => new(FaultKind.NotFound, "money_path.unknown", new(
        $"日志中没有 {kind} {id} 的资金去向（刚发生的事项可能尚未收录，请稍后再试）。", $"The log knows no money of the {kind} '{id}' (what has just happened may not have been taken in yet; try again in a moment)."));
}
