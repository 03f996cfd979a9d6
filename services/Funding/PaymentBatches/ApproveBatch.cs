using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// The second signature: the approver names the control totals and releases the batch. Credit lists are asked again (AC04) and the accounts
/// compared with the frozen ones (AC36) in the same decision: such a line is blocked and its payment is free for a later batch. The approver
/// is not the maker and touched no line; an attempt stays on record (AC33).
/// Faults: <c>payment_batch.not_open</c>, <c>payment_batch.same_person</c> (on record), <c>payment_batch.totals_differ</c>, and those of Registry.
/// </summary>
internal static class ApproveBatch
{
    /// <summary>Count and total as the approver has them before the eyes.</summary>
    public sealed record Body(int Count, Money Total);

    internal sealed record Released(int Count, Money Total, IReadOnlyList<LineCheck> Blocked);

    internal static readonly Fault NotOpen = new(
        FaultKind.Conflict, "payment_batch.not_open", new("该批次已签发、完成或撤销。", "The batch is released, completed or cancelled already."));

    internal static readonly Fault SamePerson = new(
        FaultKind.Refused, "payment_batch.same_person", new("制单人及经办、批准过其中奖补的人员不得签发该批次。", "The maker of the batch, and who handled or approved one of its awards, may not release it."), "programme.md §3（AC33）");

    internal static Fault TotalsDiffer(int count, Money total) => new(
        FaultKind.Refused, "payment_batch.totals_differ", new($"该批次共 {count} 笔、{total} 元，与所给不符。", $"The batch holds {count} lines and {total}; that is not what was given."));

    internal static Decision Decide(
        PaymentBatch batch, Body body, Func<string, Award> awardOf, Func<string, Account> accountOf, IReadOnlyDictionary<string, GetEnterpriseReply> enterprises, Actor actor)
    {
        var stream = PaymentBatch.Noun.StreamOf(batch.Id);
        if (batch.Status != BatchStatus.Created) return NotOpen;
        var touched = batch.Lines.FirstOrDefault(l => awardOf(l.Is.Award).Touched(actor.Sub));
        if (actor.Sub == batch.MadeBy || touched is not null)
            return Decision.RefuseOnRecord(SamePerson, new Change(stream, new PaymentBatchApprovalRefused(SamePerson.Code, touched?.Is.Award)));
        var (count, total) = (batch.Lines.Length, PaymentBatch.Sum(batch.Lines));
        if (count != body.Count || total != body.Total) return TotalsDiffer(count, total);

        var checks = batch.Lines.Select(l => Check(l.Is, awardOf(l.Is.Award), accountOf(l.Is.To), enterprises[l.Is.Enterprise])).ToArray();
        var free = batch.Lines.Where((_, i) => checks[i].BlockedBy is null).ToArray();
        var approved = new PaymentBatchApproved(free.Length, PaymentBatch.Sum(free), checks);
        return Decision.Accept(
        [
            new Change(stream, approved),
            .. batch.Lines.Zip(checks).Where(l => l.Second.BlockedBy is not null).Select(l =>
                new Change(Award.Noun.StreamOf(l.First.Is.Award), new TrancheReleased(l.First.Is.Tranche, batch.Id, l.First.Is.Line, l.Second.BlockedBy!, Payment: l.First.Is.Payment))),
        ]).Answering(null, new Released(approved.Count, approved.Total, [.. checks.Where(c => c.BlockedBy is not null)]));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/payment-batches/{id}/approval", [Role.FinanceApprover], async (request, ct) =>
    {
        var id = request.Route("id");
        var batch = await request.Load(PaymentBatch.Noun, id);
        if (!batch.Ok) return batch.Fault;
        var enterprises = new Dictionary<string, GetEnterpriseReply>(StringComparer.Ordinal);
        foreach (var uscc in batch.Value.Lines.Select(l => l.Is.Enterprise).Distinct(StringComparer.Ordinal))
        {
            var enterprise = await GatherFacts.Enterprise(request.Service<AskEnterprise>(), request.City, uscc, ct);
            if (!enterprise.Ok) return enterprise.Fault;
            enterprises[uscc] = enterprise.Value;
        }

        return request.On(
            PaymentBatch.Noun, id, [.. batch.Value.Lines.Select(l => Award.Noun.StreamOf(l.Is.Award)).Distinct(StringComparer.Ordinal), .. batch.Value.Lines.Select(l => Account.Noun.StreamOf(l.Is.To)).Distinct(StringComparer.Ordinal)],
            (now, streams, _) => Decide(now, request.Body, a => streams.Get(Award.Noun, a), a => streams.Get(Account.Noun, a), enterprises, request.Actor));
    });

    private static LineCheck Check(BatchLine line, Award award, Account account, GetEnterpriseReply enterprise)
    {
        var lists = enterprise.CreditLists.Select(word => RuleWord<CreditList>.TryRead(word) ?? throw new FormatException($"'{word}' is no credit list that this program knows")).ToArray();
        var source = GatherFacts.Source("enterprise", enterprise.Source);

        // A list that a person let pass for this award does not stop its payment; one that came since does.
        var stopping = lists.Any(list => !award.Waivers.Exists(w => w.Kind == WaiverKind.CreditList && w.Key == RuleWord<CreditList>.Write(list)));
        return new(line.Line, lists, source, stopping ? "enterprise.on_credit_list" : account.Version != line.AccountVersion ? "account.changed" : null);
    }
}
