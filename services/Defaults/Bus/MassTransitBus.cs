using System.Net.Security;
using System.Security.Cryptography;
using MassTransit;
using Microsoft.Extensions.Logging;
using PilotCity.Contracts;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// The bus on MassTransit: RabbitMQ between processes, its in-memory transport within one. An in-memory bus is one instance that
/// all hosts of the process share.
/// </summary>
public sealed class MassTransitBus : EventBus
{
    /// <summary>Messages a follower holds unacknowledged: a few, because each is handed on at once.</summary>
    private const int Prefetch = 16;

    /// <summary>What RabbitMQ keeps for a follower that is away; it takes no more then, and the feed has them all.</summary>
    private const int QueueBytesMax = 256 << 20;

    /// <summary>Retries of a message that could not be handed on, before it is parked (<see cref="Park"/>).</summary>
    private const int RetriesMax = 5;

    /// <summary>
    /// How often a message may come back from a consumer that broke off with it, before the broker parks it: one that ends every process that
    /// takes it must not end them for ever. Restarts return healthy ones, so it is not a few.
    /// </summary>
    private const int DeliveriesMax = 20;

    /// <summary>Messages on their way to the broker; one that a blocked broker never confirms keeps its place until the connection ends.</summary>
    private const int SendingMax = 8;

    /// <summary>A connection that went dead without a word is noticed within two of these.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan ReconnectWait = TimeSpan.FromSeconds(2);

    private readonly IBusControl control;
    private readonly MessageSeal seal;
    private readonly ILogger logger;
    private readonly SemaphoreSlim sending = new(SendingMax);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? started;

    private MassTransitBus(IBusControl control, MessageSeal seal, ILogger logger) => (this.control, this.seal, this.logger) = (control, seal, logger);

    public static MassTransitBus InMemory(ILoggerFactory logging)
    {
        LogContext.ConfigureCurrentLogContext(logging);
        return new(MassTransit.Bus.Factory.CreateUsingInMemory(_ => { }), new MessageSeal(RandomNumberGenerator.GetBytes(32)), logging.CreateLogger<MassTransitBus>());
    }

    /// <summary>By <c>amqp://user:password@host:port/vhost</c> (or amqps); messages are sealed by the key that all services share.</summary>
    public static MassTransitBus RabbitMq(Uri address, ReadOnlySpan<byte> serviceKey, ILoggerFactory logging)
    {
        LogContext.ConfigureCurrentLogContext(logging);
        var control = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus => bus.Host(address, host =>
        {
            host.PublisherConfirmation = true;
            host.Heartbeat(Heartbeat);

            // Whatever the broker takes, we take and park: a message at which the client ends the connection would end it for ever.
            host.MaxMessageSize(Parking.BrokerMessageBytesMax);
            if (address.Scheme == "amqps")
            {
                // MassTransit speaks in the clear to such an address, and accepts certificates that nobody vouches for, unless told otherwise.
                host.UseSsl(ssl =>
                {
                    ssl.ServerName = address.Host;
                    ssl.EnforcePolicyErrors(SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable);
                });
            }
        }));
        return new(control, new MessageSeal(serviceKey), logging.CreateLogger<MassTransitBus>());
    }

    /// <summary>By <c>ConnectionStrings:Bus</c>: an AMQP address, or <c>in-memory</c> for a process that is alone.</summary>
    public static MassTransitBus Open(string address, ReadOnlySpan<byte> serviceKey, ILoggerFactory logging) =>
        address == "in-memory" ? InMemory(logging)
        : AddressOf(address) is { } uri ? RabbitMq(uri, serviceKey, logging)
        : throw new SettingException("ConnectionStrings:Bus", "is neither amqp://user:password@host:port/vhost (or amqps) nor in-memory");

    /// <summary>The address of a broker, or null where the text is none.</summary>
    public static Uri? AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "amqp" or "amqps", Host.Length: > 0 } ? uri : null;

    /// <summary>Where a follower's messages wait.</summary>
    internal static string QueueOf(string follower) => $"pilot-city.{follower}";

    public override string? Trouble => control.CheckHealth() is { Status: not BusHealthStatus.Healthy } health ? health.Description ?? "not connected" : null;

    public override void Start()
    {
        lock (gate)
        {
            started ??= Task.Run(Connect);
        }
    }

    /// <summary>
    /// A broker in a memory or disk alarm takes the message and confirms it hours later or never, whatever the transport was told: the caller
    /// waits as long as it wants to, and what it gave up on is bounded.
    /// </summary>
    public override async Task Publish(EntriesAppended message, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        await Send(message, ct).WaitAsync(ct);
    }

    /// <summary>The subscription stands once the bus has started: an endpoint connected while it starts is started twice, and fails.</summary>
    public override IAsyncDisposable Subscribe(string follower, Func<EntriesAppended, Task> take)
    {
        var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        return new Subscription(Listen(follower, take, ended.Token), ended, logger);
    }

    private async Task<HostReceiveEndpointHandle> Listen(string follower, Func<EntriesAppended, Task> take, CancellationToken ended)
    {
        await ready.Task.WaitAsync(ended);
        return control.ConnectReceiveEndpoint(QueueOf(follower), e =>
        {
            e.PrefetchCount = Prefetch;
            e.PublishFaults = false;
            e.UseMessageRetry(r =>
            {
                r.Exponential(RetriesMax, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
                r.Ignore<MessageRefusedException>();
            });
            if (e is IRabbitMqReceiveEndpointConfigurator rabbit)
            {
                WithParking(rabbit, follower);
            }
            else
            {
                // Within one process there is nowhere to park: the feed has everything.
                e.DiscardFaultedMessages();
                e.DiscardSkippedMessages();
            }

            e.Handler<EntriesAppended>(context => seal.Holds(context.Message, context.Headers.Get<string>(MessageSeal.Header))
                ? take(context.Message)
                : throw new MessageRefusedException(MessageFaults.Forged));
        });
    }

    private void WithParking(IRabbitMqReceiveEndpointConfigurator rabbit, string follower)
    {
        rabbit.SetQuorumQueue();
        rabbit.SetQueueArgument("x-max-length-bytes", QueueBytesMax);

        // The broker parks what no consumer survives, and that alone: a full queue takes no more, instead of pushing out healthy messages.
        rabbit.SetQueueArgument("x-overflow", "reject-publish");
        rabbit.SetQueueArgument("x-delivery-limit", DeliveriesMax);
        rabbit.SetQueueArgument("x-dead-letter-exchange", string.Empty);
        rabbit.SetQueueArgument("x-dead-letter-routing-key", Parking.QueueOf(follower));
        rabbit.SetQueueArgument("x-dead-letter-strategy", "at-least-once");

        var park = new Park(follower, TimeProvider.System, logger);
        rabbit.ConfigureChannel(channel => channel.UseFilter(park.Queue));
        rabbit.ConfigureReceive(receive => receive.UseFilter(park.Bound));
        rabbit.ConfigureDeadLetter(skipped => skipped.UseFilter(park));
        rabbit.ConfigureError(failed => failed.UseFilter(park));
    }

    private async Task Send(EntriesAppended message, CancellationToken ct)
    {
        try
        {
            await control.Publish(message, context => context.Headers.Set(MessageSeal.Header, seal.Make(message)), ct);
        }
        finally
        {
            sending.Release();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (started is not null && await InTime(started, "connecting", logger))
        {
            await InTime(control.StopAsync(StopPatience), "stopping", logger);
        }

        stopping.Dispose();
    }

    /// <summary>Waits a bounded while: a transport in trouble must not hold the process.</summary>
    private static async Task<bool> InTime(Task task, string what, ILogger logger)
    {
        try
        {
            await task.WaitAsync(StopPatience + TimeSpan.FromSeconds(1));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (TimeoutException)
        {
            logger.LogWarning("The bus did not end {What} in time and is left behind", what);
            return false;
        }
    }

    private async Task Connect()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // Cancelled while the broker is away, the start itself may never end: it is left behind.
                await control.StartAsync(stopping.Token).WaitAsync(stopping.Token);
                ready.TrySetResult();
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                logger.LogWarning("The bus is away, trying again: {Reason}", e.Message);
                await Task.Delay(ReconnectWait, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // Stopping: whatever became of the last attempt, nobody waits for it.
                return;
            }
        }
    }

    private sealed class Subscription(Task<HostReceiveEndpointHandle> listening, CancellationTokenSource ended, ILogger logger) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await ended.CancelAsync();
            using var patience = new CancellationTokenSource(StopPatience);
            if (await InTime(listening, "a subscription", logger))
            {
                await InTime((await listening).StopAsync(patience.Token), "a subscription", logger);
            }

            ended.Dispose();
        }
    }
}
