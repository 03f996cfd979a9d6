using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;

namespace PilotCity.Funding.Claims;

/// <summary>What a claim stands on and may be claimed once for: an invoice, a contract, a transfer.</summary>
internal enum MarkKind { Invoice, Contract, Transfer }

/// <summary>Something claimed, as other cities may know it: HMAC-SHA256 under the cities' key, cut to 32 hexadecimal digits.</summary>
internal readonly record struct Mark(MarkKind Kind, string Fingerprint);

/// <summary>
/// Makes the salted fingerprints by which cities compare claims without showing them to each other (AC08, AC30). Cities that compare share the
/// key: the setting <c>Claims:Key</c>, handed to them by whoever runs the comparison; without it the cities of one installation compare under a
/// key of their own. Without the key a fingerprint tells nothing, not even whether a known invoice is meant.
/// </summary>
internal sealed class Fingerprints
{
    public const string KeySetting = "Claims:Key";

    private const int KeyBytesMin = 32;
    internal const int Digits = 32;

    /// <summary>Shorter ones are no invoice's number, and would be the same in many cities.</summary>
    private const int InvoiceDigitsMin = 8;

    private readonly byte[] key;

    public Fingerprints(byte[] key)
    {
        this.key = key;
        KeyId = Hash("key")[..8];
    }

    /// <summary>Tells one key from another: fingerprints under another key never meet.</summary>
    public string KeyId { get; }

    public static Fingerprints Of(IConfiguration settings)
    {
        var own = settings[KeySetting] is { Length: > 0 } text ? Encoding.UTF8.GetBytes(text) : null;
        return own is null ? new(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(settings.Required(ServiceToken.KeySetting, "a secret that all services share")), KeyBytesMin, info: "pilot-city claims"u8.ToArray()))
            : own.Length >= KeyBytesMin ? new(own)
            : throw new SettingException(KeySetting, $"is shorter than {KeyBytesMin} bytes; all cities that compare claims share one, e.g. from: openssl rand -base64 32");
    }

    /// <summary>Every invoice, contract and transfer of a project, each once.</summary>
    public IReadOnlyList<Mark> Of(GetProjectReply project) =>
    [
        .. project.Lines.Where(l => l.HasInvoiceNumber && l.InvoiceNumber.Length >= InvoiceDigitsMin).Select(l => Invoice(l.InvoiceNumber))
            .Concat(project.Contracts.Where(c => c.HasProvider && c.HasSignedOn && c.HasAmountFen).Select(c => Contract(project.EnterpriseUscc, c.Provider, c.Id, c.SignedOn, c.AmountFen)))
            .Concat(project.Lines.SelectMany(l => l.Payments).Where(p => p.HasReference).Select(p => Transfer(p.Reference)))
            .Distinct(),
    ];

    internal Mark Invoice(string number) => new(MarkKind.Invoice, Hash($"invoice|{number}"));

    internal Mark Contract(string enterprise, string provider, string id, string signedOn, long amountFen) =>
        new(MarkKind.Contract, Hash(string.Create(CultureInfo.InvariantCulture, $"contract|{enterprise}|{provider}|{id}|{signedOn}|{amountFen}")));

    internal Mark Transfer(string reference) => new(MarkKind.Transfer, Hash($"transfer|{reference}"));

    private string Hash(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)))[..Digits];
}
