using System.CommandLine;

namespace PilotCity.City.Servers;

/// <summary>Which servers a city of processes uses: named by option, else by environment, else private ones.</summary>
internal static class ServersOptions
{
    private const string PostgresVariable = "PILOTCITY_POSTGRES", BusVariable = "PILOTCITY_BUS";

    internal static Option<string?> Postgres() => new("--postgres")
    {
        Description = Say.Of($"PostgreSQL 连接串，不含 Database（也可用环境变量 {PostgresVariable}）", $"the PostgreSQL server's connection string, without Database (or the variable {PostgresVariable})"),
    };

    internal static Option<string?> Bus() => new("--bus")
    {
        Description = Say.Of($"RabbitMQ 地址 amqp://用户:密码@主机:端口/（也可用环境变量 {BusVariable}）", $"the RabbitMQ broker, amqp://user:password@host:port/ (or the variable {BusVariable})"),
    };

    internal static string? PostgresOf(ParseResult parsed, Option<string?> option) => Given(parsed.GetValue(option)) ?? Given(Environment.GetEnvironmentVariable(PostgresVariable));

    internal static string? BusOf(ParseResult parsed, Option<string?> option) => Given(parsed.GetValue(option)) ?? Given(Environment.GetEnvironmentVariable(BusVariable));

    /// <summary>The first of these options that was given.</summary>
    internal static string? Stray(ParseResult parsed, params Option<string?>[] options) => options.FirstOrDefault(o => parsed.GetValue(o) is not null)?.Name;

    internal static string SayStray(string option) => Say.Of($"{option} 须与 --servers 同用。", $"{option} goes with --servers.");

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
