using Npgsql;

namespace PilotCity.City.Servers;

/// <summary>The PostgreSQL server that holds a folder's logs, for a command that only needs the databases: one that was named, one that runs, or the folder's own for as long as this is open.</summary>
internal sealed class OpenedServer : IAsyncDisposable
{
    private readonly PostgresServer? own;
    private readonly DataFolder? folder;

    private OpenedServer(string connectionString, PostgresServer? own = null, DataFolder? folder = null) => (Connection, this.own, this.folder) = (ServerDatabases.Server(connectionString), own, folder);

    internal NpgsqlConnectionStringBuilder Connection { get; }

    /// <summary>For a folder that somebody may be running; null, and said, where there is nothing to open.</summary>
    internal static async Task<OpenedServer?> Of(string path, string? named, TextWriter error, CancellationToken ct)
    {
        var cluster = DataFolder.PostgresFolderOf(path);
        if (named is not null)
        {
            return new(named);
        }

        if (!PostgresServer.Lies(cluster))
        {
            return Nowhere(path, error);
        }

        if (await PostgresServer.FindRunning(cluster, ct) is { } running)
        {
            return new(running);
        }

        var folder = DataFolder.Take(path, error);
        if (folder is null)
        {
            return null;
        }

        try
        {
            var own = await PostgresServer.Open(cluster, ct);
            return new(own.ConnectionString, own, folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>For a folder that the caller holds.</summary>
    internal static async Task<OpenedServer?> Within(DataFolder folder, string? named, TextWriter error, CancellationToken ct)
    {
        if (named is not null)
        {
            return new(named);
        }

        if (!PostgresServer.Lies(folder.PostgresFolder))
        {
            return Nowhere(folder.Path, error);
        }

        var own = await PostgresServer.Open(folder.PostgresFolder, ct);
        return new(own.ConnectionString, own);
    }

    public async ValueTask DisposeAsync()
    {
        if (own is not null)
        {
            await own.DisposeAsync();
        }

        folder?.Dispose();
    }

    private static OpenedServer? Nowhere(string path, TextWriter error)
    {
        error.WriteLine(Say.Of(
            $"{path} 中没有 PostgreSQL 数据；数据在别处时请用 --postgres 指明服务器。", $"There is no PostgreSQL data in {path}; where it lies elsewhere, name the server with --postgres."));
        return null;
    }
}
