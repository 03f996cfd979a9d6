using System.Globalization;
using System.Runtime.Serialization;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// Moves what a follower cannot take to its parking queue: the body as it came, the headers as they came, why and when. The broker confirms
/// the copy before the message itself is acknowledged, so that a crash between doubles it and never loses it; where the move fails, the
/// message comes again.
/// </summary>
internal sealed class Park(string follower, TimeProvider clock, ILogger logger) : IFilter<ReceiveContext>, IFilter<ExceptionReceiveContext>
{
    /// <summary>Ours are below 2 MiB (<see cref="Relay.BytesPerMessageMax"/> in base64, and what stands around it).</summary>
    public const int MessageBytesMax = 4 << 20;

    /// <summary>Headers travel in one frame of the broker's (128 KiB unless configured), with ours beside them.</summary>
    private const int HeaderBytesMax = 32 << 10;

    private const int DetailCharactersMax = 500;

    /// <summary>Nobody here knows the message's type.</summary>
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => Move(context, MessageFaults.TypeUnknown, null);

    /// <summary>It could not be read, or not be taken after all retries.</summary>
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var cause = context.Exception.GetBaseException();
        await (cause switch
        {
            MessageRefusedException refused => Move(context, refused.Fault, null),
            _ when context.Exception is SerializationException || cause is SerializationException => Move(context, MessageFaults.Unreadable, cause.Message),
            _ => Move(context, MessageFaults.NotTaken, $"{cause.GetType().Name}: {cause.Message}"),
        });

        // Else it would be parked once more, as one that nobody looked at.
        await context.NotifyFaulted(context.Exception);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("park");

    /// <summary>Before a message is read: one that is too large is parked as it is.</summary>
    public IFilter<ReceiveContext> Bound => new BoundFilter(this);

    /// <summary>The parking queue stands before the first message comes: the broker itself parks there what no consumer survives.</summary>
    public IFilter<ChannelContext> Queue => new DeclareFilter(follower);

    private async Task Move(ReceiveContext context, Fault reason, string? detail)
    {
        if (!context.TryGetPayload(out ChannelContext? channel) || !context.TryGetPayload(out RabbitMqBasicConsumeContext? delivery))
        {
            throw new InvalidOperationException("only a message of RabbitMQ can be parked");
        }

        var given = delivery.Properties;
        var headers = Kept(given.Headers);
        headers[Parking.ReasonHeader] = reason.Code;
        headers[Parking.AtHeader] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        headers[Parking.FromHeader] = Parking.FirstFrom(delivery.Exchange, given.UserId, headers);
        if (detail is not null)
        {
            headers[Parking.DetailHeader] = detail.Length <= DetailCharactersMax ? detail : detail[..DetailCharactersMax];
        }

        // The sender's name would be refused from us, and an expiry would end the parking.
        var properties = new BasicProperties(given) { Headers = headers, Persistent = true };
        properties.ClearUserId();
        properties.ClearExpiration();
        await channel.BasicPublishAsync(string.Empty, Parking.QueueOf(follower), mandatory: true, properties, context.Body.GetBytes(), awaitAck: true);
        logger.LogWarning("{Follower} parks a message of {Bytes} bytes from {From}: {Reason} {Detail}", follower, context.Body.Length, headers[Parking.FromHeader], reason.Code, detail);
    }

    private static Dictionary<string, object?> Kept(IDictionary<string, object?>? given)
    {
        var kept = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (given is null)
        {
            return kept;
        }

        if (given.Sum(h => h.Key.Length + Weight(h.Value)) > HeaderBytesMax)
        {
            kept[Parking.HeadersHeader] = "left out, too large";
            return kept;
        }

        foreach (var (name, value) in given.Where(h => !Parking.Routes(h.Key)))
        {
            kept[name] = value;
        }

        return kept;
    }

    /// <summary>About what a header's value takes on the wire.</summary>
    private static int Weight(object? value) => value switch
    {
        byte[] bytes => 5 + bytes.Length,
        string text => 5 + (3 * text.Length),
        BinaryTableValue binary => 5 + binary.Bytes.Length,
        IDictionary<string, object?> table => 5 + table.Sum(h => h.Key.Length + Weight(h.Value)),
        System.Collections.IEnumerable list => 5 + list.Cast<object?>().Sum(Weight),
        _ => 9,
    };

    private sealed class BoundFilter(Park park) : IFilter<ReceiveContext>
    {
        public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) =>
            context.Body.Length > MessageBytesMax ? park.Move(context, MessageFaults.TooLarge, null) : next.Send(context);

        public void Probe(ProbeContext context) => context.CreateFilterScope("bound");
    }

    private sealed class DeclareFilter(string follower) : IFilter<ChannelContext>
    {
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            await context.QueueDeclare(Parking.QueueOf(follower), durable: true, exclusive: false, autoDelete: false, Parking.QueueArguments);
            await next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("parking");
    }
}
