using System.Globalization;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// The bureau issues vouchers to listed enterprises, all of the request or none; each face value is reserved on the fund. Who is on a credit list
/// gets none (AC04). Faults: <c>voucher.issues</c>, <c>voucher.lines_wrong</c> (with <c>voucher.face</c>, <c>voucher.not_listed</c>,
/// <c>voucher.on_credit_list</c> per line), <c>voucher.above_total</c>, <c>voucher.too_many</c>, <c>ledger.insufficient</c>, <c>enterprise.unknown</c>.
/// </summary>
internal static class IssueVouchers
{
    public sealed record Issue(string Enterprise, Money Face);

    public sealed record Body(IReadOnlyList<Issue> Issues);

    /// <summary>Each enterprise is asked for before the rule runs.</summary>
    internal const int IssuesMax = 200;

    /// <summary>Questions to Registry under way at a time.</summary>
    private const int QuestionsMax = 8;

    internal sealed record Issued(IReadOnlyList<VoucherPart> Vouchers, DateOnly ValidUntil, Money Total);

    internal static readonly Fault IssuesWrong = new(
        FaultKind.Invalid, "voucher.issues", new($"请给出 1 至 {IssuesMax} 张券的企业和面额。", $"1 to {IssuesMax} vouchers are asked for, each with its enterprise and face value."));

    internal static readonly Fault TooMany = new(
        FaultKind.Refused, "voucher.too_many", new($"一个券种最多有 {VoucherProgramme.OpenMax} 张未用的券。", $"A programme has at most {VoucherProgramme.OpenMax} open vouchers."));

    internal static Fault LinesWrong(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Refused, "voucher.lines_wrong", new("有的券不能发放，整批未发放。", "Some of the vouchers cannot be issued; none was."))
    { Details = details };

    internal static Fault AboveTotal(Money left) => new(
        FaultKind.Refused, "voucher.above_total", new($"超过券种总额，尚可发放 {left} 元。", $"This is above the programme's total; {left} may still be issued."));

    internal static Decision Decide(VoucherProgramme programme, Fund fund, Body body, IReadOnlyDictionary<string, GetEnterpriseReply> enterprises, string id, DateTimeOffset at)
    {
        var (terms, wrong) = (programme.Terms, new List<FaultDetail>());
        for (var i = 0; i < body.Issues.Count; i++)
            if (Wrong(terms, body.Issues[i], enterprises[body.Issues[i].Enterprise]) is { } detail) wrong.Add(detail with { Path = $"/issues/{i}" });
        if (wrong.Count > 0) return LinesWrong(wrong);
        var total = new Money(body.Issues.Sum(i => i.Face.Fen));
        if (programme.Committed + total > terms.Total) return AboveTotal(terms.Total - programme.Committed);
        if (programme.Expiring.Count + body.Issues.Count > VoucherProgramme.OpenMax) return TooMany;

        var until = ChinaTime.DayOf(at).AddDays(terms.ValidDays);
        var (stream, ledger) = (VoucherProgramme.Noun.StreamOf(programme.Id), Fund.Noun.StreamOf(fund.Id));
        var vouchers = body.Issues.Select((issue, i) => (Id: IdOf(id, i), Issue: issue)).ToArray();
        var changes = vouchers.SelectMany(v => new[]
        {
            new Change(Voucher.Noun.StreamOf(v.Id), new VoucherIssued(programme.Id, fund.Id, v.Issue.Enterprise, v.Issue.Face, until)),
            new Change(stream, new VoucherMoved(v.Id, null, VoucherPlace.Open, v.Issue.Face, until)),
            new Change(ledger, new VoucherReserved(v.Id, programme.Id, v.Issue.Enterprise, terms.Use, v.Issue.Face)),
        }).ToArray();
        return Fund.Refuses(changes, _ => fund) is { } fault ? fault : Decision.Accept(changes).Answering(
            $"/voucher-programmes/{programme.Id}", new Issued([.. vouchers.Select(v => new VoucherPart(v.Id, v.Issue.Face))], until, total));
    }

    internal static string IdOf(string command, int i) => string.Create(CultureInfo.InvariantCulture, $"{command}-{i + 1:000}");

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/voucher-programmes/{id}/vouchers", [Role.BureauOfficer], async (request, ct) =>
    {
        var issues = request.Body.Issues;
        if (issues.Count is 0 or > IssuesMax || issues.Contains(null!)) return IssuesWrong;
        var programme = await request.Load(VoucherProgramme.Noun, request.Route("id"));
        if (!programme.Ok) return programme.Fault;
        var enterprises = new Dictionary<string, GetEnterpriseReply>(StringComparer.Ordinal);
        foreach (var some in issues.Select(i => i.Enterprise).Distinct(StringComparer.Ordinal).Chunk(QuestionsMax))
        {
            foreach (var (uscc, reply) in some.Zip(await Task.WhenAll(some.Select(c => GatherFacts.Enterprise(request.Service<AskEnterprise>(), request.City, c, ct).AsTask()))))
            {
                if (!reply.Ok) return reply.Fault;
                enterprises[uscc] = reply.Value;
            }
        }

        var (id, fund) = (request.CommandId.ToString("N")[..12], programme.Value.Terms.Fund);
        return request.On(
            VoucherProgramme.Noun, programme.Value.Id, [Fund.Noun.StreamOf(fund), .. issues.Select((_, i) => Voucher.Noun.StreamOf(IdOf(id, i)))],
            (now, streams, at) => Decide(now, streams.Get(Fund.Noun, fund), request.Body, enterprises, id, at));
    });

    private static FaultDetail? Wrong(VoucherTerms terms, Issue issue, GetEnterpriseReply enterprise) =>
        issue.Face < terms.FaceMin || issue.Face > terms.FaceMax ? new("", "voucher.face", new($"面额应为 {terms.FaceMin} 至 {terms.FaceMax} 元。", $"A face value is {terms.FaceMin} to {terms.FaceMax}."))
        : !enterprise.InPilotList ? new("", "voucher.not_listed", new($"企业 {issue.Enterprise} 不在试点企业名单。", $"{issue.Enterprise} is not on the pilot list."))
        : enterprise.CreditLists.Count > 0 ? new("", "voucher.on_credit_list", new($"企业 {issue.Enterprise} 在失信等名单中。", $"{issue.Enterprise} is on a credit list."))
        : null;
}
