using Dapper;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Witnesses;

/// <summary>
/// Which witnesses the policy names, how far each has cosigned this city's log, and what it said where it did not; and the largest checkpoint
/// that has the cosignatures the policy asks for. A witness that knows another tree than this one answers 409 or 422: that is shown here.
/// </summary>
internal static class ShowWitnesses
{
    /// <summary>How far back a checkpoint with enough cosignatures is looked for: witnesses that are further behind are away.</summary>
    private const int CheckpointsMax = 200;

    internal sealed record View(long? CosignedSize, string? Checkpoint, IReadOnlyList<WitnessView> Witnesses);

    internal sealed record WitnessView(string Name, string Key, long CosignedSize, WitnessRefusal? Refusal);

    internal static void Map(Routes routes) =>
        routes.Get("/witnesses", Officials.All, async (request, ct) =>
        {
            var policy = request.Service<WitnessPolicy>();
            await using var connection = await request.Log.Database.Connect(ct);
            var refusals = await Cosignatures.Refusals(connection, request.City, ct);
            var witnesses = new List<WitnessView>();
            foreach (var witness in policy.Witnesses)
            {
                var name = witness.Key.Name;
                witnesses.Add(new(name, witness.Key.ToString(), await Cosignatures.Reached(connection, request.City, name, ct), refusals.FirstOrDefault(r => r.Witness == name)));
            }

            var sizes = await connection.QueryAsync<(long Size, string Note)>(new CommandDefinition(
                $"SELECT size, note FROM checkpoint WHERE city = @City AND size IN (SELECT size FROM cosignature WHERE city = @City) ORDER BY size DESC LIMIT {CheckpointsMax}", new { request.City }, cancellationToken: ct));
            foreach (var (size, note) in policy.Witnesses.Count == 0 ? [] : sizes.AsList())
            {
                var whole = await Cosignatures.Under(connection, request.City, new(size, default, note, default), ct);
                if (SignedNote.Parse(whole).Value.Verify(policy.Witnesses.Select(w => w.Key)) is { Ok: true, Value: var cosigned } && policy.Satisfied([.. cosigned]))
                {
                    return (object)new View(size, whole, witnesses);
                }
            }

            return new View(null, null, witnesses);
        });
}
