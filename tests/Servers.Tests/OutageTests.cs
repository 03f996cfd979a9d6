using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests;

public sealed class OutageTests
{
    private sealed record MoveBody(long By);

    [Fact]
    public async Task A_database_that_is_away_is_said_so_and_the_same_key_finds_out_later()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        try
        {
            var shape = new CityService("testing")
            {
                Nouns = [Counter.Noun],
                ReadModels = [],
                Routes = routes =>
                {
                    routes.Get("/counters/{id}", [Role.BureauOfficer], async (request, _) =>
                    {
                        var found = await request.Load(Counter.Noun, request.Route("id"));
                        return found.Ok ? (Result<object>)found.Value : found.Fault;
                    });
                    routes.Command<MoveBody>("POST", "/counters", [Role.BureauOfficer], request => new Intent(
                    ["counter/c1"], (_, _) => Decision.Accept("counter/c1", new CounterMoved(request.Body.By))));
                },
            };
            await using var service = await TestService.Start(shape.Build, settings: new Dictionary<string, string?> { ["ConnectionStrings:Log"] = await server.EmptyDatabase() });
            var officer = service.As(Role.BureauOfficer);
            Assert.Equal(204, (int)(await officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(1))).StatusCode);
            Assert.Equal(200, (int)(await officer.GetAsync("/health/ready")).StatusCode);

            await server.Stop();
            var key = Guid.NewGuid();
            Assert.Equal((503, "log.unavailable"), await (await officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(2), key)).Refusal());
            Assert.Equal(503, (int)(await officer.GetAsync("/health/ready")).StatusCode);

            Assert.Equal((503, "log.unavailable"), await (await officer.GetAsync("/api/testing/350800/counters/c1")).Refusal());

            await server.Start();
            Assert.Equal(204, (int)(await officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(2), key)).StatusCode);
            Assert.Equal(204, (int)(await officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(2), key)).StatusCode);
            var log = (ServiceLog)service.App.Services.GetService(typeof(ServiceLog))!;
            Assert.Equal(3, (await log.Load("350800", Counter.Noun, "c1", null, CancellationToken.None)).State.Count);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_service_that_starts_before_its_database_waits_for_it()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        try
        {
            var database = await server.EmptyDatabase();
            await server.Stop();
            var shape = new CityService("testing") { Nouns = [Counter.Noun], ReadModels = [Counter.List], Routes = _ => { } };

            var starting = TestService.Start(shape.Build, settings: new Dictionary<string, string?> { ["ConnectionStrings:Log"] = database });
            await server.Start();

            await using var service = await starting;
            Assert.Equal(200, (int)(await service.As(Role.BureauOfficer).GetAsync("/health/ready")).StatusCode);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
