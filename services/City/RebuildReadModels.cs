using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.City.Servers;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.City;

/// <summary><c>./city rebuild</c>: drops the tables for lists and makes them again from the logs, and what else a service reads its entries by.</summary>
internal static class RebuildReadModels
{
    internal static System.CommandLine.Command Command()
    {
        var data = DataFolder.Option();
        var servers = new System.CommandLine.Option<bool>("--servers") { Description = Say.Of("重建 ./city up --servers 的数据库", "those of ./city up --servers") };
        var postgres = ServersOptions.Postgres();
        var command = new System.CommandLine.Command("rebuild", Say.Of("从日志重建全部列表（读模型）", "make every list (read model) again from the logs")) { data, servers, postgres };
        command.SetAction(async (parsed, ct) =>
        {
            if (!parsed.GetValue(servers) && ServersOptions.Stray(parsed, postgres) is { } stray)
            {
                Console.Error.WriteLine(ServersOptions.SayStray(stray));
                return 2;
            }

            return await Run(parsed.GetRequiredValue(data), parsed.GetValue(servers), ServersOptions.PostgresOf(parsed, postgres), ct);
        });
        return command;
    }

    private static async Task<int> Run(string path, bool servers, string? postgres, CancellationToken ct)
    {
        if (!Directory.Exists(path))
        {
            Console.Error.WriteLine(Say.Of($"没有数据目录 {path}。", $"There is no data folder {path}."));
            return 1;
        }

        using var folder = DataFolder.Take(path, Console.Error);
        if (folder is null)
        {
            return 1;
        }

        if (!servers)
        {
            foreach (var shape in Shapes.All)
            {
                var file = folder.Database(shape.Name);
                await Rebuild(shape, File.Exists(file) ? $"Data Source={file}" : null, ct);
            }

            return 0;
        }

        try
        {
            await using var opened = await OpenedServer.Within(folder, postgres, Console.Error, ct);
            if (opened is null)
            {
                return 1;
            }

            foreach (var shape in Shapes.All)
            {
                var database = ServerDatabases.Of(opened.Connection, shape.Name);
                await Rebuild(shape, await ServerDatabases.Exists(database, ct) ? database.ToString() : null, ct);
            }

            return 0;
        }
        catch (ServerFailedException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static async Task Rebuild(CityService shape, string? connectionString, CancellationToken ct)
    {
        if (connectionString is null)
        {
            Console.WriteLine($"{shape.Name}: {Say.Of("尚无数据", "no data yet")}");
            return;
        }

        await using var log = new ServiceLog(shape.Name, LogDatabase.Open(connectionString), shape.Nouns, shape.ReadModels, TimeProvider.System, NullLogger.Instance);
        await log.Database.Migrate(ct);
        Action<string, long, long> progress = (city, done, all) => Console.WriteLine($"{shape.Name} {city}: {done}/{all}");
        await new Rebuild(log).AllModels(progress, ct);
        if (shape.Rebuild is { } rebuild)
        {
            await rebuild(log.Database, progress, ct);
        }
    }
}
