using System.Globalization;
using System.Net;
using System.Text;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Witnesses;

/// <summary>
/// Asks one witness to cosign a city's newest checkpoint (C2SP tlog-witness): with the proof from the size that it cosigned last, and where it
/// thinks of another size, once more from that one. What it gives is kept only if it verifies.
/// </summary>
internal sealed class AskWitness(ServiceLog log, LogKey key, TimeProvider clock, HttpClient http)
{
    private const int AnswerBytesMax = 64 * 1024;

    /// <summary>Null where the witness cosigned; else what it said.</summary>
    public async Task<WitnessRefusal?> For(string city, StoredCheckpoint signed, PolicyMember witness, CancellationToken ct)
    {
        long known;
        await using (var connection = await log.Database.Connect(ct))
        {
            known = await Cosignatures.Reached(connection, city, witness.Key.Name, ct);
        }

        var refusal = await Ask(city, signed, witness, Math.Min(known, signed.Size), ct);
        if (refusal is { Status: 409 } && Size(refusal.Reason) is { } other && other <= signed.Size && other != known)
        {
            refusal = await Ask(city, signed, witness, other, ct);
        }
        else if (refusal is { Status: 409 } && Size(refusal.Reason) is { } more && more > signed.Size)
        {
            // A number alone tells nobody what it means.
            refusal = refusal with
            {
                Reason = $"{refusal.Reason}witness.log_cut\n见证人已会签 {more} 条，而本日志只有 {signed.Size} 条：日志被回退或恢复自旧备份。\n"
                    + $"The witness cosigned {more} entries, and this log has {signed.Size}: it was rolled back, or restored from an old copy.\n",
            };
        }

        if (refusal is not null)
        {
            await Cosignatures.Keep(log.Database, city, refusal, ct);
        }

        return refusal;
    }

    private async Task<WitnessRefusal?> Ask(string city, StoredCheckpoint signed, PolicyMember witness, long old, CancellationToken ct)
    {
        var body = new AddCheckpoint(old, await Proof(city, old, signed.Size, ct), signed.Note).ToString();
        int status;
        string said;
        try
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{witness.Address!.ToString().TrimEnd('/')}/add-checkpoint") { Content = content };
            using var response = await http.SendAsync(request, ct);
            (status, said) = ((int)response.StatusCode, await response.Content.ReadAsStringAsync(ct));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            (status, said) = (0, e.Message);
        }

        if (status == (int)HttpStatusCode.OK && Cosignature(signed.Note, said, witness.Key) is { } line)
        {
            await Cosignatures.Keep(log.Database, city, signed.Size, witness.Key.Name, line, clock.GetUtcNow(), ct);
            return null;
        }

        return new(witness.Key.Name, signed.Size, status, said.Length > 500 ? said[..500] : said, clock.GetUtcNow());
    }

    /// <summary>The line of this witness among those that came, if it signs this checkpoint.</summary>
    internal static string? Cosignature(string note, string lines, VerifierKey witness) =>
        lines.Length <= AnswerBytesMax && SignedNote.Parse(note) is { Ok: true, Value: var signed } && SignedNote.Parse($"{signed.Text}\n{lines}") is { Ok: true, Value: var answered }
            ? answered.Signatures.FirstOrDefault(s => s.KeyId == witness.Id && s.Name == witness.Name && witness.Verifies(signed.Text, s.Bytes))?.Line
            : null;

    private async Task<IReadOnlyList<Hash>> Proof(string city, long old, long size, CancellationToken ct)
    {
        if (old == 0 || old == size)
        {
            return [];
        }

        await using var connection = await log.Database.Connect(ct);
        var source = await StoredTree.Source(log.Database, connection, null, city, size, MerkleTree.ConsistencyNodes(old, size), ct);
        return MerkleTree.ConsistencyProof(old, size, source);
    }

    private static long? Size(string answer) =>
        answer.EndsWith('\n') && long.TryParse(answer.AsSpan(0, answer.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;

    /// <summary>The name under which the log signs, for whoever reads a refusal.</summary>
    internal string OriginOf(string city) => key.OriginOf(city);
}
