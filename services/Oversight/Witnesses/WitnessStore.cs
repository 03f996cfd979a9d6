using Dapper;
using Microsoft.Data.Sqlite;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Witnesses;

/// <summary>Two checkpoints of one log that cannot both be true, both signed by it, and when the second was seen.</summary>
internal sealed record SplitView(string Origin, string Known, string Other, string Reason, long SeenAtSeconds);

/// <summary>
/// What a witness must never forget: the checkpoint of each log that it cosigned last, and the split views it saw. One SQLite file; what is
/// committed is on the disk (<c>synchronous=FULL</c>), and comparing and keeping are one transaction, also among processes.
/// </summary>
internal sealed class WitnessStore : IDisposable
{
    /// <summary>A log whose key is stolen can sign as many trees as it likes; this many of them are evidence enough.</summary>
    public const int SplitViewsPerLogMax = 100;

    private readonly SqliteConnection connection;
    private readonly Lock gate = new();

    public WitnessStore(string file)
    {
        SQLitePCL.Batteries_V2.Init();
        connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        connection.Execute("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS witnessed (origin TEXT NOT NULL PRIMARY KEY, note TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS split_view (origin TEXT NOT NULL, known TEXT NOT NULL, other TEXT NOT NULL, reason TEXT NOT NULL, seen_at_seconds BIGINT NOT NULL, PRIMARY KEY (origin, known, other));
            """);
    }

    /// <summary>The checkpoint of a log that was cosigned last, with the log's signatures and the witness's.</summary>
    public string? Last(string origin)
    {
        lock (gate)
        {
            return Last(origin, null);
        }
    }

    /// <summary>Decides on what is known, and keeps what the decision says before it is told to anybody.</summary>
    public WitnessDecision Change(Func<Func<string, Checkpoint?>, WitnessDecision> decide, Func<WitnessDecision.Cosign, SignedNote> cosign, string note, DateTimeOffset at)
    {
        lock (gate)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            var decision = decide(origin => Last(origin, transaction) is { } last ? Read(last) : null);
            if (decision is WitnessDecision.Cosign go)
            {
                var signed = cosign(go);
                connection.Execute(
                    "INSERT INTO witnessed (origin, note) VALUES (@Origin, @note) ON CONFLICT (origin) DO UPDATE SET note = excluded.note", new { go.Checkpoint.Origin, note = signed.ToString() }, transaction);
            }

            if (decision.SplitView)
            {
                var origin = Read(note).Origin;
                Keep(new(origin, Last(origin, transaction)!, note, "size", at.ToUnixTimeSeconds()), transaction);
            }

            transaction.Commit();
            return decision;
        }
    }

    public void Keep(SplitView seen)
    {
        lock (gate)
        {
            Keep(seen, null);
        }
    }

    public IReadOnlyList<SplitView> SplitViews()
    {
        lock (gate)
        {
            return [.. connection.Query<SplitView>("SELECT origin, known, other, reason, seen_at_seconds AS SeenAtSeconds FROM split_view ORDER BY seen_at_seconds, origin")];
        }
    }

    public IReadOnlyList<string> All()
    {
        lock (gate)
        {
            return [.. connection.Query<string>("SELECT note FROM witnessed ORDER BY origin")];
        }
    }

    public void Dispose() => connection.Dispose();

    /// <summary>A note that this store holds was read before it was kept.</summary>
    public static Checkpoint Read(string note) => Checkpoint.Parse(SignedNote.Parse(note).Value.Text).Value;

    private string? Last(string origin, SqliteTransaction? within) =>
        connection.QuerySingleOrDefault<string>("SELECT note FROM witnessed WHERE origin = @origin", new { origin }, within);

    private void Keep(SplitView seen, SqliteTransaction? within) => connection.Execute(
        "INSERT INTO split_view (origin, known, other, reason, seen_at_seconds) SELECT @Origin, @Known, @Other, @Reason, @SeenAtSeconds "
        + $"WHERE (SELECT COUNT(*) FROM split_view WHERE origin = @Origin) < {SplitViewsPerLogMax} ON CONFLICT DO NOTHING",
        seen,
        within);
}
