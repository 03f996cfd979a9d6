using PilotCity.Defaults;
using PilotCity.Oversight.Samples;

namespace PilotCity.Oversight.Tests.Samples;

/// <summary>Twenty projects with their awards and payments, and some findings about them.</summary>
internal static class SampleStory
{
    public const int Cases = 20;

    public static string EnterpriseOf(int n) => $"91350825MAW5MT{n:00}XQ";

    public static Chronicle Performance()
    {
        var chronicle = new Chronicle("performance");
        for (var n = 0; n < Cases; n++)
        {
            chronicle.Add($"project/p{n:00}", "ProjectDiagnosed", new { project = $"p{n:00}", enterprise = EnterpriseOf(n), district = n % 2 == 0 ? "350802" : "350825" });
            chronicle.Add($"project/p{n:00}", "SpendReported", new { line = new { id = "L1", invoice = new { net = $"{n + 1}00000.00", vat = "6000.00" } } });
            chronicle.Add($"project/p{n:00}", "SpendReported", new { line = new { id = "L2", invoice = new { net = "1000.00", vat = "60.00" } } });
        }

        chronicle.Add("project/p00", "SpendWithdrawn", new { line = "L2" });
        for (var n = 0; n < Cases - 1; n++)
        {
            chronicle.Add($"project/p{n:00}", "ClaimSubmitted", new { project = $"p{n:00}" });
        }

        return chronicle;
    }

    public static Chronicle Funding()
    {
        var chronicle = new Chronicle("funding");
        for (var n = 0; n < Cases; n++)
        {
            chronicle.Add($"award/p{n:00}", "AwardComputed", new { enterprise = EnterpriseOf(n), district = n % 2 == 0 ? "350802" : "350825" });
        }

        for (var n = 0; n < Cases - 2; n++)
        {
            chronicle.Add($"award/p{n:00}", "AwardApproved", new { awarded = $"{n + 1}0000.00", amount = "1.00" });
            chronicle.Add($"award/p{n:00}", "TranchePaid", new { payment = "final", amount = $"{n + 1}0000.00", paidAt = "2026-03-01T10:00:00+08:00" });
        }

        return chronicle.Add("award/p03", "TrancheReturned", new { payment = "final", amount = "40000.00", returnedAt = "2026-03-03T10:00:00+08:00" })
            .Add("award/p04", "TrancheReturned", new { payment = "final", amount = "50000.00", returnedAt = "2026-03-03T10:00:00+08:00" })
            .Add("award/p04", "TranchePaid", new { payment = "final", amount = "50000.00", paidAt = "2026-03-09T10:00:00+08:00" });
    }

    public static Population Of(params IReadOnlyList<Chronicle> logs)
    {
        var population = new Population();
        foreach (var entry in logs.SelectMany(l => l.Entries))
        {
            population.Apply(entry);
        }

        return population;
    }

    /// <summary>Items of these amounts in yuan, named a000, a001 …</summary>
    public static IReadOnlyList<PopulationItem> Items(params IEnumerable<long> yuan) =>
        [.. yuan.Select((y, i) => new PopulationItem($"a{i:000}", "", new(2026, 1, 1), Money.OfYuan(y), 1, new("funding", i + 1)))];
}
