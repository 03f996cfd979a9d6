using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// The second signature: the approver names the control totals and releases the batch; the hashes of the bank's files stand in the entry that is
/// signed. Credit lists are asked again (AC04), the accounts compared with the frozen ones (AC36) and the funds' last days looked at (AC39) in the
/// same decision: such a line is blocked and its payment is free for a later batch. The approver is not the maker and touched no line; an
/// attempt stays on record (AC33).
/// Faults: <c>payment_batch.not_open</c>, <c>payment_batch.same_person</c> (on record), <c>payment_batch.totals_differ</c>, and those of Registry.
/// </summary>
internal static class ApproveBatch
{
    /// <summary>Count and total as the approver has them before the eyes.</summary>
    public sealed record Body(int Count, Money Total);

    /// <summary>What was released, what was blocked (the first of it; all stands in the batch) and the SHA-256 of each file that was signed.</summary>
    internal sealed record Released(int Count, Money Total, IReadOnlyList<LineCheck> Blocked, IReadOnlyDictionary<string, string> Files);

    private const int BlockedShownMax = 100;

    /// <summary>Questions to Registry under way at a time: thousands of lines are asked for in seconds, and others still get their answers.</summary>
    private const int QuestionsMax = 8;

    /// <summary>What a release rests on besides the batch: states of the city's streams, and what was asked and opened before.</summary>
    internal sealed record Grounds(
        Func<string, Award> AwardOf, Func<string, Account> AccountOf, Func<string, Fund> FundOf, Func<string, FundAccount> FundAccountOf,
        IReadOnlyDictionary<string, GetEnterpriseReply> Enterprises, IReadOnlyDictionary<string, OpenedAccount> Payees);

    internal static readonly Fault NotOpen = new(
        FaultKind.Conflict, "payment_batch.not_open", new("该批次已签发、完成或撤销。", "The batch is released, completed or cancelled already."));

    internal static readonly Fault SamePerson = new(
        FaultKind.Refused, "payment_batch.same_person", new("制单人及经办、批准过其中奖补的人员不得签发该批次。", "The maker of the batch, and who handled or approved one of its awards, may not release it."), "programme.md §3（AC33）");

    internal static Fault TotalsDiffer(int count, Money total) => new(
        FaultKind.Refused, "payment_batch.totals_differ", new($"该批次共 {count} 笔、{total} 元，与所给不符。", $"The batch holds {count} lines and {total}; that is not what was given."));

    internal static Decision Decide(PaymentBatch batch, Body body, Grounds grounds, Actor actor, DateTimeOffset at)
    {
        var stream = PaymentBatch.Noun.StreamOf(batch.Id);
        if (batch.Status != BatchStatus.Created) return NotOpen;
        var touched = batch.Lines.FirstOrDefault(l => Duties.Forbid(grounds.AwardOf(l.Is.Award), Duty.ReleasePayment, actor.Sub));
        if (actor.Sub == batch.MadeBy || touched is not null)
            return Decision.RefuseOnRecord(SamePerson, new Change(stream, new PaymentBatchApprovalRefused(SamePerson.Code, touched?.Is.Award)));
        var (count, total) = (batch.Lines.Length, PaymentBatch.Sum(batch.Lines));
        if (count != body.Count || total != body.Total) return TotalsDiffer(count, total);

        var day = ChinaTime.DayOf(at);
        var checks = batch.Lines.Select(l => Check(l.Is, grounds, day)).ToArray();
        var free = batch.Lines.Where((_, i) => checks[i].BlockedBy is null).ToArray();
        var files = BatchFiles.Of(batch.Id, batch.Purpose, at, [.. free.Select(l => l.Is)], grounds.Payees, grounds.FundAccountOf).ToDictionary(f => f.Key, f => BatchFiles.Sha256(f.Value));
        var parts = PaymentBatch.Parts(checks);
        var approved = new PaymentBatchApproved(free.Length, PaymentBatch.Sum(free), parts[^1], free.Length == 0 ? null : files);
        return Decision.Accept(
        [
            .. parts[..^1].Select(part => new Change(stream, new PaymentBatchChecked(part))),
            new Change(stream, approved),
            .. batch.Lines.Zip(checks).Where(l => l.Second.BlockedBy is not null).Select(l =>
                new Change(Award.Noun.StreamOf(l.First.Is.Award), new TrancheReleased(l.First.Is.Tranche, batch.Id, l.First.Is.Line, l.Second.BlockedBy!, Payment: l.First.Is.Payment))),
        ]).Answering(null, new Released(approved.Count, approved.Total, [.. checks.Where(c => c.BlockedBy is not null).Take(BlockedShownMax)], approved.Files ?? files));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/payment-batches/{id}/approval", [Role.FinanceApprover], async (request, ct) =>
    {
        var id = request.Route("id");
        var batch = await request.Load(PaymentBatch.Noun, id);
        if (!batch.Ok) return batch.Fault;
        var lines = batch.Value.Lines.Select(l => l.Is).ToArray();
        var enterprises = await Enterprises(request, [.. lines.Select(l => l.Enterprise).Distinct(StringComparer.Ordinal)], ct);
        if (!enterprises.Ok) return enterprises.Fault;
        var payees = await BatchFiles.Payees(request, lines, ct);
        return request.On(
            PaymentBatch.Noun, id,
            [
                .. lines.Select(l => Award.Noun.StreamOf(l.Award)).Distinct(StringComparer.Ordinal), .. lines.Select(l => Account.Noun.StreamOf(l.To)).Distinct(StringComparer.Ordinal),
                .. lines.Select(l => l.Fund).Distinct(StringComparer.Ordinal).SelectMany(f => new[] { Fund.Noun.StreamOf(f), FundAccount.Noun.StreamOf(f) }),
            ],
            (now, streams, at) => Decide(
                now, request.Body,
                new(a => streams.Get(Award.Noun, a), a => streams.Get(Account.Noun, a), f => streams.Get(Fund.Noun, f), f => streams.Get(FundAccount.Noun, f), enterprises.Value, payees),
                request.Actor, at));
    });

    private static async ValueTask<Result<Dictionary<string, GetEnterpriseReply>>> Enterprises<TBody>(Request<TBody> request, string[] codes, CancellationToken ct)
    {
        var ask = request.Service<AskEnterprise>();
        var found = new Dictionary<string, GetEnterpriseReply>(StringComparer.Ordinal);
        foreach (var some in codes.Chunk(QuestionsMax))
        {
            var replies = await Task.WhenAll(some.Select(uscc => GatherFacts.Enterprise(ask, request.City, uscc, ct).AsTask()));
            foreach (var (uscc, reply) in some.Zip(replies))
            {
                if (!reply.Ok) return reply.Fault;
                found[uscc] = reply.Value;
            }
        }

        return found;
    }

    private static LineCheck Check(BatchLine line, Grounds grounds, DateOnly day)
    {
        var enterprise = grounds.Enterprises[line.Enterprise];
        var lists = enterprise.CreditLists.Select(word => RuleWord<CreditList>.TryRead(word) ?? throw new FormatException($"'{word}' is no credit list that this program knows")).ToArray();

        // A list that a person let pass for this award does not stop its payment; one that came since does.
        var stopping = lists.Any(list => !grounds.AwardOf(line.Award).Waivers.Exists(w => w.Kind == WaiverKind.CreditList && w.Key == RuleWord<CreditList>.Write(list)));
        return new(
            line.Line, lists, GatherFacts.Source("enterprise", enterprise.Source),
            stopping ? "enterprise.on_credit_list"
            : grounds.AccountOf(line.To).Version != line.AccountVersion ? "account.changed"
            : !grounds.Payees.ContainsKey(line.To) ? "account.erased"
            : grounds.AwardOf(line.Award).Stopped ? "clawback.open"
            : grounds.AwardOf(line.Award).Find(line.Tranche, line.Payment)?.LastDay(grounds.FundOf(line.Fund)) < day ? "fund.budget_over"
            : null);
    }
}
