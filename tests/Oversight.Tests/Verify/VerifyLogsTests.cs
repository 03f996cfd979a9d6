using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Verify;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Verify;

/// <summary>A data folder of two services and Oversight, and what somebody with the sqlite3 tool may do to it.</summary>
public sealed class VerifyLogsTests : IAsyncLifetime, IDisposable
{
    private static readonly LogKey Key = new(SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519), "pilot-city.example");

    // Written once, with all its flushes to disk; every test works on a copy.
    private static readonly Lazy<Task<IReadOnlyDictionary<string, byte[]>>> Untouched = new(Write);
    private readonly TemporaryFolder folder = new();

    public async Task InitializeAsync()
    {
        foreach (var (name, bytes) in await Untouched.Value)
        {
            await File.WriteAllBytesAsync(folder[name], bytes);
        }
    }

    private static async Task<IReadOnlyDictionary<string, byte[]>> Write()
    {
        using var folder = new TemporaryFolder();
        await using (var oversight = Open(folder, "oversight", []))
        {
            await Write(folder, oversight);
        }

        return Directory.GetFiles(folder.Path).ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes);
    }

    private static async Task Write(TemporaryFolder folder, ServiceLog oversight)
    {
        await oversight.Start(default);
        await OversightTables.Create(oversight.Database, default);
        foreach (var service in new[] { "funding", "registry" })
        {
            await using var log = Open(folder, service, [Counter.Noun]);
            await log.Start(default);
            for (var i = 0; i < 20; i++)
            {
                await log.Do(Counter.Move($"c{i % 3}", 1), default);
                if (i is 9 or 19)
                {
                    var after = (await oversight.Cursor(TestService.City, service, default)).Position;
                    await OversightLog.Take(oversight, await log.Read(TestService.City, after, 100, default));
                    Assert.True((await new SignCheckpoint(oversight, Key, TimeProvider.System).Now(TestService.City, default)).Ok);
                }
            }
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_that_nobody_touched_holds()
    {
        var verified = Verify();

        Assert.True(verified.Holds, string.Join('\n', verified.Findings));
        Assert.Equal((40, 40), (verified.Entries, verified.Leaves));
        Assert.Equal(["funding", "oversight", "registry"], verified.Services);
    }

    [Fact]
    public async Task What_is_not_taken_in_yet_is_no_finding()
    {
        await using (var log = Open(folder, "funding", [Counter.Noun]))
        {
            await log.Do(Counter.Move("c0", 1), default);
        }

        var verified = Verify();
        Assert.True(verified.Holds, string.Join('\n', verified.Findings));
        Assert.Equal((41, 40), (verified.Entries, verified.Leaves));
    }

    [Theory]
    // Content: any column of a row.
    [InlineData("funding", "UPDATE log SET payload = CAST('{\"by\":9}' AS BLOB) WHERE position = 7", "log.hash_wrong", 7)]
    [InlineData("funding", "UPDATE log SET payload = '{\"by\":9}' WHERE position = 7", "log.unreadable", 7)]
    [InlineData("funding", "UPDATE log SET actor = 'bureau-officer:other@350800' WHERE position = 7", "log.hash_wrong", 7)]
    [InlineData("funding", "UPDATE log SET at_micros = at_micros + 1 WHERE position = 20", "log.hash_wrong", 20)]
    [InlineData("funding", "UPDATE log SET command_id = x'00' WHERE position = 1", "log.unreadable", 1)]
    [InlineData("funding", "UPDATE log SET command_id = zeroblob(16) WHERE position = 1", "log.hash_wrong", 1)]
    [InlineData("funding", "UPDATE log SET hash = zeroblob(32) WHERE position = 7", "log.hash_wrong", 7)]
    [InlineData("funding", "UPDATE log SET head = zeroblob(32) WHERE position = 7", "log.head_wrong", 7)]
    // Rows: removed in the middle, at the beginning, at the end; swapped; put in.
    [InlineData("funding", "DELETE FROM log WHERE position = 7", "log.gap", 7)]
    [InlineData("funding", "DELETE FROM log WHERE position = 1", "log.gap", 1)]
    [InlineData("funding", "DELETE FROM log WHERE position > 15", "log.tail_cut", 16)]
    [InlineData("funding", "DELETE FROM log", "log.tail_cut", 1)]
    [InlineData("funding", "DELETE FROM log WHERE position > 15; DELETE FROM command WHERE position > 15", "log.tail_cut", 16)]
    [InlineData("funding", "DELETE FROM log; DELETE FROM command", "log.tail_cut", 1)]
    [InlineData("funding", "UPDATE log SET position = 99 WHERE position = 7; UPDATE log SET position = 7 WHERE position = 8; UPDATE log SET position = 8 WHERE position = 99", "log.hash_wrong", 7)]
    [InlineData("funding", "INSERT INTO log SELECT city, 21, stream, 99, type, command_id, actor, at_micros, trace, payload, hash, head FROM log WHERE position = 20", "log.hash_wrong", 21)]
    [InlineData("funding", "UPDATE log SET city = '330100' WHERE position = 20", "log.gap", 1)] // in that other city's log
    [InlineData("funding", "UPDATE log SET city = CAST('350800' AS BLOB) WHERE position = 20", "log.unreadable", null)]
    [InlineData("funding", "UPDATE log SET position = 7.5 WHERE position = 8", "log.gap", 8)]
    [InlineData("funding", "UPDATE log SET position = 'x' WHERE position = 20", "log.gap", 20)]
    [InlineData("funding", "UPDATE log SET position = 0 WHERE position = 1", "log.gap", 1)]
    // The tree.
    [InlineData("oversight", "UPDATE leaf SET entry = zeroblob(200) WHERE idx = 4", "tree.leaf_wrong", 5)]
    [InlineData("oversight", "UPDATE leaf SET actor = 'x' WHERE idx = 4", "tree.leaf_wrong", 5)]
    [InlineData("oversight", "UPDATE leaf SET hash = zeroblob(32) WHERE idx = 4", "tree.leaf_wrong", 5)]
    [InlineData("oversight", "UPDATE leaf SET head = zeroblob(32) WHERE idx = 4", "tree.order_wrong", 5)]
    [InlineData("oversight", "UPDATE leaf SET head = 'x' WHERE idx = 4", "tree.leaf_wrong", 5)]
    [InlineData("oversight", "UPDATE leaf SET entry = CAST(entry AS TEXT) WHERE idx = 4", "tree.leaf_wrong", 5)]
    [InlineData("oversight", "UPDATE leaf SET version = CAST(version AS BLOB) WHERE idx = 4", "tree.leaf_wrong", 5)]
    [InlineData("oversight", "UPDATE leaf SET idx = 'x' WHERE idx = 39", "tree.gap", 40)]
    [InlineData("oversight", "DELETE FROM leaf WHERE idx = 4", "tree.gap", 5)]
    [InlineData("oversight", "DELETE FROM leaf WHERE idx > 35", "tree.tail_cut", 37)]
    [InlineData("oversight", "DELETE FROM leaf WHERE idx = 39; DELETE FROM checkpoint WHERE size = 40", "tree.tile_wrong", null)]
    [InlineData("oversight", "DELETE FROM leaf WHERE idx = 39; DELETE FROM checkpoint WHERE size = 40; UPDATE tile SET hashes = substr(hashes, 1, 39 * 32)", "tree.cursor_wrong", null)]
    [InlineData("oversight", "UPDATE tile SET hashes = zeroblob(length(hashes))", "tree.tile_wrong", null)]
    [InlineData("oversight", "DELETE FROM tile", "tree.tile_wrong", null)]
    [InlineData("oversight", "UPDATE checkpoint SET root = zeroblob(32) WHERE size = 10", "checkpoint.root_wrong", 10)]
    [InlineData("oversight", "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 20) WHERE size = 10", "checkpoint.note_wrong", 10)]
    [InlineData("oversight", "UPDATE checkpoint SET note = replace(note, char(10) || '20' || char(10), char(10) || '19' || char(10)) WHERE size = 20", "note.signature_wrong", 20)]
    [InlineData("oversight", "INSERT INTO intake_break VALUES ('350800', 'funding', 3, 'the entry has position 4', 0)", "log.broken", 3)]
    public void What_was_done_by_hand_is_named_by_log_and_position(string service, string sql, string code, int? position)
    {
        Tamper(service, sql);

        var first = Verify().Findings[0];

        Assert.Equal((service == "oversight" && code == "log.broken" ? "funding" : service, (long?)position), (first.Service, first.Position));
        Assert.Equal(code, first.Fault.Code);
    }

    [Fact]
    public void Each_log_is_named_once_and_protection_that_was_taken_away_is_told()
    {
        Tamper("funding", "UPDATE log SET hash = zeroblob(32) WHERE position IN (5, 9)");

        Assert.Equal(["log.hash_wrong", "log.unprotected"], Verify().Findings.Select(f => f.Fault.Code));
    }

    [Fact]
    public void A_log_that_was_rewritten_with_its_whole_chain_is_found_against_the_tree()
    {
        var entries = new List<Entry>();
        var head = CanonicalEntry.FirstHead();
        using (var connection = Connect("funding"))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT position, stream, version, type, command_id, actor, at_micros, trace, payload FROM log ORDER BY position";
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                var entry = new Entry(
                    "funding", TestService.City, row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), new Guid(row.GetFieldValue<byte[]>(4), bigEndian: true),
                    row.GetInt64(0) == 7 ? "bureau-officer:other@350800" : row.GetString(5), row.GetInt64(6), row.GetString(7), row.GetFieldValue<byte[]>(8), [], []).Sealed(head);
                head = entry.Head;
                entries.Add(entry);
            }
        }

        Tamper("funding", string.Concat(entries.Select(e =>
            $"UPDATE log SET actor = '{e.Actor}', hash = x'{Convert.ToHexString(e.Hash)}', head = x'{Convert.ToHexString(e.Head)}' WHERE position = {e.Position};")));

        var first = Verify().Findings[0];
        Assert.Equal(("funding", 7L, "log.rewritten"), (first.Service, first.Position, first.Fault.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_leaf_whose_content_hash_and_columns_agree_on_a_position_that_cannot_be_is_named(long position)
    {
        var forged = new Chronicle("funding").Add("counter/c", "CounterMoved", new { by = 1 }).Entries[0] with { Position = position };
        var bytes = CanonicalEntry.Write(forged);
        Tamper("oversight", $"""
            UPDATE leaf SET service = 'funding', position = {(position == long.MinValue ? "-9223372036854775808" : position)}, stream = '{forged.Stream}', version = 1, type = '{forged.Type}',
              actor = '{forged.Actor}', at_micros = {forged.AtMicros}, trace = '{forged.Trace}', entry = x'{Convert.ToHexString(bytes)}', hash = x'{Convert.ToHexString(CanonicalEntry.Hash(bytes))}' WHERE idx = 0
            """);

        var first = Verify().Findings[0];

        Assert.Equal(("oversight", 1L, "tree.order_wrong"), (first.Service, first.Position, first.Fault.Code));
    }

    [Fact]
    public void A_stream_whose_versions_jump_is_named()
    {
        var entry = new Chronicle("other").Add("counter/c", "CounterMoved", new { by = 1 }).Add("counter/c", "CounterMoved", new { by = 1 }).Entries[1];
        var jumped = (entry with { Position = 1 }).Sealed(CanonicalEntry.FirstHead());
        File.Copy(folder["funding.db"], folder["other.db"]);
        using (var connection = Connect("other"))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER log_no_delete; DROP TRIGGER command_no_delete; DELETE FROM log; DELETE FROM command;"
                + "INSERT INTO log VALUES ($city, 1, $stream, 2, $type, $id, $actor, $at, '', $payload, $hash, $head)";
            foreach (var (name, value) in new (string, object)[]
            {
                ("$city", jumped.City), ("$stream", jumped.Stream), ("$type", jumped.Type), ("$id", jumped.CommandId.ToByteArray(bigEndian: true)), ("$actor", jumped.Actor),
                ("$at", jumped.AtMicros), ("$payload", jumped.Payload), ("$hash", jumped.Hash), ("$head", jumped.Head),
            })
            {
                command.Parameters.AddWithValue(name, value);
            }

            command.ExecuteNonQuery();
        }

        Assert.Contains(Verify().Findings, f => (f.Service, f.Position, f.Fault.Code) == ("other", 1, "log.version_wrong"));
    }

    [Fact]
    public void Another_key_did_not_sign_these_checkpoints()
    {
        var other = new LogKey(SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519), "pilot-city.example");

        var findings = VerifyLogs.Check(folder.Path, city => other.Verifiers(city)).Value.Findings;

        Assert.Equal("note.signer_unknown", findings[0].Fault.Code);
        Assert.True(VerifyLogs.Check(folder.Path, _ => null).Value.Holds);

        // One key signs for every city: the verifier may have it under the name of another one.
        Assert.True(VerifyLogs.Check(folder.Path, _ => Key.Verifiers("330100")).Value.Holds);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named_and_the_others_are_checked()
    {
        File.WriteAllText(folder["performance.db"], "this is no database, however long it may be");

        var verified = Verify();

        Assert.Equal([("performance", "log.unreadable")], verified.Findings.Select(f => (f.Service, f.Fault.Code)));
        Assert.Equal(40, verified.Entries);
    }

    [Fact]
    public void A_folder_without_logs_is_said_to_be_one()
    {
        Assert.Equal("log.folder_empty", VerifyLogs.Check(folder["nowhere"], _ => null).Fault?.Code);
        using var empty = new TemporaryFolder();
        Assert.Equal("log.folder_empty", VerifyLogs.Check(empty.Path, _ => null).Fault?.Code);
    }

    /// <summary>In one part, and in parts of one and of three rows: what is found is the same.</summary>
    private VerifiedLogs Verify()
    {
        VerifiedLogs[] verified = [.. new[] { 1, 3, 1_000 }.Select(rows => VerifyLogs.Check(folder.Path, city => Key.Verifiers(city), rowsPerPart: rows).Value)];
        Assert.All(verified, v => Assert.Equal(
            (v.Entries, v.Leaves, string.Join('\n', verified[0].Findings.Select(f => f.Fault.Message.En))),
            (verified[0].Entries, verified[0].Leaves, string.Join('\n', v.Findings.Select(f => f.Fault.Message.En)))));
        return verified[0];
    }

    private void Tamper(string service, string sql)
    {
        using var connection = Connect(service);
        using var command = connection.CreateCommand();
        command.CommandText = string.Concat(Protected(connection).Select(t => $"DROP TRIGGER {t};")) + sql;
        command.ExecuteNonQuery();
    }

    private static List<string> Protected(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private SqliteConnection Connect(string service)
    {
        var connection = new SqliteConnection($"Data Source={folder[$"{service}.db"]};Pooling=False");
        connection.Open();
        return connection;
    }

    private static ServiceLog Open(TemporaryFolder folder, string service, IReadOnlyList<Noun> nouns) =>
        new(service, LogDatabase.Open($"Data Source={folder[$"{service}.db"]}"), nouns, [], TimeProvider.System, NullLogger.Instance);
}
