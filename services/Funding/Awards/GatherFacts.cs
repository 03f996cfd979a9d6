using System.Collections.Immutable;
using System.Globalization;
using PilotCity.Contracts.Assessment.V1;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Claims;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>Asks Performance for a project as it is now; nothing where the city has none.</summary>
internal delegate ValueTask<Result<GetProjectReply?>> AskProject(string city, string project, CancellationToken ct);

/// <summary>Asks Registry for an enterprise as it is now; nothing where the city has none.</summary>
internal delegate ValueTask<Result<GetEnterpriseReply?>> AskEnterprise(string city, string uscc, CancellationToken ct);

/// <summary>Asks Assessment for the confirmed result of one purpose (<c>before</c>, <c>after</c>); nothing where there is none.</summary>
internal delegate ValueTask<Result<GetResultReply?>> AskResult(string city, string uscc, string purpose, CancellationToken ct);

/// <summary>What other services say of a project and its enterprise, and where each answer was read; the engine's case but for the award's own past.</summary>
internal sealed record AwardFacts(
    string City, string Project, EnterpriseFacts EnterpriseFacts, ProjectFacts ProjectFacts, string? Assessment, ImmutableArray<FactSource> Sources, ImmutableArray<string> Handlers)
{
    /// <summary>Accounts that took a step of the enterprise or the provider.</summary>
    public ImmutableArray<string> PartyAccounts { get; init; } = [];

    public string Enterprise => EnterpriseFacts.Uscc!;

    /// <summary>Registry's words for where the enterprise sits and what it makes.</summary>
    public string? District { get; init; }

    public string? SubIndustry { get; init; }

    /// <summary>Who is compared for shared persons, phones and addresses: the enterprise, its providers, the evaluator.</summary>
    public ImmutableArray<string> Parties { get; init; } = [];

    /// <summary>Fingerprints of the invoices, contracts and transfers, and the key they were made with.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];

    public string KeyId { get; init; } = "";

    /// <summary>What a person should look at; see <see cref="FindConcerns"/>.</summary>
    public ImmutableArray<Concern> Concerns { get; init; } = [];

    /// <summary>As the entry has them: nothing where there are none.</summary>
    public IReadOnlyList<Concern>? ConcernsKept => Concerns.IsEmpty ? null : Concerns;

    public IReadOnlyList<string>? ClaimsKept => Marks.Count == 0 ? null : [.. Marks.Select(m => m.Fingerprint)];

    /// <summary>The engine's case at the moment of decision: these facts, and what this service knows itself.</summary>
    public AwardCase Case(RuleSet set, AwardStage stage, Award award, EnterpriseAwards earlier, DateTimeOffset at) => Waiver.Apply(award.Waivers, new()
    {
        Id = Project,
        RuleSet = set.Name,
        Stage = stage,
        At = at,
        Enterprise = EnterpriseFacts with { ProjectsAwarded = earlier.Projects, Awarded = earlier.Awarded },
        Project = ProjectFacts,
        AdvancesPaid = award.AdvancesPaid,
    });

    public IReadOnlyList<FactSource> SourcesWith(EnterpriseAwards earlier) => earlier.Version == 0
        ? Sources
        : Sources.Add(new("earlier-awards", new("funding", City, EnterpriseAwards.Noun.StreamOf(Enterprise), earlier.Version, earlier.Position)));
}

/// <summary>Asks the other services for the facts of a decision and converts their answers.</summary>
internal static class GatherFacts
{
    /// <summary>Roles whose steps on a project make one its handler: the bureau's approver decides and the parties have no duty to separate.</summary>
    private static readonly string[] NotHandling = ["bureau-approver", "enterprise", "provider", "service"];

    public static async ValueTask<Result<AwardFacts>> Of(
        string city, string project, AwardStage stage, AskProject askProject, AskEnterprise askEnterprise, AskResult askResult, Fingerprints fingerprints, CancellationToken ct)
    {
        var found = await askProject(city, project, ct);
        if (!found.Ok) return found.Fault;
        if (found.Value is not { } known) return SliceFaults.Unknown("project", project);
        var enterprise = await Enterprise(askEnterprise, city, known.EnterpriseUscc, ct);
        if (!enterprise.Ok) return enterprise.Fault;
        var before = await askResult(city, known.EnterpriseUscc, "before", ct);
        if (!before.Ok) return before.Fault;
        var after = stage == AwardStage.Final ? await askResult(city, known.EnterpriseUscc, "after", ct) : default(GetResultReply);
        return !after.Ok ? after.Fault
            : after.Value is { } result && known.AfterAssessment != result.Assessment && !(result.HasCorrects && known.AfterAssessment == result.Corrects) ? AwardFaults.OtherAssessment
            : after.Value is { ObjectionOpen: true } ? AwardFaults.AssessmentDisputed
            : Facts(city, known, enterprise.Value, before.Value, after.Value) with { Marks = fingerprints.Of(known), KeyId = fingerprints.KeyId };
    }

    internal static AskProject Project(Peers peers) => async (city, project, ct) => await peers.Ask("performance").Question(
        (channel, options) => new Projects.ProjectsClient(channel).GetProjectAsync(new GetProjectRequest { City = city, Project = project }, options), ct);

    internal static AskEnterprise Enterprise(Peers peers) => async (city, uscc, ct) => await peers.Ask("registry").Question(
        (channel, options) => new Enterprises.EnterprisesClient(channel).GetEnterpriseAsync(new GetEnterpriseRequest { City = city, Uscc = uscc }, options), ct);

    internal static AskResult Result(Peers peers) => async (city, uscc, purpose, ct) => await peers.Ask("assessment").Question(
        (channel, options) => new Assessments.AssessmentsClient(channel).GetResultAsync(new GetResultRequest { City = city, SubjectUscc = uscc, Purpose = purpose }, options), ct);

    /// <summary>An enterprise that has to be there: <c>enterprise.unknown</c> where it is not.</summary>
    public static async ValueTask<Result<GetEnterpriseReply>> Enterprise(AskEnterprise ask, string city, string uscc, CancellationToken ct)
    {
        var found = await ask(city, uscc, ct);
        return !found.Ok ? found.Fault : found.Value is { } known ? known : SliceFaults.Unknown("enterprise", uscc);
    }

    internal static AwardFacts Facts(string city, GetProjectReply project, GetEnterpriseReply enterprise, GetResultReply? before, GetResultReply? after)
    {
        var contracts = project.Contracts.Select(Contract).ToImmutableArray();
        var sources = ImmutableArray.CreateBuilder<FactSource>();
        sources.Add(Source("project", project.Source));
        sources.Add(Source("enterprise", enterprise.Source));
        if (before is not null) sources.Add(Source("result-before", before.Source));
        if (after is not null) sources.Add(Source("result-after", after.Source));
        return new(
            city,
            project.Project,
            new()
            {
                Uscc = project.EnterpriseUscc,
                Size = enterprise.HasSize ? Word<EnterpriseSize>(enterprise.Size) : null,
                AboveScale = enterprise.HasAboveScale ? enterprise.AboveScale : null,
                InPilotList = ListedOn(enterprise, contracts),
                Exclusions = [.. enterprise.Exclusions.Select(Word<Exclusion>)],
                CreditLists = [.. enterprise.CreditLists.Select(Word<CreditList>)],
            },
            new()
            {
                Type = Word<ProjectType>(project.Type),
                Batch = project.HasBatch ? project.Batch : null,
                FiledOn = project.HasFiledOn ? Day(project.FiledOn) : null,
                CompletedOn = project.HasCompletedOn ? Day(project.CompletedOn) : null,
                AcceptanceAppliedOn = project.HasAcceptanceAppliedOn ? Day(project.AcceptanceAppliedOn) : null,
                AcceptedOn = project.HasAcceptedOn ? Day(project.AcceptedOn) : null,
                DistrictCheckAt = project.HasDistrictCheckMicros ? Defaults.Log.Instant.FromMicros(project.DistrictCheckMicros) : null,
                EvaluationDoneAt = project.HasEvaluationDoneMicros ? Defaults.Log.Instant.FromMicros(project.EvaluationDoneMicros) : null,
                ClaimSubmittedAt = project.HasClaimSubmittedMicros ? Defaults.Log.Instant.FromMicros(project.ClaimSubmittedMicros) : null,
                LevelBefore = before?.Level,
                LevelAfter = after?.Level,
                LevelSource = after is null ? null : Word<LevelSource>(after.Mode),
                // A document of a kind that no rule set asks for decides nothing.
                Documents = [.. project.Documents.Select(RuleWord<DocumentCode>.TryRead).Where(d => d is not null).Select(d => d!.Value).Distinct()],
                Contracts = contracts,
                Lines = [.. project.Lines.Select(Line)],
                AuditedSpend = project.HasAuditedSpendFen ? new(project.AuditedSpendFen) : null,
            },
            after?.Assessment,
            sources.DrainToImmutable(),
            [.. project.Steps.Where(s => !NotHandling.Contains(s.Role)).Select(s => s.Actor).Distinct().Order(StringComparer.Ordinal)])
        {
            Parties = [.. new[] { project.EnterpriseUscc }.Concat(project.Contracts.Where(c => c.HasProvider).Select(c => c.Provider)).Concat(after is { HasEvaluatorOrg: true } ? [after.EvaluatorOrg] : []).Distinct(StringComparer.Ordinal)],
            District = enterprise.HasDistrictCode ? enterprise.DistrictCode : null,
            SubIndustry = enterprise.HasSubIndustry ? enterprise.SubIndustry : null,
            PartyAccounts = [.. project.Steps.Where(s => s.Role is "enterprise" or "provider").Select(s => s.Actor).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>On the pilot list on the day of every contract (AC01); without a contract, now.</summary>
    private static bool ListedOn(GetEnterpriseReply enterprise, ImmutableArray<ContractFacts> contracts)
    {
        if (!enterprise.HasListedOn) return enterprise.InPilotList;
        var (listed, delisted) = (Day(enterprise.ListedOn), enterprise.HasDelistedOn ? Day(enterprise.DelistedOn) : (DateOnly?)null);
        var signed = contracts.Where(c => c.SignedOn is not null).Select(c => c.SignedOn!.Value).ToArray();
        return signed.Length == 0 ? enterprise.InPilotList : signed.All(day => day >= listed && (delisted is not { } end || day < end));
    }

    private static ContractFacts Contract(ProjectContract contract) => new()
    {
        Id = contract.Id,
        SignedOn = contract.HasSignedOn ? Day(contract.SignedOn) : null,
        Amount = contract.HasAmountFen ? new(contract.AmountFen) : null,
        DownPayment = contract.HasDownPaymentFen ? new(contract.DownPaymentFen) : null,
        DownPaymentPaidOn = contract.HasDownPaymentPaidOn ? Day(contract.DownPaymentPaidOn) : null,
        Provider = contract.HasProvider ? contract.Provider : null,
    };

    private static LineFacts Line(SpendLine line) => new()
    {
        Contract = line.HasContract ? line.Contract : null,
        Category = Word<LineCategory>(line.Category),
        Description = line.HasDescription ? line.Description : null,
        Invoice = line.HasInvoiceNumber || line.HasInvoiceIssuedOn || line.HasNetFen || line.HasVatFen
            ? new()
            {
                Number = line.HasInvoiceNumber ? line.InvoiceNumber : null,
                IssuedOn = line.HasInvoiceIssuedOn ? Day(line.InvoiceIssuedOn) : null,
                Net = line.HasNetFen ? new(line.NetFen) : null,
                Vat = line.HasVatFen ? new(line.VatFen) : null,
                ClaimedIn = line.HasClaimedIn ? line.ClaimedIn : null,
            }
            : null,
        Payments = [.. line.Payments.Select(p => new PaymentFacts { PaidOn = Day(p.PaidOn), Amount = new(p.AmountFen) })],
    };

    internal static FactSource Source(string fact, Contracts.Common.V1.Source source) => new(fact, new(source.Service, source.City, source.Stream, source.Version, source.Position));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A word of the contract as its value; an unknown one is a peer newer than this program, which must not guess.</summary>
    private static T Word<T>(string word)
        where T : struct => RuleWord<T>.TryRead(word) ?? throw new FormatException($"'{word}' is no {typeof(T).Name} that this program knows");
}
