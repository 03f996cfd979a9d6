namespace PilotCity.Bench;

/// <summary>
/// One measured figure with what it was compared with in the same run, and what was aimed at: a least ratio, or a least or largest value.
/// </summary>
internal sealed record Figure(string Row, string What, double Value, string Unit)
{
    public string? Against { get; init; }

    public double? Other { get; init; }

    public double? Ratio => Other is > 0 ? Value / Other : null;

    public string? Goal { get; init; }

    public double? RatioMin { get; init; }

    public double? AtLeast { get; init; }

    public double? AtMost { get; init; }

    public string? Note { get; init; }

    /// <summary>Null where nothing was aimed at.</summary>
    public bool? Met =>
        RatioMin is { } least ? Ratio >= least
        : AtMost is { } most ? Value <= most
        : AtLeast is { } min ? Value >= min
        : null;
}

/// <summary>Durations, for percentiles; microseconds.</summary>
internal sealed class Durations
{
    private readonly List<double> micros = [];

    internal int Count => micros.Count;

    internal void Add(TimeSpan duration)
    {
        lock (micros)
        {
            micros.Add(duration.TotalMicroseconds);
        }
    }

    internal void AddRange(IEnumerable<double> more)
    {
        lock (micros)
        {
            micros.AddRange(more);
        }
    }

    /// <summary>In milliseconds; the value that this share of all does not exceed.</summary>
    internal double Percentile(double share)
    {
        lock (micros)
        {
            if (micros.Count == 0)
            {
                return double.NaN;
            }

            micros.Sort();
            return micros[Math.Clamp((int)Math.Ceiling(share * micros.Count) - 1, 0, micros.Count - 1)] / 1_000;
        }
    }

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
