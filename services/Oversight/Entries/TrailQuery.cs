using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// What of the trail is asked for. Every entry has two times: when it was recorded (<c>from</c>, <c>until</c>, <c>asOf</c>) and when what it
/// tells of was true (<c>trueAt</c>); <c>trueAt=A&amp;asOf=B</c> is what was true at A as it was known at B.
/// Faults: <c>trail.subject_missing</c>, <c>trail.not_own</c>, <c>request.query</c>.
/// </summary>
internal sealed record TrailQuery(IReadOnlyList<Subject> Subjects)
{
    public const int LimitDefault = 50;

    private static readonly string[] Services = ["registry", "assessment", "performance", "funding", "oversight"];

    /// <summary>Recorded at or after this instant, and no later than <see cref="Until"/>.</summary>
    public long? From { get; init; }

    public long? Until { get; init; }

    /// <summary>Recorded (known) no later than this instant.</summary>
    public long? AsOf { get; init; }

    /// <summary>True no later than this instant.</summary>
    public long? TrueAt { get; init; }

    public string? Service { get; init; }

    public bool NewestFirst { get; init; }

    /// <summary>The last entry of the page before.</summary>
    public (long At, long Index)? After { get; init; }

    public int Limit { get; init; } = LimitDefault;

    /// <summary>An enterprise or a provider reads its own trail: steps, without what they say; null for an official.</summary>
    public Subject? Party { get; init; }

    /// <summary>Whether an entry of the first subject may be none of the answer.</summary>
    public bool Narrows => Subjects.Count > 1 || TrueAt is not null || Service is not null || Party is not null;

    public long RecordedFrom => From ?? long.MinValue;

    public long RecordedUntil => Math.Min(Until ?? long.MaxValue, AsOf ?? long.MaxValue);

    internal static Result<TrailQuery> Of(Request request)
    {
        var subjects = Subject.Kinds.Select(kind => new Subject(kind, request.Query(kind) ?? "")).Where(s => s.Id.Length > 0).ToList();
        var party = PartyOf(request.Actor);
        if (party is { } own)
        {
            // Who looked and who acted is between the city and its auditor; another's trail is another's.
            if (subjects.Any(s => (s.Kind == own.Kind && s.Id != own.Id) || s.Kind is Subject.Actor or Subject.Look))
            {
                return NotOwn;
            }

            subjects = [.. subjects.Where(s => s != own), own];
        }

        if (subjects.Count == 0)
        {
            return SubjectMissing;
        }

        if (subjects.FirstOrDefault(s => s.Kind == Subject.Look) is { Id: { } look } && !Subject.Looks.Contains(look))
        {
            return SliceFaults.QueryMalformed(Subject.Look, new Text($"应为 {string.Join('、', Subject.Looks)} 之一。", $"one of {string.Join(", ", Subject.Looks)} is asked for."));
        }

        var service = request.Query("service");
        if (service is not null && !Services.Contains(service))
        {
            return SliceFaults.QueryMalformed("service", new Text($"应为 {string.Join('、', Services)} 之一。", $"one of {string.Join(", ", Services)} is asked for."));
        }

        var limit = LimitDefault;
        if (request.Query("limit") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > ListQuery.LimitMax))
        {
            return SliceFaults.QueryMalformed("limit", new Text($"应为 1 到 {ListQuery.LimitMax} 的整数。", $"a whole number from 1 to {ListQuery.LimitMax} is asked for."));
        }

        if (request.Query("order") is { } order and not ("oldest" or "newest"))
        {
            return SliceFaults.QueryMalformed("order", new Text($"应为 oldest 或 newest，而不是 {order}。", $"oldest or newest is asked for, not {order}."));
        }

        (long, long)? after = null;
        if (request.Query("after") is { } cursor)
        {
            if (!TryCursor(cursor, out var place))
            {
                return SliceFaults.QueryMalformed("after", new Text("请原样使用上一页给出的值。", "use the value that the page before gave, as it is."));
            }

            after = place;
        }

        var query = new TrailQuery(subjects)
        {
            AsOf = request.AsOf is { } at ? Instant.Micros(at) : null,
            Service = service,
            NewestFirst = request.Query("order") == "newest",
            After = after,
            Limit = limit,
            Party = party,
        };
        return WithTimes(query, request);
    }

    /// <summary>Where the next page begins, in words that nobody needs to read.</summary>
    internal static string Cursor(long at, long index) => string.Create(CultureInfo.InvariantCulture, $"{at}-{index}");

    private static Result<TrailQuery> WithTimes(TrailQuery query, Request request)
    {
        var times = new Dictionary<string, long?>(StringComparer.Ordinal);
        foreach (var name in (string[])["from", "until", "trueAt"])
        {
            times[name] = null;
            if (request.Query(name) is not { } text)
            {
                continue;
            }

            // "Until the 5th" has the whole 5th in it, and so has "true on the 5th".
            if (Moment(text, endOfDay: name != "from") is not { } at)
            {
                return SliceFaults.QueryMalformed(name, new Text("应为日期（如 2026-03-01）或带时区的 RFC 3339 时刻。", "a day (e.g. 2026-03-01) or an RFC 3339 instant with its offset is asked for."));
            }

            times[name] = at;
        }

        return query with { From = times["from"], Until = times["until"], TrueAt = times["trueAt"] };
    }

    private static long? Moment(string text, bool endOfDay)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day.Year is < 1970 or > 9_000 ? null : Instant.Micros(ChinaTime.StartOf(endOfDay ? day.AddDays(1) : day)) - (endOfDay ? 1 : 0);
        }

        return Routes.TryInstant(text, out var at) ? Instant.Micros(at) : null;
    }

    private static Subject? PartyOf(Actor actor) =>
        actor.Role == Role.Enterprise ? new("enterprise", actor.Org)
        : actor.Role == Role.Provider ? new("provider", actor.Org)
        : null;

    private static bool TryCursor(string text, out (long At, long Index) after)
    {
        var dash = text.LastIndexOf('-');
        after = default;
        return dash > 0
            && long.TryParse(text.AsSpan(0, dash), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out after.At)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out after.Index);
    }

    private static readonly Fault SubjectMissing = new(FaultKind.Invalid, "trail.subject_missing", new(
        $"请指明查询对象，如 ?enterprise=统一社会信用代码；可用：{string.Join('、', Subject.Kinds)}。",
        $"Say whose trail, e.g. ?enterprise=credit code; there are {string.Join(", ", Subject.Kinds)}."));

    private static readonly Fault NotOwn = new(FaultKind.Forbidden, "trail.not_own", new(
        "企业和服务商只能查询自己的记录，且不能按经办人查询。", "An enterprise or a provider reads its own trail, and not by who acted or looked."));
}
