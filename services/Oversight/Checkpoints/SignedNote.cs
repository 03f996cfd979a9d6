using System.Buffers.Binary;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>One signature line: who says so, by name and key id, and the bytes that follow the id.</summary>
internal sealed record NoteSignature(string Name, uint KeyId, byte[] Bytes)
{
    /// <summary>The line as the note holds it, with its newline.</summary>
    public string Line
    {
        get
        {
            var bytes = new byte[sizeof(uint) + Bytes.Length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
            Bytes.CopyTo(bytes, sizeof(uint));
            return $"— {Name} {Convert.ToBase64String(bytes)}\n";
        }
    }
}

/// <summary>
/// A text and the signatures under it (C2SP signed-note): what checkpoints are made of. Reading says only that the form is
/// right; <see cref="Verify"/> says whose word it is.
/// Faults: <c>note.malformed</c>, <c>note.too_large</c>, <c>note.signature_wrong</c>, <c>note.signer_unknown</c>.
/// </summary>
internal sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>Room for <see cref="SignaturesMax"/> signatures of the largest kind in use elsewhere (post-quantum, under 7 kB a line).</summary>
    public const int BytesMax = 512 * 1024;

    /// <summary>The specification asks for at least 16; more than 64 witnesses per log are not foreseen anywhere.</summary>
    public const int SignaturesMax = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static SignedNote Sign(string text, IEnumerable<SignerKey> keys, DateTimeOffset at) => new(text, [.. keys.Select(k => k.Sign(text, at))]);

    public static Result<SignedNote> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BytesMax)
        {
            return TooLarge();
        }

        try
        {
            return Parse(StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException e)
        {
            return Malformed($"第 {e.Index} 个字节起不是 UTF-8", $"from byte {e.Index} on it is not UTF-8");
        }
    }

    public static Result<SignedNote> Parse(string note)
    {
        if (note.Length > BytesMax)
        {
            return TooLarge();
        }

        var control = note.AsSpan().IndexOfAnyInRange('\0', '\u0009') is var low and >= 0 ? low : note.AsSpan().IndexOfAnyInRange('\u000B', '\u001F');
        if (control >= 0)
        {
            return Malformed($"第 {control} 个字符是控制字符", $"character {control} is a control character");
        }

        // The last empty line parts text and signatures; the text may have empty lines of its own.
        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !note.EndsWith('\n') || split + 2 == note.Length)
        {
            return Malformed("应为正文、空行、签名行，各以换行结束", "it should be a text, an empty line and signature lines, each ended by a newline");
        }

        var lines = note[(split + 2)..^1].Split('\n');
        if (lines.Length > SignaturesMax)
        {
            return TooLarge();
        }

        var signatures = new List<NoteSignature>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (SignatureOf(lines[i]) is not { } signature)
            {
                return Malformed($"第 {i + 1} 行签名不是“— 名称 base64”", $"signature line {i + 1} is not '— name base64'");
            }

            signatures.Add(signature);
        }

        return new SignedNote(note[..(split + 1)], signatures);
    }

    /// <summary>
    /// The keys among <paramref name="known"/> that signed. A line of an unknown key is ignored; a known key's line that does not
    /// verify rejects the whole note; so does a note that no known key signed.
    /// </summary>
    public Result<IReadOnlyList<VerifierKey>> Verify(IEnumerable<VerifierKey> known)
    {
        var keys = known.ToList();
        var signed = new List<VerifierKey>();
        foreach (var signature in Signatures)
        {
            foreach (var key in keys.Where(k => k.Id == signature.KeyId && k.Name == signature.Name))
            {
                if (!key.Verifies(Text, signature.Bytes))
                {
                    return new Fault(FaultKind.Invalid, "note.signature_wrong", new(
                        $"密钥 {key.Name}（{key.Id:x8}）的签名与正文不符：正文或签名被改动。",
                        $"The signature of the key {key.Name} ({key.Id:x8}) does not fit the text: the text or the signature was changed."));
                }

                if (!signed.Contains(key))
                {
                    signed.Add(key);
                }
            }
        }

        return signed.Count > 0
            ? signed
            : Unknown(keys);
    }

    /// <summary>Lines under the name of a known key that none of the known keys made: whoever has that name signs with a further key.</summary>
    public IReadOnlyList<NoteSignature> Further(IReadOnlyList<VerifierKey> known) =>
        [.. Signatures.Where(s => known.Any(k => k.Name == s.Name) && !known.Any(k => k.Name == s.Name && k.Id == s.KeyId))];

    /// <summary>Names who signed and who was trusted, and what to do where a city has changed its key since.</summary>
    private Fault Unknown(List<VerifierKey> keys)
    {
        const int namedMax = 8;
        var (by, trusted) = (
            string.Join(", ", Signatures.Select(s => $"{s.Name} ({s.KeyId:x8})").Distinct().Take(namedMax)), string.Join(", ", keys.Select(k => $"{k.Name} ({k.Id:x8})").Distinct().Take(namedMax)));
        return new(FaultKind.Invalid, "note.signer_unknown", new(
            $"没有一行签名出自所信任的密钥：签名者为 {by}，所信任的为 {trusted}。如该市已更换密钥，请另行向其取得新公钥（./city rotate-key 曾予显示，GET /api/oversight/<城市>/key 列出全部），核验时用 --key 给出，见证时用 --log 给出。",
            $"No signature is by a trusted key: it is signed by {by}, and {trusted} is trusted. If the city has changed its key, take the new one from the city in another way (./city rotate-key told it, GET /api/oversight/<city>/key lists all) and give it with --key to verify, with --log to witness."));
    }

    /// <summary>The note with further signatures under it, e.g. a witness's.</summary>
    public SignedNote With(params IEnumerable<NoteSignature> more) => this with { Signatures = [.. Signatures, .. more] };

    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(s => s.Line))}";

    private static NoteSignature? SignatureOf(string line)
    {
        var parts = line.Split(' ');
        return parts is ["—", var name, var base64] && VerifierKey.NameIsValid(name)
            && Base64.TryDecode(base64, BytesMax, out var bytes) && bytes.Length > sizeof(uint)
            ? new(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[sizeof(uint)..])
            : null;
    }

    private static Fault Malformed(string zh, string en) =>
        new(FaultKind.Invalid, "note.malformed", new($"签名文书无法读取：{zh}。", $"This signed note cannot be read: {en}."));

    private static Fault TooLarge() => new(FaultKind.TooLarge, "note.too_large", new(
        $"签名文书过大：至多 {BytesMax} 字节、{SignaturesMax} 行签名。", $"This signed note is too large: at most {BytesMax} bytes and {SignaturesMax} signatures."));
}
