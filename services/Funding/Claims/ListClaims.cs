using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Claims;

/// <summary>
/// The city's claims by their fingerprints, for the officials; and as another installation takes them in (<see cref="ReportClaims"/>), a page at a
/// time. Fault: <c>request.query</c>.
/// </summary>
internal static class ListClaims
{
    private static readonly Role[] Readers = [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    internal static readonly ReadModel<Claim> Model = new(
        "claim", 1, Claim.Noun, claim => new Shown(claim.Kind, claim.KeyId, claim.Awards, claim.Reported),
        new("fingerprint", "指纹", c => c.Fingerprint),
        new("kind", "类别", c => c.Kind),
        new("claimed", "本市申报", c => !c.Awards.IsEmpty),
        new("reported", "外市申报", c => c.Reported, Several: true));

    internal sealed record Shown(MarkKind Kind, string KeyId, IReadOnlyCollection<string> Awards, IReadOnlyCollection<string> Reported);

    internal static MarkKind Kind(ListedRow row) => RuleSets.RuleWord<MarkKind>.TryRead(row.Columns[1]!)!.Value;

    internal static IEnumerable<string> Reported(ListedRow row) =>
        (row.Columns[3] ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A page of what this city claims: the body of another installation's report, and where to go on.</summary>
    internal sealed record Page(string City, string KeyId, IReadOnlyList<Mark> Claims, string? Next);

    internal static void Map(Routes routes)
    {
        routes.List("/claims", Readers, Model);
        routes.Get("/claims/export", Readers, async (request, ct) =>
        {
            if (request.QueryNames.FirstOrDefault(q => q != "after") is { } unknown)
                return SliceFaults.QueryMalformed(unknown, new("没有这个参数。", "there is only 'after'."));
            if (request.Query("after") is { } from && !IsFingerprint(from))
                return SliceFaults.QueryMalformed("after", new("请原样使用上一页给出的值。", "use the value that the page before gave, as it is."));
            var (rows, _) = await request.Log.List(request.City, Model, new([("claimed", ["true"])], After: request.Query("after")), count: false, ct);
            return new Page(
                request.City, request.Service<Fingerprints>().KeyId,
                [.. rows.Select(r => new Mark(Kind(r), r.Id))],
                rows.Count == ListQuery.LimitMax ? rows[^1].Id : null);
        });
    }

    internal static bool IsFingerprint(string text) => text.Length == Fingerprints.Digits && text.All(char.IsAsciiHexDigitLower);
}
