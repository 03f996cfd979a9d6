using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>The public key of the city's log, one line. A verifier should have it from elsewhere too: whoever hands out receipts could hand out a key.</summary>
internal static class ReadVerifierKey
{
    internal static void Map(Routes routes) =>
        routes.Get("/key", Officials.All, (request, _) =>
        {
            Result<object> line = (object)Results.Text(request.Service<LogKey>().Of(request.City).Verifier + "\n", "text/plain; charset=utf-8", Encoding.UTF8);
            return ValueTask.FromResult(line);
        });
}
