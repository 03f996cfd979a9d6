using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Defaults.Tests.Log;

public sealed class CityWriterTests
{
    [Fact]
    public async Task Whoever_finds_the_queue_full_is_told_at_once_and_nobody_else_is_lost()
    {
        using var folder = new TemporaryFolder();
        await using var log = new ServiceLog("testing", LogDatabase.Open($"Data Source={folder["log.db"]}"), [Counter.Noun], [], TimeProvider.System, NullLogger.Instance);
        await log.Start(CancellationToken.None);
        using var go = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var first = log.Do(
            Counter.Move("a", 1) with
            {
                Decide = (_, _) =>
                {
                    begun.TrySetResult();
                    go.Wait();
                    return Decision.Accept("counter/a", new CounterMoved(1));
                },
            },
            CancellationToken.None);
        await begun.Task;

        var waiting = Enumerable.Range(0, 8_192).Select(_ => log.Do(Counter.Move("a", 1), CancellationToken.None)).ToArray();
        var refused = await log.Do(Counter.Move("a", 1), CancellationToken.None);
        go.Set();

        Assert.Equal("log.busy", refused.Fault?.Code);
        Assert.All(await Task.WhenAll([first, .. waiting]), a => Assert.Null(a.Fault));
        Assert.Equal(8_193, (await log.Load("350800", Counter.Noun, "a", null, CancellationToken.None)).State.Count);
    }

    [Fact]
    public async Task Whoever_goes_away_before_its_turn_is_not_decided()
    {
        using var folder = new TemporaryFolder();
        await using var log = new ServiceLog("testing", LogDatabase.Open($"Data Source={folder["log.db"]}"), [Counter.Noun], [], TimeProvider.System, NullLogger.Instance);
        await log.Start(CancellationToken.None);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.Do(Counter.Move("a", 1), gone.Token));

        Assert.Empty(await log.Read("350800", 0, 10, CancellationToken.None));
    }
}
