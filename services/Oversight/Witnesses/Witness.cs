using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Witnesses;

/// <summary>What a witness answers over HTTP: 200 with its cosignature, 409 with the size it knows, or a refusal in words.</summary>
internal sealed record WitnessAnswer(int Status, string ContentType, string Body)
{
    public const string SizeType = "text/x.tlog.size";
    public const string TextType = "text/plain; charset=utf-8";
}

/// <summary>
/// A witness: it cosigns a log's checkpoint only if the tree begins with the one that it cosigned last, so a log that shows different people
/// different trees finds no witness for the second. It keeps what it saw before it answers.
/// </summary>
internal sealed class Witness(SignerKey key, IReadOnlyList<VerifierKey> logs, WitnessStore store, TimeProvider clock)
{
    public VerifierKey Key => key.Verifier;

    public IReadOnlyList<VerifierKey> Logs => logs;

    public WitnessStore Store => store;

    public WitnessAnswer Add(ReadOnlySpan<byte> body)
    {
        var request = AddCheckpoint.Parse(body);
        return request.Ok ? Add(request.Value) : Refused(400, request.Fault);
    }

    public WitnessAnswer Add(AddCheckpoint request)
    {
        var at = clock.GetUtcNow();
        NoteSignature? cosignature = null;
        var decision = store.Change(
            known => DecideCosignature.Decide(request, known, logs),
            go => go.Note.With(cosignature = key.Sign(go.Note.Text, at)),
            request.Note,
            at);
        return decision switch
        {
            WitnessDecision.Cosign => new(200, WitnessAnswer.TextType, cosignature!.Line),
            WitnessDecision.SizeIs known => new(409, WitnessAnswer.SizeType, $"{known.Size.ToString(System.Globalization.CultureInfo.InvariantCulture)}\n"),
            WitnessDecision.Refuse refusal => Refused(refusal.Status, refusal.Fault),
            _ => throw new InvalidOperationException($"no answer to {decision}"),
        };
    }

    private static WitnessAnswer Refused(int status, Defaults.Fault fault) => new(status, WitnessAnswer.TextType, $"{fault.Code}\n{fault.Message.Zh}\n{fault.Message.En}\n");
}
