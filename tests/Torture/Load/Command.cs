using System.Text.Json;

namespace PilotCity.Torture.Load;

/// <summary>What a client was told: of an acceptance all of it must come again when the command is repeated.</summary>
internal sealed record Told(int Status, string Body, string? Location, string? Position, bool Replayed)
{
    internal bool Accepted => Status is >= 200 and < 300;

    /// <summary>The code of a refusal.</summary>
    internal string? Code => Accepted ? null : Json?.TryGetProperty("code", out var code) == true ? code.GetString() : null;

    internal JsonElement? Json
    {
        get
        {
            try
            {
                return Body.Length == 0 ? null : JsonDocument.Parse(Body).RootElement;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    internal string Text(string name) => Json!.Value.GetProperty(name).GetString()!;

    /// <summary>The same answer to a repetition, but for the mark that it is one.</summary>
    internal bool Repeats(Told first) => this with { Replayed = first.Replayed } == first;

    public override string ToString() => $"{Status}{(Replayed ? " (repeated)" : string.Empty)}{(Position is null ? string.Empty : $" at {Position}")}{(Accepted ? string.Empty : $" {Code}")}";
}

/// <summary>What of a command must stand in the log once it is accepted: an entry of this type on this stream, with this amount where it has one.</summary>
internal sealed record Effect(string Type, string Stream, string? Amount = null);

/// <summary>
/// A command of one client: the key it made, what it asks, and everything it was told. It is repeated under the same key until there is an
/// answer that promises something.
/// </summary>
internal sealed class Command(string kind, Guid key, string account, HttpMethod method, string path, byte[] body, string contentType)
{
    private readonly Lock gate = new();

    internal string Kind => kind;

    internal Guid Key => key;

    internal string Account => account;

    internal HttpMethod Method => method;

    internal string Path => path;

    internal byte[] Body => body;

    internal string ContentType => contentType;

    /// <summary>The service that keeps it, e.g. <c>funding</c>.</summary>
    internal string Service { get; } = path.Split('/')[2];

    internal IReadOnlyList<Effect> Effects { get; init; } = [];

    /// <summary>How many entries an acceptance promises, where it says so.</summary>
    internal Func<Told, int>? Entries { get; init; }

    /// <summary>When it was sent first.</summary>
    internal TimeSpan At { get; set; }

    internal int Attempts { get; private set; }

    /// <summary>Whether an attempt ended without a promise: it may have taken effect, or may still.</summary>
    internal bool Unknown { get; private set; }

    /// <summary>The first answer that promised something.</summary>
    internal Told? Told { get; private set; }

    /// <summary>An acceptance, whenever it came.</summary>
    internal Told? Acceptance { get; private set; }

    /// <summary>A refusal that came before anything was left unknown: nothing may ever come of it.</summary>
    internal Told? CleanRefusal { get; private set; }

    internal void Sent(TimeSpan at)
    {
        lock (gate)
        {
            At = Attempts++ == 0 ? at : At;
        }
    }

    internal void NotKnown()
    {
        lock (gate)
        {
            Unknown = true;
        }
    }

    /// <summary>Takes an answer down; false where it contradicts an earlier one.</summary>
    internal bool Take(Told told, bool alone)
    {
        lock (gate)
        {
            Told ??= told;
            if (!told.Accepted)
            {
                CleanRefusal ??= Unknown || !alone || Attempts > 1 ? null : told;
                return Acceptance is null;
            }

            var fits = CleanRefusal is null && (Acceptance is null || told.Repeats(Acceptance));
            Acceptance ??= told;
            return fits;
        }
    }

    public override string ToString() => $"{kind} {key:N} {method} {path} by {account}";
}
