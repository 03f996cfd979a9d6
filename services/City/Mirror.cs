using System.CommandLine;
using System.Data.Common;
using PilotCity.City.Servers;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Verify;

namespace PilotCity.City;

/// <summary>
/// <c>./city mirror FOLDER</c>: writes a city's log as static files (checkpoint, tiles, entries) that a plain web server serves; again, it adds what
/// is new. Exit code 0 where the mirror is whole, 1 where the log is not the mirrored one any more, 2 where it could not be read.
/// </summary>
internal static class Mirror
{
    internal static Command Command()
    {
        var target = new Argument<string>(Say.Of("目录", "FOLDER")) { Description = Say.Of("镜像目录，可由任何网页服务器发布", "the mirror's folder, for any web server to serve") };
        var data = DataFolder.Option();
        var city = new Option<string>("--city") { Description = Say.Of("城市代码（默认 350800）", "the city's code (default: 350800)"), DefaultValueFactory = _ => "350800" };
        var servers = new Option<bool>("--servers") { Description = Say.Of("镜像 ./city up --servers 的数据库", "the database of ./city up --servers") };
        var postgres = ServersOptions.Postgres();
        var command = new Command("mirror", Say.Of("把日志写成静态文件（检查点、分片、条目），供任何网页服务器发布", "write the log as static files (checkpoint, tiles, entries) for any web server")) { target, data, city, servers, postgres };
        command.SetAction(async (parsed, ct) =>
        {
            var (folder, path, code) = (parsed.GetRequiredValue(target), parsed.GetRequiredValue(data), parsed.GetRequiredValue(city));
            if (!parsed.GetValue(servers) && ServersOptions.Stray(parsed, postgres) is { } stray)
            {
                Console.Error.WriteLine(ServersOptions.SayStray(stray));
                return 2;
            }

            if (!parsed.GetValue(servers))
            {
                var file = Path.Combine(path, "oversight.db");
                if (File.Exists(file))
                {
                    return Write(LogSource.OfFile(file), code, folder, ct);
                }

                Console.Error.WriteLine(Say.Of($"数据目录 {path} 中没有 oversight.db。", $"There is no oversight.db in the data folder {path}."));
                return 2;
            }

            try
            {
                await using var opened = await OpenedServer.Of(path, ServersOptions.PostgresOf(parsed, postgres), Console.Error, ct);
                return opened is null ? 2 : Write(LogSource.OfServer("oversight", ServerDatabases.Of(opened.Connection, "oversight").ToString()), code, folder, ct);
            }
            catch (ServerFailedException e)
            {
                Console.Error.WriteLine(e.Message);
                return 2;
            }
        });
        return command;
    }

    private static int Write(LogSource source, string city, string folder, CancellationToken ct)
    {
        try
        {
            SQLitePCL.Batteries_V2.Init();
            using var snapshot = source.Open();
            var written = WriteMirror.Write(snapshot, city, folder, ct);
            if (!written.Ok)
            {
                Console.Error.WriteLine($"[{written.Fault.Code}] {Say.Of(written.Fault.Message)}");
                return written.Fault.Kind == Defaults.FaultKind.Conflict ? 1 : 2;
            }

            Console.WriteLine(Say.Of($"{folder}：{written.Value.Size} 条，写入 {written.Value.Files} 个文件。", $"{folder}: {written.Value.Size} entries, {written.Value.Files} files written."));
            return 0;
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(Say.Of($"无法读写：{e.Message}", $"It cannot be read or written: {e.Message}"));
            return 2;
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine(Say.Of($"日志树已损坏（{e.Message}），请用 ./city verify --log 查明。", $"The tree is damaged ({e.Message}); run ./city verify --log to find out more."));
            return 1;
        }
    }
}
