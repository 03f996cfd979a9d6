using System.Security.Claims;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Tokens;

namespace PilotCity.Defaults.Identity;

/// <summary>
/// The token of a person, as the gateway and every service check it: signed by the authority (<c>Identity:Authority</c>, OIDC) or by
/// a key of <c>Identity:Jwks</c>, for the audience <c>Identity:Audience</c>, alive on this host's clock, with the claims
/// <c>sub</c>, <c>org</c>, <c>city</c> and <c>roles</c>.
/// </summary>
public static partial class UserToken
{
    public const string Scheme = "user";

    public const string AudienceDefault = "pilot-city";

    /// <summary>Clocks of two machines differ by less than this.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly object CallerKey = new();

    /// <summary>Who is signed in; a route that is reachable without a user must not ask.</summary>
    public static Caller Caller(this HttpContext context)
    {
        if (context.Items[CallerKey] is Caller known)
        {
            return known;
        }

        var caller = CallerOf(context.User) ?? throw new InvalidOperationException("nobody is signed in: the route allows anonymous requests");
        context.Items[CallerKey] = caller;
        return caller;
    }

    /// <summary>The rule that every route requires a person unless it says otherwise; with <paramref name="peers"/> also the scheme of services.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IConfiguration settings, bool peers)
    {
        // Where services ask too there is no default: each route's policy says whose token it takes, and only that one is checked.
        var authentication = peers ? services.AddAuthentication() : services.AddAuthentication(Scheme);
        authentication.AddJwtBearer(Scheme, Validation(settings));
        services.AddOptions<JwtBearerOptions>(Scheme).Configure<TimeProvider>(OnClock);
        var authorization = services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build());
        if (peers)
        {
            var key = ServiceToken.KeyOf(settings);
            authentication.AddJwtBearer(ServiceToken.Scheme, o => ServiceToken.Validation(o, key));
            services.AddOptions<JwtBearerOptions>(ServiceToken.Scheme).Configure<TimeProvider>(OnClock);
            services.AddSingleton(provider => new ServiceToken(
                provider.GetRequiredService<IHostEnvironment>().ApplicationName, key, provider.GetRequiredService<TimeProvider>()));
            authorization.AddPolicy(ServiceToken.Policy, p => p.AddAuthenticationSchemes(ServiceToken.Scheme).RequireAuthenticatedUser());
        }

        return services;
    }

    /// <summary>The claims of a token as a caller; null where one is missing or has a form that no entry could hold.</summary>
    internal static Caller? CallerOf(ClaimsPrincipal user)
    {
        var sub = user.FindFirstValue("sub");
        var org = user.FindFirstValue("org");
        var city = user.FindFirstValue("city");
        if (sub is null || org is null || city is null || !SubForm().IsMatch(sub) || !OrgForm().IsMatch(org) || !CityForm().IsMatch(city))
        {
            return null;
        }

        // The role of the product itself is never a person's; words of other systems in the same token say nothing here.
        var roles = user.FindAll("roles").Select(c => Roles.TryParse(c.Value, out var role) ? role : Role.Service).Where(r => r != Role.Service).ToHashSet();
        return new(sub, org, city, roles);
    }

    private static Action<JwtBearerOptions> Validation(IConfiguration settings)
    {
        var authority = settings["Identity:Authority"];
        var jwks = settings["Identity:Jwks"];
        if (string.IsNullOrEmpty(authority) == string.IsNullOrEmpty(jwks))
        {
            throw new SettingException("Identity:Authority", string.IsNullOrEmpty(jwks)
                ? "is missing; set it to the address of the OpenID Connect provider (or run the demonstration issuer: ./city up --demonstration)"
                : "stands beside Identity:Jwks; set one of the two");
        }

        var audience = settings["Identity:Audience"] is { Length: > 0 } a ? a : AudienceDefault;
        Action<JwtBearerOptions> keys;
        if (string.IsNullOrEmpty(jwks))
        {
            if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || !(uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)))
            {
                throw new SettingException("Identity:Authority", $"'{authority}' is not an https address");
            }

            keys = o => (o.Authority, o.RequireHttpsMetadata) = (authority, !uri.IsLoopback);
        }
        else
        {
            var issuer = settings.Required("Identity:Issuer", "the iss claim of the tokens that the keys of Identity:Jwks sign");
            IList<SecurityKey> set;
            try
            {
                set = new JsonWebKeySet(jwks).GetSigningKeys();
            }
            catch (ArgumentException)
            {
                throw new SettingException("Identity:Jwks", "is not a JSON Web Key Set (RFC 7517)");
            }

            keys = o => (o.TokenValidationParameters.ValidIssuer, o.TokenValidationParameters.IssuerSigningKeys) = (issuer, set);
        }

        return o =>
        {
            o.MapInboundClaims = false;
            o.TokenValidationParameters.ValidAudience = audience;
            o.TokenValidationParameters.ValidAlgorithms = ["ES256", "ES384", "PS256", "RS256"];
            o.TokenValidationParameters.NameClaimType = "sub";
            o.TokenValidationParameters.RoleClaimType = "roles";
            keys(o);
            o.Events = new()
            {
                OnTokenValidated = validated =>
                {
                    if (CallerOf(validated.Principal!) is { } caller)
                        validated.HttpContext.Items[CallerKey] = caller;
                    else
                        validated.Fail("sub, org or city is missing or has an unknown form");
                    return Task.CompletedTask;
                },
            };
        };
    }

    /// <summary>Lifetimes are read on the host's clock, which is a simulated one in a demonstration.</summary>
    private static void OnClock(JwtBearerOptions options, TimeProvider clock)
    {
        options.TokenValidationParameters.LifetimeValidator = (notBefore, expires, _, _) => Alive(clock, notBefore, expires);
        new CheckedTokens(clock, (from, to) => Alive(clock, from, to)).Guard(options, CallerKey);
    }

    private static bool Alive(TimeProvider clock, DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now - ClockSkew < end && (notBefore is not { } start || now + ClockSkew >= start);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._:|-]{1,128}\z")]
    private static partial Regex SubForm();

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,64}\z")]
    private static partial Regex OrgForm();

    [GeneratedRegex(@"\A[0-9]{6}\z")]
    private static partial Regex CityForm();
}
