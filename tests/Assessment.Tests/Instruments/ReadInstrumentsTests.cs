using System.Security.Cryptography;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Instruments;

public sealed class ReadInstrumentsTests
{
    [Fact]
    public async Task Instruments_are_listed_and_shown_as_published()
    {
        await using var service = await TestService.Start(AssessmentService.Build);
        var client = service.As(Role.Provider, "91350825MAW5MTJ0XQ");
        var listed = (await (await client.GetAsync("/api/assessment/350800/instruments")).Json()).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["industry-outcome@1", "lenovo-stages@2", "lenovo-stages@1", "miit-2022@1", "miit-2024@1", "tencent-process@1"], listed.Select(i => i.GetProperty("reference").GetString()));

        var file = await client.GetByteArrayAsync("/api/assessment/350800/instruments/miit-2024@1");
        Assert.Equal(listed[4].GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(file)));
        Assert.Equal((404, "instrument.unknown"), await (await client.GetAsync("/api/assessment/350800/instruments/miit-2019")).Refusal());
    }
}
