using System.Text;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>The newest signed checkpoint, as C2SP tlog-tiles serves it; it covers every entry taken in until the question.</summary>
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

            return (object)Results.Text(signed.Value.Note, "text/plain; charset=utf-8", Encoding.UTF8);
        });
}
