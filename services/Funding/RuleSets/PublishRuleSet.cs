using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.RuleSets;

/// <summary>
/// A second person of the bureau publishes the drafted text, naming the hash of what was read; from then on it never changes, and it never
/// touches an award decided before. Who drafted it may not publish it: the attempt stays on record.
/// Faults: <c>rule_set.nothing_drafted</c>, <c>rule_set.other_hash</c>, <c>rule_set.same_person</c>.
/// </summary>
internal static class PublishRuleSet
{
    /// <summary>Version and hash as the draft's answer gave them: nobody publishes what was exchanged meanwhile.</summary>
    public sealed record Body(int Version, string Hash);

    internal static readonly Fault NothingDrafted = new(
        FaultKind.Conflict, "rule_set.nothing_drafted", new("没有待发布的草案。", "There is no draft to publish."));

    internal static Fault OtherHash(RuleDraft draft) => new(
        FaultKind.Conflict, "rule_set.other_hash",
        new($"草案现为第 {draft.Version} 版，散列 {draft.Hash}，与所给不符，请重新核对。", $"The draft is version {draft.Version} with the hash {draft.Hash} now; read it again before publishing it."));

    internal static readonly Fault SamePerson = new(
        FaultKind.Refused, "rule_set.same_person", new("起草人不得发布自己起草的规则。", "Who drafted a rule set may not publish it."), "programme.md §3（AC33）");

    internal static Decision Decide(RuleBook book, Body body, Actor actor)
    {
        var stream = RuleBook.Noun.StreamOf(book.Id);
        if (book.Draft is not { } draft) return NothingDrafted;
        if (draft.Version != body.Version || draft.Hash != body.Hash) return OtherHash(draft);
        return actor.Sub == draft.DraftedBy
            ? Decision.RefuseOnRecord(SamePerson, new Change(stream, new RuleSetPublicationRefused(book.Id, draft.Version, SamePerson.Code)))
            : Decision.Accept(stream, new RuleSetPublished(book.Id, draft.Version, draft.Hash)).Answering($"/rule-sets/{book.Id}");
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/rule-sets/{id}/publication", [Role.BureauApprover], request =>
        request.On(RuleBook.Noun, request.Route("id"), (book, _) => Decide(book, request.Body, request.Actor)));
}
