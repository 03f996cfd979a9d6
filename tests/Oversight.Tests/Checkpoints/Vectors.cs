using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Tests.Checkpoints;

/// <summary>A log of one entry (<c>hello</c>), its checkpoint and a witness's cosignature, made with another implementation of Ed25519 from the seeds below.</summary>
internal static class Vectors
{
    public const string Origin = "pilot-city.example/350800";

    public const string LogKey = "pilot-city.example/350800+f7834f5b+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

    public const string WitnessKey = "audit.example/w1+c2fa1a02+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";

    public const string Text = "pilot-city.example/350800\n1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n";

    public const string LogLine =
        "— pilot-city.example/350800 94NPWyDm6oQMJkcAtw6Ett9Sip7CG0IRLsta9eCNSr2q85jTIUE0NH3GnQhcYYrBK0Ks26eWipRW67SX5CjBkmKevwA=\n";

    public const string WitnessLine =
        "— audit.example/w1 wvoaAgAAAABpVbkAVGRcgV36+y6SeFn30fsv8RPrM1R2REKQu2mg9t8ai1QH//BW240Us3fTH6C+MW/nClt9RnfuxZBeK0kFAj3pAQ==\n";

    public const string Note = $"{Text}\n{LogLine}{WitnessLine}";

    /// <summary>The moment in the witness's line.</summary>
    public static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static SignerKey Log => new(Origin, KeyAlgorithm.Ed25519, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public static SignerKey Witness => new("audit.example/w1", KeyAlgorithm.CosignatureV1, [.. Enumerable.Range(32, 32).Select(i => (byte)i)]);
}
