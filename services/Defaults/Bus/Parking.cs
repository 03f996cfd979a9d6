using System.Globalization;
using System.Net.Security;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// A message that its follower could not take: why, when, from where (exchange, and user where the broker vouches for one), how large, how
/// often it was sent again, and how it begins. Everything but the size may be a stranger's words.
/// </summary>
public sealed record ParkedMessage(string Code, Fault? Reason, string? Detail, DateTimeOffset? At, string From, int Bytes, int Redriven, byte[] Begins);

/// <summary>How many messages are parked, and the oldest of them.</summary>
public sealed record ParkedMessages(int Total, IReadOnlyList<ParkedMessage> Oldest);

/// <summary>What became of a redrive: how many were parked when it began, how many of them were sent again, and what stopped it before the end.</summary>
public sealed record Redrive(int Parked, int Sent, Fault? Stopped = null);

/// <summary>
/// The parking queues of a broker, one per follower: what its follower could not read or take waits there for a person, and holds nobody up.
/// This is the operator's view (<c>./city bus</c>) over RabbitMQ's own client.
/// </summary>
public sealed class Parking : IAsyncDisposable
{
    /// <summary>RabbitMQ's own upper limit of a message: whatever is in a queue can be read.</summary>
    internal const uint BrokerMessageBytesMax = 512 << 20;

    internal const string ReasonHeader = "pilot-city-parked-reason";
    internal const string DetailHeader = "pilot-city-parked-detail";
    internal const string AtHeader = "pilot-city-parked-at";
    internal const string FromHeader = "pilot-city-parked-from";
    internal const string HeadersHeader = "pilot-city-parked-headers";
    internal const string RedrivenHeader = "pilot-city-redriven";

    /// <summary>What is kept of a body for the list.</summary>
    private const int BeginsBytes = 96;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    private readonly IConnection connection;
    private readonly CancellationTokenSource blocked = new();

    private Parking(IConnection connection)
    {
        this.connection = connection;
        connection.ConnectionBlockedAsync += (_, _) => blocked.CancelAsync();
    }

    /// <summary>
    /// Bounded, and at the bound the oldest go: everything in it was only ever a nudge, and to keep the newest is to keep working. It
    /// outlives any number of looks into it (brokers from 4.0 on drop a message after 20 unless told otherwise).
    /// </summary>
    internal static Dictionary<string, object?> QueueArguments => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-max-length"] = 10_000,
        ["x-max-length-bytes"] = 256 << 20,
        ["x-delivery-limit"] = 1_000_000,
    };

    public static string QueueOf(string follower) => $"{MassTransitBus.QueueOf(follower)}.parked";

    public static async Task<Result<Parking>> Open(Uri address, CancellationToken ct)
    {
        var factory = new ConnectionFactory
        {
            Uri = address,
            ClientProvidedName = "city bus",
            AutomaticRecoveryEnabled = false,
            MaxInboundMessageBodySize = BrokerMessageBytesMax,
            RequestedConnectionTimeout = Patience,
            ContinuationTimeout = Patience,
        };

        // The client takes a certificate of any name with such an address, unless told otherwise.
        factory.Ssl.AcceptablePolicyErrors = SslPolicyErrors.None;
        try
        {
            return new Parking(await factory.CreateConnectionAsync(ct));
        }
        catch (Exception e) when (e is RabbitMQClientException or IOException)
        {
            return BrokerAway(e);
        }
    }

    /// <summary>
    /// How many messages of this follower are parked, and the oldest of them, at most <paramref name="max"/>: they are looked at and given
    /// back, in their order. Faults: <c>parking.no_queue</c>, <c>parking.broker_away</c>.
    /// </summary>
    public async Task<Result<ParkedMessages>> List(string follower, int max, CancellationToken ct)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            var (total, found) = (0, new List<ParkedMessage>());
            while (found.Count < Math.Max(1, max) && await channel.BasicGetAsync(QueueOf(follower), autoAck: false, ct) is { } message)
            {
                total = Math.Max(total, found.Count + 1 + (int)message.MessageCount);
                found.Add(Read(message));
            }

            await channel.BasicNackAsync(deliveryTag: 0, multiple: true, requeue: true, ct);
            return new ParkedMessages(total, found);
        }
        catch (Exception e) when (e is RabbitMQClientException or IOException)
        {
            return Missing(e) ? NoQueue(follower) : BrokerAway(e);
        }
    }

    /// <summary>
    /// Sends every message that is parked now to its follower again. Each is confirmed by the broker before it leaves the parking, so a crash
    /// between doubles it and never loses it; what comes back meanwhile waits for the next time. Faults, as what stopped it:
    /// <c>parking.no_queue</c>, <c>parking.no_follower</c>, <c>parking.follower_full</c>, <c>parking.broker_blocked</c>, <c>parking.broker_away</c>.
    /// </summary>
    public async Task<Redrive> Redrive(string follower, CancellationToken ct)
    {
        var (parked, sent) = (0, 0);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct, blocked.Token);
        try
        {
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
            while ((sent == 0 || sent < parked) && await channel.BasicGetAsync(QueueOf(follower), autoAck: false, ct) is { } message)
            {
                parked = sent == 0 ? 1 + (int)message.MessageCount : parked;
                patience.CancelAfter(Patience);
                await channel.BasicPublishAsync(string.Empty, MassTransitBus.QueueOf(follower), mandatory: true, Again(message.BasicProperties), message.Body, patience.Token);
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, ct);
                sent++;
            }

            return new(parked, sent);
        }
        catch (PublishException e)
        {
            return new(parked, sent, e.IsReturn ? NoFollower(follower) : FollowerFull(follower));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(parked, sent, BrokerBlocked);
        }
        catch (Exception e) when (e is RabbitMQClientException or IOException)
        {
            return new(parked, sent, Missing(e) ? NoQueue(follower) : BrokerAway(e));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await connection.CloseAsync(Constants.ReplySuccess, "done", ClosePatience, abort: true, CancellationToken.None);
        await connection.DisposeAsync();
        blocked.Dispose();
    }

    /// <summary>Headers by which a sender has the broker route further copies: they do their work once, not again from here.</summary>
    internal static bool Routes(string header) => header is "CC" or "BCC";

    private static bool Missing(Exception e) => e is OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotFound };

    private static Fault NoQueue(string follower) => new(FaultKind.NotFound, "parking.no_queue", new(
        $"消息服务器上没有 {QueueOf(follower)}：该服务从未在此连接过。", $"The broker has no {QueueOf(follower)}: this follower has never been there."));

    private static Fault NoFollower(string follower) => new(FaultKind.Refused, "parking.no_follower", new(
        $"队列 {MassTransitBus.QueueOf(follower)} 不存在，请先启动该服务。", $"The follower's queue {MassTransitBus.QueueOf(follower)} does not exist; start the follower first."));

    private static Fault FollowerFull(string follower) => new(FaultKind.TooMany, "parking.follower_full", new(
        $"队列 {MassTransitBus.QueueOf(follower)} 已满，请等该服务取走后再试。", $"The follower's queue {MassTransitBus.QueueOf(follower)} is full; try again once the follower has taken from it."));

    private static readonly Fault BrokerBlocked = new(FaultKind.Unavailable, "parking.broker_blocked", new(
        "消息服务器暂不接收消息（内存或磁盘告警），请处理后再试。", "The broker takes no messages now (a memory or disk alarm); see to it and try again."));

    private static Fault BrokerAway(Exception e) => new(FaultKind.Unavailable, "parking.broker_away", new(
        $"消息服务器无法访问：{e.GetBaseException().Message}", $"The broker cannot be reached: {e.GetBaseException().Message}"));

    private static ParkedMessage Read(BasicGetResult message)
    {
        var headers = message.BasicProperties.Headers;

        // What the broker parked itself carries the broker's words only.
        var code = Word(headers, ReasonHeader) ?? (headers?.ContainsKey("x-death") == true ? MessageFaults.NotSurvived.Code : "?");
        return new(
            code,
            MessageFaults.Of(code),
            Word(headers, DetailHeader),
            DateTimeOffset.TryParse(Word(headers, AtHeader), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : Died(headers),
            Word(headers, FromHeader) ?? Word(headers, "x-first-death-exchange") ?? string.Empty,
            message.Body.Length,
            Redrives(headers),
            message.Body[..Math.Min(message.Body.Length, BeginsBytes)].ToArray());
    }

    private static BasicProperties Again(IReadOnlyBasicProperties parked)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in parked.Headers ?? new Dictionary<string, object?>())
        {
            if ((name == FromHeader || !name.StartsWith("pilot-city-parked-", StringComparison.Ordinal)) && !name.StartsWith("x-", StringComparison.Ordinal) && !Routes(name))
            {
                headers[name] = value;
            }
        }

        headers[RedrivenHeader] = Redrives(parked.Headers) + 1;
        return new BasicProperties(parked) { Headers = headers, Persistent = true };
    }

    /// <summary>Where a message first came from: what was sent again from here has been through the queue's own door since.</summary>
    internal static string FirstFrom(string exchange, string? user, IDictionary<string, object?> headers) =>
        exchange.Length == 0 && headers.ContainsKey(RedrivenHeader) && Word(headers, FromHeader) is { } first ? first
        : user is { Length: > 0 } ? $"{exchange} ({user})"
        : exchange;

    private static string? Word(IDictionary<string, object?>? headers, string name) => headers?.TryGetValue(name, out var value) != true ? null : value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text => text,
        _ => null,
    };

    private static int Redrives(IDictionary<string, object?>? headers) => headers?.TryGetValue(RedrivenHeader, out var value) == true && value is int times and >= 0 and < int.MaxValue ? times : 0;

    private static DateTimeOffset? Died(IDictionary<string, object?>? headers) =>
        headers?.TryGetValue("x-death", out var value) == true && value is IList<object?> { Count: > 0 } deaths
        && deaths[0] is IDictionary<string, object?> death && death.TryGetValue("time", out var time) && time is AmqpTimestamp { UnixTime: >= 0 and < 253_402_300_800 } stamp
            ? DateTimeOffset.FromUnixTimeSeconds(stamp.UnixTime)
            : null;
}
