using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.RuleSets;

/// <summary>Reads what counts as spend and inside which dates. Every category is ruled once, and the windows can meet.</summary>
internal static class ReadSpendRule
{
    /// <summary>A rule that picks its row by the year of completion has its window in the table.</summary>
    public static SpendRule? Read(YamlSection? section, RuleText text, bool byYear)
    {
        if (section is null) return null;
        var rule = new SpendRule
        {
            Base = section.Figure<SpendBasis>("base"),
            Vat = section.RequiredFigure<VatTreatment>("vat"),
            Categories = ReadCategories(section),
            Contract = section.Span("contract"),
            ContractScope = section.Read<ContractScope>("contractScope") ?? ContractScope.Each,
            Invoice = section.Span("invoice"),
            Payment = section.Span("payment"),
            Completion = section.Span("completion"),
            WindowUnseen = section.Unseen("window"),
            MustPrecedeAcceptance = section.Figure<bool>("mustPrecedeAcceptance"),
            AuditRequired = section.Figure<bool>("auditRequired"),
            InvestmentMin = section.Figure<Money>("investmentMin"),
            Shares = ReadShares(section),
        };
        if (section.Figure<ProviderInPool>("providerInPool") is { Value: ProviderInPool.Required } pool)
            text.ByPerson.Add(new(new("签约当日服务商在本市服务商池中", "the provider stood in the city's pool on the day of signing"), pool.Source));
        text.AddCheck(section, "catalogueOnly", "所购产品在本市产品目录中", "the products come from the city's catalogue");
        CheckWindows(section, rule, byYear);
        if (rule.Base?.Value == SpendBasis.Contract && rule.Vat.Value == VatTreatment.Excluded)
            section.Refuse(section.LineOf("base"), "base", "合同金额含税，不能作为不含税口径的基数", "contracts are gross, so they are no base without VAT");
        section.Done();
        return rule;
    }

    /// <summary>A window is stated, or said not to have been seen; and what one lets in the next must not shut out.</summary>
    private static void CheckWindows(YamlSection section, SpendRule rule, bool byYear)
    {
        (string Key, DateSpan? Span)[] windows = [("contract", rule.Contract), ("invoice", rule.Invoice), ("payment", rule.Payment), ("completion", rule.Completion)];
        var stated = windows.Any(w => w.Span is not null) || byYear;
        if (!stated && rule.WindowUnseen is null)
            section.Refuse(section.Line, "window", "没有规定任何时间窗口（没有见到的，请写 window 及其 openQuestion）", "no window is stated (where none was seen, write window with its openQuestion)");
        if (stated && rule.WindowUnseen is not null)
            section.Refuse(section.LineOf("window"), "window", "已规定时间窗口，不能再写 window 待定", "a window is stated, so it is not open");
        for (var i = 0; i < windows.Length; i++)
            for (var j = i + 1; j < windows.Length; j++)
                if (windows[i].Span?.From > windows[j].Span?.To)
                    section.Refuse(section.LineOf(windows[j].Key), windows[j].Key, $"窗口在 {windows[i].Key} 的窗口开始之前就结束，二者之间有缺口", $"the window ends before that of {windows[i].Key} begins: a gap that nothing can bridge");
    }

    private static ImmutableArray<CategoryRule> ReadCategories(YamlSection section)
    {
        var rules = new CategoryRule?[Enum.GetValues<LineCategory>().Length];
        foreach (var item in section.Sections("categories"))
        {
            var codes = item.List<LineCategory>("codes", required: true);
            var rule = new CategoryRule(item.Required<bool>("eligible"), item.Source(string.Join(", ", codes.Select(RuleWord<LineCategory>.Write))));
            foreach (var code in codes)
            {
                if (rules[(int)code] is not null) item.Wrong(item.Line, "codes", $"类别 {code} 重复", $"the category {code} is ruled twice");
                rules[(int)code] = rule;
            }

            item.Done();
        }

        for (var i = 0; i < rules.Length; i++)
            if (rules[i] is null) section.Wrong(section.Line, "categories", $"没有规定类别 {(LineCategory)i}", $"the category {(LineCategory)i} is not ruled");
        return [.. rules!];
    }

    private static ImmutableArray<ShareRule> ReadShares(YamlSection section)
    {
        var shares = ImmutableArray.CreateBuilder<ShareRule>();
        foreach (var item in section.Sections("shares"))
        {
            var rule = new ShareRule(
                item.Read<ProjectType>("appliesTo"), item.List<LineCategory>("categories", required: true),
                item.Has("shareMin") ? ReadAwardRule.Rate(item, "shareMin") : null, item.Has("shareMax") ? ReadAwardRule.Rate(item, "shareMax") : null);
            if (rule is { ShareMin: null, ShareMax: null }) item.Wrong(item.Line, "shareMin", "shareMin 与 shareMax 至少要有一个", "shareMin or shareMax is needed");
            if (rule.ShareMin?.Value > rule.ShareMax?.Value) item.Refuse(item.Line, "shareMin", "下限高于上限", "the lower bound is above the upper");
            shares.Add(rule);
            item.Done();
        }

        return shares.DrainToImmutable();
    }
}
