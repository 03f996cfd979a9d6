using PilotCity.Performance.Projects;
using PilotCity.Performance.Providers;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests.Providers;

/// <summary>A provider's way into the pool, out of it and back.</summary>
public class PoolTests
{
    private static readonly Provider Dossier = new(ProviderCode, "龙岩云造科技有限公司", ProviderClass.Integrated, [], [], Now);

    [Fact]
    public void A_dossier_is_filed_by_the_provider_itself()
    {
        var body = new FileDossier.Body(new("龙岩云造科技有限公司"), [new("MES")], [new(new("云造 MES"), SpendCategory.SoftwareLicence)]);

        Assert.Null(FileDossier.Decide(ProviderCode, body, Seller).Fault);
        Assert.Equal("provider.unknown", FileDossier.Decide(OtherCode, body, Seller).Fault?.Code);
        Assert.Equal("provider.unknown", FileDossier.Decide("x", body, Seller with { Org = "x" }).Fault?.Code);
        Assert.Null(FileDossier.Decide(ProviderCode, body with { Capabilities = [.. Enumerable.Repeat(new Label("MES"), 30)] }, Seller).Fault);
        Assert.Equal("list.size", FileDossier.Decide(ProviderCode, body with { Capabilities = [.. Enumerable.Repeat(new Label("MES"), 31)] }, Seller).Fault?.Code);
        Assert.Equal("list.size", FileDossier.Decide(ProviderCode, body with { Products = [.. Enumerable.Repeat(body.Products[0], 101)] }, Seller).Fault?.Code);
    }

    [Fact]
    public void Every_step_follows_its_predecessor()
    {
        var journey = new Journey();
        Assert.Equal("pool.wrong_state", ReviewPoolApplication.Decide(journey.Pool, new(true, Because())).Fault?.Code);
        Assert.Equal("pool.wrong_state", PublicisePoolApplication.Decide(journey.Pool, new(Today, Today), Now).Fault?.Code);
        Assert.Equal("pool.wrong_state", AdmitToPool.Decide(journey.Pool, new(Today), Approver, Now).Fault?.Code);
        Assert.Equal("pool.wrong_state", WarnProvider.Decide(journey.Pool, new(Today, Because())).Fault?.Code);
        Assert.Equal("pool.wrong_state", SuspendProvider.Decide(journey.Pool, new(Today, Because()), Now).Fault?.Code);
        Assert.Equal("pool.wrong_state", ReinstateProvider.Decide(journey.Pool, new(Today, Because()), Now).Fault?.Code);
        Assert.Equal("pool.wrong_state", ExitProvider.Decide(journey.Pool, new(Today, Because()), Now).Fault?.Code);

        Assert.Null(journey.Admit(new(2025, 2, 1)));
        Assert.Equal(PoolState.InPool, journey.Pool.State);
        Assert.Equal("pool.wrong_state", Apply(journey).Fault?.Code);
        Assert.Equal(
            [nameof(PoolAppliedFor), nameof(PoolApplicationReviewed), nameof(PoolApplicationPublicised), nameof(AdmittedToPool)],
            journey.Pool.Steps.Select(s => s.Name));
    }

    [Fact]
    public void Only_the_provider_itself_applies() =>
        Assert.Equal("provider.unknown", ApplyForPool.Decide(Pool.Noun.Initial, Dossier, Source, new(), Stored, OtherSeller).Fault?.Code);

    [Fact]
    public void The_reviewer_may_not_admit_and_the_attempt_stays_on_record()
    {
        var journey = Publicised();

        Assert.Equal("pool.same_person", journey.Take(Approver with { Sub = Officer.Sub }, AdmitToPool.Decide(journey.Pool, new(Today), Approver with { Sub = Officer.Sub }, Now))?.Code);
        Assert.Equal((PoolState.Publicised, nameof(PoolSamePersonRefused)), (journey.Pool.State, journey.Pool.Steps[^1].Name));
        Assert.Null(AdmitToPool.Decide(journey.Pool, new(Today), Approver, Now).Fault);
    }

    [Fact]
    public void Whoever_published_the_application_may_not_admit_either()
    {
        var journey = Publicised();
        var publisher = journey.Pool.LastBy(nameof(PoolApplicationPublicised))!;
        var pool = journey.Pool with { ReviewedBy = "somebody-else" };

        Assert.Equal("pool.same_person", AdmitToPool.Decide(pool, new(Today), Approver with { Sub = publisher }, Now).Fault?.Code);
        Assert.Null(AdmitToPool.Decide(pool, new(Today), Approver, Now).Fault);
    }

    [Fact]
    public void Admission_is_after_the_last_day_of_publicity_and_not_in_the_future()
    {
        var journey = Publicised();

        Assert.Equal("pool.publicity_under_way", Admit(Today.AddDays(-1)));
        Assert.Null(Admit(Today));
        Assert.Equal("date.in_future", Admit(Today.AddDays(1)));

        string? Admit(DateOnly day) => AdmitToPool.Decide(journey.Pool, new(day), Approver, Now).Fault?.Code;
    }

    [Fact]
    public void Publicity_begins_before_it_ends_and_not_in_the_future()
    {
        var journey = new Journey();
        journey.Take(Seller, Apply(journey));
        journey.Take(Officer, ReviewPoolApplication.Decide(journey.Pool, new(true, Because())));

        Assert.Null(PublicisePoolApplication.Decide(journey.Pool, new(Today, Today.AddDays(7)), Now).Fault);
        Assert.Null(PublicisePoolApplication.Decide(journey.Pool, new(Today, Today), Now).Fault);
        Assert.Equal("date.out_of_order", PublicisePoolApplication.Decide(journey.Pool, new(Today, Today.AddDays(-1)), Now).Fault?.Code);
        Assert.Equal("date.in_future", PublicisePoolApplication.Decide(journey.Pool, new(Today.AddDays(1), Today.AddDays(2)), Now).Fault?.Code);
    }

    [Fact]
    public void A_rejected_provider_may_apply_again()
    {
        var journey = new Journey();
        journey.Take(Seller, Apply(journey));
        Assert.Null(journey.Take(Officer, ReviewPoolApplication.Decide(journey.Pool, new(false, Because("无案例")))));
        Assert.Equal(PoolState.Rejected, journey.Pool.State);
        Assert.Null(Apply(journey).Fault);
    }

    [Fact]
    public void A_warned_provider_stays_in_the_pool_until_it_is_suspended_or_exits()
    {
        var journey = new Journey();
        journey.Admit(new(2025, 2, 1));
        Assert.Null(journey.Take(Officer, WarnProvider.Decide(journey.Pool, new(Today.AddDays(30), Because("响应慢")))));
        Assert.True(journey.Pool.Holds(Today));

        Assert.Null(journey.Take(Approver, ReinstateProvider.Decide(journey.Pool, new(Today, Because("已整改")), Now)));
        Assert.Equal((PoolState.InPool, 1), (journey.Pool.State, journey.Pool.Terms.Count));

        Assert.Null(journey.Take(Approver, ExitProvider.Decide(journey.Pool, new(Today, Because("注销")), Now)));
        Assert.False(journey.Pool.Holds(Today));
        Assert.True(journey.Pool.Holds(Today.AddDays(-1)));
        Assert.Null(Apply(journey).Fault);
    }

    [Fact]
    public void Breaks_and_returns_are_in_order()
    {
        var journey = new Journey();
        journey.Admit(new(2025, 2, 1));
        Assert.Equal("date.out_of_order", SuspendProvider.Decide(journey.Pool, new(new(2025, 1, 31), Because()), Now).Fault?.Code);
        Assert.Equal("date.out_of_order", ExitProvider.Decide(journey.Pool, new(new(2025, 1, 31), Because()), Now).Fault?.Code);
        Assert.Null(journey.Take(Approver, SuspendProvider.Decide(journey.Pool, new(new(2025, 3, 1), Because()), Now)));
        Assert.Equal("date.out_of_order", ReinstateProvider.Decide(journey.Pool, new(new(2025, 2, 28), Because()), Now).Fault?.Code);
        Assert.Null(ReinstateProvider.Decide(journey.Pool, new(new(2025, 3, 1), Because()), Now).Fault);
    }

    private static Journey Publicised()
    {
        var journey = new Journey();
        journey.Take(Seller, Apply(journey));
        journey.Take(Officer, ReviewPoolApplication.Decide(journey.Pool, new(true, Because())));
        journey.Take(Officer, PublicisePoolApplication.Decide(journey.Pool, new(Today.AddDays(-8), Today.AddDays(-1)), Now));
        return journey;
    }

    private static Defaults.Log.Decision Apply(Journey journey) => ApplyForPool.Decide(journey.Pool, Dossier, Source, new(), Stored, Seller);
}
