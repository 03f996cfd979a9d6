using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using PilotCity.City.Demonstration;
using PilotCity.Defaults.Identity;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Tree;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>What a city hands out carries its witnesses' cosignatures: so many of so many is proved with the file, a policy and nothing else.</summary>
[Collection(LiveCityGroup.Name)]
public sealed class WitnessedReceiptTests(LiveCity city) : IDisposable
{
    private const string Root = $"/api/oversight/{PilotClient.City}";
    private static readonly SignerKey Stranger = SignerKey.Generate("audit.example/x", KeyAlgorithm.CosignatureV1);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_receipt_proves_its_witnesses_offline_and_what_is_missing_or_wrong_has_its_name()
    {
        var (a, b) = (city.Witnesses[0], city.Witnesses[1]);
        var receipt = await Receipt();
        var note = receipt["checkpoint"]!.GetValue<string>();
        var text = SignedNote.Parse(note).Value.Text;
        var key = receipt["verifierKey"]!.GetValue<string>();

        await Answers(0, "audit.example/a (", receipt, $"log {key}", Named(a, b), "group g all w0 w1", "quorum g");
        await Answers(0, "audit.example/b (", receipt, Named(a, b, Stranger), "group g 2 w0 w1 w2", "quorum g");
        await Answers(1, "cosignature.too_few", receipt, Named(a, b, Stranger), "group g all w0 w1 w2", "quorum g");
        await Answers(1, "receipt.key_other", receipt, $"log {SignerKey.Generate("pilot-city.example/350800", KeyAlgorithm.Ed25519).Verifier}", "quorum none");

        // An unknown witness, and one of the policy's keys under another name, count for nothing and are named.
        await Answers(1, "audit.example/x", Signed(Without("a") + Stranger.Sign(text, Now).Line), Named(a, b), "group g all w0 w1", "quorum g");
        await Answers(1, "audit.example/other", Signed(Without("a") + a.Named("audit.example/other").Sign(text, Now).Line), Named(a, b), "group g all w0 w1", "quorum g");

        // A cosignature of another checkpoint, and one of the future.
        await Answers(1, "note.signature_wrong", Signed(Without("a") + a.Sign("pilot-city.example/350800\n1\n" + MerkleTree.EmptyRoot + "\n", Now).Line), Named(a, b), "quorum w1");
        await Answers(1, "cosignature.in_future", Signed(Without("a") + a.Sign(text, Now.AddHours(1)).Line), Named(a, b), "group g all w0 w1", "quorum g");
        await Answers(2, "Line 1 of the witness policy", receipt, "quorum nobody");

        string Without(string name) => string.Concat(note.Split('\n', StringSplitOptions.None)[..^1].Where(l => !l.StartsWith($"— audit.example/{name} ", StringComparison.Ordinal)).Select(l => l + "\n"));

        JsonObject Signed(string other)
        {
            var changed = receipt.DeepClone().AsObject();
            changed["checkpoint"] = other;
            return changed;
        }
    }

    [Fact]
    public async Task Proofs_and_exports_carry_them_too()
    {
        await Cosigned();
        var auditor = city.As("auditor-1");
        using var asked = new HttpRequestMessage(HttpMethod.Get, $"{Root}/proofs/inclusion?service=funding&position=3");
        asked.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        var proof = TlogProof.Parse(await (await auditor.SendAsync(asked)).Content.ReadAsStringAsync()).Value;
        var logs = VerifierKeys.Parse(await auditor.GetStringAsync($"{Root}/key")).Value.All;
        var leaf = (await (await auditor.GetAsync($"{Root}/proofs/inclusion?service=funding&position=3")).Json()).GetProperty("leaf").GetString()!;

        Assert.True(Hash.TryParse(leaf, out var hash));
        Assert.Equal(2, proof.Verify(hash, logs[0].Name, logs, [.. city.Witnesses.Select(w => w.Verifier)]).Value.Witnesses.Count);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static string Named(params SignerKey[] keys) => string.Join('\n', keys.Select((k, i) => $"witness w{i} {k.Verifier}"));

    private async Task<JsonObject> Receipt()
    {
        await Cosigned();
        return JsonNode.Parse(await city.As("auditor-1").GetStringAsync($"{Root}/receipts/awards/{city.Projects[0]}"))!.AsObject();
    }

    /// <summary>Waits until both witnesses saw the end of the pilot.</summary>
    private async Task Cosigned()
    {
        var auditor = city.As(Role.Auditor);
        var size = (await (await auditor.GetAsync($"{Root}/tree")).Json()).GetProperty("size").GetInt64();
        var told = "";
        await CityProcess.Until(
            async () =>
            {
                var witnesses = await (await auditor.GetAsync($"{Root}/witnesses")).Json();
                told = witnesses.ToString();
                return witnesses.GetProperty("cosignedSize") is { ValueKind: System.Text.Json.JsonValueKind.Number } cosigned && cosigned.GetInt64() >= size;
            },
            () => told,
            everyMilliseconds: 200);
    }

    private async Task Answers(int code, string word, JsonObject receipt, params string[] policy)
    {
        await File.WriteAllTextAsync(folder["receipt.json"], receipt.ToJsonString());
        await File.WriteAllTextAsync(folder["policy"], string.Join('\n', policy) + "\n");
        var (answered, said) = await CityProcess.Run("verify", folder["receipt.json"], "--policy", folder["policy"]);
        Assert.True(answered == code && said.Contains(word, StringComparison.Ordinal), $"{code} {word}: {answered} {said}");
    }
}
