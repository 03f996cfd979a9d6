using System.Globalization;

namespace PilotCity.Bench;

/// <summary>
/// Seconds of core time that we and everything we started have used, by part: unlike a rate it does not depend on who else uses the machine.
/// </summary>
internal sealed class CoreTime
{
    // Linux counts in hundredths of a second, on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    private readonly Dictionary<string, double> seconds = new(StringComparer.Ordinal);

    internal static CoreTime Now()
    {
        var processes = new Dictionary<int, (int Parent, string Name, double Seconds)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read(id) is { } found)
            {
                processes[id] = found;
            }
        }

        var now = new CoreTime();
        foreach (var (id, (_, name, used)) in processes)
        {
            if (Ours(id))
            {
                now.seconds[name] = now.seconds.GetValueOrDefault(name) + used;
            }
        }

        return now;

        bool Ours(int id)
        {
            for (var i = id; processes.TryGetValue(i, out var found); i = found.Parent)
            {
                if (i == Environment.ProcessId)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Microseconds of one core per piece of work since <paramref name="before"/>, the greatest first.</summary>
    internal string Since(CoreTime before, long pieces) => string.Join(", ", seconds
        .Select(s => (s.Key, Micros: (s.Value - before.seconds.GetValueOrDefault(s.Key)) * 1_000_000 / pieces))
        .Where(s => s.Micros >= 0.5)
        .OrderByDescending(s => s.Micros)
        .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Micros:0}")));

    private static (int Parent, string Name, double Seconds)? Read(int id)
    {
        try
        {
            // pid (comm) state ppid …; comm may hold anything but ends with the last bracket. utime, stime and what ended children had used are fields 14 to 17.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var used = fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond;
            var words = File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
            var serve = Array.IndexOf(words, City.Servers.Serve.Verb);
            var name = id == Environment.ProcessId ? "load"
                : serve > 0 && serve + 1 < words.Length ? words[serve + 1]
                : stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')];
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), name, used);
        }
        catch (IOException)
        {
            return null; // It has ended meanwhile.
        }
    }
}
