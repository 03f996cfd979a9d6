using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using PilotCity.City;
using PilotCity.City.Demonstration;
using PilotCity.City.Servers;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Torture.Checks;
using PilotCity.Torture.Faults;
using PilotCity.Torture.Load;

namespace PilotCity.Torture;

/// <summary>
/// One run: a city of processes, many clients, faults; then peace, and the checks. Everything is looked at from the outside: HTTP through the
/// gateway, the databases past every proxy.
/// </summary>
internal sealed class TortureRun(TortureOptions options, TextWriter output)
{
    /// <summary>Marks a folder as a run's own, so that nothing else is ever emptied.</summary>
    private const string Mark = "torture";

    /// <summary>The days of the run begin after the renovations that its projects tell of, and stay in a year whose holidays are known.</summary>
    private static readonly DateTimeOffset FirstDay = ChinaTime.StartOf(new DateOnly(2026, 3, 16)).AddHours(9);

    /// <summary>A step of the calendar is longer than five working days with any holiday between.</summary>
    private const int StepDays = 12;

    /// <summary>Steps until December.</summary>
    private const int StepsMax = 20;

    /// <summary>Violations that are told with the history around them; the others have the same cause more often than not.</summary>
    private const int WithHistoryMax = 6;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(3);

    /// <summary>Commands whose answer is asked for once more at the end: all that were left unknown, and this many others.</summary>
    private const int RepeatedMax = 2_000;

    private readonly History history = new();
    private readonly Given given = new();
    private readonly ConcurrentDictionary<SeenTree, byte> seen = new();
    private readonly ConcurrentQueue<string> ends = new();
    private Verdict verdict = null!;

    /// <summary>What was found; empty where everything held.</summary>
    internal IReadOnlyCollection<Violation> Violations => verdict.Violations;

    /// <summary>0 where everything held, 1 where something did not, 2 where the run could not be made.</summary>
    internal async Task<int> Run(CancellationToken ct)
    {
        verdict = new(history);
        output.WriteLine(Say.Of(
            $"种子 {options.Seed}，{options.Length.TotalMinutes:0.##} 分钟，数据目录 {options.Folder}", $"seed {options.Seed}, {options.Length.TotalMinutes:0.##} minutes, data in {options.Folder}"));
        if (!Empty(options.Folder))
        {
            return 2;
        }

        using var folder = DataFolder.Take(options.Folder, output);
        if (folder is null)
        {
            return 2;
        }

        await File.WriteAllTextAsync(Path.Combine(options.Folder, Mark), string.Empty, ct);
        var clockFile = Path.GetFullPath(Path.Combine(options.Folder, "clock"));
        using var clock = new SimulatedClock(FirstDay, clockFile);
        using var calendar = new Calendar(clock, clock.GoTo);
        await using var links = new Links();
        try
        {
            var watch = Stopwatch.StartNew();
            await using var city = await ServerCity.Start(CityOptions(folder, clockFile, links), ct);
            using var issuer = DemonstrationIssuer.Open(folder.Path, clock);
            using var ledger = new PostLedger(city.Processes.Where(p => p.Service == "funding"));
            using var door = new Door(city.Gateway, ledger, account => Sign(issuer, account), calendar, history, verdict);
            history.Add($"the city is up after {watch.Elapsed.TotalSeconds:0.0} s");
            var random = new Random(options.Seed);
            var faults = new InjectFaults(city, links, history, new Random(random.Next()));
            var stage = new Stage();
            await Story("the preparation", stop => stage.Prepare(new Client(door, given, new Random(random.Next())), stop), ct);
            if (verdict.GoesOn || !options.StopsEarly)
            {
                await Load(city, door, stage, faults, random, ct);
            }

            await faults.Heal(ct);
            await Check(city, folder, door, ct);
            Report(faults, watch.Elapsed);
        }
        catch (ServerFailedException e)
        {
            output.WriteLine(e.Message);
            return 2;
        }

        await history.Write(Path.Combine(options.Folder, "history.txt"), CancellationToken.None);
        return verdict.Holds ? 0 : 1;
    }

    private ServerCityOptions CityOptions(DataFolder folder, string clockFile, Links links) => new(folder, Port: 0, Demonstration: true)
    {
        ClockFile = clockFile,
        Program = options.Program,
        Instances = new Dictionary<string, int> { ["funding"] = options.Instances, ["registry"] = options.Instances },
        Through = links.Through,
        Settings = new Dictionary<string, string?> { ["Gateway:RequestsPerSecond"] = "1000000", ["Log:Level"] = "Warning", ["PILOTCITY_BREAK"] = options.Broken },
        Said = Hear,
    };

    private void Hear(string process, string line)
    {
        history.Add($"{process} | {line}");
        if (line.Contains("ended unasked", StringComparison.Ordinal) || line.Contains("意外结束", StringComparison.Ordinal))
        {
            ends.Enqueue($"{process} {line}");
        }
    }

    private static string Sign(DemonstrationIssuer issuer, string account) => issuer.Token(account.Split(':') is [var role, var org]
        ? DemonstrationIssuer.Find(new DemonstrationSignIn(Role: Roles.TryParse(role, out var known) ? known : throw new ArgumentException(role, nameof(account)), Org: org)).Value
        : DemonstrationAccounts.Find(account) ?? throw new ArgumentException(account, nameof(account)));

    /// <summary>The stories and the faults side by side for as long as was asked; what the stories leave open stays open.</summary>
    private async Task Load(ServerCity city, Door door, Stage stage, InjectFaults faults, Random random, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var plan = FaultPlan.Draw(new Random(random.Next()), options.Length, [.. city.Processes.Select(p => p.Name)], options.Only);
        output.WriteLine(Say.Of($"计划 {plan.Count} 次故障。", $"{plan.Count} faults are planned."));
        var start = history.Now;
        var stories = new List<Task>();
        for (var i = 0; i < 6; i++)
        {
            stories.Add(Story("reservations", new PlayReservations(Client()).Play, over.Token));
        }

        for (var i = 0; i < 10; i++)
        {
            stories.Add(Story("projects", new PlayProjects(Client(), stage, i).Play, over.Token));
        }

        stories.Add(Story("ledger", new PlayLedger(Client()).Play, over.Token));
        stories.Add(Story("ledger", new PlayLedger(Client()).Play, over.Token));
        stories.Add(Story("registry", new PlayRegistry(Client(), stage).Play, over.Token));
        stories.Add(Story("registry", new PlayRegistry(Client(), stage).Play, over.Token));
        stories.Add(Story("assessments", new PlayAssessments(Client(), stage).Play, over.Token));
        stories.Add(Story("payments", new PlayPayments(Client(), stage).Play, over.Token));
        stories.Add(Story("the calendar", stop => Days(door.Calendar, stop), over.Token));
        stories.Add(Story("the tree", stop => WatchTree(door, stop), over.Token));
        stories.Add(Story("progress", stop => Progress(faults, start, stop), over.Token));
        var injecting = faults.Run(plan, options.Length, () => given.Answered, over.Token);
        while (history.Now - start < options.Length && (verdict.GoesOn || !options.StopsEarly))
        {
            await Task.Delay(LookEvery, ct);
        }

        // A fault that lasts longer is brought to its end; where something was found the rest of the plan is not needed.
        if (!verdict.GoesOn && options.StopsEarly)
        {
            await over.CancelAsync();
        }

        await injecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await over.CancelAsync();
        await Task.WhenAll(stories);

        Client Client() => new(door, given, new Random(random.Next()));
    }

    private async Task Story(string name, Func<CancellationToken, Task> play, CancellationToken ct)
    {
        try
        {
            await Task.Run(() => play(ct), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (StoryEndsException e)
        {
            verdict.Found("every story goes on", $"{name}: {e.Message}");
        }
    }

    private async Task Days(Calendar calendar, CancellationToken ct)
    {
        var every = TimeSpan.FromSeconds(Math.Max(8, options.Length.TotalSeconds / StepsMax));
        while (true)
        {
            await Task.Delay(every, ct);
            await calendar.Move(StepDays, ct);
            history.Add($"CALENDAR it is {calendar.Today:yyyy-MM-dd}");
        }
    }

    /// <summary>Somebody keeps what Oversight said of its tree from time to time.</summary>
    private async Task WatchTree(Door door, CancellationToken ct)
    {
        while (true)
        {
            if (await door.Get("auditor-1", $"/api/oversight/{PilotClient.City}/tree", ct) is var (tree, _))
            {
                seen[new(tree.GetProperty("size").GetInt64(), tree.GetProperty("root").GetString()!)] = 0;
            }

            await Task.Delay(WatchEvery, ct);
        }
    }

    private async Task Progress(InjectFaults faults, TimeSpan start, CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(TellEvery, ct);
            var (all, acknowledged, refused, unknown) = Counts();
            output.WriteLine(Say.Of(
                $"{(history.Now - start).TotalSeconds,5:0} 秒  命令 {all}，已确认 {acknowledged}，被拒 {refused}，未知 {unknown}  {string.Join("；", faults.Now)}",
                $"{(history.Now - start).TotalSeconds,5:0} s  {all} commands, {acknowledged} acknowledged, {refused} refused, {unknown} unknown  {string.Join("; ", faults.Now)}"));
        }
    }

    private (int All, int Acknowledged, int Refused, int Unknown) Counts()
    {
        var all = given.All;
        return (all.Count, all.Count(c => c.Acceptance is not null), all.Count(c => c is { Acceptance: null, Told: not null }), all.Count(c => c.Told is null));
    }

    private async Task Check(ServerCity city, DataFolder folder, Door door, CancellationToken ct)
    {
        var databases = new Databases(city.LogConnection);
        output.WriteLine(Say.Of("已全部恢复，等待安静……", "Everything is whole again; waiting for rest …"));
        var commands = given.All.ToArray();
        await Rests(databases, ct);
        await AskAgain(commands, databases, door, ct);
        await Rests(databases, ct);
        output.WriteLine(Say.Of("核对……", "Checking …"));
        var logs = await Logs.Read(databases, ct);
        CheckLogs.Run(logs, verdict);
        CheckAnswers.Run(logs, commands, verdict);
        await CheckBooks.Run(logs, door, verdict, ct);
        await CheckReadModels.Run(logs, databases, verdict, ct);
        await CheckTree.Run(logs, databases, seen.Keys.ToArray(), PilotClient.City, verdict, ct);
        await CheckPersonal.Run(logs, databases, verdict, ct);
        await CheckProofs.Run(city, folder, logs, commands, door, verdict, ct);
        await CheckParked.Run(city.Rabbit!, verdict);
    }

    /// <summary>Who was left without an answer asks again, and the answer agrees with what the database held before; some others ask again as well.</summary>
    private async Task AskAgain(Command[] commands, Databases databases, Door door, CancellationToken ct)
    {
        const string check = "a repetition tells what happened";
        var before = await Logs.Read(databases, ct);
        var open = commands.Where(c => c.Told is null || (c.Acceptance is null && c.Unknown)).ToArray();
        var sample = commands.Where(c => c.Acceptance is not null).OrderBy(c => c.Key).Take(RepeatedMax).ToArray();
        await Parallel.ForEachAsync(open.Concat(sample), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (command, stop) =>
        {
            var there = before.Answers[command.Key].FirstOrDefault();
            if (there is null && command.Acceptance is { } acknowledged)
            {
                // Asked again it would happen now, and nobody would see that it was lost.
                verdict.Found(CheckAnswers.Once, $"{command} was acknowledged ({acknowledged}) and is lost", command.Key.ToString("N"), command.At);
                return;
            }

            for (var tries = 0; tries < 20; tries++)
            {
                if (await door.Try(command, TimeSpan.FromSeconds(20), alone: true, stop) is { } told)
                {
                    // What still lay in a queue when the database was read may have taken effect since, but only after what was there.
                    var late = there is null && told.Replayed && long.Parse(told.Position!, CultureInfo.InvariantCulture) > before.Of(command.Service, PilotClient.City).Count;
                    verdict.Must(
                        told.Replayed == there is not null || late, check,
                        () => $"{command} is {(there is null ? "not " : "")}in the database, and its repetition says {told}", command.Key.ToString("N"), command.At);
                    return;
                }

                await Task.Delay(LookEvery, stop);
            }

            verdict.Found(check, $"{command} is not answered though everything is whole again", command.Key.ToString("N"), command.At);
        });
    }

    /// <summary>Until Oversight has taken in and signed all that every log holds.</summary>
    private async Task Rests(Databases databases, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var (behind, unsigned) = await Behind(databases, ct);
            if (behind.Count == 0 && unsigned.Count == 0)
            {
                verdict.Must(true, "the followers come to rest", () => string.Empty);
                return;
            }

            if (watch.Elapsed > options.RestPatience)
            {
                verdict.Found("the followers come to rest", $"{options.RestPatience.TotalSeconds:0} s after everything was whole again {string.Join("; ", behind.Concat(unsigned))}");
                return;
            }

            await Task.Delay(LookEvery, ct);
        }
    }

    private static async Task<(List<string> Behind, List<string> Unsigned)> Behind(Databases databases, CancellationToken ct)
    {
        await using var oversight = await databases.Connect("oversight", ct);
        var taken = new Dictionary<(string, string), long>();
        await foreach (var row in Logs.Rows(oversight, "SELECT source, city, position FROM cursor", ct))
        {
            taken[(row.GetString(0), row.GetString(1))] = row.GetInt64(2);
        }

        var behind = new List<string>();
        foreach (var service in Logs.Services)
        {
            await using var connection = await databases.Connect(service, ct);
            await foreach (var row in Logs.Rows(connection, "SELECT city, MAX(position) FROM log GROUP BY city", ct))
            {
                var (city, end) = (row.GetString(0), row.GetInt64(1));
                if (taken.GetValueOrDefault((service, city)) is var at && at != end)
                {
                    behind.Add($"oversight holds {at} of {end} entries of {service}/{city}");
                }
            }
        }

        var unsigned = new List<string>();
        await foreach (var row in Logs.Rows(
            oversight, "SELECT l.city, l.size, COALESCE(c.size, 0) FROM (SELECT city, COUNT(*) AS size FROM leaf GROUP BY city) l LEFT JOIN (SELECT city, MAX(size) AS size FROM checkpoint GROUP BY city) c ON c.city = l.city WHERE l.size <> COALESCE(c.size, 0)", ct))
        {
            unsigned.Add($"of {row.GetInt64(1)} entries of {row.GetString(0)} {row.GetInt64(2)} are signed");
        }

        return (behind, unsigned);
    }

    private void Report(InjectFaults faults, TimeSpan took)
    {
        var (all, acknowledged, refused, _) = Counts();
        var commands = given.All;
        var (repeated, resolved) = (commands.Count(c => c.Attempts > 1), commands.Count(c => c.Unknown));
        output.WriteLine();
        output.WriteLine(Say.Of(
            $"命令 {all}：已确认 {acknowledged}，被拒 {refused}；重复过 {repeated}，曾未知而后得知 {resolved}；尝试 {commands.Sum(c => c.Attempts)} 次，用时 {took.TotalSeconds:0} 秒",
            $"{all} commands: {acknowledged} acknowledged, {refused} refused; {repeated} repeated, {resolved} were unknown for a while; {commands.Sum(c => c.Attempts)} attempts in {took.TotalSeconds:0} s"));
        output.WriteLine($"  {string.Join(", ", commands.GroupBy(c => c.Kind).OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}"))}");
        output.WriteLine(Say.Of($"故障 {faults.Done.Values.Sum()} 次：", $"{faults.Done.Values.Sum()} faults: ") + string.Join(", ", faults.Done.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key} {d.Value}")));
        output.WriteLine(Say.Of($"进程意外结束 {ends.Count} 次", $"processes ended {ends.Count} times unasked") + (ends.IsEmpty ? string.Empty : $": {string.Join("; ", ends.Take(20))}"));
        foreach (var (check, count) in verdict.Looked.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,9}  {check}"));
        }

        if (verdict.Holds)
        {
            output.WriteLine(Say.Of($"全部成立（种子 {options.Seed}）。", $"Everything holds (seed {options.Seed})."));
        }
    }

    /// <summary>What does not hold, each with the history around it.</summary>
    internal void Tell()
    {
        var told = 0;
        foreach (var violation in verdict.Violations)
        {
            output.WriteLine();
            output.WriteLine(Say.Of($"不成立（种子 {options.Seed}）：", $"VIOLATION (seed {options.Seed}): ") + $"{violation.Check}: {violation.What}");
            foreach (var line in history.Around(violation.At, TimeSpan.FromSeconds(1), told++ < WithHistoryMax ? 24 : 0, violation.About))
            {
                output.WriteLine($"    {(line.What.Length > 400 ? line.What[..400] + " …" : line.What) switch { var what => line with { What = what } }}");
            }
        }

        if (!verdict.Holds)
        {
            output.WriteLine();
            output.WriteLine(Say.Of(
                $"共 {verdict.Violations.Count} 处不成立，种子 {options.Seed}；完整经过见 {Path.Combine(options.Folder, "history.txt")}",
                $"{verdict.Violations.Count} violations, seed {options.Seed}; the whole history is in {Path.Combine(options.Folder, "history.txt")}"));
        }
    }

    private bool Empty(string path)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            if (!File.Exists(Path.Combine(path, Mark)))
            {
                output.WriteLine(Say.Of($"{path} 不是 torture 的目录，不予清空；请用 --data 换一个。", $"{path} is not a torture run's folder and is not emptied; name another with --data."));
                return false;
            }

            Directory.Delete(path, recursive: true);
        }

        return true;
    }
}
