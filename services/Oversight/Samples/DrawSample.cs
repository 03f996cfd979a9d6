using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Samples;

/// <summary>
/// The auditor shows the seed, and the sample is drawn: once, from what was committed, with the root of the tree that first held the commitment. Faults: <c>sample.seed</c>,
/// <c>sample.seed_other</c>, <c>sample.drawn_already</c>, <c>sample.not_in_tree</c>, <c>sample.population_changed</c>.
/// </summary>
internal static class DrawSample
{
    public sealed record Body(string Seed);

    internal static readonly Fault SeedOther = new(
        FaultKind.Refused, "sample.seed_other", new("该种子的 SHA-256 与承诺时登记的不符。", "The SHA-256 of this seed is not the one that was committed."));

    internal static readonly Fault DrawnAlready = new(
        FaultKind.Conflict, "sample.drawn_already", new("该样本已抽取，不得重抽；如需另抽，请另行承诺。", "This sample was drawn and is not drawn again: commit to another one."));

    internal static readonly Fault NotInTree = new(
        FaultKind.Conflict, "sample.not_in_tree", new("刚登记的事项尚未收录到日志树，请稍后再试。", "What has just been written is not in the tree yet; try again in a moment."));

    internal static readonly Fault PopulationChanged = new(
        FaultKind.Conflict, "sample.population_changed", new(
            "按同一条件重建的总体与承诺时的不符：日志被改动，或程序的取数规则已变。请用 ./city verify 查明。",
            "The population rebuilt from the tree is not the one that was committed: the log was changed, or the rule is another. Run ./city verify to find out more."));

    internal static Decision Decide(Sample sample, Body body, string city, long index, Hash root, IReadOnlyList<PopulationItem> items)
    {
        var committed = sample.Committed!;
        if (sample.Drawn is not null)
        {
            return DrawnAlready;
        }

        if (!CommitSample.IsHash(body.Seed))
        {
            return CommitSample.SeedWrong;
        }

        var seed = Convert.FromHexString(body.Seed);
        if (Convert.ToHexStringLower(SHA256.HashData(seed)) != committed.SeedSha256)
        {
            return SeedOther;
        }

        if (Population.Sha256Of(city, committed.Population, committed.TreeSize, items) != committed.PopulationSha256)
        {
            return PopulationChanged;
        }

        var drawn = Draw.From(items, committed.Method, committed.Size, seed, root, Convert.FromHexString(committed.PopulationSha256));
        return Decision.Accept(Sample.Noun.StreamOf(sample.Id), new SampleDrawn(body.Seed, index + 1, root.ToString(), drawn)).Answering($"/samples/{sample.Id}", drawn);
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/samples/{id}/draw", [Role.Auditor], async (request, ct) =>
    {
        var found = await request.Load(Sample.Noun, request.Route("id"));
        if (!found.Ok)
        {
            return found.Fault;
        }

        await using var connection = await request.Log.Database.Connect(ct);
        if (await IndexOf(connection, request.City, found.Value.Id, nameof(SampleCommitted), ct) is not { } index)
        {
            return NotInTree;
        }

        var root = await StoredTree.Root(request.Log.Database, connection, null, request.City, index + 1, ct);
        var items = await ReadPopulation.At(request.Log.Database, request.City, found.Value.Committed!.Population, found.Value.Committed.TreeSize, ct);
        return request.On(Sample.Noun, found.Value.Id, (sample, _) => Decide(sample, request.Body, request.City, index, root, items));
    });

    /// <summary>Where the tree holds the entry of a sample, or null while it does not.</summary>
    internal static Task<long?> IndexOf(DbConnection connection, string city, string sample, string type, CancellationToken ct) =>
        connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            "SELECT MIN(idx) FROM leaf WHERE city = @city AND stream = @stream AND service = 'oversight' AND type = @type", new { city, stream = Sample.Noun.StreamOf(sample), type }, cancellationToken: ct));
}
