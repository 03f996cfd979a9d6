using System.Collections.Frozen;
using PilotCity.Defaults;

namespace PilotCity.Funding.RuleSets;

/// <summary>What an open question (待确认) of the rule sets asks, for whoever reads a decision that it touches.</summary>
internal static class OpenQuestions
{
    private static readonly FrozenDictionary<string, Text> Known = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["Q2"] = new("取整方式：元，两位小数，最后四舍五入一次", "rounding: yuan with two decimals, half up once at the end"),
        ["Q3"] = new("南京四级加奖与一般奖补之和的上限：按不超过合格支出", "Nanjing's top-up and general award together: at most the eligible spend"),
        ["Q4"] = new("是否含税：规则未写明的，按含税金额计算", "VAT base: gross where the rule does not say"),
        ["Q6"] = new("公示、异议期限和资料保管期限", "terms of publicity, objection and retention"),
        ["Q7"] = new("同一支出在其他项目申报：暂停拨付，由财政认定", "the same spend in another programme: payment is blocked until finance decides"),
        ["Q8"] = new("验收次数、预拨的处理：超出应得部分收回，不计利息", "attempts at acceptance, the fate of an advance: what exceeds the entitlement comes back, without interest"),
        ["Q9"] = new("之后等级提高是否补差额：按不补", "whether a later higher level pays the difference: it does not"),
        ["Q10"] = new("南昌、鹤壁三、四级是否多奖：按每批一个上限，不另加", "Nanchang, Hebi: whether levels 3 and 4 are paid more: one cap a batch, no extra"),
        ["Q11"] = new("武汉区级资金叠加：只计算市级部分", "Wuhan's district money on top: only the city's part is computed"),
        ["Q14"] = new("奖补比例、上限、方式未见：不设定，结论为材料或参数不全", "rate, cap or mode not seen: none is assumed, the outcome is incomplete"),
        ["Q15"] = new("规则生效日：按所见月份或年份的第一日，均未见则不设下限", "first day in force: first day of the month or year seen, else no bound"),
        ["Q16"] = new("不含税口径下的部分付款与合同比较：含税比含税，再按该行比例剔税", "excluding VAT: gross is compared with gross, then VAT goes in the line's own proportion"),
        ["Q17"] = new("松江软件类投入的范围：许可、开发、实施、云服务", "Songjiang's software-type spend: licence, development, implementation, cloud"),
        ["Q18"] = new("国家口径未列的支出类别：实施计入，其余不计", "categories that the national text does not name: implementation counts, the others do not"),
        ["Q19"] = new("东莞验收当日的付款：须早于验收日；此外没有付款的不予受理", "Dongguan's payment on the day of acceptance: strictly before; with nothing else paid it is refused"),
        ["Q20"] = new("银川“原则上一个项目”：第二个不予支持，除非审批人记录例外", "Yinchuan's one project in principle: a second is refused until an approver records an override"),
        ["Q21"] = new("鹤壁诊断补贴总额不足：按申请先后", "Hebi's pool of the diagnosis subsidy: in the order of applications"),
        ["Q22"] = new("合肥 2024、2025 年以外完工：没有比例，结论为材料或参数不全", "Hefei's completion outside 2024–2025: no rate, the outcome is incomplete"),
        ["Q23"] = new("截止时刻 24:00 本身：按按时处理", "the cut-off moment itself, 24:00: in time"),
        ["Q24"] = new("龙岩预拨条件：按合同、备案、首付款均已完成", "Longyan's triggers of the advance: contract, filing, down payment"),
        ["Q25"] = new("由谁认定等级：按第三方或主管部门", "who must have found the level: a third party or the authority"),
        ["Q26"] = new("按月期限的末日不存在：当月最后一日", "a term of months that ends on a day which the month lacks: its last day"),
        ["Q27"] = new("固定比例下少给：须记录理由", "less under a fixed rule: only with a recorded reason"),
        ["Q29"] = new("同一企业多个项目的上限：合并计算", "the cap across several projects of an enterprise: one together"),
        ["Q30"] = new("验收时在失信名单上：暂停拨付，项目不终止", "a credit list at acceptance: payment is blocked, the project goes on"),
        ["n/s"] = new("来源中没有见到，也没有编号", "not seen in the source, and without a number of its own"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static Text Of(string question) => Known.GetValueOrDefault(question) ?? new("待确认", "open");
}
