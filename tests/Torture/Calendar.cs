using PilotCity.Defaults;

namespace PilotCity.Torture;

/// <summary>
/// The days of the run. They pass in steps between which nobody asks anything: a token that was signed before a step would have run out in
/// the middle of a request. Whoever still waits for an answer when the calendar moves hangs up.
/// </summary>
internal sealed class Calendar(TimeProvider clock, Action<DateTimeOffset> goTo) : IDisposable
{
    /// <summary>How long a step waits for answers that are on their way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<(DateOnly Until, TaskCompletionSource Passed)> waiting = [];
    private TaskCompletionSource? moving;
    private TaskCompletionSource? empty;
    private CancellationTokenSource hangUp = new();
    private int inside;

    internal DateTimeOffset Now => clock.GetUtcNow();

    internal DateOnly Today => ChinaTime.DayOf(Now);

    /// <summary>How often it has moved: a token is good for one step.</summary>
    internal int Step { get; private set; }

    /// <summary>Waits while the calendar moves; disposed when the answer is there. The token is cancelled when the calendar wants to move on.</summary>
    internal async Task<Visit> Enter(CancellationToken ct)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (moving is null)
                {
                    inside++;
                    return new(this, hangUp.Token);
                }

                wait = moving.Task;
            }

            await wait.WaitAsync(ct);
        }
    }

    internal async Task Move(int days, CancellationToken ct)
    {
        Task nobody;
        TaskCompletionSource moved;
        lock (gate)
        {
            moved = moving = new(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (inside == 0)
            {
                empty.SetResult();
            }

            nobody = empty.Task;
        }

        try
        {
            if (await Task.WhenAny(nobody, Task.Delay(Grace, ct)) != nobody)
            {
                await hangUp.CancelAsync();
                await nobody.WaitAsync(ct);
            }

            goTo(Now.AddDays(days));
        }
        finally
        {
            lock (gate)
            {
                if (hangUp.IsCancellationRequested)
                {
                    hangUp.Dispose();
                    hangUp = new();
                }

                Step++;
                foreach (var (_, passed) in waiting.Where(w => w.Until < Today))
                {
                    passed.TrySetResult();
                }

                waiting.RemoveAll(w => w.Until < Today);
                (moving, empty) = (null, null);
            }

            moved.SetResult();
        }
    }

    /// <summary>Completes when this day is over.</summary>
    internal Task Passes(DateOnly until, CancellationToken ct)
    {
        lock (gate)
        {
            if (until < Today)
            {
                return Task.CompletedTask;
            }

            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((until, passed));
            return passed.Task.WaitAsync(ct);
        }
    }

    public void Dispose() => hangUp.Dispose();

    private void Leave()
    {
        lock (gate)
        {
            inside--;
            if (inside == 0)
            {
                empty?.TrySetResult();
            }
        }
    }

    /// <summary>One request that is under way.</summary>
    internal sealed class Visit(Calendar calendar, CancellationToken hangUp) : IDisposable
    {
        internal CancellationToken HangUp => hangUp;

        public void Dispose() => calendar.Leave();
    }
}
