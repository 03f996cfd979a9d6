using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Certificates;

/// <summary>
/// The certificate of a result as a page or PDF to print, or as JSON, and the list of those one may see. Faults: <c>assessment.unknown</c>,
/// <c>certificate.unknown</c>.
/// </summary>
internal static class ShowCertificate
{
    internal static void Map(Routes routes)
    {
        routes.List("/certificates", ReadAssessments.Readers, Certificate.Model, ReadAssessments.Scope, ["enterprise"]);
        routes.Get("/assessments/{id}/certificate", ReadAssessments.Readers, async (request, ct) =>
        {
            var id = request.Route("id");
            var assessment = await request.Load(Assessments.Assessment.Noun, id);
            if (!assessment.Ok)
                return assessment.Fault;
            if (!ReadAssessments.MaySee(request.Actor, assessment.Value))
                return SliceFaults.Unknown(Assessments.Assessment.Noun.Category, id);
            var found = await request.Load(Certificate.Noun, id);
            if (!found.Ok)
                return found.Fault;

            var instrument = assessment.Value.Confirmed is { } confirmed ? await FindInstrument.OfResult(request.Log, request.City, confirmed, ct) : null;
            var certified = Certified.Of(found.Value, assessment.Value, instrument);
            return (object)Printed.AsAsked(request, $"certificate-{id}", Sheet(certified, request.Language), certified);
        });
    }

    /// <summary>The certificate in words: what it says, and how anybody checks that it says so still.</summary>
    internal static Sheet Sheet(Certified certified, string language)
    {
        var english = language == "en";
        var who = certified.Name ?? certified.Enterprise;
        var level = certified.LevelName?.In(language) ?? (english ? $"level {certified.Level}" : $"等级 {certified.Level}");
        return new(
            language,
            english ? "Certificate of a digital level assessment" : "数字化水平测评证书",
            english ? $"{who}: {level}." : $"{who}：{level}。",
            [
                new(english ? "What is certified" : "证书内容", Facts: Facts(certified, level, english, language)),
                new(
                    english ? "How to check it" : "如何核验",
                    Facts: [new(english ? "Code" : "验证码", certified.Code)],
                    Lines:
                    [
                        english
                            ? $"Open the page {CheckCertificate.Path} of this platform and enter the code; no account is needed. What is said there is what holds, not this paper."
                            : $"打开本平台的 {CheckCertificate.Path} 页面，输入验证码，无需登录。以核验结果为准，不以纸面为准。",
                    ]),
            ],
            certified.Standing == Standing.Corrected ? Reports.Wording.Of(AssessmentStatus.Corrected).In(language) : Reports.Wording.MarkOf(certified.Mode).In(language));
    }

    private static List<SheetFact> Facts(Certified certified, string level, bool english, string language)
    {
        var facts = new List<SheetFact>();
        if (certified.Name is { } name)
            facts.Add(new(english ? "Enterprise" : "企业名称", name));
        facts.AddRange(
        [
            new(english ? "Credit code" : "统一社会信用代码", certified.Enterprise),
            new(english ? "Level" : "等级", level),
            new(english ? "Instrument" : "评测工具", $"{certified.InstrumentTitle?.In(language)} {certified.Instrument}{(certified.Official ? "" : english ? " (not official)" : "（非官方模型）")}".Trim()),
            new(english ? "Mode" : "评定方式", Reports.Wording.Of(certified.Mode).In(language)),
            new(english ? "Confirmed on" : "评定日期", $"{certified.ConfirmedOn:yyyy-MM-dd}"),
            new(english ? "Standing" : "状态", StandingOf(certified, english)),
        ]);
        return facts;
    }

    internal static string StandingOf(Certified certified, bool english) => certified.Standing switch
    {
        Standing.Valid => english ? "valid" : "有效",
        Standing.Objected => english ? $"the enterprise objected on {certified.Since:yyyy-MM-dd}; not yet decided" : $"企业已于 {certified.Since:yyyy-MM-dd} 提出异议，尚未处理完毕",
        Standing.Corrected => english ? $"corrected on {certified.Since:yyyy-MM-dd}; no longer valid" : $"已于 {certified.Since:yyyy-MM-dd} 更正，不再有效",
    };
}

/// <summary>Whether what a certificate says still stands.</summary>
internal enum Standing
{
    Valid,

    /// <summary>The enterprise objects, and that has not been decided.</summary>
    Objected,

    /// <summary>Another result has taken its place.</summary>
    Corrected,
}

/// <summary>
/// What a certificate says to anybody: who, which level by which instrument, determined how and when, and whether it stands. Nothing else of the
/// assessment: no points, no answers, no evaluator, no account.
/// </summary>
internal sealed record Certified(
    string Code, string? Name, string Enterprise, string Instrument, Text? InstrumentTitle, bool Official, int Level, Text? LevelName, Mode Mode, bool SelfAssessed, DateOnly ConfirmedOn, Standing Standing)
{
    /// <summary>The day of the objection or the correction.</summary>
    public DateOnly? Since { get; init; }

    /// <param name="instrument">The very one of the result, or nothing; then its names are not known here.</param>
    public static Certified Of(Certificate certificate, Assessments.Assessment assessment, Instrument? instrument)
    {
        var (issued, confirmed) = (certificate.Issued!, assessment.Confirmed!);
        var scored = instrument is null ? default(Result<ScoreResult>?) : ScoreAnswers.Score(instrument, new(confirmed.Answers, confirmed.Scenarios, confirmed.Facts));
        var (standing, since) = assessment switch
        {
            { CorrectedAt: { } corrected } => (Standing.Corrected, (DateOnly?)ChinaTime.DayOf(corrected)),
            { Status: AssessmentStatus.Objected, Objection: { } objection } => (Standing.Objected, ChinaTime.DayOf(objection.At)),
            _ => (Standing.Valid, null),
        };
        return new(
            CertificateCode.Parse(issued.Code).Value.ToString(), issued.Name, KnownName.Public(issued.Enterprise), confirmed.Instrument, instrument?.Title, instrument?.Official ?? false,
            confirmed.Level, scored is { Ok: true } known ? known.Value.LevelName : null, confirmed.Mode, !Assessments.Assessment.IsIndependent(confirmed.Mode), ChinaTime.DayOf(assessment.ConfirmedAt), standing)
        {
            Since = since,
        };
    }
}
