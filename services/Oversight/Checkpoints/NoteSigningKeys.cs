using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// At the start of Oversight: where a city's newest checkpoint is signed by other keys than those of the key file, that its keys were changed becomes an entry of the log
/// (<see cref="SigningKeysChanged"/>). A log whose keys stay the same has none.
/// </summary>
internal sealed partial class NoteSigningKeys(ServiceLog log, LogKey key, ILogger<NoteSigningKeys> logger) : BackgroundService
{
    private const string Name = "oversight.signing-keys";

    private static readonly Actor Notary = new(Role.Service, Name, "oversight");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Note(stoppingToken);
        }
        catch (SystemException e) when (e is DbException or IOException or TimeoutException or InvalidDataException)
        {
            // The database is away: what signs is as it is, and the next start says so.
            Failed(e);
        }
    }

    internal async Task Note(CancellationToken ct)
    {
        List<(string City, string Note)> newest;
        await using (var connection = await log.Database.Connect(ct))
        {
            newest = [.. await connection.QueryAsync<(string City, string Note)>(new CommandDefinition(
                "SELECT c.city, c.note FROM checkpoint c JOIN (SELECT city, MAX(size) AS size FROM checkpoint GROUP BY city) n ON n.city = c.city AND n.size = c.size ORDER BY c.city", cancellationToken: ct))];
        }

        foreach (var (city, note) in newest.Where(n => !SignedByAll(n.City, n.Note)))
        {
            var signing = key.Signers(city).Select(s => s.Verifier.ToString()).ToList();
            var happened = new SigningKeysChanged(signing, [.. key.Verifiers(city).All.Select(k => k.ToString()).Except(signing)]);
            var input = Encoding.UTF8.GetBytes(string.Join('\n', [city, .. happened.Signing, "", .. happened.Earlier]));
            var answer = await log.Do(
                new Command
                {
                    City = city,
                    Id = FollowPlan.CommandIdFor(Name, SHA256.HashData(input)),
                    Actor = Notary,
                    Input = input,
                    Streams = [SigningKeys.Noun.StreamOf(SigningKeys.Id)],
                    Decide = (streams, _) => Decide(streams.Get(SigningKeys.Noun, SigningKeys.Id), happened),
                },
                ct);
            if (answer.Fault is { } fault)
            {
                throw new InvalidOperationException($"that the keys of {city} changed could not be noted: {fault.Message.En}");
            }
        }
    }

    internal static Decision Decide(SigningKeys known, SigningKeysChanged now) => known.Signing.SequenceEqual(now.Signing) && known.Earlier.SequenceEqual(now.Earlier)
        ? Decision.Accept()
        : Decision.Accept(new Change(SigningKeys.Noun.StreamOf(SigningKeys.Id), now));

    /// <summary>Whether those that sign now did sign this, and no key that has stopped since.</summary>
    private bool SignedByAll(string city, string note) =>
        SignedNote.Parse(note) is { Ok: true, Value: var signed }
        && signed.Signatures.Select(s => s.KeyId).ToHashSet().SetEquals(key.Signers(city).Select(s => s.Verifier.Id));

    [LoggerMessage(Level = LogLevel.Error, Message = "Whether the keys of the log changed could not be noted")]
    private partial void Failed(Exception e);
}
