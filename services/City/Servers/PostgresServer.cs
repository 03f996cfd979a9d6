using System.Globalization;
using System.Net;
using Npgsql;

namespace PilotCity.City.Servers;

/// <summary>
/// A private PostgreSQL server: its cluster lies in a folder and stays there between runs; it listens on a free loopback port, with a
/// password of its own, fsync on and synchronous commit, and ends with us.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    internal const string Name = "PostgreSQL";

    /// <summary>Eight processes with twenty connections each, and room for who looks in.</summary>
    private const int ConnectionsMax = 200;

    private const string Account = "pilotcity";

    /// <summary>After a crash it replays what was not checkpointed, at most a gigabyte of it.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly string folder;
    private readonly string password;
    private readonly GuardedServer server;
    private readonly int port = FreePorts.Next();

    private PostgresServer(string folder, string password)
    {
        (this.folder, this.password) = (Path.GetFullPath(folder), password);
        server = new GuardedServer(this.folder, "postgres", Install);
    }

    internal IPEndPoint Address => new(IPAddress.Loopback, port);

    internal bool Running => server.Running;

    /// <summary>Told the exit code where it ends although nobody stopped it.</summary>
    internal Action<int>? Lost
    {
        set => server.Lost = value;
    }

    /// <summary>Without a database: append one.</summary>
    internal string ConnectionString => Connection(port, password);

    /// <summary>Makes the cluster where the folder is empty, and starts it. The password lies beside the folder.</summary>
    internal static async Task<PostgresServer> Open(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        var postgres = new PostgresServer(folder, Secret.Of(PasswordFile(folder)));
        try
        {
            await postgres.server.Prepare(ct);
            await postgres.Initialize(ct);
            await postgres.Start(ct);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string of a server that another process runs in this folder; null where none answers.</summary>
    internal static async Task<string?> FindRunning(string folder, CancellationToken ct)
    {
        const int portLine = 3;
        try
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(folder, "postmaster.pid"), ct);
            if (lines.Length > portLine && int.TryParse(lines[portLine], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                && Connection(port, await File.ReadAllTextAsync(PasswordFile(folder), ct)) is var connection && await Answers(connection, ct))
            {
                return connection;
            }
        }
        catch (IOException)
        {
            // It does not run, or has just stopped.
        }

        return null;
    }

    /// <summary>Whether a cluster lies in this folder.</summary>
    internal static bool Lies(string folder) => File.Exists(Path.Combine(folder, "PG_VERSION"));

    /// <summary>Starts the server again after a stop, on the same port.</summary>
    internal async Task Start(CancellationToken ct)
    {
        server.Start(
            Path.Combine(Programs(), "postgres"),
            ["-D", GuardedServer.Here, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", $"max_connections={ConnectionsMax}"],
            stopSignal: "INT");
        await server.Up(Name, stop => Answers(ConnectionString, stop), StartPatience, ct);
    }

    /// <summary>In good order; or at once, as a crash would: what was not committed is lost, and the next start recovers.</summary>
    internal Task Stop(bool immediate = false) => server.Stop(immediate ? "QUIT" : null, StopPatience);

    public async ValueTask DisposeAsync() => await Stop();

    private static string PasswordFile(string folder) => Path.TrimEndingDirectorySeparator(folder) + ".password";

    private static string Connection(int port, string password) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = Account, Password = password.Trim() }.ToString();

    private static async Task<bool> Answers(string connection, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Database = "postgres", Pooling = false, Timeout = 5 });
        try
        {
            await using var open = await source.OpenConnectionAsync(ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is not PostgresErrorCodes.CannotConnectNow)
        {
            throw new ServerFailedException($"{Name}: {e.MessageText}", e);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task Initialize(CancellationToken ct)
    {
        if (Lies(folder))
        {
            return;
        }

        if (Directory.EnumerateFileSystemEntries(folder).FirstOrDefault() is { } other)
        {
            throw new ServerFailedException(Say.Of(
                $"{folder} 既非空目录也非 PostgreSQL 数据目录（有 {Path.GetFileName(other)}）：请移走其中内容。", $"{folder} is neither empty nor a PostgreSQL cluster (it holds {Path.GetFileName(other)}): move away what is in it."));
        }

        // The password goes through pipes only: initdb reads a file, and this one the account may open.
        await server.RunToEnd(
            "sh",
            ["-c", "cat | \"$0\" --pwfile=/dev/stdin \"$@\"", Path.Combine(Programs(), "initdb"), "-D", GuardedServer.Here, "-U", Account, "-E", "UTF8", "--locale=C", "-A", "scram-sha-256"],
            ct,
            input: password + "\n");
    }

    private static string Install => Say.Of("安装：apt-get install postgresql", "To install it: apt-get install postgresql");

    /// <summary>The programs of the version that made the cluster, or of the newest that is installed.</summary>
    private string Programs()
    {
        const string root = "/usr/lib/postgresql";
        var versions = Directory.Exists(root)
            ? Directory.GetDirectories(root).Where(d => File.Exists(Path.Combine(d, "bin", "postgres"))).ToDictionary(d => Path.GetFileName(d)!, d => Path.Combine(d, "bin"), StringComparer.Ordinal)
            : [];
        if (versions.Count == 0)
        {
            throw new ServerFailedException(Say.Of($"未安装 PostgreSQL。{Install}", $"PostgreSQL is not installed. {Install}"));
        }

        if (!Lies(folder))
        {
            return versions.MaxBy(v => int.TryParse(v.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Value;
        }

        var made = File.ReadAllText(Path.Combine(folder, "PG_VERSION")).Trim();
        return versions.TryGetValue(made, out var programs) ? programs : throw new ServerFailedException(Say.Of(
            $"{folder} 由 PostgreSQL {made} 建立，而本机只有 {string.Join("、", versions.Keys)}：apt-get install postgresql-{made}",
            $"{folder} was made by PostgreSQL {made}, and this machine has {string.Join(", ", versions.Keys)}: apt-get install postgresql-{made}"));
    }
}
