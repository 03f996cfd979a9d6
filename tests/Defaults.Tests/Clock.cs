namespace PilotCity.Defaults.Tests;

/// <summary>A clock that stands still until a test moves it; timers stay real.</summary>
internal sealed class Clock(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}
