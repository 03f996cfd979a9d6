using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Invoices;
using PilotCity.Performance.Projects;

namespace PilotCity.Performance.Tests;

/// <summary>The people, files and amounts that the tests speak of.</summary>
internal static class Examples
{
    public const string EnterpriseCode = "91350825MAW5MTJ0XQ";
    public const string ProviderCode = "91350800MA0041E869";
    public const string OtherCode = "91350800MA503Q6R2E";
    public const string District = "350825";
    public const string ProjectId = "p1";

    public static readonly DateTimeOffset Now = new(2026, 7, 20, 10, 0, 0, ChinaTime.Offset);
    public static readonly DateOnly Today = new(2026, 7, 20);

    public static readonly Actor Enterprise = new(Role.Enterprise, "ent-1", EnterpriseCode);
    public static readonly Actor Seller = new(Role.Provider, "pro-1", ProviderCode);
    public static readonly Actor OtherSeller = new(Role.Provider, "pro-9", OtherCode);
    public static readonly Actor DistrictOfficer = new(Role.DistrictOfficer, "dis-1", District);
    public static readonly Actor Officer = new(Role.BureauOfficer, "bur-1", "350800-bureau");
    public static readonly Actor Approver = new(Role.BureauApprover, "app-1", "350800-bureau");
    public static readonly Actor Evaluator = new(Role.Evaluator, "eva-1", "350800-evaluator");
    public static readonly Actor Auditor = new(Role.Evaluator, "aud-1", "350800-audit-firm");

    public static readonly EvidenceFile Pdf = new(new("材料.pdf"), new(new string('a', 64)), 1_234);
    public static readonly StoredFiles Stored = new(new Dictionary<Sha256, long> { [Pdf.Sha256] = Pdf.Size });
    public static readonly FactSource Source = new("registry", "350800", $"enterprise/{EnterpriseCode}", 1, 7);
    public static readonly EnterpriseFacts Facts = new(EnterpriseCode, "龙岩湛嶂针织有限公司", true, new(2025, 6, 25), District, Source);

    /// <summary>What Assessment says of the enterprise's result after renovation.</summary>
    public static ResultFacts Found(string assessment) => new(assessment, 2, "third-party", Evaluator.Org, new("assessment", "350800", $"assessment/{assessment}", 2, 77));
    public static readonly ContractId ContractNo = new("HT-1");

    public static Document Doc(DocumentCode code) => new(code, [Pdf]);

    public static Document[] Docs(params DocumentCode[] codes) => [.. codes.Select(Doc)];

    public static Remark Because(string text = "情况属实") => new(text);

    public static Money Yuan(string text) => Money.Parse(text);

    /// <summary>A line of 100,000 yuan and 13,000 yuan VAT, paid in full.</summary>
    public static ReportSpend.Line Line(string number = "26351000000020104676", string net = "100000.00", string vat = "13000.00", string paid = "113000.00") => new(
        ContractNo, SpendCategory.SoftwareLicence, new InvoiceLine(InvoiceNumber.Read(number)!.Value, new(2026, 3, 20), Yuan(net), Yuan(vat)), new("MES 软件许可"),
        [new Payment(new(2026, 4, 1), Yuan(paid), new(EnterpriseCode), new(ProviderCode))]);
}
