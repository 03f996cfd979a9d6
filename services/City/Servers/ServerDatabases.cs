using Npgsql;

namespace PilotCity.City.Servers;

/// <summary>The databases of a city on one PostgreSQL server: one per service, made at the first start.</summary>
internal static class ServerDatabases
{
    /// <summary>Connections of one process: a writer per city under load, readers, followers; eight such processes stay below 200.</summary>
    private const int PoolMax = 20;

    /// <summary>
    /// The server that a connection string names, with our bounds where it says nothing. A process that was paused, or cut off, in the middle
    /// of a batch holds its city's lock: the server ends that transaction after this long, and the other instances go on.
    /// </summary>
    internal static NpgsqlConnectionStringBuilder Server(string connectionString)
    {
        const int connectSeconds = 5;
        try
        {
            var given = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrEmpty(given.Host))
            {
                throw new ArgumentException("Host is missing", nameof(connectionString));
            }

            var server = new NpgsqlConnectionStringBuilder(connectionString) { Database = null };
            server.MaxPoolSize = given.ContainsKey("Maximum Pool Size") ? given.MaxPoolSize : PoolMax;
            server.Timeout = given.ContainsKey("Timeout") ? given.Timeout : connectSeconds;
            server.Options ??= "-c idle_in_transaction_session_timeout=10s";
            return server;
        }
        catch (ArgumentException e)
        {
            throw new ServerFailedException(Say.Of(
                $"PostgreSQL 连接串无法使用（{e.Message}）；应如 Host=127.0.0.1;Username=pilotcity;Password=…", $"The PostgreSQL connection string cannot be used ({e.Message}); it should look like Host=127.0.0.1;Username=pilotcity;Password=…"), e);
        }
    }

    internal static string Name(string service) => $"pilotcity_{service}";

    internal static NpgsqlConnectionStringBuilder Of(NpgsqlConnectionStringBuilder server, string service) => new(server.ToString()) { Database = Name(service) };

    /// <summary>Makes the databases that are missing, in UTF-8 and with the order of bytes.</summary>
    internal static async Task Create(NpgsqlConnectionStringBuilder server, CancellationToken ct)
    {
        try
        {
            foreach (var service in Shapes.Names)
            {
                if (!await Exists(Of(server, service), ct))
                {
                    await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ToString()) { Database = "postgres", Pooling = false });
                    await using var create = source.CreateCommand($"CREATE DATABASE {Name(service)} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
                    await create.ExecuteNonQueryAsync(ct);
                }
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another city starts on the same server: look again.
            await Create(server, ct);
        }
        catch (NpgsqlException e)
        {
            throw new ServerFailedException(Say.Of(
                $"PostgreSQL {server.Host}:{server.Port} 无法使用：{e.Message}", $"PostgreSQL at {server.Host}:{server.Port} cannot be used: {e.Message}"), e);
        }
    }

    internal static async Task<bool> Exists(NpgsqlConnectionStringBuilder database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ToString()) { Pooling = false });
        try
        {
            await using var open = await source.OpenConnectionAsync(ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return false;
        }
    }
}
