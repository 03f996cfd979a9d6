using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PilotCity.Defaults.Identity;

/// <summary>
/// Signs in anybody as anybody: for demonstrations and tests in one process, and only where it was asked for.
/// Its ES256 key is made at the first start and kept in <c>identity.key</c>, readable by its owner alone.
/// </summary>
public sealed partial class DemonstrationIssuer : IDisposable
{
    public const string Issuer = "pilot-city-demonstration";

    public const string KeyFile = "identity.key";

    internal static readonly TimeSpan Life = TimeSpan.FromHours(8);

    private static readonly Fault AccountUnknown = new(FaultKind.NotFound, "account.unknown", new(
        "没有这个演示账户；GET /identity/accounts 列出全部账户。", "There is no such demonstration account; GET /identity/accounts lists them."));

    private static readonly Fault AccountUnreadable = new(FaultKind.Invalid, "account.unreadable", new(
        "请给出 account，或给出 role（enterprise 或 provider）与 org（18 位统一社会信用代码），可选六位 city。",
        "Give account, or role (enterprise or provider) with org (the unified social credit code, 18 characters) and, if wished, a six-digit city."));

    private readonly ECDsa ecdsa;
    private readonly ECDsaSecurityKey key;
    private readonly TimeProvider clock;

    private DemonstrationIssuer(ECDsa ecdsa, TimeProvider clock)
    {
        this.ecdsa = ecdsa;
        this.clock = clock;
        // The library's cache goes by the key's thumbprint and would hand out a disposed key after a restart in the same process.
        key = new ECDsaSecurityKey(ecdsa) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        Jwks = JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "EC", use = "sig", alg = "ES256", kid = key.KeyId, crv = "P-256", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) } },
        });
    }

    /// <summary>The public key as a JSON Web Key Set.</summary>
    public string Jwks { get; }

    /// <summary>What a host needs to accept this issuer's tokens.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Identity:Authority"] = null,
        ["Identity:Jwks"] = Jwks,
        ["Identity:Issuer"] = Issuer,
    };

    /// <summary>Opens the key of this data folder, or makes it.</summary>
    public static DemonstrationIssuer Open(string dataFolder, TimeProvider clock)
    {
        Directory.CreateDirectory(dataFolder);
        var path = Path.Combine(dataFolder, KeyFile);
        if (!File.Exists(path))
        {
            Write(path);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
        {
            throw new SettingException(path, "can be read or written by others; chmod 600 it, or remove it and a new key is made");
        }

        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(File.ReadAllText(path));
            return ecdsa.KeySize == 256 ? new(ecdsa, clock) : throw new CryptographicException("not P-256");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            ecdsa.Dispose();
            throw new SettingException(path, "holds no P-256 private key; remove it and a new one is made (everybody signs in again)");
        }
    }

    /// <summary>A token for these claims, eight hours from now on the host's clock.</summary>
    public string Token(string sub, string org, string city, params IEnumerable<Role> roles)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = UserToken.AudienceDefault,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Life,
            Claims = new Dictionary<string, object> { ["sub"] = sub, ["org"] = org, ["city"] = city, ["roles"] = roles.Select(r => r.Word()).ToArray() },
            SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    public string Token(DemonstrationAccount account) => Token(account.Account, account.Org, account.City, account.Roles);

    /// <summary>A signed-in enterprise or provider: any unified social credit code will do, the registry says whether it exists.</summary>
    public static Result<DemonstrationAccount> Find(DemonstrationSignIn signIn) => signIn switch
    {
        { Account: { } account, Role: null, Org: null, City: null } => DemonstrationAccounts.Find(account) is { } known ? known : AccountUnknown,
        { Account: null, Role: Role.Enterprise or Role.Provider, Org: { } org } when CreditCode().IsMatch(org) && City().IsMatch(signIn.City ?? DemonstrationAccounts.City) =>
            new DemonstrationAccount($"{signIn.Role.Value.Word()}-{org}", org, signIn.City ?? DemonstrationAccounts.City, [signIn.Role.Value]),
        _ => AccountUnreadable,
    };

    public void Dispose() => ecdsa.Dispose();

    private static void Write(string path)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var half = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Whole or not at all: a key cut short by a crash would stop every later start.
        using (var writer = new StreamWriter(half, options))
        {
            writer.Write(made.ExportPkcs8PrivateKeyPem());
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }

    [GeneratedRegex(@"\A[0-9A-Z]{18}\z")]
    private static partial Regex CreditCode();

    [GeneratedRegex(@"\A[0-9]{6}\z")]
    private static partial Regex City();
}

/// <summary>Who wants to be signed in: a demonstration account by name, or an enterprise or provider by its credit code.</summary>
public sealed record DemonstrationSignIn(string? Account = null, Role? Role = null, string? Org = null, string? City = null);

/// <summary>A token and how long it lives.</summary>
public sealed record DemonstrationToken(string AccessToken, string TokenType, int ExpiresIn);

/// <summary>The issuer's routes, mapped on the gateway of a demonstration.</summary>
public static class DemonstrationIssuerRoutes
{
    public static void MapDemonstrationIssuer(this IEndpointRouteBuilder routes, DemonstrationIssuer issuer)
    {
        // The type of the content is looked at here and not by the framework, whose refusal would ask an anonymous caller to sign in first.
        routes.MapPost("/identity/token", async (HttpContext context) =>
        {
            if (!context.Request.HasJsonContentType())
            {
                return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
            }

            DemonstrationSignIn? signIn;
            try
            {
                signIn = await JsonSerializer.DeserializeAsync<DemonstrationSignIn>(context.Request.Body, Json.Strict, context.RequestAborted);
            }
            catch (JsonException malformed)
            {
                return Problem.Result(RequestFaults.OfJson(malformed));
            }

            if (signIn is null)
            {
                return Problem.Result(RequestFaults.Malformed);
            }

            var account = DemonstrationIssuer.Find(signIn);
            return account.Ok
                ? Results.Json(new DemonstrationToken(issuer.Token(account.Value), "Bearer", (int)DemonstrationIssuer.Life.TotalSeconds), Json.Lenient)
                : Problem.Result(account.Fault);
        }).AllowAnonymous();
        routes.MapGet("/identity/accounts", () => Results.Json(DemonstrationAccounts.All, Json.Lenient)).AllowAnonymous();
        routes.MapGet("/.well-known/jwks.json", () => Results.Text(issuer.Jwks, "application/jwk-set+json")).AllowAnonymous();
    }
}
