using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Board;

/// <summary>What every question about the board begins with: the plan in force and the facts, now or at <c>asOf</c>.</summary>
internal static class AskBoard
{
    internal sealed record Answer<T>(DateOnly Day, Standing Standing, PlanVersion? Plan, T Of);

    /// <summary>Reads while nobody changes the facts; a past is folded for the question.</summary>
    /// <param name="until">The figures stand at the end of this day, where it is earlier than the moment that is asked for.</param>
    public static async Task<Answer<T>> Of<T>(Request request, Func<CountCases.Asked, T> read, CancellationToken ct, DateOnly? until = null, string? city = null)
    {
        var of = city ?? request.City;
        var (plan, _, _) = await request.Log.Load(of, Plan.Noun, Plan.Id, request.AsOf, ct);
        var now = ChinaTime.DayOf(request.AsOf ?? request.Service<TimeProvider>().GetUtcNow());
        var day = until < now ? until.Value : now;
        var known = request.Service<FoldedFacts>();
        return request.AsOf is { } at
            ? await known.ReadAsOf(of, at, Told, ct)
            : await known.ReadStanding(of, Told, ct);

        Answer<T> Told(CityFacts facts, Standing standing) => new(day, standing, plan.InForce, read(new(facts, day, plan.InForce)));
    }

    public static readonly Fault KpiUnknown = new(FaultKind.NotFound, "kpi.unknown", new("指标目录中没有这一指标。", "The catalogue of figures has no such figure."));

    public static Result<Division?> DivisionOf(Request request, Kpi kpi)
    {
        if (request.Query("by") is not { } word)
        {
            return (Division?)null;
        }

        Division? by = word switch
        {
            "district" => Division.District,
            "sub-industry" => Division.SubIndustry,
            "provider" => Division.Provider,
            "month" => Division.Month,
            _ => null,
        };
        return by is { } known && kpi.By.Contains(known)
            ? by
            : SliceFaults.QueryMalformed("by", new($"该指标可按 {string.Join("、", kpi.By.Select(Word))} 分组。", $"this figure is divided by {string.Join(", ", kpi.By.Select(Word))}."));
    }

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
