using PilotCity.Defaults;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// The keys that a verifier trusts for a log: after a rotation the one that signs now and those before it, so that checkpoints of then still verify. As text one key a line, as
/// <c>GET …/key</c> answers.
/// </summary>
internal sealed class VerifierKeys(IReadOnlyList<VerifierKey> all)
{
    /// <summary>A key a year for longer than the records are kept.</summary>
    public const int CountMax = 64;

    public IReadOnlyList<VerifierKey> All => all;

    public static implicit operator VerifierKeys(VerifierKey key) => new([key]);

    /// <summary>Faults: those of a key, <c>key.too_many</c>.</summary>
    public static Result<VerifierKeys> Parse(string text)
    {
        var lines = text.Split('\n', CountMax + 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length > CountMax)
        {
            return new Fault(FaultKind.Invalid, "key.too_many", new($"验证公钥至多 {CountMax} 个。", $"There are at most {CountMax} verifier keys."));
        }

        var keys = new List<VerifierKey>();
        foreach (var line in lines.DefaultIfEmpty(""))
        {
            var key = VerifierKey.Parse(line);
            if (!key.Ok)
            {
                return key.Fault;
            }

            keys.Add(key.Value);
        }

        return new VerifierKeys(keys);
    }

    public bool Contains(VerifierKey key) => all.Any(k => k.ToString() == key.ToString());

    /// <summary>The same keys under the name of another city of their installation.</summary>
    public VerifierKeys OfCity(string city) => new([.. all.Select(k => k.OfCity(city))]);

    /// <summary>One key signs for every city of an installation: the verifier may have it under the name of another one.</summary>
    public VerifierKeys ForOrigin(string origin) => !VerifierKey.NameIsValid(origin) || origin.Length > VerifierKey.NameLengthMax
        ? this
        : new([.. all.Select(k => k.Name == origin ? k : k.OfCity(origin[(origin.LastIndexOf('/') + 1)..]))]);

    public override string ToString() => string.Join("\n", all);
}
