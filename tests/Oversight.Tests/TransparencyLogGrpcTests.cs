using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;
using Client = PilotCity.Contracts.Oversight.V1.TransparencyLog.TransparencyLogClient;

namespace PilotCity.Oversight.Tests;

/// <summary>The log over gRPC says what it says over HTTP.</summary>
public sealed class TransparencyLogGrpcTests : IAsyncLifetime
{
    private const string Root = $"/api/oversight/{TestService.City}";
    private TestService service = null!;
    private HttpClient auditor = null!;
    private GrpcChannel channel = null!;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        foreach (var entries in new Case().Logs)
        {
            await OversightLog.Take(service.App.Services.GetRequiredService<ServiceLog>(), entries);
        }

        auditor = service.As(Role.Auditor);
        channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task Checkpoint_tiles_and_proofs_are_those_of_http()
    {
        var client = new Client(channel);
        var checkpoint = await client.GetCheckpointAsync(new() { City = TestService.City }, As(auditor));
        Assert.Equal(await auditor.GetStringAsync($"{Root}/checkpoint"), checkpoint.Note);

        var size = int.Parse(checkpoint.Note.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
        foreach (var path in new[] { $"tile/0/000.p/{size}", $"tile/entries/000.p/{size}" })
        {
            Assert.Equal(await auditor.GetByteArrayAsync($"{Root}/{path}"), (await client.GetTileAsync(new() { City = TestService.City, Path = path }, As(auditor))).Data.ToByteArray());
        }

        var inclusion = await client.ProveInclusionAsync(new() { City = TestService.City, Service = "funding", Position = 3 }, As(auditor));
        var included = await (await auditor.GetAsync($"{Root}/proofs/inclusion?service=funding&position=3")).Json();
        Assert.Equal(
            (included.GetProperty("index").GetInt64(), Word(included, "leaf"), Words(included, "hashes")),
            (inclusion.Index, inclusion.LeafHash.ToBase64(), string.Join(' ', inclusion.Hashes.Select(h => h.ToBase64()))));

        foreach (var (to, query) in new[] { (0L, ""), (11L, "&to=11") })
        {
            var consistency = await client.ProveConsistencyAsync(new() { City = TestService.City, FromSize = 7, ToSize = to }, As(auditor));
            var consistent = await (await auditor.GetAsync($"{Root}/proofs/consistency?from=7{query}")).Json();
            Assert.Equal(
                (consistent.GetProperty("to").GetInt64(), Word(consistent, "fromRoot"), Word(consistent, "toRoot"), Words(consistent, "hashes"), Word(consistent, "checkpoint")),
                (consistency.ToSize, consistency.FromRoot.ToBase64(), consistency.ToRoot.ToBase64(), string.Join(' ', consistency.Hashes.Select(h => h.ToBase64())), consistency.Checkpoint));
        }
    }

    [Fact]
    public async Task Who_may_not_read_the_log_and_what_it_does_not_hold_are_refused()
    {
        var client = new Client(channel);
        Assert.Equal((StatusCode.PermissionDenied, "request.role"), await Refused(() => client.GetCheckpointAsync(new() { City = TestService.City }, As(service.As(Role.Enterprise, "91350825MAW5MTJ0XQ")))));
        Assert.Equal((StatusCode.PermissionDenied, "request.city"), await Refused(() => client.GetCheckpointAsync(new() { City = "330100" }, As(auditor))));
        Assert.Equal((StatusCode.Unauthenticated, null), await Refused(() => client.GetCheckpointAsync(new() { City = TestService.City })));
        Assert.Equal((StatusCode.NotFound, "tile.unknown"), await Refused(() => client.GetTileAsync(new() { City = TestService.City, Path = "tile/../key" }, As(auditor))));
        Assert.Equal((StatusCode.NotFound, "entry.unknown"), await Refused(() => client.ProveInclusionAsync(new() { City = TestService.City, Service = "funding", Position = -1 }, As(auditor))));
        Assert.Equal((StatusCode.InvalidArgument, "request.query"), await Refused(() => client.ProveConsistencyAsync(new() { City = TestService.City, FromSize = 1_000_000 }, As(auditor))));
        Assert.Equal((StatusCode.InvalidArgument, "request.query"), await Refused(() => client.ProveConsistencyAsync(new() { City = TestService.City, FromSize = -1 }, As(auditor))));
        Assert.Equal((StatusCode.InvalidArgument, "request.query"), await Refused(() => client.ProveConsistencyAsync(new() { City = TestService.City, ToSize = -1 }, As(auditor))));
    }

    private static async Task<(StatusCode, string?)> Refused<T>(Func<AsyncUnaryCall<T>> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call());
        return (refused.StatusCode, GrpcFaults.Of(refused)?.Code);
    }

    private static Metadata As(HttpClient who) => new() { { "authorization", who.DefaultRequestHeaders.Authorization!.ToString() } };

    private static string Word(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static string Words(JsonElement of, string name) => string.Join(' ', of.GetProperty(name).EnumerateArray().Select(h => h.GetString()));
}
