using System.Numerics;

namespace PilotCity.Oversight.Exports;

/// <summary>A choice of a tree's leaves, in their order: one bit for each leaf of the tree, so a million entries of a million cost 125 kB.</summary>
internal sealed class LeafSet(long size)
{
    private const int Bits = 64;

    private readonly ulong[] words = new ulong[(size + Bits - 1) / Bits];

    public long Count { get; private set; }

    public void Add(long index)
    {
        ref var word = ref words[index / Bits];
        var bit = 1UL << (int)(index % Bits);
        Count += (word & bit) == 0 ? 1 : 0;
        word |= bit;
    }

    /// <summary>The first chosen leaf at or after <paramref name="index"/>; the tree's size where there is none.</summary>
    public long Next(long index)
    {
        for (var at = index / Bits; at < words.Length; at++)
        {
            var word = at == index / Bits ? words[at] & (ulong.MaxValue << (int)(index % Bits)) : words[at];
            if (word != 0)
            {
                return (at * Bits) + BitOperations.TrailingZeroCount(word);
            }
        }

        return size;
    }

    /// <summary>The chosen leaves from the first to the last, this many at a time.</summary>
    public IEnumerable<long[]> Pages(int length)
    {
        var page = new List<long>(length);
        for (var index = Next(0); index < size; index = Next(index + 1))
        {
            page.Add(index);
            if (page.Count == length)
            {
                yield return [.. page];
                page.Clear();
            }
        }

        if (page.Count > 0)
        {
            yield return [.. page];
        }
    }
}
