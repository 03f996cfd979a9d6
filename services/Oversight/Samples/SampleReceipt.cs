using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Samples;

/// <summary>
/// A drawn sample with all that its draw stands on, in one JSON file that is checked without a network and without trust in us: both entries word for word with their proofs, the checkpoint, the
/// proof that the root of the draw is that of the log's own tree, and the whole population.
/// </summary>
internal sealed record SampleReceipt(
    string Format, string City, string Sample, string VerifierKey, string Checkpoint, SampleEntry Commitment, SampleEntry Draw, IReadOnlyList<Hash> Consistency, IReadOnlyList<PopulationItem> Population)
{
    public const string FormatNow = "pilot-city-sample@1";

    /// <summary>A hundred thousand items of about two hundred characters, and room.</summary>
    public const int BytesMax = 64 * 1024 * 1024;
}

/// <summary>An entry: its index in the city's tree, its canonical bytes (base64), and the hashes from its sibling up to the root.</summary>
internal sealed record SampleEntry(long Index, string Bytes, IReadOnlyList<Hash> Proof);
