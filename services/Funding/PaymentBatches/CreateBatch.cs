using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// The finance bureau freezes approved, unpaid payments into a batch: what a batch holds no other batch can take, so nothing is paid twice
/// (AC36). Of an award it takes every payment that is due, of <c>award#payment</c> that one. Who handled or approved an award does not make its
/// payment (AC33). Faults: <c>payment_batch.awards</c>, <c>payment_batch.purpose</c>, <c>payment_batch.lines_wrong</c> (with <c>award.unknown</c>,
/// <c>award.nothing_to_pay</c>, <c>account.missing</c> per line), <c>payment_batch.maker_handled</c> (on record).
/// </summary>
internal static class CreateBatch
{
    /// <summary>An award by its id, or one of its payments as <c>p-1#final-2</c>.</summary>
    public sealed record Body(IReadOnlyList<string> Awards, string? Purpose = null);

    private const string PurposeDefault = "中小企业数字化转型试点奖补";

    /// <summary>What the maker is told at once; the lines of a larger batch are at its address.</summary>
    internal sealed record Created(string Id, int Count, Money Total, IReadOnlyList<BatchLine> Lines);

    private const int LinesShownMax = 100;

    internal static readonly Fault AwardsWrong = new(
        FaultKind.Invalid, "payment_batch.awards",
        new($"请给出互不重复的奖补（或“奖补#笔”），合计 1 至 {PaymentBatch.LinesMax} 笔。", $"Different awards (or 'award#payment') are asked for, 1 to {PaymentBatch.LinesMax} payments altogether."));

    internal static readonly Fault PurposeWrong = new(
        FaultKind.Invalid, "payment_batch.purpose", new("用途应为 1 至 60 个字符。", "A purpose has 1 to 60 characters."));

    internal static readonly Fault MakerHandled = new(
        FaultKind.Refused, "payment_batch.maker_handled", new("经办或批准过其中奖补的人员不得制单。", "Who handled or approved one of the awards may not make their payment."), "programme.md §3（AC33）");

    internal static Fault LinesWrong(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Refused, "payment_batch.lines_wrong", new("有的奖补不能付款，整批未生成。", "Some of the awards cannot be paid; no batch was made."))
    { Details = details };

    internal static Decision Decide(string id, Body body, Func<string, Award> awardOf, Func<string, Account> accountOf, Func<string, Fund> fundOf, Actor actor, DateTimeOffset at)
    {
        if (body.Purpose is { } purpose && (string.IsNullOrWhiteSpace(purpose) || purpose.Length > 60 || purpose.Any(char.IsControl))) return PurposeWrong;
        var day = ChinaTime.DayOf(at);
        var wanted = body.Awards.Select(w => (Award: awardOf(AwardOf(w)), Payments: Payments(awardOf(AwardOf(w)), w, day, fundOf))).ToArray();
        var wrong = new List<FaultDetail>();
        for (var i = 0; i < wanted.Length; i++)
            if (Wrong(body.Awards[i], wanted[i].Award, wanted[i].Payments, accountOf) is { } detail) wrong.Add(detail with { Path = $"/awards/{i}" });
        if (wrong.Count > 0) return LinesWrong(wrong);
        if (wanted.FirstOrDefault(w => Duties.Forbid(w.Award, Duty.MakePayment, actor.Sub)).Award is { } touched)
            return Decision.RefuseOnRecord(MakerHandled, new Change(Award.Noun.StreamOf(touched.Id), new ApprovalRefused("payment-batch", MakerHandled.Code)));

        var lines = wanted.SelectMany(w => w.Payments.Select(p => (w.Award, Payment: p))).Select((l, i) => new BatchLine(
            $"{id}-{i + 1:000}", l.Award.Id, l.Payment.Kind, l.Award.Enterprise, l.Payment.Fund, l.Payment.Amount, accountOf(l.Payment.Payee).Version,
            l.Payment.Id, l.Payment.Payee == l.Award.Enterprise ? null : l.Payment.Payee)).ToArray();
        if (lines.Length > PaymentBatch.LinesMax || lines.DistinctBy(l => (l.Award, l.Payment)).Count() != lines.Length) return AwardsWrong;
        var (total, stream, parts) = (new Money(lines.Sum(l => l.Amount.Fen)), PaymentBatch.Noun.StreamOf(id), PaymentBatch.Parts(lines));
        return Decision.Accept(
        [
            new Change(stream, new PaymentBatchCreated(id, body.Purpose ?? PurposeDefault, lines.Length, total, parts[0])),
            .. parts[1..].Select(part => new Change(stream, new PaymentBatchExtended(part))),
            .. lines.Select(l => new Change(Award.Noun.StreamOf(l.Award), new TrancheFrozen(l.Tranche, id, l.Line, l.Amount, l.Payment))),
        ]).Answering($"/payment-batches/{id}", new Created(id, lines.Length, total, [.. lines.Take(LinesShownMax)]));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/payment-batches", [Role.FinanceOfficer], async (request, ct) =>
    {
        var wanted = request.Body.Awards;
        if (wanted.Count is 0 or > PaymentBatch.LinesMax || wanted.Distinct(StringComparer.Ordinal).Count() != wanted.Count) return AwardsWrong;

        // Payee and fund of a payment never change; their streams have to be named before the rule runs.
        var awards = wanted.Select(AwardOf).Distinct(StringComparer.Ordinal).ToArray();
        var (payees, funds) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var award in awards)
        {
            var tranches = (await request.Log.Load(request.City, Award.Noun, award, null, ct)).State.Tranches;
            payees.UnionWith(tranches.Select(t => t.Payee));
            funds.UnionWith(tranches.Select(t => t.Fund));
        }

        var id = request.CommandId.ToString("N")[..12];
        return request.New(PaymentBatch.Noun, id, [.. awards.Select(Award.Noun.StreamOf), .. payees.Select(Account.Noun.StreamOf), .. funds.Select(Fund.Noun.StreamOf)], (streams, at) => Decide(
            id, request.Body, a => streams.Get(Award.Noun, a), uscc => payees.Contains(uscc) ? streams.Get(Account.Noun, uscc) : Account.Noun.Initial,
            fund => funds.Contains(fund) ? streams.Get(Fund.Noun, fund) : Fund.Noun.Initial, request.Actor, at));
    });

    private static string AwardOf(string wanted) => wanted.Split('#', 2)[0];

    /// <summary>Of an award what is due today and neither stopped nor past its last day (AC39), of one of its payments that one.</summary>
    private static Tranche[] Payments(Award award, string wanted, DateOnly day, Func<string, Fund> fundOf)
    {
        if (award.Stopped) return [];
        var payment = wanted.Contains('#', StringComparison.Ordinal) ? wanted.Split('#', 2)[1] : null;
        return [.. award.Tranches.Where(t => t.Payable(day, fundOf(t.Fund)) && (payment is null || t.Id == payment))];
    }

    private static FaultDetail? Wrong(string wanted, Award award, Tranche[] payments, Func<string, Account> accountOf) =>
        award.Id.Length == 0 ? new("", "award.unknown", new("没有这项奖补。", "There is no such award."))
        : payments.Length == 0 ? new("", "award.nothing_to_pay", new($"奖补 {wanted} 没有可付的款项：须已批准、已到期、未过最后付款日、未入批，且没有待决定的追回。", $"The award {wanted} has no payment that can be made: approved, due, not past its last day, in no batch, and no clawback to be decided."))
        : payments.FirstOrDefault(p => accountOf(p.Payee).Version == 0) is { } unknown
            ? new("", "account.missing", new($"单位 {unknown.Payee} 尚未登记收款账户。", $"{unknown.Payee} has no account registered."))
        : null;
}
