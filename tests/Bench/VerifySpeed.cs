using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Verify;
using PilotCity.Testing;

namespace PilotCity.Bench;

/// <summary>How long <c>./city verify --log</c> takes over a data folder of this many entries: four logs, the tree over them, and its signed checkpoints.</summary>
internal static class VerifySpeed
{
    internal const string Row = "verify";

    private const int EntriesTogether = 5_000;

    internal static async Task<IReadOnlyList<Figure>> Measure(Plan plan, CancellationToken ct)
    {
        using var folder = new TemporaryFolder();
        var entries = plan.Sizes[^1];
        var key = new LogKey(SignerKey.Generate(LogKey.OriginDefault, KeyAlgorithm.Ed25519), LogKey.OriginDefault);
        var watch = Stopwatch.StartNew();
        await Write(folder.Path, entries, key, ct);
        plan.Say($"{entries} entries and their tree written in {watch.Elapsed.TotalSeconds:0} s");
        using var self = Process.GetCurrentProcess();
        var worked = self.TotalProcessorTime;
        var seconds = Durations.Median([.. Enumerable.Range(0, plan.Rounds).Select(_ => Run())]);
        self.Refresh();
        var processor = (self.TotalProcessorTime - worked).TotalSeconds / plan.Rounds;
        return
        [
            new(Row, $"a data folder of {entries:#,##0} entries and the tree over them checked, {Environment.ProcessorCount} cores", seconds, "s")
            {
                Goal = "1,000,000 in < 10 s",
                Note = $"{entries / seconds:#,##0} entries/s, {processor:0.0} s of processor time; each read, hashed and chained twice, in its log and in the tree; the goal is 10 s for a million",
                AtMost = 10 * entries / 1_000_000.0,
            },
        ];

        double Run()
        {
            watch.Restart();
            var verified = VerifyLogs.Check(folder.Path, key.Verifiers, ct: ct).Value;
            if (!verified.Holds || verified.Entries != entries || verified.Leaves != entries)
            {
                throw new InvalidOperationException($"{verified.Entries} entries, {verified.Leaves} leaves, {verified.Findings.Count} findings");
            }

            plan.Say($"verified in {watch.Elapsed.TotalSeconds:0.0} s");
            return watch.Elapsed.TotalSeconds;
        }
    }

    /// <summary>A data folder of one city as a year leaves it: streams of a few dozen entries, payloads of a few hundred bytes, a checkpoint per batch.</summary>
    internal static async Task Write(string folder, long entries, LogKey key, CancellationToken ct)
    {
        const string city = "350800";
        await using var oversight = Log(folder, "oversight");
        await oversight.Start(ct);
        await OversightTables.Create(oversight.Database, ct);
        var sign = new SignCheckpoint(oversight, key, TimeProvider.System);
        string[] services = ["assessment", "funding", "performance", "registry"];
        foreach (var service in services)
        {
            await using var log = Log(folder, service);
            await log.Start(ct);
            var (last, head) = (0L, CanonicalEntry.FirstHead());
            for (var end = entries / services.Length; last < end;)
            {
                var batch = new List<Entry>();
                for (var position = last + 1; position <= Math.Min(last + EntriesTogether, end); position++)
                {
                    var entry = Entry(service, city, position).Sealed(head);
                    head = entry.Head;
                    batch.Add(entry);
                }

                await using (var transaction = await log.Database.BeginWrite(city, ct))
                {
                    await log.Database.InsertMany(transaction, LogDatabase.InsertEntry, batch, ct);
                    await log.Database.InsertMany(transaction, LogDatabase.InsertCommand, [.. batch.Select(e => new AnsweredCommand(city, e.CommandId, e.Hash, "{}", e.Position))], ct);
                    await transaction.Commit(ct);
                }

                await oversight.Follow(city, service, last, batch[^1].Position, head, (transaction, stop) => WhenEntriesAppended.TakeIn(transaction, batch, stop), ct);
                await sign.Now(city, ct);
                last = batch[^1].Position;
            }
        }
    }

    private static Entry Entry(string service, string city, long position)
    {
        const int streamLength = 25;
        var (stream, version) = ((position - 1) / streamLength, ((position - 1) % streamLength) + 1);
        var payload = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"enterprise":"9135{{stream % 40_000:00000000000000}}","project":"P{{stream}}","provider":"91350800MA{{stream % 300:00000000}}","day":"2025-06-30","amount":"{{position}}.00","lines":[{"category":"software","amount":"100000.00","document":"〔2025〕{{position}}号"},{"category":"equipment","amount":"50000.00","document":"〔2025〕{{position + 1}}号"}]}""");
        return new(
            service, city, position, $"project/P{stream}", version, "ProjectMoved", new Guid((int)position, 1, 2, [3, 4, 5, 6, 7, 8, 9, (byte)service[0]]),
            "bureau-officer:bureau-officer-1@350800-bureau", 1_750_000_000_000_000 + (position * 1_000_000), "0af7651916cd43dd8448eb211c80319c", Encoding.UTF8.GetBytes(payload), [], []);
    }

    private static ServiceLog Log(string folder, string service) =>
        new(service, LogDatabase.Open($"Data Source={Path.Combine(folder, $"{service}.db")}"), [], [], TimeProvider.System, NullLogger.Instance);
}
