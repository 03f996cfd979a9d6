using System.Security.Cryptography;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Proofs;

namespace PilotCity.Performance.Projects;

/// <summary>
/// A provider or an evaluator files the diagnosis (诊断) of an enterprise on the pilot list, and the project begins (programme.md S2).
/// Faults: project.enterprise_not_listed, project.district_unknown, evidence.needed, evidence.missing, evidence.size, date.in_future, date.too_early, level.out_of_range, list.size, proof.already_used (on record).
/// </summary>
internal static class DiagnoseProject
{
    private const int NeedsMax = 30;

    public sealed record Body(
        Uscc Enterprise, DateOnly DiagnosedOn, int LevelBefore, IReadOnlyList<Label> Needs, IReadOnlyList<Document> Documents,
        ProjectType Type = ProjectType.Single, Label? Title = null, OtherId? BeforeAssessment = null);

    internal static Decision Decide(string id, Body body, EnterpriseFacts facts, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (Sane.Day(body.DiagnosedOn, at, "/diagnosedOn")
            ?? Sane.Level(body.LevelBefore, "/levelBefore")
            ?? Sane.Count(body.Needs.Count, 0, NeedsMax, "/needs")
            ?? (facts.InPilotList ? null : Project.NotListed)
            ?? (facts.District is null ? Project.DistrictUnknown : null)
            ?? stored.Hold(body.Documents)
            ?? Project.Noun.Initial.Lacks(body.Documents, DocumentCode.DiagnosisReport)) is { } fault
            ? fault
            : Decision.Accept(
                Project.Noun.StreamOf(id),
                new ProjectDiagnosed(
                    id, facts.Uscc, facts.Name, facts.District!, body.Type, body.Title, body.DiagnosedOn, actor.Role == Role.Provider, body.LevelBefore,
                    body.BeforeAssessment?.Value, body.Needs, facts.ListedOn, facts.Source, body.Documents))
                .Answering($"/projects/{id}", new Begun(id));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects", [Role.Provider, Role.Evaluator], async (request, ct) =>
        {
            var facts = await request.Service<AskEnterprise>()(request.City, request.Body.Enterprise.Value, ct);
            if (!facts.Ok)
            {
                return facts.Fault;
            }

            var id = IdOf(request.CommandId);
            var stored = request.Stored(request.Body.Documents);
            var proofs = Proof.Of(request.Body.Documents).ToList();
            return request.New(Project.Noun, id, [.. proofs.Select(p => p.Stream)], (streams, at) =>
                UsedProof.Claim(id, facts.Value.Uscc, proofs, streams, Decide(id, request.Body, facts.Value, stored, request.Actor, at)));
        });

    /// <summary>Twelve hexadecimal digits of a hash: short enough to read out, and not the clock that a version 7 UUID begins with.</summary>
    internal static string IdOf(Guid commandId) => Convert.ToHexStringLower(SHA256.HashData(commandId.ToByteArray(bigEndian: true)).AsSpan(0, 6));

    /// <summary>What the caller is told.</summary>
    public sealed record Begun(string Project);
}
