using System.Data.Common;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Witnesses;

/// <summary>
/// Asks the witnesses of the policy (<c>Oversight:PolicyFile</c>) to cosign what was signed since: every few seconds, all of them beside one another,
/// so that one that is away holds up nobody.
/// </summary>
internal sealed partial class CosignatureCollector(ServiceLog log, LogKey key, WitnessPolicy policy, TimeProvider clock, ILogger<CosignatureCollector> logger) : BackgroundService
{
    /// <summary>How old an entry gets before witnesses hear of it; one question each then stands for all entries meanwhile.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The policy that the settings name; without one nobody is asked. Throws <see cref="SettingException"/>.</summary>
    public static WitnessPolicy PolicyOf(IConfiguration settings)
    {
        if (settings["Oversight:PolicyFile"] is not { Length: > 0 } path)
        {
            return WitnessPolicy.Of([]);
        }

        if (!File.Exists(path) || new FileInfo(path).Length > WitnessPolicy.BytesMax)
        {
            throw new SettingException("Oversight:PolicyFile", $"'{path}' is no policy file; name a file of lines 'witness NAME VKEY URL' and 'quorum NAME'");
        }

        var policy = WitnessPolicy.Parse(File.ReadAllText(path));
        return policy.Ok ? policy.Value : throw new SettingException("Oversight:PolicyFile", $"'{path}': {policy.Fault.Message.En}");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        PolicyMember[] witnesses = [.. policy.Witnesses.Where(w => w.Address is not null)];
        if (witnesses.Length == 0)
        {
            return;
        }

        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience, MaxResponseContentBufferSize = 1 << 16 };
        var ask = new AskWitness(log, key, clock, http);

        // Real time, also where the hosts' clock is simulated: this is pacing, not a moment of the city.
        using var timer = new PeriodicTimer(Pause, TimeProvider.System);
        do
        {
            try
            {
                foreach (var (city, signed) in await Newest(stoppingToken))
                {
                    await Task.WhenAll(witnesses.Select(async witness =>
                    {
                        if (await Differs(city, signed, witness, stoppingToken) && await ask.For(city, signed, witness, stoppingToken) is { } refusal)
                        {
                            Refused(witness.Name, city, signed.Size, refusal.Status, refusal.Reason);
                        }
                    }));
                }
            }
            catch (SystemException e) when (e is DbException or IOException or TimeoutException or InvalidDataException)
            {
                // The database is away, or what it holds is damaged: the next round asks again.
                Failed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Whether the witness is behind, or has seen more than the log now has: then it is asked what it says to that.</summary>
    private async Task<bool> Differs(string city, StoredCheckpoint signed, PolicyMember witness, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        return await Cosignatures.Reached(connection, city, witness.Key.Name, ct) != signed.Size;
    }

    private async Task<IReadOnlyList<(string City, StoredCheckpoint Signed)>> Newest(CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        var rows = await connection.QueryAsync<(string City, long Size, byte[] Root, string Note, long AtMicros)>(new CommandDefinition(
            "SELECT c.city, c.size, c.root, c.note, c.at_micros FROM checkpoint c JOIN (SELECT city, MAX(size) AS size FROM checkpoint GROUP BY city) n ON n.city = c.city AND n.size = c.size WHERE c.size > 0 ORDER BY c.city",
            cancellationToken: ct));
        return [.. rows.Select(r => (r.City, new StoredCheckpoint(r.Size, Tree.Hash.Of(r.Root), r.Note, Instant.FromMicros(r.AtMicros))))];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The witness {Witness} did not cosign {Size} entries of {City}: {Status} {Reason}")]
    private partial void Refused(string witness, string city, long size, int status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Witnesses could not be asked")]
    private partial void Failed(Exception e);
}
