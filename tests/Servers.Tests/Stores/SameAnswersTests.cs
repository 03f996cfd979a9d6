using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.City;
using PilotCity.City.Demonstration;
using PilotCity.City.Tests.Journeys;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Findings;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Stores;

/// <summary>
/// One pilot's logs in a SQLite file and in a PostgreSQL database whose own order of text is a language's: every question that Oversight knows is asked of both, and both
/// say the same to the last byte. A route that is added is asked too.
/// </summary>
[Collection(PostgresGroup.Name)]
public sealed partial class SameAnswersTests(PostgresServer server) : IAsyncLifetime
{
    private const string Root = $"/api/oversight/{PilotClient.City}";
    private const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly string[] Accepts = ["application/json", "text/html", "application/pdf", "text/csv", Workbook, "application/zip", "text/plain"];

    /// <summary>What is added to every question as it stands; a question that does not know it refuses it, in both.</summary>
    private static readonly string[] Narrowings =
    [
        "limit=3", "q=2025", "q=%25", "q=_", "q=%5C", "q=%00", "q=PROJECT", "q=%C3%84", "asOf=2025-12-01T00:00:00Z", "asOf=1970-01-01T00:00:00Z", "at=2025-12-01", "month=2026-01", "by=district",
        "status=opened", "status=OPENED", "about=PROJECT/x", "from=2026-01-01&until=2026-02-28", "check=AC07&check=AC45", "level=1", "id=x", "limit=0", "after=x",
    ];

    private readonly TemporaryFolder folder = new();
    private readonly SetClock clock = new(default);
    private readonly List<(string City, List<Entry> Entries)> trees = [];
    private readonly List<Entry> own = [];
    private readonly List<AnsweredCommand> answered = [];
    private readonly List<string> paths = [];
    private readonly List<string> trails = [];
    private string database = null!;
    private TestService file = null!;
    private TestService postgres = null!;

    public async Task InitializeAsync()
    {
        await Play();
        database = await server.EmptyDatabase();
        file = await Filled($"Data Source={folder["copy.db"]}");
        postgres = await Filled(database);
    }

    public async Task DisposeAsync()
    {
        await file.DisposeAsync();
        await postgres.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_question_is_answered_alike_whatever_keeps_the_entries_and_after_a_start_too()
    {
        await EveryQuestion();
        await AfterAStart();
    }

    private async Task EveryQuestion()
    {
        var patterns = ((IEndpointRouteBuilder)file.App).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<QuestionRoute>() is not null).Select(e => e.RoutePattern.RawText!.Replace("{city:length(6)}", PilotClient.City, StringComparison.Ordinal)).ToArray();
        Assert.True(patterns.Length > 25, "the routes are found");
        var first = new List<string>();
        foreach (var pattern in patterns)
        {
            var asked = paths.Where(p => Matches(pattern, p.Split('?')[0])).ToArray();
            Assert.True(asked.Length > 0, $"no question of this test is one of {pattern}");
            first.Add(asked[0]);
        }

        var differences = new List<string>();
        var said = new Dictionary<int, int>();
        foreach (var path in paths.Concat(trails))
        {
            foreach (var accept in Accepts)
            {
                await Compare(Role.Auditor, path, accept);
            }
        }

        foreach (var path in first)
        {
            foreach (var narrowing in Narrowings)
            {
                await Compare(Role.Auditor, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{narrowing}", "application/json");
            }
        }

        foreach (var path in trails)
        {
            foreach (var narrowing in (string[])["order=newest", "asOf=2025-12-01T00:00:00Z", "trueAt=2025-12-01", "trueAt=2025-12-01&asOf=2026-02-01T00:00:00Z", "service=funding", "from=2026-01-01&until=2026-02-28", "actor=finance-officer-1", "type=AwardComputed"])
            {
                await Compare(Role.Auditor, $"{path}&{narrowing}", "application/json");
            }

            await Compare(Role.Auditor, $"{path}&service=funding", "application/zip");
            await Pages($"{path}&limit=7");
            await Pages($"{path}&limit=7&order=newest");
            await Pages($"{path}&limit=3&service=performance&order=newest");
        }

        foreach (var list in (string[])["findings", "samples"])
        {
            await Pages($"{Root}/{list}?limit=2");
        }

        foreach (var path in first.Concat(trails))
        {
            await Compare(Role.Observer, path, "application/json");
            await Compare(Role.Enterprise, path, "text/csv");
            await Compare(Role.Provider, path, "application/json");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences\n{string.Join('\n', differences.Take(10))}");
        Assert.True(said[200] > 500, $"answers: {string.Join(", ", said.Select(s => $"{s.Key} {s.Value} times"))}");
        Assert.DoesNotContain(said.Keys, status => status >= 500);

        async Task<string> Compare(Role role, string path, string accept)
        {
            var (one, other) = (await Ask(file, role, path, accept), await Ask(postgres, role, path, accept));
            said[one.Status] = said.GetValueOrDefault(one.Status) + 1;
            said[other.Status] = said.GetValueOrDefault(other.Status) + 1;
            if (one != other)
            {
                differences.Add($"{role} {path} ({accept}): {one.Status} {other.Status} {Difference(one.Text, other.Text)}");
            }

            return one.Text;
        }

        async Task Pages(string path)
        {
            for (var (pages, after) = (0, string.Empty); after is not null && pages < 200; pages++)
            {
                var page = JsonDocument.Parse(await Compare(Role.Auditor, path + after, "application/json")).RootElement;
                after = page.TryGetProperty("next", out var next) ? $"&after={Uri.EscapeDataString(next.GetString()!)}" : null;
            }
        }
    }

    /// <summary>The facts are folded again, two months later, and what the checks note on them is alike too.</summary>
    private async Task AfterAStart()
    {
        await postgres.DisposeAsync();
        postgres = await Started(database);
        clock.Now += TimeSpan.FromDays(60);
        Clients.Remove(file); // Its tokens have expired.
        foreach (var service in (TestService[])[file, postgres])
        {
            using var watch = ActivatorUtilities.CreateInstance<FindingWatch>(service.App.Services);
            await watch.LookAtAll(default);
        }

        Assert.Contains("\"cause\":\"unexplained\"", (await Ask(postgres, Role.Auditor, $"{Root}/findings?limit=200", "application/json")).Text, StringComparison.Ordinal);
        foreach (var path in paths.Where(p => p.Contains("/finding", StringComparison.Ordinal) || p.Contains("/board", StringComparison.Ordinal) || p.Contains("/relations", StringComparison.Ordinal) || p.Contains("/concentration", StringComparison.Ordinal)))
        {
            Assert.Equal(await Ask(file, Role.Auditor, path, "application/json"), await Ask(postgres, Role.Auditor, path, "application/json"));
        }
    }

    /// <summary>A pilot from the first yuan to the last, with what auditors and the bureau do in Oversight itself; what it wrote is kept here.</summary>
    private async Task Play()
    {
        var calendar = new SimulatedClock(ChinaTime.StartOf(new DateOnly(2025, 7, 1)).AddHours(9));
        using var data = DataFolder.Take(folder["city"], TextWriter.Null)!;
        var settings = new Dictionary<string, string?> { ["Gateway:RequestsPerSecond"] = "100000", ["Log:Level"] = "Critical" };
        await using var process = await OneProcess.Start(new OneProcessOptions(data, Port: 0, Demonstration: true, calendar) { Settings = settings }, CancellationToken.None);
        using var pilot = new PilotClient(process.Gateway, calendar);
        var story = new PlayPilot(pilot, calendar, TextWriter.Null);
        await story.Play();
        var logs = process.Services.ToDictionary(s => s.Key, s => s.Value.Services.GetRequiredService<ServiceLog>());
        await InTree();

        await pilot.Post("bureau-officer-1", $"{Root}/plan/versions", new { from = "2025-10-01", until = "2034-09-30", document = "文1", targets = new[] { new { kpi = "renovated", value = 600 } } });
        await pilot.Post("bureau-approver-1", $"{Root}/plan/versions/1/approval", new { });
        await pilot.Post("bureau-officer-1", $"{Root}/snapshots/invoice-status", new { takenOn = "2026-01-01", source = "税务局", rows = new[] { new { number = "2635100000002010", status = "reversed" } } });
        await pilot.Put("bureau-officer-1", $"{Root}/checks/AC07/parameters", new { values = new { daysTolerated = 30 }, reason = "本市做法" });
        await pilot.Post("bureau-approver-1", $"{Root}/checks/AC07/parameters/approval", new { values = new { daysTolerated = 30 } });
        var listed = await pilot.Get("bureau-officer-1", $"/api/registry/{PilotClient.City}/enterprises?limit=1");
        var enterprise = listed.GetProperty("items")[0].GetProperty("uscc").GetString()!;
        await pilot.Post("bureau-officer-1", $"/api/registry/{PilotClient.City}/enterprises/{enterprise}/contact-readings", new { purpose = "核对联系人" });
        var samples = new List<string>();
        foreach (var (method, kind) in ((string, string)[])[("simple", "awards"), ("monetary-unit", "payments"), ("risk-weighted", "projects")])
        {
            var seed = SHA256.HashData(Encoding.UTF8.GetBytes(method));
            var told = await pilot.Post("auditor-1", $"{Root}/samples", new { purpose = "年度审计", method, size = 2, population = new { of = kind }, seedSha256 = Convert.ToHexStringLower(SHA256.HashData(seed)) });
            samples.Add(told.GetProperty("id").GetString()!);
            await InTree();
            await pilot.Post("auditor-1", $"{Root}/samples/{samples[^1]}/draw", new { seed = Convert.ToHexStringLower(seed) });
        }

        var findings = (await pilot.Get("auditor-1", $"{Root}/findings?limit=200")).GetProperty("items").EnumerateArray().Select(f => f.GetProperty("id").GetString()!).ToArray();
        await pilot.Post("bureau-approver-1", $"{Root}/findings/{findings[0]}/assignment", new { to = "bureau-officer-1" });
        await pilot.Post("bureau-officer-1", $"{Root}/findings/{findings[0]}/explanation", new { reason = "补签系笔误", documents = new[] { "文1" } });
        await InTree();
        clock.Now = calendar.GetUtcNow();
        await Keep(logs, story, enterprise, findings, samples);

        Task InTree() => CityProcess.Until(
            async () =>
            {
                var tree = await pilot.Get("auditor-1", $"{Root}/tree");
                var at = tree.GetProperty("logs").EnumerateArray().ToDictionary(l => l.GetProperty("service").GetString()!, l => l.GetProperty("position").GetInt64(), StringComparer.Ordinal);
                foreach (var (service, log) in logs)
                {
                    if (at.GetValueOrDefault(service) < (await log.Head(PilotClient.City, default)).Position)
                    {
                        return false;
                    }
                }

                return true;
            },
            () => "the tree does not hold everything");
    }

    private async Task Keep(Dictionary<string, ServiceLog> logs, PlayPilot story, string enterprise, string[] findings, List<string> samples)
    {
        await using var connection = await logs["oversight"].Database.Connect(default);
        foreach (var leaves in (await connection.QueryAsync<(string City, string Service, long Position)>("SELECT city, service, position FROM leaf ORDER BY city, idx")).GroupBy(l => l.City))
        {
            var entries = new Dictionary<(string, long), Entry>();
            foreach (var (service, log) in logs)
            {
                for (IReadOnlyList<Entry>? page = null; page is null || page.Count > 0;)
                {
                    page = await log.Read(leaves.Key, page is null ? 0 : page[^1].Position, 1_000, default);
                    foreach (var entry in page)
                    {
                        entries[(service, entry.Position)] = entry;
                    }
                }
            }

            trees.Add((leaves.Key, [.. leaves.Select(l => entries[(l.Service, l.Position)])]));
            own.AddRange(trees[^1].Entries.Where(e => e.Service == "oversight").OrderBy(e => e.Position));
        }

        Ask("trail", "money-path", "tree", "checkpoint", "key", "witnesses", "checks", "findings", "finding-statistics", "concentration", "relations", "samples", "plan", "kpis", "board", "board-aggregates");
        Ask("board?by=district", "board?month=2026-03", "proofs/inclusion?service=funding&position=3", "proofs/consistency?from=5", "tile/0/000", "tile/entries/000", "snapshots/invoice-status", "snapshots/usage");
        Ask([.. findings.Take(3).Select(f => $"findings/{f}"), .. samples.SelectMany(s => new[] { $"samples/{s}", $"samples/{s}/population", $"samples/{s}/receipt" })]);
        Ask([.. story.Projects.Take(3).SelectMany(p => new[] { $"receipts/awards/{p}", $"money-path?award={p}" }), $"money-path?enterprise={enterprise}", "money-path?fund=central-2025", "money-path?fund=none", "money-path?fund=a%00b"]);
        Ask("board/renovated", "board/renovated/cases", "board/x", "board-reports/2026-03", "board-reports/2026-01", "receipts/awards/x", "findings/x", "findings/a%00b", "trail?enterprise=a%00b");

        // Of each kind of subject whom most entries are about, and whom fewest.
        foreach (var kind in Subject.Kinds)
        {
            var ids = (await connection.QueryAsync<string>(
                "SELECT id FROM subject WHERE city = @city AND kind = @kind GROUP BY id ORDER BY COUNT(*) DESC, id", new { city = PilotClient.City, kind })).ToArray();
            trails.AddRange(ids.Take(1).Concat(ids.TakeLast(1)).Distinct().Select(id => $"{Root}/trail?{kind}={Uri.EscapeDataString(id)}"));
            if (kind is "payment" or "batch" or "enterprise")
            {
                Ask([.. ids.Take(1).Select(id => $"money-path?{kind}={Uri.EscapeDataString(id)}")]);
            }
        }

        Assert.Contains(trails, t => t.Contains("?look=", StringComparison.Ordinal));

        void Ask(params string[] questions) => paths.AddRange(questions.Select(q => $"{Root}/{q}"));
    }

    /// <summary>A store that takes in what the pilot wrote, in the order of its tree, and the service over it.</summary>
    private async Task<TestService> Filled(string connectionString)
    {
        await using (var log = new ServiceLog("oversight", LogDatabase.Open(connectionString), [], [], clock, NullLogger.Instance))
        {
            await log.Start(default);
            await OversightTables.Create(log.Database, default);
            foreach (var city in own.GroupBy(e => e.City))
            {
                await using var transaction = await log.Database.BeginWrite(city.Key, default);
                await log.Database.InsertMany(transaction, LogDatabase.InsertEntry, [.. city], default);
                await transaction.Commit(default);
            }

            foreach (var (city, entries) in trees)
            {
                for (var from = 0; from < entries.Count;)
                {
                    var until = from;
                    while (until < entries.Count && entries[until].Service == entries[from].Service)
                    {
                        until++;
                    }

                    var run = entries[from..until];
                    await log.Follow(city, run[0].Service, run[0].Position - 1, run[^1].Position, run[^1].Head, (transaction, ct) => WhenEntriesAppended.TakeIn(transaction, run, ct), default);
                    from = until;
                }
            }

            await WhenEntriesAppended.Record(log, new("funding", PilotClient.City, 9, "the entry has position 10"), DateTimeOffset.UnixEpoch, default);
            await WhenEntriesAppended.Record(log, new("Funding", PilotClient.City, 9, "the entry has position 10"), DateTimeOffset.UnixEpoch, default);
            await WhenEntriesAppended.Record(log, new("assessment", PilotClient.City, 9, "the entry has position 10"), DateTimeOffset.UnixEpoch, default);
        }

        return await Started(connectionString);
    }

    private Task<TestService> Started(string connectionString) => TestService.Start(OversightService.Build, clock, settings: new Dictionary<string, string?>
    {
        ["ConnectionStrings:Log"] = connectionString,
        ["Oversight:KeyFile"] = Path.Combine(folder["city"], "checkpoint.key"), // The city's own: another would be a change of keys, which is an entry.
        ["Oversight:RunsChecks"] = "false",
        ["Peers:registry"] = "http://127.0.0.1:1",
        ["Peers:assessment"] = "http://127.0.0.1:1",
        ["Peers:performance"] = "http://127.0.0.1:1",
        ["Peers:funding"] = "http://127.0.0.1:1",
    });

    private static async Task<(int Status, string? Type, string Text)> Ask(TestService service, Role role, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(role == Role.Observer ? "en" : "zh-CN"));
        var answer = await Client(service, role).SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), Text(bytes));
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<TestService, Dictionary<Role, HttpClient>> Clients = [];

    private static HttpClient Client(TestService service, Role role)
    {
        var known = Clients.GetOrCreateValue(service);
        return known.TryGetValue(role, out var client) ? client : known[role] = service.As(role);
    }

    /// <summary>What is in an answer: of a package or workbook what its parts hold, as these carry the moment they were packed at.</summary>
    private static string Text(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith("PK"u8))
        {
            using var zip = new ZipArchive(new MemoryStream(bytes));
            var text = new StringBuilder();
            foreach (var part in zip.Entries)
            {
                using var content = new MemoryStream();
                using var stream = part.Open();
                stream.CopyTo(content);
                text.AppendLine(part.FullName).AppendLine(Text(content.ToArray()));
            }

            return Packed().Replace(text.ToString(), string.Empty);
        }

        var utf8 = Encoding.UTF8.GetString(bytes);
        return utf8.Contains('�', StringComparison.Ordinal) ? Convert.ToHexString(bytes) : Trace().Replace(utf8, string.Empty);
    }

    private static string Difference(string one, string other)
    {
        var at = one.Zip(other).TakeWhile(c => c.First == c.Second).Count();
        return $"at {at}: «{Around(one)}» «{Around(other)}»";

        string Around(string text) => text[Math.Max(0, Math.Min(at, text.Length) - 60)..Math.Min(text.Length, at + 120)];
    }

    private static bool Matches(string pattern, string path) =>
        Regex.IsMatch(path, $"^{Parameter().Replace(pattern, m => m.Value.StartsWith("{**", StringComparison.Ordinal) ? ".+" : "[^/]+")}$");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("\"traceId\":\"[0-9a-f]{32}\"")]
    private static partial Regex Trace();

    /// <summary>In a manifest: of a workbook, whose bytes say when they were packed.</summary>
    [GeneratedRegex("\"name\": \"trail.xlsx\",\\s*\"bytes\": [0-9]+,\\s*\"sha256\": \"[0-9a-f]{64}\"")]
    private static partial Regex Packed();
}
