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

    private static PostItem Reserve(long fen, string reference = "合同-1", Use use = Use.PublicServices) => new() { Reserve = new() { AmountFen = fen, Reference = reference, Use = use } };

    private static PostItem Post(string reservation, long? fen = null, string document = "支-1")
    {
        var item = new PostItem { Post = new() { Reservation = reservation, Document = document } };
        if (fen is { } amount) item.Post.AmountFen = amount;
        return item;
    }

    private static PostItem Void(string reservation, string reason = "终止") => new() { Void = new() { Reservation = reservation, Reason = reason } };

    private PostRequest Batch(params IEnumerable<PostItem> items) => new()
    {
        City = "350800",
        Fund = FundId,
        CommandId = ByteString.CopyFrom(new Guid(++made, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0).ToByteArray(bigEndian: true)),
        Items = { items },
    };

    private async Task<PostReply> Send(HttpClient who, PostRequest batch) =>
        await new Client(channel).PostAsync(batch, Headers(who.DefaultRequestHeaders.Authorization?.ToString()));

    private async Task<IReadOnlyList<PostAnswer>> Send(HttpClient who, params IEnumerable<PostItem> items) => (await Send(who, Batch(items))).Answers;

    private async Task<string> Reserved(long fen, HttpClient? who = null) => (await Send(who ?? service.As(Role.FinanceOfficer), Reserve(fen)))[0].Reservation;

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
        var batch = Batch(Reserve(15_000), Reserve(15_000), Reserve(5_000));
        var reply = await Send(service.As(Role.FinanceOfficer), batch);

        var id = Convert.ToHexStringLower(batch.CommandId.Span);
        Assert.Equal(["done", "ledger.insufficient", "done"], reply.Answers.Select(Said));
        Assert.Equal([$"{id}-0", "", $"{id}-2"], reply.Answers.Select(a => a.Reservation));
        Assert.Equal(5, reply.Position);
        Assert.Equal((9, "账户 pool:services:available 余额 50.00 元，不足 150.00 元，账户不得透支。"), (reply.Answers[1].Refusal.Status, reply.Answers[1].Refusal.MessageZh));

        var posted = await Send(service.As(Role.FinanceApprover), Post($"{id}-0", 5_000), Post($"{id}-0", 10_001), Void($"{id}-0"), Post($"{id}-0"), Post($"{id}-2"));
        Assert.Equal(["done", "reservation.above_held", "done", "reservation.not_open", "done"], posted.Select(Said));
        Assert.Equal(("100.00", "0.00", "100.00"), await Pool());
    }

    [Fact]
    public async Task Every_accepted_item_is_an_entry_of_its_own_and_all_of_them_are_one_command_s()
    {
        await Send(service.As(Role.FinanceOfficer), Reserve(1), Reserve(0), Reserve(2));

        var entries = await service.App.Services.GetRequiredService<ServiceLog>().Read("350800", 3, 10, default);
        Assert.Equal([4L, 5], entries.Select(e => e.Position));
        Assert.Single(entries.Select(e => e.CommandId).Distinct());
    }

    [Fact]
    public async Task The_same_batch_sent_again_gives_the_first_answer_and_another_under_its_id_is_refused()
    {
        var (batch, officer) = (Batch(Reserve(100), Reserve(1_000_000)), service.As(Role.FinanceOfficer));
        var before = await Send(officer, batch);
        var again = await Send(officer, batch);

        Assert.Equal((false, true), (before.Repeated, again.Repeated));
        Assert.Equal((before.Position, before.Answers), (again.Position, again.Answers));
        Assert.Equal((StatusCode.AlreadyExists, "command.id_reused"), await Refused(officer, new PostRequest(batch) { Items = { Reserve(1) } }));
        Assert.Equal((StatusCode.AlreadyExists, "command.id_reused"), await Refused(service.As(Role.FinanceOfficer, sub: "finance-9"), batch));
        Assert.Equal(("199.00", "1.00", "0.00"), await Pool());
    }

    [Fact]
    public async Task A_batch_sent_twice_at_once_takes_effect_once()
    {
        var batch = Batch(Reserve(100));
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Send(service.As(Role.FinanceOfficer), batch)));

        Assert.Equal(3, replies.Count(r => r.Repeated));
        Assert.Equal(("199.00", "1.00", "0.00"), await Pool());
    }

    [Fact]
    public async Task Both_doors_ask_the_same_rules_and_know_the_same_reservations()
    {
        var reservation = await Reserved(100);
        await (await service.As(Role.FinanceApprover).Command(HttpMethod.Post, $"{Root}/funds/{FundId}/reservations/{reservation}/posting", new { document = "支-1" })).Json(204);

        Assert.Equal(("199.00", "0.00", "1.00"), await Pool());
    }

    [Fact]
    public async Task Duties_stay_apart_by_role_and_by_person()
    {
        var both = service.As(Role.FinanceOfficer, sub: "both-1", furtherRoles: Role.FinanceApprover);
        var reservation = await Reserved(100, both);

        Assert.Equal(["done", "request.role"], (await Send(both, Reserve(1), Post(reservation))).Select(Said));
        Assert.Equal(["reservation.same_person"], (await Send(both, Post(reservation))).Select(Said));
        Assert.Equal(["request.role"], (await Send(service.As(Role.FinanceOfficer), Post(reservation))).Select(Said));
        Assert.Equal(["request.role", "done"], (await Send(service.As(Role.FinanceApprover), Reserve(1), Post(reservation))).Select(Said));
        var entries = await service.App.Services.GetRequiredService<ServiceLog>().Read("350800", 3, 10, default);
        Assert.Equal(["EncumbranceReserved", "EncumbranceReserved", "EncumbrancePostingRefused", "EncumbrancePosted"], entries.Select(e => e.Type));
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
    [InlineData("nul in text", "ledger.item")]
    [InlineData("nul in reason", "ledger.item")]
    [InlineData("long reservation", "ledger.item")]
    [InlineData("long reason", "reservation.not_open")]
    public async Task A_wrong_item_is_refused_with_its_reason_and_refuses_no_other(string wrong, string code)
    {
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
            "no posting" => new PostItem(),
            "nul in text" => Reserve(1, "a\0"),
            "nul in reason" => Void("r", "a\0"),
            "long reservation" => Void(new('r', 65)),
            _ => Void("r", new string('x', 501)),
        };

        var answers = await Send(service.As(Role.FinanceOfficer), item, Reserve(1));

        Assert.Equal([code, "done"], answers.Select(Said));
    }

    [Theory]
    [InlineData("short id", StatusCode.InvalidArgument, "ledger.batch")]
    [InlineData("id of zeros", StatusCode.InvalidArgument, "ledger.batch")]
    [InlineData("no fund", StatusCode.InvalidArgument, "ledger.batch")]
    [InlineData("long fund", StatusCode.InvalidArgument, "ledger.batch")]
    [InlineData("nul in fund", StatusCode.InvalidArgument, "ledger.batch")]
    [InlineData("other fund", StatusCode.NotFound, "fund.unknown")]
    [InlineData("no item", StatusCode.InvalidArgument, "ledger.items")]
    [InlineData("too many", StatusCode.InvalidArgument, "ledger.items")]
    [InlineData("other city", StatusCode.PermissionDenied, "request.city")]
    [InlineData("no city", StatusCode.PermissionDenied, "request.city")]
    public async Task A_wrong_batch_is_refused_as_a_whole(string wrong, StatusCode status, string code)
    {
        var batch = Batch(Reserve(1));
        switch (wrong)
        {
            case "short id": batch.CommandId = ByteString.CopyFrom(new byte[15]); break;
            case "id of zeros": batch.CommandId = ByteString.CopyFrom(new byte[16]); break;
            case "no fund": batch.Fund = ""; break;
            case "long fund": batch.Fund = new('f', 65); break;
            case "nul in fund": batch.Fund = "f\0"; break;
            case "other fund": batch.Fund = "f"; break;
            case "no item": batch.Items.Clear(); break;
            case "too many": batch.Items.Add(Enumerable.Range(0, 1_000).Select(_ => Reserve(1))); break;
            case "other city": batch.City = "350100"; break;
            default: batch.City = ""; break;
        }

        Assert.Equal((status, code), await Refused(service.As(Role.FinanceOfficer), batch));
        Assert.Equal(("200.00", "0.00", "0.00"), await Pool());
    }

    [Fact]
    public async Task A_batch_is_the_finance_bureau_s_and_holds_up_to_a_thousand_items()
    {
        var officer = service.As(Role.FinanceOfficer);
        Assert.Equal((StatusCode.PermissionDenied, "request.role"), await Refused(service.As(Role.BureauApprover), Batch(Reserve(1))));
        var huge = await Assert.ThrowsAsync<RpcException>(() => Send(officer, Batch(Reserve(1, new string('x', 1 << 20)))));
        Assert.Equal(StatusCode.ResourceExhausted, huge.StatusCode);
        Assert.All(await Send(officer, Enumerable.Range(0, 1_000).Select(_ => Reserve(1))), a => Assert.Equal("done", Said(a)));
        Assert.Equal(("190.00", "10.00", "0.00"), await Pool());
    }

    [Fact]
    public async Task Neither_nobody_nor_another_service_posts()
    {
        var request = Batch(Reserve(1));
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
