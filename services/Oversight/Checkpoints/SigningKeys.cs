using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// Which keys sign a city's checkpoints (签署密钥), as the log itself tells it: every change of them is an entry, so the tree grows by it and the next checkpoint is signed by the keys of now. While a key is
/// changed the one before signs that checkpoint too, and with it what the entry says. Stream <c>signing-keys/log</c>.
/// </summary>
internal sealed record SigningKeys(IReadOnlyList<string> Signing, IReadOnlyList<string> Earlier)
{
    public const string Id = "log";

    public static readonly Noun<SigningKeys> Noun = new("signing-keys", new([], []), Apply, typeof(SigningKeysChanged));

    private static SigningKeys Apply(SigningKeys keys, object happened, EventMeta meta) => happened switch
    {
        SigningKeysChanged e => new(e.Signing, e.Earlier),
        _ => throw new InvalidOperationException($"signing keys know no {happened.GetType().Name}"),
    };
}

/// <summary>The verifier keys that sign from now on, the newest first, and those that signed before them.</summary>
internal sealed record SigningKeysChanged(IReadOnlyList<string> Signing, IReadOnlyList<string> Earlier);
