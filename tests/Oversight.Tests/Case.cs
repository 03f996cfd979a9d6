using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Tests;

/// <summary>
/// One award's story over four services, and another's beside it that must stay out of its receipt: enterprise, assessment, project with an
/// invoice, rule set, fund, award and payment batch.
/// </summary>
internal sealed class Case
{
    public const string Enterprise = "91350825MAW5MTJ0XQ";
    public const string Award = "P1";

    public Chronicle Registry { get; } = new Chronicle("registry")
        .Add("pilot-list/L1", "PilotListImported", new { enterprises = 2 })
        .Add($"enterprise/{Enterprise}", "EnterpriseListed", new { enterprise = Enterprise })
        .Add("enterprise/OTHER", "EnterpriseListed", new { enterprise = "OTHER" })
        .Add($"enterprise/{Enterprise}", "EnterpriseRelisted", new { enterprise = Enterprise });

    public Chronicle Assessment { get; } = new Chronicle("assessment")
        .Add("assessment/S1", "AssessmentConfirmed", new { enterprise = Enterprise, level = 2 }, $"enterprise:e-1@{Enterprise}")
        .Add("assessment/S9", "AssessmentConfirmed", new { enterprise = "OTHER", level = 1 });

    public Chronicle Performance { get; } = new Chronicle("performance")
        .Add("project/P1", "ProjectContracted", new { project = "P1", enterprise = Enterprise, provider = "91350800V" })
        .Add("project/P9", "ProjectContracted", new { project = "P9", enterprise = "OTHER" })
        .Add("invoice/I1", "InvoiceClaimed", new { project = "P1", fen = 100 })
        .Add("invoice/I1", "InvoiceClaimRefused", new { project = "P9" })
        .Add("project/P1", "ProjectAccepted", new { by = "bureau" });

    public Chronicle Funding { get; } = new Chronicle("funding")
        .Add("fund/F1", "FundReceived", new { fund = "F1", amount = "1000000.00" })
        .Add("rule-set/longyan", "RuleSetPublished", new { ruleSet = "longyan", version = 1 })
        .Add("fund/F1", "Reserved", new { award = "P9", amount = "1.00" })
        .Add($"enterprise-award/{Enterprise}", "EnterpriseAwarded", new { enterprise = Enterprise, award = "P0" })
        .Add("award/P1", "AwardComputed", new
        {
            award = "P1",
            enterprise = Enterprise,
            project = "P1",
            assessment = "S1",
            ruleSet = "longyan",
            amount = "25000.00",
            facts = new
            {
                level = new { value = 2, source = new { service = "assessment", city = "350800", stream = "assessment/S1", version = 1, position = 1 } },
                dossier = new { source = new { service = "performance", city = "000000", stream = "provider/91350800V", version = 1, position = 1 } },
                before = new { source = new { service = "assessment", city = "350800", stream = "assessment/S0", version = 0, position = 0 } },
            },
        })
        .Add("fund/F1", "Reserved", new { award = "P1", amount = "25000.00" })
        .Add("payment-batch/B1", "BatchPrepared", new { batch = "B1", lines = new[] { new { award = "P9", line = "B1-001" }, new { award = "P1", line = "B1-002" } } })
        .Add("payment-batch/B1", "BatchPaid", new { bank = "ok" }, "finance-approver:u-7@350800-finance");

    public IReadOnlyList<IReadOnlyList<Entry>> Logs => [Registry.Entries, Assessment.Entries, Performance.Entries, Funding.Entries];
}
