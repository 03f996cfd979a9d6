using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.Awards;

/// <summary>
/// What one enterprise was awarded over all its projects: the cap holds per enterprise (programme.md Q29, AC17).
/// Stream <c>enterprise-award/&lt;credit code&gt;</c>.
/// </summary>
internal sealed record EnterpriseAwards(int Projects, Money Awarded, long Position, long Version)
{
    private static readonly EnterpriseAwards Initial = new(0, Money.Zero, 0, 0);

    public static readonly Noun<EnterpriseAwards> Noun = new("enterprise-award", Initial, Apply, typeof(EnterpriseAwarded), typeof(EnterpriseAwardReduced));

    private static EnterpriseAwards Apply(EnterpriseAwards awards, object happened, EventMeta meta) => happened switch
    {
        EnterpriseAwarded e => new(awards.Projects + 1, awards.Awarded + e.Amount, meta.Position, meta.Version),
        EnterpriseAwardReduced e => new(awards.Projects, awards.Awarded - e.Amount, meta.Position, meta.Version),
        _ => throw new InvalidOperationException($"an enterprise's awards know no {happened.GetType().Name}"),
    };
}

/// <summary>One more project of the enterprise was awarded this much.</summary>
internal sealed record EnterpriseAwarded(string Enterprise, string Award, Money Amount);

/// <summary>So much of one of its awards was taken back or given up again; the project stays counted.</summary>
internal sealed record EnterpriseAwardReduced(string Enterprise, string Award, Money Amount);
