using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
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
    /// <summary>How TLS begins (RFC 8446 §5.1).</summary>
    private const byte HandshakeRecord = 22;

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

    [Theory]
    [InlineData("the bus")]
    [InlineData("the parking")]
    public async Task A_broker_whose_certificate_nobody_vouches_for_is_not_spoken_to(string who)
    {
        using var key = ECDsa.Create();
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build() } };
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        var address = $"amqps://guest:guest@localhost:{((IPEndPoint)broker.LocalEndpoint).Port}/";
        var spoken = Spoken();

        if (who == "the bus")
        {
            await using var bus = MassTransitBus.Open(address, new byte[32], NullLoggerFactory.Instance);
            bus.Start();
            Assert.Equal(string.Empty, await spoken);
        }
        else
        {
            Assert.Equal("parking.broker_away", (await Parking.Open(new Uri(address), CancellationToken.None)).Fault?.Code);
            Assert.Equal(string.Empty, await spoken);
        }

        // What the client says, once the connection is encrypted or without; a password comes soon after.
        async Task<string> Spoken()
        {
            using var client = await broker.AcceptTcpClientAsync();
            var first = new byte[1];
            await client.Client.ReceiveAsync(first, SocketFlags.Peek);
            if (first[0] != HandshakeRecord)
            {
                return "in the clear";
            }

            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(certificate);
                var header = new byte[4];
                return Encoding.ASCII.GetString(header.AsSpan(0, await tls.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false)));
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                return string.Empty;
            }
        }
    }
}
