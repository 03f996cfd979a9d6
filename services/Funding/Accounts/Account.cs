using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.Accounts;

/// <summary>
/// The bank account to which an enterprise, or a provider where the rule pays it, is paid. Its name and number are personal data: the log holds references, the side table the
/// values. <see cref="Version"/> is what a payment batch freezes (AC36). Stream <c>account/&lt;credit code&gt;</c>.
/// </summary>
internal sealed record Account(string Uscc, string Bank, PersonalRef? Name, PersonalRef? Number, long Version)
{
    private static readonly Account Initial = new("", "", null, null, 0);

    public static readonly Noun<Account> Noun = new("account", Initial, Apply, typeof(AccountRegistered));

    public static Fault Erased(string uscc) => new(
        FaultKind.Refused, "account.erased", new($"单位 {uscc} 的账户信息已删除，请重新登记。", $"The account of {uscc} was erased; register it again."));

    private static Account Apply(Account account, object happened, EventMeta meta) => happened switch
    {
        AccountRegistered e => new(e.Enterprise, e.Bank, e.Name, e.Number, meta.Version),
        _ => throw new InvalidOperationException($"an account knows no {happened.GetType().Name}"),
    };
}

/// <summary>An account was entered, or replaced the one before.</summary>
internal sealed record AccountRegistered(string Enterprise, string Bank, PersonalRef Name, PersonalRef Number);
