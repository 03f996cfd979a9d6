using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The eligible spend: for each eligible line the lower of invoiced and paid inside the rule's dates, on the rule's VAT base;
/// summed; at most the contracts; at most the audited figure. A line that does not count is named with its reason.
/// </summary>
internal static class CountSpend
{
    /// <summary>Names of steps that <see cref="WhatIf"/> reads again.</summary>
    internal const string LinesStep = "eligible lines", LinesNetStep = "eligible lines, excluding VAT", ContractStep = "at most the contracts", ShareStep = "share of the spend";

    private static readonly string[] CategoryZh =
    [
        "软件许可", "软件开发", "系统实施", "云服务", "网关", "终端", "网络设备", "数据存储", "嵌入式软件",
        "办公电脑", "IT运维", "弱电工程", "土建工程", "咨询", "培训", "其他硬件", "其他",
    ];

    private static readonly string[] CategoryCode = [.. Enum.GetValues<LineCategory>().Select(c => System.Text.Json.JsonSerializer.Serialize(c, Json.Lenient).Trim('"'))];

    /// <summary>What the lines add up to, in yuan, and whether anything needed for it was missing.</summary>
    private struct Sums
    {
        public decimal Gross;
        public decimal OnBase;
        public decimal Everything;
        public decimal NotEligible;
        public bool Unknown;
        public bool AnyBeforeAcceptance;
        public bool AnyAfterAcceptance;
    }

    /// <summary>The eligible spend in yuan, unrounded; nothing where an input for it is missing.</summary>
    public static decimal? Count(Ruling ruling, bool[] contractCounts)
    {
        var rule = ruling.Set.Spend!;
        if (rule.Vat.Value is not { } vat)
        {
            ruling.Open(rule.Vat);
            return null;
        }

        if (ruling.Case.Project.Lines is not { } lines)
        {
            ruling.Missing("project.lines", ruling.Basis);
            return null;
        }

        if (rule.Vat.Source.OpenQuestion is { } question)
            ruling.Remark("spend.vat-unstated", question, null, $"规则未写明是否含税，按含税金额计算（待确认 {question}）", $"the rule states no VAT base; the gross amount is counted ({question})");
        if (rule.WindowUnseen is { } unseen)
            ruling.Remark("spend.window-unseen", unseen.Cited, "ruleSet.spend.window", $"没有见到合同、发票、付款的时间窗口，设定之前不作检验（待确认 {unseen.Cited}）", $"no window for contracts, invoices and payments was seen; none is tested until configured ({unseen.Cited})");

        var inputs = new StepInput[lines.Length];
        var shares = rule.Shares.IsEmpty ? null : new decimal[rule.Shares.Length];
        var sums = new Sums();
        for (var i = 0; i < lines.Length; i++) inputs[i] = new(Ruling.LineName(i), Ruling.Show(AddLine(ruling, lines, i, contractCounts, vat, shares, ref sums)));

        Acceptance(ruling, sums);
        Duplicates(ruling, lines);
        if (shares is not null && !sums.Unknown) Shares(ruling, shares, sums.Everything);
        var contracts = ContractSum(ruling, contractCounts, ref sums);
        if (sums.Unknown) return null;

        // Twelve decimals mend what the division by the gross amount left open, far below a fen.
        var counted = rule.Base?.Value == SpendBasis.Contract ? Math.Max(contracts - sums.NotEligible, 0m) : Math.Round(sums.OnBase, 12, MidpointRounding.AwayFromZero);
        ruling.Step(vat == VatTreatment.Excluded ? "合格支出合计（不含税）" : "合格支出合计", vat == VatTreatment.Excluded ? LinesNetStep : LinesStep, Ruling.Show(counted), rule.Vat.Cited, inputs);
        var eligible = Audit(ruling, Limit(ruling, counted, rule.Base?.Value == SpendBasis.Contract ? counted : sums.Gross, contracts));
        if (rule.InvestmentMin is { Value: { } least } floor && eligible < least.Yuan)
            ruling.Add(Outcome.Ineligible, "spend.below-minimum", floor.Cited, "project.lines", $"合格支出 {Ruling.Show(eligible)} 元低于最低投入 {least} 元", $"the eligible spend of {Ruling.Show(eligible)} is below the least investment of {least}");
        return eligible;
    }

    private static decimal AddLine(Ruling ruling, ImmutableArray<LineFacts> lines, int index, bool[] contractCounts, VatTreatment vat, decimal[]? shares, ref Sums sums)
    {
        var line = lines[index];
        if (Needed(ruling, line, index) is not { } category)
        {
            sums.Unknown = true;
            return 0m;
        }

        var rule = ruling.Set.Spend!.Categories[(int)category];
        if (!rule.Eligible)
            ruling.Remark("line.category-not-eligible", rule.Source.Cited, $"project.{Ruling.LineName(index)}.category",
                $"第 {index + 1} 行 {CategoryCode[(int)category]}（{CategoryZh[(int)category]}）不属于支持范围", $"line {index + 1}, {CategoryCode[(int)category]}, is not eligible spend");
        else if (rule.Source.OpenQuestion is { } question)
            ruling.Remark("line.category-default", question, $"project.{Ruling.LineName(index)}.category",
                $"第 {index + 1} 行 {CategoryCode[(int)category]}（{CategoryZh[(int)category]}）按设定计入（待确认 {question}）", $"line {index + 1}, {CategoryCode[(int)category]}, counts by configuration ({question})");

        var gross = Gross(ruling, line, index, contractCounts, rule.Eligible, ref sums);
        sums.Everything += gross;
        if (shares is not null)
            for (var s = 0; s < shares.Length; s++)
                if (ruling.Set.Spend.Shares[s].Categories.Contains(category)) shares[s] += gross;
        if (!rule.Eligible) sums.NotEligible += gross;
        if (!rule.Eligible || gross == 0m) return 0m;

        if (line.Invoice!.ClaimedIn is { } elsewhere && ruling.Case.Stage == AwardStage.Final && ruling.Set.Process.DuplicatesForbidden is not { Value: false })
            ruling.Add(Outcome.Blocked, "line.claimed-elsewhere", ruling.Set.Process.DuplicatesForbidden?.Cited ?? "Q7", $"project.{Ruling.LineName(index)}.invoice.claimedIn",
                $"第 {index + 1} 行的发票已在“{elsewhere}”申报，暂停拨付，由财政认定", $"the invoice of line {index + 1} was claimed in '{elsewhere}': payment stops until finance decides");

        var invoiced = line.Invoice.Net!.Value.Yuan + line.Invoice.Vat!.Value.Yuan;
        var onBase = vat != VatTreatment.Excluded ? gross : gross == invoiced ? line.Invoice.Net.Value.Yuan : invoiced == 0m ? 0m : gross * line.Invoice.Net.Value.Yuan / invoiced;
        sums.Gross += gross;
        sums.OnBase += onBase;
        return onBase;
    }

    /// <summary>The category, once everything that the line needs is there.</summary>
    private static LineCategory? Needed(Ruling ruling, LineFacts line, int index)
    {
        var clause = ruling.Set.Spend!.Vat.Cited;
        string? missing = line switch
        {
            { Contract: null } => "contract",
            { Category: null } => "category",
            { Invoice: { Net: null } } => "invoice.net",
            { Invoice: { Vat: null } } => "invoice.vat",
            { Payments: null } => "payments",
            _ => null,
        };
        if (missing is null)
            for (var p = 0; p < line.Payments!.Value.Length; p++)
                if (line.Payments.Value[p] is { PaidOn: not null, Amount: null }) missing = $"payments[{p}].amount";
        if (missing is null) return line.Category;
        ruling.Missing($"project.{Ruling.LineName(index)}.{missing}", clause);
        return null;
    }

    /// <summary>The lower of invoiced and paid inside the dates, gross, in yuan.</summary>
    private static decimal Gross(Ruling ruling, LineFacts line, int index, bool[] contractCounts, bool named, ref Sums sums)
    {
        var rule = ruling.Set.Spend!;
        if (!ContractOf(ruling, line, contractCounts))
        {
            if (named) ruling.Remark("line.contract-does-not-count", rule.Contract?.Source.Cited ?? ruling.Basis, $"project.{Ruling.LineName(index)}.contract", $"第 {index + 1} 行所属合同 {line.Contract} 不计入", $"line {index + 1} stands on the contract {line.Contract}, which does not count");
            return 0m;
        }

        var path = named ? $"project.{Ruling.LineName(index)}" : "";
        if (line.Invoice?.IssuedOn is not { } issued || issued > ruling.Today)
        {
            if (named) ruling.Remark("line.not-invoiced", rule.Invoice?.Source.Cited ?? ruling.Basis, path + ".invoice.issuedOn", $"第 {index + 1} 行尚未开票", $"line {index + 1} is not invoiced");
            return 0m;
        }

        if (rule.Invoice is { } span && !span.Holds(issued))
        {
            if (named) ruling.Remark("line.invoice-outside-window", span.Source.Cited, path + ".invoice.issuedOn", $"第 {index + 1} 行发票日期 {Ruling.Show(issued)} 不在 {Ruling.Show(span)} 之内", $"line {index + 1} was invoiced on {Ruling.Show(issued)}, outside {Ruling.Show(span)}");
            return 0m;
        }

        if (CheckProject.AfterAcceptance(ruling, issued))
        {
            sums.AnyAfterAcceptance |= named;
            if (named) ruling.Remark("line.invoice-after-acceptance", rule.MustPrecedeAcceptance!.Cited, path + ".invoice.issuedOn", $"第 {index + 1} 行发票日期 {Ruling.Show(issued)} 不早于验收日", $"line {index + 1} was invoiced on {Ruling.Show(issued)}, not before the day of acceptance");
            return 0m;
        }

        var paid = Paid(ruling, line, index, path, named, ref sums);
        var invoiced = line.Invoice.Net!.Value + line.Invoice.Vat!.Value;
        if (named && paid < invoiced && (rule.Base?.Value ?? SpendBasis.Actual) is SpendBasis.Actual or SpendBasis.Paid)
            ruling.Remark(paid.Fen == 0 ? "line.unpaid" : "line.partly-paid", rule.Payment?.Source.Cited ?? ruling.Basis, path + ".payments",
                $"第 {index + 1} 行开票 {invoiced} 元，有效付款 {paid} 元，按付款计", $"line {index + 1}: {invoiced} invoiced, {paid} paid inside the dates; what was paid counts");
        return (rule.Base?.Value ?? SpendBasis.Actual) switch
        {
            SpendBasis.Actual => Money.Min(paid, invoiced).Yuan,
            SpendBasis.Paid => paid.Yuan,
            SpendBasis.Invoiced or SpendBasis.Contract => invoiced.Yuan,
        };
    }

    private static bool ContractOf(Ruling ruling, LineFacts line, bool[] contractCounts)
    {
        var contracts = ruling.Case.Project.Contracts.GetValueOrDefault(ImmutableArray<ContractFacts>.Empty);
        for (var i = 0; i < contracts.Length; i++)
            if (contracts[i].Id == line.Contract) return contractCounts[i];
        return false;
    }

    private static Money Paid(Ruling ruling, LineFacts line, int index, string path, bool named, ref Sums sums)
    {
        var rule = ruling.Set.Spend!;
        var fen = 0L;
        var payments = line.Payments!.Value;
        for (var p = 0; p < payments.Length; p++)
        {
            if (payments[p].PaidOn is not { } day) continue;
            if (rule.Payment is { } span && !span.Holds(day))
            {
                if (named) ruling.Remark("payment.outside-window", span.Source.Cited, $"{path}.payments[{p}].paidOn", $"第 {index + 1} 行付款日 {Ruling.Show(day)} 不在 {Ruling.Show(span)} 之内", $"a payment on line {index + 1} of {Ruling.Show(day)} lies outside {Ruling.Show(span)}");
            }
            else if (CheckProject.AfterAcceptance(ruling, day))
            {
                sums.AnyAfterAcceptance |= named;
                if (named) ruling.Remark("payment.after-acceptance", rule.MustPrecedeAcceptance!.Cited, $"{path}.payments[{p}].paidOn", $"第 {index + 1} 行付款日 {Ruling.Show(day)} 不早于验收日", $"a payment on line {index + 1} of {Ruling.Show(day)} is not before the day of acceptance");
            }
            else if (day > ruling.Today)
            {
                if (named) ruling.Remark("payment.not-yet", ruling.Basis, $"{path}.payments[{p}].paidOn", $"第 {index + 1} 行付款日 {Ruling.Show(day)} 在核定日之后", $"a payment on line {index + 1} of {Ruling.Show(day)} lies after the decision");
            }
            else
            {
                fen += payments[p].Amount!.Value.Fen;
                sums.AnyBeforeAcceptance |= named;
            }
        }

        return new(fen);
    }

    /// <summary>A late payment does not count; an application with nothing else paid is refused (Q19).</summary>
    private static void Acceptance(Ruling ruling, Sums sums)
    {
        var asked = ruling.Case.Stage == AwardStage.Acceptance && !sums.Unknown && ruling.Set.Spend!.MustPrecedeAcceptance is { Value: true };
        if ((asked || sums.AnyAfterAcceptance) && !sums.AnyBeforeAcceptance)
            ruling.Add(Outcome.Refused, "payment.none-before-acceptance", ruling.Set.Spend!.MustPrecedeAcceptance!.Cited, "project.lines", "验收之前没有任何有效付款", "nothing was paid before acceptance");
    }

    private static void Duplicates(Ruling ruling, ImmutableArray<LineFacts> lines)
    {
        if (lines.Length < 2 || ruling.Case.Stage != AwardStage.Final || ruling.Set.Process.DuplicatesForbidden is { Value: false }) return;
        var seen = new HashSet<(string, Money?, Money?, LineCategory?)>(lines.Length);
        for (var i = 0; i < lines.Length; i++)
            if (lines[i].Invoice is { Number: { } number } invoice && !seen.Add((number, invoice.Net, invoice.Vat, lines[i].Category)))
                ruling.Add(Outcome.Blocked, "line.invoice-doubled", ruling.Set.Process.DuplicatesForbidden?.Cited ?? "Q7", $"project.{Ruling.LineName(i)}.invoice.number",
                    $"第 {i + 1} 行与前面的行是同一发票、同一金额，暂停拨付，由人工认定", $"line {i + 1} repeats an invoice and amount of an earlier line: payment stops until a person decides");
    }

    private static void Shares(Ruling ruling, decimal[] reached, decimal everything)
    {
        for (var s = 0; s < reached.Length; s++)
        {
            var rule = ruling.Set.Spend!.Shares[s];
            if (rule.AppliesTo is { } type && type != ruling.Case.Project.Type) continue;
            var named = string.Join("、", rule.Categories.Select(c => CategoryZh[(int)c]));
            if (rule.ShareMin is { } min) Share(ruling, min, named, reached[s], everything, lower: true);
            if (rule.ShareMax is { } max) Share(ruling, max, named, reached[s], everything, lower: false);
        }
    }

    /// <summary>The bound itself is inside, on both sides.</summary>
    private static void Share(Ruling ruling, Figure<decimal> rule, string named, decimal reached, decimal everything, bool lower)
    {
        if (rule.Value is not { } bound)
        {
            ruling.Open(rule);
            return;
        }

        if (lower && reached < bound * everything)
            ruling.Add(Outcome.Ineligible, "spend.share-not-reached", rule.Cited, "project.lines",
                $"{named}支出 {Ruling.Show(reached)} 元，占总支出 {Ruling.Show(everything)} 元的比例低于 {Ruling.Percent(bound)}", $"spend of {Ruling.Show(reached)} is less than {Ruling.Percent(bound)} of the total of {Ruling.Show(everything)}");
        if (!lower && reached > bound * everything)
            ruling.Add(Outcome.Ineligible, "spend.share-exceeded", rule.Cited, "project.lines",
                $"{named}支出 {Ruling.Show(reached)} 元，占总支出 {Ruling.Show(everything)} 元的比例高于 {Ruling.Percent(bound)}", $"spend of {Ruling.Show(reached)} is more than {Ruling.Percent(bound)} of the total of {Ruling.Show(everything)}");
        ruling.Step($"{named}支出占比", ShareStep, Ruling.Show(reached), rule.Cited, new("everything", Ruling.Show(everything)), new(lower ? "shareMin" : "shareMax", Ruling.Show(bound)));
    }

    private static decimal ContractSum(Ruling ruling, bool[] contractCounts, ref Sums sums)
    {
        if (ruling.Case.Project.Contracts is not { } contracts)
        {
            sums.Unknown = true;
            return 0m;
        }

        var fen = 0L;
        for (var i = 0; i < contracts.Length; i++)
        {
            if (!contractCounts[i]) continue;
            if (contracts[i].Amount is { } amount) fen += amount.Fen;
            else
            {
                ruling.Missing($"project.contracts[{i}].amount", ruling.Basis);
                sums.Unknown = true;
            }
        }

        return new Money(fen).Yuan;
    }

    /// <summary>Gross is compared with gross; what is above the contracts takes its own share of VAT along (Q16).</summary>
    private static decimal Limit(Ruling ruling, decimal counted, decimal gross, decimal contracts)
    {
        if (gross <= contracts) return counted;
        // Divided first: the product of two sums at the bounds of a case would not fit. Twelve decimals mend what the division left open.
        var limited = counted == gross ? contracts : Math.Round(counted * (contracts / gross), 12, MidpointRounding.AwayFromZero);
        ruling.Remark("spend.above-contracts", ruling.Basis, "project.contracts", $"合格支出（含税）{Ruling.Show(gross)} 元超过合同总额 {Ruling.Show(contracts)} 元，按合同总额计", $"the eligible spend of {Ruling.Show(gross)} (gross) is above the contracts of {Ruling.Show(contracts)}; the contracts count");
        ruling.Step("不超过合同总额", ContractStep, Ruling.Show(limited), ruling.Basis, new("spend", Ruling.Show(counted)), new("gross", Ruling.Show(gross)), new("contracts", Ruling.Show(contracts)));
        return limited;
    }

    private static decimal Audit(Ruling ruling, decimal counted)
    {
        if (ruling.Case.Stage != AwardStage.Final) return counted;
        if (ruling.Case.Project.AuditedSpend is not { } audited)
        {
            if (ruling.Set.Spend!.AuditRequired is { Value: true } required) ruling.Missing("project.auditedSpend", required.Cited);
            return counted;
        }

        if (audited.Yuan >= counted) return counted;
        ruling.Remark("spend.audited-lower", ruling.Set.Spend!.AuditRequired?.Cited ?? ruling.Basis, "project.auditedSpend", $"专项审计认定 {audited} 元，低于申报 {Ruling.Show(counted)} 元，按审计数计", $"the special audit found {audited}, below {Ruling.Show(counted)}; the audited figure counts");
        ruling.Step("不超过专项审计数", "at most the audited spend", audited.ToString(), ruling.Basis, new("spend", Ruling.Show(counted)), new("audited", audited.ToString()));
        return audited.Yuan;
    }
}
