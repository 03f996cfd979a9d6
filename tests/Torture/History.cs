using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace PilotCity.Torture;

/// <summary>One thing that happened in a run, this long after its start.</summary>
internal readonly record struct Happened(TimeSpan At, string What)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds,8:0.000}  {What}");
}

/// <summary>Commands, answers and faults of a run in the order in which they happened: what a person reads who looks for a cause.</summary>
internal sealed class History
{
    /// <summary>Lines kept; at some thousand a second the longest runs stay below 100 MB. Older lines go first.</summary>
    private const int LinesMax = 500_000;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly ConcurrentQueue<Happened> lines = new();

    internal TimeSpan Now => watch.Elapsed;

    internal void Add(string what)
    {
        lines.Enqueue(new(watch.Elapsed, what));
        while (lines.Count > LinesMax)
        {
            lines.TryDequeue(out _);
        }
    }

    /// <summary>The lines within <paramref name="reach"/> of a moment, the nearest <paramref name="max"/> of them; lines that name <paramref name="about"/> wherever they stand.</summary>
    internal IReadOnlyList<Happened> Around(TimeSpan at, TimeSpan reach, int max, string? about) =>
    [
        .. lines
            .Where(l => (l.At - at).Duration() <= reach || (about is not null && l.What.Contains(about, StringComparison.Ordinal)))
            .OrderBy(l => about is not null && l.What.Contains(about, StringComparison.Ordinal) ? TimeSpan.Zero : (l.At - at).Duration())
            .Take(max)
            .OrderBy(l => l.At),
    ];

    internal async Task Write(string path, CancellationToken ct) => await File.WriteAllLinesAsync(path, lines.Select(l => l.ToString()), ct);
}
