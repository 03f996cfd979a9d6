using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// Signs in the background what was taken in, so that a later cut is found even if nobody asked for a checkpoint meanwhile. A question
/// for a proof does not wait for it: it signs by itself.
/// </summary>
internal sealed partial class Checkpointer(ServiceLog log, SignCheckpoint sign, ILogger<Checkpointer> logger) : BackgroundService
{
    /// <summary>Under load one signature stands for all entries of this long: a year of checkpoints stays small and a cut tail is shorter than this.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // More cities than one installation holds (China has about 340); each waits at most once.
    private readonly Channel<string> grown = Channel.CreateBounded<string>(1_024);
    private readonly HashSet<string> waiting = new(StringComparer.Ordinal);

    /// <summary>Told that a city's tree grows: its transaction may still be open, the signature waits for the city's lock.</summary>
    public void Grown(string city)
    {
        lock (waiting)
        {
            if (waiting.Add(city) && !grown.Writer.TryWrite(city))
            {
                waiting.Remove(city);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What was taken in before the last stop may not be signed yet.
        await using (var connection = await log.Database.Connect(stoppingToken))
        {
            foreach (var city in await connection.QueryAsync<string>(new CommandDefinition("SELECT DISTINCT city FROM cursor", cancellationToken: stoppingToken)))
            {
                Grown(city);
            }
        }

        await foreach (var city in grown.Reader.ReadAllAsync(stoppingToken))
        {
            lock (waiting)
            {
                waiting.Remove(city);
            }

            try
            {
                var signed = await sign.AfterIntake(city, stoppingToken);
                if (!signed.Ok)
                {
                    Refused(city, signed.Fault.Code);
                }
            }
            catch (SystemException e) when (e is DbException or IOException or TimeoutException or InvalidDataException)
            {
                // The database is away, or what it holds is damaged: the tree is signed when it grows again, or when somebody asks.
                Failed(e, city);
            }

            // Real time, also where the hosts' clock is simulated: this is pacing, not a moment of the city.
            await Task.Delay(Pause, TimeProvider.System, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The tree of {City} is not signed: {Code}")]
    private partial void Refused(string city, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "The tree of {City} could not be signed")]
    private partial void Failed(Exception e, string city);
}
