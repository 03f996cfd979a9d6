using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults.Bus;

namespace PilotCity.Defaults.Tests.Bus;

public sealed class AskTests : IAsyncLifetime
{
    // A first call on a busy machine takes its time: only who waits for a deadline has a short one.
    private static readonly AskPolicy Quick = new(AttemptSeconds: 60, RetriesMax: 2, RetrySeconds: 0.01, BreakAfter: 1_000, BreakSeconds: 60);

    private readonly Script script = new();
    private WebApplication app = null!;
    private GrpcChannel channel = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc(o => o.Interceptors.Add<GrpcEdge>());
        builder.Services.AddLogging();
        builder.Services.AddSingleton(script);
        app = builder.Build();
        app.MapGrpcService<Enterprise>();
        await app.StartAsync();
        channel = GrpcChannel.ForAddress(app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_is_an_answer()
    {
        script.Answers = _ => Task.FromResult(new GetEnterpriseReply { Name = "甲公司" });

        Assert.Equal("甲公司", (await Question(Quick)).Value?.Name);
        Assert.Equal(1, script.Asked);
    }

    [Fact]
    public async Task What_the_peer_does_not_have_is_null()
    {
        script.Answers = _ => throw GrpcFaults.Exception(new Fault(FaultKind.NotFound, "thing.unknown", new("无", "none")));

        var answer = await Question(Quick);

        Assert.True(answer.Ok);
        Assert.Null(answer.Value);
    }

    [Fact]
    public async Task A_fault_arrives_as_it_was_said()
    {
        var said = new Fault(FaultKind.Refused, "thing.refused", new("不行", "No"), "第3条") { Details = [new("/a", "a.b", new("错", "wrong"))] };
        script.Answers = _ => throw GrpcFaults.Exception(said);

        var fault = (await Question(Quick)).Fault!;

        Assert.Equal(said with { Details = [] }, fault with { Details = [] });
        Assert.Equal(said.Details, fault.Details);
        Assert.Equal(1, script.Asked);
    }

    [Fact]
    public async Task Details_that_no_header_could_hold_stay_behind()
    {
        script.Answers = _ => throw GrpcFaults.Exception(new Fault(FaultKind.Invalid, "thing.long", new("长", "long"))
        {
            Details = [.. Enumerable.Range(0, 500).Select(i => new FaultDetail($"/{i}", "a.b", new("错", "wrong")))],
        });

        var fault = (await Question(Quick)).Fault!;

        Assert.Equal(("thing.long", 0), (fault.Code, fault.Details.Count));
    }

    [Theory]
    [InlineData(1, true, 2)]
    [InlineData(2, true, 3)]
    [InlineData(3, false, 3)]
    public async Task A_peer_that_is_away_is_asked_twice_more(int failures, bool answered, int asked)
    {
        script.Answers = n => n <= failures ? throw new RpcException(new Status(StatusCode.Unavailable, "away")) : Task.FromResult(new GetEnterpriseReply());

        var answer = await Question(Quick);

        Assert.Equal(answered, answer.Ok);
        Assert.Equal(answered ? null : "peer.unavailable", answer.Fault?.Code);
        Assert.Equal(asked, script.Asked);
    }

    [Fact]
    public async Task A_peer_that_hangs_is_left_at_the_deadline()
    {
        script.Answers = async n =>
        {
            if (n == 1)
            {
                await Task.Delay(Timeout.Infinite, script.Cancelled);
            }

            return new GetEnterpriseReply();
        };

        Assert.True((await Question(Quick with { AttemptSeconds = 2 })).Ok);
        Assert.Equal(2, script.Asked);
    }

    [Fact]
    public async Task A_peer_that_keeps_failing_is_left_alone_for_a_while()
    {
        script.Answers = _ => throw new RpcException(new Status(StatusCode.Unavailable, "away"));
        var ask = new Ask("registry", () => [channel], Quick with { BreakAfter = 4 }, NullLogger.Instance);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("peer.unavailable", (await Question(ask)).Fault?.Code);
        }

        Assert.Equal(4, script.Asked);
    }

    [Fact]
    public async Task A_peer_that_nobody_listens_for_or_whose_address_is_not_known_is_away()
    {
        using var nobody = GrpcChannel.ForAddress("http://127.0.0.1:1");

        Assert.Equal("peer.unavailable", (await Question(new Ask("registry", () => [nobody], Quick, NullLogger.Instance))).Fault?.Code);
        Assert.Equal("peer.unavailable", (await Question(new Ask("registry", () => [], Quick, NullLogger.Instance))).Fault?.Code);
    }

    [Fact]
    public async Task A_connection_that_breaks_while_a_question_begins_is_a_peer_away_and_is_asked_again()
    {
        var broken = new BreaksFirst();
        using var breaking = GrpcChannel.ForAddress(app.Urls.Single(), new() { HttpHandler = broken });
        script.Answers = _ => Task.FromResult(new GetEnterpriseReply());

        Assert.True((await Question(new Ask("registry", () => [breaking], Quick, NullLogger.Instance))).Ok);
        broken.Left = int.MaxValue;
        Assert.Equal("peer.unavailable", (await Question(new Ask("registry", () => [breaking], Quick, NullLogger.Instance))).Fault?.Code);
    }

    /// <summary>What HttpClient throws where a pooled connection is gone by the time a request is written to it.</summary>
    private sealed class BreaksFirst() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Left { get; set; } = 1;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Left-- > 0 ? throw new ObjectDisposedException("HttpConnection") : base.SendAsync(request, cancellationToken);
    }

    [Fact]
    public async Task Of_several_instances_those_that_answer_are_asked_in_turn()
    {
        using var nobody = GrpcChannel.ForAddress("http://127.0.0.1:1");
        script.Answers = _ => Task.FromResult(new GetEnterpriseReply());
        var ask = new Ask("registry", () => [nobody, channel], Quick with { RetriesMax = 1, BreakAfter = 3 }, NullLogger.Instance);

        // The dead one is tried once and left out: were it tried every other time, the breaker would have opened.
        for (var i = 1; i <= 20; i++)
        {
            Assert.True((await Question(ask)).Ok);
            Assert.Equal(i, script.Asked);
        }
    }

    [Fact]
    public async Task An_instance_that_was_left_out_is_asked_again_where_it_is_the_last()
    {
        IReadOnlyList<GrpcChannel> instances = [channel];
        script.Answers = n => n <= 3 ? throw new RpcException(new Status(StatusCode.Unavailable, "away")) : Task.FromResult(new GetEnterpriseReply());
        var ask = new Ask("registry", () => instances, Quick, NullLogger.Instance);

        Assert.False((await Question(ask)).Ok);
        Assert.True((await Question(ask)).Ok);
    }

    [Fact]
    public void The_instances_of_a_peer_stand_with_commas_between_them()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Peers:Registry"] = "http://a:1, http://b:2" }).Build();

        Assert.Equal([new Uri("http://a:1/"), new Uri("http://b:2/")], PeerAddresses.Of(settings, ["registry"]).Find("registry"));
        Assert.Empty(PeerAddresses.Of(settings, ["registry"]).Find("funding"));
    }

    [Fact]
    public async Task A_bug_of_the_peer_is_no_fault_and_shows_no_secret()
    {
        script.Answers = _ => throw new InvalidOperationException("secret of the house");

        var exception = await Assert.ThrowsAsync<RpcException>(() => Question(Quick));

        Assert.Equal(StatusCode.Internal, exception.StatusCode);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, script.Asked);
    }

    [Fact]
    public async Task Who_leaves_is_not_answered()
    {
        using var left = new CancellationTokenSource();
        script.Answers = async _ =>
        {
            await left.CancelAsync();
            await Task.Delay(Timeout.Infinite, script.Cancelled);
            return new GetEnterpriseReply();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Question(new Ask("registry", () => [channel], Quick with { AttemptSeconds = 30 }, NullLogger.Instance), left.Token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("registry:8081")]
    [InlineData("http://registry:8081,")]
    [InlineData("http://registry:8081,registry:8082")]
    public void A_peer_without_a_proper_address_stops_the_host(string? address)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Peers:Registry"] = address }).Build();

        Assert.Equal("Peers:registry", Assert.Throws<SettingException>(() => PeerAddresses.Of(settings, ["registry"])).Key);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void More_instances_than_an_installation_runs_are_a_mistake(int count, bool taken)
    {
        var text = string.Join(',', Enumerable.Range(1, count).Select(i => $"http://registry-{i}:8081"));

        Assert.Equal(taken, Record.Exception(() => Instances.Parse("Peers:registry", text)) is null);
    }

    private Task<Result<GetEnterpriseReply?>> Question(AskPolicy policy) => Question(new Ask("registry", () => [channel], policy, NullLogger.Instance));

    private static Task<Result<GetEnterpriseReply?>> Question(Ask ask, CancellationToken ct = default) =>
        ask.Question((c, options) => new Enterprises.EnterprisesClient(c).GetEnterpriseAsync(new GetEnterpriseRequest(), options), ct);

    /// <summary>What the peer answers to the first, the second … question.</summary>
    private sealed class Script
    {
        private int asked;

        public Func<int, Task<GetEnterpriseReply>> Answers { get; set; } = _ => throw new InvalidOperationException("no script");

        public int Asked => asked;

        public CancellationToken Cancelled { get; private set; }

        public Task<GetEnterpriseReply> Next(CancellationToken cancelled)
        {
            Cancelled = cancelled;
            return Answers(Interlocked.Increment(ref asked));
        }
    }

    private sealed class Enterprise(Script script) : Enterprises.EnterprisesBase
    {
        public override Task<GetEnterpriseReply> GetEnterprise(GetEnterpriseRequest request, ServerCallContext context) => script.Next(context.CancellationToken);
    }
}
