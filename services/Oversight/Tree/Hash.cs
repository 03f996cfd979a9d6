using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace PilotCity.Oversight.Tree;

/// <summary>A SHA-256 value as the tree holds it: 32 bytes, compared by value. As text it is standard base64, the form of checkpoints and proofs.</summary>
[JsonConverter(typeof(HashJson))]
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct Hash
{
    public const int Length = 32;

    // Four machine words hold the bytes in their order, so that equality is four comparisons and a tile is one block of memory.
    private readonly ulong a, b, c, d;

    public static Hash Of(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
            ? MemoryMarshal.Read<Hash>(bytes)
            : throw new ArgumentException($"a hash has {Length} bytes, not {bytes.Length}", nameof(bytes));

    /// <summary>Reads canonical standard base64 of exactly 32 bytes.</summary>
    public static bool TryParse(ReadOnlySpan<char> base64, out Hash hash)
    {
        hash = default;
        if (!Base64.TryDecode(base64, Length, out var bytes) || bytes.Length != Length)
        {
            return false;
        }

        hash = Of(bytes);
        return true;
    }

    public void CopyTo(Span<byte> bytes) => MemoryMarshal.Write(bytes, in this);

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public string ToHex() => Convert.ToHexStringLower(ToArray());

    public override string ToString() => Convert.ToBase64String(ToArray());
}

/// <summary>Standard base64 (RFC 4648 §4) in its one canonical spelling: padded, without whitespace, with unused bits zero; so a text has one reading and bytes one text.</summary>
internal static class Base64
{
    public static bool TryDecode(ReadOnlySpan<char> text, int bytesMax, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 != 0 || text.Length / 4 * 3 > bytesMax + 2)
        {
            return false;
        }

        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, buffer, out var length) || length > bytesMax)
        {
            return false;
        }

        var decoded = buffer.AsSpan(0, length).ToArray();
        if (!text.SequenceEqual(Convert.ToBase64String(decoded)))
        {
            return false;
        }

        bytes = decoded;
        return true;
    }
}
