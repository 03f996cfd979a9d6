namespace PilotCity.Defaults.Identity;

/// <summary>Who is signed in: the account, its organisation, its city (six digits; <c>000000</c> sees the nation's log only) and all its roles.</summary>
public sealed record Caller(string Sub, string Org, string City, IReadOnlySet<Role> Roles)
{
    /// <summary>The caller in the first of <paramref name="roles"/> that it has, or nobody.</summary>
    public Actor? As(params ReadOnlySpan<Role> roles)
    {
        foreach (var role in roles)
        {
            if (Roles.Contains(role))
            {
                return new Actor(role, Sub, Org);
            }
        }

        return null;
    }
}
