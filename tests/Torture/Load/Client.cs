using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using PilotCity.City.Demonstration;
using PilotCity.Contracts.Funding.V1;

namespace PilotCity.Torture.Load;

/// <summary>Every command that any client gave, for the checks at the end.</summary>
internal sealed class Given
{
    private readonly ConcurrentQueue<Command> all = new();
    private int answered;

    internal IReadOnlyCollection<Command> All => all;

    /// <summary>How many answers that promise something were given.</summary>
    internal int Answered => answered;

    internal void Add(Command command) => all.Enqueue(command);

    internal void OneAnswered() => Interlocked.Increment(ref answered);
}

/// <summary>
/// One client with its own chance: it sends commands under keys of its own making, waits a bounded while, repeats what was left unknown, and now
/// and then does what clients do: sends twice at once, hangs up early, gives up, repeats what it knows, uses a key for something else.
/// </summary>
internal sealed class Client(Door door, Given given, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    internal Door Door => door;

    internal Random Random => random;

    internal Calendar Calendar => door.Calendar;

    internal Command Post(string kind, string account, string path, object body, params IReadOnlyList<Effect> effects) => Json(kind, account, HttpMethod.Post, path, body, effects);

    internal Command Put(string kind, string account, string path, object body, params IReadOnlyList<Effect> effects) => Json(kind, account, HttpMethod.Put, path, body, effects);

    internal Command File(string kind, string account, HttpMethod method, string path, byte[] bytes, string contentType) => new(kind, Key(), account, method, path, bytes, contentType);

    /// <summary>A batch of postings over gRPC; each item that is not refused leaves one entry.</summary>
    internal Command Batch(string account, string city, string fund, IEnumerable<PostItem> items)
    {
        var key = Key();
        var request = new PostRequest { City = city, CommandId = ByteString.CopyFrom(key.ToByteArray(bigEndian: true)), Fund = fund, Items = { items } };
        return new("ledger", key, account, HttpMethod.Post, $"/api/funding/{city}/ledger (gRPC)", request.ToByteArray(), PostLedger.ContentType)
        {
            Entries = told => told.Json!.Value.EnumerateArray().Count(a => a.ValueKind == JsonValueKind.String),
        };
    }

    /// <summary>Sends it until there is an answer; null where this client gave up, and the end of the run finds out.</summary>
    internal async Task<Told?> Send(Command command, CancellationToken ct, bool insists = false)
    {
        given.Add(command);
        var whim = random.Next(100);
        var hangsUp = whim is 0 or 1;
        var doubles = whim is >= 2 and <= 6;
        var givesUp = whim is 7 or 8 && !insists;
        for (var pause = 50; ; pause = Math.Min(pause * 2, 1_000))
        {
            var patience = hangsUp && command.Attempts == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 60)) : Patience;
            if (doubles && command.Attempts == 0)
            {
                var both = await Task.WhenAll(door.Try(command, patience, false, ct), door.Try(command, patience, false, ct));
                if (both[0] is not null && both[1] is not null)
                {
                    return command.Acceptance ?? both[0];
                }
            }
            else if (await door.Try(command, patience, true, ct) is { } told)
            {
                given.OneAnswered();
                await Whim(command, whim, ct);
                return command.Acceptance ?? told;
            }

            if (givesUp)
            {
                return null;
            }

            await Task.Delay(pause, ct);
        }
    }

    /// <summary>Sends it and insists on success: for what the rest of a story stands on.</summary>
    internal async Task<Told> Must(Command command, CancellationToken ct)
    {
        var told = await Send(command, ct, insists: true);
        return told is { Accepted: true } ? told : throw new StoryEndsException($"{command} → {told?.Status} {told?.Body}");
    }

    internal async Task<JsonElement?> Get(string account, string path, CancellationToken ct) => (await door.Get(account, path, ct))?.Body;

    /// <summary>Puts a file into the content store and refers to it as evidence.</summary>
    internal async Task<object> Evidence(string account, string code, string text, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes($"{text} {random.Next()}");
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await Must(File("evidence", account, HttpMethod.Put, $"/api/performance/{PilotClient.City}/evidence/{sha256}", bytes, "application/octet-stream"), ct);
        return new { code, files = new[] { new { name = $"{code}.txt", sha256, size = bytes.Length } } };
    }

    private async Task Whim(Command command, int whim, CancellationToken ct)
    {
        if (whim is 9 or 10 && command.Acceptance is not null)
        {
            // What is known is told again.
            await door.Try(command, Patience, true, ct);
        }
        else if (whim == 11 && command.Acceptance is not null && command.ContentType == "application/json")
        {
            // The same key for another question is a conflict, and changes nothing.
            var other = new Command("reuse", command.Key, command.Account, command.Method, command.Path, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(command.Body) + " "), command.ContentType);
            if (await door.Try(other, Patience, true, ct) is { } told)
            {
                door.Verdict.Must(
                    told.Code == "command.id_reused", "a key is not used twice", () => $"{other} with another body was told {told} {told.Body}", command.Key.ToString("N"));
            }
        }
    }

    private Command Json(string kind, string account, HttpMethod method, string path, object body, IReadOnlyList<Effect> effects) =>
        new(kind, Key(), account, method, path, JsonSerializer.SerializeToUtf8Bytes(body, Defaults.Json.Lenient), "application/json") { Effects = effects };

    private Guid Key()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    internal string Number(int digits) => string.Create(CultureInfo.InvariantCulture, $"{random.NextInt64(1, (long)Math.Pow(10, digits))}").PadLeft(digits, '0');
}

/// <summary>A story cannot go on: a step that must succeed was refused.</summary>
internal sealed class StoryEndsException(string message) : Exception(message);
