using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Log;

/// <summary>
/// Something a person or a follower wants done in one city: who, what input, which streams the rule reads, and the rule.
/// <see cref="Id"/> comes from the client (<c>Idempotency-Key</c>): the same id with the same <see cref="Input"/> gives the first answer again.
/// </summary>
public sealed record Command
{
    public required string City { get; init; }

    public required Guid Id { get; init; }

    public required Actor Actor { get; init; }

    /// <summary>What was asked, in bytes that are the same when it is asked again: route and body. Kept as its SHA-256.</summary>
    public required byte[] Input { get; init; }

    /// <summary>Every stream the rule reads or appends to, e.g. <c>award/A1</c>; loaded before it runs.</summary>
    public required IReadOnlyCollection<string> Streams { get; init; }

    /// <summary>The rule: pure, from the streams' state and the moment to events or a fault. It may run more than once.</summary>
    public required Func<Streams, DateTimeOffset, Decision> Decide { get; init; }

    /// <summary>About how many entries it may append: a writer takes fewer heavy commands into one transaction.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Personal data that the events refer to; kept only if the rule accepts.</summary>
    public IReadOnlyList<SealedDatum> Personal { get; init; } = [];

    /// <summary>Subjects of personal data whose key is destroyed in the same transaction, only if the rule accepts.</summary>
    public IReadOnlyList<string> Erases { get; init; } = [];
}

/// <summary>The states a rule may look at, as the commands before it in the same batch left them.</summary>
public sealed class Streams
{
    private readonly Func<string, Noun, (object State, long Version)> lookup;

    internal Streams(Func<string, Noun, (object State, long Version)> lookup) => this.lookup = lookup;

    /// <summary>The state of one stream that the command declared; the noun's initial state where nothing has happened yet.</summary>
    public TState Get<TState>(Noun<TState> noun, string id)
        where TState : class => (TState)lookup(noun.StreamOf(id), noun).State;

    /// <summary>How many events the stream holds: 0 where it does not exist, and what <c>If-Match</c> compares.</summary>
    public long Version(Noun noun, string id) => lookup(noun.StreamOf(id), noun).Version;

    /// <summary>Streams over given states, for tests of rules.</summary>
    public static Streams Of(params (string Stream, object State, long Version)[] states)
    {
        var byName = states.ToDictionary(s => s.Stream, s => (s.State, s.Version), StringComparer.Ordinal);
        return new Streams((stream, noun) => byName.TryGetValue(stream, out var found) ? found : (noun.InitialState, 0));
    }
}

/// <summary>One event on one stream.</summary>
public readonly record struct Change(string Stream, object Event);

/// <summary>What a rule decided: events (perhaps none) and an answer, or a fault; a refusal that an auditor must see carries both.</summary>
public sealed class Decision
{
    private Decision(IReadOnlyList<Change> changes, Fault? fault)
    {
        Changes = changes;
        Fault = fault;
    }

    public IReadOnlyList<Change> Changes { get; }

    public Fault? Fault { get; }

    /// <summary>Where the thing is that the command made, relative to the city's root of the service, e.g. <c>/awards/A1</c>; null: nothing new.</summary>
    public string? Location { get; private init; }

    /// <summary>What the caller is told; kept with the command, so keep it small.</summary>
    public object? Body { get; private init; }

    public static Decision Accept(params IReadOnlyList<Change> changes) => new(changes, null);

    public static Decision Accept(string stream, params IReadOnlyList<object> events) => new([.. events.Select(e => new Change(stream, e))], null);

    /// <summary>Refused, and the attempt itself stays in the log for the auditor.</summary>
    public static Decision RefuseOnRecord(Fault fault, params IReadOnlyList<Change> changes) => new(changes, fault);

    /// <summary>The same decision answering with where the new thing is and what to say of it.</summary>
    public Decision Answering(string? location, object? body = null) => new(Changes, Fault) { Location = location, Body = body };

    public static implicit operator Decision(Fault fault) => new([], fault);
}

/// <summary>
/// What a caller is told of a command. <see cref="Body"/> is JSON text; <see cref="Position"/> the log's last position once it was decided;
/// <see cref="Repeated"/>: this id was decided before, and this is what was answered then.
/// </summary>
public sealed record Answer(string? Location, string? Body, Fault? Fault, long Position, bool Repeated = false);
