using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PilotCity.Contracts.Funding.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding;
using PilotCity.Funding.Funds;

namespace PilotCity.Bench;

/// <summary>
/// What hashing, chaining and read models cost: the same postings into Funding's log on PostgreSQL, with them and without, in turns. In this
/// process and with nothing else around, where the share that they have is largest.
/// </summary>
internal static class CostOfSafety
{
    internal const string Row = "safety";

    private const int Together = 1_000;

    /// <summary>What the log keeps of a batch of which nothing was refused.</summary>
    private const string Accepted = """{"refused":[]}""";

    private static readonly Actor Officer = new(Role.FinanceOfficer, "bench-1", "350800-finance");

    internal static async Task<IReadOnlyList<Figure>> Measure(BenchCity city, Plan plan, CancellationToken ct)
    {
        await using var safe = await Open(city, "bench_safe", seals: true, ct);
        await using var bare = await Open(city, "bench_bare", seals: false, ct);
        await Run(safe, plan.WarmUp, ct);
        await Run(bare, plan.WarmUp, ct);
        var (with, without, cores) = (new List<double>(), new List<double>(), "");
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var start = CoreTime.Now();
            with.Add(await Run(safe, plan.Window / 2, ct));
            var between = CoreTime.Now();
            without.Add(await Run(bare, plan.Window / 2, ct));
            cores = $"core µs a posting: {between.Since(start, (long)(with[^1] * plan.Window.TotalSeconds / 2))}; without: {CoreTime.Now().Since(between, (long)(without[^1] * plan.Window.TotalSeconds / 2))}";
            plan.Say($"round {round}: {with[^1]:0} postings/s hashed, chained and listed, {without[^1]:0} without; {cores}");
        }

        return
        [
            new(Row, "postings/s into the log with hashing, chaining and read models", Durations.Median(with), "1/s")
            {
                Against = "the same without all three",
                Other = Durations.Median(without),
                RatioMin = 0.8,
                Goal = "≥ 0.8",
                Note = cores,
            },
        ];
    }

    private static async Task<ServiceLog> Open(BenchCity city, string database, bool seals, CancellationToken ct)
    {
        await using (var server = NpgsqlDataSource.Create(city.Postgres))
        {
            await using var create = server.CreateCommand($"CREATE DATABASE {database}");
            await create.ExecuteNonQueryAsync(ct);
        }

        var shape = FundingService.Shape;
        var log = new ServiceLog(
            shape.Name, LogDatabase.Open(new NpgsqlConnectionStringBuilder(city.Postgres) { Database = database }.ToString()),
            shape.Nouns, seals ? shape.ReadModels : [], TimeProvider.System, NullLogger.Instance)
        {
            Seals = seals,
        };
        await log.Start(ct);
        var amount = Money.OfYuan(1_000_000_000);
        await log.Do(
            Command((_, _) => Decision.Accept(
                Fund.Noun.StreamOf(BenchCity.HotFund),
                new FundOpened("测速资金", FundSource.Provincial, amount), new FundReceived("1号", amount), new FundSplit([new(FundUse.PublicServices, amount)]))),
            ct);
        return log;
    }

    private static async Task<double> Run(ServiceLog log, TimeSpan window, CancellationToken ct)
    {
        var done = 0L;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < window)
        {
            var id = Guid.CreateVersion7();
            await Post(id, Enumerable.Range(0, Together).Select(_ => new PostItem { Reserve = new() { Use = Use.PublicServices, AmountFen = 1, Reference = "HT-2026-0001" } }));
            await Post(Guid.CreateVersion7(), Enumerable.Range(0, Together).Select(i => new PostItem { Void = new() { Reservation = $"{ReserveFunds.IdOf(id)}-{i}", Reason = "合同终止" } }));
        }

        return done / watch.Elapsed.TotalSeconds;

        async Task Post(Guid id, IEnumerable<PostItem> batch)
        {
            var items = batch.ToArray();
            var answer = await log.Do(Command((streams, at) => LedgerGrpc.Decide(streams.Get(Fund.Noun, BenchCity.HotFund), id, items, Officer, at), id), ct);
            done += answer.Body == Accepted ? items.Length : throw new InvalidOperationException(answer.Fault?.Message.En ?? answer.Body);
        }
    }

    private static Command Command(Func<Streams, DateTimeOffset, Decision> decide, Guid? id = null)
    {
        var command = id ?? Guid.CreateVersion7();
        return new() { City = BenchCity.Code, Id = command, Actor = Officer, Input = command.ToByteArray(), Streams = [Fund.Noun.StreamOf(BenchCity.HotFund)], Decide = decide };
    }
}
