using System.Data.Common;
using System.Text.Json;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight.Receipts;

/// <summary>
/// The receipt of an award, as a file: every entry that it stands on, with its proof under the newest checkpoint. An enterprise gets the
/// receipts of its own awards. Faults: <c>receipt.award_unknown</c>, <c>receipt.too_many_entries</c>.
/// </summary>
internal static class MakeReceipt
{
    internal static void Map(Routes routes) =>
        routes.Get("/receipts/awards/{award}", [.. Officials.All, Role.Enterprise], async (request, ct) =>
        {
            var (city, award) = (request.City, request.Route("award"));
            var signed = await request.Service<SignCheckpoint>().Now(city, ct);
            if (!signed.Ok)
            {
                return signed.Fault;
            }

            await using var connection = await request.Log.Database.Connect(ct);
            var leaves = await Collect(request.Log.Database, connection, city, award, signed.Value.Size, ct);
            if (leaves.FirstOrDefault(l => l.Entry.Stream == $"award/{award}") is not { } first
                || (request.Actor.Role == Role.Enterprise && !Names(first.Entry, request.Actor.Org)))
            {
                return Unknown(award);
            }

            if (leaves.Count > Receipt.EntriesMax)
            {
                return TooMany(award, leaves.Count);
            }

            // Under a checkpoint that the witnesses cosigned, if one holds all of the case.
            var under = await Cosignatures.Best(connection, request.Service<WitnessPolicy>(), city, signed.Value, leaves[^1].Index + 1, ct);
            var receipt = await Make(request.Log.Database, connection, city, award, request.Service<LogKey>().Signed(city, under.Note), under, leaves, ct);
            return (object)Results.File(JsonSerializer.SerializeToUtf8Bytes(receipt, Json.Pretty), "application/json; charset=utf-8", $"receipt-{award}.json");
        });

    /// <summary>An entry as the tree took it in, with the head of its log after it.</summary>
    internal sealed record Leaf(long Index, byte[] Bytes, Entry Entry, byte[] Head);

    /// <summary>
    /// The entries of the case in tree order: all that name the award or its project, and the streams that these refer to (the enterprise, the
    /// assessments, the rule set, the sources of facts).
    /// </summary>
    internal static async Task<IReadOnlyList<Leaf>> Collect(
        LogDatabase database, DbConnection connection, string city, string award, long size, CancellationToken ct)
    {
        var named = await Leaves(
            connection,
            "idx IN (SELECT idx FROM subject WHERE city = @city AND id = @award AND kind IN ('award', 'project')) AND idx < @size",
            new { city, award, size },
            ct);
        var streams = named.Select(l => l.Entry.Stream).Where(Receipt.IsWhole).ToHashSet(StringComparer.Ordinal);
        foreach (var leaf in named.Where(l => Receipt.IsCase(l.Entry.Stream, award)))
        {
            var references = References.Of(leaf.Entry);
            streams.UnionWith(references.Streams);
            streams.UnionWith(references.Sources.Where(s => s.City == city).Select(s => s.Stream));
        }

        var whole = await Leaves(connection, $"{database.In("stream", "@streams")} AND idx < @size", new { city, size, streams = database.List(streams) }, ct);
        return [.. named.UnionBy(whole, l => l.Index).OrderBy(l => l.Index)];
    }

    private static async Task<Receipt> Make(
        LogDatabase database, DbConnection connection, string city, string award, VerifierKey key, StoredCheckpoint signed, IReadOnlyList<Leaf> leaves, CancellationToken ct)
    {
        var source = await StoredTree.Source(database, connection, null, city, signed.Size, leaves.SelectMany(l => MerkleTree.InclusionNodes(l.Index, signed.Size)), ct);
        var heads = await HeadsBefore(database, connection, city, leaves, ct);
        return new(Receipt.FormatNow, city, award, key.ToString(), signed.Note,
        [
            .. leaves.Select(leaf => new ReceiptEntry(
                leaf.Index,
                Convert.ToBase64String(leaf.Bytes),
                Convert.ToHexStringLower(heads[(leaf.Entry.Service, leaf.Entry.Position - 1)]),
                Convert.ToHexStringLower(leaf.Head),
                MerkleTree.InclusionProof(leaf.Index, signed.Size, source))),
        ]);
    }

    private static async Task<Dictionary<(string, long), byte[]>> HeadsBefore(
        LogDatabase database, DbConnection connection, string city, IReadOnlyList<Leaf> leaves, CancellationToken ct)
    {
        var heads = new Dictionary<(string, long), byte[]>();
        foreach (var log in leaves.GroupBy(l => l.Entry.Service, StringComparer.Ordinal))
        {
            heads[(log.Key, 0)] = CanonicalEntry.FirstHead();
            var rows = await connection.QueryAsync<(long Position, byte[] Head)>(new CommandDefinition(
                $"SELECT position, head FROM leaf WHERE city = @city AND service = @service AND {database.In("position", "@positions")}",
                new { city, service = log.Key, positions = database.List([.. log.Select(l => l.Entry.Position - 1)]) },
                cancellationToken: ct));
            foreach (var (position, head) in rows)
            {
                heads[(log.Key, position)] = head;
            }
        }

        return heads;
    }

    private static async Task<List<Leaf>> Leaves(DbConnection connection, string where, object parameters, CancellationToken ct)
    {
        var rows = await connection.QueryAsync<(long Index, byte[] Bytes, byte[] Head)>(new CommandDefinition(
            $"SELECT idx, entry, head FROM leaf WHERE city = @city AND {where}", parameters, cancellationToken: ct));
        return [.. rows.Select(r => new Leaf(r.Index, r.Bytes, CanonicalEntry.Read(r.Bytes), r.Head))];
    }

    private static bool Names(Entry entry, string enterprise) => References.Of(entry).Streams.Contains($"enterprise/{enterprise}");

    private static Fault Unknown(string award) => new(FaultKind.NotFound, "receipt.award_unknown", new(
        $"没有找到补助 {award} 的记录（刚发生的事项可能尚未收录，请稍后再试）。", $"There is no award '{award}' in the log (what has just happened may not have been taken in yet; try again in a moment)."));

    private static Fault TooMany(string award, int entries) => new(FaultKind.TooLarge, "receipt.too_many_entries", new(
        $"补助 {award} 涉及 {entries} 条记录，超过凭证上限 {Receipt.EntriesMax} 条。", $"The award '{award}' stands on {entries} entries; a receipt holds at most {Receipt.EntriesMax}."));
}
