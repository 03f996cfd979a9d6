namespace PilotCity.Assessment.Benchmarks;

/// <summary>
/// Decides which groups of enterprises may be shown, so that nobody learns the figures of fewer than <see cref="GroupMin"/> of them: not from a group, not from
/// the total less the groups that are shown, and not from one division (districts) less another (size classes). What is hidden of one division is known
/// together, by subtraction, and is treated as one more group. Pure; whoever is hidden for others' sake is the smallest that helps.
/// </summary>
internal static class SuppressGroups
{
    /// <summary>Groups under five are not shown (the product's rule, as statistics bureaus commonly keep it).</summary>
    public const int GroupMin = 5;

    /// <summary>Which groups of each division may be shown; nothing at all where even <see cref="Total"/> may not.</summary>
    internal sealed record Release(bool Total, IReadOnlyList<bool[]> Groups);

    /// <summary>Groups of a division that are known one by one or, where hidden, only together.</summary>
    private sealed record Blocks(int[] OfMember, int[] Sizes, int[] Group);

    /// <param name="divisions">Per division the group of each member, counted from 0; every division covers all members.</param>
    public static Release Of(IReadOnlyList<int[]> divisions)
    {
        var members = divisions.Count == 0 ? 0 : divisions[0].Length;
        var sizes = divisions.Select(Sizes).ToArray();
        var shown = sizes.Select(s => s.Select(size => size >= GroupMin).ToArray()).ToArray();
        if (members < GroupMin)
            return new(false, [.. shown.Select(s => new bool[s.Length])]);

        while (Weakness(divisions, sizes, shown) is { } hide)
            shown[hide.Division][hide.Group] = false;

        return new(true, shown);
    }

    /// <summary>A group to hide because something under five would follow from it; nothing once nothing does.</summary>
    private static (int Division, int Group)? Weakness(IReadOnlyList<int[]> divisions, int[][] sizes, bool[][] shown)
    {
        var blocks = new Blocks[divisions.Count];
        for (var d = 0; d < divisions.Count; d++)
        {
            blocks[d] = Known(divisions[d], sizes[d], shown[d]);
            if (blocks[d].Sizes.Any(size => size < GroupMin))
                return Smallest(sizes, shown, Enumerable.Range(0, sizes[d].Length).Select(g => (d, g)));
        }

        for (var d = 0; d < blocks.Length; d++)
        {
            for (var other = 0; other < blocks.Length; other++)
            {
                if (d != other && Difference(blocks, d, other) is { } found)
                    return Smallest(sizes, shown, found) ?? Smallest(sizes, shown, All(sizes, d)) ?? Smallest(sizes, shown, All(sizes, other));
            }
        }

        return null;
    }

    private static IEnumerable<(int, int)> All(int[][] sizes, int division) => Enumerable.Range(0, sizes[division].Length).Select(g => (division, g));

    /// <summary>The groups shown one by one, and all that are hidden as one more block.</summary>
    private static Blocks Known(int[] ofMember, int[] sizes, bool[] shown)
    {
        var (blockOf, blockSizes, groups) = (new int[sizes.Length], new List<int>(), new List<int>());
        var rest = -1;
        for (var g = 0; g < sizes.Length; g++)
        {
            if (sizes[g] == 0)
                continue;

            if (!shown[g] && rest >= 0)
            {
                blockOf[g] = rest;
                blockSizes[rest] += sizes[g];
                continue;
            }

            blockOf[g] = blockSizes.Count;
            if (!shown[g])
                rest = blockSizes.Count;

            blockSizes.Add(sizes[g]);
            groups.Add(shown[g] ? g : -1);
        }

        return new([.. ofMember.Select(g => blockOf[g])], [.. blockSizes], [.. groups]);
    }

    /// <summary>
    /// One or two blocks of a division, less the blocks of another division that lie inside: where under five are left, the groups that gave them away. Sums of
    /// more blocks are not tried.
    /// </summary>
    private static List<(int Division, int Group)>? Difference(Blocks[] blocks, int division, int other)
    {
        var (outer, inner) = (blocks[division], blocks[other]);
        var both = new int[outer.Sizes.Length, inner.Sizes.Length];
        for (var m = 0; m < outer.OfMember.Length; m++)
            both[outer.OfMember[m], inner.OfMember[m]]++;

        for (var i = 0; i < outer.Sizes.Length; i++)
        {
            for (var j = i; j < outer.Sizes.Length; j++)
            {
                var left = outer.Sizes[i] + (j == i ? 0 : outer.Sizes[j]);
                var inside = new List<int>();
                for (var b = 0; b < inner.Sizes.Length; b++)
                {
                    if (both[i, b] + (j == i ? 0 : both[j, b]) != inner.Sizes[b])
                        continue;

                    left -= inner.Sizes[b];
                    inside.Add(b);
                }

                if (left is > 0 and < GroupMin)
                {
                    return
                    [
                        .. new[] { outer.Group[i], outer.Group[j] }.Where(g => g >= 0).Select(g => (division, g)),
                        .. inside.Select(b => inner.Group[b]).Where(g => g >= 0).Select(g => (other, g)),
                    ];
                }
            }
        }

        return null;
    }

    private static (int Division, int Group)? Smallest(int[][] sizes, bool[][] shown, IEnumerable<(int Division, int Group)> groups)
    {
        (int Division, int Group)? smallest = null;
        foreach (var (d, g) in groups)
        {
            if (shown[d][g] && (smallest is not { } known || sizes[d][g] < sizes[known.Division][known.Group]))
                smallest = (d, g);
        }

        return smallest;
    }

    private static int[] Sizes(int[] ofMember)
    {
        var sizes = new int[ofMember.Length == 0 ? 0 : ofMember.Max() + 1];
        foreach (var group in ofMember)
            sizes[group]++;

        return sizes;
    }
}
