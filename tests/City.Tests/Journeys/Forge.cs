using Dapper;
using Microsoft.Data.Sqlite;
using PilotCity.City.Demonstration;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>What somebody does who may write the files, knows every format and has no key.</summary>
internal static class Forge
{
    private const string City = PilotClient.City;

    private sealed record Row(long Position, string Stream, long Version, string Type, byte[] CommandId, string Actor, long AtMicros, string Trace, byte[] Payload);

    /// <summary>Changes one entry of a log and computes every hash and head from there on anew; gives the log as it is then.</summary>
    internal static IReadOnlyList<Entry> Log(TemporaryFolder copy, string service, long position, Func<Entry, Entry> change)
    {
        var entries = new List<Entry>();
        Unprotected(copy, service, connection =>
        {
            var head = CanonicalEntry.FirstHead();
            foreach (var row in connection.Query<Row>(
                "SELECT position AS Position, stream AS Stream, version AS Version, type AS Type, command_id AS CommandId, actor AS Actor, at_micros AS AtMicros, trace AS Trace, payload AS Payload FROM log WHERE city = @City ORDER BY position", new { City }))
            {
                var entry = new Entry(
                    service, City, row.Position, row.Stream, row.Version, row.Type, new Guid(row.CommandId, bigEndian: true), row.Actor, row.AtMicros, row.Trace, row.Payload, [], []);
                entry = (row.Position == position ? change(entry) : entry).Sealed(head);
                head = entry.Head;
                entries.Add(entry);
                connection.Execute("UPDATE log SET actor = @Actor, hash = @Hash, head = @Head WHERE city = @City AND position = @Position", entry);
            }
        });
        return entries;
    }

    /// <summary>Puts a forged log into the tree: leaves and tiles agree with it, only the signatures are those of before.</summary>
    internal static void Tree(TemporaryFolder copy, IReadOnlyList<Entry> forged) => Unprotected(copy, "oversight", connection =>
    {
        foreach (var entry in forged)
        {
            connection.Execute(
                "UPDATE leaf SET actor = @Actor, entry = @Bytes, hash = @Hash, head = @Head WHERE city = @City AND service = @Service AND position = @Position",
                new { entry.Actor, Bytes = CanonicalEntry.Write(entry), entry.Hash, entry.Head, entry.City, entry.Service, entry.Position });
        }

        WriteTiles(connection);
    });

    /// <summary>Signs the tree as it is now with the log's own key, as if nothing had been signed before: what only the city itself can do.</summary>
    internal static void Sign(TemporaryFolder copy, SignerKey key) => Unprotected(copy, "oversight", connection =>
    {
        var tree = new WholeTree([.. connection.Query<byte[]>("SELECT hash FROM leaf WHERE city = @City ORDER BY idx", new { City }).Select(h => Hash.Of(h))]);
        var (size, root) = (tree.Size, tree.Root(tree.Size));
        var note = new Checkpoint(key.Name, size, root).Sign(key, DateTimeOffset.UnixEpoch).ToString();
        connection.Execute(
            "DELETE FROM checkpoint WHERE city = @City; INSERT INTO checkpoint (city, size, root, note, at_micros) VALUES (@City, @size, @root, @note, 0)", new { City, size, root = root.ToArray(), note });
    });

    /// <summary>Takes a whole city back to the checkpoint that was signed around the middle of its tree.</summary>
    internal static void RollBack(TemporaryFolder copy)
    {
        var ends = new Dictionary<string, long>(StringComparer.Ordinal);
        Unprotected(copy, "oversight", connection =>
        {
            var size = connection.ExecuteScalar<long>(
                "SELECT MIN(size) FROM checkpoint WHERE city = @City AND size >= (SELECT COUNT(*) / 2 FROM leaf WHERE city = @City) AND size < (SELECT COUNT(*) FROM leaf WHERE city = @City)", new { City });
            Assert.True(size > 0, "the story has no checkpoint in its middle");
            connection.Execute("DELETE FROM leaf WHERE city = @City AND idx >= @size; DELETE FROM checkpoint WHERE city = @City AND size > @size", new { City, size });
            foreach (var service in Shapes.Names)
            {
                ends[service] = connection.ExecuteScalar<long>("SELECT COALESCE(MAX(position), 0) FROM leaf WHERE city = @City AND service = @service", new { City, service });
                connection.Execute("UPDATE cursor SET position = @end WHERE city = @City AND source = @service", new { City, service, end = ends[service] });
            }

            WriteTiles(connection);
        });
        foreach (var (service, end) in ends)
        {
            Unprotected(copy, service, connection =>
                connection.Execute("DELETE FROM log WHERE city = @City AND position > @end; DELETE FROM command WHERE city = @City AND position > @end", new { City, end }));
        }
    }

    /// <summary>Does something to a service's database with the triggers out of the way before and put back after.</summary>
    internal static void Unprotected(TemporaryFolder copy, string service, Action<SqliteConnection> attack)
    {
        using var connection = new SqliteConnection($"Data Source={copy[$"{service}.db"]};Pooling=False");
        connection.Open();
        var triggers = connection.Query<(string Name, string Sql)>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").AsList();
        connection.Execute("BEGIN; " + string.Concat(triggers.Select(t => $"DROP TRIGGER {t.Name};")));
        attack(connection);
        connection.Execute(string.Concat(triggers.Select(t => $"{t.Sql};")) + "COMMIT");
    }

    private static void WriteTiles(SqliteConnection connection)
    {
        var tree = new WholeTree([.. connection.Query<byte[]>("SELECT hash FROM leaf WHERE city = @City ORDER BY idx", new { City }).Select(h => Hash.Of(h))]);
        connection.Execute("DELETE FROM tile WHERE city = @City", new { City });
        foreach (var tile in Tiles.Of(tree.Size))
        {
            byte[] hashes = [.. tree.Row(tile).ToArray().SelectMany(h => h.ToArray())];
            connection.Execute("INSERT INTO tile (city, level, idx, hashes) VALUES (@City, @Level, @Index, @hashes)", new { City, tile.Level, tile.Index, hashes });
        }
    }
}
