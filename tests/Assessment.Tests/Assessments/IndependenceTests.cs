using PilotCity.Assessment.Assessments;
using PilotCity.Contracts.Common.V1;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Contracts.Registry.V1;

namespace PilotCity.Assessment.Tests.Assessments;

public sealed class IndependenceTests
{
    private static Independence Of(string[] sellers, params (string A, string B)[] relations)
    {
        var reply = new CompareReply { Sources = { new Source { Service = "registry", City = "350800", Stream = "party/x", Version = 1, Position = 4 } } };
        reply.Relations.AddRange(relations.Select(r => new Relation { Kind = "phone", A = r.A, B = r.B }));
        return Independence.Of("evaluation-1", sellers, [new Source { Service = "performance", City = "350800", Stream = "project/p", Version = 2, Position = 9 }], reply);
    }

    [Fact]
    public void An_evaluator_that_shares_nothing_is_independent_and_the_sources_say_so()
    {
        var independence = Of(["provider-1"], ("enterprise-1", "provider-1"));
        Assert.Null(independence.Refusal);
        Assert.Equal(["project/p", "party/x"], independence.Sources.Select(s => s.Stream));
    }

    [Fact]
    public void Whoever_sells_there_is_not() => Assert.Equal("assessment.evaluator_sells", Of(["provider-1", "evaluation-1"]).Refusal?.Code);

    [Fact]
    public void Whoever_shares_something_with_a_seller_or_the_enterprise_is_not_and_they_are_named()
    {
        Assert.Equal("assessment.evaluator_related", Of(["provider-1"], ("evaluation-1", "provider-1")).Refusal?.Code);
        var both = Of(["provider-1"], ("enterprise-1", "evaluation-1"), ("evaluation-1", "provider-1"), ("evaluation-1", "provider-1")).Refusal!;
        Assert.Contains("enterprise-1, provider-1", both.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void More_sellers_than_Registry_compares_at_once_are_refused()
    {
        static ListSellersReply Sellers(int count)
        {
            var reply = new ListSellersReply();
            reply.Sellers.AddRange(Enumerable.Range(0, count).SelectMany(i => new[] { new Seller { Provider = $"p{i}" }, new Seller { Provider = $"p{i}" } }));
            return reply;
        }

        Assert.Equal(Independence.SellersMax, Independence.Comparable(Sellers(Independence.SellersMax)).Value.Length);
        Assert.Equal("assessment.too_many_sellers", Independence.Comparable(Sellers(Independence.SellersMax + 1)).Fault?.Code);
        Assert.Empty(Independence.Comparable(new()).Value);
    }
}
