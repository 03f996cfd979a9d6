using Microsoft.Extensions.Logging.Abstractions;

namespace PilotCity.Defaults.Tests;

public sealed class RoundsTests
{
    [Fact]
    public async Task A_round_that_fails_is_forgotten_and_followed_by_another_and_a_stop_ends_them()
    {
        using var rounds = new Counted();

        await rounds.StartAsync(default);
        await rounds.Third.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await rounds.StopAsync(default);

        Assert.True(rounds.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Equal(1, rounds.Forgotten);
    }

    private sealed class Counted() : Rounds(TimeSpan.FromMilliseconds(1), NullLogger.Instance)
    {
        private int round;

        public int Forgotten { get; private set; }

        public TaskCompletionSource Third { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task Round(CancellationToken ct)
        {
            switch (++round)
            {
                case 2: throw new InvalidOperationException("the database is away");
                case 3: Third.SetResult(); break;
            }

            return Task.CompletedTask;
        }

        protected override void Forget() => Forgotten++;
    }
}
