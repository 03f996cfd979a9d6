using System.Text;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Simulations;
using PilotCity.Funding.Tests.Awards;

namespace PilotCity.Funding.Tests.Simulations;

public class SimulateRuleSetTests
{
    /// <summary>Level 2 gets up to 300,000, level 3 only 40%.</summary>
    private static readonly RuleSet Draft = Sample.Varied(
        ("version: 1", "version: 2"), ("status: published", "status: draft"), ("value: 250000.00", "value: 300000.00"), ("rate: { value: 0.50, clause: 龙工信规〔2025〕2号（三级", "rate: { value: 0.40, clause: 龙工信规〔2025〕2号（三级"));

    private static AwardCase Case(string id, long spend, int level, string provider = "91350800MA0041E869") => Sample.WithSpend(spend, level) with
    {
        Id = id,
        RuleSet = "longyan@1",
        Project = Sample.WithSpend(spend, level).Project with { Contracts = [Sample.Case.Project.Contracts!.Value[0] with { Provider = provider }] },
    };

    private static readonly AwardCase[] Cases =
    [
        Case("a", 400_000, 2), Case("b", 800_000, 2), Case("c", 500_000, 3, "91350800MA004HX56Y"), Case("d", 500_000, 1), Case("e", 900_000, 4),
    ];

    /// <summary>A line of what <c>GET /awards/history</c> writes.</summary>
    private static string Line(AwardCase @case, string? district = null, string? subIndustry = null) => JsonSerializer.Serialize(
        new { award = @case.Id, district, subIndustry, @case, decision = Sample.Decide(@case) }, Json.Lenient);

    private static async Task<Result<(Simulation Simulation, IReadOnlyList<Replayed> Rows)>> Run(string file, RuleSet? draft = null, string? over = null, Money? money = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        var items = new List<HistoryItem>();
        await foreach (var item in ReadHistory.OfFile(stream, CancellationToken.None)) items.Add(item);
        return SimulateRuleSet.Run(new(draft ?? Draft, over, money), items, null, CancellationToken.None);
    }

    private static string Cases2Json(params IEnumerable<AwardCase> cases) => $"[{string.Join(',', cases.Select(c => JsonSerializer.Serialize(c, Json.Lenient)))}]";

    [Fact]
    public async Task Winners_and_losers_are_told_with_sums_groups_and_reasons()
    {
        var lines = string.Join('\n', Cases.Select((c, i) => Line(c, i % 2 == 0 ? "350802" : "350803", i == 0 ? null : "机械")));
        var (simulation, rows) = (await Run(lines)).Value;

        Assert.Equal((5, 0, 3, 1, 1, 0), (simulation.Awards, simulation.Skipped, simulation.Unchanged, simulation.Winners, simulation.Losers, simulation.OnlyOutcome));
        Assert.Equal(("1150000.00", "1150000.00", "0.00"), (simulation.Before.ToString(), simulation.After.ToString(), simulation.Difference.ToString()));
        Assert.Equal(["b 50000.00", "c -50000.00"], simulation.Changed.Select(r => $"{r.Award} {r.Difference}"));
        Assert.Equal(["350802 3 0 1 -50000.00", "350803 2 1 0 50000.00"], simulation.ByDistrict.Select(g => $"{g.Key} {g.Awards} {g.Winners} {g.Losers} {g.Difference}"));
        Assert.Equal(["机械 4", " 1"], simulation.BySubIndustry.Select(g => $"{g.Key} {g.Awards}"));
        Assert.Equal(["1 0.00", "2 50000.00", "3 -50000.00", "4 0.00"], simulation.ByLevel.Select(g => $"{g.Key} {g.Difference}"));
        Assert.Equal(["91350800MA0041E869 4", "91350800MA004HX56Y 1"], simulation.ByProvider.Select(g => $"{g.Key} {g.Awards}"));
        Assert.Equal(["Ineligible Ineligible 1", "Payable Payable 4"], simulation.Outcomes.Select(o => $"{o.Before} {o.After} {o.Awards}"));
        Assert.Equal(["a", "b", "c", "d", "e"], rows.Select(r => r.Award));
        Assert.Equal(("longyan@2", Draft.Hash), (simulation.RuleSet, simulation.RuleSetHash));
    }

    [Fact]
    public async Task Reasons_that_come_and_go_and_outcomes_that_change_are_named()
    {
        var stricter = Sample.Varied(("levelMin: { value: 2", "levelMin: { value: 3"), ("    - levelFrom: 2\n      levelTo: 2\n      rate: { value: 0.50, clause: 龙工信规〔2025〕2号（二级：50%） }\n      cap: { value: 250000.00, clause: 龙工信规〔2025〕2号（二级：最高 25 万元） }\n", ""));
        var (simulation, _) = (await Run(Line(Cases[1]), stricter)).Value;

        var row = Assert.Single(simulation.Changed);
        Assert.Equal((Outcome.Payable, Outcome.Ineligible, "-250000.00"), (row.OutcomeBefore, row.Outcome, row.Difference.ToString()));
        Assert.Equal(("award.held-to-cap", "level.below-lowest"), (Assert.Single(row.ReasonsGone), Assert.Single(row.ReasonsNew)));
    }

    [Fact]
    public async Task A_list_of_cases_is_decided_by_its_own_rule_set_first_and_gives_the_same()
    {
        var (of, lines) = ((await Run(Cases2Json(Cases))).Value.Simulation, (await Run(string.Join('\n', Cases.Select(c => Line(c))))).Value.Simulation);

        Assert.Equal(JsonSerializer.Serialize(lines, Json.Lenient), JsonSerializer.Serialize(of, Json.Lenient));
    }

    [Fact]
    public async Task The_same_history_gives_the_same_bytes_however_it_is_shared_among_the_cores()
    {
        var many = string.Join('\n', Enumerable.Range(0, 3_000).Select(i => Line(Case($"p-{i}", 200_000 + (i * 333), 1 + (i % 4)), $"35080{i % 5}")));
        var results = new HashSet<string>();
        for (var i = 0; i < 3; i++) results.Add(JsonSerializer.Serialize((await Run(many)).Value.Rows, Json.Lenient));

        Assert.Single(results);
    }

    [Fact]
    public async Task What_is_no_final_award_or_of_another_rule_set_is_left_out_and_counted()
    {
        var other = Sample.Case with { Id = "x", RuleSet = "quanzhou" };
        var (simulation, _) = (await Run(Cases2Json([.. Cases, Cases[0] with { Id = "f", Stage = AwardStage.Advance }, other]))).Value;
        Assert.Equal((5, 2), (simulation.Awards, simulation.Skipped));

        Assert.Equal((1, 6), (await Run(Cases2Json([.. Cases, Cases[0] with { Stage = AwardStage.Advance }, other]), over: "quanzhou")).Value.Simulation is var s ? (s.Awards, s.Skipped) : default);
    }

    [Fact]
    public async Task A_proposed_amount_of_then_does_not_stop_the_draft() =>
        Assert.Equal(Outcome.Payable, (await Run(Cases2Json(Cases[2] with { Proposed = Money.OfYuan(250_000) }))).Value.Rows[0].Outcome);

    [Fact]
    public async Task A_pool_is_paid_out_in_the_order_of_applications_and_who_comes_too_late_waits()
    {
        var early = Cases[0] with { Project = Cases[0].Project with { AcceptanceAppliedOn = Sample.Day("2026-06-01") } };
        var portfolio = (await Run(Cases2Json(Cases[1], early, Cases[4]), money: Money.OfYuan(600_000))).Value.Simulation.Portfolio!;

        Assert.Equal(("600000.00", "950000.00", "500000.00", "100000.00", 1, "450000.00"), (portfolio.Pool.ToString(), portfolio.Due.ToString(), portfolio.Paid.ToString(), portfolio.Left.ToString(), portfolio.Waiting, portfolio.WaitingFor.ToString()));
        Assert.Null((await Run(Cases2Json(Cases))).Value.Simulation.Portfolio);
    }

    [Fact]
    public async Task An_average_that_the_draft_aims_at_is_compared()
    {
        var hangzhou = ShippedRuleSets.All.Single(s => s.Id == "hangzhou");
        var portfolio = (await Run(Cases2Json(Cases.Select(c => c with { RuleSet = "hangzhou" })), hangzhou)).Value.Simulation.Portfolio!;

        Assert.Equal(("260000.00", "portfolio.average-exceeded"), (portfolio.Average.ToString(), portfolio.AboveAverage?.Code));
        Assert.Null(portfolio.Pool);
    }

    [Theory]
    [InlineData("""{"case":{"id":"x","ruleSet":"longyan","surplus":1}}""", "simulation.history_unreadable", "#1")]
    [InlineData("""[{"id":"x","ruleSet":"longyan"},3]""", "simulation.history_unreadable", "[1]")]
    [InlineData("""{"case":{"id":"x","ruleSet":"longyan"},"decision":{"outcome":"splendid"}}""", "simulation.history_unreadable", "#1")]
    [InlineData("""{"case":{"id":"x","ruleSet":"longyan"},"decision":{}}""", "simulation.history_unreadable", "#1")]
    [InlineData("""[{"id":"x","ruleSet":"atlantis"}]""", "rule_set.unknown", "[0]")]
    [InlineData("[]", "simulation.history_empty", "longyan")]
    [InlineData("", "simulation.history_empty", "longyan")]
    [InlineData("""[{"id":"x","ruleSet":"quanzhou","at":"2026-03-01T00:00:00+08:00"}]""", "simulation.history_empty", "quanzhou")]
    [InlineData("""[{"id":"x","ruleSet":"longyan","kind":"penalty","at":"2026-03-01T00:00:00+08:00"}]""", "simulation.other_kind", "'x'")]
    public async Task What_cannot_be_replayed_is_named_with_its_place(string file, string code, string place)
    {
        var fault = (await Run(file)).Fault!;

        Assert.Equal(code, fault.Code);
        Assert.Contains(place, fault.Message.En, StringComparison.Ordinal);
        Assert.Equal("simulation.too_many", SimulateRuleSet.TooMany.Code);
    }

    [Fact]
    public async Task It_is_printed_in_both_languages_and_its_cells_cannot_become_formulas()
    {
        var (simulation, rows) = (await Run(Line(Cases[1] with { Id = "=1+1" }, "=cmd"), money: Money.OfYuan(1))).Value;

        Assert.Contains("1 项增加", PrintSimulation.Text(simulation, "zh"), StringComparison.Ordinal);
        Assert.Contains("1 win", PrintSimulation.Text(simulation, "en"), StringComparison.Ordinal);
        using var csv = new MemoryStream();
        await PrintSimulation.Table(rows).WriteCsv(PrintSimulation.Headings("en"), csv, CancellationToken.None);
        Assert.DoesNotContain(",=cmd", Encoding.UTF8.GetString(csv.ToArray()), StringComparison.Ordinal);
    }
}
