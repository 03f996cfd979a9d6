using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PilotCity.Defaults.Identity;

/// <summary>
/// The token by which one service asks another: an HMAC-SHA256 JWT under <c>Identity:ServiceKey</c>, which all services of an
/// installation share and nobody else has. Every gRPC route requires it (<see cref="Policy"/>).
/// </summary>
public sealed class ServiceToken(string service, SymmetricSecurityKey key, TimeProvider clock)
{
    public const string Scheme = "service";

    /// <summary>The authorization policy of gRPC routes: only our own services.</summary>
    public const string Policy = "service";

    public const string KeySetting = "Identity:ServiceKey";

    private const string Issuer = "pilot-city-service";

    /// <summary>HMAC-SHA256 wants a key as long as its hash (RFC 7518 §3.2).</summary>
    private const int KeyBytesMin = 32;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>A token is not handed out for its last minute, so that it cannot die on the way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private string? cached;
    private DateTimeOffset madeAt;

    /// <summary>A key for hosts that share one process: it lives as long as the process.</summary>
    public static string RandomKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytesMin));

    /// <summary>A token that is good for at least a minute.</summary>
    public string Current()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (cached is null || now < madeAt || now >= madeAt + Life - Margin)
            {
                (cached, madeAt) = (Make(now), now);
            }

            return cached;
        }
    }

    internal static SymmetricSecurityKey KeyOf(IConfiguration settings)
    {
        var bytes = Encoding.UTF8.GetBytes(settings.Required(KeySetting, $"a secret of at least {KeyBytesMin} bytes that all services share, e.g. from: openssl rand -base64 32"));
        return bytes.Length >= KeyBytesMin
            ? new SymmetricSecurityKey(bytes)
            : throw new SettingException(KeySetting, $"is shorter than {KeyBytesMin} bytes; make one with: openssl rand -base64 32");
    }

    internal static void Validation(JwtBearerOptions options, SymmetricSecurityKey key)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters.ValidIssuer = Issuer;
        options.TokenValidationParameters.ValidAudience = Issuer;
        options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256];
        options.TokenValidationParameters.IssuerSigningKey = key;
    }

    private string Make(DateTimeOffset now) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Issuer,
        Audience = Issuer,
        IssuedAt = now.UtcDateTime,
        NotBefore = now.UtcDateTime,
        Expires = (now + Life).UtcDateTime,
        Claims = new Dictionary<string, object> { ["sub"] = service },
        SigningCredentials = new(key, SecurityAlgorithms.HmacSha256),
    });
}
