using PilotCity.Contracts.Assessment.V1;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;
using PilotCity.Funding.BankMessages;
using PilotCity.Funding.BankStatements;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;
using PilotCity.Funding.RuleSets;
using AccountNoun = PilotCity.Funding.Accounts.Account;
using AwardNoun = PilotCity.Funding.Awards.Award;
using FundNoun = PilotCity.Funding.Funds.Fund;
using ProjectStep = PilotCity.Contracts.Performance.V1.Step;

namespace PilotCity.Funding.Tests;

/// <summary>
/// A city's funding in memory: rules run against folded states, what they decide becomes entries as the log writes them. Each test takes it
/// as far as it needs and then asks the one thing it is about.
/// </summary>
internal sealed class Town
{
    public const string City = "350800";
    public const string Company = "91350800MA2XNF1A0X";
    public const string Provider = "91350100MA31B2C3D6";
    public const string FundId = "central-2025";
    public const string CityFundId = "municipal-2025";

    public static readonly Actor Officer = new(Role.BureauOfficer, "bureau-1", City);
    public static readonly Actor Approver = new(Role.BureauApprover, "bureau-2", City);
    public static readonly Actor Finance = new(Role.FinanceOfficer, "finance-1", City);
    public static readonly Actor Releaser = new(Role.FinanceApprover, "finance-2", City);

    private readonly Dictionary<string, (object State, long Version)> states = new(StringComparer.Ordinal);
    private readonly List<Entry> entries = [];

    public IReadOnlyList<Entry> Entries => entries;

    public DateTimeOffset At { get; set; } = new(2026, 7, 6, 10, 0, 0, ChinaTime.Offset);

    public GetProjectReply Project { get; } = Reply();

    public GetEnterpriseReply Enterprise { get; } = new()
    {
        Uscc = Company,
        Name = "龙岩样本机械有限公司",
        Size = "medium",
        AboveScale = true,
        InPilotList = true,
        ListedOn = "2024-12-01",
        Source = new() { Service = "registry", City = City, Stream = $"enterprise/{Company}", Version = 2, Position = 17 },
    };

    public GetResultReply? After { get; set; } = new()
    {
        Assessment = "a-2",
        SubjectUscc = Company,
        Purpose = "after",
        Level = 2,
        Mode = "third-party",
        Source = new() { Service = "assessment", City = City, Stream = "assessment/a-2", Version = 1, Position = 40 },
    };

    public CompareReply Parties { get; } = new();

    public Award Award(string id = "p-1") => State(AwardNoun.Noun, id);

    public Fund Fund => State(FundNoun.Noun, FundId);

    public Fund FundOf(string id) => State(FundNoun.Noun, id);

    public PaymentBatch Batch(string id) => State(PaymentBatch.Noun, id);

    public RuleBook Rules => State(RuleBook.Noun, "longyan");

    public EnterpriseAwards Earlier => State(EnterpriseAwards.Noun, Company);

    public AwardFacts Facts(AwardStage stage = AwardStage.Final) => GatherFacts.Facts(City, Project, Enterprise, null, stage == AwardStage.Final ? After : null);

    public TState State<TState>(Noun<TState> noun, string id)
        where TState : class => states.TryGetValue(noun.StreamOf(id), out var found) ? (TState)found.State : noun.Initial;

    /// <summary>Takes what a rule decided into the log, refused attempts on record too.</summary>
    public Decision Do(Actor actor, Decision decision)
    {
        var command = new Guid(entries.Count + 1, 0, 0, new byte[8]);
        foreach (var (stream, happened) in decision.Changes)
        {
            var noun = FundingService.Shape.Nouns.Single(n => stream.StartsWith(n.Category + "/", StringComparison.Ordinal));
            var version = states.TryGetValue(stream, out var found) ? found.Version : 0;
            var payload = Noun.Write(happened);
            var entry = new Entry("funding", City, entries.Count + 1, stream, version + 1, happened.GetType().Name, command, actor.ToString(), Defaults.Log.Instant.Micros(At), "", payload, [], [])
                .Sealed(entries.Count == 0 ? CanonicalEntry.FirstHead() : entries[^1].Head);
            entries.Add(entry);
            states[stream] = (noun.Fold(entries.Where(e => e.Stream == stream)), version + 1);
        }

        return decision;
    }

    public Town Ok(Actor actor, Decision decision)
    {
        Assert.True(decision.Fault is null, decision.Fault?.Message.En);
        Do(actor, decision);
        return this;
    }

    /// <summary>A central fund of 1亿 received and split 80/20, and the rule set published by two persons.</summary>
    public static Town Founded(string? payee = null)
    {
        var town = new Town();
        town.Project.Contracts[0].Provider = Provider;
        var text = payee is null ? null : Awards.Sample.LongyanText.Replace("process:\n", $"process:\n  payee: {{ value: {payee}, clause: 龙工信规〔2025〕2号 }}\n", StringComparison.Ordinal);
        return town
            .Ok(Finance, OpenFund.Decide(City, new(FundId, "中央奖补资金", FundSource.Central, Money.OfYuan(100_000_000))))
            .Ok(Finance, ReceiveFunds.Decide(town.Fund, new("财建〔2025〕1号", Money.OfYuan(100_000_000))))
            .Ok(Finance, SplitFund.Decide(town.Fund, new([new(FundUse.EnterpriseRenovation, Money.OfYuan(80_000_000)), new(FundUse.PublicServices, Money.OfYuan(20_000_000))])))
            .Ok(Officer, DraftRuleSet.Decide(town.Rules, City, "longyan", text is null ? new(Shipped: "longyan") : new(text)))
            .Ok(Approver, PublishRuleSet.Decide(town.Rules, new(1, town.Rules.Draft!.Hash), Approver));
    }

    /// <summary>A second source: municipal money, all of it for renovations.</summary>
    public Town CityMoney(long yuan) => Ok(Finance, OpenFund.Decide(City, new(CityFundId, "市级配套", FundSource.Municipal, Money.OfYuan(yuan))))
        .Ok(Finance, ReceiveFunds.Decide(FundOf(CityFundId), new("市财〔2025〕1号", Money.OfYuan(yuan))))
        .Ok(Finance, SplitFund.Decide(FundOf(CityFundId), new([new(FundUse.EnterpriseRenovation, Money.OfYuan(yuan))])));

    /// <summary>What a breach costs, by the national rule, published by two persons.</summary>
    public Town Penalties() => Ok(Officer, DraftRuleSet.Decide(State(RuleBook.Noun, ProposeClawback.PenaltyRule), City, ProposeClawback.PenaltyRule, new(Shipped: ProposeClawback.PenaltyRule)))
        .Ok(Approver, PublishRuleSet.Decide(State(RuleBook.Noun, ProposeClawback.PenaltyRule), new(1, State(RuleBook.Noun, ProposeClawback.PenaltyRule).Draft!.Hash), Approver));

    public Town AdvanceComputed() => Ok(Officer, ComputeAdvance.Decide(Award(), Rules, Earlier, Facts(AwardStage.Advance), At));

    public Town AdvanceApproved() => AdvanceComputed().Ok(Approver, ApproveAdvance.Decide(Award(), Fund, new(FundId, "龙工信〔2025〕9号"), Approver));

    public Town AdvancePaid() => AdvanceApproved().Account().Batched("b1").Released("b1").Settled("b1", "B-1");

    public Town Computed() => Ok(Officer, ComputeAward.Decide(Award(), Rules, Earlier, Facts(), At));

    public Town Publicised() => Ok(Officer, PubliciseAward.Decide(Award(), Rules, new("https://gxj.example/1"), At));

    /// <summary>The first moment after the publicity's last day.</summary>
    public Town PublicityOver()
    {
        At = ChinaTime.StartOf(Award().Publicity!.Until.AddDays(1));
        return this;
    }

    public Town Approved() => Computed().Publicised().PublicityOver().Ok(Approver, Approve());

    public Decision Approve(Actor? actor = null, string? amount = null, string? reason = null, string plan = "龙工信〔2026〕5号") => ApproveAward.Decide(
        Award(), FundOf, Rules, Earlier, new(FundId, plan, amount is null ? null : Money.Parse(amount), reason), actor ?? Approver, At);

    public Decision Approve(ApproveAward.Body body) => ApproveAward.Decide(Award(), FundOf, Rules, Earlier, body, Approver, At);

    public Town Account(string uscc = Company) => Ok(Finance, Decision.Accept(
        AccountNoun.Noun.StreamOf(uscc), new AccountRegistered(uscc, "中国银行龙岩分行", new("n", "h"), new("m", "h"))));

    public Decision Batch(string id, params string[] awards) => CreateBatch.Decide(
        id, new(awards), Award, uscc => State(AccountNoun.Noun, uscc), FundOf, Finance, At);

    public Town Batched(string id) => Ok(Finance, Batch(id, "p-1"));

    /// <summary>Registry's answer for any enterprise of a batch is that of the one whose facts these are.</summary>
    public Decision Release(string id, Actor? actor = null, ApproveBatch.Body? body = null) => ApproveBatch.Decide(
        Batch(id), body ?? new(Batch(id).Lines.Length, PaymentBatch.Sum(Batch(id).Lines)),
        new(Award, uscc => State(AccountNoun.Noun, uscc), FundOf, f => State(FundAccount.Noun, f), Batch(id).Lines.Select(l => l.Is.Enterprise).Distinct().ToDictionary(c => c, _ => Enterprise), Payees(id)),
        actor ?? Releaser, At);

    public Dictionary<string, OpenedAccount> Payees(string id) =>
        Batch(id).Lines.Select(l => l.Is.To).Distinct().ToDictionary(to => to, to => new OpenedAccount($"单位 {to}", "6222000011112222", "中国银行龙岩分行"));

    public Town Released(string id)
    {
        Ok(Releaser, Release(id));
        At = At.AddHours(1);
        return this;
    }

    public Decision Import(string id, byte[] file)
    {
        var read = BankResultFile.Read(file);
        return read.Ok ? Answer(id, _ => read, file) : read.Fault;
    }

    /// <summary>A status report (pain.002) on a batch.</summary>
    public Decision Report(string id, byte[] file)
    {
        var read = StatusReport.Read(file);
        return read.Ok ? Answer(id, batch => BankAnswer.Of(read.Value, batch), file) : read.Fault;
    }

    /// <summary>A statement (camt.053) of a fund's account.</summary>
    public Decision Statement(byte[] file)
    {
        var read = StatementMessage.Read(file);
        return read.Ok
            ? ImportStatement.Decide(
                read.Value, BatchFiles.Sha256(file),
                new(s => State(BankStatement.Noun, s), Batch, FundOf, f => State(FundAccount.Noun, f), r => State(BankReference.Noun, BankReference.IdOf(r))), At)
            : read.Fault;
    }

    private Decision Answer(string id, Func<PaymentBatch, Result<BankAnswer>> answerOf, byte[] file) => ImportBankResult.Decide(
        Batch(id), answerOf, BatchFiles.Sha256(file), FundOf, r => State(BankReference.Noun, BankReference.IdOf(r)), At);

    /// <summary>The bank paid every line (or failed it, without a reference).</summary>
    public Town Settled(string id, string? reference)
    {
        var lines = Batch(id).Released.Select(l => l.Is).ToArray();
        return Ok(Finance, Import(id, Csv(id, [.. lines.Select((l, i) => reference is null ? $"{l.Line},failed,{l.Amount},,,户名不符" : $"{l.Line},paid,{l.Amount},{reference}{(i == 0 ? "" : $"-{i}")},{At:yyyy-MM-ddTHH:mm:sszzz},")])));
    }

    public static byte[] Csv(string batch, params string[] lines) => Csv(batch, null, lines);

    public static byte[] Csv(string batch, string? sum, string[] lines)
    {
        var total = sum ?? new Money(lines.Sum(l => Money.TryParse(l.Split(',').ElementAtOrDefault(2), out var m) ? m.Fen : 0)).ToString();
        return System.Text.Encoding.UTF8.GetBytes($"H,{batch},{lines.Length},{total}\r\nline,status,amount,reference,paidAt,reason\r\n{string.Concat(lines.Select(l => l + "\r\n"))}T,{lines.Length},{total}\r\n");
    }

    /// <summary>An accepted project of 400,000 gross with a down payment of 300,000: at level 2 the award is 200,000, the advance 120,000.</summary>
    private static GetProjectReply Reply()
    {
        var line = new SpendLine { Contract = "HT-1", Category = "cloud", InvoiceNumber = "25352000000000000001", InvoiceIssuedOn = "2026-03-20", NetFen = 37_735_849, VatFen = 2_264_151 };
        line.Payments.Add(new Payment { PaidOn = "2026-05-20", AmountFen = 40_000_000 });
        return new()
        {
            Project = "p-1",
            EnterpriseUscc = Company,
            Type = "single",
            State = "accepted",
            FiledOn = "2025-06-10",
            CompletedOn = "2026-05-25",
            AcceptanceAppliedOn = "2026-06-08",
            AcceptedOn = "2026-07-02",
            AfterAssessment = "a-2",
            Contracts = { new ProjectContract { Id = "HT-1", SignedOn = "2025-03-01", AmountFen = 200_000_000, DownPaymentFen = 30_000_000, DownPaymentPaidOn = "2025-03-18" } },
            Lines = { line },
            Steps =
            {
                new ProjectStep { State = "filed", Actor = "bureau-1", Role = "bureau-officer" }, new ProjectStep { State = "district-verified", Actor = "district-1", Role = "district-officer" },
                new ProjectStep { State = "accepted", Actor = "bureau-2", Role = "bureau-approver" }, new ProjectStep { State = "completed", Actor = "company-1", Role = "enterprise" },
            },
            Source = new() { Service = "performance", City = City, Stream = "project/p-1", Version = 9, Position = 77 },
        };
    }
}
