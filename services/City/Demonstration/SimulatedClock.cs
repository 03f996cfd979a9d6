using System.IO.MemoryMappedFiles;

namespace PilotCity.City.Demonstration;

/// <summary>
/// The demonstration's calendar: it stands where the story puts it and runs on from there; timers are the machine's own. Processes share it
/// through a file of eight bytes: how far it is ahead of the machine's monotonic clock, which is one for all of them.
/// </summary>
internal sealed class SimulatedClock : TimeProvider, IDisposable
{
    private readonly Lock gate = new();
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? shared;
    private long ahead;

    /// <summary>A calendar that begins here; with <paramref name="path"/> others may read it.</summary>
    internal SimulatedClock(DateTimeOffset start, string? path = null)
    {
        if (path is not null)
        {
            file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, mapName: null, sizeof(long));
            shared = file.CreateViewAccessor(0, sizeof(long));
        }

        Ahead = start.UtcTicks - Monotonic;
    }

    private SimulatedClock(MemoryMappedFile file)
    {
        this.file = file;
        shared = file.CreateViewAccessor(0, sizeof(long), MemoryMappedFileAccess.Read);
    }

    /// <summary>The calendar that another process keeps in this file; it can only be read.</summary>
    internal static SimulatedClock Shared(string path) => new(MemoryMappedFile.CreateFromFile(
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), mapName: null, sizeof(long), MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false));

    public override DateTimeOffset GetUtcNow() => new(Monotonic + Ahead, TimeSpan.Zero);

    /// <summary>Goes on to this moment; a calendar does not go back.</summary>
    internal void GoTo(DateTimeOffset moment)
    {
        lock (gate)
        {
            Ahead = Math.Max(Ahead, moment.UtcTicks - Monotonic);
        }
    }

    public void Dispose()
    {
        shared?.Dispose();
        file?.Dispose();
    }

    /// <summary>The machine's monotonic clock in ticks of 100 ns.</summary>
    private static long Monotonic => System.GetElapsedTime(0, System.GetTimestamp()).Ticks;

    private long Ahead
    {
        get => shared?.ReadInt64(0) ?? Volatile.Read(ref ahead);
        set
        {
            if (shared is not null)
            {
                shared.Write(0, value);
            }
            else
            {
                Volatile.Write(ref ahead, value);
            }
        }
    }
}
