namespace PilotCity.Bench;

/// <summary>How long and how often is measured; a short run shows that everything works, its figures scatter.</summary>
internal sealed record Plan(bool Quick, Action<string> Say)
{
    internal int Rounds => Quick ? 1 : 3;

    internal TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 2 : 6);

    internal TimeSpan Window => TimeSpan.FromSeconds(Quick ? 3 : 8);

    /// <summary>Log sizes at which growth is looked at.</summary>
    internal IReadOnlyList<long> Sizes => Quick ? [5_000, 50_000] : [10_000, 100_000, 1_000_000];

    internal int Enterprises => Quick ? 10_000 : 40_000;
}
