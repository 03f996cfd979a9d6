using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.RuleSets;

/// <summary>
/// The bureau puts a rule text (YAML), its own or a shipped one, as the next version's draft; it decides nothing until a second person
/// publishes it. A text that cannot be read is refused with line and reason.
/// Faults: <c>rule_set.source</c>, <c>rule_set.unreadable</c>, <c>rule_set.unknown</c>, <c>rule_set.other_id</c>, <c>rule_set.other_city</c>,
/// <c>rule_set.version</c>, <c>rule_set.text_too_large</c>.
/// </summary>
internal static class DraftRuleSet
{
    /// <summary>Either the text itself, or the name of a shipped rule set (<c>longyan</c> or <c>longyan@1</c>).</summary>
    public sealed record Body(string? Text = null, string? Shipped = null);

    internal sealed record Drafted(string Id, int Version, string Hash);

    internal static readonly Fault SourceWrong = new(
        FaultKind.Invalid, "rule_set.source", new("请给出规则文本（text）或自带规则的名称（shipped），二者取一。", "Give either the rule text (text) or the name of a shipped rule set (shipped)."));

    internal static readonly Fault TextTooLarge = new(
        FaultKind.TooLarge, "rule_set.text_too_large",
        new($"规则文本写入日志条目后超过 {CanonicalEntry.PayloadBytesMax} 字节，请精简。", $"As an entry of the log the rule text is larger than {CanonicalEntry.PayloadBytesMax} bytes; shorten it."));

    internal static Fault OtherId(string id, string route) => new(
        FaultKind.Invalid, "rule_set.other_id", new($"规则文本的编号是“{id}”，不是“{route}”。", $"The text's id is '{id}', not '{route}'."));

    internal static Fault OtherCity(string code, string city) => new(
        FaultKind.Refused, "rule_set.other_city", new($"规则文本属于 {code}，不属于本市 {city}。", $"The text is for {code}, not for this city, {city}."));

    internal static Fault VersionWrong(int version, int next) => new(
        FaultKind.Refused, "rule_set.version",
        new($"规则文本的版本是 {version}，下一版本应为 {next}；已发布的版本不再更改，更正须用新版本。", $"The text's version is {version} and the next one is {next}: a published version never changes, a correction is a new version."));

    internal static Decision Decide(RuleBook book, string city, string route, Body body)
    {
        var text = TextOf(body);
        if (!text.Ok) return text.Fault;
        var read = ReadRuleSet.Read(Encoding.UTF8.GetBytes(text.Value));
        if (!read.Ok) return read.Fault;
        var set = read.Value;
        if (set.Id != route) return OtherId(set.Id, route);
        if (set.CityCode != city && set.CityCode != "000000") return OtherCity(set.CityCode, city);
        if (set.Version != book.NextVersion) return VersionWrong(set.Version, book.NextVersion);
        var drafted = new RuleSetDrafted(set.Id, set.Version, RuleBook.HashOf(text.Value), text.Value, body.Shipped is null ? null : set.Name);
        return Defaults.Log.Noun.Write(drafted).Length > CanonicalEntry.PayloadBytesMax
            ? TextTooLarge
            : Decision.Accept(RuleBook.Noun.StreamOf(set.Id), drafted).Answering($"/rule-sets/{set.Id}", new Drafted(set.Id, set.Version, drafted.Hash));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("PUT", "/rule-sets/{id}/draft", [Role.BureauOfficer], request =>
    {
        var id = request.Route("id");
        return new Intent([RuleBook.Noun.StreamOf(id)], (streams, _) => Decide(streams.Get(RuleBook.Noun, id), request.City, id, request.Body));
    });

    private static Result<string> TextOf(Body body)
    {
        if (body is { Text: { } text, Shipped: null }) return text;
        if (body is not { Text: null, Shipped: { } name }) return SourceWrong;
        var shipped = ShippedRuleSets.Find(ShippedRuleSets.All, name, null);
        return shipped.Ok ? Encoding.UTF8.GetString(shipped.Value.Bytes.AsSpan()) : shipped.Fault;
    }
}
