using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PilotCity.Defaults;

/// <summary>
/// Work in the background that comes round and round until the host stops. A round that fails (the database is away, an entry cannot be read) is logged, and the
/// next one begins where it stood: what such work has done is kept in the log, not in the loop.
/// </summary>
/// <param name="pause">Between two rounds, in real time also where the host's clock is simulated: this is pacing, not a moment of the city.</param>
public abstract class Rounds(TimeSpan pause, ILogger logger) : BackgroundService
{
    protected abstract Task Round(CancellationToken ct);

    /// <summary>What is forgotten after a round that failed, so that the next one reads it anew.</summary>
    protected virtual void Forget()
    {
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host does not wait with its start for the first round.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Round(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                logger.LogError(e, "{Work} waits: {Reason}", GetType().Name, e.Message);
                Forget();
            }

            await Task.Delay(pause, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
