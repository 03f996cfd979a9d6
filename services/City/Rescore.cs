using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Rescorings;
using PilotCity.City.Servers;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Verify;
using Command = System.CommandLine.Command;

namespace PilotCity.City;

/// <summary>
/// <c>./city rescore OVERRIDE.json --over DATA</c>: scores every stored result again under an override that need not be published and shows who would change level, by
/// how much, and the counts before and after. A dry run over a data folder, also while its city runs. Exit code 0 where it was done, 2 where override or data could not be read.
/// </summary>
internal static class Rescore
{
    /// <summary>Progress is told about this often.</summary>
    private const long ProgressEvery = 100_000;

    internal sealed record Options(string Override, string Over, string? City = null, string? Json = null, string? Csv = null, bool Servers = false, string? Postgres = null);

    internal static Command Command()
    {
        var file = new Argument<string>(Say.Of("覆盖文件", "OVERRIDE")) { Description = Say.Of("本市对待确认点的覆盖文件（JSON），无须发布", "an override of open points (JSON), which need not be published") };
        var over = new Option<string>("--over") { Description = Say.Of("数据目录", "the data folder"), Required = true };
        var city = new Option<string?>("--city") { Description = Say.Of("只取这座城市（六位代码）；覆盖该市自行发布的版本时必填", "this city only (six digits); needed where the override changes a version that the city published itself") };
        var json = new Option<string?>("--json") { Description = Say.Of("将结果写入此 JSON 文件", "write the result to this JSON file") };
        var csv = new Option<string?>("--csv") { Description = Say.Of("将有变化的结果写入此 CSV 文件", "write the results that change to this CSV file") };
        var servers = new Option<bool>("--servers") { Description = Say.Of("数据在 ./city up --servers 的数据库中", "the data lie in the databases of ./city up --servers") };
        var postgres = ServersOptions.Postgres();
        var command = new Command("rescore", Say.Of("重新评分试算：用覆盖文件重算全部已有结果，先列差异", "score every stored result again under an override, as a dry run, the differences first")) { file, over, city, json, csv, servers, postgres };
        command.SetAction((parsed, ct) => Run(
            new(parsed.GetRequiredValue(file), parsed.GetRequiredValue(over), parsed.GetValue(city), parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(servers), ServersOptions.PostgresOf(parsed, postgres)),
            Console.Out, Console.Error, Say.Language, ct));
        return command;
    }

    internal static async Task<int> Run(Options options, TextWriter output, TextWriter error, string language, CancellationToken ct)
    {
        try
        {
            var bytes = ReadOverride(options.Override);
            if (await Over(bytes, options, error, language, ct) is not { } rescored)
            {
                return 2;
            }

            if (!rescored.Ok)
            {
                foreach (var wrong in rescored.Fault.Details.Select(d => $"{d.Path}: {d.Message.In(language)}").DefaultIfEmpty(rescored.Fault.Message.In(language)))
                {
                    error.WriteLine($"{options.Override}: {wrong}");
                }

                return 2;
            }

            if (options.Json is { } json)
            {
                await File.WriteAllTextAsync(json, JsonSerializer.Serialize(rescored.Value, Json.Pretty) + "\n", ct);
            }

            if (options.Csv is { } csv)
            {
                await using var file = File.Create(csv);
                await PrintRescoring.Table(rescored.Value).WriteCsv(PrintRescoring.Headings(language), file, ct);
            }

            output.Write(PrintRescoring.Text(rescored.Value, language));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ServerFailedException)
        {
            error.WriteLine(e.Message);
            return 2;
        }
    }

    /// <summary>One byte more than an override may have is enough to refuse it.</summary>
    private static byte[] ReadOverride(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Math.Min(file.Length, InstrumentOverride.BytesMax + 1)];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The answer, or null where what is wrong has been said.</summary>
    private static async Task<Result<Rescoring>?> Over(byte[] bytes, Options options, TextWriter error, string language, CancellationToken ct)
    {
        var file = Path.Combine(options.Over, "assessment.db");
        if (!options.Servers && File.Exists(file))
        {
            SQLitePCL.Batteries_V2.Init();
            using var snapshot = LogSource.OfFile(file).Open();
            return Run(bytes, sql => snapshot.Query(sql), options, error, ct);
        }

        if (!options.Servers && !DataFolder.HoldsServers(options.Over))
        {
            error.WriteLine(new Text($"{options.Over} 中没有测评日志（assessment.db）。请给出 ./city up 的数据目录。", $"{options.Over} holds no log of Assessment (assessment.db). Give the data folder of ./city up.").In(language));
            return null;
        }

        await using var opened = await OpenedServer.Of(options.Over, options.Postgres, error, ct);
        if (opened is null)
        {
            return null;
        }

        using var server = LogSource.OfServer("assessment", ServerDatabases.Of(opened.Connection, "assessment").ToString()).Open();
        return Run(bytes, sql => server.Query(sql), options, error, ct);
    }

    private static Result<Rescoring> Run(byte[] bytes, Func<string, DbCommand> query, Options options, TextWriter error, CancellationToken ct)
    {
        var name = Path.GetFileName(options.Override);
        var changed = OverrideInstrument.Apply(name, bytes, Book(bytes, query, options.City).Find);
        var told = 0L;
        return changed.Ok ? RescoreResults.Run(changed.Value, ReadResults.OfLog(query, options.City), Progress, ct) : changed.Fault;

        void Progress(long done)
        {
            if (done / ProgressEvery > told)
            {
                told = done / ProgressEvery;
                error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done:#,##0} …"));
            }
        }
    }

    /// <summary>What the named city has published of the instrument; without a city, what is shipped.</summary>
    private static InstrumentBook Book(byte[] bytes, Func<string, DbCommand> query, string? city)
    {
        var book = InstrumentBook.Noun.Initial;
        if (city is null || OverrideInstrument.InstrumentOf(bytes) is not { } reference)
        {
            return book;
        }

        using var command = query("SELECT type, actor, at_micros, position, version, payload FROM log WHERE city = @city AND stream = @stream ORDER BY version");
        foreach (var (parameterName, value) in new[] { ("@city", city), ("@stream", FindInstrument.StreamOf(reference)) })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (parameterName, value);
            command.Parameters.Add(parameter);
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var meta = new EventMeta(Actor.Parse(reader.GetString(1)), Instant.FromMicros(reader.GetInt64(2)), reader.GetInt64(3), reader.GetInt64(4), FindInstrument.StreamOf(reference));
            book = InstrumentBook.Noun.Apply(book, InstrumentBook.Noun.Read(reader.GetString(0), (byte[])reader.GetValue(5)), meta);
        }

        return book;
    }
}
