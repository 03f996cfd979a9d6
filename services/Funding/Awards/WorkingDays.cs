using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Funding.Awards;

/// <summary>
/// Working days by the State Council's yearly notice (国务院办公厅关于部分节假日安排的通知), entered as data in <c>holidays.json</c>.
/// A year without its notice is not guessed (programme.md Q28). Fault: <c>calendar.missing</c>.
/// </summary>
internal static class WorkingDays
{
    private static readonly Dictionary<int, Year> Years = Load().ToDictionary(y => y.Number);

    /// <summary>Working days of a year up to each of its days: a million waits are counted without walking through a calendar.</summary>
    private static readonly Dictionary<int, int[]> UpTo = Years.Values.ToDictionary(y => y.Number, Cumulated);

    internal sealed record Span(string Name, DateOnly From, DateOnly To);

    internal sealed record Year(
        [property: System.Text.Json.Serialization.JsonPropertyName("year")] int Number, string Document, IReadOnlyList<Span> Holidays, IReadOnlyList<DateOnly> Workdays);

    /// <summary>The <paramref name="count"/>th working day after a day, that day itself not counted, and the notices it was counted by.</summary>
    public static Result<(DateOnly Day, IReadOnlyList<string> Notices)> After(DateOnly day, int count)
    {
        var notices = new List<string>();
        for (var left = count; left > 0;)
        {
            day = day.AddDays(1);
            if (!Years.TryGetValue(day.Year, out var year)) return Missing(day.Year);
            if (notices.Count == 0 || notices[^1] != year.Document) notices.Add(year.Document);
            if (IsWorkingDay(year, day)) left--;
        }

        return (day, notices);
    }

    /// <summary>How many working days lie after a day, up to the other one; none where a year's notice is missing.</summary>
    public static int? Between(DateOnly after, DateOnly until)
    {
        var days = 0;
        for (var year = after.Year; year <= until.Year; year++)
        {
            if (!UpTo.TryGetValue(year, out var upTo)) return null;
            days += upTo[year == until.Year ? until.DayOfYear : ^1] - upTo[year == after.Year ? after.DayOfYear : 0];
        }

        return Math.Max(0, days);
    }

    internal static Fault Missing(int year) => new(
        FaultKind.Refused, "calendar.missing",
        new($"没有 {year} 年的节假日安排（国务院办公厅通知），以工作日计的期限无法计算；请先录入。", $"The State Council's holiday notice for {year} is not entered, so a term in working days cannot be computed."), "Q28");

    private static bool IsWorkingDay(Year year, DateOnly day) =>
        year.Workdays.Contains(day)
        || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !year.Holidays.Any(h => day >= h.From && day <= h.To));

    private static int[] Cumulated(Year year)
    {
        var upTo = new int[(DateTime.IsLeapYear(year.Number) ? 366 : 365) + 1];
        for (var day = 1; day < upTo.Length; day++) upTo[day] = upTo[day - 1] + (IsWorkingDay(year, new DateOnly(year.Number, 1, 1).AddDays(day - 1)) ? 1 : 0);
        return upTo;
    }

    private static Year[] Load()
    {
        using var stream = typeof(WorkingDays).Assembly.GetManifestResourceStream("Awards/holidays.json")!;
        return JsonSerializer.Deserialize<Year[]>(stream, Json.Strict)!;
    }
}
