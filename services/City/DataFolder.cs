using System.CommandLine;

namespace PilotCity.City;

/// <summary>Where one process keeps everything: a database per service, evidence, keys. One process at a time holds it.</summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>What the systems say of a file that another process has locked: EWOULDBLOCK, and ERROR_SHARING_VIOLATION.</summary>
    private const int LockedLinux = 11, LockedMac = 35, LockedWindows = unchecked((int)0x80070020);

    private readonly FileStream held;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    internal string Path { get; }

    internal static Option<string> Option() => new("--data")
    {
        Description = Say.Of("数据目录（默认 data）", "the data folder (default: data)"),
        DefaultValueFactory = _ => "data",
    };

    /// <summary>Takes the folder; where another process has it, says so.</summary>
    internal static DataFolder? Take(string path, TextWriter error)
    {
        try
        {
            Directory.CreateDirectory(path);
            var file = new FileStream(System.IO.Path.Combine(path, "city.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(path, file);
        }
        catch (IOException e) when (e.HResult is LockedLinux or LockedMac or LockedWindows)
        {
            error.WriteLine(Say.Of($"数据目录 {path} 正被另一个 ./city 进程使用；请先停止它，或用 --data 换一个目录。", $"The data folder {path} is in use by another ./city; stop it, or name another with --data."));
            return null;
        }
        catch (IOException e)
        {
            error.WriteLine(Say.Of($"数据目录 {path} 无法使用：{e.Message}", $"The data folder {path} cannot be used: {e.Message}"));
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            error.WriteLine(Say.Of($"无法写入数据目录 {path}，请检查权限。", $"The data folder {path} cannot be written; check its permissions."));
            return null;
        }
    }

    /// <summary>What a city of processes keeps: private servers, evidence, the key of its log. Beside a city in one process it is another city.</summary>
    internal string Servers => ServersOf(Path);

    internal static string ServersOf(string path) => System.IO.Path.Combine(path, "servers");

    /// <summary>Whether a city of processes was ever started in this folder.</summary>
    internal static bool HoldsServers(string path) => Directory.Exists(ServersOf(path));

    internal string PostgresFolder => PostgresFolderOf(Path);

    internal static string PostgresFolderOf(string path) => System.IO.Path.Combine(ServersOf(path), "postgres");

    internal string RabbitFolder => RabbitFolderOf(Path);

    internal static string RabbitFolderOf(string path) => System.IO.Path.Combine(path, "servers", "rabbitmq");

    internal string Database(string service) => System.IO.Path.Combine(Path, $"{service}.db");

    public void Dispose() => held.Dispose();
}
