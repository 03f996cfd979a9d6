using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// A second person of the bureau publishes what was proposed, naming the hash of what was read; from then on it never changes, and it touches no result given before.
/// Who proposed it may not publish it: the attempt stays on record.
/// Faults: <c>instrument.nothing_drafted</c>, <c>instrument.other_hash</c>, <c>instrument.same_person</c>.
/// </summary>
internal static class PublishInstrument
{
    /// <summary>Reference and hash of the instrument as the proposal's answer gave them: nobody publishes what was exchanged meanwhile.</summary>
    public sealed record Body(string Reference, string Sha256);

    internal static readonly Fault NothingDrafted = new(
        FaultKind.Conflict, "instrument.nothing_drafted", new("没有待发布的提案。", "There is no proposal to publish."));

    internal static Fault OtherHash(ProposedInstrument draft) => new(
        FaultKind.Conflict, "instrument.other_hash",
        new($"提案现为 {draft.Reference}，散列 {draft.Sha256}，与所给不符，请重新核对。", $"The proposal is {draft.Reference} with the hash {draft.Sha256} now; read it again before publishing it."));

    internal static readonly Fault SamePerson = new(
        FaultKind.Refused, "instrument.same_person", new("提案人不得发布自己的提案。", "Who proposed an instrument or an override may not publish it."));

    internal static Decision Decide(InstrumentBook book, Body body, Actor actor)
    {
        var stream = InstrumentBook.Noun.StreamOf(book.Id);
        if (book.Draft is not { } draft)
            return NothingDrafted;
        if (draft.Reference != body.Reference || draft.Sha256 != body.Sha256)
            return OtherHash(draft);
        return actor.Sub == draft.ProposedBy
            ? Decision.RefuseOnRecord(SamePerson, new Change(stream, new InstrumentPublicationRefused(book.Id, draft.Reference, SamePerson.Code)))
            : Decision.Accept(stream, new InstrumentPublished(book.Id, draft.Reference, draft.Sha256)).Answering($"/instruments/{draft.Reference}");
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/instruments/{id}/publication", [Role.BureauApprover], request =>
        request.On(InstrumentBook.Noun, request.Route("id"), (book, _) => Decide(book, request.Body, request.Actor)));
}
