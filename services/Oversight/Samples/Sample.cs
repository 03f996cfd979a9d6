using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Samples;

/// <summary>How items are drawn (审计抽样): each alike, each fen alike, or by how much was found about them.</summary>
internal enum SampleMethod
{
    Simple,
    MonetaryUnit,
    RiskWeighted,
}

/// <summary>
/// A sample for an audit. First its auditor commits: the question, its whole answer as a hash, the method, and the hash of a seed that only the auditor knows. Then the seed is shown and
/// mixed with the root of the tree that first holds the commitment: the auditor could not know that root, and the city could not know the seed, so neither chose what was drawn. A commitment that
/// was never drawn stays visible. Stream <c>sample/&lt;id&gt;</c>.
/// </summary>
internal sealed record Sample(string Id, SampleCommitted? Committed, string By, DateTimeOffset CommittedAt)
{
    /// <summary>More than an auditor looks at one by one, and an entry holds them.</summary>
    public const int SizeMax = 300;

    public static readonly Noun<Sample> Noun = new("sample", new Sample("", null, "", default), Apply, typeof(SampleCommitted), typeof(SampleDrawn));

    public SampleDrawn? Drawn { get; init; }

    public DateTimeOffset? DrawnAt { get; init; }

    private static Sample Apply(Sample sample, object happened, EventMeta meta) => happened switch
    {
        SampleCommitted e => new(meta.Stream[(meta.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..], e, meta.Actor.Sub, meta.At),
        SampleDrawn e => sample with { Drawn = e, DrawnAt = meta.At },
        _ => throw new InvalidOperationException($"a sample knows no {happened.GetType().Name}"),
    };
}

/// <summary>
/// What will be drawn from, and how: the question, the entries of the tree that answer it (the first <see cref="TreeSize"/>), how many items that gives, their sum and the SHA-256 of their
/// listing, all before anybody knows the draw. <see cref="SeedSha256"/> is the hash of the 32 bytes of the seed.
/// </summary>
internal sealed record SampleCommitted(
    string Purpose, SampleMethod Method, int Size, PopulationQuery Population, long TreeSize, int Items, Money Total, string PopulationSha256, string SeedSha256);

/// <summary>The seed is shown: <see cref="Root"/> is that of the tree of the first <see cref="RootSize"/> entries, of which the commitment is the last. Items in the order in which they were drawn.</summary>
internal sealed record SampleDrawn(string Seed, long RootSize, string Root, IReadOnlyList<DrawnItem> Items);

/// <summary>An item that was drawn; <see cref="Hits"/> where more than one monetary unit of it was.</summary>
internal sealed record DrawnItem(string Item, Money Amount, int? Hits = null);
