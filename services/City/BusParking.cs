using System.CommandLine;
using System.Globalization;
using System.Text;
using PilotCity.City.Servers;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;

namespace PilotCity.City;

/// <summary>
/// <c>./city bus parked</c> lists what followers could not take from the bus, and why; <c>./city bus redrive</c> sends it to them again. Exit
/// code 0 where that was done, 1 where something could not be sent or the broker cannot be reached, 2 where the command was used wrongly.
/// </summary>
internal static class BusParking
{
    /// <summary>Messages listed of one follower; whoever has more parked has seen enough to know why.</summary>
    private const int ListedMax = 1_000;

    /// <summary>The services that follow others: each has a parking queue.</summary>
    internal static IReadOnlyList<string> Followers => [.. Shapes.All.Where(s => s.Follows is not null).Select(s => s.Name)];

    internal static Command Command()
    {
        var parked = new Place();
        var list = new Command("parked", Say.Of("列出停放的消息：原因、时间、来源、大小、开头", "list what is parked: why, when, from where, how large, how it begins")) { parked.Bus, parked.Data, parked.Follower };
        list.SetAction((parsed, ct) => Run(parked, parsed, (parking, follower, token) => List(parking, follower, Parked, Console.Out, Console.Error, token), ct));

        var again = new Place();
        var dryRun = new Option<bool>("--dry-run") { Description = Say.Of("只列出将要重发的消息，不改变任何东西", "only list what would be sent; change nothing") };
        var redrive = new Command("redrive", Say.Of("把现在停放的消息重新发给原来的服务，每条一次", "send what is parked now to its follower again, each once")) { again.Bus, again.Data, again.Follower, dryRun };
        redrive.SetAction((parsed, ct) => Run(
            again,
            parsed,
            parsed.GetValue(dryRun)
                ? (parking, follower, token) => List(parking, follower, WouldSend, Console.Out, Console.Error, token)
                : (parking, follower, token) => Send(parking, follower, Console.Out, Console.Error, token),
            ct));

        return new Command("bus", Say.Of("查看、重发各服务无法处理而停放的消息", "see and send again the messages that services could not take")) { list, redrive };
    }

    /// <summary>Lists one follower's parked messages under a heading.</summary>
    internal static async Task<int> List(Parking parking, string follower, Func<string, int, string> heading, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var found = await parking.List(follower, ListedMax, ct);
        if (!found.Ok)
        {
            return NotThere(found.Fault, follower, output, error);
        }

        output.WriteLine(heading(follower, found.Value.Total));
        foreach (var (message, number) in found.Value.Oldest.Select((m, i) => (m, i + 1)))
        {
            Write(message, number, output);
        }

        if (found.Value.Total > found.Value.Oldest.Count)
        {
            output.WriteLine(Say.Of($"  …另有 {found.Value.Total - found.Value.Oldest.Count} 条未列出", $"  … and {found.Value.Total - found.Value.Oldest.Count} more"));
        }

        return 0;
    }

    /// <summary>Sends one follower's parked messages again.</summary>
    internal static async Task<int> Send(Parking parking, string follower, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var done = await parking.Redrive(follower, ct);
        if (done.Stopped is { Code: "parking.no_queue" } absent)
        {
            return NotThere(absent, follower, output, error);
        }

        output.WriteLine(Say.Of($"{follower}：停放 {done.Parked} 条，已重发 {done.Sent} 条。", $"{follower}: {done.Parked} parked, {done.Sent} sent again."));
        if (done.Stopped is null)
        {
            return 0;
        }

        error.WriteLine($"{follower}: {Printable(Say.Of(done.Stopped.Message))}");
        return 1;
    }

    internal static string Parked(string follower, int count) => count == 0
        ? Say.Of($"{follower}：没有停放的消息。", $"{follower}: nothing is parked.")
        : Say.Of($"{follower}：停放 {count} 条", $"{follower}: {count} parked");

    internal static string WouldSend(string follower, int count) => count == 0 ? Parked(follower, 0) : Say.Of($"{follower}：将重发 {count} 条（未发送）", $"{follower}: {count} would be sent again (nothing was sent)");

    private static async Task<int> Run(Place place, ParseResult parsed, Func<Parking, string, CancellationToken, Task<int>> act, CancellationToken ct)
    {
        var follower = parsed.GetValue(place.Follower);
        if (follower is not null && !Followers.Contains(follower))
        {
            Console.Error.WriteLine(Say.Of($"--follower {follower}：没有这样的服务，可选：{string.Join("、", Followers)}。", $"--follower {follower}: there is no such follower; it is one of {string.Join(", ", Followers)}."));
            return 2;
        }

        Uri? named = null;
        if (ServersOptions.BusOf(parsed, place.Bus) is { } text && (named = MassTransitBus.AddressOf(text)) is null)
        {
            Console.Error.WriteLine(Say.Of("RabbitMQ 地址无法使用，应如 amqp://用户:密码@主机:5672/", "The address of RabbitMQ cannot be used; it should look like amqp://user:password@host:5672/"));
            return 2;
        }

        try
        {
            await using var broker = await Broker.Find(named, parsed.GetRequiredValue(place.Data), ct);
            var opened = await Parking.Open(broker.Address, ct);
            if (!opened.Ok)
            {
                Console.Error.WriteLine(Printable(Say.Of(opened.Fault.Message)));
                return 1;
            }

            await using var parking = opened.Value;
            var worst = 0;
            foreach (var name in follower is null ? Followers : [follower])
            {
                worst = Math.Max(worst, await act(parking, name, ct));
            }

            return worst;
        }
        catch (ServerFailedException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    /// <summary>A follower that was never there has nothing parked; anything else is trouble.</summary>
    private static int NotThere(Fault fault, string follower, TextWriter output, TextWriter error)
    {
        if (fault.Kind == FaultKind.NotFound)
        {
            output.WriteLine($"{follower}: {Say.Of(fault.Message)}");
            return 0;
        }

        error.WriteLine($"{follower}: {Printable(Say.Of(fault.Message))}");
        return 1;
    }

    private static void Write(ParkedMessage message, int number, TextWriter output)
    {
        var at = message.At is { } moment ? moment.ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : Say.Of("时间不详", "when is unknown");
        var reason = message.Reason is { } fault ? Say.Of(fault.Message) : Say.Of("原因不详", "why is unknown here");
        output.WriteLine($"  {number}. {at}  {Printable(message.Code)}  {reason}{(message.Detail is { } detail ? $" ({Printable(detail)})" : string.Empty)}");
        var redriven = message.Redriven > 0 ? Say.Of($"，已重发 {message.Redriven} 次", $", sent again {message.Redriven}×") : string.Empty;
        var from = message.From.Length > 0 ? Printable(message.From) : Say.Of("直接投递", "sent to the queue itself");
        output.WriteLine(Say.Of($"     来自 {from}，{message.Bytes} 字节{redriven}", $"     from {from}, {message.Bytes} bytes{redriven}"));
        output.WriteLine($"     {Printable(message.Begins)}{(message.Bytes > message.Begins.Length ? "…" : string.Empty)}");
    }

    /// <summary>A stranger's words on a person's terminal: what is no printable character is written as its number.</summary>
    internal static string Printable(string text)
    {
        var plain = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            _ = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned
                ? plain.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}")
                : plain.Append(rune.ToString());
        }

        return plain.ToString();
    }

    /// <summary>Bytes that may be anything: ASCII as it is, the rest as hexadecimal.</summary>
    internal static string Printable(ReadOnlySpan<byte> bytes)
    {
        var plain = new StringBuilder();
        foreach (var b in bytes)
        {
            _ = b is >= 0x20 and < 0x7F and not (byte)'\\' ? plain.Append((char)b) : plain.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }

        return plain.ToString();
    }

    /// <summary>Which broker, and which follower's parking.</summary>
    private sealed class Place
    {
        public Option<string?> Bus { get; } = ServersOptions.Bus();

        public Option<string> Data { get; } = DataFolder.Option();

        public Option<string?> Follower { get; } = new("--follower")
        {
            Description = Say.Of($"只看这个服务的（{string.Join("、", Followers)}）", $"this follower's only ({string.Join(", ", Followers)})"),
        };
    }

    /// <summary>A broker that was named, or a data folder's private one: where its city runs, that one; else it is started for as long as we ask.</summary>
    private sealed class Broker(Uri address, RabbitServer? own, DataFolder? folder) : IAsyncDisposable
    {
        public Uri Address { get; } = address;

        public static async Task<Broker> Find(Uri? named, string path, CancellationToken ct)
        {
            if (named is not null)
            {
                return new(named, null, null);
            }

            var rabbit = DataFolder.RabbitFolderOf(path);
            if (!Directory.Exists(rabbit))
            {
                throw new ServerFailedException(Say.Of(
                    $"数据目录 {path} 中没有消息服务器（单进程运行时没有停放队列）；用 --bus 指明 RabbitMQ 地址，或用 --data 换一个目录。",
                    $"There is no broker in the data folder {path} (one process parks nothing); name RabbitMQ's address with --bus, or another folder with --data."));
            }

            if (DataFolder.Take(path, TextWriter.Null) is not { } folder)
            {
                return new(RabbitServer.RunningAt(rabbit), null, null);
            }

            try
            {
                var own = await RabbitServer.Open(rabbit, ct);
                return new(own.Uri, own, folder);
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (own is not null)
            {
                await own.DisposeAsync();
            }

            folder?.Dispose();
        }
    }
}
