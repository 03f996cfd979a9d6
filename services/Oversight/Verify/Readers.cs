using System.Collections.Concurrent;
using System.Data.Common;

namespace PilotCity.Oversight.Verify;

/// <summary>
/// One database that is checked: the view that says how far it goes, and connections beside it, so that every core reads. Those may see later
/// entries than the view; they are asked only for what stands in it, and entries never change.
/// </summary>
internal sealed class Readers(LogSource source) : IDisposable
{
    /// <summary>What one worker reads at a time: long enough that starting it costs nothing, short enough that all cores end together.</summary>
    public const int RowsPerPart = 1 << 14;

    /// <summary>Each worker holds a connection per database; a shared server has others to serve.</summary>
    private static readonly int workersMax = Math.Min(Environment.ProcessorCount, 8);

    private readonly ConcurrentBag<Snapshot> free = [];

    /// <summary>How the database stood when it was opened.</summary>
    public Snapshot View { get; } = source.Open();

    /// <summary>
    /// Reads all parts, each by whichever worker is free; the results come in the order of the parts. What the database refuses is kept beside
    /// its part, so that the parts before it are told first.
    /// </summary>
    public static IReadOnlyList<PartRead<TPart, TResult>> All<TPart, TResult>(
        IReadOnlyList<(Readers Readers, TPart Part)> parts, Func<Snapshot, TPart, TResult> read, CancellationToken ct)
        where TResult : class
    {
        var results = new PartRead<TPart, TResult>[parts.Count];
        var one = Partitioner.Create(Enumerable.Range(0, parts.Count), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(one, new ParallelOptions { MaxDegreeOfParallelism = workersMax, CancellationToken = ct }, i =>
        {
            var (readers, part) = parts[i];
            try
            {
                results[i] = new(part, readers.With(snapshot => read(snapshot, part)), null);
            }
            catch (SystemException e) when (e is DbException or InvalidCastException or InvalidOperationException)
            {
                results[i] = new(part, null, e);
            }
        });
        return results;
    }

    public void Dispose()
    {
        View.Dispose();
        foreach (var snapshot in free)
        {
            snapshot.Dispose();
        }
    }

    private T With<T>(Func<Snapshot, T> read)
    {
        var snapshot = free.TryTake(out var kept) ? kept : source.Open();
        var whole = false;
        try
        {
            var result = read(snapshot);
            whole = true;
            return result;
        }
        finally
        {
            // One that failed may stand in the middle of an answer.
            if (whole)
            {
                free.Add(snapshot);
            }
            else
            {
                snapshot.Dispose();
            }
        }
    }
}

/// <summary>What came of reading a part, or what the database said instead.</summary>
internal sealed record PartRead<TPart, TResult>(TPart Part, TResult? Result, SystemException? Failure)
    where TResult : class
{
    public TResult Value => Result ?? throw Failure!;
}
