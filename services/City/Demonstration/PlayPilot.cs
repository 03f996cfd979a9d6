using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.City.Demonstration;

/// <summary>
/// One pilot from the first yuan to the last receipt, as its people live it: every line is a request through the gateway with the token of the
/// role that takes the step. Whatever goes otherwise than it must ends the story.
/// </summary>
internal sealed class PlayPilot(PilotClient city, SimulatedClock clock, TextWriter output)
{
    private const string Fund = "central-2025";
    private const string Registry = $"/api/registry/{PilotClient.City}";
    private const string Assessment = $"/api/assessment/{PilotClient.City}";
    private const string Performance = $"/api/performance/{PilotClient.City}";
    private const string Funding = $"/api/funding/{PilotClient.City}";

    /// <summary>Invented providers with credit codes whose check characters hold.</summary>
    private static readonly (string Uscc, string Name)[] Providers =
    [
        ("91350800MA0041E869", "龙岩智造云科技有限公司"), ("91350800MA004HX56Y", "福建工联网络有限公司"), ("91350800MA005KUY8R", "闽西数智服务有限公司"),
    ];

    private static readonly string[] Capabilities = ["MES", "工业云"];
    private static readonly string[] Needs = ["生产执行", "设备联网"];

    private readonly List<Enterprise> enterprises = [];
    private readonly string[] projects = new string[DemonstrationProject.All.Count];

    private sealed record Enterprise(string Uscc, string Name, string District)
    {
        public string Account => $"enterprise:{Uscc}";

        public string DistrictOfficer => $"district-officer-{District}-1";
    }

    /// <summary>The ids of the projects, which are those of their awards, in the order of the story.</summary>
    internal IReadOnlyList<string> Projects => projects;

    internal async Task Play()
    {
        await Prepare();
        await ListEnterprises();
        await AdmitProviders();
        await BeginProjects();
        await PayAdvances();
        await Renovate();
        await Accept();
        await Award();
        await Pay();
        await Recover();
        await CheckBalances();
        await AskAsAuditor();
    }

    private async Task Prepare()
    {
        At(2025, 7, 1);
        await city.Post("finance-officer-1", $"{Funding}/funds", new { id = Fund, name = "2025年中小企业数字化转型城市试点中央资金", source = "central", planned = "100000000.00" });
        await city.Post("finance-officer-1", $"{Funding}/funds/{Fund}/receipts", new { document = "闽财企指〔2025〕18号", amount = "100000000.00" });
        await city.Post("finance-officer-1", $"{Funding}/funds/{Fund}/splits", new
        {
            allocations = new object[] { new { use = "enterprise-renovation", amount = "80000000.00" }, new { use = "platforms-and-providers", amount = "20000000.00" } },
        });
        Tell("财政局登记中央资金1亿元，按80/20拆分", "the finance bureau enters 1亿 of central money and splits it 80/20");
        var draft = await city.Put("bureau-officer-1", $"{Funding}/rule-sets/longyan/draft", new { shipped = "longyan" });
        await city.Post("bureau-approver-1", $"{Funding}/rule-sets/longyan/publication", new { version = draft.GetProperty("version").GetInt32(), hash = draft.GetProperty("hash").GetString() });
        Tell("工信局起草并由第二人发布奖补规则 longyan@1", "the bureau drafts the rule set longyan@1, a second person publishes it");
    }

    private async Task ListEnterprises()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("longyan-pilot-list.xlsx")!;
        using var workbook = new MemoryStream();
        await stream.CopyToAsync(workbook);
        var told = await city.File(
            "bureau-officer-1", HttpMethod.Post, $"{Registry}/pilot-lists?day=2025-06-30&name={Uri.EscapeDataString("龙岩市试点企业名单（第一批）")}",
            workbook.ToArray(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        Must(told.GetProperty("imported").GetInt32() == 40, "40 enterprises are imported");
        for (string? after = null; ;)
        {
            var page = await city.Get("bureau-officer-1", $"{Registry}/enterprises?limit=200{(after is null ? string.Empty : $"&after={after}")}");
            enterprises.AddRange(page.GetProperty("items").EnumerateArray().Select(e => new Enterprise(Text(e, "uscc"), Text(e, "name"), Text(e, "districtCode"))));
            if (!page.TryGetProperty("next", out var next))
            {
                break;
            }

            after = next.GetString();
        }

        Must(enterprises.Count == 40, "40 enterprises are listed");
        Tell("导入试点名单：40家企业", "the pilot list is imported: 40 enterprises");
        foreach (var enterprise in enterprises)
        {
            await city.Post(enterprise.Account, $"{Assessment}/assessments", new
            {
                enterprise = enterprise.Uscc,
                purpose = "before",
                mode = "self",
                pledge = true,
                answers = Answers.Of(1),
                scenarios = Answers.Scenarios(1),
            });
        }

        Tell("40家企业完成改造前自评（含真实性承诺）", "all 40 assess themselves before the renovation, with the pledge of truth");
        foreach (var enterprise in DemonstrationProject.All.Select(p => enterprises[p.Enterprise]))
        {
            await city.Put(enterprise.Account, $"{Funding}/accounts/{enterprise.Uscc}", new { accountName = enterprise.Name, accountNumber = $"35080{enterprise.Uscc[^8..].Select(c => (c % 10).ToString(CultureInfo.InvariantCulture)).Aggregate((a, b) => a + b)}", bank = "龙岩农村商业银行" });
        }
    }

    private async Task AdmitProviders()
    {
        foreach (var (uscc, name) in Providers)
        {
            var account = $"provider:{uscc}";
            await city.Put(account, $"{Performance}/providers/{uscc}", new { name, capabilities = Capabilities, products = new[] { new { name = "小快轻准制造执行系统", category = "software-licence" } } });
            await city.Post(account, $"{Performance}/pool/{uscc}/application", new { });
            await city.Post("bureau-officer-2", $"{Performance}/pool/{uscc}/review", new { fit = true, opinion = "材料齐全，案例属实" });
            await city.Post("bureau-officer-2", $"{Performance}/pool/{uscc}/publicity", new { from = "2025-07-01", until = "2025-07-07" });
        }

        At(2025, 7, 9);
        foreach (var (uscc, _) in Providers)
        {
            await city.Post("bureau-approver-2", $"{Performance}/pool/{uscc}/admission", new { from = "2025-07-09" });
        }

        Tell("3家服务商经评审、公示入池", "three providers enter the pool after review and publicity");
    }

    private async Task BeginProjects()
    {
        foreach (var (project, i) in Story)
        {
            var (enterprise, provider) = (enterprises[project.Enterprise], Providers[project.Provider]);
            var account = $"provider:{provider.Uscc}";
            At(2025, 7, 14);
            var begun = await city.Post(account, $"{Performance}/projects", new
            {
                enterprise = enterprise.Uscc,
                diagnosedOn = "2025-07-14",
                levelBefore = 1,
                needs = Needs,
                title = "数字化改造",
                documents = new[] { await city.Evidence(account, "diagnosis-report", "诊断报告.txt", $"诊断报告 {enterprise.Name}") },
            });
            projects[i] = Text(begun, "project");
            At(2025, 7, 21);
            await city.Post(enterprise.Account, Of(i, "contracts"), new
            {
                id = "HT-1",
                provider = provider.Uscc,
                signedOn = "2025-07-21",
                amount = Yuan(project.Spend),
                downPayment = Yuan(project.DownPayment),
                listPrice = Yuan(project.Spend * 11 / 10),
                documents = new[]
                {
                    await city.Evidence(enterprise.Account, "contract", "合同.txt", $"合同 {enterprise.Name} {provider.Name} {project.Spend}"),
                    await city.Evidence(enterprise.Account, "need-list", "需求清单.txt", $"需求清单 {enterprise.Name}"),
                    await city.Evidence(enterprise.Account, "promise-letter", "承诺书.txt", $"承诺书 {enterprise.Name}"),
                },
            });
            At(2025, 7, 25);
            await city.Post(enterprise.Account, Of(i, "contracts/HT-1/down-payment"), new
            {
                paidOn = "2025-07-25",
                amount = Yuan(project.DownPayment),
                documents = new[] { await city.Evidence(enterprise.Account, "down-payment-proof", "首付凭证.txt", $"首付凭证 {enterprise.Name}") },
            });
            At(2025, 7, 31);
            await city.Post(enterprise.DistrictOfficer, Of(i, "filing-check"), new
            {
                opinion = "情况属实，同意备案",
                documents = new[] { await city.Evidence(enterprise.DistrictOfficer, "filing-form", "备案表.txt", $"备案表 {enterprise.Name}") },
            });
            await city.Post("bureau-officer-1", Of(i, "filing-confirmation"), new { filedOn = "2025-07-31" });
        }

        Tell($"{Story.Count}个项目完成诊断、签约、首付和备案", $"{Story.Count} projects are diagnosed, contracted, paid down and filed");
    }

    private async Task PayAdvances()
    {
        At(2025, 8, 4);
        var advanced = Story.Where(s => s.Project.Advance).ToArray();
        foreach (var (project, i) in advanced)
        {
            var computed = await city.Post("bureau-officer-1", $"{Funding}/awards/{projects[i]}/advance", new { ruleSet = "longyan" });
            Must(Text(computed, "payable") == Yuan(project.AdvanceAmount), $"the advance of project {i + 1} is {Yuan(project.AdvanceAmount)}");
            await city.Post("bureau-approver-1", $"{Funding}/awards/{projects[i]}/advance/approval", new { fund = Fund, planNumber = "龙工信企业〔2025〕预1号" });
        }

        await PayBatch("2025-08-05", [.. advanced.Select(a => projects[a.Index])], []);
        Tell($"预拨{advanced.Length}笔，共{Yuan(advanced.Sum(a => a.Project.AdvanceAmount))}元", $"{advanced.Length} advances are paid, {Yuan(advanced.Sum(a => a.Project.AdvanceAmount))} in all");
    }

    private async Task Renovate()
    {
        foreach (var (project, i) in Story)
        {
            var (enterprise, provider) = (enterprises[project.Enterprise], $"provider:{Providers[project.Provider].Uscc}");
            At(2025, 10, 15);
            await city.Post(provider, Of(i, "milestones"), new
            {
                name = "系统上线",
                reachedOn = "2025-10-14",
                documents = new[] { await city.Evidence(provider, "milestone-report", "里程碑报告.txt", $"里程碑 {enterprise.Name}") },
            });
            At(2026, 1, 12);
            if (project.Twist == Twist.InvoiceTwice)
            {
                var told = await city.Refused(enterprise.Account, Of(i, "spend"), new { lines = Lines(project, i, borrowedFrom: 0) }, "invoice.already_claimed");
                Tell($"企业「{enterprise.Name}」重复申报发票被拒：{told}", $"{enterprise.Name} claims an invoice of another project: {told}");
            }

            await city.Post(enterprise.Account, Of(i, "spend"), new { lines = Lines(project, i, borrowedFrom: null) });
            At(2026, 1, 20);
            await city.Post(enterprise.Account, Of(i, "completion"), new
            {
                completedOn = "2026-01-19",
                documents = new[]
                {
                    await city.Evidence(enterprise.Account, "completion-report", "完工报告.txt", $"完工报告 {enterprise.Name}"),
                    await city.Evidence(enterprise.Account, "invoices-and-payments", "发票与付款凭证.txt", $"发票与付款 {enterprise.Name}"),
                    await city.Evidence(enterprise.Account, "input-list", "投入清单.txt", $"投入清单 {enterprise.Name}"),
                },
            });
        }

        Tell("里程碑、投入、发票与付款入档，全部项目完工", "milestones, spend, invoices and payments are on file; every project is completed");
    }

    private async Task Accept()
    {
        foreach (var (project, i) in Story)
        {
            var enterprise = enterprises[project.Enterprise];
            At(2026, 2, 2);
            await city.Post(enterprise.Account, Of(i, "acceptance-application"), new
            {
                appliedOn = "2026-02-02",
                documents = new[]
                {
                    await city.Evidence(enterprise.Account, "acceptance-form", "验收申请表.txt", $"验收申请 {enterprise.Name}"),
                    await city.Evidence(enterprise.Account, "after-assessment", "改造后自评.txt", $"自评 {enterprise.Name}"),
                },
            });
            At(2026, 2, 10);
            await city.Post(enterprise.DistrictOfficer, Of(i, "verification"), new
            {
                visitedOn = "2026-02-10",
                opinion = "现场核查属实",
                documents = new[]
                {
                    await city.Evidence(enterprise.DistrictOfficer, "on-site-record", "现场记录.txt", $"现场记录 {enterprise.Name}"),
                    await city.Evidence(enterprise.DistrictOfficer, "photographs", "照片.txt", $"照片 {enterprise.Name}"),
                },
            });
            At(2026, 3, 2);
            var assessed = await city.Post("evaluator-1", $"{Assessment}/assessments", new
            {
                enterprise = enterprise.Uscc,
                purpose = "after",
                mode = "third-party",
                answers = Answers.Of(4),
                scenarios = Answers.Scenarios(project.LevelAfter),
            });
            await city.Post("bureau-officer-1", $"{Assessment}/assessments/{Text(assessed, "id")}/confirmation", new { });
            Must(assessed.GetProperty("level").GetInt32() == project.LevelAfter, $"the level after of project {i + 1} is {project.LevelAfter}");
            await city.Post("evaluator-1", Of(i, "evaluation"), new
            {
                assessment = Text(assessed, "id"),
                doneAt = "2026-03-02T08:30:00+08:00",
                documents = new[] { await city.Evidence("evaluator-1", "evaluation-report", "评测报告.txt", $"评测报告 {enterprise.Name}") },
            });
            await city.Post("bureau-officer-1", Of(i, "audit-assignment"), new { auditor = "evaluation-2" });
            await city.Post("evaluator-2", Of(i, "audit"), new
            {
                spend = Yuan(project.AuditedSpend),
                doneAt = "2026-03-02T08:40:00+08:00",
                documents = new[] { await city.Evidence("evaluator-2", "audit-report", "专项审计报告.txt", $"审计 {enterprise.Name} {project.AuditedSpend}") },
            });
            At(2026, 3, 12);
            await city.Post("bureau-approver-1", Of(i, "acceptance"), new
            {
                acceptedOn = "2026-03-12",
                satisfaction = 90,
                documents = new[] { await city.Evidence("bureau-approver-1", "minutes", "验收纪要.txt", $"验收纪要 {enterprise.Name}") },
            });
            await city.Post(enterprise.Account, Of(i, "claim"), new { promise = true });
        }

        Tell("区级核查、第三方现场评测、专项审计、验收完成", "district checks, on-site assessments, audits and acceptances are done");
    }

    private async Task Award()
    {
        At(2026, 3, 16);
        foreach (var (project, i) in Story)
        {
            var officer = project.Twist == Twist.ApproverIsHandler ? "bureau-both-1" : "bureau-officer-1";
            var computed = await city.Post(officer, $"{Funding}/awards/{projects[i]}/computation", new { ruleSet = "longyan" });
            Must(Text(computed, "entitlement") == Yuan(project.Award), $"the award of project {i + 1} is {Yuan(project.Award)}");
            Tell($"核定 {enterprises[project.Enterprise].Name}：{Yuan(project.Award)} 元（{project.Why.Zh}）", $"award of {enterprises[project.Enterprise].Name}: {Yuan(project.Award)} ({project.Why.En})");
            if (project.Award > project.AdvanceAmount)
            {
                await city.Post("bureau-officer-1", $"{Funding}/awards/{projects[i]}/publicity", new { where = "龙岩市工业和信息化局网站" });
            }
        }

        At(2026, 3, 30);
        foreach (var (project, i) in Story)
        {
            if (project.Twist == Twist.ApproverIsHandler)
            {
                var told = await city.Refused("bureau-both-1", $"{Funding}/awards/{projects[i]}/approval", new { fund = Fund, planNumber = "龙工信企业〔2026〕1号" }, "award.same_person");
                Tell($"经办人自行审批被拒：{told}", $"the handler tries to approve: {told}");
            }

            await city.Post("bureau-approver-2", $"{Funding}/awards/{projects[i]}/approval", new { fund = Fund, planNumber = "龙工信企业〔2026〕1号" });
        }

        Tell("公示期满无异议，计划下达", "publicity is over without objection, the plan is issued");
    }

    private async Task Pay()
    {
        var due = Story.Where(s => s.Project.Award > s.Project.AdvanceAmount).ToArray();
        var failing = due.Where(d => d.Project.Twist == Twist.TransferFails).Select(d => projects[d.Index]).ToArray();
        At(2026, 4, 1);
        await PayBatch("2026-04-02", [.. due.Select(d => projects[d.Index])], failing);
        Tell($"拨付{due.Length - failing.Length}笔，{failing.Length}笔被银行退回", $"{due.Length - failing.Length} transfers are paid, {failing.Length} comes back");
        At(2026, 4, 8);
        await PayBatch("2026-04-09", failing, []);
        Tell("退回的一笔重新拨付成功", "the transfer that came back is repeated and paid");
    }

    private async Task Recover()
    {
        At(2026, 4, 15);
        foreach (var (project, i) in Story.Where(s => s.Project.Recovery > 0))
        {
            await city.Post("finance-officer-1", $"{Funding}/awards/{projects[i]}/recoveries", new { amount = Yuan(project.Recovery), document = "缴款书2026-0007" });
            Tell($"追回多预拨的{Yuan(project.Recovery)}元", $"{Yuan(project.Recovery)} advanced too much comes back");
        }
    }

    private async Task CheckBalances()
    {
        var trial = await city.Get("finance-officer-1", $"{Funding}/funds/{Fund}/trial-balance");
        output.WriteLine();
        output.WriteLine(Say.Of("试算平衡（元）", "Trial balance (yuan)"));
        output.WriteLine(JsonSerializer.Serialize(trial, Json.Pretty));
        var (debits, credits) = (Text(trial, "debits"), Text(trial, "credits"));
        Must(debits == credits && debits == "100000000.00", "debits are credits, and both are what was received");
        var paid = Story.Sum(s => s.Project.PaidInTheEnd);
        var balances = trial.GetProperty("accounts").EnumerateArray().ToDictionary(a => Text(a, "account"), a => Text(a, "balance"), StringComparer.Ordinal);
        Must(balances["pool:renovation:paid"] == Yuan(paid), $"{Yuan(paid)} is paid in the end");
        Must(balances["pool:renovation:available"] == Yuan(80_000_000 - paid), "the rest is available");
    }

    /// <summary>What was refused is not gone: the auditor finds who tried it.</summary>
    private async Task AskAsAuditor()
    {
        var refused = await city.Get("auditor-1", $"{Performance}/invoices?refused=true");
        Must(refused.GetProperty("total").GetInt64() > 0, "the auditor sees the invoice that was claimed twice");
        Tell("审计可见：重复申报的发票及其申报人", "the auditor sees the invoice claimed twice, and who claimed it");
    }

    /// <summary>Made, signed by a second person, fetched, and answered by the bank: <paramref name="failing"/> come back.</summary>
    private async Task PayBatch(string day, string[] awards, string[] failing)
    {
        var batch = await city.Post("finance-officer-1", $"{Funding}/payment-batches", new { awards });
        var (id, total) = (Text(batch, "id"), Text(batch, "total"));
        await city.Post("finance-approver-1", $"{Funding}/payment-batches/{id}/approval", new { count = awards.Length, total });
        await city.Post("finance-officer-1", $"{Funding}/payment-batches/{id}/file", new { purpose = "提交银行批量代付" });
        var file = Encoding.UTF8.GetString(await city.Bytes("finance-officer-1", $"{Funding}/payment-batches/{id}/file"));
        Must(file.Contains($"T,{awards.Length},{total}", StringComparison.Ordinal), "the payment file ends with its control totals");
        At(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        var lines = batch.GetProperty("lines").EnumerateArray().Select(l => (Line: Text(l, "line"), Award: Text(l, "award"), Amount: Text(l, "amount"))).ToArray();
        var result = new StringBuilder($"H,{id},{lines.Length},{total}\r\nline,status,amount,reference,paidAt,reason\r\n");
        foreach (var (line, award, amount) in lines)
        {
            result.Append(failing.Contains(award) ? $"{line},failed,{amount},,,账户状态异常\r\n" : $"{line},paid,{amount},REF{line},{day}T08:10:00+08:00,\r\n");
        }

        result.Append(CultureInfo.InvariantCulture, $"T,{lines.Length},{total}\r\n");
        var told = await city.File("finance-officer-1", HttpMethod.Post, $"{Funding}/payment-batches/{id}/result", Encoding.UTF8.GetBytes(result.ToString()), "text/csv");
        Must(told.GetProperty("paid").GetInt32() == lines.Length - failing.Length && told.GetProperty("failed").GetInt32() == failing.Length, "the bank's result is what the bank said");
    }

    /// <summary>Three invoices of a project, gross as the story says; the third is the twist's.</summary>
    private static object[] Lines(DemonstrationProject project, int index, int? borrowedFrom)
    {
        var old = project.Twist == Twist.InvoiceOutsideWindow;
        var third = old ? 150_000 : project.Spend / 5;
        var second = project.Spend / 4;
        var first = project.Spend - second - third;
        return
        [
            Line("software-licence", first, 1, "2025-12-10", 1.13m),
            Line("cloud", second, 2, "2025-12-10", 1.06m),
            Line("gateway", third, 3, old ? "2024-10-15" : "2025-12-12", 1.13m),
        ];

        object Line(string category, long gross, int number, string issuedOn, decimal rate)
        {
            var net = Money.RoundHalfUp(gross / rate);
            return new
            {
                contract = "HT-1",
                category,
                invoice = new { number = $"2535{borrowedFrom ?? index:00}{number:0000000000}", issuedOn, net = net.ToString(), vat = (Money.OfYuan(gross) - net).ToString() },
                payments = new[] { new { paidOn = "2026-01-08", amount = Yuan(gross) } },
            };
        }
    }

    private static IReadOnlyList<(DemonstrationProject Project, int Index)> Story { get; } = [.. DemonstrationProject.All.Select((p, i) => (p, i))];

    private string Of(int index, string step) => $"{Performance}/projects/{projects[index]}/{step}";

    private void At(int year, int month, int day) => At(new DateOnly(year, month, day));

    private void At(DateOnly day) => clock.GoTo(ChinaTime.StartOf(day).AddHours(9));

    private void Tell(string zh, string en) => output.WriteLine($"{ChinaTime.DayOf(clock.GetUtcNow()):yyyy-MM-dd}  {Say.Of(zh, en)}");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Yuan(long yuan) => Money.OfYuan(yuan).ToString();

    private static void Must(bool holds, string what)
    {
        if (!holds)
        {
            throw new DemonstrationFailedException(what);
        }
    }
}
