using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.City.Tests.Journeys;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Testing;

namespace PilotCity.City.Tests;

/// <summary><c>./city sample --verify</c> on a city that played a whole pilot.</summary>
[Collection(LiveCityGroup.Name)]
public sealed class SampleTests(LiveCity city)
{
    private const string Root = "/api/oversight/350800";

    [Theory]
    [InlineData("awards")]
    [InlineData("payments")]
    [InlineData("projects")]
    public async Task An_auditor_samples_what_the_services_did_and_anybody_repeats_the_draw(string of)
    {
        var auditor = city.As("auditor-1");
        var seed = RandomNumberGenerator.GetBytes(32);
        var commitment = new { purpose = "年度审计", method = "monetary-unit", size = 3, population = new { of }, seedSha256 = Convert.ToHexStringLower(SHA256.HashData(seed)) };
        var committed = await auditor.Command(HttpMethod.Post, $"{Root}/samples", commitment);
        var told = await committed.Json(201);
        var id = told.GetProperty("id").GetString()!;
        await Taken(committed);
        var drawn = await auditor.Command(HttpMethod.Post, $"{Root}/samples/{id}/draw", new { seed = Convert.ToHexStringLower(seed) });
        Assert.InRange((await drawn.Json(201)).GetArrayLength(), 1, 3);
        await Taken(drawn);
        using var folder = new TemporaryFolder();
        var receipt = await auditor.GetByteArrayAsync($"{Root}/samples/{id}/receipt");
        await File.WriteAllBytesAsync(folder["sample.json"], receipt);
        await File.WriteAllBytesAsync(folder["cut.json"], receipt[..^10]);
        await File.WriteAllTextAsync(folder["key"], await auditor.GetStringAsync($"{Root}/key"));

        Assert.Equal((0, "sample.json"), await Verify("sample.json", folder["key"]));
        Assert.Equal((1, "[sample.malformed]"), await Verify("cut.json", null));
        Assert.Equal((2, ""), await Verify("missing.json", null));
        Assert.Equal((2, ""), await Verify("sample.json", "no key"));
        if (of == "payments")
        {
            Assert.Equal(await Paid(), Money.Parse(told.GetProperty("total").GetString()!));
        }

        async Task<(int, string)> Verify(string file, string? key)
        {
            using var output = new StringWriter();
            var code = await Sample.Run(folder[file], key, null, output, TextWriter.Null, default);
            var text = output.ToString();
            return (code, text.Contains("[sample.malformed]", StringComparison.Ordinal) ? "[sample.malformed]" : text.Contains(Say.Of("sample.json: 成立", "sample.json: holds"), StringComparison.Ordinal) ? "sample.json" : "");
        }
    }

    private Task Taken(HttpResponseMessage answer) => city.Process.Services["oversight"].Services.GetRequiredService<Follower>()
        .Reaches("oversight", "350800", long.Parse(answer.Headers.GetValues("Log-Position").Single(), CultureInfo.InvariantCulture), default);

    /// <summary>By the books of Funding itself.</summary>
    private async Task<Money> Paid()
    {
        var rows = (await (await city.As("finance-officer-1").GetAsync("/api/funding/350800/awards?limit=200")).Json()).GetProperty("items").EnumerateArray();
        return new(rows.Sum(r => Money.Parse(r.GetProperty("paid").GetString()!).Fen));
    }
}
