namespace PilotCity.Defaults;

/// <summary>Days and cut-offs are read in Asia/Shanghai (UTC+8, no daylight saving since 1991); instants are stored as UTC.</summary>
public static class ChinaTime
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The instant on Shanghai's clock; the last eight hours that an instant can hold are told in UTC, as no clock shows a later year.</summary>
    public static DateTimeOffset Clock(DateTimeOffset instant) => instant.UtcDateTime <= DateTime.MaxValue - Offset ? instant.ToOffset(Offset) : instant.ToUniversalTime();

    /// <summary>The day in Shanghai on which this instant falls; the last day there is, where it would be a later one.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(Clock(instant).DateTime);

    /// <summary>So many days later, or earlier; the first or the last day there is, where it would lie beyond.</summary>
    public static DateOnly Plus(this DateOnly day, long days) =>
        DateOnly.FromDayNumber((int)Math.Clamp(day.DayNumber + Math.Clamp(days, -DateOnly.MaxValue.DayNumber, DateOnly.MaxValue.DayNumber), 0, DateOnly.MaxValue.DayNumber));

    /// <summary>Midnight at the start of the day, Shanghai time; the first instant there is, where it would be an earlier one.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => day == DateOnly.MinValue ? DateTimeOffset.MinValue : new(day.ToDateTime(TimeOnly.MinValue), Offset);
}
