using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Rescorings;

/// <summary>
/// What an instrument that is not yet published would do to the results that were given: who changes level comes first, then who changes the total only, then the
/// sums. A dry run: no result changes. <see cref="OtherInstrument"/> results were given by another instrument or version and left out; <see cref="NotScored"/>
/// ones the changed instrument would refuse, and <see cref="Refused"/> says why for the first of them. The lists hold the first of each kind; the counts hold all.
/// </summary>
internal sealed record Rescoring(
    string Instrument,
    string Sha256,
    AppliedOverride? Override,
    long Results,
    long OtherInstrument,
    long LevelUp,
    long LevelDown,
    long TotalOnly,
    long Same,
    long NotScored,
    IReadOnlyList<LevelMove> Moves,
    IReadOnlyList<LevelResults> Levels,
    Points MeanTotalBefore,
    Points MeanTotalAfter,
    IReadOnlyList<ChangedResult> LevelChanges,
    IReadOnlyList<ChangedResult> TotalChanges,
    IReadOnlyList<RefusedResult> Refused)
{
    /// <summary>Of each list: more nobody reads; whoever wants all of them takes them by level or in parts. Memory stays under some 50 MB.</summary>
    public const int ListedMax = 100_000;
}

/// <summary>So many results move from one level to another.</summary>
internal sealed record LevelMove(int From, int To, long Results);

/// <summary>How many results stand at a level before and after.</summary>
internal sealed record LevelResults(int Level, long Before, long After);

/// <summary>One result that changes, with its entry.</summary>
internal sealed record ChangedResult(
    string City, string Assessment, string Enterprise, string Purpose, string Mode, string Instrument, int LevelBefore, int LevelAfter, Points TotalBefore, Points TotalAfter, long Position);

/// <summary>A result that the changed instrument would refuse to score.</summary>
internal sealed record RefusedResult(string City, string Assessment, string Enterprise, long Position, Defaults.Text Why);

/// <summary>A confirmed result as the log holds it.</summary>
internal readonly record struct StoredResult(string City, long Position, string Stream, byte[] Payload);
