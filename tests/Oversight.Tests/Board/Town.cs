using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Tests.Board;

/// <summary>
/// A small city by its entries: twelve enterprises in two districts and two sub-industries; the first eight are diagnosed and under contract with one of two providers, the first six
/// accepted (at level 2, the sixth at 4, the fifth at 1), the first two paid.
/// </summary>
internal sealed class Town
{
    public const int Enterprises = 12;

    public static readonly DateOnly Today = new(2026, 3, 31);

    public Chronicle Registry { get; } = new("registry");

    public Chronicle Assessment { get; } = new("assessment");

    public Chronicle Performance { get; } = new("performance");

    public Chronicle Funding { get; } = new("funding");

    public Town()
    {
        for (var n = 1; n <= Enterprises; n++)
        {
            Registry.Add($"enterprise/{Enterprise(n)}", "EnterpriseListed", new
            {
                enterprise = Enterprise(n),
                list = "2025-1",
                listedOn = "2025-01-01",
                facts = new { district = n <= 7 ? "新罗区" : "永定区", districtCode = n <= 7 ? "350802" : "350803", subIndustry = n % 2 == 0 ? "汽车零部件" : "专用设备", aboveScale = n <= 10, tier = n is 1 or 2 ? "specialised" : n == 3 ? "little-giant" : null, size = "small" },
            });
        }

        Performance.Add($"pool/{Provider(1)}", "AdmittedToPool", new { provider = Provider(1), from = "2025-01-01" });
        Performance.Add($"pool/{Provider(2)}", "AdmittedToPool", new { provider = Provider(2), from = "2025-02-01" });
        Performance.Add($"pool/{Provider(3)}", "AdmittedToPool", new { provider = Provider(3), from = "2025-02-01" });
        Performance.Add($"pool/{Provider(3)}", "ProviderExited", new { provider = Provider(3), on = "2025-06-01" });
        for (var n = 1; n <= 8; n++)
        {
            Project(n);
        }

        Funding.Add("fund/central", "FundOpened", new { name = "x", source = "central", planned = "1000000.00" });
        Funding.Add("fund/central", "FundReceived", new { document = "d", amount = "1000000.00" });
        Funding.Add("fund/central", "FundSplit", new { allocations = new[] { new { use = "enterprise-renovation", amount = "850000.00" }, new { use = "public-services", amount = "150000.00" } } });
        for (var n = 1; n <= 2; n++)
        {
            Funding.Add($"award/p{n}", "AwardComputed", new { enterprise = Enterprise(n), project = $"p{n}", @case = new { kind = "renovation" }, decision = new { outcome = "awarded", entitlement = "50000.00", payable = "50000.00" } });
            Funding.Add($"award/p{n}", "AwardApproved", new { enterprise = Enterprise(n), fund = "central", amount = "50000.00", awarded = "50000.00", planNumber = "1" });
            Funding.Add("fund/central", "ReservationPosted", new { award = $"p{n}", batch = "b", line = $"b-{n}", amount = "50000.00" });
            Funding.Add($"award/p{n}", "TranchePaid", new { tranche = "final", batch = "b", line = $"b-{n}", amount = "50000.00", reference = $"r{n}", paidAt = $"2026-0{n}-20T00:00:00Z" });
        }
    }

    public static string Enterprise(int n) => $"91350800E0000000{n:00}";

    public static string Provider(int n) => $"91350800P0000000{n:00}";

    public IReadOnlyList<Chronicle> Logs => [Registry, Assessment, Performance, Funding];

    /// <summary>The facts of all logs, one after another.</summary>
    public CityFacts Facts()
    {
        var facts = new CityFacts();
        foreach (var entry in Logs.SelectMany(l => l.Entries))
        {
            facts.Apply(entry, new());
        }

        return facts;
    }

    private void Project(int n)
    {
        var stream = $"project/p{n}";
        Performance.Add(stream, "ProjectDiagnosed", new { project = $"p{n}", enterprise = Enterprise(n), type = n == 4 ? "chain" : "single", diagnosedOn = "2025-03-01" });
        Performance.Add(stream, "ContractRegistered", new { project = $"p{n}", contract = "HT", signedOn = "2025-06-01", amount = "100000.00", listPrice = n % 2 == 0 ? "125000.00" : null, provider = Provider(n <= 6 ? 1 : 2) });
        Performance.Add(stream, "SpendReported", new { project = $"p{n}", line = new { id = "L1", contract = "HT", category = n % 2 == 0 ? "cloud" : "gateway", invoice = new { number = $"i{n}", issuedOn = "2025-07-01", net = "100000.00", vat = "6000.00" } } });
        if (n > 6)
        {
            return;
        }

        Assessment.Add($"assessment/a{n}", "AssessmentConfirmed", new
        {
            enterprise = Enterprise(n),
            purpose = "after",
            mode = "third-party",
            level = n == 6 ? 4 : n == 5 ? 1 : 2,
            facts = new Dictionary<string, decimal> { ["equipment-total"] = 10, ["equipment-digital"] = n, ["equipment-networked"] = 5 },
        });
        Performance.Add(stream, "AcceptanceApplied", new { project = $"p{n}", appliedOn = "2025-11-01" });
        if (n == 2)
        {
            Performance.Add(stream, "AcceptanceRejected", new { project = "p2", attempt = 1, reason = "x" });
            Performance.Add(stream, "AcceptanceApplied", new { project = "p2", appliedOn = "2025-12-01" });
        }

        Performance.Add(stream, "EvaluationRecorded", new { project = $"p{n}", assessment = $"a{n}", doneAt = "2025-11-20T00:00:00Z" });
        Performance.Add(stream, "ProjectAccepted", new { project = $"p{n}", acceptedOn = $"2026-0{(n + 1) / 2}-10", satisfaction = 80 + n });
    }
}
