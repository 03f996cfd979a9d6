using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// A private key of the log or of a witness. As text it is what other tools of signed notes write,
/// <c>PRIVATE+KEY+name+hex(key id)+base64(algorithm ‖ seed)</c>: a secret, for a key file only.
/// </summary>
internal sealed class SignerKey
{
    private const string Prefix = "PRIVATE+KEY+";

    private readonly byte[] seed;

    public SignerKey(string name, KeyAlgorithm algorithm, ReadOnlySpan<byte> seed)
    {
        this.seed = seed.ToArray();
        Verifier = new(name, algorithm, Ed25519.PublicKeyOf(seed));
    }

    /// <summary>The public half, which is what others are given.</summary>
    public VerifierKey Verifier { get; }

    public string Name => Verifier.Name;

    public static SignerKey Generate(string name, KeyAlgorithm algorithm) =>
        new(name, algorithm, RandomNumberGenerator.GetBytes(Ed25519.SeedLength));

    /// <summary>The same secret under another name, as one installation signs for several cities; the name is part of the key id.</summary>
    public SignerKey Named(string name) => new(name, Verifier.Algorithm, seed);

    /// <summary>Fault <c>signer.malformed</c>; its message never holds the text, which is a secret.</summary>
    public static Result<SignerKey> Parse(string text)
    {
        var parts = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split('+', 3) : [];
        if (parts.Length != 3 || !VerifierKey.NameIsValid(parts[0]) || parts[0].Length > VerifierKey.NameLengthMax
            || !Base64.TryDecode(parts[2], 1 + Ed25519.SeedLength, out var bytes) || bytes.Length != 1 + Ed25519.SeedLength)
        {
            return Malformed("应为“PRIVATE+KEY+名称+编号+base64”一行", "it should be one line PRIVATE+KEY+name+id+base64");
        }

        if (!VerifierKey.AlgorithmIsKnown(bytes[0]))
        {
            return Malformed("算法不受支持", "its algorithm is not supported");
        }

        var key = new SignerKey(parts[0], (KeyAlgorithm)bytes[0], bytes.AsSpan(1));
        return parts[1] == key.Verifier.Id.ToString("x8", CultureInfo.InvariantCulture)
            ? key
            : Malformed("编号与密钥不符", "the key id does not belong to the key");
    }

    /// <summary>Signs a note text. A witness's signature carries the time; the log's own does not.</summary>
    public NoteSignature Sign(string text, DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds();
        byte[] signature = Verifier.Algorithm switch
        {
            KeyAlgorithm.Ed25519 => Ed25519.Sign(seed, Encoding.UTF8.GetBytes(text)),
            KeyAlgorithm.CosignatureV1 => [.. BigEndian(seconds), .. Ed25519.Sign(seed, VerifierKey.CosignedMessage(text, seconds))],
        };
        return new(Name, Verifier.Id, signature);
    }

    /// <summary>The secret, for a key file; a key is never shown by <c>ToString</c>.</summary>
    public string Secret() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Name}+{Verifier.Id:x8}+{Convert.ToBase64String([(byte)Verifier.Algorithm, .. seed])}");

    private static byte[] BigEndian(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static Fault Malformed(string zh, string en) =>
        new(FaultKind.Invalid, "signer.malformed", new($"签名密钥无效：{zh}。", $"This is not a signing key: {en}."));
}
