using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Projects;

namespace PilotCity.Performance.Evidence;

/// <summary>
/// Hands out a file from the store, its hash computed again: to who put it there, to the authorities, and with <c>?project=</c> to whom the
/// project shows it. Faults: evidence.unknown, evidence.damaged.
/// </summary>
internal static class ReadEvidence
{
    private static readonly Role[] Readers =
    [
        // The narrowest first: who is let in under two roles sees what the narrower one may.
        Role.Enterprise, Role.Provider, Role.DistrictOfficer,
        Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor, Role.Evaluator,
    ];

    internal static void Map(Routes routes) =>
        routes.Get("/evidence/{sha256}", Readers, async (request, ct) =>
        {
            if (Sha256.Read(request.Route("sha256")) is not { } sha256)
            {
                return EvidenceFaults.HashMalformed;
            }

            if (!await MaySee(request, sha256, ct))
            {
                return EvidenceFaults.Unknown(sha256.Value);
            }

            try
            {
                return await request.Service<ContentStore>().Open(request.City, sha256.Value, ct) is { } content
                    ? new Attachment(content, sha256)
                    : EvidenceFaults.Unknown(sha256.Value);
            }
            catch (InvalidDataException)
            {
                return EvidenceFaults.Damaged;
            }
        });

    private static async Task<bool> MaySee(Request request, Sha256 sha256, CancellationToken ct)
    {
        var (content, _, _) = await request.Log.Load(request.City, StoredContent.Noun, sha256.Value, null, ct);
        if (SeesAll(request.Actor.Role) || content.Orgs.Contains(request.Actor.Org))
        {
            return true;
        }

        if (request.Query("project") is not { Length: > 0 } id)
        {
            return false;
        }

        var (project, version, _) = await request.Log.Load(request.City, Project.Noun, id, null, ct);
        return version > 0 && project.IsOf(request.Actor)
            && project.SeenBy(request.Actor).Documents.Any(d => d.Files.Any(f => f.Sha256 == sha256));
    }

    private static bool SeesAll(Role role) => role switch
    {
        Role.BureauOfficer or Role.BureauApprover or Role.FinanceOfficer or Role.FinanceApprover or Role.Auditor or Role.Evaluator => true,
        Role.Enterprise or Role.Provider or Role.DistrictOfficer or Role.Expert or Role.Observer or Role.Operator or Role.Service => false,
    };

    /// <summary>Bytes that a browser saves and never shows: what people upload is not ours to run.</summary>
    private sealed class Attachment(Stream content, Sha256 sha256) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var _ = content;
            var response = httpContext.Response;
            response.ContentType = "application/octet-stream";
            response.ContentLength = content.Length;
            response.Headers.ContentDisposition = $"attachment; filename=\"{sha256}\"";
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.CacheControl = "private, no-store";
            await content.CopyToAsync(response.Body, httpContext.RequestAborted);
        }
    }
}
