using System.Globalization;
using System.Net;
using Npgsql;
using PilotCity.City;
using PilotCity.City.Servers;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Processes;

public sealed class ServerCityTests(RunningCity running) : IClassFixture<RunningCity>
{
    private const string Funds = "/api/funding/350800/funds";

    [Fact]
    public async Task Two_instances_that_started_together_on_empty_databases_decide_as_one()
    {
        var officers = new[] { running.As("finance-officer-1", running.Process("funding", 1).Http), running.As("finance-officer-1", running.Process("funding", 2).Http) };
        await Open(officers[0], "two");

        // Every receipt goes to both instances at once, under one key.
        var keys = Enumerable.Range(1, 40).Select(i => (Number: i, Key: Guid.NewGuid())).ToArray();
        var answers = await Task.WhenAll(keys.SelectMany(k => officers.Select(async officer =>
        {
            var answer = await Receive(officer, "two", k.Number, k.Key);
            return (k.Number, Status: (int)answer.StatusCode, Position: answer.Headers.GetValues("Log-Position").Single(), Replayed: answer.Headers.Contains("Idempotent-Replayed"));
        })));

        Assert.All(answers.GroupBy(a => a.Number), same =>
        {
            Assert.Single(same.Select(a => (a.Status, a.Position)).Distinct());
            Assert.Equal([false, true], same.Select(a => a.Replayed).Order());
            Assert.InRange(same.First().Status, 200, 299);
        });
        foreach (var officer in officers)
        {
            var balance = await (await officer.GetAsync($"{Funds}/two/trial-balance")).Json();
            Assert.Equal("40000.00", balance.GetProperty("debits").GetString());
            Assert.Equal("40000.00", balance.GetProperty("credits").GetString());
        }

        await PositionsAreGapless("funding");
        Assert.Equal(40, answers.Select(a => a.Position).Distinct().Count());
    }

    [Fact]
    public async Task One_list_imported_at_two_instances_at_once_is_imported_once()
    {
        var officers = new[] { running.As("bureau-officer-1", running.Process("registry", 1).Http), running.As("bureau-officer-1", running.Process("registry", 2).Http) };
        using var stream = typeof(CityProgram).Assembly.GetManifestResourceStream("longyan-pilot-list.xlsx")!;
        using var workbook = new MemoryStream();
        await stream.CopyToAsync(workbook);
        var key = Guid.NewGuid();

        // Another test may have crashed the database meanwhile: an outage is answered by asking again, as any client would.
        var answers = await Task.WhenAll(officers.Select(async officer =>
        {
            HttpResponseMessage answer = null!;
            await running.Until(async () => (answer = await officer.Command(
                HttpMethod.Post, "/api/registry/350800/pilot-lists?day=2025-06-30&name=list", workbook.ToArray(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key)).StatusCode
                != HttpStatusCode.ServiceUnavailable);
            return answer;
        }));

        Assert.All(answers, a => Assert.Equal(201, (int)a.StatusCode));
        Assert.Single(answers.Select(a => a.Headers.Location).Distinct());
        var lists = await Task.WhenAll(officers.Select(async o => (await (await o.GetAsync("/api/registry/350800/enterprises?limit=200")).Json()).ToString()));
        Assert.Single(lists.Distinct());
        await PositionsAreGapless("registry");
    }

    [Fact]
    public async Task An_instance_that_is_killed_is_left_out_by_the_gateway_and_comes_back()
    {
        var officer = running.As("finance-officer-1", running.City.Gateway);
        await Open(officer, "killed");
        foreach (var instance in new[] { 1, 2, 1 })
        {
            var killed = running.Process("funding", instance);
            killed.Supervised = false;
            killed.Kill();
            await running.Until(() => Task.FromResult(!killed.Running));
            await running.Until(() => Answers(officer, "killed"));
            for (var i = 0; i < 10; i++)
            {
                Assert.True(await Answers(officer, "killed"), running.Said);
            }

            await killed.Start(CancellationToken.None);
            await killed.Ready(CancellationToken.None);
            killed.Supervised = true;
        }
    }

    [Fact]
    public async Task A_process_that_dies_is_started_again_on_its_ports()
    {
        var process = running.Process("assessment", 1);
        var (id, http) = (process.Id, process.Http);

        process.Kill();

        await running.Until(() => Task.FromResult(process.Running && process.Id != id));
        await process.Ready(CancellationToken.None);
        Assert.Equal(http, process.Http);
        Assert.Contains("assessment-1 | ", running.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_that_crash_are_away_for_a_while_and_nothing_is_lost()
    {
        var officer = running.As("finance-officer-1", running.City.Gateway);
        await Open(officer, "crash");
        Assert.True((await Receive(officer, "crash", 1, Guid.NewGuid())).IsSuccessStatusCode);

        // Stopped by us, they stay down until they are started.
        await running.City.Postgres!.Stop(immediate: true);
        await running.City.Rabbit!.Stop(immediate: true);
        Assert.False(running.City.Postgres.Running || running.City.Rabbit.Running);
        var key = Guid.NewGuid();
        Assert.Equal(503, (int)(await Receive(officer, "crash", 2, key)).StatusCode);
        await running.City.Postgres.Start(CancellationToken.None);
        await running.City.Rabbit.Start(CancellationToken.None);
        await running.Until(async () => (await Receive(officer, "crash", 2, key)).IsSuccessStatusCode);

        // Killed by somebody else, PostgreSQL is started again.
        var postmaster = int.Parse(File.ReadLines(Path.Combine(running.Folder, "servers", "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        Signals.Send(postmaster, Signals.Kill);
        await running.Until(async () => (await Receive(officer, "crash", 3, key: Guid.NewGuid())).IsSuccessStatusCode);

        Assert.Equal("3000.00", (await (await officer.GetAsync($"{Funds}/crash/trial-balance")).Json()).GetProperty("debits").GetString());
    }

    [Fact]
    public async Task The_logs_of_a_running_city_of_processes_verify()
    {
        var officer = running.As("finance-officer-1", running.City.Gateway);
        await Open(officer, "verify");
        using var said = new StringWriter();

        Assert.True(await City.Verify.Servers(running.Folder, null, null, said, said, CancellationToken.None) == 0, said.ToString());

        Assert.Contains("funding", said.ToString(), StringComparison.Ordinal);
    }

    private async Task Open(HttpClient officer, string fund)
    {
        var key = Guid.NewGuid();
        await running.Until(async () => (await officer.Command(HttpMethod.Post, Funds, new { id = fund, name = "2025年中央资金", source = "central", planned = "100000000.00" }, key)).StatusCode == HttpStatusCode.Created);
    }

    private static Task<HttpResponseMessage> Receive(HttpClient officer, string fund, int number, Guid key) =>
        officer.Command(HttpMethod.Post, $"{Funds}/{fund}/receipts", new { document = $"闽财建〔2025〕{number}号", amount = "1000.00" }, key);

    private static async Task<bool> Answers(HttpClient officer, string fund) => (await officer.GetAsync($"{Funds}/{fund}/trial-balance")).IsSuccessStatusCode;

    private async Task PositionsAreGapless(string service)
    {
        await using var source = NpgsqlDataSource.Create(running.City.LogConnection(service));
        await using var command = source.CreateCommand("SELECT COUNT(*) = MAX(position) AND COUNT(DISTINCT (stream, version)) = COUNT(*) FROM log WHERE city = '350800'");
        Assert.Equal(true, await command.ExecuteScalarAsync());
    }
}
