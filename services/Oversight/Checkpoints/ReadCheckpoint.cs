using System.Text;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>The newest signed checkpoint, as C2SP tlog-tiles serves it; it covers every entry taken in until the question, and carries the cosignatures that it has.</summary>
internal static class ReadCheckpoint
{
    internal static void Map(Routes routes) =>
        routes.Get("/checkpoint", Officials.All, async (request, ct) =>
        {
            var signed = await request.Service<SignCheckpoint>().Now(request.City, ct);
            if (!signed.Ok)
            {
                return signed.Fault;
            }

            await using var connection = await request.Log.Database.Connect(ct);
            return (object)Results.Text(await Cosignatures.Under(connection, request.City, signed.Value, ct), "text/plain; charset=utf-8", Encoding.UTF8);
        });
}
