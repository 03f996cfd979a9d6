using PilotCity.Torture.Faults;

namespace PilotCity.Torture;

/// <summary>What a run is started with; the same options draw the same faults and the same commands.</summary>
/// <param name="Folder">Where the city keeps everything; emptied at the start, and only if an earlier run made it.</param>
internal sealed record TortureOptions(int Seed, TimeSpan Length, string Folder)
{
    /// <summary>The kinds of faults that are injected.</summary>
    public IReadOnlySet<FaultKind> Only { get; init; } = Enum.GetValues<FaultKind>().ToHashSet();

    /// <summary>The City's dll that the processes run; null is our own.</summary>
    public string? Program { get; init; }

    /// <summary>What the city may take to come to rest once everything is whole again; a follower's longest pause is 30 s.</summary>
    public TimeSpan RestPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the run ends with the first violation, while what led to it is fresh.</summary>
    public bool StopsEarly { get; init; } = true;

    /// <summary>What is broken on purpose in a build that can be broken: names, with commas between, for the processes' environment.</summary>
    public string? Broken { get; init; }

    /// <summary>How many instances of Funding and of Registry stand side by side.</summary>
    public int Instances { get; init; } = 2;
}
