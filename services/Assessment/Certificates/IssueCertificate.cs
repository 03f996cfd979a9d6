using System.Security.Cryptography;
using PilotCity.Assessment.Assessments;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Certificates;

/// <summary>
/// Issues the certificate of a confirmed result, once: with a code by which anybody can check it. Whoever may see the result and answers for it asks
/// for it. Faults: <c>assessment.unknown</c>, <c>certificate.not_confirmed</c>, <c>certificate.exists</c>.
/// </summary>
internal static class IssueCertificate
{
    public sealed record Body;

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments/{id}/certificate", [Role.Enterprise, Role.Evaluator, Role.BureauOfficer], async (request, ct) =>
        {
            var id = request.Route("id");
            var found = await request.Load(Assessments.Assessment.Noun, id);
            if (!found.Ok)
                return found.Fault;
            if (!ReadAssessments.MaySee(request.Actor, found.Value) || found.Value.Begun is not { } begun)
                return SliceFaults.Unknown(Assessments.Assessment.Noun.Category, id);
            var name = await request.Service<AskName>()(request.City, begun.Enterprise, ct);
            if (!name.Ok)
                return name.Fault;

            // Drawn here and not in the rule, which may run twice; a repetition is told the first code.
            var code = CertificateCode.Of(request.City, RandomNumberGenerator.GetBytes(CertificateCode.RandomBytes));
            return request.New(Certificate.Noun, id, [Assessments.Assessment.Noun.StreamOf(id)], (streams, _) => Decide(streams.Get(Assessments.Assessment.Noun, id), code, name.Value));
        });

    internal static Decision Decide(Assessments.Assessment assessment, CertificateCode code, KnownName name) =>
        assessment is not { Status: AssessmentStatus.Confirmed or AssessmentStatus.Objected, Confirmed: { } confirmed }
            ? CertificateFaults.NotConfirmed
            : Decision.Accept(
                Certificate.Noun.StreamOf(assessment.Id),
                new CertificateIssued(assessment.Id, code.Characters, confirmed.Enterprise, name.Name, name.Source, confirmed.Evaluator, confirmed.Provider))
                .Answering($"/assessments/{assessment.Id}/certificate", new { code = code.ToString(), check = CheckCertificate.PathOf(code) });
}
