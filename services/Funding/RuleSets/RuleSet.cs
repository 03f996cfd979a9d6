using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.RuleSets;

/// <summary>Grade of the source: A official, B repost of the official text, C secondary.</summary>
internal enum Grade
{
    [JsonStringEnumMemberName("A")]
    A,
    [JsonStringEnumMemberName("B")]
    B,
    [JsonStringEnumMemberName("C")]
    C,
}

/// <summary>Life of a rule set text.</summary>
internal enum RuleSetStatus { Draft, Published, Retired }

/// <summary>Fixed (按50%): the computed amount is the award. Ceiling (不超过50%): it is the most that may be approved.</summary>
internal enum AwardMode { Fixed, Ceiling }

/// <summary>Whether VAT counts as spend; unstated is computed gross under the marker of Q4.</summary>
internal enum VatTreatment { Included, Excluded, Unstated }

/// <summary>How the row of the table is found beside the level.</summary>
internal enum BatchSelector { None, Assigned, CompletionYear, CutOffs }

/// <summary>The event that a cut-off moment is about.</summary>
internal enum CutOffEvent { DistrictCheck, EvaluationDone, ClaimSubmitted }

/// <summary>What limits award and top-up together.</summary>
internal enum TopUpLimit { Spend, None }

/// <summary>What must have happened before an advance.</summary>
internal enum AdvanceTrigger { Contract, Filing, DownPayment }

/// <summary>Base of an advance, VAT included: the down payment as paid, or as the contract has it.</summary>
internal enum AdvanceBasis { DownPaymentPaid, DownPaymentInContract }

/// <summary>What a line of spend is worth: the lower of invoiced and paid (actual), one of the two, or what the contracts say.</summary>
internal enum SpendBasis { Actual, Contract, Paid, Invoiced }

/// <summary>To what the entitlement is rounded, half up and once: the fen, or 100 yuan (0.01万元, as lists are published).</summary>
internal enum Rounding { Fen, HundredYuan }

/// <summary>Whether the provider of a contract must stand in the city's pool.</summary>
internal enum ProviderInPool { Required, Preferred, No }

/// <summary>What lateness means: waived (视为放弃), a refusal, or a remark for a person ("in principle").</summary>
internal enum Lateness { Waived, Refused, InPrinciple }

/// <summary>When a document is asked for beside its stages.</summary>
internal enum DocumentCondition { Always, LateFiling }

/// <summary>Whether one contract outside its window spoils the project, or only its own lines.</summary>
internal enum ContractScope { Each, All }

/// <summary>Order in which a pool is used up.</summary>
internal enum PoolMode { Order, ProRata }

/// <summary>
/// Where a parameter comes from: the clause with its evidence grade, or the open question that a default answers. A point that the source
/// leaves open and that has no number of its own carries the question <c>n/s</c> (not seen).
/// </summary>
internal sealed record Source(string Clause, Grade? Grade, string? OpenQuestion)
{
    /// <summary>What a decision names as its clause: the open question before the document.</summary>
    public string Cited => OpenQuestion ?? Clause;
}

/// <summary>One parameter of a rule set. No value: the source leaves it open and no default is configured.</summary>
internal sealed record Figure<T>(T? Value, Source Source, string Parameter)
    where T : struct
{
    public string Cited => Source.Cited;
}

/// <summary>A parameter that is a set of codes.</summary>
internal sealed record Codes<T>(ImmutableArray<T> Items, Source Source, string Parameter)
    where T : struct, Enum
{
    /// <summary>The source leaves the set open and no default is configured.</summary>
    public bool Open => Items.IsEmpty;

    public string Cited => Source.Cited;

    public bool Has(T item) => Items.Contains(item);
}

/// <summary>A document that the rule set stands on; a clause that begins with its name has its grade.</summary>
internal sealed record LegalDocument(string Document, Grade Grade);

/// <summary>A parameter that the source leaves open: its question and the configured default, if there is one.</summary>
internal sealed record OpenPoint(string Parameter, string OpenQuestion, string? Default);

/// <summary>
/// One city's rule as data: versioned, immutable, and the only thing that decides an award. The text it was read from stays
/// with it, so that a version kept in a log entry or a receipt decides the same way; <see cref="Hash"/> is the text's SHA-256.
/// </summary>
internal sealed record RuleSet
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required string CityCode { get; init; }
    public required Text Title { get; init; }
    public required AwardKind Kind { get; init; }
    public required RuleSetStatus Status { get; init; }
    public required Grade Grade { get; init; }
    public required ImmutableArray<LegalDocument> LegalBasis { get; init; }
    public DateOnly? EffectiveFrom { get; init; }
    public DateOnly? EffectiveTo { get; init; }

    /// <summary>Where the days in force were read; null only in texts of before this was asked for.</summary>
    public Source? EffectiveSource { get; init; }
    public required EligibilityRule Eligibility { get; init; }
    public SpendRule? Spend { get; init; }
    public LevelRule? Level { get; init; }
    public AwardRule? Award { get; init; }
    public AdvanceRule? Advance { get; init; }

    /// <summary>Whether the city pays advances was not seen: none is possible until configured.</summary>
    public Source? AdvanceUnseen { get; init; }
    public required ProcessRule Process { get; init; }
    public ProviderAwardRule? ProviderAward { get; init; }
    public DiagnosisRule? Diagnosis { get; init; }
    public PenaltyRule? Penalty { get; init; }

    /// <summary>Conditions that no case states and a person checks: free ones, and those of the parameters that are about facts outside a case.</summary>
    public ImmutableArray<Clause> ByPerson { get; init; } = [];

    /// <summary>Clauses on other money whose amounts no case decides.</summary>
    public ImmutableArray<Clause> FurtherClauses { get; init; } = [];

    /// <summary>Totals that the city published, to compare sums with.</summary>
    public ImmutableArray<ControlTotal> ControlTotals { get; init; } = [];

    /// <summary>Every parameter that the source leaves open.</summary>
    public required ImmutableArray<OpenPoint> OpenPoints { get; init; }

    /// <summary>SHA-256 of <see cref="Bytes"/>, lower-case hex.</summary>
    public required string Hash { get; init; }
    public required ImmutableArray<byte> Bytes { get; init; }

    /// <summary><c>longyan@1</c>.</summary>
    public required string Name { get; init; }

    public bool InForceOn(DateOnly day) => (EffectiveFrom is not { } from || day >= from) && (EffectiveTo is not { } to || day <= to);
}

/// <summary>Conditions on the enterprise. What no case states is left to a person and named in <see cref="RuleSet.ByPerson"/>.</summary>
internal sealed record EligibilityRule
{
    public Figure<EnterpriseSize>? SizeMax { get; init; }
    public Figure<bool>? AboveScaleOnly { get; init; }
    public Figure<bool>? PilotListed { get; init; }
    public Codes<Exclusion>? Exclusions { get; init; }
    public Codes<CreditList>? CreditLists { get; init; }
    public Figure<int>? ProjectsMax { get; init; }

    /// <summary>A final award asks for a passed acceptance as a condition on the project, not as an event still to come.</summary>
    public Figure<bool>? AcceptancePassed { get; init; }

    /// <summary>Settled with the renovation that this money stands on: what a case leaves out is not asked for again, what it says against the enterprise counts.</summary>
    public Figure<bool>? SettledWithRenovation { get; init; }
}

/// <summary>A sentence of the rule that a person reads: a condition to check, a step of the process, a clause on other money.</summary>
internal sealed record Clause(Text Sentence, Source Source);

/// <summary>A published total: so many projects, so much money together.</summary>
internal sealed record ControlTotal(Text List, int Projects, Money Sum, Source Source);

/// <summary>Days, first and last included.</summary>
internal sealed record DateSpan(DateOnly? From, DateOnly? To, Source Source)
{
    public bool Holds(DateOnly day) => !Before(day) && !After(day);

    public bool Before(DateOnly day) => From is { } from && day < from;

    public bool After(DateOnly day) => To is { } to && day > to;
}

/// <summary>Whether a category of spend counts.</summary>
internal sealed record CategoryRule(bool Eligible, Source Source);

/// <summary>A share of the project's whole spend that some categories must reach, must not exceed, or both.</summary>
internal sealed record ShareRule(ProjectType? AppliesTo, ImmutableArray<LineCategory> Categories, Figure<decimal>? ShareMin, Figure<decimal>? ShareMax);

/// <summary>What counts as spend and inside which dates.</summary>
internal sealed record SpendRule
{
    public Figure<SpendBasis>? Base { get; init; }
    public required Figure<VatTreatment> Vat { get; init; }

    /// <summary>One rule for each <see cref="LineCategory"/>, by its number.</summary>
    public required ImmutableArray<CategoryRule> Categories { get; init; }
    public DateSpan? Contract { get; init; }
    public ContractScope ContractScope { get; init; }
    public DateSpan? Invoice { get; init; }
    public DateSpan? Payment { get; init; }
    public DateSpan? Completion { get; init; }

    /// <summary>No window was seen: none is tested until configured.</summary>
    public Source? WindowUnseen { get; init; }

    /// <summary>Contract, completion, invoice and payment strictly before the day of acceptance.</summary>
    public Figure<bool>? MustPrecedeAcceptance { get; init; }
    public Figure<bool>? AuditRequired { get; init; }

    /// <summary>The least eligible spend that a project must have.</summary>
    public Figure<Money>? InvestmentMin { get; init; }
    public ImmutableArray<ShareRule> Shares { get; init; } = [];
}

/// <summary>The level that pays and who must have found it.</summary>
internal sealed record LevelRule(Figure<int> LevelMin, Codes<LevelSource> Sources, AcceptanceLevelRule? AtAcceptance);

/// <summary>The level asked for at the acceptance application.</summary>
internal sealed record AcceptanceLevelRule(Figure<int> LevelMin, Codes<LevelSource> Sources);

/// <summary>The formula: min(rate × spend, cap) + top-up, by the row of the table.</summary>
internal sealed record AwardRule
{
    public required Figure<AwardMode> Mode { get; init; }
    public required BatchSelector Selector { get; init; }
    public required Source SelectorSource { get; init; }
    public ImmutableArray<CutOff> CutOffs { get; init; } = [];

    /// <summary>Whether a cut-off moment (24:00) is itself inside (Q23); without the parameter it is.</summary>
    public Figure<bool>? CutOffIncluded { get; init; }
    public required ImmutableArray<TableRow> Table { get; init; }

    /// <summary>What a key that is not in the table means: the open question it runs into.</summary>
    public Source? Outside { get; init; }

    /// <summary>Earlier awards use up the cap (Q29).</summary>
    public Figure<bool>? CapPerEnterprise { get; init; }

    /// <summary>Only the city's part is computed; what districts add on top is theirs (Q11).</summary>
    public Figure<bool>? CityPartOnly { get; init; }
    public Figure<Rounding>? Rounding { get; init; }
    public ImmutableArray<TopUp> TopUps { get; init; } = [];
    public Figure<Money>? PortfolioAverage { get; init; }
    public Figure<Money>? PortfolioPool { get; init; }
    public Figure<bool>? FirstComeFirstServed { get; init; }
}

/// <summary>A batch needs each of its events by its moment; who misses one falls into the next batch, and the last one has no moments.</summary>
internal sealed record CutOff(int Batch, CutOffEvent Event, DateTimeOffset Until, Source Source);

/// <summary>One row: a batch or a year (where the selector asks), levels from–to, and its figures. <see cref="Cap"/> is null where the rule names none.</summary>
internal sealed record TableRow(string? Batch, int? CompletionYear, int LevelFrom, int LevelTo, Figure<decimal> Rate, Figure<Money>? Cap);

/// <summary>An amount on top of rate and cap from a level on.</summary>
internal sealed record TopUp(int LevelFrom, Figure<Money> Amount, Figure<TopUpLimit> Limit);

/// <summary>The advance (首笔预拨).</summary>
internal sealed record AdvanceRule
{
    public required Codes<AdvanceTrigger> Triggers { get; init; }
    public required Figure<AdvanceBasis> Base { get; init; }
    public required Figure<decimal> Rate { get; init; }
    public required Figure<Money> Cap { get; init; }

    /// <summary>What was advanced above the entitlement comes back (Q8).</summary>
    public required Figure<bool> Recovery { get; init; }
}

/// <summary>Steps, deadlines, evidence, publicity and retention.</summary>
internal sealed record ProcessRule
{
    /// <summary>How a project runs through the city's offices, for people to read.</summary>
    public ImmutableArray<Clause> Steps { get; init; } = [];
    public Figure<bool>? FilingRequired { get; init; }

    /// <summary>A filing after the evaluation comes too late.</summary>
    public Figure<bool>? FiledBeforeEvaluation { get; init; }
    public Figure<bool>? LateFilingAllowed { get; init; }
    public Figure<bool>? FinalAfterAcceptance { get; init; }
    public Figure<bool>? CompletedBeforeApplication { get; init; }
    public Figure<bool>? InvoicedBeforeApplication { get; init; }
    public AcceptanceDeadline? AcceptanceDeadline { get; init; }
    public ClaimWindow? ClaimWindow { get; init; }
    public ImmutableArray<DocumentRule> Documents { get; init; } = [];

    /// <summary>Blocks payment when an invoice was claimed elsewhere (Q7).</summary>
    public Figure<bool>? DuplicatesForbidden { get; init; }

    /// <summary>Working days (Q6).</summary>
    public Figure<int>? PublicityDays { get; init; }
    public Figure<int>? VoucherRetentionYears { get; init; }
    public Figure<int>? BankStatementRetentionYears { get; init; }
    public Figure<int>? ProjectRetentionYears { get; init; }

    /// <summary>Days from the check of the form to the paper file.</summary>
    public Figure<int>? PaperFileDays { get; init; }

    /// <summary>To whom the award is paid; without a word of the rule, to the enterprise alone.</summary>
    public Figure<PayeeRule>? Payee { get; init; }
}

/// <summary>To whom an award is paid: the enterprise's own account, the account of a provider of its contracts (直补服务商), or either.</summary>
internal enum PayeeRule { Enterprise, Provider, Either }

/// <summary>Months from completion to the acceptance application.</summary>
internal sealed record AcceptanceDeadline(Figure<int> Months, Lateness Late);

/// <summary>Days in which the claim may be submitted; where the last day ends before midnight, <see cref="ClosesAt"/> is its last moment, included.</summary>
internal sealed record ClaimWindow(DateSpan Span, Figure<DateTimeOffset>? ClosesAt, Lateness Late);

/// <summary>A document that must be on file at these stages.</summary>
internal sealed record DocumentRule(DocumentCode Code, ImmutableArray<AwardStage> Stages, DocumentCondition When, Source Source);

/// <summary>Award for a provider by the band of its review score.</summary>
internal sealed record ProviderAwardRule(Figure<AwardMode> Mode, ImmutableArray<ScoreBand> Bands);

/// <summary>From this score on (the bound belongs to the band) up to this amount.</summary>
internal sealed record ScoreBand(ProviderClass Class, decimal ScoreFrom, Figure<Money> Cap);

/// <summary>Subsidy for a diagnosis, after the renovation reached its level.</summary>
internal sealed record DiagnosisRule
{
    public required Figure<decimal> Share { get; init; }
    public required Figure<Money> Cap { get; init; }
    public Figure<bool>? CapPerEnterprise { get; init; }
    public required Figure<int> LevelMin { get; init; }

    /// <summary>Who must have found the level, where a case says who did.</summary>
    public Codes<LevelSource>? Sources { get; init; }
    public Figure<Money>? Pool { get; init; }
    public Figure<PoolMode>? PoolMode { get; init; }
}

/// <summary>Bounds of fines; the product sets no fine.</summary>
internal sealed record PenaltyRule(ImmutableArray<PenaltyRow> Rows);

/// <summary>Bounds for one basis, as shares of the sum, and amounts for persons directly responsible.</summary>
internal sealed record PenaltyRow(PenaltyBasis Basis, Figure<decimal> FineMin, Figure<decimal> FineMax, Figure<Money>? PersonMin, Figure<Money>? PersonMax);
