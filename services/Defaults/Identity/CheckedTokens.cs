using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;

namespace PilotCity.Defaults.Identity;

/// <summary>
/// Tokens that were found good in the last minute: a client sends the same one hundreds of times a second, and a signature costs more than
/// everything else at the door. Whether a token is alive is asked at every use; a key that its authority has withdrawn is noticed within
/// the minute. What was not found good is never kept.
/// </summary>
internal sealed class CheckedTokens(TimeProvider clock, Func<DateTime, DateTime, bool> alive)
{
    /// <summary>How long a signature counts without being checked again.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    /// <summary>More people than ask within one minute; when it is full it is emptied, and signatures are checked again.</summary>
    internal const int KeptMax = 10_000;

    private const string Bearer = "Bearer ";

    private readonly ConcurrentDictionary<string, Good> good = new(StringComparer.Ordinal);

    private sealed record Good(ClaimsPrincipal Principal, object? Caller, DateTime From, DateTime To, DateTimeOffset CheckedAt);

    internal int Count => good.Count;

    /// <summary>Puts itself before and after the checks of these options; <paramref name="callerKey"/> is where they leave who it is.</summary>
    internal void Guard(JwtBearerOptions options, object callerKey)
    {
        options.Events ??= new();
        var check = options.Events.OnTokenValidated;
        options.Events.OnMessageReceived = received =>
        {
            var header = received.Request.Headers.Authorization.ToString();
            if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && Find(header[Bearer.Length..].Trim()) is { } found)
            {
                received.Principal = found.Principal;
                received.HttpContext.Items[callerKey] = found.Caller;
                received.Success();
            }

            return Task.CompletedTask;
        };
        options.Events.OnTokenValidated = async validated =>
        {
            await check(validated);
            if (validated.Result is null && validated.SecurityToken is JsonWebToken token)
            {
                Keep(token.EncodedToken, new(validated.Principal!, validated.HttpContext.Items[callerKey], token.ValidFrom, token.ValidTo, clock.GetUtcNow()));
            }
        };
    }

    private Good? Find(string token)
    {
        if (!good.TryGetValue(token, out var found))
        {
            return null;
        }

        var age = clock.GetUtcNow() - found.CheckedAt;
        if (age >= TimeSpan.Zero && age < Kept && alive(found.From, found.To))
        {
            return found;
        }

        good.TryRemove(token, out _);
        return null;
    }

    private void Keep(string token, Good found)
    {
        if (good.Count >= KeptMax)
        {
            good.Clear();
        }

        good[token] = found;
    }
}
