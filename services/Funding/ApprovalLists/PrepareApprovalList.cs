using System.Globalization;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.ApprovalLists;

/// <summary>
/// The bureau or finance prepares a list of awards to be approved as one decision: all that are on show under a rule set (and a batch), in the
/// order of application, or the lines of a CSV in its own order. It is shown with its control totals before anybody signs.
/// Faults: <c>approval_list.empty</c>, <c>approval_list.too_long</c>, <c>approval_list.csv</c> (with every wrong row), <c>approval_list.reason</c>,
/// <c>award.plan_number</c>, <c>award.expiry_past</c>, <c>fund.unknown</c>.
/// </summary>
internal static class PrepareApprovalList
{
    /// <summary>Everything that is publicised under this rule set and batch (without them: all), from this fund.</summary>
    public sealed record Body(string Fund, string PlanNumber, string? RuleSet = null, string? Batch = null, DateOnly? ExpiresOn = null);

    internal sealed record Told(string Id, int Count, Money Sum, string Sha256, IReadOnlyList<FundTally> Funds);

    /// <summary>A list of the most lines with the longest ids.</summary>
    internal const int BytesMax = 24 << 20;

    /// <summary>Enough to mend a file in one go.</summary>
    private const int FaultsMax = 50;

    internal static readonly Fault Empty = new(
        FaultKind.Refused, "approval_list.empty", new("没有符合条件的奖补。", "No award answers to this."));

    internal static readonly Fault TooLong = new(
        FaultKind.TooLarge, "approval_list.too_long", new($"一份清单最多 {ApprovalList.LinesMax} 项，请拆分。", $"A list holds at most {ApprovalList.LinesMax} awards; split it."));

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "approval_list.reason", new("理由应为 1 至 500 个字符。", "A reason has 1 to 500 characters."));

    internal static Fault CsvWrong(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Invalid, "approval_list.csv", new($"清单文件有误，未生成清单：{details[0].Message.Zh}", $"The file has errors and no list was made: {details[0].Message.En}"))
    { Details = details };

    internal static Decision Decide(string id, IReadOnlyList<ApprovalLine> lines, Func<string, bool> isFund, string planNumber, DateOnly? expiresOn, string? reason, DateTimeOffset at)
    {
        if (ApproveAward.PlanNumberWrong(planNumber)) return AwardFaults.PlanNumber;
        if (expiresOn < ChinaTime.DayOf(at)) return AwardFaults.ExpiryPast;
        if (reason is not null && (string.IsNullOrWhiteSpace(reason) || reason.Length > 500)) return ReasonWrong;
        if (lines.Count == 0) return Empty;
        if (lines.Count > ApprovalList.LinesMax) return TooLong;
        FundTally[] funds = [.. lines.GroupBy(l => l.Fund, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new FundTally(g.Key, g.Count(), Tally.Of(g).Sum))];
        if (funds.FirstOrDefault(f => !isFund(f.Fund)) is { } unknown) return SliceFaults.Unknown(Fund.Noun.Category, unknown.Fund);
        var (parts, total) = (ApprovalPart.Of(id, lines), Tally.Of(lines));
        return Decision.Accept(
        [
            new Change(ApprovalList.Noun.StreamOf(id), new ApprovalListPrepared(id, planNumber, total.Count, total.Sum, parts[^1].RunningSha256, parts.Count, funds, expiresOn, reason)),
            .. parts.Select(p => new Change(ApprovalPart.Noun.StreamOf(ApprovalPart.IdOf(id, p.Part)), p)),
        ]).Answering($"/approval-lists/{id}", new Told(id, total.Count, total.Sum, parts[^1].RunningSha256, funds));
    }

    internal static void Map(Routes routes)
    {
        routes.Command<Body>("POST", "/approval-lists", [Role.BureauOfficer, Role.FinanceOfficer], async (request, ct) =>
        {
            var lines = await OnShow(request, request.Body, ct);
            return Ask(request, lines, request.Body.PlanNumber, request.Body.ExpiresOn, null);
        });
        routes.FileCommand("POST", "/approval-lists/csv", [Role.BureauOfficer, Role.FinanceOfficer], BytesMax, "text/csv", (request, _) =>
        {
            var day = DateOnly.TryParseExact(request.Query("expiresOn"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until) ? until : (DateOnly?)null;
            if (request.Query("expiresOn") is not null && day is null) return ValueTask.FromResult<Result<Intent>>(SliceFaults.QueryMalformed("expiresOn", new("应为日期（YYYY-MM-DD）。", "a day (YYYY-MM-DD) is asked for.")));
            var lines = ReadLines(request.Body, request.Query("fund"));
            return ValueTask.FromResult(lines.Ok ? Ask(request, lines.Value, request.Query("planNumber") ?? "", day, request.Query("reason")) : lines.Fault);
        });
    }

    /// <summary>Reads <c>award,amount</c>, or <c>award,amount,fund</c> where the lines draw on several; every wrong row is named.</summary>
    internal static Result<IReadOnlyList<ApprovalLine>> ReadLines(ReadOnlySpan<byte> bytes, string? fund)
    {
        var (faults, lines, seen) = (new List<FaultDetail>(), new List<ApprovalLine>(), new HashSet<string>(StringComparer.Ordinal));
        var row = 0;
        var columns = 0;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var raw = bytes[range];
            if (row == 0 && raw.StartsWith("\uFEFF"u8)) raw = raw[3..];
            if (raw.EndsWith("\r"u8)) raw = raw[..^1];
            row++;
            if (raw.IsEmpty && bytes[range.End.GetOffset(bytes.Length)..].Length <= 1 && row > 1) break;
            var fields = raw.Length > 200 ? [] : Encoding.UTF8.GetString(raw).Split(',');
            if (row == 1)
            {
                columns = fields is ["award", "amount"] ? 2 : fields is ["award", "amount", "fund"] ? 3 : 0;
                if (columns == 0 || columns == 2 == fund is null) Add("第一行应为列名 award,amount（资金由参数 fund 给出）或 award,amount,fund", "the first row holds the titles award,amount (the fund as the parameter 'fund') or award,amount,fund");
                if (faults.Count > 0) break;
                continue;
            }

            var before = faults.Count;
            if (fields.Length != columns) Add($"应有 {columns} 列", $"{columns} columns are expected");
            else if (fields[0].Length is 0 or > ApprovalPart.IdCharsMax || PlainText.Refusal(fields[0]) is not null || fields[0].Contains('"', StringComparison.Ordinal)) Add("奖补编号有误", "the award's id is wrong");
            else if (!Money.TryParse(fields[1], out var amount) || amount.Fen is <= 0 or > Money.FenMax) Add("金额应为大于零、最多两位小数的元", "the amount is above zero, in yuan with at most two decimals");
            else if (!seen.Add(fields[0])) Add($"“{fields[0]}”重复", $"the award '{fields[0]}' stands twice");
            else if (columns == 3 && fields[2].Length is 0 or > 40) Add("资金编号有误", "the fund's id is wrong");
            else lines.Add(new(fields[0], amount, columns == 3 ? fields[2] : fund!));
            if (lines.Count > ApprovalList.LinesMax) return TooLong;
            if (faults.Count == FaultsMax && faults.Count > before) break;
        }

        return faults.Count > 0 ? CsvWrong(faults) : lines;

        void Add(string zh, string en) => faults.Add(new($"row {row}", "approval_list.row", new($"第 {row} 行：{zh}", $"row {row}: {en}")));
    }

    private static Result<Intent> Ask<TBody>(Request<TBody> request, IReadOnlyList<ApprovalLine> lines, string planNumber, DateOnly? expiresOn, string? reason)
    {
        // The bound comes first: every part and fund has a stream of its own.
        if (lines.Count > ApprovalList.LinesMax) return TooLong;
        var id = request.CommandId.ToString("N", CultureInfo.InvariantCulture)[..12];
        var funds = lines.Select(l => l.Fund).Distinct(StringComparer.Ordinal).Take(PlanPayments.SourcesMax + 1).ToArray();
        if (funds.Length > PlanPayments.SourcesMax) return PlanPayments.SourcesWrong(Tally.Of(lines).Sum);
        var parts = Enumerable.Range(1, (lines.Count + ApprovalPart.LinesMax - 1) / ApprovalPart.LinesMax);
        return request.New(
            ApprovalList.Noun, id, [.. funds.Select(Fund.Noun.StreamOf), .. parts.Select(p => ApprovalPart.Noun.StreamOf(ApprovalPart.IdOf(id, p)))],
            (streams, at) => Decide(id, lines, f => streams.Version(Fund.Noun, f) > 0, planNumber, expiresOn, reason, at));
    }

    /// <summary>What is on show and payable, in the order in which it was applied for.</summary>
    private static async Task<IReadOnlyList<ApprovalLine>> OnShow<TBody>(Request<TBody> request, Body body, CancellationToken ct)
    {
        List<(string Column, IReadOnlyList<string> Values)> where = [("status", ["publicised"])];
        if (body.RuleSet is { } ruleSet) where.Add(("rule", [ruleSet]));
        if (body.Batch is { } batch) where.Add(("projectBatch", [batch]));
        var (payable, applied) = (ColumnOf("payable"), ColumnOf("appliedAt"));
        var found = new List<(string AppliedAt, ApprovalLine Line)>();
        for (string? after = null; found.Count <= ApprovalList.LinesMax;)
        {
            var (rows, _) = await request.Log.List(request.City, ShowAward.Model, new(where, After: after), count: false, ct);
            found.AddRange(rows.Select(r => (r.Columns[applied] ?? "", new ApprovalLine(r.Id, Money.Parse(r.Columns[payable] ?? "0.00"), body.Fund))).Where(l => l.Item2.Amount.Fen > 0));
            if (rows.Count < ListQuery.LimitMax) break;
            after = rows[^1].Id;
        }

        return [.. found.OrderBy(f => f.AppliedAt, StringComparer.Ordinal).ThenBy(f => f.Line.Id, StringComparer.Ordinal).Select(f => f.Line)];
    }

    private static int ColumnOf(string name) => ShowAward.Model.Columns.Select((c, i) => (c.Name, i)).Single(c => c.Name == name).i;
}
