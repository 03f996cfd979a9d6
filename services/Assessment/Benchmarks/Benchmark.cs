using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Benchmarks;

/// <summary>
/// How the city's enterprises stand together and by district, sub-industry and size class, by one instrument, purpose and way of determining. Groups under five
/// are hidden, and so are those from which such a group would follow.
/// </summary>
internal sealed record Benchmark(
    string Instrument,
    Purpose Purpose,
    Basis Basis,
    DateTimeOffset At,
    DateTimeOffset GroupsAt,
    int GroupMin,
    GroupFigures City,
    IReadOnlyList<DivisionFigures> Divisions,
    IReadOnlyList<LevelShare> Levels,
    IReadOnlyList<ReferenceSeries> References)
{
    public Text Note { get; } = new(
        $"少于 {SuppressGroups.GroupMin} 家企业的分组不显示；为防止由合计相减推出，其他分组也可能不显示。",
        $"Groups of fewer than {SuppressGroups.GroupMin} enterprises are not shown; others may be hidden so that these do not follow by subtraction.");
}

/// <summary>Whose results are counted: bases are never added up, so that none follows from the others.</summary>
internal enum Basis
{
    /// <summary>The enterprises' own view.</summary>
    Self,

    /// <summary>What a provider filled in and the enterprise pledged.</summary>
    ProviderAssisted,

    /// <summary>Determined by an evaluator or the bureau.</summary>
    OnSite,
}

/// <summary>By what enterprises are grouped.</summary>
internal enum Division
{
    District,
    SubIndustry,
    Size,
}

/// <summary>The groups of one division.</summary>
internal sealed record DivisionFigures(Division By, IReadOnlyList<GroupFigures> Groups);

/// <summary>Enterprises of a group and the mean of their results, rounded half up to two decimals; only its name where it is hidden.</summary>
/// <param name="Group">District code, sub-industry or size class; absent for the whole city, and empty where Registry has none.</param>
internal sealed record GroupFigures(string? Group, bool Shown, int? N = null, Points? MeanTotal = null, decimal? MeanLevel = null, IReadOnlyDictionary<string, Points>? MeanScores = null);

/// <summary>How many of the city stand at a level; the share in percent, to one decimal.</summary>
internal sealed record LevelShare(int Level, bool Shown, int? N, decimal? Percent);

/// <summary>One enterprise's result that counts, with the groups to which it belongs.</summary>
internal sealed record BenchmarkMember(AssessmentRow Row, EnterpriseGroups Groups);

/// <summary>The groups of an enterprise as Registry tells them; empty where it has none on record.</summary>
internal sealed record EnterpriseGroups(string District, string SubIndustry, string Size)
{
    public static readonly EnterpriseGroups Unknown = new("", "", "");
}
