using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Benchmarks;

namespace PilotCity.Assessment.Tests.Benchmarks;

public sealed class SuppressGroupsTests
{
    /// <summary>A division with groups of these sizes, one after another.</summary>
    private static int[] Division(params int[] sizes) => [.. sizes.SelectMany((size, group) => Enumerable.Repeat(group, size))];

    private static bool[] Shown(params int[] sizes) => SuppressGroups.Of([Division(sizes)]).Groups[0];

    [Fact]
    public void A_group_of_four_is_hidden_and_one_of_five_is_shown()
    {
        Assert.Equal([true, true], Shown(5, 5));
        Assert.Equal([true, false, false], Shown(9, 4, 6));
    }

    [Fact]
    public void What_one_hidden_group_leaves_is_not_told_by_subtraction()
    {
        // The total less 20 and 30 would be the group of 4.
        Assert.Equal([false, true, false], Shown(20, 30, 4));

        // Two hidden ones are known together: five of them are enough, four are not.
        Assert.Equal([true, false, false], Shown(20, 2, 3));
        Assert.Equal([false, false, false, true], Shown(20, 2, 2, 30));
    }

    [Fact]
    public void A_city_of_four_shows_nothing_and_one_of_five_only_itself()
    {
        Assert.False(SuppressGroups.Of([Division(4)]).Total);
        Assert.False(SuppressGroups.Of([]).Total);
        var five = SuppressGroups.Of([Division(3, 2), Division(5)]);
        Assert.True(five.Total);
        Assert.Equal([false, false], five.Groups[0]);
        Assert.Equal([true], five.Groups[1]);
    }

    [Fact]
    public void One_division_less_another_tells_nobody_either()
    {
        // District 0 holds members 0–8; sub-industry 0 holds 0–5 and lies inside: the difference would be three enterprises.
        int[] district = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        int[] industry = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        var release = SuppressGroups.Of([district, industry]);
        Assert.True(release.Total);
        Assert.Contains(false, release.Groups[0].Concat(release.Groups[1]));
        Assert.Null(Tells([district, industry], release));
    }

    [Fact]
    public void Nothing_under_five_follows_from_what_is_shown() => Prop.ForAll(
        Arb.From(from members in Gen.Choose(0, 60)
                 from districts in Gen.Choose(1, 6)
                 from seed in Gen.Choose(0, int.MaxValue - 1)
                 select Random(members, districts, new Random(seed))),
        divisions => Tells(divisions, SuppressGroups.Of(divisions)) is null).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static List<int[]> Random(int members, int groups, Random random) =>
        [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, members).Select(_ => random.Next(random.Next(1, groups + 1))).ToArray())];

    /// <summary>Two released sets of which one lies inside the other with fewer than five between, or one of fewer than five; searched over the sets of members themselves.</summary>
    private static string? Tells(List<int[]> divisions, SuppressGroups.Release release)
    {
        var members = divisions[0].Length;
        if (!release.Total)
            return members < SuppressGroups.GroupMin && release.Groups.All(g => !g.Contains(true)) ? null : "the total is hidden without need";

        List<HashSet<int>> released = [[.. Enumerable.Range(0, members)]];
        for (var d = 0; d < divisions.Count; d++)
        {
            var of = divisions[d];
            released.AddRange(release.Groups[d].Select((shown, g) => (shown, g)).Where(g => g.shown).Select(g => Enumerable.Range(0, members).Where(m => of[m] == g.g).ToHashSet()));
            released.Add([.. Enumerable.Range(0, members).Where(m => !release.Groups[d][of[m]])]);
        }

        released.RemoveAll(s => s.Count == 0);
        return released.Exists(s => s.Count < SuppressGroups.GroupMin) ? "a set under five"
            : released.Exists(a => released.Exists(b => b.Count < a.Count && a.Count - b.Count < SuppressGroups.GroupMin && b.IsSubsetOf(a))) ? "a difference under five"
            : null;
    }
}
