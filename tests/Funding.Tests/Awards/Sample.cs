using System.Collections.Immutable;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Tests.Awards;

/// <summary>A Longyan case that is payable as it stands, to be changed in one place by each test; and rule sets to decide it by.</summary>
internal static class Sample
{
    public static RuleSet Longyan { get; } = ShippedRuleSets.Find(ShippedRuleSets.All, "longyan@1", null).Value;

    /// <summary>Longyan's text as logs of before hold it.</summary>
    public static RuleSet Kept { get; } = ReadRuleSet.Kept(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "RuleSets", "Kept", "longyan-971a393c.yaml"))).Value;

    public static string LongyanText { get; } = Encoding.UTF8.GetString(Longyan.Bytes.AsSpan());

    /// <summary>Longyan's text with one thing changed.</summary>
    public static RuleSet Varied(params (string From, string To)[] changes)
    {
        var text = LongyanText;
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        var read = Read(text);
        Assert.True(read.Ok, read.Fault?.Message.En);
        return read.Value;
    }

    public static Result<RuleSet> Read(string text) => ReadRuleSet.Read(Encoding.UTF8.GetBytes(text));

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public static LineFacts Line(long yuan, string paidOn = "2026-05-20", LineCategory category = LineCategory.Cloud, string number = "1") => new()
    {
        Contract = "HT-1",
        Category = category,
        Invoice = new() { Number = number, IssuedOn = Day("2026-03-20"), Net = Money.OfYuan(yuan) - new Money(yuan * 6), Vat = new(yuan * 6) },
        Payments = [new() { PaidOn = Day(paidOn), Amount = Money.OfYuan(yuan) }],
    };

    /// <summary>400,000 yuan of cloud service at level 2: entitlement 200,000.</summary>
    public static AwardCase Case { get; } = new()
    {
        Id = "sample",
        RuleSet = "longyan",
        At = new(2027, 3, 1, 10, 0, 0, ChinaTime.Offset),
        Enterprise = new() { Size = EnterpriseSize.Medium, InPilotList = true, Exclusions = [], CreditLists = [] },
        Project = new()
        {
            FiledOn = Day("2025-06-10"),
            CompletedOn = Day("2026-05-25"),
            AcceptanceAppliedOn = Day("2026-06-08"),
            AcceptedOn = Day("2026-07-02"),
            LevelAfter = 2,
            LevelSource = LevelSource.Official,
            Contracts = [new() { Id = "HT-1", SignedOn = Day("2025-03-01"), Amount = Money.OfYuan(2_000_000), DownPayment = Money.OfYuan(300_000), DownPaymentPaidOn = Day("2025-03-18") }],
            Lines = [Line(400_000)],
        },
    };

    public static AwardCase With(Func<ProjectFacts, ProjectFacts> change) => Case with { Project = change(Case.Project) };

    public static AwardCase WithEnterprise(Func<EnterpriseFacts, EnterpriseFacts> change) => Case with { Enterprise = change(Case.Enterprise) };

    public static AwardCase WithContract(Func<ContractFacts, ContractFacts> change) => With(p => p with { Contracts = [change(p.Contracts!.Value[0])] });

    public static AwardCase WithLine(Func<LineFacts, LineFacts> change) => With(p => p with { Lines = [change(p.Lines!.Value[0])] });

    public static AwardCase WithSpend(long yuan, int level) => With(p => p with { Lines = [Line(yuan)], LevelAfter = level });

    public static AwardDecision Decide(AwardCase @case, RuleSet? set = null) => DecideAward.Decide(set ?? Longyan, @case);

    public static void HasReason(AwardDecision decision, string code, string? path = null) =>
        Assert.Contains(decision.Reasons, r => r.Code == code && (path is null || r.Path == path));

    public static ImmutableArray<T> Of<T>(params T[] items) => [.. items];
}
