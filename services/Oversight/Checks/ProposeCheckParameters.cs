using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Findings;

namespace PilotCity.Oversight.Checks;

/// <summary>
/// The bureau proposes a city's own thresholds of a check, with the reason; they hold when a second person approved them (<see cref="ApproveCheckParameters"/>). All stays in the log, and every
/// finding keeps the thresholds that it was found with. Faults: <c>check.unknown</c>, <c>check.parameter</c>, <c>finding.reason</c>.
/// </summary>
internal static class ProposeCheckParameters
{
    public sealed record Body(IReadOnlyDictionary<string, long> Values, string Reason);

    /// <summary>No unit of ours needs more: it is ten trillion yuan, or a day written as a number.</summary>
    private const long ValueMax = 10_000_000_000_000;

    internal static readonly Fault Unknown = new(
        FaultKind.NotFound, "check.unknown", new("没有这项核查，编号为 AC01 至 AC48。", "There is no such check; they are AC01 to AC48."));

    internal static Fault ParameterWrong(Check check) => new(FaultKind.Invalid, "check.parameter", check.Parameters.Count == 0
        ? new($"{check.Id} 没有可设的参数。", $"{check.Id} has no thresholds.")
        : new(
            $"{check.Id} 的参数为 {string.Join("、", check.Parameters.Select(p => $"{p.Name}（{p.Unit}）"))}，取值 0 至 {ValueMax}。",
            $"{check.Id} has {string.Join(", ", check.Parameters.Select(p => $"{p.Name} ({p.Unit})"))}; a value is 0 to {ValueMax}."));

    internal static Decision Decide(string id, Body body) =>
        !Check.All.TryGetValue(id, out var check) ? Unknown
        : body.Values.Count == 0 || body.Values.Any(v => check.Parameters.All(p => p.Name != v.Key) || v.Value is < 0 or > ValueMax) ? ParameterWrong(check)
        : Finding.ReasonRefused(body.Reason) is { } fault ? fault
        : Decision.Accept(CheckParameters.Noun.StreamOf(id), new CheckParametersProposed(body.Values, body.Reason));

    /// <summary>An id that is none of ours must not become the name of a stream.</summary>
    internal static string Known(string id) => Check.All.ContainsKey(id) ? id : "none";

    internal static void Map(Routes routes) => routes.Command<Body>("PUT", "/checks/{id}/parameters", [Role.BureauOfficer, Role.BureauApprover], request =>
    {
        var id = Known(request.Route("id"));
        return new Intent([CheckParameters.Noun.StreamOf(id)], (_, _) => Decide(id, request.Body));
    });
}
