using System.Net.Http.Headers;
using System.Net.Http.Json;
using Npgsql;
using PilotCity.City;
using PilotCity.City.Servers;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Bench;

/// <summary>A city as processes on this machine, with a fund that is never empty: what is measured is what <c>./city up --servers</c> runs.</summary>
internal sealed class BenchCity : IAsyncDisposable
{
    internal const string Code = "350800";
    internal const string HotFund = "hot";

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new();
    private DataFolder? data;
    private ServerCity? city;

    internal string Folder => folder.Path;

    internal ServerCity Servers => city!;

    internal Uri Gateway => Servers.Gateway;

    internal ServiceProcess Funding => Servers.Processes.Single(p => p.Service == "funding");

    /// <summary>A connection to the server's own database.</summary>
    internal string Postgres => Servers.Postgres!.ConnectionString + ";Database=postgres";

    internal static async Task<BenchCity> Start(CancellationToken ct)
    {
        var bench = new BenchCity();
        try
        {
            bench.data = DataFolder.Take(bench.folder["city"], Console.Error) ?? throw new InvalidOperationException("the data folder cannot be used");
            bench.city = await ServerCity.Start(
                new ServerCityOptions(bench.data, Port: 0, Demonstration: false) { Settings = new Dictionary<string, string?> { ["Gateway:RequestsPerSecond"] = "1000000" } }, ct);
            await bench.OpenFund(Code, HotFund, ct);
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    internal string Token(string sub, Role role, string code = Code) => Servers.Issuer.Token(sub, $"{code}-finance", code, role);

    /// <summary>A fund of a province (which asks for no 80/20), all of it for services.</summary>
    internal async Task OpenFund(string code, string id, CancellationToken ct)
    {
        const string amount = "100000000000.00";
        await Post(code, "funds", new { id, name = "测速资金", source = "provincial", planned = amount }, ct);
        await Post(code, $"funds/{id}/receipts", new { document = "1号", amount }, ct);
        await Post(code, $"funds/{id}/splits", new { allocations = new[] { new { use = "public-services", amount } } }, ct);
    }

    /// <summary>Waits until Oversight has caught up: what it works off must not be counted against what is measured next.</summary>
    internal async Task Followed(string code, long position, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(Servers.LogConnection("oversight"));
        while (true)
        {
            await using var command = source.CreateCommand("SELECT position FROM cursor WHERE city = $1 AND source = 'funding'");
            command.Parameters.Add(new() { Value = code });
            if (await command.ExecuteScalarAsync(ct) is long at && at >= position)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        }
    }

    /// <summary>The last position of Funding's log.</summary>
    internal async Task<long> Last(string code, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(Servers.LogConnection("funding"));
        await using var command = source.CreateCommand("SELECT COALESCE(MAX(position), 0) FROM log WHERE city = $1");
        command.Parameters.Add(new() { Value = code });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (city is not null)
        {
            await city.DisposeAsync();
        }

        data?.Dispose();
        folder.Dispose();
    }

    private async Task Post(string code, string path, object body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Gateway, $"/api/funding/{code}/{path}")) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token("bench-1", Role.FinanceOfficer, code));
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString("D"));
        using var response = await http.SendAsync(request, ct);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(ct)}");
        }
    }
}
