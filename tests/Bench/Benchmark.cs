using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.City;

namespace PilotCity.Bench;

/// <summary>
/// <c>./city bench</c>: measures the product's own code paths, each beside what it is compared with, in the same run on the same machine, and
/// prints a table. Exit code 0 where everything could be measured, whatever came out.
/// </summary>
internal static class Benchmark
{
    private static readonly string[] Rows =
        [Throughput.Ledger, Throughput.Commands, FollowerLag.Row, GatewayReads.Row, FormSubmission.Row, RebuildSpeed.Row, CostOfSafety.Row, Growth.Row, AwardDecisions.Row, SimulationSpeed.Row, VerifySpeed.Row, TrailAnswers.Row, ScoringSpeed.Row, UnaryCalls.Row, StartAndMemory.Row];

    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static Task<int> Run(string[] args)
    {
        var quick = new Option<bool>("--quick") { Description = Say.Of("短测：约一分钟，数字仅供参考", "a short run of about a minute; its figures scatter") };
        var only = new Option<string[]>("--only") { Description = Say.Of($"只测这些项：{string.Join("、", Rows)}", $"measure these rows only: {string.Join(", ", Rows)}"), AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong(Rows);
        var json = new Option<string?>("--json") { Description = Say.Of("将结果写入此文件", "write the result to this file") };
        var command = new RootCommand(Say.Of("测速：各项数字与对照在同一次运行中测得", "measure: every figure beside what it is compared with, in the same run")) { quick, only, json };
        command.SetAction(async (parsed, ct) => await Measure(parsed.GetValue(quick), parsed.GetValue(only) is { Length: > 0 } some ? some : Rows, parsed.GetValue(json), ct));
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> Measure(bool quick, string[] only, string? json, CancellationToken ct)
    {
        var plan = new Plan(quick, line => Console.Error.WriteLine($"  {line}"));
        var rows = only.ToHashSet(StringComparer.Ordinal);
        var figures = new List<Figure>();
        Machine? machine = null;

        // 1. What needs no servers: nothing else runs meanwhile.
        if (rows.Contains(AwardDecisions.Row))
        {
            figures.AddRange(AwardDecisions.Measure(plan));
        }

        if (rows.Contains(SimulationSpeed.Row))
        {
            figures.AddRange(SimulationSpeed.Measure(plan, ct));
        }

        if (rows.Contains(ScoringSpeed.Row))
        {
            figures.AddRange(ScoringSpeed.Measure(plan, ct));
        }

        if (rows.Contains(VerifySpeed.Row))
        {
            figures.AddRange(await VerifySpeed.Measure(plan, ct));
        }

        if (rows.Contains(TrailAnswers.Row))
        {
            figures.AddRange(await TrailAnswers.Measure(plan, ct));
        }

        if (rows.Contains(UnaryCalls.Row))
        {
            figures.AddRange(await UnaryCalls.Measure(plan, ct));
        }

        if (rows.Contains(StartAndMemory.Row))
        {
            figures.AddRange(await StartAndMemory.Measure(plan, ct));
        }

        // 2. What is measured on a whole city of processes.
        if (rows.Overlaps([Throughput.Ledger, Throughput.Commands, FollowerLag.Row, GatewayReads.Row, FormSubmission.Row, RebuildSpeed.Row, CostOfSafety.Row, Growth.Row]))
        {
            plan.Say("starting a city of processes on PostgreSQL and RabbitMQ");
            await using var city = await BenchCity.Start(ct);
            machine = await Machine.Look(city.Postgres, city.Folder, ct);
            if (rows.Overlaps([Throughput.Ledger, Throughput.Commands]))
            {
                figures.AddRange(await Throughput.Measure(city, plan, rows, ct));
            }

            if (rows.Contains(FollowerLag.Row))
            {
                figures.AddRange(await FollowerLag.Measure(city, plan, ct));
            }

            if (rows.Contains(GatewayReads.Row))
            {
                figures.AddRange(await GatewayReads.Measure(city, plan, ct));
            }

            if (rows.Contains(FormSubmission.Row))
            {
                figures.AddRange(await FormSubmission.Measure(city, plan, ct));
            }

            if (rows.Contains(RebuildSpeed.Row))
            {
                figures.AddRange(await RebuildSpeed.Measure(city, plan, ct));
            }

            if (rows.Contains(CostOfSafety.Row))
            {
                figures.AddRange(await CostOfSafety.Measure(city, plan, ct));
            }

            if (rows.Contains(Growth.Row))
            {
                figures.AddRange(await Growth.Measure(city, plan, ct));
            }
        }

        Print(machine, figures);
        if (json is not null)
        {
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new { command = $"./city bench{(quick ? " --quick" : "")} --only {string.Join(' ', only)}", machine, figures }, Written), ct);
        }

        return 0;
    }

    private static void Print(Machine? machine, IReadOnlyList<Figure> figures)
    {
        foreach (var line in machine?.Lines() ?? [])
        {
            Console.WriteLine(line);
        }

        Console.WriteLine();
        Console.WriteLine("| row | figure | value | compared with | its value | ratio | goal | met |");
        Console.WriteLine("|---|---|---:|---|---:|---:|---|---|");
        foreach (var f in figures)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {f.Row} | {f.What}{(f.Note is null ? "" : $" ({f.Note})")} | {Number(f.Value)} {f.Unit} | {f.Against} | {(f.Other is { } o ? Number(o) : "")} | {(f.Ratio is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "")} | {f.Goal} | {f.Met switch { true => "yes", false => "NO", null => "" }} |"));
        }

        static string Number(double value) => value.ToString(value >= 100 ? "#,##0" : "0.00", CultureInfo.InvariantCulture);
    }
}
