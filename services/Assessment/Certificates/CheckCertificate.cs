using System.Globalization;
using System.Text;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;

namespace PilotCity.Assessment.Certificates;

/// <summary>
/// Whether a certificate is real and still stands, for anybody and without signing in: a page with a form for people, JSON for machines. The code
/// names its city; who does not hold a code learns nothing, and who does learns what stands on the paper. The gateway bounds how often one address
/// may ask. Faults: <c>certificate.code_malformed</c>, <c>certificate.unknown_code</c>.
/// </summary>
internal static class CheckCertificate
{
    public const string Path = "/certificates";

    internal static string PathOf(CertificateCode code) => $"{Path}/{code}";

    internal static void Map(WebApplication app)
    {
        app.MapGet(Path, (HttpContext context, string? code) => code is null
            ? Answer(context, StatusCodes.Status200OK, Form(LanguageOf(context), null))
            : CertificateCode.Parse(code) is { Ok: true } parsed ? Results.LocalRedirect(PathOf(parsed.Value)) : Refuse(context, CertificateFaults.CodeMalformed, code)).AllowAnonymous().ExcludeFromDescription();
        app.MapGet($"{Path}/{{code}}", async (HttpContext context, ServiceLog log, string code) =>
        {
            try
            {
                var found = await Find(log, code, context.RequestAborted);
                return !found.Ok ? Refuse(context, found.Fault, code)
                    : WantsPage(context) ? Answer(context, StatusCodes.Status200OK, Shown(found.Value, LanguageOf(context)))
                    : Machine(context, Results.Json(found.Value, Json.Lenient));
            }
            catch (Exception e) when (log.Database.IsOutage(e))
            {
                return Problem.Result(LogFaults.Away);
            }
        }).AllowAnonymous().WithName("assessment.CheckCertificate").WithTags("certificates").WithSummary("Check a certificate, without signing in").Produces<Certified>();
    }

    internal static async Task<Result<Certified>> Find(ServiceLog log, string typed, CancellationToken ct)
    {
        var code = CertificateCode.Parse(typed);
        if (!code.Ok)
            return code.Fault;

        var (rows, _) = await log.List(code.Value.City, Certificate.Model, new ListQuery([("code", [code.Value.Characters])], Limit: 1), count: false, ct);
        if (rows.Count == 0)
            return CertificateFaults.Unknown(code.Value.ToString());

        var id = rows[0].Id;
        var (certificate, _, _) = await log.Load(code.Value.City, Certificate.Noun, id, null, ct);
        var (assessment, _, _) = await log.Load(code.Value.City, Assessments.Assessment.Noun, id, null, ct);
        return Certified.Of(certificate, assessment, await FindInstrument.OfResult(log, code.Value.City, assessment.Confirmed!, ct));
    }

    private static bool WantsPage(HttpContext context) => Printed.Preferred(context.Request.Headers.Accept.ToString()) == "text/html";

    private static string LanguageOf(HttpContext context) => Problem.LanguageOf(context.Request);

    private static IResult Refuse(HttpContext context, Fault fault, string typed) => WantsPage(context)
        ? Answer(context, FaultWire.HttpStatus(fault.Kind), Form(LanguageOf(context), fault.Message.In(LanguageOf(context)), typed))
        : Problem.Result(fault);

    private static Page Answer(HttpContext context, int status, string html)
    {
        Machine(context, Results.Empty);
        return new Page(html, status, form: true);
    }

    /// <summary>An answer is of its moment and of nobody else's business.</summary>
    private static IResult Machine(HttpContext context, IResult answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        context.Response.Headers.Vary = "Accept, Accept-Language";
        return answer;
    }

    private static string Shown(Certified certified, string language)
    {
        var english = language == "en";
        var sheet = ShowCertificate.Sheet(certified, language);
        sheet = sheet with
        {
            Title = english ? "The certificate is genuine" : "证书真实",
            Sentence = $"{sheet.Sentence} {(english ? "Standing: " : "状态：")}{ShowCertificate.StandingOf(certified, english)}",
        };
        return Page.Frame(sheet.Title, language, PrintPage.Body(sheet) + Fields(language, ""));
    }

    private static string Form(string language, string? refusal, string typed = "")
    {
        var english = language == "en";
        var title = english ? "Check a certificate" : "证书核验";
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<h1>{title}</h1>\n");
        if (refusal is not null)
            body.Append(CultureInfo.InvariantCulture, $"<p class=\"mark\" role=\"alert\">{PrintedText.Html(refusal)}</p>\n");
        body.Append(CultureInfo.InvariantCulture, $"<p>{(english ? "Enter the code that stands on the certificate. No account is needed." : "请输入证书上的验证码，无需登录。")}</p>\n");
        return Page.Frame(title, language, body.Append(Fields(language, typed)).ToString());
    }

    private static string Fields(string language, string typed)
    {
        var english = language == "en";
        var shown = typed.Length <= 64 ? typed : "";
        return $"<form method=\"get\" action=\"{Path}\"><p><label for=\"code\">{(english ? "Code" : "验证码")}</label> <input id=\"code\" name=\"code\" value=\"{PrintedText.Html(shown)}\" maxlength=\"64\" autocomplete=\"off\" required> <button type=\"submit\">{(english ? "Check" : "核验")}</button></p></form>\n";
    }
}
