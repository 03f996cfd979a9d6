using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Tests.RuleSets;
using Outcome = PilotCity.Funding.Awards.Outcome;

namespace PilotCity.Funding.Tests.Awards;

/// <summary>Laws over every shipped rule set: the worked examples, which stand around each boundary, with up to four things changed at random.</summary>
public class EveryRuleSetInvariantTests
{
    private sealed record Asked(RuleSet Set, AwardCase Case, string Name)
    {
        public override string ToString() => $"{Name} {JsonSerializer.Serialize(Case, Json.Lenient)}";
    }

    private static readonly DateOnly?[] Days = [null, .. new[] { "2023-12-31", "2024-02-17", "2024-02-18", "2024-10-17", "2024-10-18", "2025-12-15", "2025-12-16", "2025-12-31", "2026-01-01", "2026-09-30", "2026-12-31", "2027-01-01", "9999-12-31", "0001-01-01" }.Select(d => (DateOnly?)Sample.Day(d))];

    private static readonly Money?[] Amounts = [null, .. new[] { "0.00", "0.01", "0.03", "333333.33", "499999.99", "500000.00", "500000.01", "666666.67", "1000000.00", "1000000000000.00" }.Select(m => (Money?)Money.Parse(m))];

    private static Gen<Func<AwardCase, AwardCase>> Change =>
        from day in Gen.Elements(Days)
        from amount in Gen.Elements(Amounts)
        from number in Gen.Choose(0, 4)
        from moment in Gen.Elements<DateTimeOffset?>(null, new(2026, 1, 21, 0, 0, 0, ChinaTime.Offset), new(2026, 1, 28, 0, 0, 1, ChinaTime.Offset), new(2025, 10, 27, 0, 0, 0, ChinaTime.Offset))
        from which in Gen.Choose(0, 27)
        select (Func<AwardCase, AwardCase>)(c => which switch
        {
            0 => Project(c, p => p with { LevelAfter = number }),
            1 => Project(c, p => p with { LevelAfter = null }),
            2 => Project(c, p => p with { LevelSource = (LevelSource)(number % 4) }),
            3 => Project(c, p => p with { FiledOn = day }),
            4 => Project(c, p => p with { CompletedOn = day }),
            5 => Project(c, p => p with { AcceptedOn = day }),
            6 => Project(c, p => p with { AcceptanceAppliedOn = day }),
            7 => Project(c, p => p with { ClaimSubmittedAt = moment }),
            8 => Project(c, p => p with { DistrictCheckAt = moment }),
            9 => Project(c, p => p with { EvaluationDoneAt = moment }),
            10 => Project(c, p => p with { Batch = number is 0 or 4 ? null : $"{number}" }),
            11 => Project(c, p => p with { AuditedSpend = amount }),
            12 => Project(c, p => p with { Documents = number == 0 ? null : [.. p.Documents.GetValueOrDefault([]).Skip(number)] }),
            13 => Project(c, p => p with { Type = (ProjectType)(number % 2) }),
            14 => Contract(c, k => k with { SignedOn = day }),
            15 => Contract(c, k => k with { Amount = amount }),
            16 => Contract(c, k => k with { DownPayment = amount, DownPaymentPaidOn = day }),
            17 => Line(c, l => l with { Category = (LineCategory)(number * 4) }),
            18 => Line(c, l => l with { Invoice = l.Invoice is null ? null : l.Invoice with { IssuedOn = day } }),
            19 => Line(c, l => l with { Invoice = l.Invoice is null ? null : l.Invoice with { Net = amount } }),
            20 => Line(c, l => l with { Payments = [new() { PaidOn = day, Amount = amount ?? Money.Zero }] }),
            21 => Project(c, p => p with { Lines = number == 0 ? null : [.. p.Lines.GetValueOrDefault([]), .. p.Lines.GetValueOrDefault([])] }),
            22 => c with { Enterprise = c.Enterprise with { Awarded = amount ?? Money.Zero, ProjectsAwarded = number } },
            23 => c with { Enterprise = c.Enterprise with { Size = (EnterpriseSize)(number % 4), InPilotList = number switch { 0 => null, 1 => false, _ => true } } },
            24 => c with { Enterprise = c.Enterprise with { CreditLists = number == 0 ? null : [(CreditList)(number - 1)], Exclusions = number == 2 ? [Exclusion.Pilot2022] : [] } },
            25 => c with { AdvancesPaid = amount ?? Money.Zero },
            26 => c with { Proposed = amount },
            _ => c with { Stage = (AwardStage)(number % 3), At = number == 4 ? null : c.At },
        });

    private static Gen<Asked> Cases =>
        from example in Gen.Elements(ExamplesTests.Cases.ToArray())
        from count in Gen.Choose(0, 4)
        from changes in Change.ListOf(count)
        select new Asked(example.Set, changes.Aggregate(example.Case, (c, change) => change(c)), example.Name);

    private static AwardCase Project(AwardCase c, Func<ProjectFacts, ProjectFacts> change) => c with { Project = change(c.Project) };

    private static AwardCase Contract(AwardCase c, Func<ContractFacts, ContractFacts> change) =>
        Project(c, p => p.Contracts is [var first, ..] contracts ? p with { Contracts = contracts.SetItem(0, change(first)) } : p);

    private static AwardCase Line(AwardCase c, Func<LineFacts, LineFacts> change) =>
        Project(c, p => p.Lines is [var first, ..] lines ? p with { Lines = lines.SetItem(0, change(first)) } : p);

    private static void Holds(Func<Asked, AwardDecision, bool> law, int cases = 3_000) =>
        Prop.ForAll(Cases.ToArbitrary(), c => law(c, DecideAward.Decide(c.Set, c.Case))).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));

    [Fact]
    public void Decided_again_from_the_case_as_it_is_kept_it_is_the_same_to_the_byte() => Holds((c, d) =>
        JsonSerializer.Serialize(d, Json.Lenient)
        == JsonSerializer.Serialize(DecideAward.Decide(ReadRuleSet.Kept(c.Set.Bytes.AsSpan()).Value, JsonSerializer.Deserialize<AwardCase>(JsonSerializer.Serialize(c.Case, Json.Lenient), Json.Lenient)!), Json.Lenient), 1_000);

    [Fact]
    public void The_entitlement_is_within_cap_and_rate_and_top_up() => Holds((c, d) =>
        d.Entitlement is not { } given || d.Outcome == Outcome.Owed
        || (given.Fen >= 0
            && (d.Cap is not { } cap || given <= cap + (d.TopUp ?? Money.Zero))
            && (c.Case.Stage == AwardStage.Advance || c.Case.Kind != AwardKind.Renovation || d is not { Rate: { } rate, EligibleSpend: { } spend } || given.Yuan <= (rate * (spend.Yuan + 0.01m)) + (d.TopUp?.Yuan ?? 0m) + 0.01m)
            && (d.EligibleSpend is not { } all || given <= all + new Money(1))));

    [Fact]
    public void What_is_paid_advanced_and_recovered_adds_up() => Holds((c, d) =>
        d.Outcome is not (Outcome.Payable or Outcome.NothingPayable) || c.Case.Stage != AwardStage.Final || d.Entitlement is not { } given || d.Reasons.Any(r => r.Effect == Outcome.NothingPayable)
        || d.Payable!.Value + c.Case.AdvancesPaid - d.Recover!.Value == (c.Case.Proposed ?? given));

    [Fact]
    public void The_outcome_is_the_first_that_a_reason_asks_for() => Holds((c, d) =>
        d.Reasons.Any(r => r.Effect is not null)
            ? d.Outcome == d.Reasons.Where(r => r.Effect is not null).Min(r => r.Effect!.Value)
            : d.Outcome is Outcome.Payable or Outcome.NothingPayable or Outcome.Accepted);

    [Fact]
    public void Only_what_is_payable_is_paid() => Holds((_, d) => d.Outcome == Outcome.Payable ? d.Payable!.Value.Fen > 0 : d.Payable is null or { Fen: 0 });

    [Fact]
    public void More_spend_never_gives_less() => Holds((c, d) =>
        c.Case.Stage != AwardStage.Final || c.Set.Spend is not { Shares.IsEmpty: true } || d.Entitlement is not { } given
        || !(DecideAward.Decide(c.Set, Line(c.Case, l => l with { Payments = l.Payments is { } paid ? [.. paid.Select(p => p with { Amount = p.Amount + Money.OfYuan(10_000) })] : null })).Entitlement < given));

    [Fact]
    public void A_higher_audited_figure_never_gives_less() => Holds((c, d) =>
        c.Case.Project.AuditedSpend is not { } audited || audited.Fen > Money.FenMax / 2 || d.Entitlement is not { } given
        || !(DecideAward.Decide(c.Set, Project(c.Case, p => p with { AuditedSpend = audited + audited })).Entitlement < given));

    [Fact]
    public void A_higher_level_never_gives_less() => Holds((c, d) =>
        c.Case.Project.LevelAfter is not (>= 0 and < 4) || d.Entitlement is not { } given
        || !(DecideAward.Decide(c.Set, Project(c.Case, p => p with { LevelAfter = p.LevelAfter + 1 })).Entitlement < given));

    [Fact]
    public void What_would_have_changed_it_and_its_words_can_always_be_told() => Holds(
        (c, d) => PrintExplanation.Text(ExplainDecision.Explain(c.Set, c.Case, d, Outlook.Of(c.Set, c.Case), [], null, "zh")).Length > 100, 1_000);

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public void At_the_ends_of_time_too(string text)
    {
        var day = Sample.Day(text);
        var moment = day == DateOnly.MinValue ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
        Func<AwardCase, AwardCase>[] changes =
        [
            c => Project(c, p => p with { AcceptedOn = day }), c => Project(c, p => p with { CompletedOn = day }), c => Project(c, p => p with { FiledOn = day }),
            c => Project(c, p => p with { AcceptanceAppliedOn = day }), c => Project(c, p => p with { EvaluationDoneAt = moment }), c => Project(c, p => p with { ClaimSubmittedAt = moment }),
            c => Project(c, p => p with { DistrictCheckAt = moment }), c => Contract(c, k => k with { SignedOn = day }), c => Line(c, l => l with { Invoice = l.Invoice is null ? null : l.Invoice with { IssuedOn = day } }),
            c => Line(c, l => l with { Payments = [new() { PaidOn = day, Amount = Money.OfYuan(1) }] }), c => c with { At = moment },
        ];
        foreach (var (name, set, example) in ExamplesTests.Cases.Select(e => (e.Name, e.Set, e.Case)))
        {
            foreach (var @case in changes.Select(change => change(example)).Append(changes.Aggregate(example, (c, change) => change(c))))
            {
                var told = PrintExplanation.Text(ExplainDecision.Explain(set, @case, DecideAward.Decide(set, @case), Outlook.Of(set, @case), [], null, "zh"));
                Assert.True(told.Length > 100, name);
            }
        }
    }
}
