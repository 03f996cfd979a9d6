using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// The finance bureau freezes approved, unpaid payments into a batch: what a batch holds no other batch can take, so nothing is paid twice
/// (AC36). Who handled or approved an award does not make its payment (AC33).
/// Faults: <c>payment_batch.awards</c>, <c>payment_batch.purpose</c>, <c>payment_batch.lines_wrong</c> (with <c>award.unknown</c>,
/// <c>award.nothing_to_pay</c>, <c>account.missing</c> per line), <c>payment_batch.maker_handled</c> (on record).
/// </summary>
internal static class CreateBatch
{
    public sealed record Body(IReadOnlyList<string> Awards, string? Purpose = null);

    private const string PurposeDefault = "中小企业数字化转型试点奖补";

    internal sealed record Created(string Id, int Count, Money Total, IReadOnlyList<BatchLine> Lines);

    internal static readonly Fault AwardsWrong = new(
        FaultKind.Invalid, "payment_batch.awards",
        new($"请给出 1 至 {PaymentBatch.LinesMax} 项互不重复的奖补。", $"1 to {PaymentBatch.LinesMax} different awards are asked for."));

    internal static readonly Fault PurposeWrong = new(
        FaultKind.Invalid, "payment_batch.purpose", new("用途应为 1 至 60 个字符。", "A purpose has 1 to 60 characters."));

    internal static readonly Fault MakerHandled = new(
        FaultKind.Refused, "payment_batch.maker_handled", new("经办或批准过其中奖补的人员不得制单。", "Who handled or approved one of the awards may not make their payment."), "programme.md §3（AC33）");

    internal static Fault LinesWrong(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Refused, "payment_batch.lines_wrong", new("有的奖补不能付款，整批未生成。", "Some of the awards cannot be paid; no batch was made."))
    { Details = details };

    internal static Decision Decide(string id, Body body, IReadOnlyList<Award> awards, Func<string, Account> accountOf, Actor actor)
    {
        if (body.Purpose is { } purpose && (string.IsNullOrWhiteSpace(purpose) || purpose.Length > 60 || purpose.Any(char.IsControl))) return PurposeWrong;
        var wrong = new List<FaultDetail>();
        for (var i = 0; i < awards.Count; i++)
            if (Wrong(awards[i], accountOf) is { } detail) wrong.Add(detail with { Path = $"/awards/{i}" });
        if (wrong.Count > 0) return LinesWrong(wrong);
        if (awards.FirstOrDefault(a => a.Touched(actor.Sub)) is { } touched)
            return Decision.RefuseOnRecord(MakerHandled, new Change(Award.Noun.StreamOf(touched.Id), new ApprovalRefused("payment-batch", MakerHandled.Code)));

        var lines = awards.Select((award, i) => (award.OpenTranche!, award) switch
        {
            var (tranche, a) => new BatchLine($"{id}-{i + 1:000}", a.Id, tranche.Kind, a.Enterprise, tranche.Fund, tranche.Amount, accountOf(a.Enterprise).Version),
        }).ToArray();
        var total = new Money(lines.Sum(l => l.Amount.Fen));
        return Decision.Accept(
        [
            new Change(PaymentBatch.Noun.StreamOf(id), new PaymentBatchCreated(id, body.Purpose ?? PurposeDefault, lines.Length, total, lines)),
            .. lines.Select(l => new Change(Award.Noun.StreamOf(l.Award), new TrancheFrozen(l.Tranche, id, l.Line, l.Amount))),
        ]).Answering($"/payment-batches/{id}", new Created(id, lines.Length, total, lines));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/payment-batches", [Role.FinanceOfficer], async (request, ct) =>
    {
        var wanted = request.Body.Awards;
        if (wanted.Count is 0 or > PaymentBatch.LinesMax || wanted.Contains(null!) || wanted.Distinct(StringComparer.Ordinal).Count() != wanted.Count) return AwardsWrong;

        // The enterprise of an award never changes; its account's stream has to be named before the rule runs.
        var companies = new List<string>();
        foreach (var award in wanted)
            companies.Add((await request.Log.Load(request.City, Award.Noun, award, null, ct)).State.Enterprise);
        var id = request.CommandId.ToString("N")[..12];
        return request.New(
            PaymentBatch.Noun, id, [.. wanted.Select(Award.Noun.StreamOf), .. companies.Distinct(StringComparer.Ordinal).Select(Account.Noun.StreamOf)],
            (streams, _) => Decide(id, request.Body, [.. wanted.Select(a => streams.Get(Award.Noun, a))], uscc => streams.Get(Account.Noun, uscc), request.Actor));
    });

    private static FaultDetail? Wrong(Award award, Func<string, Account> accountOf) =>
        award.Id.Length == 0 ? new("", "award.unknown", new("没有这项奖补。", "There is no such award."))
        : award.OpenTranche is not { Status: TrancheStatus.Approved } ? new("", "award.nothing_to_pay", new($"奖补 {award.Id} 没有已批准待付且未入批的款项。", $"The award {award.Id} has no approved payment that is free."))
        : accountOf(award.Enterprise).Version == 0 ? new("", "account.missing", new($"企业 {award.Enterprise} 尚未登记收款账户。", $"The enterprise {award.Enterprise} has no account registered."))
        : null;
}
