using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Snapshots;

namespace PilotCity.Oversight.Facts;

/// <summary>
/// What the checks know of a city: a fold over the entries of all its services in the order of the tree, so it can be made again from the log at any moment. Entries of
/// types that say nothing to a check are passed over. A line that was withdrawn is gone, as it is from the claim.
/// </summary>
internal sealed class CityFacts
{
    /// <summary>The events that say something to a check; the others need not be read.</summary>
    public static readonly IReadOnlyList<string> Types =
    [
        "EnterpriseListed", "EnterpriseRelisted", "EnterpriseRemoved", "EnterpriseExcluded", "ExclusionWithdrawn", "CreditListed", "CreditListingCleared",
        "ProjectDiagnosed", "ContractRegistered", "DownPaymentReported", "FilingChecked", "FilingConfirmed", "MilestoneReported", "SpendReported", "PaymentReported", "SpendWithdrawn",
        "ProjectCompleted", "AcceptanceApplied", "OnSiteVerified", "AuditAssigned", "AuditWaived", "EvaluationRecorded", "AuditRecorded", "ProjectAccepted", "AcceptanceRejected",
        "ClaimSubmitted", "ProjectReturned", "ProjectTerminated", "SamePersonRefused", "EvaluatorRefused", "DuplicateInvoiceRefused", "DuplicateProofRefused",
        "AdmittedToPool", "ProviderSuspended", "ProviderReinstated", "ProviderExited",
        "AssessmentConfirmed", "AssessmentCorrected", "AssessmentSetAside", "AssessmentRefused", "OutlierNoted",
        "AdvanceComputed", "AdvanceApproved", "AdvanceWithdrawn", "AwardComputed", "AwardPublicised", "AwardObjected", "ObjectionDecided", "AwardApproved", "ApprovalRefused",
        "RecoveryDemanded", "TrancheFrozen", "TranchePaid", "TrancheReturned", "PaymentBatchCreated", "PaymentBatchExtended", "PaymentBatchApproved",
        "FundOpened", "FundReceived", "FundSplit", "ReservationPosted", "FundCarriedOver", "PaymentReturned", "RecoveryDue", "EncumbrancePosted", "VoucherPaid",
        nameof(SnapshotImported), nameof(CheckParametersSet),
    ];

    private static readonly HashSet<string> Known = [.. Types];

    public Dictionary<string, EnterpriseFact> Enterprises { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ProjectFact> Projects { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, AwardFact> Awards { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, FundFact> Funds { get; } = new(StringComparer.Ordinal);

    /// <summary>A provider's stays in the city's pool.</summary>
    public Dictionary<string, List<StayFact>> Pool { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, AssessmentFact> Assessments { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines of frozen batches, by batch and line.</summary>
    public Dictionary<(string Batch, string Line), BatchLineFact> BatchLines { get; } = [];

    /// <summary>Lines by the number of their invoice.</summary>
    public Dictionary<string, List<LineFact>> LinesOfInvoice { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines by seller and gross amount.</summary>
    public Dictionary<(string Seller, long Fen), List<LineFact>> LinesOfSeller { get; } = [];

    /// <summary>Lines by what they are for.</summary>
    public Dictionary<(string Category, string Description), List<LineFact>> LinesOfProduct { get; } = [];

    /// <summary>Net amounts in fen of the same lines, in ascending order: a median is asked for with every line.</summary>
    public Dictionary<(string Category, string Description), List<long>> NetsOfProduct { get; } = [];

    public Dictionary<string, List<FileFact>> FilesOf { get; } = new(StringComparer.Ordinal);

    /// <summary>The enterprises for which an account acted as theirs, with the first entry of each.</summary>
    public Dictionary<string, SortedDictionary<string, EntryRef>> OrgsOfAccount { get; } = new(StringComparer.Ordinal);

    /// <summary>Payments of the bank by its reference.</summary>
    public Dictionary<string, List<(AwardFact Award, PaidFact Paid)>> PaidUnder { get; } = new(StringComparer.Ordinal);

    /// <summary>Outside data by kind; the last snapshot of a kind takes the place of those before.</summary>
    public Dictionary<string, List<OutsideFact>> Outside { get; } = new(StringComparer.Ordinal);

    public Limits Limits { get; } = new();

    public EnterpriseFact EnterpriseOf(string id) => Enterprises.TryGetValue(id, out var found) ? found : Enterprises[id] = new(id);

    /// <summary>Takes one entry in and says which subjects have to be looked at because of it.</summary>
    public void Apply(Entry entry, Touched touched)
    {
        if (!Known.Contains(entry.Type))
        {
            return;
        }

        Actor actor;
        JsonElement payload;
        try
        {
            actor = Actor.Parse(entry.Actor);
            using var parsed = JsonDocument.Parse(entry.Payload);
            payload = parsed.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // No entry of ours; it stays evidence in the tree and tells the checks nothing.
            return;
        }

        var of = new Told(entry, new(entry.Service, entry.Position), actor, payload, touched);
        switch (entry.Service)
        {
            case "registry":
                ApplyRegistry(of);
                break;
            case "performance":
                ApplyPerformance(of);
                break;
            case "assessment":
                ApplyAssessment(of);
                break;
            case "funding":
                ApplyFunding(of);
                break;
            case "oversight":
                ApplyOwn(of);
                break;
        }
    }

    private sealed record Told(Entry Entry, EntryRef Ref, Actor Actor, JsonElement Payload, Touched Touched)
    {
        public string StreamId => Entry.Stream[(Entry.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

        public string Text(string name) => Payload.Text(name) ?? "";

        public DateOnly Today => ChinaTime.DayOf(Entry.At);
    }

    private void ApplyRegistry(Told of)
    {
        var enterprise = EnterpriseOf(of.StreamId);
        of.Touched.Enterprises.Add(enterprise.Id);
        switch (of.Entry.Type)
        {
            case "EnterpriseListed" or "EnterpriseRelisted":
                var facts = of.Payload.Member("facts") ?? default;
                enterprise.Entry = of.Ref;
                enterprise.Size = facts.Text("size");
                enterprise.SubIndustry = facts.Text("subIndustry");
                enterprise.District = facts.Text("districtCode");
                enterprise.DistrictName = facts.Text("district");
                enterprise.Tier = facts.Text("tier");
                enterprise.AboveScale = facts.Flag("aboveScale");
                enterprise.FoundedOn = facts.Day("foundedOn");
                if (of.Payload.Day("listedOn") is { } listed)
                {
                    if (of.Entry.Type == "EnterpriseListed" || enterprise.Listings.Count == 0)
                    {
                        enterprise.Listings.Add(new(of.Ref, of.Text("list"), listed, null));
                    }
                    else if (listed < enterprise.Listings[^1].From)
                    {
                        enterprise.Listings[^1] = enterprise.Listings[^1] with { From = listed };
                    }
                }

                break;
            case "EnterpriseRemoved":
                End(enterprise.Listings, _ => true, of.Payload.Day("removedOn"));
                break;
            case "EnterpriseExcluded":
                enterprise.Exclusions[of.Text("list")] = of.Ref;
                break;
            case "ExclusionWithdrawn":
                enterprise.Exclusions.Remove(of.Text("list"));
                break;
            case "CreditListed":
                enterprise.CreditListings.Add(new(of.Ref, of.Text("list"), of.Payload.Day("since") ?? of.Today, null));
                break;
            case "CreditListingCleared":
                End(enterprise.CreditListings, s => s.List == of.Text("list"), of.Payload.Day("clearedOn"));
                break;
        }
    }

    private static void End(List<StayFact> stays, Predicate<StayFact> which, DateOnly? until)
    {
        var open = stays.FindLastIndex(s => s.Until is null && which(s));
        if (open >= 0)
        {
            stays[open] = stays[open] with { Until = until ?? stays[open].From };
        }
    }

    private void ApplyPerformance(Told of)
    {
        var type = of.Entry.Type;
        if (type is "AdmittedToPool" or "ProviderSuspended" or "ProviderReinstated" or "ProviderExited")
        {
            ApplyPool(of);
            return;
        }

        if (type is "DuplicateInvoiceRefused" or "DuplicateProofRefused")
        {
            var other = of.Payload.Text("claimedByProject") ?? of.Payload.Text("usedByProject");
            EnterpriseOf(of.Text("enterprise")).Refusals.Add(new(of.Ref, "AC08", type, other, (of.Payload.Yuan("net") ?? Money.Zero) + (of.Payload.Yuan("vat") ?? Money.Zero)));
            of.Touched.Enterprises.Add(of.Text("enterprise"));
            return;
        }

        if (type == "ProjectDiagnosed")
        {
            Projects.TryAdd(of.StreamId, new(of.StreamId, of.Text("enterprise")));
            EnterpriseOf(of.Text("enterprise")).Projects.Add(of.StreamId);
        }

        if (!Projects.TryGetValue(of.StreamId, out var project))
        {
            return;
        }

        of.Touched.Projects.Add(project.Id);
        of.Touched.Enterprises.Add(project.Enterprise);
        project.Steps.Add(new(of.Ref, type, of.Actor.Sub, of.Actor.Role.Word(), of.Actor.Org, of.Entry.At));
        if (of.Actor.Role == Role.Enterprise)
        {
            (OrgsOfAccount.TryGetValue(of.Actor.Sub, out var orgs) ? orgs : OrgsOfAccount[of.Actor.Sub] = new(StringComparer.Ordinal)).TryAdd(project.Enterprise, of.Ref);
        }

        foreach (var document in of.Payload.Items("documents"))
        {
            foreach (var file in document.Items("files").Select(f => f.Text("sha256")).OfType<string>())
            {
                var fact = new FileFact(of.Ref, project.Id, document.Text("code") ?? "", file);
                project.Files.Add(fact);
                Add(FilesOf, file, fact);
            }
        }

        ApplyProject(of, project);
    }

    private void ApplyProject(Told of, ProjectFact project)
    {
        switch (of.Entry.Type)
        {
            case "ProjectDiagnosed":
                project.Type = of.Payload.Text("type");
                project.BeforeAssessment = of.Payload.Text("beforeAssessment");
                project.Diagnosed = of.Ref;
                project.DiagnosedOn = of.Payload.Day("diagnosedOn") ?? of.Today;
                break;
            case "ContractRegistered":
                project.Contracts.Add(new(
                    of.Ref, of.Text("contract"), of.Payload.Day("signedOn") ?? of.Today, of.Payload.Yuan("amount") ?? Money.Zero, of.Payload.Yuan("listPrice"), of.Text("provider")));
                break;
            case "DownPaymentReported":
                project.DownPayments.Add((of.Ref, of.Payload.Day("paidOn") ?? of.Today, of.Payload.Yuan("amount") ?? Money.Zero));
                break;
            case "FilingConfirmed":
                project.Filed = (of.Ref, of.Payload.Day("filedOn") ?? of.Today);
                break;
            case "MilestoneReported":
                project.Milestones.Add((of.Ref, of.Payload.Day("reachedOn") ?? of.Today));
                break;
            case "SpendReported":
                Spend(of, project, of.Payload.Member("line") ?? default);
                break;
            case "PaymentReported":
                if (of.Payload.Member("payment") is { } payment)
                {
                    project.Lines.Find(l => l.Id == of.Text("line"))?.Payments.Add(PaymentOf(of, payment));
                }

                break;
            case "SpendWithdrawn":
                Withdraw(project, of.Text("line"));
                break;
            case "ProjectCompleted":
                project.Completed = (of.Ref, of.Payload.Day("completedOn") ?? of.Today);
                break;
            case "EvaluationRecorded":
                project.Evaluation = new(of.Ref, of.Text("assessment"), of.Actor.Org, of.Payload.Moment("doneAt") ?? of.Entry.At);
                break;
            case "AuditRecorded":
                project.Audit = new(of.Ref, of.Payload.Yuan("spend") ?? Money.Zero, of.Actor.Org);
                break;
            case "ProjectAccepted":
                project.Accepted = (of.Ref, of.Payload.Day("acceptedOn") ?? of.Today);
                project.Satisfaction = of.Payload.Number("satisfaction");
                break;
            case "ClaimSubmitted":
                project.Claimed = (of.Ref, of.Entry.At);
                break;
            case "ProjectTerminated":
                project.Terminated = of.Ref;
                break;
            case "SamePersonRefused":
                project.Refusals.Add(new(of.Ref, "AC33", of.Text("step"), of.Text("earlierStep"), Money.Zero));
                break;
            case "EvaluatorRefused":
                project.Refusals.Add(new(of.Ref, "AC26", of.Text("step"), of.Text("org"), Money.Zero));
                break;
        }
    }

    private void Spend(Told of, ProjectFact project, JsonElement line)
    {
        var invoice = line.Member("invoice") ?? default;
        var fact = new LineFact(
            of.Ref, project.Id, line.Text("id") ?? "", line.Text("contract") ?? "", line.Text("category") ?? "", line.Text("description") ?? "", invoice.Text("number") ?? "",
            invoice.Day("issuedOn") ?? of.Today, invoice.Yuan("net") ?? Money.Zero, invoice.Yuan("vat") ?? Money.Zero, invoice.Text("seller"), invoice.Text("claimedIn"));
        fact.Payments.AddRange(line.Items("payments").Select(p => PaymentOf(of, p)));
        project.Lines.Add(fact);
        Add(LinesOfInvoice, fact.Number, fact);
        Add(LinesOfSeller, SellerKey(project, fact), fact);
        Add(LinesOfProduct, (fact.Category, fact.Description), fact);
        var nets = NetsOfProduct.TryGetValue((fact.Category, fact.Description), out var known) ? known : NetsOfProduct[(fact.Category, fact.Description)] = [];
        var at = nets.BinarySearch(fact.Net.Fen);
        nets.Insert(at < 0 ? ~at : at, fact.Net.Fen);
    }

    private void Withdraw(ProjectFact project, string id)
    {
        if (project.Lines.Find(l => l.Id == id) is { } line)
        {
            project.Lines.Remove(line);
            LinesOfInvoice[line.Number].Remove(line);
            LinesOfSeller[SellerKey(project, line)].Remove(line);
            LinesOfProduct[(line.Category, line.Description)].Remove(line);
            NetsOfProduct[(line.Category, line.Description)].Remove(line.Net.Fen);
        }
    }

    /// <summary>Who wrote the invoice: where it does not say, the provider of the contract.</summary>
    internal static (string Seller, long Fen) SellerKey(ProjectFact project, LineFact line) => (line.Seller ?? project.ContractOf(line.Contract)?.Provider ?? "", line.Gross.Fen);

    private static PaymentFact PaymentOf(Told of, JsonElement payment) => new(
        of.Ref, payment.Day("paidOn") ?? of.Today, payment.Yuan("amount") ?? Money.Zero, payment.Text("payer"), payment.Text("payee"), payment.Text("reference"));

    private void ApplyPool(Told of)
    {
        var stays = Pool.TryGetValue(of.StreamId, out var found) ? found : Pool[of.StreamId] = [];
        of.Touched.Providers.Add(of.StreamId);
        switch (of.Entry.Type)
        {
            case "AdmittedToPool":
                stays.Add(new(of.Ref, "pool", of.Payload.Day("from") ?? of.Today, null));
                break;
            case "ProviderReinstated" when stays.Count > 0 && stays[^1].Until is not null:
                stays.Add(new(of.Ref, "pool", of.Payload.Day("from") ?? of.Today, null));
                break;
            case "ProviderSuspended":
                End(stays, _ => true, of.Payload.Day("from"));
                break;
            case "ProviderExited":
                End(stays, _ => true, of.Payload.Day("on"));
                break;
        }
    }

    private void ApplyAssessment(Told of)
    {
        switch (of.Entry.Type)
        {
            case "AssessmentConfirmed":
                var fact = new AssessmentFact(
                    of.Ref, of.StreamId, of.Text("enterprise"), of.Text("purpose"), of.Text("mode"), of.Payload.Text("evaluator"), of.Payload.Number("level") ?? 0, of.Entry.At)
                {
                    Machines = MachinesOf(of.Payload.Member("facts") ?? default),
                };
                Assessments[fact.Id] = fact;
                of.Touched.Enterprises.Add(fact.Enterprise);
                break;
            case "AssessmentCorrected" or "AssessmentSetAside":
                Assessments.Remove(of.StreamId);
                break;
            case "AssessmentRefused":
                EnterpriseOf(of.Text("enterprise")).Refusals.Add(new(of.Ref, "AC26", "AssessmentRefused", of.Text("evaluator"), Money.Zero));
                of.Touched.Enterprises.Add(of.Text("enterprise"));
                break;
            case "OutlierNoted":
                var outlier = new OutlierFact(of.Ref, of.StreamId, of.Text("kind"), [.. of.Payload.Texts("enterprises")], of.Payload.Text("org"));
                foreach (var enterprise in outlier.Enterprises)
                {
                    EnterpriseOf(enterprise).Outliers.Add(outlier);
                    of.Touched.Enterprises.Add(enterprise);
                }

                break;
        }
    }

    private static (decimal? All, decimal? Digital, decimal? Networked) MachinesOf(JsonElement facts) =>
        (facts.Rate("equipment-total"), facts.Rate("equipment-digital"), facts.Rate("equipment-networked"));

    private void ApplyFunding(Told of)
    {
        var slash = of.Entry.Stream.IndexOf('/', StringComparison.Ordinal);
        switch (slash < 0 ? "" : of.Entry.Stream[..slash])
        {
            case "award":
                ApplyAward(of);
                break;
            case "fund":
                ApplyFund(of);
                break;
            case "payment-batch" when of.Entry.Type is "PaymentBatchCreated" or "PaymentBatchExtended":
                foreach (var line in of.Payload.Items("lines"))
                {
                    var fact = new BatchLineFact(
                        of.Ref, of.StreamId, line.Text("line") ?? "", line.Text("award") ?? "", line.Text("enterprise") ?? "", line.Text("fund") ?? "",
                        line.Yuan("amount") ?? Money.Zero, line.Text("payee") ?? line.Text("enterprise") ?? "");
                    BatchLines[(fact.Batch, fact.Line)] = fact;
                    of.Touched.Awards.Add(fact.Award);
                }

                break;
        }
    }

    private void ApplyAward(Told of)
    {
        if (of.Entry.Type is "AdvanceComputed" or "AwardComputed")
        {
            Awards.TryAdd(of.StreamId, new(of.StreamId, of.Text("enterprise")));
        }

        if (!Awards.TryGetValue(of.StreamId, out var award))
        {
            return;
        }

        of.Touched.Awards.Add(award.Id);
        of.Touched.Enterprises.Add(award.Enterprise);
        award.Steps.Add(new(of.Ref, of.Entry.Type, of.Actor.Sub, of.Actor.Role.Word(), of.Actor.Org, of.Entry.At));
        switch (of.Entry.Type)
        {
            case "AdvanceComputed":
                award.Advance = ComputationOf(of);
                Concerns(of, award);
                break;
            case "AwardComputed":
                award.Final = ComputationOf(of);
                award.Publicity = null;
                Concerns(of, award);
                break;
            case "AdvanceApproved":
                award.AdvanceApproved = (of.Ref, of.Payload.Yuan("amount") ?? Money.Zero);
                break;
            case "AdvanceWithdrawn":
                award.AdvanceApproved = null;
                break;
            case "AwardPublicised":
                award.Publicity = (
                    of.Ref, of.Payload.Day("from") ?? of.Today, of.Payload.Day("until") ?? of.Today, of.Payload.Number("workingDays") ?? 0, of.Payload.Yuan("entitlement") ?? Money.Zero);
                break;
            case "AwardObjected":
                award.Objections.Add((of.Text("objection"), of.Ref, of.Entry.At, null));
                break;
            case "ObjectionDecided":
                var decided = award.Objections.FindIndex(o => o.Id == of.Text("objection"));
                if (decided >= 0)
                {
                    award.Objections[decided] = award.Objections[decided] with { DecidedAt = of.Entry.At };
                }

                break;
            case "AwardApproved":
                award.Approved = (of.Ref, of.Payload.Yuan("amount") ?? Money.Zero, of.Payload.Yuan("awarded") ?? Money.Zero, of.Text("fund"), of.Entry.At);
                break;
            case "RecoveryDemanded":
                award.RecoveryDemanded = true;
                break;
            case "TrancheFrozen":
                award.Frozen.Add(new(of.Ref, of.Text("batch"), of.Text("line"), TrancheOf(of), of.Payload.Yuan("amount") ?? Money.Zero));
                break;
            case "TranchePaid" or "TrancheReturned":
                var returned = of.Entry.Type == "TrancheReturned";
                var paid = new PaidFact(
                    of.Ref, TrancheOf(of), of.Payload.Yuan("amount") ?? Money.Zero, of.Text("reference"), of.Payload.Moment("paidAt") ?? of.Payload.Moment("returnedAt") ?? of.Entry.At, returned);
                award.Paid.Add(paid);
                if (!returned && paid.Reference.Length > 0)
                {
                    Add(PaidUnder, paid.Reference, (award, paid));
                }

                break;
        }
    }

    private static string TrancheOf(Told of) => of.Payload.Text("payment") ?? of.Text("tranche");

    private static ComputationFact ComputationOf(Told of)
    {
        var (decision, @case) = (of.Payload.Member("decision") ?? default, of.Payload.Member("case") ?? default);
        return new(
            of.Ref, @case.Text("kind") ?? "renovation", decision.Text("outcome") ?? "", decision.Yuan("eligibleSpend"), decision.Rate("rate"), decision.Yuan("cap"), decision.Yuan("topUp"),
            decision.Yuan("entitlement") ?? Money.Zero, decision.Yuan("payable") ?? Money.Zero, @case.Yuan("advancesPaid") ?? Money.Zero,
            (@case.Member("project") ?? default).Number("levelAfter"), (@case.Member("project") ?? default).Day("filedOn"));
    }

    private static void Concerns(Told of, AwardFact award)
    {
        award.Concerns.Clear();
        award.Concerns.AddRange(of.Payload.Items("concerns").Select(c => new ConcernFact(of.Ref, c.Text("id") ?? "", c.Text("kind") ?? "", [.. c.Texts("about")])));
    }

    private void ApplyFund(Told of)
    {
        var fund = Funds.TryGetValue(of.StreamId, out var found) ? found : Funds[of.StreamId] = new(of.StreamId);
        of.Touched.Funds.Add(fund.Id);
        switch (of.Entry.Type)
        {
            case "FundOpened":
                fund.Source = of.Text("source");
                fund.PayUntil = of.Payload.Day("payUntil");
                break;
            case "FundCarriedOver":
                fund.PayUntil = of.Payload.Day("payUntil");
                break;
            case "FundReceived":
                fund.Received.Add((of.Ref, of.Payload.Yuan("amount") ?? Money.Zero, of.Entry.At));
                break;
            case "FundSplit":
                fund.Split.AddRange(of.Payload.Items("allocations").Select(a => (of.Ref, a.Text("use") ?? "", a.Yuan("amount") ?? Money.Zero, of.Entry.At)));
                break;
            case "ReservationPosted":
                fund.Spent.Add((of.Ref, of.Text("award"), of.Payload.Yuan("amount") ?? Money.Zero, of.Entry.At));
                fund.PaidOut.Add((of.Ref, of.Text("award"), of.Payload.Yuan("amount") ?? Money.Zero, of.Entry.At));
                break;
            case "PaymentReturned" or "RecoveryDue":
                fund.PaidOut.Add((of.Ref, of.Text("award"), Money.Zero - (of.Payload.Yuan("amount") ?? Money.Zero), of.Entry.At));
                break;
            case "EncumbrancePosted" or "VoucherPaid":
                fund.PaidOut.Add((of.Ref, of.Payload.Text("voucher") ?? of.Text("reservation"), of.Payload.Yuan("amount") ?? Money.Zero, of.Entry.At));
                break;
        }
    }

    private void ApplyOwn(Told of)
    {
        switch (of.Entry.Type)
        {
            case nameof(SnapshotImported):
                var kind = of.Text("kind");
                var rows = Outside.TryGetValue(kind, out var before) ? before : Outside[kind] = [];
                if (of.Payload.Flag("continues") != true)
                {
                    rows.Clear();
                }

                rows.AddRange(of.Payload.Items("rows").Select(r => new OutsideFact(
                    of.Ref, kind, of.Payload.Day("takenOn") ?? of.Today, r.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal))));
                of.Touched.Everything = true;
                break;
            case nameof(CheckParametersSet):
                foreach (var parameter in (of.Payload.Member("values") ?? default) is { ValueKind: JsonValueKind.Object } values ? values.EnumerateObject().ToArray() : [])
                {
                    if (parameter.Value.TryGetInt64(out var value))
                    {
                        Limits.Set(of.StreamId, parameter.Name, value);
                    }
                }

                of.Touched.Everything = true;
                break;
        }
    }

    private static void Add<TKey, T>(Dictionary<TKey, List<T>> of, TKey key, T one)
        where TKey : notnull
    {
        if (!of.TryGetValue(key, out var list))
        {
            of[key] = list = [];
        }

        list.Add(one);
    }
}

/// <summary>What has to be looked at again.</summary>
internal sealed class Touched
{
    public HashSet<string> Enterprises { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Projects { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Awards { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Providers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Funds { get; } = new(StringComparer.Ordinal);

    /// <summary>A threshold or outside data changed, or a day has passed: every subject.</summary>
    public bool Everything { get; set; }

    public bool Nothing => !Everything && Enterprises.Count + Projects.Count + Awards.Count + Providers.Count + Funds.Count == 0;
}
