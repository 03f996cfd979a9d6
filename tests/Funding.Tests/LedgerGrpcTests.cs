using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Contracts.Funding.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;
using Client = PilotCity.Contracts.Funding.V1.Ledger.LedgerClient;

namespace PilotCity.Funding.Tests;

/// <summary>Postings in batches over gRPC, as an independent client sends them.</summary>
public sealed class LedgerGrpcTests : IAsyncLifetime
{
    private const string Root = "/api/funding/350800";
    private const string FundId = "central-2025";
    private TestService service = null!;
    private GrpcChannel channel = null!;
    private int made;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(FundingService.Build);
        channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
        var finance = service.As(Role.FinanceOfficer);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds", new { id = FundId, name = "中央奖补资金", source = "central", planned = "1000.00" })).Json(201);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds/{FundId}/receipts", new { document = "1号", amount = "1000.00" })).Json(204);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds/{FundId}/splits", new
        {
            allocations = new object[] { new { use = "enterprise-renovation", amount = "800.00" }, new { use = "public-services", amount = "200.00" } },
        })).Json(204);
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await service.DisposeAsync();
    }

    private PostItem Item() => new() { CommandId = ByteString.CopyFrom(new Guid(++made, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0).ToByteArray(bigEndian: true)), Fund = FundId };

    private PostItem Reserve(long fen, string reference = "合同-1", Use use = Use.PublicServices) => Item() switch
    {
        var item => new(item) { Reserve = new() { AmountFen = fen, Reference = reference, Use = use } },
    };

    private PostItem Post(PostItem reserved, long? fen = null, string document = "支-1")
    {
        var item = new PostItem(Item()) { Post = new() { Reservation = IdOf(reserved), Document = document } };
        if (fen is { } amount) item.Post.AmountFen = amount;
        return item;
    }

    private PostItem Void(PostItem reserved, string reason = "终止") => new(Item()) { Void = new() { Reservation = IdOf(reserved), Reason = reason } };

    private static string IdOf(PostItem reserved) => Convert.ToHexStringLower(reserved.CommandId.Span);

    private async Task<IReadOnlyList<PostAnswer>> Send(HttpClient who, params IEnumerable<PostItem> items)
    {
        var request = new PostRequest { City = "350800", Items = { items } };
        return (await new Client(channel).PostAsync(request, Headers(who.DefaultRequestHeaders.Authorization?.ToString()))).Answers;
    }

    private static Metadata Headers(string? token) => token is null ? [] : new() { { "authorization", token } };

    private async Task<(StatusCode, string?)> Refused(HttpClient who, PostRequest request)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new Client(channel).PostAsync(request, Headers(who.DefaultRequestHeaders.Authorization?.ToString())));
        return (refused.StatusCode, GrpcFaults.Of(refused)?.Code);
    }

    private static string Said(PostAnswer answer) => answer.Refusal?.Code ?? "done";

    private async Task<(string? Available, string? Reserved, string? Paid)> Pool()
    {
        var pool = (await (await service.As(Role.Auditor).GetAsync($"{Root}/funds/{FundId}")).Json()).GetProperty("services");
        return (pool.GetProperty("available").GetString(), pool.GetProperty("reserved").GetString(), pool.GetProperty("paid").GetString());
    }

    [Fact]
    public async Task Each_item_is_decided_in_order_as_the_earlier_ones_left_the_fund_and_answered_on_its_own()
    {
        var (first, second, third) = (Reserve(15_000), Reserve(15_000), Reserve(5_000));
        var answers = await Send(service.As(Role.FinanceOfficer), first, second, third);

        Assert.Equal(["done", "ledger.insufficient", "done"], answers.Select(Said));
        Assert.Equal([IdOf(first), "", IdOf(third)], answers.Select(a => a.Reservation));
        Assert.Equal([4, 4, 5], answers.Select(a => a.Position));
        Assert.Equal((9, "账户 pool:services:available 余额 50.00 元，不足 150.00 元，账户不得透支。"), (answers[1].Refusal.Status, answers[1].Refusal.MessageZh));

        var posted = await Send(service.As(Role.FinanceApprover), Post(first, 5_000), Post(first, 10_001), Void(first), Post(first), Post(third));
        Assert.Equal(["done", "reservation.above_held", "done", "reservation.not_open", "done"], posted.Select(Said));
        Assert.Equal(("100.00", "0.00", "100.00"), await Pool());
    }

    [Fact]
    public async Task The_same_item_sent_again_gives_the_first_answer_and_another_under_its_id_is_refused()
    {
        var (item, officer) = (Reserve(100), service.As(Role.FinanceOfficer));
        var before = (await Send(officer, item))[0];
        var again = await Send(officer, item, new PostItem(item) { Fund = "other" }, item);

        Assert.Equal((IdOf(item), before.Position, true), (again[0].Reservation, again[0].Position, again[0].Repeated));
        Assert.Equal("command.id_reused", Said(again[1]));
        Assert.True(again[2].Repeated && !before.Repeated);
        Assert.Equal(("199.00", "1.00", "0.00"), await Pool());
    }

    [Fact]
    public async Task Twice_in_one_call_is_once()
    {
        var item = Reserve(100);
        var answers = await Send(service.As(Role.FinanceOfficer), item, item);

        Assert.Equal([false, true], answers.Select(a => a.Repeated));
        Assert.Equal(("199.00", "1.00", "0.00"), await Pool());
    }

    [Fact]
    public async Task Both_doors_ask_the_same_rules_and_know_the_same_reservations()
    {
        var item = Reserve(100);
        await Send(service.As(Role.FinanceOfficer), item);
        await (await service.As(Role.FinanceApprover).Command(HttpMethod.Post, $"{Root}/funds/{FundId}/reservations/{IdOf(item)}/posting", new { document = "支-1" })).Json(204);

        Assert.Equal(("199.00", "0.00", "1.00"), await Pool());
    }

    [Fact]
    public async Task Duties_stay_apart_by_role_and_by_person()
    {
        var item = Reserve(100);
        var both = service.As(Role.FinanceOfficer, sub: "both-1", furtherRoles: Role.FinanceApprover);

        Assert.Equal(["done", "reservation.same_person"], (await Send(both, item, Post(item))).Select(Said));
        Assert.Equal(["request.role"], (await Send(service.As(Role.FinanceOfficer), Post(item))).Select(Said));
        Assert.Equal(["request.role", "done"], (await Send(service.As(Role.FinanceApprover), Reserve(1), Post(item))).Select(Said));
    }

    [Theory]
    [InlineData("reference", "reservation.reference")]
    [InlineData("renovation", "reservation.renovation")]
    [InlineData("forbidden", "fund.use_forbidden")]
    [InlineData("zero", "ledger.amount")]
    [InlineData("below zero", "ledger.amount")]
    [InlineData("beyond all money", "ledger.insufficient")]
    [InlineData("no use", "ledger.item")]
    [InlineData("unknown use", "ledger.item")]
    [InlineData("no posting", "ledger.item")]
    [InlineData("short id", "ledger.item")]
    [InlineData("id of zeros", "ledger.item")]
    [InlineData("no fund", "ledger.item")]
    [InlineData("long fund", "ledger.item")]
    [InlineData("nul in fund", "ledger.item")]
    [InlineData("other fund", "fund.unknown")]
    [InlineData("nul in text", "ledger.item")]
    [InlineData("nul in reason", "ledger.item")]
    [InlineData("long reservation", "ledger.item")]
    [InlineData("long reason", "reservation.not_open")]
    public async Task A_wrong_item_is_refused_with_its_reason_and_refuses_no_other(string wrong, string code)
    {
        var reserve = Reserve(1);
        var item = wrong switch
        {
            "reference" => Reserve(1, ""),
            "renovation" => Reserve(1, use: Use.EnterpriseRenovation),
            "forbidden" => Reserve(1, use: Use.StaffBenefits),
            "zero" => Reserve(0),
            "below zero" => Reserve(long.MinValue),
            "beyond all money" => Reserve(long.MaxValue),
            "no use" => Reserve(1, use: Use.Unspecified),
            "unknown use" => Reserve(1, use: (Use)99),
            "no posting" => Item(),
            "short id" => new PostItem(reserve) { CommandId = ByteString.CopyFrom(new byte[15]) },
            "id of zeros" => new PostItem(reserve) { CommandId = ByteString.CopyFrom(new byte[16]) },
            "no fund" => new PostItem(reserve) { Fund = "" },
            "long fund" => new PostItem(reserve) { Fund = new('f', 65) },
            "nul in fund" => new PostItem(reserve) { Fund = "f\0" },
            "other fund" => new PostItem(reserve) { Fund = "f" },
            "nul in text" => Reserve(1, "a\0"),
            "nul in reason" => Void(reserve, "a\0"),
            "long reservation" => new PostItem(Void(reserve)) { Void = new() { Reservation = new('r', 65), Reason = "x" } },
            _ => Void(reserve, new string('x', 501)),
        };

        var answers = await Send(service.As(Role.FinanceOfficer), item, Reserve(1));

        Assert.Equal([code, "done"], answers.Select(Said));
    }

    [Fact]
    public async Task A_call_holds_one_to_a_thousand_items_of_the_caller_s_own_city_and_role()
    {
        var officer = service.As(Role.FinanceOfficer);
        PostRequest Of(int items, string city = "350800") => new() { City = city, Items = { Enumerable.Range(0, items).Select(_ => Reserve(1)) } };

        Assert.Equal((StatusCode.InvalidArgument, "ledger.items"), await Refused(officer, Of(0)));
        Assert.Equal((StatusCode.InvalidArgument, "ledger.items"), await Refused(officer, Of(1_001)));
        Assert.Equal((StatusCode.PermissionDenied, "request.city"), await Refused(officer, Of(1, "350100")));
        Assert.Equal((StatusCode.PermissionDenied, "request.city"), await Refused(officer, Of(1, "")));
        Assert.Equal((StatusCode.PermissionDenied, "request.role"), await Refused(service.As(Role.BureauApprover), Of(1)));
        var huge = await Assert.ThrowsAsync<RpcException>(async () => await new Client(channel).PostAsync(
            new PostRequest { City = "350800", Items = { Reserve(1, new string('x', 1 << 20)) } }, Headers(officer.DefaultRequestHeaders.Authorization!.ToString())));
        Assert.Equal(StatusCode.ResourceExhausted, huge.StatusCode);
        Assert.All(await Send(officer, Of(1_000).Items), a => Assert.Equal("done", Said(a)));
        Assert.Equal(("190.00", "10.00", "0.00"), await Pool());
    }

    [Fact]
    public async Task Neither_nobody_nor_another_service_posts()
    {
        var request = new PostRequest { City = "350800", Items = { Reserve(1) } };
        foreach (var token in new[] { null, "Bearer x", $"Bearer {service.App.Services.GetRequiredService<ServiceToken>().Current()}" })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await new Client(channel).PostAsync(request, Headers(token)));
            Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Postings_by_many_callers_at_once_never_overspend_and_are_one_entry_each()
    {
        var officer = service.As(Role.FinanceOfficer);
        var calls = Enumerable.Range(0, 8).Select(_ => Enumerable.Range(0, 100).Select(_ => Reserve(30)).ToArray()).ToArray();
        var answers = (await Task.WhenAll(calls.Select(c => Send(officer, c)))).SelectMany(a => a).ToArray();

        // 200.00 hold 666 times 0.30 and no more.
        Assert.Equal((666, 134), (answers.Count(a => Said(a) == "done"), answers.Count(a => Said(a) == "ledger.insufficient")));
        Assert.Equal(("0.20", "199.80", "0.00"), await Pool());
        var entries = await service.App.Services.GetRequiredService<ServiceLog>().Read("350800", 0, 10_000, default);
        Assert.Equal(3 + 666, entries.Count);
    }
}
