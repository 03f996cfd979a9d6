using System.Collections.Concurrent;

namespace PilotCity.Torture;

/// <summary>Something that must never happen and did: which check saw it, what it saw, when (from the start of the run), and whose lines of the history belong to it.</summary>
internal sealed record Violation(string Check, string What, TimeSpan At, string? About = null);

/// <summary>What the checks looked at and what they found.</summary>
internal sealed class Verdict(History history)
{
    /// <summary>Kept of each check: enough to see a pattern; a broken run finds thousands of the same.</summary>
    private const int KeptMax = 10;

    private readonly ConcurrentQueue<Violation> violations = new();
    private readonly ConcurrentDictionary<string, long> looked = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<Violation> Violations => violations;

    /// <summary>How many things each check looked at.</summary>
    internal IReadOnlyDictionary<string, long> Looked => looked;

    internal bool Holds => violations.IsEmpty;

    /// <summary>Whether the run goes on: an answer that names a bug (500) leaves the rest to be looked at, anything worse is looked at while it is fresh.</summary>
    internal bool GoesOn => violations.All(v => v.Check == NoBug);

    /// <summary>The check that no answer is an internal error.</summary>
    internal const string NoBug = "no bug is answered";

    internal void Found(string check, string what, string? about = null, TimeSpan? at = null)
    {
        history.Add($"VIOLATION {check}: {what}");
        if (violations.Count(v => v.Check == check) < KeptMax)
        {
            violations.Enqueue(new(check, what, at ?? history.Now, about));
        }
    }

    /// <summary>One more thing was looked at; it is a violation where it does not hold.</summary>
    internal void Must(bool holds, string check, Func<string> what, string? about = null, TimeSpan? at = null)
    {
        Count(check, 1);
        if (!holds)
        {
            Found(check, what(), about, at);
        }
    }

    internal void Count(string check, long more) => looked.AddOrUpdate(check, more, (_, before) => before + more);
}
