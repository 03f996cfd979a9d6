using System.Globalization;
using PilotCity.City.Demonstration;
using PilotCity.Defaults;

namespace PilotCity.Torture.Load;

/// <summary>
/// One enterprise after another from its diagnosis to the last payment, every step with its evidence and by whoever takes it. The days of the
/// renovation lie in the past; publicity takes the days that it takes.
/// </summary>
internal sealed class PlayProjects(Client client, Stage stage, int number)
{
    private static readonly string[] Needs = ["生产执行", "设备联网"];
    private int played;

    internal async Task Play(CancellationToken ct)
    {
        while (await stage.Free.Reader.WaitToReadAsync(ct))
        {
            if (stage.Free.Reader.TryRead(out var enterprise))
            {
                await Play(enterprise, ct);
            }
        }
    }

    private async Task Play(Enterprise enterprise, CancellationToken ct)
    {
        var provider = Stage.Providers[client.Random.Next(Stage.Providers.Length)];
        var account = $"provider:{provider}";
        var spend = client.Random.Next(30, 101) * 10_000L;
        var downPayment = spend * 3 / 10;
        var advance = client.Random.Next(2) == 0;
        var levelAfter = client.Random.Next(12) == 0 ? 1 : client.Random.Next(2, 5);
        var audited = client.Random.Next(4) == 0 ? spend * 7 / 10 : spend;

        await client.Must(Step("assessment", enterprise.Account, $"{Stage.Assessment}/assessments", Assessment(enterprise, "before", "self", 1)), ct);
        await client.Must(
            client.Put("account", enterprise.Account, $"{Stage.Funding}/accounts/{enterprise.Uscc}", new { accountName = enterprise.Name, accountNumber = $"35080{client.Number(10)}", bank = "龙岩农村商业银行" }), ct);
        var begun = await client.Must(
            Step("diagnosis", account, $"{Stage.Performance}/projects", new
            {
                enterprise = enterprise.Uscc,
                diagnosedOn = "2025-07-14",
                levelBefore = 1,
                needs = Needs,
                title = "数字化改造",
                documents = new[] { await client.Evidence(account, "diagnosis-report", "诊断报告", ct) },
            }),
            ct);
        var project = begun.Text("project");
        await Sign(enterprise, provider, project, spend, downPayment, ct);
        var paid = 0L;
        if (advance)
        {
            var amount = Math.Min(downPayment * 4 / 10, 150_000);
            var computed = await client.Must(Step("advance", "bureau-officer-1", $"{Stage.Funding}/awards/{project}/advance", new { ruleSet = "longyan" }), ct);
            Must(computed.Text("payable") == Yuan(amount), $"the advance of {project} should be {Yuan(amount)}, it is {computed.Body}", project);
            await client.Must(Step("advance-approval", "bureau-approver-1", $"{Stage.Funding}/awards/{project}/advance/approval", new { fund = Stage.Central, planNumber = "龙工信企业〔2026〕预1号" }), ct);
            await Pay(project, ct);
            paid = amount;
        }

        await Renovate(enterprise, account, project, spend, ct);
        await Accept(enterprise, project, levelAfter, audited, ct);
        await Award(project, levelAfter, audited, paid, ct);
    }

    private async Task Sign(Enterprise enterprise, string provider, string project, long spend, long downPayment, CancellationToken ct)
    {
        await client.Must(
            Step("contract", enterprise.Account, Of(project, "contracts"), new
            {
                id = "HT-1",
                provider,
                signedOn = "2025-07-21",
                amount = Yuan(spend),
                downPayment = Yuan(downPayment),
                listPrice = Yuan(spend * 11 / 10),
                documents = new[]
                {
                    await client.Evidence(enterprise.Account, "contract", "合同", ct),
                    await client.Evidence(enterprise.Account, "need-list", "需求清单", ct),
                    await client.Evidence(enterprise.Account, "promise-letter", "承诺书", ct),
                },
            }),
            ct);
        await client.Must(
            Step("down-payment", enterprise.Account, Of(project, "contracts/HT-1/down-payment"), new
            {
                paidOn = "2025-07-25",
                amount = Yuan(downPayment),
                documents = new[] { await client.Evidence(enterprise.Account, "down-payment-proof", "首付凭证", ct) },
            }),
            ct);
        await client.Must(
            Step("filing-check", enterprise.DistrictOfficer, Of(project, "filing-check"), new
            {
                opinion = "情况属实",
                documents = new[] { await client.Evidence(enterprise.DistrictOfficer, "filing-form", "备案表", ct) },
            }),
            ct);
        await client.Must(Step("filing", "bureau-officer-1", Of(project, "filing-confirmation"), new { filedOn = "2025-07-31" }), ct);
    }

    private async Task Renovate(Enterprise enterprise, string provider, string project, long spend, CancellationToken ct)
    {
        await client.Must(
            Step("milestone", provider, Of(project, "milestones"), new
            {
                name = "系统上线",
                reachedOn = "2025-10-14",
                documents = new[] { await client.Evidence(provider, "milestone-report", "里程碑", ct) },
            }),
            ct);
        await client.Must(Step("spend", enterprise.Account, Of(project, "spend"), new { lines = Lines(spend) }), ct);
        await client.Must(
            Step("completion", enterprise.Account, Of(project, "completion"), new
            {
                completedOn = "2026-01-19",
                documents = new[]
                {
                    await client.Evidence(enterprise.Account, "completion-report", "完工报告", ct),
                    await client.Evidence(enterprise.Account, "invoices-and-payments", "发票与付款", ct),
                    await client.Evidence(enterprise.Account, "input-list", "投入清单", ct),
                },
            }),
            ct);
    }

    private async Task Accept(Enterprise enterprise, string project, int levelAfter, long audited, CancellationToken ct)
    {
        await client.Must(
            Step("application", enterprise.Account, Of(project, "acceptance-application"), new
            {
                appliedOn = "2026-02-02",
                documents = new[]
                {
                    await client.Evidence(enterprise.Account, "acceptance-form", "验收申请", ct),
                    await client.Evidence(enterprise.Account, "after-assessment", "自评", ct),
                },
            }),
            ct);
        await client.Must(
            Step("verification", enterprise.DistrictOfficer, Of(project, "verification"), new
            {
                visitedOn = "2026-02-10",
                opinion = "现场核查属实",
                documents = new[]
                {
                    await client.Evidence(enterprise.DistrictOfficer, "on-site-record", "现场记录", ct),
                    await client.Evidence(enterprise.DistrictOfficer, "photographs", "照片", ct),
                },
            }),
            ct);
        var assessed = await client.Must(Step("assessment", "evaluator-1", $"{Stage.Assessment}/assessments", Assessment(enterprise, "after", "third-party", levelAfter)), ct);
        await client.Must(Step("assessment-confirmation", "bureau-officer-1", $"{Stage.Assessment}/assessments/{assessed.Text("id")}/confirmation", new { }), ct);
        await client.Must(
            Step("evaluation", "evaluator-1", Of(project, "evaluation"), new
            {
                assessment = assessed.Text("id"),
                doneAt = client.Calendar.Now,
                documents = new[] { await client.Evidence("evaluator-1", "evaluation-report", "评测报告", ct) },
            }),
            ct);
        await client.Must(Step("audit-assignment", "bureau-officer-1", Of(project, "audit-assignment"), new { auditor = "evaluation-2" }), ct);
        await client.Must(
            Step("audit", "evaluator-2", Of(project, "audit"), new
            {
                spend = Yuan(audited),
                doneAt = client.Calendar.Now,
                documents = new[] { await client.Evidence("evaluator-2", "audit-report", "专项审计", ct) },
            }),
            ct);
        await client.Must(
            Step("acceptance", "bureau-approver-1", Of(project, "acceptance"), new
            {
                acceptedOn = client.Calendar.Today,
                satisfaction = 90,
                documents = new[] { await client.Evidence("bureau-approver-1", "minutes", "验收纪要", ct) },
            }),
            ct);
        await client.Must(Step("claim", enterprise.Account, Of(project, "claim"), new { promise = true }), ct);
    }

    private async Task Award(string project, int levelAfter, long audited, long advance, CancellationToken ct)
    {
        // 龙工信规〔2025〕2号: half of what counts, at most 25, 35, 45万元 for the levels 2, 3, 4; nothing below.
        var entitlement = levelAfter switch
        {
            2 => Math.Min(audited / 2, 250_000),
            3 => Math.Min(audited / 2, 350_000),
            4 => Math.Min(audited / 2, 450_000),
            _ => 0L,
        };
        var computed = await client.Must(Step("computation", "bureau-officer-1", $"{Stage.Funding}/awards/{project}/computation", new { ruleSet = "longyan" }), ct);
        Must(computed.Text("entitlement") == Yuan(entitlement), $"the award of {project} should be {Yuan(entitlement)}, it is {computed.Body}", project);
        if (entitlement > advance)
        {
            var shown = await client.Must(Step("publicity", "bureau-officer-1", $"{Stage.Funding}/awards/{project}/publicity", new { where = "龙岩市工业和信息化局网站" }), ct);
            await client.Calendar.Passes(DateOnly.ParseExact(shown.Text("until"), "yyyy-MM-dd", CultureInfo.InvariantCulture), ct);
        }

        await client.Must(Step("approval", "bureau-approver-2", $"{Stage.Funding}/awards/{project}/approval", new { fund = Stage.Central, planNumber = "龙工信企业〔2026〕1号" }), ct);
        if (entitlement > advance)
        {
            await Pay(project, ct);
        }
        else if (advance > entitlement)
        {
            await client.Must(
                Step("recovery", "finance-officer-1", $"{Stage.Funding}/awards/{project}/recoveries", new { amount = Yuan(advance - entitlement), document = $"缴款书{client.Number(9)}" }), ct);
        }
    }

    private async Task Pay(string project, CancellationToken ct)
    {
        var due = new Due(project, new(TaskCreationOptions.RunContinuationsAsynchronously));
        await stage.Due.Writer.WriteAsync(due, ct);
        await due.Paid.Task.WaitAsync(ct);
    }

    private object[] Lines(long spend)
    {
        var third = spend / 5;
        var second = spend / 4;
        var first = spend - second - third;
        var invoices = (number * 1_000) + played++;
        return [Line("software-licence", first, 1, 1.13m), Line("cloud", second, 2, 1.06m), Line("gateway", third, 3, 1.13m)];

        object Line(string category, long gross, int line, decimal rate)
        {
            var net = Money.RoundHalfUp(gross / rate);
            return new
            {
                contract = "HT-1",
                category,
                invoice = new { number = $"26{invoices:00000}{line:0000000000000}", issuedOn = "2025-12-10", net = net.ToString(), vat = (Money.OfYuan(gross) - net).ToString() },
                payments = new[] { new { paidOn = "2026-01-08", amount = Yuan(gross) } },
            };
        }
    }

    private static object Assessment(Enterprise enterprise, string purpose, string mode, int level) => new
    {
        enterprise = enterprise.Uscc,
        purpose,
        mode,
        pledge = mode == "self",
        answers = Answers.Of(purpose == "after" ? 4 : 1),
        scenarios = Answers.Scenarios(level),
    };

    private Command Step(string kind, string account, string path, object body) => client.Post(kind, account, path, body);

    private void Must(bool holds, string what, string about) => client.Door.Verdict.Must(holds, "an award is what the rule gives", () => what, about);

    private static string Of(string project, string step) => $"{Stage.Performance}/projects/{project}/{step}";

    private static string Yuan(long yuan) => Money.OfYuan(yuan).ToString();
}
