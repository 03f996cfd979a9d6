using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.City.FraudLab;

/// <summary>Writes the drawn city down as the entries that the services would have written: one log per service, in the order of each case.</summary>
internal sealed class WriteEntries
{
    public const string City = "350800";

    private static readonly string[] Needs = ["生产排程"];
    private static readonly string[] Calendar = ["国务院办公厅通知"];

    private readonly Dictionary<string, List<Entry>> logs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
    private readonly List<Entry> all = [];

    /// <summary>All entries, in the order in which a tree may have taken them in.</summary>
    public IReadOnlyList<Entry> Write(DrawTown town, LabTown lab)
    {
        WriteOutside(lab);
        WriteFunds(lab);
        foreach (var provider in town.Providers.Concat(lab.Cases.Select(c => c.Provider)).Concat(lab.OldContracts.Select(c => c.Provider)).Distinct(StringComparer.Ordinal))
        {
            Add("performance", $"pool/{provider}", "AdmittedToPool", new { provider, from = "2023-01-01" }, "bureau-approver:approver-1@b", new(2023, 1, 1));
            if (lab.SuspendedOn.TryGetValue(provider, out var day))
            {
                Add("performance", $"pool/{provider}", "ProviderSuspended", new { provider, from = Day(day), reason = "未整改" }, "bureau-approver:approver-1@b", day);
            }
        }

        foreach (var plan in lab.Cases)
        {
            WriteEnterprise(plan);
            if (!plan.NoProject)
            {
                WriteProject(plan, lab);
                WriteAward(plan);
            }
        }

        WriteOthers(lab);
        return all;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Add(string service, string stream, string type, object payload, string actor, DateOnly day)
    {
        var log = logs.TryGetValue(service, out var known) ? known : logs[service] = [];
        var version = versions[$"{service}/{stream}"] = versions.GetValueOrDefault($"{service}/{stream}") + 1;
        var entry = new Entry(
            service, City, log.Count + 1, stream, version, type, new Guid(log.Count + 1, 0, 0, new byte[8]), actor, Instant.Micros(ChinaTime.StartOf(day).AddHours(10)), "",
            JsonSerializer.SerializeToUtf8Bytes(payload, Json.Lenient), [], []);
        log.Add(entry);
        all.Add(entry);
    }

    private static object File(string code, string sha256) => new { code, files = new[] { new { name = "材料.pdf", sha256, size = 1_000 } } };

    private static object[] Files(CasePlan plan, params string[] codes) => [.. codes.Select(c => File(c, DrawTown.Sha256Of($"{plan.Project} {c}")))];

    private void WriteEnterprise(CasePlan plan)
    {
        if (plan.FurtherProject)
        {
            return;
        }

        const string officer = "bureau-officer:officer-1@b";
        var stream = $"enterprise/{plan.Enterprise}";
        Add("registry", stream, "EnterpriseListed", new
        {
            enterprise = plan.Enterprise,
            list = "l1",
            listedOn = Day(plan.ListedOn),
            facts = new
            {
                name = "企业",
                district = "连城县",
                districtCode = "350825",
                subIndustry = "化纤与针织",
                industryCode = "1761",
                staff = 52,
                revenueYuan = "61818000.00",
                assetsYuan = "27199900.00",
                aboveScale = true,
                foundedOn = Day(plan.FoundedOn),
                foundedPrecision = "day",
                size = plan.Size,
            },
        }, officer, plan.ListedOn);
        if (plan.RemovedOn is { } removed)
        {
            Add("registry", stream, "EnterpriseRemoved", new { enterprise = plan.Enterprise, removedOn = Day(removed), reason = "退出" }, officer, removed);
        }

        if (plan.Exclusion is { } list)
        {
            Add("registry", stream, "EnterpriseExcluded", new { enterprise = plan.Enterprise, list, source = "省厅名单" }, officer, plan.ListedOn);
        }

        if (plan.CreditListedOn is { } since)
        {
            Add("registry", stream, "CreditListed", new { enterprise = plan.Enterprise, list = "dishonest-debtor", since = Day(since), source = "信用中国" }, officer, since);
            if (plan.CreditClearedOn is { } cleared)
            {
                Add("registry", stream, "CreditListingCleared", new { enterprise = plan.Enterprise, list = "dishonest-debtor", clearedOn = Day(cleared), source = "信用中国" }, officer, cleared);
            }
        }
    }

    private void Assessed(CasePlan plan, string id, string purpose, string mode, string? evaluator, int level, DateOnly day) => Add("assessment", $"assessment/{id}", "AssessmentConfirmed", new
    {
        enterprise = plan.Enterprise,
        purpose,
        mode,
        instrument = "miit-2024@1",
        instrumentSha256 = "00ff",
        answers = new { },
        scenarios = new { },
        facts = new { },
        scores = new { },
        total = "40.00",
        level,
        pledge = true,
        evaluator,
    }, evaluator is null ? $"enterprise:{plan.EnterpriseAccount}@{plan.Enterprise}" : $"evaluator:x-1@{evaluator}", day);

    private void WriteProject(CasePlan plan, LabTown lab)
    {
        var (id, stream) = (plan.Project, $"project/{plan.Project}");
        var (enterprise, provider) = ($"enterprise:{plan.EnterpriseAccount}@{plan.Enterprise}", $"provider:{plan.ProviderAccount}@{plan.Provider}");
        void On(string type, object payload, string actor, DateOnly day) => Add("performance", stream, type, payload, actor, day);

        Assessed(plan, $"b-{id}", "before", "self", null, 1, plan.BeforeOn);
        On("ProjectDiagnosed", new
        {
            project = id,
            enterprise = plan.Enterprise,
            enterpriseName = "企业",
            district = "350825",
            type = "single",
            diagnosedOn = Day(plan.BeforeOn),
            byProvider = true,
            levelBefore = 1,
            beforeAssessment = $"b-{id}",
            needs = Needs,
            listedOn = Day(plan.ListedOn),
            source = new { service = "registry", city = City, stream = $"enterprise/{plan.Enterprise}", version = 1, position = 1 },
            documents = Files(plan, "diagnosis-report"),
        }, provider, plan.BeforeOn);
        foreach (var contract in plan.Contracts)
        {
            On("ContractRegistered", new
            {
                project = id,
                contract = contract.Id,
                signedOn = Day(contract.SignedOn),
                amount = contract.Amount,
                listPrice = contract.ListPrice,
                provider = contract.Provider,
                documents = Files(plan, "contract"),
            }, enterprise, contract.SignedOn);
        }

        if (plan.Filed)
        {
            On("FilingChecked", new { project = id, opinion = "属实", documents = new[] { File("filing-form", DrawTown.Sha256Of("one form for all")) } }, $"district-officer:{plan.Verifier}@350825", plan.FiledOn);
            On("FilingConfirmed", new { project = id, filedOn = Day(plan.FiledOn) }, "bureau-officer:officer-1@b", plan.FiledOn);
        }

        On("MilestoneReported", new { project = id, name = "上线", reachedOn = Day(plan.MilestoneOn), documents = Files(plan, "milestone-report") }, provider, plan.MilestoneOn);
        foreach (var (line, n) in plan.Lines.Select((l, n) => (l, n + 1)))
        {
            On("SpendReported", new
            {
                project = id,
                line = new
                {
                    id = $"L{n}",
                    contract = line.Contract,
                    category = line.Category,
                    description = line.Description,
                    invoice = new { number = line.Number, issuedOn = Day(line.IssuedOn), net = line.Net, vat = line.Vat, seller = line.Seller, claimedIn = line.ClaimedIn },
                    payments = line.Payments.Select(p => new { paidOn = Day(p.PaidOn), amount = p.Amount, payer = p.Payer, payee = p.Payee }),
                    flags = Array.Empty<string>(),
                },
                documents = Array.Empty<object>(),
            }, enterprise, plan.CompletedOn);
        }

        foreach (var (of, type, payload) in lab.Refusals.Where(r => r.Case == plan))
        {
            Add("performance", type == "DuplicateInvoiceRefused" ? $"invoice/{plan.Lines[0].Number}" : stream, type, payload, type == "EvaluatorRefused" ? $"evaluator:x-9@{of.Provider}" : enterprise, plan.CompletedOn);
        }

        if (plan.Terminated)
        {
            On("ProjectTerminated", new { project = id, reason = "停产" }, "bureau-approver:approver-1@b", plan.CompletedOn);
            return;
        }

        On("ProjectCompleted", new { project = id, completedOn = Day(plan.CompletedOn), documents = Files(plan, "completion-report", "invoices-and-payments") }, enterprise, plan.CompletedOn);
        On("AcceptanceApplied", new { project = id, appliedOn = Day(plan.CompletedOn), documents = Files(plan, "acceptance-form") }, enterprise, plan.CompletedOn);
        if (plan.Verified)
        {
            On("OnSiteVerified", new { project = id, visitedOn = Day(plan.CompletedOn), opinion = "属实", documents = new[] { File("on-site-record", DrawTown.Sha256Of($"{id} record")), File("photographs", plan.PhotoSha256) } }, $"district-officer:{plan.Verifier}@350825", plan.CompletedOn);
        }

        Assessed(plan, $"a-{id}", "after", "third-party", plan.Evaluator, 2, plan.AssessedOn);
        On("EvaluationRecorded", new
        {
            project = id,
            assessment = $"a-{id}",
            doneAt = ChinaTime.StartOf(plan.AssessedOn).AddHours(10),
            documents = plan.HasEvaluationReport ? Files(plan, "evaluation-report") : [],
            level = 2,
            mode = "third-party",
        }, $"evaluator:x-1@{plan.Evaluator}", plan.AssessedOn);
        if (plan.Audited is { } audited)
        {
            On("AuditRecorded", new { project = id, spend = audited, doneAt = ChinaTime.StartOf(plan.AssessedOn), findings = Array.Empty<string>(), documents = Files(plan, "audit-report") }, "evaluator:x-2@evaluation-2", plan.AssessedOn);
        }

        if (!plan.Verified)
        {
            // The step that was skipped has no record; the paper is there all the same.
            On("AuditAssigned", new { project = id, auditor = "evaluation-2" }, "bureau-officer:officer-1@b", plan.AssessedOn);
        }

        On("ProjectAccepted", new { project = id, acceptedOn = Day(plan.AcceptedOn), satisfaction = 90, documents = plan.Verified ? Files(plan, "minutes") : Files(plan, "minutes", "on-site-record") }, $"bureau-approver:{plan.Acceptor}@b", plan.AcceptedOn);
        On("ClaimSubmitted", new { project = id }, enterprise, plan.AcceptedOn);
    }

    private void WriteAward(CasePlan plan)
    {
        if (!plan.Awards)
        {
            return;
        }

        var (id, stream) = (plan.Project, $"award/{plan.Project}");
        void On(string type, object payload, string actor, DateOnly day) => Add("funding", stream, type, payload, actor, day);

        if (plan.AdvancePaid is { } advance)
        {
            var on = plan.FiledOn.AddDays(5);
            On("AdvanceComputed", Computed(plan, "advance", advance, filed: !plan.AdvanceBeforeFiling), $"bureau-officer:{plan.AwardComputer}@b", on);
            On("AdvanceApproved", new { enterprise = plan.Enterprise, fund = plan.Fund, amount = advance, planNumber = "1" }, $"bureau-approver:{plan.AwardApprover}@b", on);
        }

        var computed = plan.AcceptedOn.AddDays(4);
        On("AwardComputed", Computed(plan, "final", plan.Entitlement, filed: true), $"bureau-officer:{plan.AwardComputer}@b", computed);
        var until = computed.AddDays(8);
        if (plan.Publicised)
        {
            On("AwardPublicised", new
            {
                enterprise = plan.Enterprise,
                from = Day(computed.AddDays(1)),
                until = Day(until),
                workingDays = plan.PublicityWorkingDays,
                clause = "Q6",
                where = "网站",
                calendar = Calendar,
                entitlement = plan.Awarded > plan.Entitlement ? plan.Awarded : plan.Entitlement,
            }, "bureau-officer:officer-2@b", computed);
        }

        if (plan.ObjectionOpen || plan.ObjectionDecided)
        {
            On("AwardObjected", new { objection = "o1", statement = new { @ref = "r", hash = "aa" } }, "enterprise:e-x@x", computed.AddDays(2));
        }

        if (plan.ObjectionDecided)
        {
            On("ObjectionDecided", new { objection = "o1", upheld = false, reason = "不成立" }, "bureau-approver:approver-3@b", computed.AddDays(4));
        }

        var approved = until.AddDays(plan.ApprovedDaysAfterPublicity);
        On("AwardApproved", new { enterprise = plan.Enterprise, fund = plan.Fund, amount = plan.Awarded, awarded = plan.Awarded, planNumber = "1" }, $"bureau-approver:{plan.AwardApprover}@b", approved);
        Pay(plan, plan.PaidOn > approved ? plan.PaidOn : approved.AddDays(10));
    }

    private void Pay(CasePlan plan, DateOnly on)
    {
        for (var times = plan.PaidTwice ? 2 : 1; times > 0; times--)
        {
            var (batch, reference) = ($"b{plan.Project}-{times}", $"B{plan.Project}{times}");
            var line = $"{batch}-001";
            Add("funding", $"payment-batch/{batch}", "PaymentBatchCreated", new
            {
                batch,
                purpose = "奖补",
                count = 1,
                total = plan.Awarded,
                lines = new[] { new { line, award = plan.Project, tranche = "final", enterprise = plan.Enterprise, fund = plan.Fund, amount = plan.Awarded, accountVersion = 1, payment = "final", payee = plan.PayeeInstead } },
            }, "finance-officer:finance-1@f", on);
            Add("funding", $"award/{plan.Project}", "TrancheFrozen", new { tranche = "final", batch, line, amount = plan.Awarded, payment = "final" }, "finance-officer:finance-1@f", on);
            Add("funding", $"award/{plan.Project}", "TranchePaid", new { tranche = "final", batch, line, amount = plan.Awarded, reference, paidAt = ChinaTime.StartOf(on).AddHours(9), payment = "final" }, "finance-approver:finance-2@f", on);
            Add("funding", $"fund/{plan.Fund}", "ReservationPosted", new { award = plan.Project, batch, line, amount = plan.Awarded, pool = "renovation" }, "finance-approver:finance-2@f", on);
        }
    }

    private static object Computed(CasePlan plan, string stage, Money entitlement, bool filed) => new
    {
        enterprise = plan.Enterprise,
        project = plan.Project,
        ruleSet = "longyan",
        ruleSetVersion = 1,
        ruleSetHash = "97",
        @case = new
        {
            id = plan.Project,
            kind = "renovation",
            ruleSet = "longyan@1",
            stage,
            advancesPaid = stage == "final" ? plan.AdvancePaid ?? Money.Zero : Money.Zero,
            project = new { filedOn = filed ? Day(plan.FiledOn) : null, levelAfter = stage == "final" ? 2 : (int?)null },
        },
        sources = Array.Empty<object>(),
        handlers = Array.Empty<string>(),
        earlierAwardsVersion = 0,
        decision = new
        {
            id = plan.Project,
            ruleSet = "longyan@1",
            ruleSetHash = "97",
            outcome = "payable",
            mode = "fixed",
            eligibleSpend = stage == "final" ? plan.Eligible : (Money?)null,
            rate = stage == "final" ? plan.Rate.ToString(CultureInfo.InvariantCulture) : null,
            entitlement,
            payable = entitlement,
            recover = "0.00",
            reasons = Array.Empty<object>(),
            steps = Array.Empty<object>(),
        },
        concerns = plan.SharedPhoneWith is { } other && stage == "final" ? new[] { new { id = $"phone.{plan.Enterprise}.{other}", kind = "shared-phone", about = new[] { plan.Enterprise, other } } } : null,
    };

    private void WriteFunds(LabTown lab)
    {
        var funds = lab.Funds
            .Append(("central-2025", "central", Money.OfYuan(400_000_000), new(2025, 6, 1), [("enterprise-renovation", Money.OfYuan(320_000_000)), ("platforms-and-providers", Money.OfYuan(80_000_000))], null))
            .Append(("municipal-2024", "city", Money.OfYuan(9_000_000), new(2026, 5, 1), [], new DateOnly(2026, 12, 31)));
        foreach (var (fund, source, received, on, split, payUntil) in funds)
        {
            var stream = $"fund/{fund}";
            Add("funding", stream, "FundOpened", new { name = fund, source, planned = received, payUntil = payUntil is { } day ? Day(day) : null }, "finance-officer:finance-1@f", on);
            Add("funding", stream, "FundReceived", new { document = "文1", amount = received }, "finance-officer:finance-1@f", on);
            if (split.Length > 0)
            {
                Add("funding", stream, "FundSplit", new { allocations = split.Select(s => new { use = s.Use, amount = s.Amount }) }, "finance-officer:finance-1@f", on);
            }
        }
    }

    /// <summary>Two thresholds that no source fixes, set as a city with such a rule would; and the outside data.</summary>
    private void WriteOutside(LabTown lab)
    {
        const string approver = "bureau-approver:approver-1@b";
        Add("oversight", "check-parameters/AC19", "CheckParametersSet", new { values = new { softwareShareMin = 10 }, reason = "本市规则" }, approver, new(2024, 1, 1));
        Add("oversight", "check-parameters/AC42", "CheckParametersSet", new { values = new { feeShareMax = 40 }, reason = "本市规则" }, approver, new(2024, 1, 1));
        foreach (var (kind, rows) in lab.Rows)
        {
            Add("oversight", $"snapshot/{kind}", "SnapshotImported", new { kind, takenOn = "2026-09-01", source = "来源单位", sha256 = "aa", continues = false, rows }, "bureau-officer:officer-1@b", new(2026, 9, 1));
        }
    }

    private void WriteOthers(LabTown lab)
    {
        foreach (var ((kind, enterprises, org), n) in lab.Outliers.Select((o, n) => (o, n)))
        {
            Add("assessment", $"outlier/o{n}", "OutlierNoted", new
            {
                kind,
                instrument = "miit-2024@1",
                enterprises,
                sources = new[] { new { stream = "assessment/a", version = 1, position = 1 } },
                figures = new { levels = "2" },
                parameters = new { jumpLevelsMin = "2" },
                org,
            }, "service:outlier-watch@assessment", new(2026, 1, 1));
        }

        foreach (var award in lab.OtherAwards)
        {
            var on = new DateOnly(2026, 3, 1);
            Add("funding", $"award/{award.Id}", "AwardComputed", new
            {
                enterprise = award.Of,
                project = award.Id,
                ruleSet = "hebi-diagnosis",
                ruleSetVersion = 1,
                ruleSetHash = "97",
                earlierAwardsVersion = 0,
                sources = Array.Empty<object>(),
                handlers = Array.Empty<string>(),
                @case = new { id = award.Id, kind = award.Kind, ruleSet = "hebi-diagnosis@1", project = new { levelAfter = award.LevelAfter } },
                decision = new { id = award.Id, ruleSet = "hebi-diagnosis@1", ruleSetHash = "97", outcome = "payable", entitlement = award.Amount, payable = award.Amount, reasons = Array.Empty<object>(), steps = Array.Empty<object>() },
            }, "bureau-officer:officer-1@b", on);
            Add("funding", $"award/{award.Id}", "AwardPublicised", new
            {
                enterprise = award.Of,
                from = "2026-03-02",
                until = "2026-03-09",
                workingDays = 6,
                clause = "Q6",
                where = "网站",
                calendar = Array.Empty<string>(),
                entitlement = award.Amount,
            }, "bureau-officer:officer-2@b", on.AddDays(1));
            Add("funding", $"award/{award.Id}", "AwardApproved", new { enterprise = award.Of, fund = "central-2025", amount = award.Amount, awarded = award.Amount, planNumber = "2" }, "bureau-approver:approver-2@b", on.AddDays(15));
        }

        foreach (var (project, enterprise, signedOn, provider, amount) in lab.OldContracts)
        {
            Add("performance", $"project/{project}", "ProjectDiagnosed", new
            {
                project,
                enterprise,
                enterpriseName = "企业",
                district = "350825",
                type = "single",
                diagnosedOn = Day(signedOn),
                byProvider = true,
                levelBefore = 1,
                needs = Array.Empty<string>(),
                source = new { service = "registry", city = City, stream = "enterprise/x", version = 1, position = 1 },
                documents = Array.Empty<object>(),
            }, $"provider:v-old@{provider}", signedOn);
            Add("performance", $"project/{project}", "ContractRegistered", new { project, contract = "HT-1", signedOn = Day(signedOn), amount, provider, documents = Array.Empty<object>() }, $"enterprise:e-{project}@{enterprise}", signedOn);
        }
    }
}
