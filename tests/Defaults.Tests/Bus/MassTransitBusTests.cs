using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults.Bus;
using PilotCity.Testing;

namespace PilotCity.Defaults.Tests.Bus;

public sealed class InMemoryBusTests : BusContract
{
    protected override Task<EventBus> Open() => Task.FromResult<EventBus>(MassTransitBus.InMemory(NullLoggerFactory.Instance));
}

public sealed class MassTransitBusTests
{
    [Theory]
    [InlineData("rabbit")]
    [InlineData("http://broker")]
    [InlineData("")]
    public void An_address_that_is_none_stops_the_host(string address) =>
        Assert.Equal("ConnectionStrings:Bus", Assert.Throws<SettingException>(() => MassTransitBus.Open(address, new byte[32], NullLoggerFactory.Instance)).Key);

    [Fact]
    public async Task A_broker_that_is_away_is_said_and_stops_nobody()
    {
        await using var bus = MassTransitBus.Open("amqp://guest:guest@127.0.0.1:1/", new byte[32], NullLoggerFactory.Instance);

        bus.Start();
        bus.Start();
        await using var subscription = bus.Subscribe("anybody", _ => Task.CompletedTask);

        Assert.NotNull(bus.Trouble);
    }
}
