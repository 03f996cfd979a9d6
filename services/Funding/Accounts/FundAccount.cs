using PilotCity.Defaults.Log;

namespace PilotCity.Funding.Accounts;

/// <summary>
/// The account of the treasury or the finance bureau that a fund pays from: a public body's, so it stands in the log itself. A pain.001 draws on
/// it, and a statement of it is held against the batches. Stream <c>fund-account/&lt;fund id&gt;</c>.
/// </summary>
internal sealed record FundAccount(string Fund, string Name, string Bank, string Number)
{
    private static readonly FundAccount Initial = new("", "", "", "");

    public static readonly Noun<FundAccount> Noun = new("fund-account", Initial, Apply, typeof(FundAccountRegistered));

    private static FundAccount Apply(FundAccount account, object happened, EventMeta meta) => happened switch
    {
        FundAccountRegistered e => new(e.Fund, e.Name, e.Bank, e.Number),
        _ => throw new InvalidOperationException($"a fund's account knows no {happened.GetType().Name}"),
    };
}

/// <summary>A fund's account was entered, or replaced the one before.</summary>
internal sealed record FundAccountRegistered(string Fund, string Name, string Bank, string Number);
