using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Witnesses;

/// <summary>
/// Which witnesses the policy names, how far each has cosigned this city's log, and what it said where it did not; and the largest checkpoint
/// that has the cosignatures the policy asks for. A witness that knows another tree than this one answers 409 or 422: that is shown here.
/// </summary>
internal static class ShowWitnesses
{
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

            var cosigned = await Cosignatures.Cosigned(connection, policy, request.City, 0, ct);
            return (object)new View(cosigned?.Size, cosigned?.Note, witnesses);
        });
}
