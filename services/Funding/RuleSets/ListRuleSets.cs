using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.RuleSets;

/// <summary>The rule sets of a city with their versions, and the text of each version as it decides. Fault: <c>rule_set.version_unknown</c>.</summary>
internal static class ListRuleSets
{
    private static readonly Role[] Readers =
        [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.DistrictOfficer, Role.Auditor, Role.Enterprise, Role.Provider, Role.Evaluator, Role.Observer];

    internal static readonly ReadModel<RuleBook> Model = new(
        "rule_set", 1, RuleBook.Noun, book => View(book),
        new("title", "名称", b => (b.Published.LastOrDefault() ?? b.Draft?.Set)?.Title.Zh),
        new("version", "已发布版本", b => b.Published.LastOrDefault()?.Version),
        new("hash", "散列", b => b.Published.LastOrDefault()?.Hash),
        new("draft", "草案版本", b => b.Draft?.Version));

    internal sealed record Version(int Number, string Hash, Text Title, DateOnly? EffectiveFrom, DateOnly? EffectiveTo, IReadOnlyList<OpenPoint> OpenPoints);

    internal sealed record Shown(string Id, IReadOnlyList<Version> Published, Version? Draft);

    internal static Shown View(RuleBook book) => new(book.Id, [.. book.Published.Select(View)], book.Draft is { } draft ? View(draft.Set) : null);

    internal static Fault VersionUnknown(string id, string version) => new(
        FaultKind.NotFound, "rule_set.version_unknown", new($"规则“{id}”没有版本“{version}”。", $"The rule set '{id}' has no version '{version}'."));

    internal static void Map(Routes routes)
    {
        routes.List("/rule-sets", Readers, Model, searched: ["title"]);
        routes.Get("/rule-sets/{id}", Readers, async (request, _) =>
        {
            var book = await request.Load(RuleBook.Noun, request.Route("id"));
            if (!book.Ok) return book.Fault;
            return View(book.Value);
        });
        routes.Get("/rule-sets/{id}/versions/{version}", Readers, async (request, _) =>
        {
            var book = await request.Load(RuleBook.Noun, request.Route("id"));
            if (!book.Ok) return book.Fault;
            var wanted = request.Route("version");
            var found = book.Value.Published.Append(book.Value.Draft?.Set).FirstOrDefault(s => s is not null && $"{s.Version}" == wanted);
            if (found is null) return VersionUnknown(book.Value.Id, wanted);
            return (object)Results.Text(Encoding.UTF8.GetString(found.Bytes.AsSpan()), "application/yaml", Encoding.UTF8);
        });
    }

    private static Version View(RuleSet set) => new(set.Version, set.Hash, set.Title, set.EffectiveFrom, set.EffectiveTo, set.OpenPoints);
}
