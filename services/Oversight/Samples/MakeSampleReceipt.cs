using System.Text.Json;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight.Samples;

/// <summary>The receipt of a drawn sample, as a file for <c>./city sample --verify</c>. Faults: <c>sample.not_drawn</c>, <c>sample.not_in_tree</c>, <c>sample.unknown</c>.</summary>
internal static class MakeSampleReceipt
{
    internal static readonly Fault NotDrawn = new(FaultKind.Conflict, "sample.not_drawn", new("该样本尚未抽取，没有凭证。", "This sample was not drawn yet; there is no receipt."));

    internal static void Map(Routes routes) => routes.Get("/samples/{id}/receipt", Officials.All, async (request, ct) =>
    {
        var found = await request.Load(Sample.Noun, request.Route("id"));
        if (!found.Ok)
        {
            return found.Fault;
        }

        var sample = found.Value;
        if (sample.Drawn is null)
        {
            return NotDrawn;
        }

        var (database, city) = (request.Log.Database, request.City);
        var signed = await request.Service<SignCheckpoint>().Now(city, ct);
        if (!signed.Ok)
        {
            return signed.Fault;
        }

        await using var connection = await database.Connect(ct);
        var size = signed.Value.Size;
        if (await DrawSample.IndexOf(connection, city, sample.Id, nameof(SampleCommitted), ct) is not { } first
            || await DrawSample.IndexOf(connection, city, sample.Id, nameof(SampleDrawn), ct) is not { } second || second >= size)
        {
            return DrawSample.NotInTree;
        }

        var under = await Cosignatures.Best(connection, request.Service<WitnessPolicy>(), city, signed.Value, second + 1, ct);
        size = under.Size;
        var source = await StoredTree.Source(
            database, connection, null, city, size, [.. MerkleTree.InclusionNodes(first, size), .. MerkleTree.InclusionNodes(second, size), .. MerkleTree.ConsistencyNodes(first + 1, size)], ct);
        async Task<SampleEntry> Entry(long index) => new(
            index,
            Convert.ToBase64String(await connection.ExecuteScalarAsync<byte[]>(new CommandDefinition("SELECT entry FROM leaf WHERE city = @city AND idx = @index", new { city, index }, cancellationToken: ct)) ?? []),
            MerkleTree.InclusionProof(index, size, source));
        var receipt = new SampleReceipt(
            SampleReceipt.FormatNow, city, sample.Id, request.Service<LogKey>().Signed(city, under.Note).ToString(), under.Note, await Entry(first), await Entry(second),
            MerkleTree.ConsistencyProof(first + 1, size, source), await ReadPopulation.At(database, city, sample.Committed!.Population, sample.Committed.TreeSize, ct));
        return (object)Results.File(JsonSerializer.SerializeToUtf8Bytes(receipt, Json.Lenient), "application/json; charset=utf-8", $"sample-{sample.Id}.json");
    });
}
