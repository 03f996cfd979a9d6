using System.Text.Json;
using System.Text.Unicode;
using PilotCity.Defaults;

namespace PilotCity.Funding.Awards;

/// <summary>The cases of one file, and whether it held a list.</summary>
internal sealed record AwardCases(IReadOnlyList<AwardCase> Cases, bool IsList);

/// <summary>
/// Reads award cases strictly: every wrong field is named with its JSON path and reason, unknown fields by name, and nothing
/// is assumed. Fault: <c>case.unreadable</c>.
/// </summary>
internal static class ReadAwardCase
{
    /// <summary>A city's whole programme is far below; it bounds the memory of one run.</summary>
    public const int CasesMax = 100_000;

    /// <summary>A renovation has a few contracts.</summary>
    public const int ContractsMax = 200;

    /// <summary>Invoice lines of one project; thousands would be a whole company's books.</summary>
    public const int LinesMax = 5_000;

    /// <summary>Instalments of one line.</summary>
    public const int PaymentsMax = 500;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static Result<AwardCases> Read(ReadOnlyMemory<byte> json, int casesMax = CasesMax)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        var faults = new List<FaultDetail>();
        if (!Utf8.IsValid(json.Span)) return Unreadable(faults, "$", "不是 UTF-8 文本", "the text is not UTF-8");
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var root = document.RootElement;
            var cases = new List<AwardCase>();
            if (root.ValueKind == JsonValueKind.Object) cases.Add(ReadCase(new(root, "", faults)));
            else if (root.ValueKind != JsonValueKind.Array) return Unreadable(faults, "$", "应为一个案例对象或案例列表", "a case object or a list of cases is expected");
            else if (root.GetArrayLength() > casesMax) return Unreadable(faults, "$", $"案例超过 {casesMax} 个，请分开提交", $"more than {casesMax} cases; split them");
            else ReadList(root, cases, faults);
            return faults.Count == 0 ? new AwardCases(cases, root.ValueKind == JsonValueKind.Array) : Fault(faults);
        }
        catch (JsonException broken)
        {
            // .NET's own sentence is English; the place is what helps.
            return Unreadable(faults, broken.Path is { Length: > 0 } path ? path : "$", $"第 {broken.LineNumber + 1} 行第 {broken.BytePositionInLine + 1} 字节处不是有效的 JSON", $"not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: {FirstSentence(broken.Message)}");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape such as "\ud800" is valid JSON but no text.
            return Unreadable(faults, "$", "含有无效的 Unicode 转义", "a string holds an invalid Unicode escape");
        }
    }

    /// <summary>One case that stands in a larger document.</summary>
    public static Result<AwardCase> Read(JsonElement element)
    {
        var faults = new List<FaultDetail>();
        var section = new JsonSection(element, "", faults);
        if (element.ValueKind != JsonValueKind.Object)
        {
            section.Wrong("case", "应为案例对象", "a case object is expected");
            return Fault(faults);
        }

        var read = ReadCase(section);
        return faults.Count == 0 ? read : Fault(faults);
    }

    private static void ReadList(JsonElement root, List<AwardCase> cases, List<FaultDetail> faults)
    {
        foreach (var item in root.EnumerateArray())
        {
            var section = new JsonSection(item, $"[{cases.Count}]", faults);
            if (item.ValueKind != JsonValueKind.Object)
            {
                section.Wrong("", "应为案例对象", "a case object is expected");
                return;
            }

            cases.Add(ReadCase(section));
            if (faults.Count >= JsonSection.FaultsMax) return;
        }
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" Path:", StringComparison.Ordinal) is var p and >= 0 ? p : message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end > 0 ? message[..end] : message;
    }

    private static Fault Unreadable(List<FaultDetail> faults, string path, string zh, string en)
    {
        faults.Add(new(path, "case.unreadable", new($"{path}：{zh}", $"{path}: {en}")));
        return Fault(faults);
    }

    private static Fault Fault(List<FaultDetail> faults) =>
        new(FaultKind.Invalid, "case.unreadable", new($"案例无法读取：{faults[0].Message.Zh}", $"the case cannot be read: {faults[0].Message.En}")) { Details = faults };

    private static AwardCase ReadCase(JsonSection root)
    {
        var read = new AwardCase
        {
            Id = root.RequiredText("id"),
            Kind = root.Read<AwardKind>("kind") ?? AwardKind.Renovation,
            RuleSet = root.RequiredText("ruleSet"),
            Stage = root.Read<AwardStage>("stage") ?? AwardStage.Final,
            At = root.Read<DateTimeOffset>("at"),
            Enterprise = root.Section("enterprise") is { } enterprise ? ReadEnterprise(enterprise) : new(),
            Project = root.Section("project") is { } project ? ReadProject(project) : new(),
            AdvancesPaid = root.Read<Money>("advancesPaid") ?? Money.Zero,
            Proposed = root.Read<Money>("proposed"),
            Provider = root.Section("provider") is { } provider ? ReadProvider(provider) : new(),
            Diagnosis = root.Section("diagnosis") is { } diagnosis ? ReadDiagnosis(diagnosis) : new(),
            Penalty = root.Section("penalty") is { } penalty ? ReadPenalty(penalty) : new(),
        };
        root.Done();
        return read;
    }

    private static EnterpriseFacts ReadEnterprise(JsonSection section)
    {
        var facts = new EnterpriseFacts
        {
            Uscc = section.CreditCode("uscc"),
            Size = section.Read<EnterpriseSize>("size"),
            AboveScale = section.YesNo("aboveScale"),
            InPilotList = section.YesNo("inPilotList"),
            Exclusions = section.Codes<Exclusion>("exclusions"),
            CreditLists = section.Codes<CreditList>("creditLists"),
            ProjectsAwarded = section.Whole("projectsAwarded", 0, 1_000) ?? 0,
            Awarded = section.Read<Money>("awarded") ?? Money.Zero,
        };
        section.Done();
        return facts;
    }

    private static ProjectFacts ReadProject(JsonSection section)
    {
        var contracts = section.List("contracts", ContractsMax, ReadContract);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < contracts.GetValueOrDefault([]).Length; i++)
            if (contracts!.Value[i].Id is { Length: > 0 } id && !ids.Add(id))
                section.Wrong($"contracts[{i}].id", $"合同编号“{id}”重复", $"the contract id '{id}' is doubled");

        var lines = section.List("lines", LinesMax, ReadLine);
        for (var i = 0; i < lines.GetValueOrDefault([]).Length; i++)
            if (lines!.Value[i].Contract is { } contract && !ids.Contains(contract))
                section.Wrong($"lines[{i}].contract", $"没有编号为“{contract}”的合同", $"there is no contract '{contract}'");

        var batch = section.Text("batch");
        if (batch is not (null or "1" or "2" or "3")) section.Wrong("batch", "应为 \"1\"、\"2\" 或 \"3\"", "\"1\", \"2\" or \"3\" is expected");
        var facts = new ProjectFacts
        {
            Type = section.Read<ProjectType>("type") ?? ProjectType.Single,
            Batch = batch,
            FiledOn = section.Read<DateOnly>("filedOn"),
            CompletedOn = section.Read<DateOnly>("completedOn"),
            AcceptanceAppliedOn = section.Read<DateOnly>("acceptanceAppliedOn"),
            AcceptedOn = section.Read<DateOnly>("acceptedOn"),
            DistrictCheckAt = section.Read<DateTimeOffset>("districtCheckAt"),
            EvaluationDoneAt = section.Read<DateTimeOffset>("evaluationDoneAt"),
            ClaimSubmittedAt = section.Read<DateTimeOffset>("claimSubmittedAt"),
            LevelBefore = section.Whole("levelBefore", 0, 4),
            LevelAfter = section.Whole("levelAfter", 0, 4),
            LevelSource = section.Read<LevelSource>("levelSource"),
            Documents = section.Codes<DocumentCode>("documents"),
            Contracts = contracts,
            Lines = lines,
            AuditedSpend = section.Read<Money>("auditedSpend"),
        };
        section.Done();
        return facts;
    }

    private static ContractFacts ReadContract(JsonSection section)
    {
        var facts = new ContractFacts
        {
            Id = section.RequiredText("id"),
            SignedOn = section.Read<DateOnly>("signedOn"),
            Amount = section.Read<Money>("amount"),
            DownPayment = section.Read<Money>("downPayment"),
            DownPaymentPaidOn = section.Read<DateOnly>("downPaymentPaidOn"),
            Provider = section.CreditCode("provider"),
        };
        section.Done();
        return facts;
    }

    private static LineFacts ReadLine(JsonSection section)
    {
        var facts = new LineFacts
        {
            Contract = section.Text("contract"),
            Category = section.Read<LineCategory>("category"),
            Description = section.Text("description"),
            Invoice = section.Section("invoice") is { } invoice ? ReadInvoice(invoice) : null,
            Payments = section.List("payments", PaymentsMax, ReadPayment),
        };
        section.Done();
        return facts;
    }

    private static InvoiceFacts ReadInvoice(JsonSection section)
    {
        var facts = new InvoiceFacts
        {
            Number = section.Text("number"),
            IssuedOn = section.Read<DateOnly>("issuedOn"),
            Net = section.Read<Money>("net"),
            Vat = section.Read<Money>("vat"),
            ClaimedIn = section.Text("claimedIn"),
        };
        section.Done();
        return facts;
    }

    private static PaymentFacts ReadPayment(JsonSection section)
    {
        var facts = new PaymentFacts { PaidOn = section.Read<DateOnly>("paidOn"), Amount = section.Read<Money>("amount") };
        section.Done();
        return facts;
    }

    private static ProviderFacts ReadProvider(JsonSection section)
    {
        var score = section.Read<decimal>("score");
        if (score > 100m) section.Wrong("score", "评分应为 0 至 100", "a score lies between 0 and 100");
        var facts = new ProviderFacts { Class = section.Read<ProviderClass>("class"), Score = score };
        section.Done();
        return facts;
    }

    private static DiagnosisFacts ReadDiagnosis(JsonSection section)
    {
        var facts = new DiagnosisFacts { Cost = section.Read<Money>("cost") };
        section.Done();
        return facts;
    }

    private static PenaltyFacts ReadPenalty(JsonSection section)
    {
        var facts = new PenaltyFacts { Basis = section.Read<PenaltyBasis>("basis"), Amount = section.Read<Money>("amount") };
        section.Done();
        return facts;
    }
}
