using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>The public keys of the city's log, one a line: the one that signs now first, then those before it, by which older checkpoints verify. A verifier should have it from elsewhere too: whoever hands out receipts could hand out a key.</summary>
internal static class ReadVerifierKey
{
    internal static void Map(Routes routes) =>
        routes.Get("/key", Officials.All, (request, _) =>
        {
            Result<object> line = (object)Results.Text(request.Service<LogKey>().Verifiers(request.City) + "\n", "text/plain; charset=utf-8", Encoding.UTF8);
            return ValueTask.FromResult(line);
        });
}
