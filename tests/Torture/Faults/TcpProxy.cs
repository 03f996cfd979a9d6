using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PilotCity.Torture.Faults;

/// <summary>What a link does with what comes along.</summary>
/// <param name="Refuses">New connections are closed at once.</param>
/// <param name="Delay">What each piece waits, in both directions.</param>
/// <param name="HoldsQuestions">Nothing goes on towards the server; it is not lost but kept, as a network would that repeats itself.</param>
/// <param name="HoldsAnswers">Nothing comes back: the server does what it is asked, and nobody learns it.</param>
internal sealed record LinkState(bool Refuses = false, TimeSpan Delay = default, bool HoldsQuestions = false, bool HoldsAnswers = false)
{
    internal static readonly LinkState Whole = new();
}

/// <summary>A TCP proxy on loopback between one process and one server, whose connections can be cut, held and slowed.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private const int PieceBytes = 16 << 10;

    /// <summary>How long a server may take to accept; on loopback it does so at once or is not there.</summary>
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint server;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Task, CancellationTokenSource> open = new();
    private readonly Task accepting;
    private readonly Lock gate = new();
    private LinkState state = LinkState.Whole;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TcpProxy(IPEndPoint server)
    {
        this.server = server;
        listener.Start();
        accepting = Task.Run(Accept);
    }

    internal IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>Connections that go through it now.</summary>
    internal int Connections => open.Count;

    internal LinkState State
    {
        get
        {
            lock (gate)
            {
                return state;
            }
        }
        set
        {
            lock (gate)
            {
                state = value;
                changed.SetResult();
                changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Ends every connection that is open now, in the middle of whatever it carries.</summary>
    internal void Cut()
    {
        foreach (var (_, connection) in open)
        {
            try
            {
                connection.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended by itself.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(open.Keys);
        stopping.Dispose();
    }

    private async Task Accept()
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync(stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            if (State.Refuses)
            {
                client.Dispose();
                continue;
            }

            var cut = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            var carrying = new Task<Task>(() => Carry(client, cut.Token));
            var whole = carrying.Unwrap();
            open[whole] = cut;
            carrying.Start(TaskScheduler.Default);
            _ = whole.ContinueWith(
                done =>
                {
                    open.TryRemove(done, out _);
                    cut.Dispose();
                },
                TaskScheduler.Default);
        }
    }

    private async Task Carry(Socket client, CancellationToken cut)
    {
        using (client)
        using (var upstream = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cut))
        {
            client.NoDelay = upstream.NoDelay = true;

            // Whoever is on the other side sees a connection that breaks, and not one that ends politely.
            client.LingerState = upstream.LingerState = new(true, 0);
            try
            {
                using (var patience = CancellationTokenSource.CreateLinkedTokenSource(either.Token))
                {
                    patience.CancelAfter(ConnectPatience);
                    await upstream.ConnectAsync(server, patience.Token);
                }

                await await Task.WhenAny(
                    Pump(client, upstream, s => s.HoldsQuestions, either.Token),
                    Pump(upstream, client, s => s.HoldsAnswers, either.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Cut, or one side went away: the other side learns it now.
            }
            finally
            {
                await either.CancelAsync();
            }
        }
    }

    private async Task Pump(Socket from, Socket to, Func<LinkState, bool> holds, CancellationToken ct)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (int count; (count = await from.ReceiveAsync(piece.AsMemory(), ct)) > 0;)
            {
                await Holding(holds, ct);
                if (State.Delay is { Ticks: > 0 } delay)
                {
                    await Task.Delay(delay, ct);
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(piece.AsMemory(sent, count - sent), ct);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private async Task Holding(Func<LinkState, bool> holds, CancellationToken ct)
    {
        while (true)
        {
            Task until;
            lock (gate)
            {
                if (!holds(state))
                {
                    return;
                }

                until = changed.Task;
            }

            await until.WaitAsync(ct);
        }
    }
}
