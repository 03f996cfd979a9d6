using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PilotCity.City.Servers;
using PilotCity.Defaults;

namespace PilotCity.City.Demonstration;

/// <summary>
/// <c>./city demo</c>: starts an empty city 350800 on a simulated clock, plays one pilot through the gateway, writes a receipt per award, verifies
/// them all, and shows that one altered byte is found. Exit code 0 only if everything held.
/// </summary>
internal static class Demo
{
    /// <summary>Marks a folder as the demonstration's own, so that nothing else is ever emptied.</summary>
    private const string Mark = "demonstration";

    /// <summary>How long Oversight may take to follow the last entry.</summary>
    private static readonly TimeSpan FollowPatience = TimeSpan.FromSeconds(30);

    internal static Command Command()
    {
        var data = new Option<string>("--data") { Description = Say.Of("演示数据目录，每次从空开始（默认 data/demo）", "the demonstration's folder, emptied at the start (default: data/demo)"), DefaultValueFactory = _ => Path.Combine("data", "demo") };
        var servers = new Option<bool>("--servers") { Description = Say.Of("每个服务一个进程，使用自行启动的 PostgreSQL 与 RabbitMQ", "one process per service, on private PostgreSQL and RabbitMQ servers") };
        var command = new Command("demo", Say.Of("在模拟时钟上演示一个试点城市的完整过程，并核验全部凭证", "play a whole pilot on a simulated clock and verify every receipt")) { data, servers };
        command.SetAction(async (parsed, ct) => await Run(parsed.GetRequiredValue(data), parsed.GetValue(servers), Console.Out, Console.Error, ct));
        return command;
    }

    internal static async Task<int> Run(string path, bool servers, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (!Empty(path, error))
        {
            return 1;
        }

        using var folder = DataFolder.Take(path, error);
        if (folder is null)
        {
            return 1;
        }

        await File.WriteAllTextAsync(Path.Combine(path, Mark), string.Empty, ct);
        var watch = Stopwatch.StartNew();
        var clockFile = servers ? Path.GetFullPath(Path.Combine(path, "clock")) : null;
        using var clock = new SimulatedClock(ChinaTime.StartOf(new DateOnly(2025, 7, 1)).AddHours(9), clockFile);
        try
        {
            var (process, gateway) = await Start(folder, clock, clockFile, ct);
            await using var running = process;
            using var city = new PilotClient(gateway, clock);
            var story = new PlayPilot(city, clock, output);
            await story.Play();
            await Followed(city, ct);
            await ShowTrail(city, story.Projects[Index(Twist.None, advance: true)], output);
            await FindRefusal(city, story.Projects[Index(Twist.ApproverIsHandler, advance: false)], output);
            var receipts = await WriteReceipts(city, story.Projects, path, output, ct);
            var held = await VerifyAll(city, receipts, path, servers, output, error, ct);
            output.WriteLine(Say.Of(
                $"演示{(held ? "成功" : "失败")}：{city.Requests} 次请求，用时 {watch.Elapsed.TotalSeconds:0.0} 秒。", $"The demonstration {(held ? "succeeded" : "FAILED")}: {city.Requests} requests, {watch.Elapsed.TotalSeconds:0.0} s."));
            return held ? 0 : 1;
        }
        catch (ServerFailedException e)
        {
            error.WriteLine(e.Message);
            return 1;
        }
        catch (DemonstrationFailedException e)
        {
            error.WriteLine(Say.Of($"演示失败：{e.Message}", $"The demonstration failed: {e.Message}"));
            return 1;
        }
    }

    private static async Task<(IAsyncDisposable City, Uri Gateway)> Start(DataFolder folder, SimulatedClock clock, string? clockFile, CancellationToken ct)
    {
        // One story of a whole year is told by few accounts, faster than people are.
        var settings = new Dictionary<string, string?> { ["Gateway:RequestsPerSecond"] = "100000" };
        if (clockFile is null)
        {
            var process = await OneProcess.Start(new OneProcessOptions(folder, Port: 0, Demonstration: true, clock) { Settings = settings }, ct);
            return (process, process.Gateway);
        }

        var city = await ServerCity.Start(new ServerCityOptions(folder, Port: 0, Demonstration: true) { Settings = settings, ClockFile = clockFile }, ct);
        return (city, city.Gateway);
    }

    private static bool Empty(string path, TextWriter error)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            if (!File.Exists(Path.Combine(path, Mark)))
            {
                error.WriteLine(Say.Of($"{path} 不是演示目录，不予清空；请用 --data 换一个。", $"{path} is not a demonstration's folder and is not emptied; name another with --data."));
                return false;
            }

            Directory.Delete(path, recursive: true);
        }

        return true;
    }

    /// <summary>Waits until Oversight has taken in what every service has told of; the clock in this is the machine's own.</summary>
    private static async Task Followed(PilotClient city, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var tree = await city.Get("auditor-1", $"/api/oversight/{PilotClient.City}/tree");
            var taken = tree.GetProperty("logs").EnumerateArray().ToDictionary(l => l.GetProperty("service").GetString()!, l => l.GetProperty("position").GetInt64(), StringComparer.Ordinal);
            if (city.Positions.All(p => taken.GetValueOrDefault(p.Key) >= p.Value))
            {
                return;
            }

            if (watch.Elapsed > FollowPatience)
            {
                throw new DemonstrationFailedException(Say.Of("监督服务未能跟上日志", "Oversight has not followed the logs"));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    private static async Task ShowTrail(PilotClient city, string award, TextWriter output)
    {
        var trail = await city.Get("auditor-1", $"/api/oversight/{PilotClient.City}/trail?award={award}&limit=200");
        output.WriteLine();
        output.WriteLine(Say.Of($"补助 {award} 的轨迹", $"The trail of award {award}"));
        foreach (var entry in trail.GetProperty("items").EnumerateArray())
        {
            output.WriteLine($"  {DateTimeOffset.Parse(entry.GetProperty("at").GetString()!, CultureInfo.InvariantCulture).ToOffset(ChinaTime.Offset):yyyy-MM-dd HH:mm}  {entry.GetProperty("type").GetString(),-22} {entry.GetProperty("stream").GetString(),-30} {Who(entry.GetProperty("actor"))}");
        }
    }

    /// <summary>The handler's attempt to approve its own award stands in the award's trail.</summary>
    private static async Task FindRefusal(PilotClient city, string award, TextWriter output)
    {
        var trail = await city.Get("auditor-1", $"/api/oversight/{PilotClient.City}/trail?award={award}&limit=200");
        var refused = trail.GetProperty("items").EnumerateArray().Where(e => e.GetProperty("type").GetString() == "ApprovalRefused").ToArray();
        if (refused.Length != 1)
        {
            throw new DemonstrationFailedException(Say.Of("轨迹中没有经办人自行审批被拒的记录", "the trail does not show the handler's attempt to approve"));
        }

        output.WriteLine(Say.Of($"补助 {award} 的轨迹留有一次被拒的审批：{Who(refused[0].GetProperty("actor"))}", $"The trail of award {award} keeps a refused approval: {Who(refused[0].GetProperty("actor"))}"));
    }

    private static int Index(Twist twist, bool advance) =>
        DemonstrationProject.All.Select((p, i) => (p, i)).First(x => x.p.Twist == twist && x.p.Advance == advance && x.p.Award > 0).i;

    private static string Who(JsonElement actor) => $"{actor.GetProperty("role").GetString()} {actor.GetProperty("account").GetString()}";

    private static async Task<IReadOnlyList<string>> WriteReceipts(PilotClient city, IReadOnlyList<string> awards, string path, TextWriter output, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(path, "receipts")).FullName;
        var files = new List<string>();
        foreach (var award in awards)
        {
            var file = Path.Combine(folder, $"{award}.json");
            await File.WriteAllBytesAsync(file, await city.Bytes("auditor-1", $"/api/oversight/{PilotClient.City}/receipts/awards/{award}"), ct);
            files.Add(file);
        }

        output.WriteLine();
        output.WriteLine(Say.Of($"{files.Count} 份凭证写入 {folder}", $"{files.Count} receipts are in {folder}"));
        return files;
    }

    private static async Task<bool> VerifyAll(PilotClient city, IReadOnlyList<string> receipts, string path, bool servers, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var key = Path.Combine(path, "city.vkey");
        await File.WriteAllTextAsync(key, Encoding.UTF8.GetString(await city.Bytes("auditor-1", $"/api/oversight/{PilotClient.City}/key")), ct);
        var held = Verify.Run(receipts, null, key, output, error, ct) == 0;

        output.WriteLine();
        output.WriteLine(Say.Of("改动一份副本中的一个字节，再次核验：", "One byte of a copy is altered and verified again:"));
        var altered = Path.Combine(path, "altered.json");
        await File.WriteAllTextAsync(altered, Alter(await File.ReadAllTextAsync(receipts[1], ct)), ct);
        var found = Verify.Run([altered], null, key, output, error, ct) == 1;

        output.WriteLine();
        var logs = (servers ? await Verify.Servers(path, null, null, output, error, ct) : Verify.Run([], path, null, output, error, ct)) == 0;
        return held && found && logs;
    }

    /// <summary>Changes one byte inside the canonical bytes of the award's computation: an amount would be worth it.</summary>
    private static string Alter(string receipt)
    {
        var entries = JsonDocument.Parse(receipt).RootElement.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("bytes").GetString()!);
        foreach (var text in entries)
        {
            var bytes = Convert.FromBase64String(text);
            var at = bytes.AsSpan().IndexOf("\"payable\":\""u8);
            if (at >= 0)
            {
                bytes[at + "\"payable\":\"".Length] ^= 1;
                return receipt.Replace(text, Convert.ToBase64String(bytes), StringComparison.Ordinal);
            }
        }

        throw new DemonstrationFailedException("the receipt holds no computed award");
    }
}
