using PilotCity.Defaults;

namespace PilotCity.Funding.Awards;

/// <summary>The words of the award case in a reader's language: outcomes, modes, codes, and what stands at a path.</summary>
internal static class Wording
{
    private static readonly Dictionary<string, Text> Fields = new(StringComparer.Ordinal)
    {
        ["id"] = new("案例编号", "case"),
        ["kind"] = new("事项", "kind"),
        ["ruleSet"] = new("规则", "rule set"),
        ["stage"] = new("环节", "stage"),
        ["at"] = new("核定时间", "decided at"),
        ["proposed"] = new("拟定金额", "proposed amount"),
        ["advancesPaid"] = new("已预拨", "advances paid"),
        ["enterprise.uscc"] = new("统一社会信用代码", "credit code"),
        ["enterprise.size"] = new("企业规模", "size class"),
        ["enterprise.aboveScale"] = new("规上企业", "above the scale (规上)"),
        ["enterprise.inPilotList"] = new("签约时在试点名单", "on the pilot list at the contract date"),
        ["enterprise.exclusions"] = new("不重复支持名单", "exclusion lists"),
        ["enterprise.creditLists"] = new("失信名单", "credit lists"),
        ["enterprise.projectsAwarded"] = new("此前获奖补项目数", "projects awarded before"),
        ["enterprise.awarded"] = new("此前获奖补金额", "awarded before"),
        ["project.type"] = new("项目类型", "project type"),
        ["project.batch"] = new("批次", "batch"),
        ["project.filedOn"] = new("备案日期", "filed on"),
        ["project.completedOn"] = new("完工日期", "completed on"),
        ["project.acceptanceAppliedOn"] = new("申请验收日期", "acceptance applied for on"),
        ["project.acceptedOn"] = new("通过验收日期", "accepted on"),
        ["project.districtCheckAt"] = new("区级真实性核查提交时间", "district's truth check at"),
        ["project.evaluationDoneAt"] = new("评测、审计、归档完成时间", "evaluation, audit and archive done at"),
        ["project.claimSubmittedAt"] = new("申请奖补时间", "claim submitted at"),
        ["project.levelBefore"] = new("改造前等级", "level before"),
        ["project.levelAfter"] = new("改造后等级", "level after"),
        ["project.levelSource"] = new("等级认定方", "level found by"),
        ["project.documents"] = new("已有材料", "documents on file"),
        ["project.contracts"] = new("合同", "contracts"),
        ["project.lines"] = new("支出明细", "lines of spend"),
        ["project.auditedSpend"] = new("专项审计认定支出", "audited spend"),
        ["provider.class"] = new("服务商类别", "class of provider"),
        ["provider.score"] = new("评审得分", "review score"),
        ["diagnosis.cost"] = new("诊断费用", "cost of the diagnosis"),
        ["penalty.basis"] = new("违法情形", "breach"),
        ["penalty.amount"] = new("涉及金额", "sum"),
        ["contract"] = new("合同", "contract"),
        ["contract.id"] = new("合同编号", "contract"),
        ["description"] = new("说明", "description"),
        ["provider"] = new("服务商", "provider"),
        ["category"] = new("类别", "category"),
        ["signedOn"] = new("签订日期", "signed on"),
        ["amount"] = new("金额", "amount"),
        ["downPayment"] = new("首付款", "down payment"),
        ["downPaymentPaidOn"] = new("首付款支付日期", "down payment made on"),
        ["payments"] = new("付款", "payments"),
        ["paidOn"] = new("付款日期", "paid on"),
        ["invoice"] = new("发票", "invoice"),
        ["invoice.number"] = new("发票号码", "invoice number"),
        ["invoice.issuedOn"] = new("开票日期", "invoiced on"),
        ["invoice.net"] = new("不含税金额", "net amount"),
        ["invoice.vat"] = new("税额", "VAT"),
        ["invoice.claimedIn"] = new("已在他处申报", "claimed elsewhere"),

        // Figures of the steps.
        ["rate"] = new("比例", "rate"),
        ["eligibleSpend"] = new("合格支出", "eligible spend"),
        ["cap"] = new("上限", "cap"),
        ["awarded"] = new("此前已获奖补", "awarded before"),
        ["topUp"] = new("加奖", "top-up"),
        ["award"] = new("一般奖补", "general award"),
        ["approved"] = new("应付额", "what is due"),
        ["spend"] = new("支出", "spend"),
        ["gross"] = new("含税支出", "gross spend"),
        ["audited"] = new("审计数", "audited"),
        ["everything"] = new("总支出", "whole spend"),
        ["shareMin"] = new("最低占比", "least share"),
        ["shareMax"] = new("最高占比", "highest share"),
        ["share"] = new("比例", "share"),
        ["cost"] = new("费用", "cost"),
        ["score"] = new("得分", "score"),
        ["scoreFrom"] = new("分档起点", "band from"),
        ["batch"] = new("批次", "batch"),
        ["completedOn"] = new("完工日期", "completed on"),
        ["districtCheckAt"] = new("区级核查提交时间", "district's check at"),
        ["evaluationDoneAt"] = new("评测、审计、归档完成时间", "evaluation, audit and archive done at"),
        ["claimSubmittedAt"] = new("申请奖补时间", "claim submitted at"),
    };

    private static readonly Dictionary<string, Text> Words = new(Enum.GetValues<DocumentCode>().Select(Named), StringComparer.Ordinal)
    {
        ["renovation"] = new("改造奖补", "renovation"),
        ["diagnosis"] = new("诊断补贴", "diagnosis subsidy"),
        ["penalty"] = new("违法处理", "penalty"),
        ["final"] = new("最终核定", "final award"),
        ["advance"] = new("首笔预拨", "advance"),
        ["acceptance"] = new("验收受理", "acceptance application"),
        ["micro"] = new("微型", "micro"),
        ["small"] = new("小型", "small"),
        ["medium"] = new("中型", "medium"),
        ["large"] = new("大型", "large"),
        ["single"] = new("单个企业项目", "single"),
        ["chain"] = new("链式项目", "chain"),
        ["self"] = new("企业自评", "the enterprise itself"),
        ["provider"] = new("服务商", "provider"),
        ["third-party"] = new("第三方评测", "third party"),
        ["official"] = new("主管部门认定", "authority"),
        ["integrated"] = new("综合型", "integrated"),
        ["fraud"] = new("虚报、冒领", "fraud"),
        ["misuse"] = new("挪用", "misuse"),
        ["central-little-giant"] = new("中央财政已支持的小巨人", "little giant financed by the central fund"),
        ["pilot-2022"] = new("2022 年试点企业", "pilots of 2022"),
        ["serious-dishonesty"] = new("严重失信主体", "serious dishonesty"),
        ["dishonest-debtor"] = new("失信被执行人", "dishonest judgment debtor"),
        ["abnormal-operation"] = new("经营异常", "abnormal operation"),
        ["tax-violation"] = new("税收违法", "tax violation"),
        ["software-licence"] = new("软件许可", "software licence"),
        ["software-development"] = new("软件开发", "software development"),
        ["implementation"] = new("系统实施", "implementation"),
        ["cloud"] = new("云服务", "cloud service"),
        ["gateway"] = new("网关", "gateway"),
        ["terminal"] = new("终端", "terminal"),
        ["network"] = new("网络设备", "network"),
        ["data-storage"] = new("数据存储", "data storage"),
        ["embedded-software"] = new("嵌入式软件", "embedded software"),
        ["office-pc"] = new("办公电脑", "office PC"),
        ["it-operations"] = new("IT运维", "IT operations"),
        ["weak-current"] = new("弱电工程", "weak-current works"),
        ["construction"] = new("土建工程", "construction"),
        ["consulting"] = new("咨询", "consulting"),
        ["training"] = new("培训", "training"),
        ["other-hardware"] = new("其他硬件", "other hardware"),
        ["other"] = new("其他", "other"),
        ["true"] = new("是", "yes"),
        ["false"] = new("否", "no"),
    };

    public static Text Of(Outcome outcome) => outcome switch
    {
        Outcome.Refused => new("不予办理", "refused"),
        Outcome.Late => new("逾期，视为放弃", "late: waived"),
        Outcome.Ineligible => new("不符合条件", "ineligible"),
        Outcome.Blocked => new("暂停拨付", "blocked until a person decides"),
        Outcome.Incomplete => new("材料或参数不全", "incomplete"),
        Outcome.Accepted => new("可以受理", "accepted"),
        Outcome.Owed => new("应追缴", "owed"),
        Outcome.NothingPayable => new("现无应拨款项", "nothing payable now"),
        Outcome.Payable => new("可以拨付", "payable"),
    };

    /// <summary>A coded value in words; what is no code stays as it is.</summary>
    public static Text Value(string word) => Words.GetValueOrDefault(word) ?? new(word, word);

    /// <summary>What stands at a path of a case or bears a name in a step: <c>project.lines[2].payments[0].paidOn</c> is "第 3 行 第 1 笔付款 付款日期".</summary>
    public static Text Path(string path)
    {
        if (Fields.GetValueOrDefault(path) is { } known) return known;
        if (path.StartsWith("ruleSet.", StringComparison.Ordinal)) return new($"规则参数 {path[8..]}", $"parameter {path[8..]}");
        var rest = path.StartsWith("project.", StringComparison.Ordinal) ? path[8..] : path;
        if (Indexed(ref rest, "lines") is { } line)
        {
            var (zh, en) = ($"第 {line + 1} 行", $"line {line + 1}");
            if (Indexed(ref rest, "payments") is { } payment) (zh, en) = ($"{zh}第 {payment + 1} 笔付款", $"{en}, payment {payment + 1}");
            return With(zh, en, rest);
        }

        return Indexed(ref rest, "contracts") is { } contract ? With($"第 {contract + 1} 份合同", $"contract {contract + 1}", rest) : new(path, path);
    }

    private static KeyValuePair<string, Text> Named(DocumentCode code) =>
        RuleSets.RuleWord<DocumentCode>.Write(code) is var word ? new(word, new(CheckProject.DocumentZh[(int)code], word)) : default;

    private static Text With(string zh, string en, string rest) =>
        rest.Length == 0 ? new(zh, en) : Fields.GetValueOrDefault(rest) is { } field ? new($"{zh}{field.Zh}", $"{en}, {field.En}") : new($"{zh} {rest}", $"{en}, {rest}");

    /// <summary>The number in <c>name[number].rest</c>, and what follows it.</summary>
    private static int? Indexed(ref string rest, string name)
    {
        if (!rest.StartsWith(name + "[", StringComparison.Ordinal) || rest.IndexOf(']', StringComparison.Ordinal) is not (> 0 and var end)) return null;
        if (!int.TryParse(rest.AsSpan(name.Length + 1, end - name.Length - 1), out var index)) return null;
        rest = rest[(end + 1)..].TrimStart('.');
        return index;
    }
}
