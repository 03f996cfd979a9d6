using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults.Log;

namespace PilotCity.City;

/// <summary><c>./city rebuild</c>: drops the tables for lists and makes them again from the logs.</summary>
internal static class RebuildReadModels
{
    internal static System.CommandLine.Command Command()
    {
        var data = DataFolder.Option();
        var command = new System.CommandLine.Command("rebuild", Say.Of("从日志重建全部列表（读模型）", "make every list (read model) again from the logs")) { data };
        command.SetAction(async (parsed, ct) => await Run(parsed.GetRequiredValue(data), ct));
        return command;
    }

    private static async Task<int> Run(string path, CancellationToken ct)
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

        foreach (var shape in Shapes.All)
        {
            var file = folder.Database(shape.Name);
            if (!File.Exists(file))
            {
                Console.WriteLine($"{shape.Name}: {Say.Of("尚无数据", "no data yet")}");
                continue;
            }

            await using var log = new ServiceLog(shape.Name, LogDatabase.Open($"Data Source={file}"), shape.Nouns, shape.ReadModels, TimeProvider.System, NullLogger.Instance);
            await log.Database.Migrate(ct);
            await new Rebuild(log).AllModels((city, done, all) => Console.WriteLine($"{shape.Name} {city}: {done}/{all}"), ct);
        }

        return 0;
    }
}
