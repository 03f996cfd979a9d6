using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Performance.Evidence;

/// <summary>
/// What a document is (证据材料). The first fourteen are the codes that cities' rules name (<see cref="Document.InRules"/>);
/// the others are evidence that a state of the project asks for.
/// </summary>
public enum DocumentCode
{
    ProjectArchive,
    AcceptanceForm,
    FinanceCheckForm,
    Contract,
    InvoicesAndPayments,
    SummaryReport,
    EffectEvidence,
    AfterAssessment,
    CompletionReport,
    DiagnosisReport,
    NeedList,
    FilingForm,
    PromiseLetter,
    EnterpriseFile,
    DownPaymentProof,
    MilestoneReport,
    InputList,
    OnSiteRecord,
    Photographs,
    EvaluationReport,
    AuditReport,
    Minutes,
}

/// <summary>SHA-256 of a file's content, as 64 lower-case hexadecimal digits: the content's name in the store.</summary>
[JsonConverter(typeof(ShapeJson<Sha256>))]
public readonly record struct Sha256(string Value) : IShape<Sha256>
{
    public static Text Wanted { get; } = new("应为 64 位小写十六进制的 SHA-256。", "A SHA-256 of 64 lower-case hexadecimal digits is asked for.");

    public static Sha256? Read(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower) ? new(text) : null;

    public override string ToString() => Value;
}

/// <summary>A file by its name, its content's hash and its size in bytes; the content was put into the store before.</summary>
public sealed record EvidenceFile(Label Name, Sha256 Sha256, long Size);

/// <summary>Evidence of one kind: one or more files.</summary>
public sealed record Document(DocumentCode Code, IReadOnlyList<EvidenceFile> Files)
{
    /// <summary>Kinds in one step: there are not many more kinds than this.</summary>
    public const int DocumentsMax = 22;

    /// <summary>Files in one step; with names of full length they fit into one entry.</summary>
    public const int FilesMax = 60;

    /// <summary>Whether cities' rules know this code: what an award decision is told of.</summary>
    public static bool InRules(DocumentCode code) => code <= DocumentCode.EnterpriseFile;

    public static string Word(DocumentCode code) => JsonNamingPolicy.KebabCaseLower.ConvertName(code.ToString());
}

/// <summary>What the store holds of the files that a step refers to, looked up before its rule runs: hash and size in bytes.</summary>
public sealed record StoredFiles(IReadOnlyDictionary<Sha256, long> Sizes)
{
    /// <summary>Every file is in the store, with the size that is claimed; no list is empty or endless.</summary>
    internal Fault? Hold(IReadOnlyList<Document> documents)
    {
        if (Sane.Count(documents.Count, 0, Document.DocumentsMax, "/documents") is { } endless)
        {
            return endless;
        }

        var details = new List<FaultDetail>();
        var files = 0;
        for (var d = 0; d < documents.Count; d++)
        {
            if (Sane.Count(documents[d].Files.Count, 1, Document.FilesMax, $"/documents/{d}/files") is { } empty)
            {
                return empty;
            }

            for (var f = 0; f < documents[d].Files.Count; f++, files++)
            {
                var file = documents[d].Files[f];
                var path = $"/documents/{d}/files/{f}";
                if (!Sizes.TryGetValue(file.Sha256, out var size))
                {
                    details.Add(new(path, "evidence.missing", new Text($"“{file.Name}”尚未上传。", $"'{file.Name}' has not been put into the store.")));
                }
                else if (size != file.Size)
                {
                    details.Add(new(path, "evidence.size", new Text($"“{file.Name}”实为 {size} 字节。", $"'{file.Name}' has {size} bytes.")));
                }
            }
        }

        return Sane.Count(files, 0, Document.FilesMax, "/documents") is { } many ? many
            : details.Count == 0 ? null
            : details.Exists(d => d.Code == "evidence.missing") ? EvidenceFaults.Missing with { Details = details }
            : EvidenceFaults.Size with { Details = details };
    }
}

/// <summary>Refusals about evidence.</summary>
internal static class EvidenceFaults
{
    internal static readonly Fault Missing = new(
        FaultKind.Refused, "evidence.missing",
        new Text("所引用的证据文件尚未上传，请先以 PUT /evidence/{sha256} 上传。", "A file that is referred to is not in the store; put it there first: PUT /evidence/{sha256}."), "AC45");

    internal static readonly Fault Size = new(
        FaultKind.Refused, "evidence.size", new Text("证据文件的大小与所填不符。", "A file has another size than is claimed."), "AC45");

    internal static readonly Fault HashMalformed = new(FaultKind.Invalid, "evidence.hash_malformed", Sha256.Wanted);

    internal static readonly Fault HashMismatch = new(
        FaultKind.Invalid, "evidence.hash_mismatch",
        new Text("内容的 SHA-256 与地址中的不符，未保存。", "The content has another SHA-256 than the address says; it was not kept."));

    internal static readonly Fault Empty = new(
        FaultKind.Invalid, "evidence.empty", new Text("文件为空。", "The file is empty."));

    internal static readonly Fault StoreFull = new(
        FaultKind.Unavailable, "evidence.store_full",
        new Text("本市证据库已满，请联系运维扩容（Content:BytesMax）。", "This city's store is full; ask the operator for more room (Content:BytesMax)."));

    internal static readonly Fault Damaged = new(
        FaultKind.Unavailable, "evidence.damaged",
        new Text("存储的内容与其 SHA-256 不符，未予提供；请联系运维从备份恢复。", "What is stored does not have its SHA-256 and is not handed out; ask the operator to restore it."), "AC45");

    internal static Fault Unknown(string sha256) => new(
        FaultKind.NotFound, "evidence.unknown", new Text($"没有找到证据：{sha256}。", $"There is no evidence '{sha256}' here."));

    /// <summary>The state asks for documents that are not on file; each is named.</summary>
    internal static Fault Needed(IEnumerable<DocumentCode> codes)
    {
        var words = codes.Select(Document.Word).ToList();
        var list = string.Join(", ", words);
        return new(FaultKind.Refused, "evidence.needed", new Text($"缺少材料：{list}。", $"Documents are missing: {list}."), "AC48")
        {
            Details = [.. words.Select(w => new FaultDetail("/documents", "evidence.needed", new Text($"缺少 {w}。", $"{w} is missing.")))],
        };
    }
}
