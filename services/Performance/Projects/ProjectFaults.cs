using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Performance.Invoices;

namespace PilotCity.Performance.Projects;

public sealed partial record Project
{
    internal static readonly Fault NotListed = new(
        FaultKind.Refused, "project.enterprise_not_listed",
        new Text("该企业不在本市试点企业名单内。", "The enterprise is not on the city's pilot list."), "AC01");

    internal static readonly Fault DistrictUnknown = new(
        FaultKind.Refused, "project.district_unknown",
        new Text("名单中没有该企业所属区县，请先在名单中补全。", "The pilot list does not say in which district the enterprise is; complete it there first."));

    internal static readonly Fault ProviderOther = new(
        FaultKind.Refused, "contract.provider_other",
        new Text("服务商只能登记本单位的合同。", "A provider registers its own contracts only."));

    internal static readonly Fault NoContract = new(
        FaultKind.Forbidden, "project.no_contract",
        new Text("贵单位在本项目中没有合同。", "Your organisation has no contract in this project."));

    internal static readonly Fault DownPaymentAbove = new(
        FaultKind.Refused, "contract.down_payment_above",
        new Text("首付款超过合同金额。", "The down payment is above the amount of the contract."), "AC12");

    internal static readonly Fault ListPriceBelow = new(
        FaultKind.Refused, "contract.list_price_below",
        new Text("目录价低于合同金额，让利不能为负。", "The list price is below the amount of the contract: a discount cannot be negative."), "programme F7");

    internal static readonly Fault ContractsFull = new(
        FaultKind.Refused, "contract.too_many", new Text($"一个项目最多 {ContractsMax} 份合同。", $"A project has at most {ContractsMax} contracts."));

    internal static readonly Fault DownPaymentNone = new(
        FaultKind.Refused, "down_payment.not_agreed", new Text("合同未约定首付款。", "The contract has no down payment."));

    internal static readonly Fault DownPaymentAgain = new(
        FaultKind.Conflict, "down_payment.reported", new Text("该合同的首付款已登记。", "The down payment of this contract is on record already."));

    internal static readonly Fault LinesFull = new(
        FaultKind.Refused, "spend.too_many", new Text($"一个项目最多 {LinesMax} 条支出。", $"A project has at most {LinesMax} lines of spend."));

    internal static readonly Fault MilestonesFull = new(
        FaultKind.Refused, "milestone.too_many", new Text($"一个项目最多 {MilestonesMax} 个里程碑。", $"A project has at most {MilestonesMax} milestones."));

    internal static readonly Fault BatchUnknown = new(
        FaultKind.Invalid, "batch.unknown", new Text("批次应为 1、2 或 3。", "The batch is 1, 2 or 3."));

    internal static readonly Fault AuditNotAssigned = new(
        FaultKind.Forbidden, "audit.not_assigned",
        new Text("该项目的专项审计未指派给贵单位。", "The special audit of this project is not assigned to your organisation."), "programme §3");

    internal static readonly Fault AuditDone = new(
        FaultKind.Conflict, "audit.recorded", new Text("专项审计结果已登记。", "The special audit is on record already."));

    internal static readonly Fault OtherResult = new(
        FaultKind.Refused, "evaluation.other_result",
        new("所填评测不是该企业当前已确认的改造后评测结果，请先在评测服务中确认。", "The assessment named is not the enterprise's confirmed result after renovation; confirm it in Assessment first."), "AC27");

    internal static readonly Fault NotOnSite = new(
        FaultKind.Refused, "evaluation.not_on_site",
        new("项目验收须以本机构作出的现场评定结果为依据。", "The result has to be found on site by this evaluator."), "工信厅企业〔2024〕56号");

    internal static readonly Fault EvaluationDone = new(
        FaultKind.Conflict, "evaluation.recorded", new Text("评测结果已登记。", "The evaluation is on record already."));

    internal static readonly Fault EvaluatorRelated = new(
        FaultKind.Refused, "evaluator.not_independent",
        new Text("评测、审计单位不得为本项目的服务商或企业；本次尝试已记录。", "Who evaluates or audits may be neither a provider nor the enterprise of the project; the attempt is on record."), "AC26");

    internal static readonly Fault SatisfactionOutOfRange = new(
        FaultKind.Invalid, "acceptance.satisfaction", new Text("满意度应为 0 到 100。", "Satisfaction is 0 to 100."));

    internal static readonly Fault PromiseMissing = new(
        FaultKind.Refused, "claim.promise_missing",
        new Text("申请奖补须承诺材料真实（promise）。", "A claim needs the promise that it is true (promise)."), "programme §5 E6");

    internal static readonly Fault ReturnNowhere = new(
        FaultKind.Refused, "project.nothing_to_return",
        new Text("当前状态没有可退回的环节，或不由您退回。", "There is nothing to return in this state, or it is not yours to return."), "AC33");

    internal static Fault WrongState(ProjectState state, params ReadOnlySpan<ProjectState> wanted)
    {
        var words = new List<string>();
        foreach (var one in wanted)
        {
            words.Add(Word(one));
        }

        return new(
            FaultKind.Conflict, "project.wrong_state",
            new Text($"项目当前为 {Word(state)}，此步骤须在 {string.Join("、", words)} 时办理。", $"The project is {Word(state)}; this step is taken when it is {string.Join(" or ", words)}."), "AC33");
    }

    internal static Fault SamePerson(Step earlier) => new(
        FaultKind.Refused, "project.same_person",
        new Text($"同一人已办理 {earlier.Name}，不得再办理此步骤；本次尝试已记录。", $"The same person took {earlier.Name} and may not take this step; the attempt is on record."), "AC33");

    internal static Fault ContractExists(ContractId id) => new(
        FaultKind.Conflict, "contract.exists", new Text($"合同 {id} 已登记。", $"The contract {id} is on record already."));

    internal static Fault ContractUnknown(string id, string path) => new(
        FaultKind.Refused, "contract.unknown", new Text($"本项目没有合同 {id}。", $"The project has no contract {id}."))
    {
        Details = [new(path, "contract.unknown", new Text("没有此合同。", "There is no such contract."))],
    };

    internal static Fault ProviderNotInPool(Uscc provider, DateOnly day) => new(
        FaultKind.Refused, "contract.provider_not_in_pool",
        new Text($"服务商 {provider} 在签约日 {day:yyyy-MM-dd} 不在本市服务商池内（未入池、暂停或已退出）。", $"The provider {provider} was not in the city's pool on the day of signing, {day:yyyy-MM-dd} (not admitted, suspended or gone)."), "AC15");

    internal static Fault DownPaymentShort(Money agreed) => new(
        FaultKind.Refused, "down_payment.short",
        new Text($"所付金额低于约定的首付款 {agreed} 元。", $"Less was paid than the agreed down payment of {agreed} yuan."), "AC12");

    internal static Fault DownPaymentLong(Money amount) => new(
        FaultKind.Refused, "down_payment.above_contract",
        new Text($"所付金额超过合同金额 {amount} 元。", $"More was paid than the contract's {amount} yuan."), "AC12");

    internal static Fault LineUnknown(string id) => new(
        FaultKind.NotFound, "line.unknown", new Text($"本项目没有支出 {id}。", $"The project has no line {id}."));

    internal static Fault VatAbove(string path) => new(
        FaultKind.Refused, "spend.vat_above_rate",
        new Text("税额超过 13%，请核对不含税金额与税额。", "The VAT is above 13 %; check net and VAT."), "增值税暂行条例第二条（2019-04-01 起最高 13%）")
    {
        Details = [new(path, "spend.vat_above_rate", new Text("税额过高。", "Too much VAT."))],
    };

    internal static Fault AboveContract(Contract contract, Money invoiced) => new(
        FaultKind.Refused, "spend.above_contract",
        new Text($"合同 {contract.Id} 的发票合计 {invoiced} 元，超过合同金额 {contract.Amount} 元；请先登记补充合同。", $"The invoices of contract {contract.Id} add up to {invoiced} yuan, above its {contract.Amount} yuan; register the supplementary contract first."), "AC12");

    internal static Fault AboveInvoice(string path, Money paid, Money gross) => new(
        FaultKind.Refused, "payment.above_invoice",
        new Text($"付款合计 {paid} 元，超过该发票行价税合计 {gross} 元。", $"{paid} yuan were paid on a line of {gross} yuan."), "AC12")
    {
        Details = [new(path, "payment.above_invoice", new Text("付款过多。", "Too much was paid."))],
    };

    internal static Fault PayerOther(string path) => new(
        FaultKind.Refused, "payment.payer_other", new Text("付款方不是本企业。", "The payer is not the enterprise."), "AC11")
    {
        Details = [new(path, "payment.payer_other", new Text("付款方有误。", "The payer is another one."))],
    };

    internal static Fault PayeeOther(string path) => new(
        FaultKind.Refused, "payment.payee_other", new Text("收款方不是合同的服务商。", "The payee is not the provider of the contract."), "AC11")
    {
        Details = [new(path, "payment.payee_other", new Text("收款方有误。", "The payee is another one."))],
    };

    internal static Fault InvoiceDiffers(InvoiceNumber number, string path) => new(
        FaultKind.Refused, "invoice.differs",
        new Text($"同一发票 {number} 的各行开票日期、销方或合同不一致。", $"The lines of invoice {number} differ in day, seller or contract."))
    {
        Details = [new(path, "invoice.differs", new Text("与同一发票的其他行不一致。", "It differs from another line of the invoice."))],
    };

    internal static Fault InvoiceLineTwice(InvoiceNumber number, string path) => new(
        FaultKind.Refused, "invoice.line_twice",
        new Text($"发票 {number} 的同一行填写了两次。", $"The same line of invoice {number} stands here twice."), "AC08")
    {
        Details = [new(path, "invoice.line_twice", new Text("重复的发票行。", "The line is repeated."))],
    };

    internal static Fault InvoiceClaimed(IReadOnlyList<InvoiceNumber> numbers) => new(
        FaultKind.Refused, "invoice.already_claimed",
        new Text($"发票 {string.Join("、", numbers)} 已在本市申报过；本次尝试已记录。", $"The invoice {string.Join(", ", numbers)} is claimed in this city already; the attempt is on record."), "AC08");

    internal static string Word(ProjectState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}
