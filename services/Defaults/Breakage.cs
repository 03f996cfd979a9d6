#if BREAKABLE
using PilotCity.Defaults.Bus;

namespace PilotCity.Defaults;

/// <summary>
/// What is broken on purpose, in builds made with <c>-p:Breakable=true</c> alone, so that <c>./city torture</c> can show that it would be found.
/// The variable <c>PILOTCITY_BREAK</c> names what, with commas between. No other build holds a line of this.
/// </summary>
public static class Breakage
{
    /// <summary>Often enough for a run of seconds, rarely enough for the city to work on.</summary>
    private const int Every = 12;

    private static readonly string[] Broken = Environment.GetEnvironmentVariable("PILOTCITY_BREAK")?.Split(',') ?? [];
    private static int commits;

    /// <summary>Decisions on a balance as it was before another instance wrote.</summary>
    public static bool ReadsStale => Broken.Contains("stale-balance");

    /// <summary>The table that would refuse an effect the second time has to let it pass.</summary>
    public static bool DoublesEffects => Broken.Contains("doubled-effect");

    /// <summary>Every fourth batch of Registry's is acknowledged and rolled back: its log grows slowly.</summary>
    public static bool RollsBack(string service) => service == "registry" && Broken.Contains("rolled-back") && Interlocked.Increment(ref commits) % 4 == 0;

    /// <summary>A follower that is never handed some of Funding's committed entries, or has the effect of some of Performance's twice.</summary>
    public static Func<Followed, CancellationToken, Task>? Followed(Func<Followed, CancellationToken, Task>? effect) => effect is null ? null : async (followed, ct) =>
    {
        var some = followed.Entries.Where(e => e.Position % Every == 0).ToList();
        var handed = followed.Source == "funding" && Broken.Contains("lost-entry") ? followed.Entries.Except(some).ToList() : followed.Entries;
        if (handed.Count > 0)
        {
            await effect(followed with { Entries = handed }, ct);
        }

        if (followed.Source == "performance" && DoublesEffects && some.Count > 0)
        {
            await effect(followed with { Entries = some }, ct);
        }
    };
}
#endif
