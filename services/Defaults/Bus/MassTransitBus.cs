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

    /// <summary>What RabbitMQ keeps for a follower that is away; older messages go first, the feed has them all.</summary>
    private const int QueueBytesMax = 256 << 20;

    /// <summary>Retries of a message that could not be handed on, before it is parked in the follower's <c>_error</c> queue.</summary>
    private const int RetriesMax = 5;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan ReconnectWait = TimeSpan.FromSeconds(2);

    private readonly IBusControl control;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? started;

    private MassTransitBus(IBusControl control, ILogger logger) => (this.control, this.logger) = (control, logger);

    public static MassTransitBus InMemory(ILoggerFactory logging)
    {
        LogContext.ConfigureCurrentLogContext(logging);
        return new(MassTransit.Bus.Factory.CreateUsingInMemory(_ => { }), logging.CreateLogger<MassTransitBus>());
    }

    /// <summary>By <c>amqp://user:password@host:port/vhost</c> (or amqps).</summary>
    public static MassTransitBus RabbitMq(Uri address, ILoggerFactory logging)
    {
        LogContext.ConfigureCurrentLogContext(logging);
        return new(
            MassTransit.Bus.Factory.CreateUsingRabbitMq(bus => bus.Host(address, host => host.PublisherConfirmation = true)),
            logging.CreateLogger<MassTransitBus>());
    }

    /// <summary>By <c>ConnectionStrings:Bus</c>: an AMQP address, or <c>in-memory</c> for a process that is alone.</summary>
    public static MassTransitBus Open(string address, ILoggerFactory logging) =>
        address == "in-memory" ? InMemory(logging)
        : Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" ? RabbitMq(uri, logging)
        : throw new SettingException("ConnectionStrings:Bus", "is neither amqp://user:password@host:port/vhost (or amqps) nor in-memory");

    public override string? Trouble => control.CheckHealth() is { Status: not BusHealthStatus.Healthy } health ? health.Description ?? "not connected" : null;

    public override void Start()
    {
        lock (gate)
        {
            started ??= Task.Run(Connect);
        }
    }

    public override Task Publish(EntriesAppended message, CancellationToken ct) => control.Publish(message, ct);

    /// <summary>The subscription stands once the bus has started: an endpoint connected while it starts is started twice, and fails.</summary>
    public override IAsyncDisposable Subscribe(string follower, Func<EntriesAppended, Task> take)
    {
        var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        return new Subscription(Listen(follower, take, ended.Token), ended, logger);
    }

    private async Task<HostReceiveEndpointHandle> Listen(string follower, Func<EntriesAppended, Task> take, CancellationToken ended)
    {
        await ready.Task.WaitAsync(ended);
        return control.ConnectReceiveEndpoint($"pilot-city.{follower}", e =>
        {
            e.PrefetchCount = Prefetch;
            e.UseMessageRetry(r => r.Exponential(RetriesMax, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200)));
            if (e is IRabbitMqReceiveEndpointConfigurator rabbit)
            {
                rabbit.SetQuorumQueue();
                rabbit.SetQueueArgument("x-max-length-bytes", QueueBytesMax);
            }

            e.Handler<EntriesAppended>(context => take(context.Message));
        });
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
            catch (OperationCanceledException)
            {
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
