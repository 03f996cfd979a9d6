using Microsoft.Extensions.DependencyInjection;

namespace PilotCity.Defaults;

/// <summary>
/// What a host is given from outside. A process of its own gets its arguments; in one process the City gives every host
/// the same clock, its settings and the instances that all of them share.
/// </summary>
public sealed record Hosting
{
    public string[] Args { get; init; } = [];

    /// <summary>Settings that win over arguments and environment.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Registers shared instances after the host's own; the last registration wins.</summary>
    public Action<IServiceCollection>? Configure { get; init; }

    /// <summary>True where others run in the same process: signals and telemetry then belong to whoever started them all.</summary>
    public bool Shared { get; init; }

    public static implicit operator Hosting(string[] args) => FromArgs(args);

    public static Hosting FromArgs(string[] args) => new() { Args = args };
}
