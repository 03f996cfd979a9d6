using PilotCity.Oversight.Board;

namespace PilotCity.Oversight.Tests.Board;

public sealed class HideFiguresTests
{
    private static HashSet<string> Some(int from, int count) => [.. Enumerable.Range(from, count).Select(i => $"e{i}")];

    private static HideFigures.Members Figure(string kpi, HashSet<string> above, HashSet<string>? below = null) => new(kpi, above, below ?? []);

    private static string Hidden(params HideFigures.Members[] figures) => string.Join(' ', HideFigures.Of(figures).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "a")]
    [InlineData(4, "a")]
    [InlineData(5, "")]
    public void A_figure_over_fewer_than_five_stays_in_the_city(int members, string hidden) => Assert.Equal(hidden, Hidden(Figure("a", Some(0, members))));

    [Theory]
    [InlineData(15, "")]
    [InlineData(16, "a")]
    [InlineData(19, "a")]
    [InlineData(20, "")]
    public void Nor_may_fewer_than_five_be_left_below_a_line(int above, string hidden) => Assert.Equal(hidden, Hidden(Figure("a", Some(0, above), Some(0, 20))));

    [Theory]
    [InlineData(15, "")]
    [InlineData(16, "part")]
    [InlineData(20, "")]
    public void One_figure_less_another_tells_of_five_or_of_nobody(int part, string hidden) => Assert.Equal(hidden, Hidden(Figure("all", Some(0, 20)), Figure("part", Some(0, part))));

    [Fact]
    public void One_figure_less_two_others_tells_of_five_or_of_nobody()
    {
        Assert.Equal("b", Hidden(Figure("all", Some(0, 20)), Figure("a", Some(0, 9)), Figure("b", Some(9, 8))));
        Assert.Equal("", Hidden(Figure("all", Some(0, 20)), Figure("a", Some(0, 8)), Figure("b", Some(8, 7))));
        Assert.Equal("", Hidden(Figure("all", Some(0, 20)), Figure("a", Some(0, 10)), Figure("b", Some(10, 10))));
    }

    [Fact]
    public void Whatever_the_figures_what_is_shown_tells_of_nobody_under_five() => Assert.All(Enumerable.Range(0, 300), Holds);

    private static void Holds(int seed)
    {
        var random = new Random(seed);
        var size = random.Next(1, 40);
        HashSet<string> Drawn() => [.. Some(0, size).Where(_ => random.Next(10) < random.Next(11))];
        var figures = Enumerable.Range(0, random.Next(1, 7)).Select(i => Figure($"f{i}", Drawn(), random.Next(2) == 0 ? Drawn() : null)).ToArray();
        var hidden = HideFigures.Of(figures);
        var shown = figures.Where(f => !hidden.Contains(f.Kpi)).SelectMany(f => new[] { f.Above, f.Below }).Where(s => s.Count > 0).ToList();

        Assert.All(shown, s => Assert.True(s.Count >= HideFigures.GroupMin));
        foreach (var whole in shown)
        {
            var inside = shown.Where(s => s.IsProperSubsetOf(whole)).ToList();
            Assert.All(inside, a => Assert.True(whole.Except(a).Count() >= HideFigures.GroupMin));
            Assert.All(inside.SelectMany(a => inside.Select(b => whole.Except(a).Except(b).Count())), left => Assert.False(left is > 0 and < HideFigures.GroupMin));
        }
    }
}
