using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Exports;
using PilotCity.Oversight.MoneyPaths;
using PilotCity.Testing;

namespace PilotCity.Bench;

/// <summary>
/// Questions to the trail over a generated log of a million entries, in the embedded store: 800 enterprises, 100 providers, 50,000 projects, one
/// fund that half of all entries are about and one with 5,000 postings, as 800 enterprises make, and ten officers of whom the busiest took half of all steps.
/// </summary>
internal static class TrailAnswers
{
    internal const string Row = "trail";

    private const string City = "350800";
    private const int Together = 1_000;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string What, TrailQuery Query)[] Questions =
    [
        ("an enterprise", new([new("enterprise", "E7")])),
        ("a provider, newest first", new([new("provider", "V7")]) { NewestFirst = true }),
        ("a project", new([new("project", "P777")])),
        ("the fund of half of all entries", new([new("fund", "F1")])),
        ("the same, a page of its middle", new([new("fund", "F1")]) { After = (At(500_000), 500_000) }),
        ("the busiest officer in one hour", new([new(Subject.Actor, "u-0")]) { From = At(400_000), Until = At(403_600) }),
        ("the busiest officer on one enterprise", new([new(Subject.Actor, "u-0"), new("enterprise", "E8")])),
        ("the busiest officer on the fund", new([new(Subject.Actor, "u-0"), new("fund", "F1")])),
        ("the busiest officer on the half of all entries that others took", new([new(Subject.Actor, "u-0"), new("rule-set", "R")])),
        ("the fund's entries of a service that has none", new([new("fund", "F1")]) { Service = "oversight" }),
        ("who looked at sensitive data", new([new(Subject.Look, "any")])),
        ("an enterprise, true at A as known at B", new([new("enterprise", "E7")]) { TrueAt = At(300_000), AsOf = At(600_000) }),
        ("the fund, true at A as known at B", new([new("fund", "F1")]) { TrueAt = At(300_000), AsOf = At(600_000) }),
        ("an enterprise's steps of one service", new([new("enterprise", "E7")]) { Service = "registry" }),
    ];

    internal static async Task<IReadOnlyList<Figure>> Measure(Plan plan, CancellationToken ct)
    {
        using var folder = new TemporaryFolder();
        await using var log = new ServiceLog("oversight", LogDatabase.Open($"Data Source={folder["oversight.db"]}"), [], [], TimeProvider.System, NullLogger.Instance);
        await log.Start(ct);
        await OversightTables.Create(log.Database, ct);
        var entries = plan.Sizes[^1];
        var watch = Stopwatch.StartNew();
        await Fill(log, entries, ct);
        plan.Say($"{entries} entries taken in, {entries / watch.Elapsed.TotalSeconds:0}/s");
        var slowest = (Millis: 0.0, What: "");
        foreach (var (what, query) in Questions)
        {
            var asked = new Durations();
            for (var i = 0; i <= 20; i++)
            {
                watch.Restart();
                var view = await ReadTrail.Read(log.Database, City, query, ct);
                if (i > 0)
                {
                    asked.Add(watch.Elapsed);
                }
                else
                {
                    plan.Say($"{what}: first {watch.Elapsed.TotalMilliseconds:0.0} ms, {view.Total} entries");
                }
            }

            plan.Say($"{what}: median {asked.Percentile(0.5):0.0} ms, p95 {asked.Percentile(0.95):0.0} ms");
            slowest = asked.Percentile(0.95) > slowest.Millis ? (asked.Percentile(0.95), what) : slowest;
        }

        foreach (var (kind, id) in new[] { ("award", "P777"), ("enterprise", "E7"), ("fund", "F1"), ("fund", "F2") })
        {
            var asked = new Durations();
            for (var i = 0; i <= 20; i++)
            {
                watch.Restart();
                var path = await ReadMoneyPath.Read(log.Database, City, kind, id, long.MaxValue, ct) ?? throw new InvalidOperationException($"no money of {kind} {id}");
                if (i > 0)
                {
                    asked.Add(watch.Elapsed);
                }
                else
                {
                    plan.Say($"money path of {kind} {id}: first {watch.Elapsed.TotalMilliseconds:0.0} ms, {path.Movements.Count} movements");
                }
            }

            plan.Say($"money path of {kind} {id}: median {asked.Percentile(0.5):0.0} ms, p95 {asked.Percentile(0.95):0.0} ms");
            slowest = asked.Percentile(0.95) > slowest.Millis ? (asked.Percentile(0.95), $"money path of {kind}") : slowest;
        }

        var export = await Export(log, folder["trail.zip"], plan, ct);
        return [export, new(Row, $"the slowest of {Questions.Length + 4} kinds of question to a trail of {entries} entries, p95 of 20", slowest.Millis, "ms") { AtMost = 100, Goal = "< 100 ms", Note = slowest.What }];
    }

    /// <summary>The package of every entry that the fund is about, written and checked; memory is what the process held more than before at its most.</summary>
    private static async Task<Figure> Export(ServiceLog log, string file, Plan plan, CancellationToken ct)
    {
        using var self = Process.GetCurrentProcess();
        var key = new LogKey(SignerKey.Generate(LogKey.OriginDefault, KeyAlgorithm.Ed25519), LogKey.OriginDefault);
        var signed = (await new SignCheckpoint(log, key, TimeProvider.System).Now(City, ct)).Value;
        var query = new TrailQuery([new("fund", "F1")]);
        GC.Collect();
        self.Refresh();
        var (before, most, watch) = (self.WorkingSet64, 0L, Stopwatch.StartNew());
        await using var sampled = new Timer(
            _ =>
            {
                self.Refresh();
                most = Math.Max(most, self.WorkingSet64 - before);
            },
            null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        long entries;
        await using (var into = File.Create(file))
        {
            var found = await ExportTrail.Find(log.Database, City, query, signed.Size, ct);
            entries = found.Count;
            var verifier = key.Verifiers(City).All[0];
            await ExportTrail.Write(
                log.Database, found, new(ExportManifest.FormatNow, City, "zh", Start, ExportQuery.Of(query), found.Count, verifier.ToString(), signed.Size, signed.Root, signed.Note, []), into, ct);
        }

        var written = watch.Elapsed.TotalSeconds;
        plan.Say($"{entries} entries exported in {written:0.0} s, {new FileInfo(file).Length / 1e6:0} MB, {most / 1e6:0} MB more held");
        watch.Restart();
        await using var package = File.OpenRead(file);
        var verified = await VerifyExport.Check(package, key.Verifiers(City).All[0], ct);
        plan.Say($"checked in {watch.Elapsed.TotalSeconds:0.0} s: {(verified.Ok ? "holds" : verified.Fault.Message.En)}; {most / 1e6:0} MB more held");
        return !verified.Ok ? throw new InvalidOperationException(verified.Fault.Message.En)
            : new(Row, $"an export of {entries:#,##0} entries with its proof, written", written, "s") { Note = $"checked in {watch.Elapsed.TotalSeconds:0.0} s; {most / 1e6:0} MB more held at the most" };
    }

    private static long At(long second) => Instant.Micros(Start.AddSeconds(second));

    private static async Task Fill(ServiceLog log, long count, CancellationToken ct)
    {
        var cursors = new Dictionary<string, (long Position, byte[] Head)> { ["performance"] = (0, CanonicalEntry.FirstHead()), ["funding"] = (0, CanonicalEntry.FirstHead()), ["registry"] = (0, CanonicalEntry.FirstHead()) };
        string[] services = ["performance", "funding", "performance", "funding", "funding", "registry"];
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var (first, round) = (0L, 0); first < count; first += Together, round++)
        {
            var service = services[round % services.Length];
            var (from, head) = cursors[service];
            var batch = new List<Entry>(Together);
            for (var i = first; i < Math.Min(count, first + Together); i++)
            {
                var entry = EntryOf(service, i, from + batch.Count + 1, versions).Sealed(head);
                head = entry.Head;
                batch.Add(entry);
            }

            await log.Follow(City, service, from, from + batch.Count, head, (transaction, stop) => WhenEntriesAppended.TakeIn(transaction, batch, stop), ct);
            cursors[service] = (from + batch.Count, head);
        }
    }

    private static Entry EntryOf(string service, long i, long position, Dictionary<string, long> versions)
    {
        var (project, enterprise) = (i * 7919 % 50_000, i * 7919 % 50_000 % 800);
        var fund = project % 33 == 0 ? "F2" : "F1";
        var (stream, type, payload) = service switch
        {
            "performance" => ($"project/P{project}", "MilestoneReported", (object)new { enterprise = $"E{enterprise}", provider = $"V{project % 100}", ruleSet = i % 2 == 1 ? "R" : "Q", reachedOn = "2025-12-31", note = new string('x', 200) }),
            "funding" when i % 3 == 0 => ($"fund/{fund}", "FundsReserved", new { award = $"P{project}", enterprise = $"E{enterprise}", amount = "80000.00", pool = "renovation" }),
            "funding" => (
                $"award/P{project}",
                versions.ContainsKey($"funding award/P{project}") ? "TranchePaid" : "AwardApproved",
                new { enterprise = $"E{enterprise}", fund, ruleSet = i % 2 == 1 ? "R" : "Q", paidAt = Start.AddSeconds(i - 60), amount = "80000.00", reference = new string('r', 200) }),
            _ => ($"enterprise/E{enterprise}", i % 997 == 0 ? "ContactRead" : "EnterpriseRelisted", new { enterprise = $"E{enterprise}", ruleSet = i % 2 == 1 ? "R" : "Q", reason = new string('y', 200) }),
        };
        var key = $"{service} {stream}";
        versions[key] = versions.GetValueOrDefault(key) + 1;
        return new Entry(
            service, City, position, stream, versions[key], type, new Guid((int)i, 0, 0, new byte[8]), $"bureau-officer:u-{(i % 2 == 0 ? 0 : i / 2 % 10)}@350800", At(i), "", JsonSerializer.SerializeToUtf8Bytes(payload), [], []);
    }
}
