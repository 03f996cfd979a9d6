#if BREAKABLE
using PilotCity.Defaults.Bus;

namespace PilotCity.Defaults;

/// <summary>
/// What is broken on purpose, in builds made with <c>-p:Breakable=true</c> alone, so that <c>./city torture</c> can show that it would be found.
/// The variable <c>PILOTCITY_BREAK</c> names it. No other build holds a line of this.
/// </summary>
public static class Breakage
{
    /// <summary>Often enough for a run of seconds, rarely enough for the city to work on.</summary>
    private const int Every = 40;

    private static readonly string? Broken = Environment.GetEnvironmentVariable("PILOTCITY_BREAK");
    private static int commits;

    /// <summary>Decisions on a balance as it was before another instance wrote.</summary>
    public static bool ReadsStale => Broken == "stale-balance";

    /// <summary>The table that would refuse an effect the second time has to let it pass.</summary>
    public static bool DoublesEffects => Broken == "doubled-effect";

    /// <summary>A batch of this service's that is acknowledged and rolled back; only the one whose log grows fastest, and not its first.</summary>
    public static bool RollsBack(string service) => Broken == "rolled-back" && service == "funding" && Interlocked.Increment(ref commits) % 12 == 0;

    /// <summary>A follower that is not handed every committed entry, or has the effect of some twice.</summary>
    public static Func<Followed, CancellationToken, Task>? Followed(Func<Followed, CancellationToken, Task>? effect) => effect is null ? null : async (followed, ct) =>
    {
        var handed = Broken == "lost-entry" ? followed.Entries.Where(e => e.Position % Every != 0).ToList() : followed.Entries;
        if (handed.Count > 0)
        {
            await effect(followed with { Entries = handed }, ct);
        }

        if (DoublesEffects && followed.Entries.Where(e => e.Position % Every == 0).ToList() is { Count: > 0 } again)
        {
            await effect(followed with { Entries = again }, ct);
        }
    };
}
#endif
