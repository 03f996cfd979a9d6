using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.RuleSets;

/// <summary>Reads money beside the renovation: score bands of providers, the diagnosis subsidy, bounds of fines.</summary>
internal static class ReadOtherMoney
{
    public static ProviderAwardRule? Provider(YamlSection? section)
    {
        if (section is null) return null;
        var bands = ImmutableArray.CreateBuilder<ScoreBand>();
        foreach (var item in section.Sections("bands"))
        {
            var band = new ScoreBand(item.Required<ProviderClass>("class"), item.Required<decimal>("scoreFrom"), item.RequiredFigure<Money>("cap"));
            if (band.ScoreFrom > 100m) item.Refuse(item.LineOf("scoreFrom"), "scoreFrom", "评分不超过 100", "a score is at most 100");
            if (bands.Any(b => b.Class == band.Class && (b.ScoreFrom >= band.ScoreFrom || b.Cap.Value > band.Cap.Value)))
                item.Wrong(item.Line, "scoreFrom", "同一类别的分档应按分数从低到高排列，且金额不递减", "the bands of a class rise in score, and their amounts do not fall");
            bands.Add(band);
            item.Done();
        }

        foreach (var kind in Enum.GetValues<ProviderClass>())
            if (bands.All(b => b.Class != kind)) section.Wrong(section.Line, "bands", $"没有 {kind} 类的分档", $"the class {kind} has no band");
        var rule = new ProviderAwardRule(section.RequiredFigure<AwardMode>("mode"), bands.DrainToImmutable());
        section.Done();
        return rule;
    }

    public static DiagnosisRule? Diagnosis(YamlSection? section)
    {
        if (section is null) return null;
        var rule = new DiagnosisRule
        {
            Share = ReadAwardRule.Rate(section, "share"),
            Cap = section.RequiredFigure<Money>("cap"),
            CapPerEnterprise = section.Figure<bool>("capPerEnterprise"),
            LevelMin = ReadAwardRule.LevelFigure(section, "levelMin"),
            Sources = section.Codes<LevelSource>("sources", "values"),
            Pool = section.Figure<Money>("pool"),
            PoolMode = section.Figure<PoolMode>("poolMode"),
        };
        if (rule.Pool is not null && rule.PoolMode is null) section.Refuse(section.LineOf("pool"), "poolMode", "有总额上限就要写明不足时如何分配（poolMode）", "a pool says how it is used up (poolMode)");
        if (rule.Pool?.Value < rule.Cap.Value) section.Refuse(section.LineOf("pool"), "pool", "总额低于单户上限", "the pool is below the cap of one enterprise");
        section.Done();
        return rule;
    }

    public static PenaltyRule? Penalty(YamlSection? section)
    {
        if (section is null) return null;
        var rows = ImmutableArray.CreateBuilder<PenaltyRow>();
        foreach (var item in section.Sections("rows"))
        {
            var row = new PenaltyRow(
                item.Required<PenaltyBasis>("basis"), ReadAwardRule.Rate(item, "fineMin"), ReadAwardRule.Rate(item, "fineMax"), item.Figure<Money>("personMin"), item.Figure<Money>("personMax"));
            if (row.FineMin.Value > row.FineMax.Value) item.Wrong(item.Line, "fineMin", "下限高于上限", "the lower bound is above the upper");
            if (row.PersonMin is null != row.PersonMax is null || row.PersonMin?.Value > row.PersonMax?.Value)
                item.Refuse(item.Line, "personMin", "personMin 与 personMax 应同时写明，且不倒置", "personMin and personMax stand together, the lower first");
            if (rows.Any(r => r.Basis == row.Basis)) item.Wrong(item.Line, "basis", $"{row.Basis} 重复", $"{row.Basis} is ruled twice");
            rows.Add(row);
            item.Done();
        }

        foreach (var basis in Enum.GetValues<PenaltyBasis>())
            if (rows.All(r => r.Basis != basis)) section.Wrong(section.Line, "rows", $"没有规定 {basis}", $"{basis} is not ruled");
        section.Done();
        return new(rows.DrainToImmutable());
    }
}
