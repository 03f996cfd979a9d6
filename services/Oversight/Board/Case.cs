using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Board;

/// <summary>What a case puts into a figure, from this day on.</summary>
internal readonly record struct Part(DateOnly On, decimal Value);

/// <summary>
/// One thing that a figure counts: an enterprise, a project, a contract, a payment, with what it puts above and below the line and the entries that say so. <see cref="Organisation"/> is
/// whose matter it is, where it is anybody's: the enterprise, or the provider in figures about providers.
/// </summary>
internal sealed record Case(string Kind, string Id, string? Organisation, IReadOnlyList<string> Providers, Part? Numerator, Part? Denominator, IReadOnlyList<EntryRef> Entries)
{
    public string? District { get; init; }

    public string? SubIndustry { get; init; }

    /// <summary>As it stood at the end of a day; nothing where it did not count yet.</summary>
    public Case? Until(DateOnly day)
    {
        var (above, below) = (Numerator is { } n && n.On <= day ? Numerator : null, Denominator is { } d && d.On <= day ? Denominator : null);
        return above is null && below is null ? null : this with { Numerator = above, Denominator = below };
    }
}
