using System.Collections.Concurrent;

namespace PilotCity.Defaults.Log;

/// <summary>
/// The last known states of long streams, so that reading one folds only what is new: a fund's thousands of postings are folded once.
/// A state in here is that of a committed beginning of its stream, never of its end: whoever takes one reads on from its version.
/// </summary>
internal sealed class RecentStates
{
    /// <summary>A shorter stream is folded faster than it is kept.</summary>
    private const int VersionMin = 64;

    /// <summary>Streams kept; when it is full it is emptied. A city has a handful of long ones.</summary>
    private const int StreamsMax = 1_000;

    private readonly ConcurrentDictionary<(string City, string Stream), Folded> states = new();

    public sealed record Folded(object State, long Version, long Position);

    public Folded? Find(string city, string stream) => states.GetValueOrDefault((city, stream));

    /// <summary>Keeps the state of a committed version, unless a later one is known.</summary>
    public void Keep(string city, string stream, object state, long version, long position)
    {
        if (version < VersionMin)
        {
            return;
        }

        if (states.Count >= StreamsMax)
        {
            states.Clear();
        }

        var folded = new Folded(state, version, position);
        states.AddOrUpdate((city, stream), folded, (_, known) => known.Version >= version ? known : folded);
    }
}
