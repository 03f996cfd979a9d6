using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>What a key signs with, by its byte in C2SP signed-note: the log itself, or a witness that adds the time it saw the checkpoint.</summary>
internal enum KeyAlgorithm : byte
{
    Ed25519 = 0x01,
    CosignatureV1 = 0x04,
}

/// <summary>
/// A public key with its name, written <c>name+hex(key id)+base64(algorithm ‖ public key)</c>. Name and id together say whose
/// signature line is whose; the id is the first 4 bytes of <c>SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key)</c>.
/// </summary>
internal sealed class VerifierKey
{
    /// <summary>Names are host names with a path; 255 characters is what a host name may have.</summary>
    public const int NameLengthMax = 255;

    private readonly byte[] publicKey;

    public VerifierKey(string name, KeyAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        if (!NameIsValid(name) || name.Length > NameLengthMax)
        {
            throw new ArgumentException($"'{name}' cannot name a key: 1 to {NameLengthMax} characters, no spaces, no plus sign", nameof(name));
        }

        if (publicKey.Length != Ed25519.PublicKeyLength)
        {
            throw new ArgumentException($"an Ed25519 public key has {Ed25519.PublicKeyLength} bytes, not {publicKey.Length}", nameof(publicKey));
        }

        (Name, Algorithm, this.publicKey) = (name, algorithm, publicKey.ToArray());
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), 0x0A, (byte)algorithm, .. publicKey]));
    }

    public string Name { get; }

    public KeyAlgorithm Algorithm { get; }

    public uint Id { get; }

    public ReadOnlySpan<byte> PublicKey => publicKey;

    /// <summary>Fault <c>key.malformed</c>: the text is no verifier key, its id is not that of its content, or its algorithm is not one of ours.</summary>
    public static Result<VerifierKey> Parse(string text)
    {
        var parts = text.Split('+', 3);
        if (parts.Length != 3 || !NameIsValid(parts[0]) || parts[0].Length > NameLengthMax)
        {
            return Malformed("应为“名称+八位十六进制编号+base64”", "it should be name+eight hex digits+base64");
        }

        if (parts[1].Length != 8 || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
        {
            return Malformed("编号应为八位十六进制数", "the key id should be eight hex digits");
        }

        if (!Base64.TryDecode(parts[2], 1 + Ed25519.PublicKeyLength, out var bytes) || bytes.Length != 1 + Ed25519.PublicKeyLength)
        {
            return Malformed("公钥应为算法字节加32字节的base64", "the key should be base64 of an algorithm byte and 32 bytes");
        }

        if (!AlgorithmIsKnown(bytes[0]))
        {
            return Malformed($"不支持算法 0x{bytes[0]:x2}（支持 0x01 与 0x04）", $"algorithm 0x{bytes[0]:x2} is not supported (0x01 and 0x04 are)");
        }

        var key = new VerifierKey(parts[0], (KeyAlgorithm)bytes[0], bytes.AsSpan(1));
        return key.Id == id
            ? key
            : Malformed($"编号与公钥不符：应为 {key.Id:x8}", $"the key id does not belong to the key: it should be {key.Id:x8}");
    }

    /// <summary>The same public key for another city of the installation: one key signs for all, under the name <c>origin/city</c> of each.</summary>
    public VerifierKey OfCity(string city) => Named(Name.LastIndexOf('/') is >= 0 and var slash ? $"{Name[..slash]}/{city}" : $"{Name}/{city}");

    /// <summary>The same public key under another name, which is part of the key id.</summary>
    public VerifierKey Named(string name) => new(name, Algorithm, publicKey);

    /// <summary>True if these signature bytes (what follows the key id) sign the note text; for a witness they begin with 8 bytes of time.</summary>
    public bool Verifies(string text, ReadOnlySpan<byte> signature) => Algorithm switch
    {
        KeyAlgorithm.Ed25519 => Ed25519.Verify(publicKey, Encoding.UTF8.GetBytes(text), signature),
        KeyAlgorithm.CosignatureV1 => CosignedAt(signature) is { } at
            && Ed25519.Verify(publicKey, CosignedMessage(text, at), signature[sizeof(long)..]),
    };

    /// <summary>The POSIX seconds a witness put before its signature; null if the bytes are no cosignature.</summary>
    public static long? CosignedAt(ReadOnlySpan<byte> signature) =>
        signature.Length == sizeof(long) + Ed25519.SignatureLength && BinaryPrimitives.ReadInt64BigEndian(signature) is >= 0 and var seconds ? seconds : null;

    /// <summary>What a witness signs (C2SP tlog-cosignature): a header, the time, and the whole text of the note.</summary>
    public static byte[] CosignedMessage(string text, long posixSeconds) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {posixSeconds}\n{text}"));

    /// <summary>True if the text can name a key: not empty, no spaces, no plus sign. How long our own keys' names may be is another question.</summary>
    public static bool NameIsValid([NotNullWhen(true)] string? name) =>
        !string.IsNullOrEmpty(name) && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c));

    public static bool AlgorithmIsKnown(byte algorithm) => Enum.IsDefined((KeyAlgorithm)algorithm);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([(byte)Algorithm, .. publicKey])}");

    private static Fault Malformed(string zh, string en) =>
        new(FaultKind.Invalid, "key.malformed", new($"验证密钥无效：{zh}。", $"This is not a verifier key: {en}."));
}
