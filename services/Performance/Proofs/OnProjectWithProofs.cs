using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Projects;

namespace PilotCity.Performance.Proofs;

/// <summary>Takes a step of a project together with the contracts, files and transfers that it hands in, each of which carries one project only.</summary>
internal static class OnProjectWithProofs
{
    internal static Intent OnProject<TBody>(
        this Request<TBody> request, IEnumerable<Proof> proofs, IEnumerable<string> others, Func<Project, Streams, DateTimeOffset, Decision> rule)
    {
        var handedIn = proofs.Distinct().ToList();
        return request.On(
            Project.Noun, request.Route("id"), [.. others, .. handedIn.Select(p => p.Stream)],
            (project, streams, at) => UsedProof.Claim(project.Id, project.Enterprise, handedIn, streams, rule(project, streams, at)));
    }
}
