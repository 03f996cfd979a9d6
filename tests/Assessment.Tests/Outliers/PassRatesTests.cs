using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Outliers;

namespace PilotCity.Assessment.Tests.Outliers;

public sealed class PassRatesTests
{
    [Theory]
    [InlineData(3, 4, 1, 4, 485_715)] // Fisher's lady tasting tea, two-sided: 34/70.
    [InlineData(4, 4, 0, 4, 28_572)] // 2/70.
    [InlineData(8, 10, 1, 10, 5_478)] // 0.0054775.
    [InlineData(10, 10, 10, 20, 10_994)]
    [InlineData(0, 10, 0, 20, 1_000_000)]
    [InlineData(10, 10, 20, 20, 1_000_000)]
    [InlineData(5, 10, 10, 20, 1_000_000)]
    public void The_share_is_fisher_s(int passed, int results, int peersPassed, int peerResults, int perMillion) =>
        Assert.Equal(perMillion, PassRates.TailPerMillion(passed, results, peersPassed, peerResults));

    [Fact]
    public void Thousands_of_results_are_no_burden_and_what_can_happen_is_never_said_to_be_impossible() =>
        Assert.Equal(1, PassRates.TailPerMillion(1_000, 1_000, 100, 5_000));

    [Fact]
    public void Passed_and_failed_are_looked_at_alike() => Prop.ForAll(
        Arb.From(from n in Gen.Choose(1, 30) from m in Gen.Choose(1, 60) from a in Gen.Choose(0, n) from b in Gen.Choose(0, m) select (n, m, a, b)),
        x => PassRates.TailPerMillion(x.a, x.n, x.b, x.m) is > 0 and <= 1_000_000
            && PassRates.TailPerMillion(x.a, x.n, x.b, x.m) == PassRates.TailPerMillion(x.n - x.a, x.n, x.m - x.b, x.m)).QuickCheckThrowOnFailure();
}
