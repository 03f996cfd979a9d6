using System.Security.Cryptography;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Tree;

/// <summary>A tree by the words of RFC 6962 §2.1, recursively over all its leaves: the slow twin that the product's tree is compared with.</summary>
internal static class Leaves
{
    /// <summary>The eight leaves that Certificate Transparency's own tests use.</summary>
    public static readonly byte[][] OfCertificateTransparency =
        [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(Convert.FromHexString)];

    public static byte[][] Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => BitConverter.GetBytes(i))];

    public static Hash Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0)
        {
            return Hash.Of(SHA256.HashData([]));
        }

        if (leaves.Length == 1)
        {
            return Hash.Of(SHA256.HashData([0x00, .. leaves[0]]));
        }

        var k = 1;
        while (2 * k < leaves.Length)
        {
            k *= 2;
        }

        return Hash.Of(SHA256.HashData([0x01, .. Root(leaves[..k]).ToArray(), .. Root(leaves[k..]).ToArray()]));
    }

    /// <summary>Stored hashes of the tree; asking for a subtree that it does not hold fails.</summary>
    public static HashAt Source(byte[][] leaves) => (level, index) =>
        Root(leaves.AsSpan(checked((int)(index << level)), 1 << level));

    public static Hash Hex(string hex) => Hash.Of(Convert.FromHexString(hex));
}
