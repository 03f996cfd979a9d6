using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;

namespace PilotCity.Performance.Proofs;

/// <summary>What proves spend and may do so once in a city: a contract, a scanned file, a transfer.</summary>
public enum ProofKind
{
    Contract,
    File,
    BankReference,
}

/// <summary>The number that the bank gave a transfer (银行流水号): 6 to 40 ASCII letters and digits; blanks and dashes are put right, small letters raised.</summary>
[JsonConverter(typeof(ShapeJson<BankReference>))]
public readonly record struct BankReference(string Value) : IShape<BankReference>
{
    public const int LengthMin = 6;
    public const int LengthMax = 40;

    public static Text Wanted { get; } = new($"应为 {LengthMin} 到 {LengthMax} 位半角数字或字母的银行流水号。", $"A bank's reference of {LengthMin} to {LengthMax} ASCII digits or letters is asked for.");

    public static BankReference? Read(string text)
    {
        var reference = text.Length > 2 * LengthMax ? "" : text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        return reference.Length is >= LengthMin and <= LengthMax && reference.All(char.IsAsciiLetterOrDigit) ? new(reference) : null;
    }

    public override string ToString() => Value;
}

/// <summary>One proof; what makes it this one is hashed, so that its stream's name is short and tells nothing.</summary>
internal readonly record struct Proof(ProofKind Kind, string Mark)
{
    /// <summary>Kinds of documents whose files prove spend: another kind (a licence, a promise) may stand in several projects.</summary>
    private static readonly DocumentCode[] Proving = [DocumentCode.Contract, DocumentCode.DownPaymentProof, DocumentCode.InvoicesAndPayments];

    public string Stream => UsedProof.Noun.StreamOf(Id);

    public string Id => Kind switch
    {
        ProofKind.Contract => $"contract-{Mark}",
        ProofKind.File => $"file-{Mark}",
        ProofKind.BankReference => $"bank-reference-{Mark}",
    };

    /// <summary>The same parties, number, day and amount are the same contract, in whichever project.</summary>
    public static Proof Of(string enterprise, Uscc provider, ContractId id, DateOnly signedOn, Money amount) =>
        new(ProofKind.Contract, Hash($"{enterprise}|{provider}|{id}|{signedOn:yyyy-MM-dd}|{amount.Fen}"));

    public static IEnumerable<Proof> Of(IReadOnlyList<Document>? documents) =>
        (documents ?? []).Where(d => Proving.Contains(d.Code)).SelectMany(d => d.Files).Select(f => new Proof(ProofKind.File, f.Sha256.Value)).Distinct();

    public static IEnumerable<Proof> Of(IEnumerable<Payment> payments) =>
        payments.Where(p => p.Reference is not null).Select(p => new Proof(ProofKind.BankReference, Hash(p.Reference!.Value.Value))).Distinct();

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>
/// A contract, file or transfer as the city's projects use it: which project stands on it, and who tried to use it again (AC08, 多头申报).
/// Its stream is <c>used-proof/&lt;kind&gt;-&lt;hash&gt;</c>.
/// </summary>
public sealed record UsedProof(string? Project, string? Enterprise, int Refused)
{
    public static readonly Noun<UsedProof> Noun = new("used-proof", new UsedProof(null, null, 0), Apply, typeof(ProofUsed), typeof(DuplicateProofRefused));

    internal static readonly Fault AlreadyUsed = new(
        FaultKind.Refused, "proof.already_used",
        new Text(
            "所交合同、付款凭证或银行流水号已在本市另一项目中使用；本次尝试已记录。请核对是否交错文件，确属同一笔支出的不得重复申报。",
            "A contract, a proof of payment or a bank's reference that you hand in is used by another project of the city; the attempt is on record. Check that it is the right file; one spend is not claimed twice."), "AC08");

    /// <summary>What a step decided, with the proofs it hands in; refused where one of them carries another project already.</summary>
    internal static Decision Claim(string project, string enterprise, IReadOnlyList<Proof> proofs, Streams streams, Decision decided)
    {
        if (decided.Fault is not null || proofs.Count == 0)
        {
            return decided;
        }

        var states = proofs.Select(p => (Proof: p, State: streams.Get(Noun, p.Id))).ToList();
        var doubles = states.Where(s => s.State.Project is { } user && user != project).ToList();
        return doubles.Count > 0
            ? Decision.RefuseOnRecord(
                AlreadyUsed with { Details = [.. doubles.Select(d => d.Proof.Kind).Distinct().Select(Detail)] },
                [.. doubles.Select(d => new Change(d.Proof.Stream, new DuplicateProofRefused(d.Proof.Kind, project, enterprise, d.State.Project!, d.State.Enterprise!)))])
            : Decision.Accept(
                [.. decided.Changes, .. states.Where(s => s.State.Project is null).Select(s => new Change(s.Proof.Stream, new ProofUsed(s.Proof.Kind, project, enterprise)))])
                .Answering(decided.Location, decided.Body);
    }

    private static FaultDetail Detail(ProofKind kind) => kind switch
    {
        ProofKind.Contract => new("", "proof.already_used", new Text("合同（双方、编号、签订日期、金额）已使用。", "The contract (its parties, number, day and amount) is used.")),
        ProofKind.File => new("/documents", "proof.already_used", new Text("文件已使用。", "A file is used.")),
        ProofKind.BankReference => new("", "proof.already_used", new Text("银行流水号已使用。", "A bank's reference is used.")),
    };

    private static UsedProof Apply(UsedProof proof, object happened, EventMeta meta) => happened switch
    {
        ProofUsed e => proof with { Project = e.Project, Enterprise = e.Enterprise },
        DuplicateProofRefused => proof with { Refused = proof.Refused + 1 },
        _ => throw new InvalidOperationException($"a used proof knows no {happened.GetType().Name}"),
    };
}

/// <summary>A project stands on this contract, file or transfer.</summary>
public sealed record ProofUsed(ProofKind Kind, string Project, string Enterprise);

/// <summary>Somebody tried to use it for a second project (AC08); <c>project</c> tried, <c>usedByProject</c> has it.</summary>
public sealed record DuplicateProofRefused(ProofKind Kind, string Project, string Enterprise, string UsedByProject, string UsedByEnterprise);
