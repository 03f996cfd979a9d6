using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Reports;

/// <summary>What the words of an assessment are called on paper.</summary>
internal static class Wording
{
    public static Text Of(Mode mode) => mode switch
    {
        Mode.Self => new("企业自测", "self-assessment by the enterprise"),
        Mode.ProviderAssisted => new("服务商协助、企业确认的测评", "assessment filled in with a provider and confirmed by the enterprise"),
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

    /// <summary>Whether the result stands, as of the state that was read.</summary>
    public static Text Of(AssessmentStatus status) => status switch
    {
        AssessmentStatus.Confirmed => new("有效", "valid"),
        AssessmentStatus.Objected => new("企业已提出异议，正在处理", "valid; the enterprise objects and a decision is awaited"),
        AssessmentStatus.Corrected => new("已被更正，不再有效", "no longer valid: corrected"),
        AssessmentStatus.Draft or AssessmentStatus.Submitted or AssessmentStatus.Returned or AssessmentStatus.SetAside or AssessmentStatus.Refused => new("不是有效结果", "not a result"),
    };

    /// <summary>What must not be overlooked: a self-assessment was seen by nobody else (工信厅企业〔2024〕56号: pilot enterprises are assessed on site).</summary>
    public static Text MarkOf(Mode mode) => Assessments.Assessment.IsIndependent(mode)
        ? Of(mode)
        : mode == Mode.ProviderAssisted
            ? new("服务商协助测评，未经现场评定", "Filled in with a provider: nobody has verified it on site")
            : new("企业自测，未经现场评定", "Self-assessment: nobody has verified it on site");

    /// <summary>A level by its name; by its number where the instrument gives none.</summary>
    public static Text LevelOf(int level, Text? name) => name ?? new($"等级 {level}", $"level {level}");
}
