using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Dapper;
using Microsoft.Extensions.Logging;

namespace PilotCity.Defaults.Log;

/// <summary>
/// Decides the commands of one city one after another, in batches: take the city's lock, load the streams that the batch needs in one
/// query, decide each command against the state as the earlier ones left it, append everything and update the read models in one
/// transaction, commit once, answer each caller. So positions have no gaps, a refused command refuses nobody else, and one flush to disk
/// serves the whole batch. Other instances may write the same city: under the lock it first looks whether one has.
/// </summary>
internal sealed class CityWriter : IAsyncDisposable
{
    /// <summary>Commands decided in one transaction: enough for one flush to serve many, few enough to answer within milliseconds.</summary>
    private const int BatchCommandsMax = 512;

    /// <summary>Entries of one transaction, about: heavy commands are taken fewer at a time, so that nobody waits long behind them.</summary>
    private const int BatchEntriesMax = 4_096;

    /// <summary>Commands that may wait for their turn; beyond it the caller is told to come back, instead of waiting for minutes.</summary>
    private const int WaitingMax = 8_192;

    /// <summary>Streams whose state is kept between batches; when it is full it is emptied, and states are folded again.</summary>
    private const int StatesKeptMax = 50_000;

    private readonly ServiceLog log;
    private readonly string city;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly Dictionary<string, (object State, long Version)> states = new(StringComparer.Ordinal);
    private readonly Task loop;
    private Tail tail = Tail.Unknown;

    public CityWriter(ServiceLog log, string city, TimeProvider clock, ILogger logger)
    {
        this.log = log;
        this.city = city;
        this.clock = clock;
        this.logger = logger;
        loop = Task.Run(Run);
    }

    private sealed record Tail(long Position, byte[] Head, long AtMicros)
    {
        /// <summary>Nothing is known: the next batch reads it.</summary>
        public static readonly Tail Unknown = new(-1, CanonicalEntry.FirstHead(), 0);
    }

    private sealed record Waiting(Command Command, HashSet<string> Declared, byte[] InputHash, string Trace, TaskCompletionSource<Answer> Answered, CancellationToken Cancelled);

    public async Task<Answer> Do(Command command, CancellationToken ct)
    {
        var waiting = new Waiting(
            command,
            new HashSet<string>(command.Streams, StringComparer.Ordinal),
            SHA256.HashData(command.Input),
            Activity.Current?.TraceId.ToHexString() ?? string.Empty,
            new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously),
            ct);
        if (!queue.Writer.TryWrite(waiting))
        {
            return new Answer(null, null, LogFaults.Busy, 0);
        }

        return await waiting.Answered.Task.WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
    }

    private async Task Run()
    {
        var batch = new List<Waiting>();
        while (await queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            for (var weight = 0; batch.Count < BatchCommandsMax && weight < BatchEntriesMax && queue.Reader.TryRead(out var waiting); weight += waiting.Command.Weight)
            {
                // Who has gone away before its turn is not decided at all; it learns by asking again.
                if (waiting.Cancelled.IsCancellationRequested)
                {
                    waiting.Answered.TrySetCanceled(waiting.Cancelled);
                }
                else
                {
                    batch.Add(waiting);
                }
            }

            if (batch.Count > 0)
            {
                await DecideBatch(batch);
            }
        }
    }

    private async Task DecideBatch(List<Waiting> batch)
    {
        try
        {
            var decided = await Commit(batch);
            foreach (var (waiting, answer, failure) in decided.Answers)
            {
                if (failure is not null)
                {
                    waiting.Answered.TrySetException(failure);
                }
                else
                {
                    waiting.Answered.TrySetResult(answer!);
                }
            }

            if (decided.Entries.Count > 0)
            {
                log.Committed?.Invoke(city, decided.Entries);
            }
        }
        catch (Exception e) when (batch.Count > 1 && !log.Database.IsOutage(e))
        {
            // One of them breaks what all share: its stream does not fold here, or the database refuses its rows. Each alone shows which.
            Forget();
            foreach (var waiting in batch)
            {
                await DecideBatch([waiting]);
            }
        }
        catch (Exception e)
        {
            Forget();
            logger.LogError(e, "A batch of {Commands} commands of {Service}/{City} failed", batch.Count, log.Service, city);
            var told = log.Database.IsOutage(e) ? new LogUnavailableException($"the log of {log.Service} is away", e) : e;
            foreach (var waiting in batch)
            {
                waiting.Answered.TrySetException(told);
            }
        }
    }

    /// <summary>What a transaction did that failed is not known from here: the next one reads it again.</summary>
    private void Forget()
    {
        states.Clear();
        tail = Tail.Unknown;
    }

    private async Task<(List<(Waiting, Answer?, Exception?)> Answers, List<Entry> Entries)> Commit(List<Waiting> batch)
    {
        var ct = CancellationToken.None;
        await using var transaction = await log.Database.BeginWrite(city, ct);
        var answeredBefore = await CatchUp(transaction, batch, ct);
        await LoadStates(transaction, batch, answeredBefore, ct);

        var staged = new Staged(this, tail);
        var answers = new List<(Waiting, Answer?, Exception?)>(batch.Count);
        var kept = new List<AnsweredCommand>();
        var personal = new List<SealedDatum>();
        var erased = new List<string>();
        foreach (var waiting in batch)
        {
            var command = waiting.Command;
            if (answeredBefore.TryGetValue(command.Id, out var before))
            {
                answers.Add((waiting, before.InputHash.AsSpan().SequenceEqual(waiting.InputHash) ? before.Answer with { Repeated = true } : new Answer(null, null, LogFaults.IdReused, 0), null));
                continue;
            }

            try
            {
                var at = staged.Moment(clock);
                var decision = command.Decide(staged.Streams(waiting), Instant.FromMicros(at));
                if (decision.Fault is not null && decision.Changes.Count == 0)
                {
                    answers.Add((waiting, new Answer(null, null, decision.Fault, staged.Position), null));
                    continue;
                }

                staged.Append(waiting, decision.Changes, at);
                var answer = new Answer(decision.Location, decision.Body is { } body ? JsonSerializer.Serialize(body, body.GetType(), Json.Lenient) : null, decision.Fault, staged.Position);
                personal.AddRange(command.Personal);
                erased.AddRange(decision.Fault is null ? command.Erases : []);
                kept.Add(new(city, command.Id, waiting.InputHash, JsonSerializer.Serialize(answer, Json.Lenient), answer.Position));
                answeredBefore[command.Id] = (waiting.InputHash, answer);
                answers.Add((waiting, answer, null));
            }
            catch (Exception e) when (!log.Database.IsOutage(e))
            {
                // A bug in one rule fails its own caller; what it staged before it threw is nothing, because staging is the last thing a command does.
                answers.Add((waiting, null, e));
            }
        }

        if (kept.Count > 0)
        {
            await log.Database.InsertMany(transaction, LogDatabase.InsertEntry, staged.Entries, ct);
            await log.Database.InsertMany(transaction, LogDatabase.InsertCommand, kept, ct);
            await PersonalData.Keep(transaction, personal, ct);
            await PersonalData.Destroy(transaction, erased, ct);
            await WriteReadModels(transaction, staged, ct);
#if BREAKABLE
            if (Breakage.RollsBack(log.Service))
            {
                Forget();
                return (answers, []);
            }

#endif
            await transaction.Commit(ct);
            staged.Keep();
        }

        return (answers, staged.Entries);
    }

    /// <summary>
    /// Under the lock: where the log ends now, which of these commands were answered before, and, where another instance has been here,
    /// which states are no longer the city's.
    /// </summary>
    private async Task<Dictionary<Guid, (byte[] InputHash, Answer Answer)>> CatchUp(LogTransaction transaction, List<Waiting> batch, CancellationToken ct)
    {
        await using var read = await transaction.Connection.QueryMultipleAsync(new CommandDefinition(
            "SELECT position, head, at_micros FROM log WHERE city = @city ORDER BY position DESC LIMIT 1; "
            + $"SELECT command_id, input, answer FROM command WHERE city = @city AND {log.Database.InIds("command_id", "@ids")}",
            new { city, ids = log.Database.List([.. batch.Select(w => w.Command.Id)]) },
            transaction.Transaction,
            cancellationToken: ct));
        var last = await read.ReadSingleOrDefaultAsync<(long Position, byte[] Head, long AtMicros)?>();
        var before = await read.ReadAsync<(byte[] Id, byte[] Input, string Answer)>();

        var found = last is { } row ? new Tail(row.Position, row.Head, row.AtMicros) : new Tail(0, CanonicalEntry.FirstHead(), 0);
        if (found.Position != tail.Position || !found.Head.AsSpan().SequenceEqual(tail.Head))
        {
            if (tail.Position >= 0 && found.Position > tail.Position)
            {
                var touched = await transaction.Connection.QueryAsync<string>(new CommandDefinition(
                    "SELECT DISTINCT stream FROM log WHERE city = @city AND position > @Position", new { city, tail.Position }, transaction.Transaction, cancellationToken: ct));
                foreach (var stream in touched)
                {
#if BREAKABLE
                    if (Breakage.ReadsStale && states.TryGetValue(stream, out var stale))
                    {
                        states[stream] = (stale.State, await transaction.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
                            "SELECT MAX(version) FROM log WHERE city = @city AND stream = @stream", new { city, stream }, transaction.Transaction, cancellationToken: ct)));
                        continue;
                    }

#endif
                    states.Remove(stream);
                }
            }
            else
            {
                states.Clear();
            }

            tail = found;
        }

        return before.ToDictionary(b => new Guid(b.Id, bigEndian: true), b => (b.Input, JsonSerializer.Deserialize<Answer>(b.Answer, Json.Lenient)!));
    }

    private async Task LoadStates(LogTransaction transaction, List<Waiting> batch, Dictionary<Guid, (byte[], Answer)> answeredBefore, CancellationToken ct)
    {
        if (states.Count > StatesKeptMax)
        {
            states.Clear();
        }

        var missing = batch
            .Where(w => !answeredBefore.ContainsKey(w.Command.Id))
            .SelectMany(w => w.Command.Streams)
            .Where(s => !states.ContainsKey(s))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        // A long stream goes on from where its state is known; the others are read whole, in one query.
        var whole = new List<string>();
        foreach (var stream in missing)
        {
            if (log.Recent.Find(city, stream) is { } known)
            {
                var further = await log.Entries(
                    transaction.Connection, transaction.Transaction, "WHERE city = @city AND stream = @stream AND version > @Version ORDER BY version", new { city, stream, known.Version }, ct);
                states[stream] = (log.NounOf(stream).Fold(known.State, further), known.Version + further.Count);
            }
            else
            {
                whole.Add(stream);
                states[stream] = (log.NounOf(stream).InitialState, 0);
            }
        }

        if (whole.Count == 0)
        {
            return;
        }

        var entries = await log.Entries(
            transaction.Connection,
            transaction.Transaction,
            $"WHERE city = @city AND {log.Database.In("stream", "@streams")} ORDER BY stream, version",
            new { city, streams = log.Database.List(whole) },
            ct);
        foreach (var group in entries.GroupBy(e => e.Stream, StringComparer.Ordinal))
        {
            var ofStream = group.ToList();
            var noun = log.NounOf(group.Key);
            states[group.Key] = (noun.Fold(noun.InitialState, ofStream), ofStream[^1].Version);
        }
    }

    private async Task WriteReadModels(LogTransaction transaction, Staged staged, CancellationToken ct)
    {
        foreach (var model in log.ReadModels)
        {
            await model.Write(transaction, staged.Touched(model.Noun), ct);
        }

        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO read_position (city, position) VALUES (@city, @Position) ON CONFLICT (city) DO UPDATE SET position = excluded.position",
            new { city, staged.Position },
            transaction.Transaction,
            cancellationToken: ct));
    }

    /// <summary>What the batch has decided so far and nobody has seen yet.</summary>
    private sealed class Staged(CityWriter writer, Tail from)
    {
        private readonly Dictionary<string, (object State, long Version, long Position)> changed = new(StringComparer.Ordinal);
        private Tail tail = from;

        public List<Entry> Entries { get; } = [];

        public long Position => tail.Position;

        /// <summary>Now, but never before the log's last entry: a clock that was set back does not turn the trail around.</summary>
        public long Moment(TimeProvider clock) => Math.Max(Instant.Micros(clock.GetUtcNow()), tail.AtMicros);

        public Streams Streams(Waiting waiting)
        {
            var declared = waiting.Declared;
            return new Streams((stream, noun) =>
                !declared.Contains(stream) ? throw new InvalidOperationException($"the rule looked at '{stream}', which its command does not declare")
                : changed.TryGetValue(stream, out var now) ? (now.State, now.Version)
                : writer.states[stream]);
        }

        public void Append(Waiting waiting, IReadOnlyList<Change> changes, long atMicros)
        {
            var entries = new List<Entry>(changes.Count);
            var actor = waiting.Command.Actor.ToString();
            var after = new Dictionary<string, (object State, long Version, long Position)>(StringComparer.Ordinal);
            var end = tail;
            foreach (var (stream, happened) in changes)
            {
                if (!waiting.Declared.Contains(stream))
                {
                    throw new InvalidOperationException($"the rule appends to '{stream}', which its command does not declare");
                }

                var noun = writer.log.NounOf(stream);
                var (state, version) = after.TryGetValue(stream, out var a) ? (a.State, a.Version)
                    : changed.TryGetValue(stream, out var c) ? (c.State, c.Version)
                    : writer.states[stream];
                var payload = Noun.Write(happened);
                if (payload.Length > CanonicalEntry.PayloadBytesMax)
                {
                    throw new PayloadTooLargeException($"a {happened.GetType().Name} of {payload.Length} bytes; an entry holds at most {CanonicalEntry.PayloadBytesMax}");
                }

                var entry = writer.log.Seal(
                    new(
                        writer.log.Service, writer.city, end.Position + 1, stream, version + 1, happened.GetType().Name,
                        waiting.Command.Id, actor, atMicros, waiting.Trace, payload, [], []),
                    end.Head);
                var meta = new EventMeta(waiting.Command.Actor, Instant.FromMicros(atMicros), entry.Position, entry.Version, stream);

                // The event goes through its stored form, so that a live state and a folded one cannot differ.
                after[stream] = (noun.ApplyTo(state, noun.Read(entry.Type, payload), meta), entry.Version, entry.Position);
                entries.Add(entry);
                end = new Tail(entry.Position, entry.Head, atMicros);
            }

            foreach (var (stream, state) in after)
            {
                changed[stream] = state;
            }

            Entries.AddRange(entries);
            tail = end;
        }

        public IEnumerable<(string Id, object State, long Position)> Touched(Noun noun)
        {
            var prefix = noun.Category + "/";
            return changed
                .Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(c => (c.Key[prefix.Length..], c.Value.State, c.Value.Position));
        }

        /// <summary>The batch is committed: its states are the city's now.</summary>
        public void Keep()
        {
            foreach (var (stream, (state, version, position)) in changed)
            {
                writer.states[stream] = (state, version);
                writer.log.Recent.Keep(writer.city, stream, state, version, position);
            }

            writer.tail = tail;
        }
    }
}

/// <summary>An event does not fit into an entry: the use case bounds its input too loosely.</summary>
public sealed class PayloadTooLargeException(string message) : Exception(message);

/// <summary>Refusals of the log itself.</summary>
public static class LogFaults
{
    public static readonly Fault IdReused = new(
        FaultKind.Conflict,
        "command.id_reused",
        new Text("该幂等键（Idempotency-Key）已用于另一请求，请为新请求换用新的键。", "This Idempotency-Key was used for another request; use a new key for a new request."));

    public static readonly Fault Busy = new(
        FaultKind.Unavailable,
        "log.busy",
        new Text("系统繁忙，请稍后用同一幂等键重试。", "Too many commands are waiting; try again in a moment with the same Idempotency-Key."));

    public static readonly Fault Away = new(
        FaultKind.Unavailable,
        "log.unavailable",
        new Text("存储暂不可用，操作是否生效未知，请用同一幂等键重试。", "The log is away and it is not known whether the command took effect; repeat it with the same Idempotency-Key."));
}
