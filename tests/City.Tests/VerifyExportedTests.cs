using System.Net.Http.Headers;
using PilotCity.Defaults.Identity;
using PilotCity.Oversight;
using PilotCity.Testing;

namespace PilotCity.City.Tests;

/// <summary><c>./city verify EXPORT</c>, beside receipts.</summary>
public sealed class VerifyExportedTests
{
    [Fact]
    public async Task An_export_is_told_from_a_receipt_and_the_worst_answer_is_the_answer()
    {
        var settings = new[] { "registry", "assessment", "performance", "funding" }.ToDictionary(s => $"Peers:{s}", _ => (string?)"http://127.0.0.1:1");
        settings["ConnectionStrings:Bus"] = "in-memory";
        await using var service = await TestService.Start(OversightService.Build, settings: settings);
        using var folder = new TemporaryFolder();
        using var asked = new HttpRequestMessage(HttpMethod.Get, $"/api/oversight/{TestService.City}/trail?enterprise=E1");
        asked.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/zip"));
        var export = await (await service.As(Role.Auditor).SendAsync(asked)).Content.ReadAsByteArrayAsync();
        await File.WriteAllBytesAsync(folder["trail.zip"], export);
        await File.WriteAllBytesAsync(folder["cut.zip"], export[..^200]);
        await File.WriteAllTextAsync(folder["receipt.json"], "{}");

        Assert.Equal((0, true), await Verify("trail.zip"));
        Assert.Equal((1, true), await Verify("cut.zip", "trail.zip"));
        Assert.Equal((1, true), await Verify("trail.zip", "receipt.json"));
        Assert.Equal(2, (await Verify("trail.zip", "missing.json")).Code);
        Assert.Equal(2, await City.Verify.Files([folder["trail.zip"]], null, "no key", TextWriter.Null, TextWriter.Null, default));

        async Task<(int Code, bool Holds)> Verify(params string[] files)
        {
            using var output = new StringWriter();
            var code = await City.Verify.Files([.. files.Select(f => folder[f])], null, null, output, TextWriter.Null, default);
            return (code, output.ToString().Contains(Say.Of("trail.zip: 成立", "trail.zip: holds"), StringComparison.Ordinal));
        }
    }
}
