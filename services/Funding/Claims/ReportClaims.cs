using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Claims;

/// <summary>
/// The bureau takes in what a city of another installation claims, a page of its export at a time; what is known already is left out.
/// Faults: <c>claim.city</c>, <c>claim.other_key</c>, <c>claim.count</c>, <c>claim.fingerprint</c>.
/// </summary>
internal static class ReportClaims
{
    /// <summary>A page of another city's export; <see cref="Next"/> stands in it and means nothing here.</summary>
    public sealed record Body(string City, string KeyId, IReadOnlyList<Mark> Claims, string? Next = null);

    internal sealed record Reported(int Taken, int Known);

    /// <summary>Each is an entry of its own: several pages of an export.</summary>
    private const int ClaimsMax = 1_000;

    internal static readonly Fault CityWrong = new(
        FaultKind.Invalid, "claim.city", new("请给出另一城市的六位行政区划代码。", "The six-digit code of another city is asked for."));

    internal static readonly Fault CountWrong = new(
        FaultKind.Invalid, "claim.count", new($"一次应有 1 至 {ClaimsMax} 条。", $"1 to {ClaimsMax} claims are taken in at once."));

    internal static readonly Fault FingerprintWrong = new(
        FaultKind.Invalid, "claim.fingerprint", new("指纹应为 32 位小写十六进制，且互不重复。", "A fingerprint has 32 lower-case hexadecimal digits, and none stands twice."));

    internal static Fault OtherKey(string theirs, string ours) => new(
        FaultKind.Refused, "claim.other_key",
        new($"对方指纹所用密钥（{(theirs.Length > 8 ? theirs[..8] : theirs)}）与本市（{ours}）不同，无法比对；请统一设置 {Fingerprints.KeySetting}。", $"Theirs are under another key than ours ({ours}) and would never meet; all cities that compare share {Fingerprints.KeySetting}."));

    internal static Fault? Check(string city, string keyId, Body body) =>
        body.City.Length != 6 || !body.City.All(char.IsAsciiDigit) || body.City == city ? CityWrong
        : body.KeyId != keyId ? OtherKey(body.KeyId, keyId)
        : body.Claims.Count is 0 or > ClaimsMax ? CountWrong
        : body.Claims.Any(c => c.Fingerprint is null || !ListClaims.IsFingerprint(c.Fingerprint)) || body.Claims.DistinctBy(c => c.Fingerprint).Count() != body.Claims.Count ? FingerprintWrong
        : null;

    internal static Decision Decide(Body body, Func<string, Claim> claimOf)
    {
        var fresh = body.Claims.Where(c => !claimOf(c.Fingerprint).Reported.Contains(body.City)).ToArray();
        return Decision.Accept([.. fresh.Select(c => new Change(Claim.Noun.StreamOf(c.Fingerprint), new ClaimReported(c.Kind, body.KeyId, body.City)))])
            .Answering(null, new Reported(fresh.Length, body.Claims.Count - fresh.Length));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/claims/reports", [Role.BureauOfficer], request =>
        Check(request.City, request.Service<Fingerprints>().KeyId, request.Body) is { } fault
            ? fault
            : (Result<Intent>)new Intent(
                [.. request.Body.Claims.Select(c => Claim.Noun.StreamOf(c.Fingerprint))], (streams, _) => Decide(request.Body, f => streams.Get(Claim.Noun, f))));
}
