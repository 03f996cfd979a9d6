using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;

namespace PilotCity.Performance.Providers;

/// <summary>
/// A provider with a dossier asks to be taken into the city's pool (申请入池); after a rejection or an exit it may ask again.
/// Faults: provider.unknown for another's code or without a dossier, pool.wrong_state, evidence.missing, evidence.size.
/// </summary>
internal static class ApplyForPool
{
    public sealed record Body(IReadOnlyList<Document>? Documents = null);

    internal static Decision Decide(Pool pool, Provider dossier, FactSource source, Body body, StoredFiles stored, Actor actor) =>
        ((actor.Org == dossier.Uscc ? null : SliceFaults.Unknown(Provider.Noun.Category, dossier.Uscc))
            ?? pool.Open(PoolState.None, PoolState.Rejected, PoolState.Exited)
            ?? stored.Hold(body.Documents ?? [])) is { } fault
            ? fault
            : Decision.Accept(Pool.Noun.StreamOf(dossier.Uscc), new PoolAppliedFor(dossier.Uscc, dossier.Name, source, body.Documents ?? []))
                .Answering($"/pool/{dossier.Uscc}");

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/pool/{uscc}/application", [Role.Provider], async (request, ct) =>
        {
            var uscc = request.Route("uscc");
            var (dossier, version, position) = await request.Log.Load(Provider.Nation, Provider.Noun, uscc, null, ct);
            if (version == 0)
            {
                return SliceFaults.Unknown(Provider.Noun.Category, uscc);
            }

            var source = new FactSource(request.Log.Service, Provider.Nation, Provider.Noun.StreamOf(uscc), version, position);
            var stored = request.Stored(request.Body.Documents);
            return new Intent([Pool.Noun.StreamOf(uscc)], (streams, _) => Decide(streams.Get(Pool.Noun, uscc), dossier, source, request.Body, stored, request.Actor));
        });
}
