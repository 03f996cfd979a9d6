using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Certificates;

/// <summary>
/// A certificate of one confirmed result: its code, and the enterprise's name when it was issued. There is one per assessment, so the stream has the
/// assessment's id; what the result is and whether it stands is always the assessment's to say.
/// </summary>
internal sealed record Certificate(CertificateIssued? Issued, DateTimeOffset IssuedAt)
{
    public static readonly Noun<Certificate> Noun = new("certificate", new(null, default), Apply, typeof(CertificateIssued));

    /// <summary>Certificates of a city, for lists and for finding one by its code.</summary>
    public static readonly ReadModel<Certificate> Model = new(
        "certificate",
        version: 1,
        Noun,
        c => c.Issued is { } i ? new CertificateRow(i.Assessment, i.Enterprise, CertificateCode.Parse(i.Code).Value.ToString(), i.Evaluator, i.Provider, c.IssuedAt) : null,
        new("enterprise", "企业", c => c.Issued?.Enterprise),
        new("code", "验证码", c => c.Issued?.Code),
        new("evaluator", "评定单位", c => c.Issued?.Evaluator),
        new("provider", "协助服务商", c => c.Issued?.Provider),
        new("issuedAt", "出具时间", c => c.IssuedAt));

    private static Certificate Apply(Certificate was, object happened, EventMeta meta) => happened switch
    {
        CertificateIssued e => new(e, meta.At),
        _ => throw new ArgumentException($"a certificate knows no {happened.GetType().Name}", nameof(happened)),
    };
}

/// <summary>
/// A certificate was issued. <see cref="Code"/> is without dashes; <see cref="Name"/> is the registered name of the enterprise, absent where Registry
/// does not know it or where a natural person trades under it; <see cref="Source"/> is where Registry read it.
/// </summary>
internal sealed record CertificateIssued(
    string Assessment, string Code, string Enterprise, string? Name = null, EntrySource? Source = null, string? Evaluator = null, string? Provider = null);

/// <summary>One certificate in a list; the code is written as on paper.</summary>
internal sealed record CertificateRow(string Assessment, string Enterprise, string Code, string? Evaluator, string? Provider, DateTimeOffset IssuedAt);

/// <summary>What a certificate can be refused for.</summary>
internal static class CertificateFaults
{
    public static readonly Fault CodeMalformed = new(
        FaultKind.Invalid, "certificate.code_malformed",
        new("验证码有误：应为 25 位字母和数字，请对照证书检查是否输错。", "The code is mistyped: it has 25 letters and digits; compare it with the certificate."));

    public static readonly Fault NotConfirmed = new(
        FaultKind.Conflict, "certificate.not_confirmed", new("只能为已确认、仍有效的测评结果出具证书。", "A certificate is issued for a confirmed result that still stands."));

    public static Fault Unknown(string code) => new(
        FaultKind.NotFound, "certificate.unknown_code", new($"没有验证码为 {code} 的证书。", $"There is no certificate with the code {code}."));
}
