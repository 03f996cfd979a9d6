using System.Text;
using PilotCity.Defaults.Log;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Invoices;
using PilotCity.Performance.Projects;
using PilotCity.Performance.Proofs;
using PilotCity.Performance.Providers;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests;

/// <summary>Event names and fields are forever: each event's payload is compared with a file, and read back from it.</summary>
public class GoldenTests
{
    private static readonly Document[] Documents = Docs(DocumentCode.Contract);
    private static readonly InvoiceNumber Number = new("26351000000020104676");

    internal static readonly object[] Samples =
    [
        new ProviderDossierFiled(ProviderCode, new("龙岩云造科技有限公司"), ProviderClass.SmallFastLight, [new("MES")], [new(new("云造 MES"), SpendCategory.SoftwareLicence)]),
        new PoolAppliedFor(ProviderCode, "龙岩云造科技有限公司", new("performance", "000000", $"provider/{ProviderCode}", 1, 3), Documents),
        new PoolApplicationReviewed(ProviderCode, true, Because()),
        new PoolApplicationPublicised(ProviderCode, new(2025, 1, 20), new(2025, 1, 27)),
        new AdmittedToPool(ProviderCode, new(2025, 2, 1)),
        new ProviderWarned(ProviderCode, new(2025, 12, 1), Because("响应慢")),
        new ProviderSuspended(ProviderCode, new(2025, 12, 2), Because("未整改")),
        new ProviderReinstated(ProviderCode, new(2026, 1, 2), Because("已整改")),
        new ProviderExited(ProviderCode, new(2026, 2, 2), Because("注销")),
        new PoolSamePersonRefused(ProviderCode, nameof(AdmittedToPool)),
        new ProjectDiagnosed(
            ProjectId, EnterpriseCode, "龙岩湛嶂针织有限公司", District, ProjectType.Chain, new("数字化车间"), new(2025, 2, 10), true, 1, "as-before-1", [new("生产排程")], new(2025, 6, 25), Source, Documents),
        new ContractRegistered(ProjectId, ContractNo, new(2025, 3, 1), Yuan("400000.00"), Yuan("120000.00"), Yuan("450000.00"), new(ProviderCode), Documents),
        new DownPaymentReported(ProjectId, ContractNo, new(2025, 3, 18), Yuan("120000.00"), Documents),
        new FilingChecked(ProjectId, Because(), Documents),
        new FilingConfirmed(ProjectId, new(2025, 6, 10)),
        new BatchAssigned(ProjectId, "2"),
        new MilestoneReported(ProjectId, new("上线试运行"), new(2026, 1, 15), Documents),
        new SpendReported(
            ProjectId,
            new SpendLine("L1", ContractNo, SpendCategory.Cloud, new("年度服务"), Line().Invoice with { Seller = new(ProviderCode), ClaimedIn = new("省级技改") }, Line().Payments!, ["AC07"]),
            Documents),
        new PaymentReported(ProjectId, "L1", new Payment(new(2026, 4, 1), Yuan("1.00")), Documents),
        new SpendWithdrawn(ProjectId, "L1", Because("红冲")),
        new ProjectCompleted(ProjectId, new(2026, 5, 25), Documents),
        new AcceptanceApplied(ProjectId, new(2026, 6, 8), Documents),
        new OnSiteVerified(ProjectId, new(2026, 6, 15), Because(), Documents),
        new AuditAssigned(ProjectId, Auditor.Org),
        new AuditWaived(ProjectId, Because("本市规则未要求专项审计")),
        new EvaluationRecorded(ProjectId, "as-after-1", Now, Documents, 2, "third-party", Found("as-after-1").Source),
        new AuditRecorded(ProjectId, Yuan("113000.00"), Now, [Because("一张发票不在窗口期内")], Documents),
        new ProjectAccepted(ProjectId, new(2026, 7, 2), 95, Documents),
        new AcceptanceRejected(ProjectId, 1, Because("两处系统未上线")),
        new ClaimSubmitted(ProjectId),
        new ProjectReturned(ProjectId, ProjectState.FilingChecked, ProjectState.Contracted, Because("材料不符")),
        new ProjectSuspended(ProjectId, Because("停产")),
        new ProjectResumed(ProjectId, Because("复产")),
        new ProjectTerminated(ProjectId, Because("破产")),
        new SamePersonRefused(ProjectId, nameof(ProjectAccepted), nameof(OnSiteVerified)),
        new EvaluatorRefused(ProjectId, nameof(EvaluationRecorded), ProviderCode),
        new InvoiceClaimed(Number, ProjectId, EnterpriseCode, ["L1"], ContractNo, new(2026, 3, 20), Yuan("100000.00"), Yuan("13000.00"), new(ProviderCode)),
        new ProofUsed(ProofKind.BankReference, ProjectId, EnterpriseCode),
        new DuplicateProofRefused(ProofKind.File, "p2", OtherCode, ProjectId, EnterpriseCode),
        new DuplicateInvoiceRefused(Number, "p2", OtherCode, ContractNo, ProjectId, EnterpriseCode, Yuan("100000.00"), Yuan("13000.00")),
        new InvoiceReleased(Number, ProjectId, ["L1"]),
        new EvidenceStored(Pdf.Sha256, 1_234),
    ];

    public static TheoryData<string> Events => [.. PerformanceService.Shape.Nouns.SelectMany(noun => noun.Events).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_is_written_and_read_as_its_golden(string name)
    {
        var sample = Samples.Single(sample => sample.GetType().Name == name);
        var golden = System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", name + ".json")).TrimEnd();
        var noun = PerformanceService.Shape.Nouns.Single(noun => noun.Events.Any(type => type.Name == name));

        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(sample)));
        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(noun.Read(name, Encoding.UTF8.GetBytes(golden)))));
    }
}
