using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Reports;

/// <summary>What the words of an assessment are called on paper.</summary>
internal static class Wording
{
    public static Text Of(Mode mode) => mode switch
    {
        Mode.Self => new("企业自测", "self-assessment by the enterprise"),
        Mode.ThirdParty => new("第三方现场评定", "on-site assessment by a third party"),
        Mode.Official => new("主管部门评定", "official assessment by the bureau"),
    };

    public static Text Of(Purpose purpose) => purpose switch
    {
        Purpose.Voluntary => new("自愿测评", "voluntary"),
        Purpose.Before => new("改造前", "before the transformation"),
        Purpose.After => new("改造后", "after the transformation"),
        Purpose.Reassessment => new("复评", "reassessment"),
    };

    /// <summary>What must not be overlooked: a self-assessment was seen by nobody else (工信厅企业〔2024〕56号: pilot enterprises are assessed on site).</summary>
    public static Text MarkOf(Mode mode) => Assessments.Assessment.IsIndependent(mode)
        ? Of(mode)
        : new("企业自测，未经现场评定", "Self-assessment: nobody has verified it on site");

    /// <summary>A level by its name; by its number where the instrument gives none.</summary>
    public static Text LevelOf(int level, Text? name) => name ?? new($"等级 {level}", $"level {level}");
}
