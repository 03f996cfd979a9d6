using System.Text.RegularExpressions;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Samples;

/// <summary>
/// The auditor commits to a sample before anybody can know it: what from, how many, how, and the SHA-256 of a seed of 32 random bytes (<c>./city sample --new-seed</c>) that stays with the auditor
/// until the draw. The population is that of the tree as it is now. Faults: <c>sample.purpose</c>, <c>sample.seed</c>, <c>sample.query</c>, <c>sample.size</c>, <c>sample.empty</c>,
/// <c>sample.population_large</c>.
/// </summary>
internal static partial class CommitSample
{
    public sealed record Body(string Purpose, SampleMethod Method, int Size, PopulationQuery Population, string SeedSha256);

    internal sealed record Told(string Id, long TreeSize, int Items, Money Total, string PopulationSha256);

    private const int PurposeCharactersMax = 200;

    internal static readonly Fault PurposeWrong = new(
        FaultKind.Invalid, "sample.purpose", new($"请写明抽样目的，1 至 {PurposeCharactersMax} 个字符，不写个人信息。", $"A purpose of 1 to {PurposeCharactersMax} characters is asked for; it names no persons."));

    internal static readonly Fault SeedWrong = new(
        FaultKind.Invalid, "sample.seed", new("种子为 32 个随机字节；种子及其 SHA-256 均写作 64 位小写十六进制。", "A seed is 32 random bytes; it and its SHA-256 are written as 64 lower-case hex digits."));

    internal static readonly Fault QueryWrong = new(
        FaultKind.Invalid, "sample.query", new("起日不得晚于止日；区县为六位代码；最低金额不得为负。", "The first day is not after the last, a district is a code of six digits, the least amount is not negative."));

    internal static readonly Fault Empty = new(FaultKind.Refused, "sample.empty", new("没有符合条件的对象，无可抽取。", "Nothing answers the question; there is nothing to draw from."));

    internal static Fault SizeWrong(int items) => new(
        FaultKind.Invalid, "sample.size", new($"样本量应为 1 至 {Math.Min(Sample.SizeMax, items)}。", $"A sample has 1 to {Math.Min(Sample.SizeMax, items)} items here."));

    internal static Fault Large(int items) => new(FaultKind.TooLarge, "sample.population_large", new(
        $"总体有 {items} 项，超过上限 {Population.ItemsMax} 项，请按期间或区县分开抽取。", $"The population has {items} items, more than {Population.ItemsMax}: draw by period or district."));

    internal static bool IsHash(string text) => Hex64().IsMatch(text);

    internal static Decision Decide(string id, string city, Body body, long treeSize, IReadOnlyList<PopulationItem> items)
    {
        if ((string.IsNullOrWhiteSpace(body.Purpose) || body.Purpose.Length > PurposeCharactersMax ? PurposeWrong
            : !IsHash(body.SeedSha256) ? SeedWrong
            : Asked(body.Population)
                ?? (items.Count == 0 ? Empty
                    : items.Count > Population.ItemsMax ? Large(items.Count)
                    : body.Size < 1 || body.Size > Math.Min(Sample.SizeMax, items.Count) ? SizeWrong(items.Count)
                    : null)) is { } fault)
        {
            return fault;
        }

        var (total, sha256) = (new Money(items.Sum(i => i.Amount.Fen)), Population.Sha256Of(city, body.Population, treeSize, items));
        return Decision.Accept(Sample.Noun.StreamOf(id), new SampleCommitted(body.Purpose, body.Method, body.Size, body.Population, treeSize, items.Count, total, sha256, body.SeedSha256))
            .Answering($"/samples/{id}", new Told(id, treeSize, items.Count, total, sha256));
    }

    internal static Fault? Asked(PopulationQuery query) =>
        query.From > query.Until || query.AmountMin < Money.Zero || (query.District is { } district && !District().IsMatch(district)) ? QueryWrong : null;

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/samples", [Role.Auditor], async (request, ct) =>
    {
        if (Asked(request.Body.Population) is { } fault)
        {
            return fault;
        }

        long size;
        await using (var connection = await request.Log.Database.Connect(ct))
        {
            size = await StoredTree.Size(connection, null, request.City, ct);
        }

        var items = await ReadPopulation.At(request.Log.Database, request.City, request.Body.Population, size, ct);
        var id = request.CommandId.ToString("N")[..12];
        return request.New(Sample.Noun, id, [], (_, _) => Decide(id, request.City, request.Body, size, items));
    });

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Hex64();

    [GeneratedRegex("^[0-9]{6}$", RegexOptions.CultureInvariant)]
    private static partial Regex District();
}
