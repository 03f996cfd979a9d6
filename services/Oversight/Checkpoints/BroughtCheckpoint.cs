using PilotCity.Defaults;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// The checkpoint that a file brings along for its proofs (a receipt, an export, a sample), with the key that signed it: trusted where the verifier has the key from elsewhere, and in any case
/// of the city that the file is about.
/// </summary>
internal static class BroughtCheckpoint
{
    /// <summary>Faults: those of keys, notes and checkpoints, <paramref name="keyOther"/>, <paramref name="cityOther"/>.</summary>
    /// <param name="wrong">Makes the file's refusal of a code and what is wrong, in Chinese and English.</param>
    public static Result<(Checkpoint Checkpoint, VerifierKey Key)> Open(
        string verifierKey, string note, string city, VerifierKeys? trusted, string keyOther, string cityOther, Func<string, string, string, Fault> wrong)
    {
        var parsed = VerifierKey.Parse(verifierKey);
        if (!parsed.Ok)
        {
            return parsed.Fault;
        }

        var key = parsed.Value;
        if (trusted is not null && !trusted.Contains(key))
        {
            // While a city changes its key both sign: who has only the other one needs no more than that.
            if (trusted.All.FirstOrDefault(t => t.Name == key.Name && Checkpoint.Open(note, t.Name, [t], []).Ok) is not { } other)
            {
                return wrong(
                    keyOther,
                    $"所用的密钥 {key} 不在所给的 {trusted} 之中；如该市已更换密钥，请另行向其取得新公钥",
                    $"its key {key} is not among those given: {trusted}; if the city has changed its key, take the new one from the city in another way");
            }

            key = other;
        }

        var opened = Checkpoint.Open(note, key.Name, [key], []);
        if (!opened.Ok)
        {
            return opened.Fault;
        }

        return key.Name.EndsWith($"/{city}", StringComparison.Ordinal)
            ? (opened.Value.Checkpoint, key)
            : wrong(cityOther, $"检查点属于日志 {key.Name}，不是城市 {city} 的", $"its checkpoint is of the log {key.Name}, not of the city {city}");
    }
}
