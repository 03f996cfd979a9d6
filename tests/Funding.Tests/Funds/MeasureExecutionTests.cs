using PilotCity.Defaults;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Tests.Funds;

public class MeasureExecutionTests
{
    private static FundMovement Moved(string place, int month, long yuan) => new(new(2026, month, 28, 20, 0, 0, TimeSpan.Zero), place, FundPool.Renovation, "", null, null, null, null, Money.OfYuan(yuan));

    private static IReadOnlyList<MeasureExecution.Executed> Of(params FundMovement[] movements)
    {
        var months = new SortedDictionary<string, (long Received, long Paid)>(StringComparer.Ordinal);
        foreach (var movement in movements) MeasureExecution.Count(months, movement);
        return MeasureExecution.Of(FundSource.Central, "f", months);
    }

    [Fact]
    public void The_rate_is_what_was_paid_of_what_was_received_to_the_end_of_the_month()
    {
        var rows = Of(Moved(Bookkeeping.Received, 1, 300), Moved(Bookkeeping.Paid, 1, 100), Moved(Bookkeeping.Paid, 3, 150), Moved(Bookkeeping.Paid, 3, -50), Moved(Bookkeeping.ToRecover, 3, 10));
        Assert.Equal([(null, 0.6667m), ("2026-01", 0.3333m), ("2026-03", 0.6667m)], rows.Select(r => (r.Month, r.Rate!.Value)));
        Assert.Equal((Money.OfYuan(100), Money.OfYuan(200)), (rows[2].Paid, rows[2].PaidSoFar));
    }

    [Fact]
    public void Without_money_received_there_is_no_rate()
    {
        Assert.Null(Assert.Single(Of()).Rate);
        Assert.Null(Of(Moved(Bookkeeping.Paid, 1, 1))[0].Rate);
    }

    [Fact]
    public void A_month_is_Shanghai_s()
    {
        var late = new FundMovement(new(2026, 1, 31, 16, 0, 0, TimeSpan.Zero), Bookkeeping.Received, FundPool.Renovation, "", null, null, null, null, Money.OfYuan(1));
        Assert.Equal("2026-02", Of(late)[1].Month);
    }
}
