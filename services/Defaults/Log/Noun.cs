using System.Text.Json;

namespace PilotCity.Defaults.Log;

/// <summary>
/// A noun of a service: its streams are <c>category/id</c>, its state is the fold of its events from <see cref="Initial"/>.
/// Event types are listed here once; their names (the record's name) and fields are forever: add, with a default, never rename.
/// </summary>
public sealed class Noun<TState> : Noun
    where TState : class
{
    private readonly Func<TState, object, EventMeta, TState> apply;

    public Noun(string category, TState initial, Func<TState, object, EventMeta, TState> apply, params Type[] events)
        : base(category, events)
    {
        Initial = initial;
        this.apply = apply;
    }

    public TState Initial { get; }

    public TState Apply(TState state, object happened, in EventMeta meta) => apply(state, happened, meta);

    internal override object InitialState => Initial;

    internal override object ApplyTo(object state, object happened, in EventMeta meta) => apply((TState)state, happened, meta);
}

/// <summary>A noun without its state's type: what the log needs of it.</summary>
public abstract class Noun
{
    private readonly Dictionary<string, Type> byName;

    private protected Noun(string category, Type[] events)
    {
        Category = category;
        Events = events;
        byName = events.ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    /// <summary>The part of a stream's name before the slash, e.g. <c>award</c>.</summary>
    public string Category { get; }

    public IReadOnlyList<Type> Events { get; }

    internal abstract object InitialState { get; }

    public string StreamOf(string id) => $"{Category}/{id}";

    internal abstract object ApplyTo(object state, object happened, in EventMeta meta);

    /// <summary>Reads a payload back as the event it was; an unknown type is a log newer than this program, which must not guess.</summary>
    public object Read(string type, ReadOnlySpan<byte> payload) =>
        byName.TryGetValue(type, out var clr)
            ? JsonSerializer.Deserialize(payload, clr, Json.Lenient)
              ?? throw new FormatException($"the payload of a {type} is null")
            : throw new FormatException($"{Category} knows no event {type}");

    /// <summary>The payload of an event: UTF-8 JSON.</summary>
    public static byte[] Write(object happened) => JsonSerializer.SerializeToUtf8Bytes(happened, happened.GetType(), Json.Lenient);

    /// <summary>Folds entries of a stream, oldest first, onto its state before them.</summary>
    internal object Fold(object state, IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            var meta = new EventMeta(Identity.Actor.Parse(entry.Actor), entry.At, entry.Position, entry.Version, entry.Stream);
            state = ApplyTo(state, Read(entry.Type, entry.Payload), meta);
        }

        return state;
    }

    /// <summary>Folds a stream's entries, oldest first.</summary>
    public object Fold(IEnumerable<Entry> entries) => Fold(InitialState, entries);
}
