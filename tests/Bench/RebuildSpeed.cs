using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Registry;
using PilotCity.Registry.Enterprises;
using PilotCity.Registry.PilotLists;

namespace PilotCity.Bench;

/// <summary>The list of a national programme's enterprises made again from Registry's log, beside COPY of the finished rows into an empty table of the same shape.</summary>
internal static class RebuildSpeed
{
    internal const string Row = "rebuild";

    internal static async Task<IReadOnlyList<Figure>> Measure(BenchCity city, Plan plan, CancellationToken ct)
    {
        await using (var server = NpgsqlDataSource.Create(city.Postgres))
        {
            await using var create = server.CreateCommand("CREATE DATABASE bench_rebuild");
            await create.ExecuteNonQueryAsync(ct);
        }

        var connection = new NpgsqlConnectionStringBuilder(city.Postgres) { Database = "bench_rebuild" }.ToString();
        var shape = RegistryService.Shape;
        await using var log = new ServiceLog(shape.Name, LogDatabase.Open(connection), shape.Nouns, shape.ReadModels, TimeProvider.System, NullLogger.Instance);
        await log.Start(ct);
        await Fill(log, plan.Enterprises, ct);
        plan.Say($"{plan.Enterprises} enterprises are in the log");

        await using var source = NpgsqlDataSource.Create(connection);
        var (rebuilt, copied, plain) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= plan.Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await new Rebuild(log).AllModels(null, ct);
            var own = plan.Enterprises / watch.Elapsed.TotalSeconds;
            var whole = await Copy(source, "CREATE TABLE copied (LIKE rm_enterprise INCLUDING ALL)", plan.Enterprises, ct);
            var bare = await Copy(source, "CREATE TABLE copied (LIKE rm_enterprise)", plan.Enterprises, ct);
            plan.Say($"rebuilt {own:0} rows/s, copied {whole:0} with its indexes, {bare:0} without");

            // The first is the warm-up.
            if (round > 0)
            {
                rebuilt.Add(own);
                copied.Add(whole);
                plain.Add(bare);
            }
        }

        return
        [
            new(Row, "rows of a read model rebuilt from the log", Durations.Median(rebuilt), "rows/s")
            {
                Against = "COPY of the same rows into an empty table with the same indexes",
                Other = Durations.Median(copied),
                RatioMin = 0.2,
                Goal = "≥ 0.2 ×",
                Note = $"{plan.Enterprises} rows; COPY into a table without indexes {Durations.Median(plain):0} rows/s, ratio {Durations.Median(rebuilt) / Durations.Median(plain):0.00}",
            },
        ];
    }

    private static async Task Fill(ServiceLog log, int enterprises, CancellationToken ct)
    {
        var facts = new EnterpriseFacts(
            "龙岩样本机械有限公司", "新罗区", "350802", "专用设备", "C35", 120, Money.OfYuan(80_000_000), Money.OfYuan(60_000_000), true, new(2015, 3, 1), DayPrecision.Day,
            Size: Size.Medium, SizeClause: "工信部联企业〔2011〕300号 四（二）");
        var actor = new Actor(Role.BureauOfficer, "bench-1", "350800-bureau");
        const int together = 2_000;
        for (var first = 0; first < enterprises; first += together)
        {
            await Task.WhenAll(Enumerable.Range(first, Math.Min(together, enterprises - first)).Select(i => $"9135{i:00000000000000}").Select(uscc =>
            {
                var stream = Enterprise.Noun.StreamOf(uscc);
                return log.Do(
                    new Command
                    {
                        City = BenchCity.Code,
                        Id = Guid.CreateVersion7(),
                        Actor = actor,
                        Input = [],
                        Streams = [stream],
                        Decide = (_, _) => Decision.Accept(stream, new EnterpriseListed(uscc, "2025-1", new(2025, 6, 1), facts with { Name = $"{facts.Name}{uscc[^6..]}" })),
                    },
                    ct);
            }));
        }
    }

    private static async Task<double> Copy(NpgsqlDataSource source, string create, int rows, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await Run($"DROP TABLE IF EXISTS copied; {create}");
        using var content = new MemoryStream();
        await using (var export = await connection.BeginRawBinaryCopyAsync("COPY rm_enterprise TO STDOUT (FORMAT BINARY)", ct))
        {
            await export.CopyToAsync(content, ct);
        }

        content.Position = 0;
        var watch = Stopwatch.StartNew();
        await using (var import = await connection.BeginRawBinaryCopyAsync("COPY copied FROM STDIN (FORMAT BINARY)", ct))
        {
            await content.CopyToAsync(import, ct);
        }

        return rows / watch.Elapsed.TotalSeconds;

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
