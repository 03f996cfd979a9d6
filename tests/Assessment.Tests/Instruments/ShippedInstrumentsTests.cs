using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Instruments;

public sealed class ShippedInstrumentsTests
{
    [Fact]
    public void An_id_names_the_newest_version_and_a_pin_names_one()
    {
        Assert.Equal("miit-2024@1", ShippedInstruments.Find("miit-2024").Value.Reference);
        Assert.Same(ShippedInstruments.Find("miit-2024").Value, ShippedInstruments.Find("miit-2024@1").Value);
    }

    [Theory]
    [InlineData("miit-2019")]
    [InlineData("miit-2024@2")]
    [InlineData("miit-2024@")]
    [InlineData("MIIT-2024")]
    [InlineData("")]
    public void An_instrument_that_is_not_there_is_refused_by_name(string reference)
    {
        var fault = ShippedInstruments.Find(reference).Fault!;
        Assert.Equal("instrument.unknown", fault.Code);
        Assert.Contains($"'{reference}'", fault.Message.En, StringComparison.Ordinal);
        Assert.Contains("miit-2024@1", fault.Message.Zh, StringComparison.Ordinal);
    }
}
