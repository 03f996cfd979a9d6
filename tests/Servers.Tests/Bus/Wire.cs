using System.Text;
using RabbitMQ.Client;

namespace PilotCity.Servers.Tests.Bus;

/// <summary>A stranger on the broker: publishes whatever it likes where our services publish, and sees what they publish.</summary>
internal sealed class Wire : IAsyncDisposable
{
    /// <summary>Where MassTransit publishes our one message.</summary>
    public const string Exchange = "PilotCity.Contracts:EntriesAppended";

    private readonly IConnection connection;
    private readonly IChannel channel;

    private Wire(IConnection connection, IChannel channel) => (this.connection, this.channel) = (connection, channel);

    public static async Task<Wire> Open(Uri address)
    {
        var connection = await new ConnectionFactory { Uri = address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        return new(connection, await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
    }

    public Task Publish(string body, BasicProperties? properties = null) => Publish(Encoding.UTF8.GetBytes(body), properties);

    /// <summary>Completes when the broker has confirmed it in every queue.</summary>
    public Task Publish(byte[] body, BasicProperties? properties = null) =>
        channel.BasicPublishAsync(Exchange, string.Empty, mandatory: true, properties ?? new BasicProperties(), body).AsTask();

    /// <summary>Past the exchange, into one queue.</summary>
    public Task PublishTo(string queue, string body) =>
        channel.BasicPublishAsync(string.Empty, queue, mandatory: true, new BasicProperties(), Encoding.UTF8.GetBytes(body)).AsTask();

    /// <summary>From now on this queue has a copy of all that is published.</summary>
    public async Task<string> Tap()
    {
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true);
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, Exchange, string.Empty);
        return queue.QueueName;
    }

    public async Task<BasicGetResult?> Take(string queue) => await channel.BasicGetAsync(queue, autoAck: true);

    /// <summary>Takes a message and breaks off with it, as a process does that dies of it.</summary>
    public async Task<bool> TakeAndBreakOff(string queue)
    {
        await using var own = await connection.CreateChannelAsync();
        return await own.BasicGetAsync(queue, autoAck: false) is not null;
    }

    public Task Declare(string queue, Dictionary<string, object?> arguments) => channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments);

    public Task Delete(string queue) => channel.QueueDeleteAsync(queue);

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
