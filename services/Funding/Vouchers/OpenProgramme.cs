using System.Buffers;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// The bureau's approver opens a programme of vouchers on the services pool of a fund (F5): kind, face values, the share of an invoice that one pays,
/// how many days one is valid, and the total. Money is reserved voucher by voucher.
/// Faults: <c>voucher_programme.terms</c> (with each wrong field), <c>fund.use_forbidden</c>, <c>voucher_programme.renovation</c>, <c>fund.unknown</c>.
/// </summary>
internal static class OpenProgramme
{
    public sealed record Body(string Id, VoucherTerms Terms);

    /// <summary>Two years are the length of a pilot (F3); a longer validity binds money that nobody can use.</summary>
    private const int ValidDaysMax = 730;

    private static readonly SearchValues<char> IdChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    internal static readonly Fault Renovation = new(
        FaultKind.Refused, "voucher_programme.renovation", new("企业改造资金只能通过奖补拨付，不能发券。", "Money for the renovation of enterprises is paid by awards alone, not by vouchers."), "财建〔2023〕117号（F5）");

    internal static Fault TermsWrong(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Invalid, "voucher_programme.terms", new("券种要素有误。", "The terms of the programme are wrong."))
    { Details = details };

    internal static Decision Decide(Body body)
    {
        var (terms, wrong) = (body.Terms, new List<FaultDetail>());
        Need(body.Id.Length is >= 1 and <= 40 && !body.Id.AsSpan().ContainsAnyExcept(IdChars), "/id", "应为 1 至 40 位小写字母、数字和连字符", "1 to 40 lower-case letters, digits and hyphens");
        Need(!string.IsNullOrWhiteSpace(terms.Name) && terms.Name.Length <= 100, "/terms/name", "应为 1 至 100 个字符", "1 to 100 characters");
        Need(!string.IsNullOrWhiteSpace(terms.Kind) && terms.Kind.Length <= 40, "/terms/kind", "应为 1 至 40 个字符，如“算力券”", "1 to 40 characters, as in 算力券");
        Need(terms.FaceMin.Fen > 0 && terms.FaceMin <= terms.FaceMax, "/terms/faceMin", "面额下限应大于零且不超过上限", "the smallest face value is above zero and at most the largest");
        Need(terms.FaceMax <= terms.Total, "/terms/faceMax", "面额上限不超过总额", "the largest face value is at most the total");
        Need(terms.Total.Fen is > 0 and <= Money.FenMax, "/terms/total", "总额应大于零", "the total is above zero");
        Need(terms.Share is > 0 and <= 1 && terms.Share == decimal.Round(terms.Share, 4), "/terms/share", "抵扣比例应大于 0、不超过 1，最多四位小数", "the share of an invoice is above 0 and at most 1, with at most four decimals");
        Need(terms.ValidDays is >= 1 and <= ValidDaysMax, "/terms/validDays", $"有效天数应为 1 至 {ValidDaysMax}", $"valid are 1 to {ValidDaysMax} days");
        return wrong.Count > 0 ? TermsWrong(wrong)
            : Fund.PoolOf(terms.Use) is not { } pool ? SplitFund.Forbidden(terms.Use)
            : pool == FundPool.Renovation ? Renovation
            : Decision.Accept(VoucherProgramme.Noun.StreamOf(body.Id), new VoucherProgrammeOpened(terms)).Answering($"/voucher-programmes/{body.Id}");

        void Need(bool holds, string path, string zh, string en)
        {
            if (!holds) wrong.Add(new(path, "voucher_programme.terms", new(zh, en)));
        }
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/voucher-programmes", [Role.BureauApprover], request => request.New(
        VoucherProgramme.Noun, request.Body.Id, [Fund.Noun.StreamOf(request.Body.Terms.Fund)],
        (streams, _) => streams.Version(Fund.Noun, request.Body.Terms.Fund) == 0 ? SliceFaults.Unknown(Fund.Noun.Category, request.Body.Terms.Fund) : Decide(request.Body)));
}
