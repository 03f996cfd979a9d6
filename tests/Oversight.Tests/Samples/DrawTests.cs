using System.Security.Cryptography;
using System.Text;
using PilotCity.Oversight.Samples;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Samples;

public sealed class DrawTests
{
    private static readonly Hash Root = Hash.Of(SHA256.HashData([1]));
    private static readonly byte[] Listing = SHA256.HashData([2]);

    private static byte[] Seed(int n) => SHA256.HashData(BitConverter.GetBytes(n));

    private static IReadOnlyList<DrawnItem> Of(IReadOnlyList<PopulationItem> items, SampleMethod method, int size, int seed) => Draw.From(items, method, size, Seed(seed), Root, Listing);

    /// <summary>The algorithm is forever: written once more here, by its description, and by hand for the first numbers.</summary>
    [Fact]
    public void A_simple_draw_is_the_shuffle_of_the_stated_numbers()
    {
        var items = SampleStory.Items(Enumerable.Repeat(100L, 10));
        var key = SHA256.HashData([.. Encoding.ASCII.GetBytes("pilotcity-sample@1"), .. Seed(7), .. Root.ToArray(), .. Listing]);
        var block = SHA256.HashData([.. key, 0, 0, 0, 0, 0, 0, 0, 0]);
        ulong Number(int n) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(block.AsSpan(8 * n));
        var ids = items.Select(i => i.Id).ToList();
        var wanted = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            // Of ten or fewer the last incomplete multiple is below one in 10^18: none of these three is passed over.
            var at = (int)(Number(i) % (ulong)ids.Count);
            wanted.Add(ids[at]);
            ids[at] = ids[0];
            ids.RemoveAt(0);
        }

        Assert.Equal(wanted, Of(items, SampleMethod.Simple, 3, 7).Select(d => d.Item));
    }

    [Theory]
    [InlineData(nameof(SampleMethod.Simple))]
    [InlineData(nameof(SampleMethod.MonetaryUnit))]
    [InlineData(nameof(SampleMethod.RiskWeighted))]
    public void The_same_inputs_draw_the_same_and_each_other_input_another(string word)
    {
        var method = Enum.Parse<SampleMethod>(word);
        var items = SampleStory.Items(Enumerable.Range(1, 200).Select(n => (long)n));

        var drawn = Of(items, method, 20, 1);

        Assert.Equal(drawn, Of(items, method, 20, 1));
        Assert.NotEqual(drawn, Of(items, method, 20, 2));
        Assert.NotEqual(drawn, Draw.From(items, method, 20, Seed(1), Hash.Of(Listing), Listing));
        Assert.NotEqual(drawn, Draw.From(items, method, 20, Seed(1), Root, Root.ToArray()));
        Assert.Equal(drawn.Count, drawn.DistinctBy(d => d.Item).Count());
    }

    [Fact]
    public void All_of_them_are_drawn_where_all_are_asked_for_and_never_more()
    {
        var items = SampleStory.Items(5, 5, 5);

        foreach (var method in Enum.GetValues<SampleMethod>())
        {
            Assert.Equal(["a000", "a001", "a002"], Of(items, method, 3, 1).Select(d => d.Item).Order());
            Assert.Throws<ArgumentOutOfRangeException>(() => Of(items, method, 4, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => Of(items, method, 0, 1));
        }
    }

    /// <summary>Two thousand draws of 5 of 20: each item is expected 500 times, with a deviation of about 19; five of them are never left by chance.</summary>
    [Fact]
    public void In_a_simple_draw_all_items_come_equally_often()
    {
        var counted = Count(SampleStory.Items(Enumerable.Range(1, 20).Select(n => (long)n)), SampleMethod.Simple, 5);

        Assert.All(counted.Values, n => Assert.InRange(n, 400, 600));
        Assert.Equal((20, 10_000), (counted.Count, counted.Values.Sum()));
    }

    /// <summary>Amounts of 1 to 20 (sum 210) with 5 intervals of 42: an item of n comes with the chance n in 42.</summary>
    [Fact]
    public void By_monetary_units_items_come_as_often_as_their_amounts_say()
    {
        var counted = Count(SampleStory.Items(Enumerable.Range(1, 20).Select(n => (long)n)), SampleMethod.MonetaryUnit, 5);

        Assert.All(Enumerable.Range(1, 20), n => Assert.InRange(counted.GetValueOrDefault($"a{n - 1:000}"), (2_000 * n / 42) - 110, (2_000 * n / 42) + 110));
    }

    [Fact]
    public void By_risk_the_first_item_comes_as_often_as_its_weight_says()
    {
        var items = SampleStory.Items(1, 1, 1).Select((i, n) => i with { Risk = n == 2 ? 8 : 1 }).ToList();

        var first = Enumerable.Range(0, 2_000).Count(seed => Of(items, SampleMethod.RiskWeighted, 1, seed)[0].Item == "a002");

        Assert.InRange(first, 1_510, 1_690); // 8 in 10 of 2,000 are 1,600, with a deviation of 18.
    }

    /// <summary>The sum is 100 fen: with ten hits the interval is 10.</summary>
    [Fact]
    public void An_item_of_an_interval_is_always_drawn_and_one_fen_less_is_not()
    {
        var items = SampleStory.Items(Enumerable.Repeat(1L, 83)).Select((i, n) => i with { Amount = new(n switch { 0 => 10, 1 => 9, _ => 1 }) }).ToList();
        var drawn = Enumerable.Range(0, 300).Select(seed => Of(items, SampleMethod.MonetaryUnit, 10, seed).Select(d => d.Item).ToHashSet()).ToList();

        Assert.Equal(10, Draw.IntervalFen(new(items.Sum(i => i.Amount.Fen)), 10));
        Assert.Equal(300, drawn.Count(d => d.Contains("a000")));
        Assert.InRange(drawn.Count(d => d.Contains("a001")), 245, 295); // 9 in 10 are 270, with a deviation of 5.
    }

    [Fact]
    public void An_item_of_several_intervals_has_as_many_hits()
    {
        var drawn = Of(SampleStory.Items([500, .. Enumerable.Repeat(5L, 100)]), SampleMethod.MonetaryUnit, 10, 3);

        Assert.Equal(5, drawn.Single(d => d.Item == "a000").Hits);
        Assert.Equal(10, drawn.Sum(d => d.Hits ?? 1));
        Assert.All(drawn.Where(d => d.Item != "a000"), d => Assert.Null(d.Hits));
    }

    private static Dictionary<string, int> Count(IReadOnlyList<PopulationItem> items, SampleMethod method, int size) =>
        Enumerable.Range(0, 2_000).SelectMany(seed => Of(items, method, size, seed)).CountBy(d => d.Item).ToDictionary();
}
