using System.Numerics;

namespace PilotCity.Oversight.Board;

/// <summary>
/// Which figures of a city may leave it, so that nobody learns anything of fewer than <see cref="GroupMin"/> organisations: not from a figure (those above its line, those below it, those
/// below and not above), not from one figure less another (all at level 2, less those above scale), and not from one less two others. Pure; what is hidden is the figure over the fewest.
/// Differences of more figures are not tried.
/// </summary>
internal static class HideFigures
{
    /// <summary>Groups under five are not shown: the same rule as in Assessment's benchmarks.</summary>
    public const int GroupMin = 5;

    /// <summary>A figure and the organisations above and below its line; empty where it is about nobody (a fund).</summary>
    internal sealed record Members(string Kpi, IReadOnlySet<string> Above, IReadOnlySet<string> Below);

    private sealed record Known(int Figure, ulong[] Bits, int Count);

    /// <summary>The ids of the figures that stay in the city.</summary>
    public static IReadOnlySet<string> Of(IReadOnlyList<Members> figures)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var organisation in figures.SelectMany(f => f.Above.Concat(f.Below)))
        {
            index.TryAdd(organisation, index.Count);
        }

        var all = figures.SelectMany((f, i) => new[] { Set(i, f.Above, index), Set(i, f.Below, index) }).Where(s => s.Count > 0).ToList();
        var hidden = new HashSet<int>();
        while (Weakness([.. all.Where(s => !hidden.Contains(s.Figure))]) is { } weak)
        {
            hidden.Add(weak.MinBy(f => (figures[f].Above.Union(figures[f].Below).Count(), f)));
        }

        return hidden.Select(f => figures[f].Kpi).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The figures that together tell of a group under the bound; nothing where none do.</summary>
    private static int[]? Weakness(List<Known> shown)
    {
        foreach (var one in shown)
        {
            if (one.Count < GroupMin)
            {
                return [one.Figure];
            }
        }

        foreach (var whole in shown)
        {
            var inside = shown.Where(s => s.Count < whole.Count && Common(s.Bits, whole.Bits) == s.Count).ToList();
            for (var i = 0; i < inside.Count; i++)
            {
                if (whole.Count - inside[i].Count < GroupMin)
                {
                    return [whole.Figure, inside[i].Figure];
                }

                for (var j = i + 1; j < inside.Count; j++)
                {
                    if (whole.Count - inside[i].Count - inside[j].Count + Common(inside[i].Bits, inside[j].Bits) is > 0 and < GroupMin)
                    {
                        return [whole.Figure, inside[i].Figure, inside[j].Figure];
                    }
                }
            }
        }

        return null;
    }

    private static Known Set(int figure, IReadOnlySet<string> of, Dictionary<string, int> index)
    {
        var bits = new ulong[(index.Count + 63) / 64];
        foreach (var organisation in of)
        {
            bits[index[organisation] / 64] |= 1UL << (index[organisation] % 64);
        }

        return new(figure, bits, of.Count);
    }

    private static int Common(ulong[] a, ulong[] b)
    {
        var common = 0;
        for (var i = 0; i < a.Length; i++)
        {
            common += BitOperations.PopCount(a[i] & b[i]);
        }

        return common;
    }
}
