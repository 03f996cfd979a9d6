using System.Globalization;
using System.Text;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// That the entry at a position of a service's log stands in the city's tree (RFC 6962 §2.1.1): as JSON, or as a <c>.tlog-proof</c> file
/// where <c>Accept</c> asks for <c>text/plain</c>. Faults: <c>entry.unknown</c>, <c>request.query</c>.
/// </summary>
internal static class ProveInclusion
{
    internal sealed record View(string Service, long Position, long Index, Hash Leaf, IReadOnlyList<Hash> Hashes, string Checkpoint);

    internal static void Map(Routes routes) =>
        routes.Get("/proofs/inclusion", Officials.All, async (request, ct) =>
        {
            if (request.Query("service") is not { Length: > 0 } service)
            {
                return SliceFaults.QueryMalformed("service", new Text("应为服务名，如 funding。", "the name of a service is asked for, e.g. funding."));
            }

            if (!long.TryParse(request.Query("position"), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            {
                return SliceFaults.QueryMalformed("position", new Text("应为该服务日志中的位置。", "a position in that service's log is asked for."));
            }

            var proof = await Prove(request.Log, request.Service<SignCheckpoint>(), request.Service<WitnessPolicy>(), request.City, service, position, ct);
            if (!proof.Ok)
            {
                return proof.Fault;
            }

            return request.Header("Accept").Contains("text/plain", StringComparison.OrdinalIgnoreCase)
                ? (object)Results.Text(new TlogProof(proof.Value.Index, proof.Value.Hashes, proof.Value.Checkpoint).ToString(), "text/plain; charset=utf-8", Encoding.UTF8)
                : proof.Value;
        });

    internal static async Task<Result<View>> Prove(ServiceLog log, SignCheckpoint sign, WitnessPolicy policy, string city, string service, long position, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        var leaf = await connection.QuerySingleOrDefaultAsync<(long Index, byte[] Hash)?>(new CommandDefinition(
            "SELECT idx, hash FROM leaf WHERE city = @city AND service = @service AND position = @position", new { city, service, position }, cancellationToken: ct));
        if (leaf is not { } found)
        {
            return new Fault(FaultKind.NotFound, "entry.unknown", new(
                $"日志树中没有 {service} 的第 {position} 条（可能尚未收录，请稍后再试）。", $"The tree has no position {position} of {service} (it may not have been taken in yet; try again in a moment)."));
        }

        var signed = await sign.Now(city, ct);
        if (!signed.Ok)
        {
            return signed.Fault;
        }

        var under = await Cosignatures.Best(connection, policy, city, signed.Value, found.Index + 1, ct);
        var size = under.Size;
        var source = await StoredTree.Source(log.Database, connection, null, city, size, MerkleTree.InclusionNodes(found.Index, size), ct);
        var hashes = MerkleTree.InclusionProof(found.Index, size, source);
        return new View(service, position, found.Index, Hash.Of(found.Hash), hashes, under.Note);
    }
}
