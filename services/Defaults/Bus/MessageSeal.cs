using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Contracts;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// By which a follower knows a message of one of our own services: an HMAC-SHA256 over all its fields, in a header. Whoever reaches the
/// broker without the services' key may replay what was once said, which changes nothing, but cannot put entries of its own into a log's
/// place: an entry that continues a chain is easily made by somebody who has read the chain.
/// </summary>
internal sealed class MessageSeal
{
    public const string Header = "pilot-city-seal";

    private readonly byte[] key;

    /// <summary>By the key that all services share; what is sealed here is no token and the other way round, because each has a key of its own made from it.</summary>
    public MessageSeal(ReadOnlySpan<byte> serviceKey) => key = HMACSHA256.HashData(serviceKey, "pilot-city message seal 1"u8);

    public string Make(EntriesAppended message) => Convert.ToBase64String(Compute(message));

    /// <summary>Whatever a stranger may have sent: fields and seal may be missing.</summary>
    public bool Holds(EntriesAppended? message, string? seal)
    {
        if (message is not { Service: not null, City: not null, Batch: not null } || seal is null)
        {
            return false;
        }

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(seal, given, out var length) && length == given.Length && CryptographicOperations.FixedTimeEquals(given, Compute(message));
    }

    private byte[] Compute(EntriesAppended message)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Append(hmac, Encoding.UTF8.GetBytes(message.Service));
        Append(hmac, Encoding.UTF8.GetBytes(message.City));
        Append(hmac, message.From);
        Append(hmac, message.To);
        Append(hmac, message.Batch);
        return hmac.GetHashAndReset();
    }

    private static void Append(IncrementalHash hmac, byte[] bytes)
    {
        Append(hmac, bytes.Length);
        hmac.AppendData(bytes);
    }

    private static void Append(IncrementalHash hmac, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hmac.AppendData(bytes);
    }
}
