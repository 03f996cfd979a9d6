using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Simulations;

/// <summary>
/// <c>POST /simulations</c>: the bureau replays its city's decided awards under a rule text (YAML as the body) or under a version that it has
/// drafted or published (<c>{"ruleSet", "version"}</c>); CSV or XLSX of every award by <c>Accept</c>. Nothing is kept.
/// Faults: <c>rule_set.unreadable</c>, <c>rule_set.unknown</c>, <c>rule_set.version_unknown</c>, and those of <see cref="SimulateRuleSet"/>.
/// </summary>
internal static class AskSimulation
{
    /// <summary>Without a version the draft, or the last published one. <see cref="Over"/>: the rule set whose awards are replayed; <see cref="Money"/>: what there is to pay from.</summary>
    public sealed record Body(string RuleSet, int? Version = null, string? Over = null, Money? Money = null);

    /// <summary>A rule text and a little more.</summary>
    private const int BytesMax = ReadRuleSet.BytesMax + 4_096;

    private static readonly string[] Types = ["application/yaml", "text/yaml", "application/x-yaml", "application/json"];

    internal static void Map(Routes routes) => routes.Ask("/simulations", [Role.BureauOfficer, Role.BureauApprover], BytesMax, Types, async (request, body, ct) =>
    {
        var question = request.Header("Content-Type").Contains("yaml", StringComparison.OrdinalIgnoreCase) ? OfText(request, body) : await OfName(request, body, ct);
        if (!question.Ok) return question.Fault;
        await using var connection = await request.Log.Database.Connect(ct);
        var simulated = SimulateRuleSet.Run(question.Value, ReadHistory.OfLog(sql => ExportHistory.Command(connection, sql), request.City), null, ct);
        if (!simulated.Ok) return simulated.Fault;
        var (simulation, rows) = simulated.Value;
        return PrintSimulation.Table(rows).AsAsked(request) is { } file ? (object)file : simulation;
    });

    private static Result<SimulateRuleSet.Question> OfText(Request request, byte[] body)
    {
        var draft = ReadRuleSet.Read(body);
        if (!draft.Ok) return draft.Fault;
        Money? money = null;
        if (request.Query("money") is { } amount)
        {
            if (!Money.TryParse(amount, out var yuan) || yuan.Fen < 0) return SliceFaults.QueryMalformed("money", new("应为以元计的金额。", "an amount of yuan is asked for."));
            money = yuan;
        }

        return new SimulateRuleSet.Question(draft.Value, request.Query("over"), money);
    }

    private static async Task<Result<SimulateRuleSet.Question>> OfName(Request request, byte[] body, CancellationToken ct)
    {
        Body? named;
        try
        {
            named = JsonSerializer.Deserialize<Body>(body, Json.Strict);
        }
        catch (JsonException e)
        {
            return RequestFaults.OfJson(e);
        }

        if (named is null) return RequestFaults.Malformed;
        var (book, version, _) = await request.Log.Load(request.City, RuleBook.Noun, named.RuleSet, null, ct);
        if (version == 0) return SliceFaults.Unknown(RuleBook.Noun.Category, named.RuleSet);
        var draft = named.Version is null ? book.Draft?.Set ?? book.Published.LastOrDefault() : book.Published.Append(book.Draft?.Set).FirstOrDefault(s => s?.Version == named.Version);
        return draft is null ? ListRuleSets.VersionUnknown(named.RuleSet, $"{named.Version}") : new SimulateRuleSet.Question(draft, named.Over, named.Money);
    }
}
