using System.Globalization;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The decision on an award in words, for its enterprise as for the bureau: plain text, a page to print, or JSON, by <c>Accept</c>; Chinese or
/// English, by <c>Accept-Language</c>. <c>?entry=</c> names an older computation by its position in Funding's log.
/// Faults: <c>award.unknown</c>, <c>award.no_computation</c>.
/// </summary>
internal static class ShowExplanation
{
    internal sealed record Shown(Explanation Explanation, AwardDecision Decision, Outlook Outlook, IReadOnlyList<FactSource> Sources);

    internal static Fault NoComputation(string award) => new(
        FaultKind.NotFound, "award.no_computation", new($"奖补“{award}”没有这一次核定。", $"The award '{award}' has no such computation."));

    /// <summary>The computation in words, by the rule text that decided it, and what became of the award by its own entries.</summary>
    internal static Shown Explain(KeptComputation kept, RuleSet set, IEnumerable<Entry> award, string language)
    {
        var entry = kept.Entry;

        // What a later program would say is not what was kept; only an entry that has none is given one now.
        var outlook = kept.Outlook ?? Outlook.Of(set, kept.Case);
        var at = new ComputedAt(entry.Service, entry.City, entry.Stream, entry.Version, entry.Position, Actor.Parse(entry.Actor).Sub);
        return new(ExplainDecision.Explain(set, kept.Case, kept.Decision, outlook, kept.Sources, at, language, ExplainCourse.Of(award, language)), kept.Decision, outlook, kept.Sources);
    }

    internal static void Map(Routes routes) => routes.Get("/awards/{id}/explanation", ShowAward.Readers, async (request, ct) =>
    {
        var award = await ShowAward.Own(request);
        if (!award.Ok) return award.Fault;
        long? wanted = null;
        if (request.Query("entry") is { } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)) return SliceFaults.QueryMalformed("entry", new("应为条目的序号。", "the position of an entry is asked for."));
            wanted = position;
        }

        var entries = await request.Log.Stream(request.City, Award.Noun.StreamOf(award.Value.Id), request.AsOf, ct);
        if (RecomputeAward.Computations(entries).LastOrDefault(c => wanted is null || c.Entry.Position == wanted) is not { } kept) return NoComputation(award.Value.Id);
        var (book, _, _) = await request.Log.Load(request.City, RuleBook.Noun, kept.RuleSet, null, ct);
        var set = book.Published.Single(s => s.Hash == kept.RuleSetHash);
        var shown = Explain(kept, set, entries, request.Language);
        return (object)Answer(request, shown);
    });

    private static IResult Answer(Request request, Shown shown) => Preferred(request.Header("Accept")) switch
    {
        "text/html" => new Page(PrintExplanation.Page(shown.Explanation)),
        "text/plain" => Results.Text(PrintExplanation.Text(shown.Explanation), "text/plain", Encoding.UTF8),
        _ => Results.Json(shown, Json.Lenient),
    };

    /// <summary>The first of our three forms that the caller names; JSON for whoever takes anything.</summary>
    private static string Preferred(string accept) => accept.Split(',').Select(a => a.Split(';')[0].Trim())
        .FirstOrDefault(a => a is "text/html" or "text/plain" or "application/json") ?? "application/json";
}
