using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>The conditions on the enterprise: size, scale, pilot list, national exclusions, credit lists, number of projects.</summary>
internal static class CheckEnterprise
{
    private static readonly string[] CreditZh = ["严重失信主体名单", "失信被执行人名单", "经营异常名录", "税收违法名单"];
    private static readonly string[] CreditEn = ["serious dishonesty", "dishonest judgment debtors", "abnormal operation", "tax violation"];
    private static readonly string[] SizeZh = ["微型", "小型", "中型", "大型"];
    private static readonly string[] SizeEn = ["micro", "small", "medium", "large"];

    public static void Check(Ruling ruling)
    {
        var rule = ruling.Set.Eligibility;
        CheckSize(ruling, rule);
        CheckLists(ruling, rule);
        CheckCredit(ruling, rule);
        foreach (var check in ruling.Set.ByPerson)
            ruling.Remark("eligibility.by-person", check.Source.Cited, null, $"须人工核对：{check.Sentence.Zh}", $"a person checks: {check.Sentence.En}");
        if (rule.ProjectsMax is { Value: { } most } projects && ruling.Case.Enterprise.ProjectsAwarded >= most)
            ruling.Add(Outcome.Ineligible, "enterprise.projects-used-up", projects.Cited, "enterprise.projectsAwarded",
                $"每家企业最多 {most} 个项目，已有 {ruling.Case.Enterprise.ProjectsAwarded} 个获奖补", $"an enterprise has at most {most} project(s); {ruling.Case.Enterprise.ProjectsAwarded} were awarded already");
    }

    /// <summary>What a case leaves out is missing, unless it was settled with the renovation.</summary>
    private static void Missing(Ruling ruling, string path, string clause)
    {
        if (ruling.Set.Eligibility.SettledWithRenovation is not { Value: true }) ruling.Missing(path, clause);
    }

    private static void CheckSize(Ruling ruling, EligibilityRule rule)
    {
        var enterprise = ruling.Case.Enterprise;
        if (rule.SizeMax is { Value: { } most } max)
        {
            if (enterprise.Size is not { } size) Missing(ruling, "enterprise.size", max.Cited);
            else if (size > most)
                ruling.Add(Outcome.Ineligible, "enterprise.too-large", max.Cited, "enterprise.size",
                    $"企业规模为{SizeZh[(int)size]}，超过{SizeZh[(int)most]}", $"the enterprise is {SizeEn[(int)size]}, above {SizeEn[(int)most]}");
        }

        if (rule.AboveScaleOnly is { Value: true } scale)
        {
            if (enterprise.AboveScale is not { } above) Missing(ruling, "enterprise.aboveScale", scale.Cited);
            else if (!above) ruling.Add(Outcome.Ineligible, "enterprise.below-scale", scale.Cited, "enterprise.aboveScale", "企业不是规上企业", "the enterprise is not above the scale (规上)");
        }
    }

    private static void CheckLists(Ruling ruling, EligibilityRule rule)
    {
        var enterprise = ruling.Case.Enterprise;
        if (rule.PilotListed is { Value: true } listed)
        {
            if (enterprise.InPilotList is not { } on) Missing(ruling, "enterprise.inPilotList", listed.Cited);
            else if (!on) ruling.Add(Outcome.Ineligible, "enterprise.not-listed", listed.Cited, "enterprise.inPilotList", "签约时企业不在试点企业名单上", "the enterprise was not on the pilot list at the contract date");
        }

        if (rule.Exclusions is not { } excluded) return;
        if (enterprise.Exclusions is not { } exclusions)
        {
            Missing(ruling, "enterprise.exclusions", excluded.Cited);
            return;
        }

        foreach (var exclusion in exclusions)
            if (excluded.Has(exclusion))
                ruling.Add(Outcome.Ineligible, "enterprise.excluded", excluded.Cited, "enterprise.exclusions",
                    exclusion switch
                    {
                        Exclusion.CentralLittleGiant => "企业是中央财政已支持的专精特新小巨人（central-little-giant），不重复支持",
                        Exclusion.Pilot2022 => "企业属于 2022 年试点（pilot-2022），不重复支持",
                    },
                    exclusion switch
                    {
                        Exclusion.CentralLittleGiant => "the enterprise is a little giant that the central fund financed already (central-little-giant)",
                        Exclusion.Pilot2022 => "the enterprise belongs to the pilots of 2022 (pilot-2022)",
                    });
    }

    private static void CheckCredit(Ruling ruling, EligibilityRule rule)
    {
        if (rule.CreditLists is not { } stopping) return;
        if (ruling.Case.Enterprise.CreditLists is not { } lists)
        {
            Missing(ruling, "enterprise.creditLists", stopping.Cited);
            return;
        }

        foreach (var list in lists)
            if (stopping.Has(list))
                ruling.Add(Outcome.Blocked, "enterprise.credit-listed", stopping.Cited, "enterprise.creditLists",
                    $"企业在{CreditZh[(int)list]}上，暂停拨付，由人工认定", $"the enterprise is on the list of {CreditEn[(int)list]}: payment stops until a person decides");
    }
}
