using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// A reference under which the bank paid a line: one of the city's lines and no other, over all batches (AC36). Stream
/// <c>bank-reference/&lt;first 32 digits of its SHA-256&gt;</c>: the bank's texts are no names of streams.
/// </summary>
internal sealed record BankReference(string Batch, string Line)
{
    private static readonly BankReference Initial = new("", "");

    public static readonly Noun<BankReference> Noun = new("bank-reference", Initial, Apply, typeof(BankReferenceUsed));

    public static string IdOf(string reference) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reference)))[..32];

    public static string StreamOf(string reference) => Noun.StreamOf(IdOf(reference));

    /// <summary>Whether another line than this was paid under the reference.</summary>
    public bool UsedBesides(string batch, string line) => Line.Length > 0 && (Batch, Line) != (batch, line);

    private static BankReference Apply(BankReference reference, object happened, EventMeta meta) => happened switch
    {
        BankReferenceUsed e => new(e.Batch, e.Line),
        _ => throw new InvalidOperationException($"a bank's reference knows no {happened.GetType().Name}"),
    };
}

/// <summary>The bank paid this line under this reference.</summary>
internal sealed record BankReferenceUsed(string Reference, string Batch, string Line);
