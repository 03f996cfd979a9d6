using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Samples;

/// <summary>
/// The draw, stated so that anybody can repeat it. Key: SHA-256 of the text <c>pilotcity-sample@1</c>, the seed, the root and the population's hash, 32 bytes each. Random numbers: the blocks
/// SHA-256(key ‖ counter) with the counter 0, 1, 2 … in 8 bytes big-endian; each block is four numbers of 8 bytes big-endian. A number below n: numbers of the last, incomplete multiple of n
/// below 2^64 are passed over, then the remainder, so that all are alike.
/// </summary>
internal static class Draw
{
    private static readonly byte[] Domain = Encoding.ASCII.GetBytes("pilotcity-sample@1");

    /// <summary>Draws from items in the order of their listing. The same inputs give the same items in the same order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than there are, or none.</exception>
    public static IReadOnlyList<DrawnItem> From(IReadOnlyList<PopulationItem> items, SampleMethod method, int size, ReadOnlySpan<byte> seed, Hash root, ReadOnlySpan<byte> populationSha256)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, items.Count);
        var numbers = new Numbers(SHA256.HashData([.. Domain, .. seed, .. root.ToArray(), .. populationSha256]));
        return method switch
        {
            SampleMethod.Simple => [.. Shuffled(items, size, numbers).Select(i => new DrawnItem(i.Id, i.Amount))],
            SampleMethod.MonetaryUnit => MonetaryUnits(items, size, numbers),
            SampleMethod.RiskWeighted => ByRisk(items, size, numbers),
        };
    }

    /// <summary>The first <paramref name="count"/> of a Fisher–Yates shuffle: the i-th changes places with one of those from i on.</summary>
    private static PopulationItem[] Shuffled(IReadOnlyList<PopulationItem> items, int count, Numbers numbers)
    {
        PopulationItem[] all = [.. items];
        for (var i = 0; i < count; i++)
        {
            var j = i + (int)numbers.Below(all.Length - i);
            (all[i], all[j]) = (all[j], all[i]);
        }

        return all[..count];
    }

    /// <summary>The distance between two drawn fen: the sum over the size, rounded up. An item of at least so much is always drawn.</summary>
    public static long IntervalFen(Money total, int size) => (total.Fen + size - 1) / size;

    /// <summary>
    /// Items shuffled and laid end to end by their amounts; from a random fen of the first interval on, every fen at the distance of the interval draws the item that it belongs to. So each item
    /// is drawn with the chance amount ÷ interval, and an item of several intervals has several hits.
    /// </summary>
    private static List<DrawnItem> MonetaryUnits(IReadOnlyList<PopulationItem> items, int size, Numbers numbers)
    {
        var interval = IntervalFen(new(items.Sum(i => i.Amount.Fen)), size);
        var shuffled = Shuffled(items, items.Count, numbers);
        var (next, end) = (numbers.Below(interval), 0L);
        var drawn = new List<DrawnItem>();
        foreach (var item in shuffled)
        {
            end += item.Amount.Fen;
            var hits = 0;
            for (; next < end; next += interval)
            {
                hits++;
            }

            if (hits > 0)
            {
                drawn.Add(new(item.Id, item.Amount, hits > 1 ? hits : null));
            }
        }

        return drawn;
    }

    /// <summary>One after another, without putting back: among those that are left, each with the chance risk ÷ sum of risks, in the order of the listing.</summary>
    private static List<DrawnItem> ByRisk(IReadOnlyList<PopulationItem> items, int size, Numbers numbers)
    {
        var left = items.ToList();
        var drawn = new List<DrawnItem>(size);
        var sum = left.Sum(i => (long)i.Risk);
        for (var n = 0; n < size; n++)
        {
            var (rest, index) = (numbers.Below(sum), 0);
            for (; rest >= left[index].Risk; index++)
            {
                rest -= left[index].Risk;
            }

            drawn.Add(new(left[index].Id, left[index].Amount));
            sum -= left[index].Risk;
            left.RemoveAt(index);
        }

        return drawn;
    }

    private sealed class Numbers(byte[] key)
    {
        private byte[] block = [];
        private int used;
        private ulong counter;

        public long Below(long bound)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
            var n = (ulong)bound;
            // 2^64 mod n, without 128 bits: numbers from 2^64 minus this on would favour the small remainders.
            var incomplete = (ulong.MaxValue % n + 1) % n;
            ulong number;
            do
            {
                number = Next();
            }
            while (number > ulong.MaxValue - incomplete);

            return (long)(number % n);
        }

        private ulong Next()
        {
            if (used == block.Length)
            {
                var input = new byte[key.Length + sizeof(ulong)];
                key.CopyTo(input, 0);
                BinaryPrimitives.WriteUInt64BigEndian(input.AsSpan(key.Length), counter++);
                (block, used) = (SHA256.HashData(input), 0);
            }

            var number = BinaryPrimitives.ReadUInt64BigEndian(block.AsSpan(used));
            used += sizeof(ulong);
            return number;
        }
    }
}
