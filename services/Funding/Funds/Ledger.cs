using PilotCity.Defaults;

namespace PilotCity.Funding.Funds;

/// <summary>One posting: the same amount is debited to one account and credited to another, so debits equal credits at any moment.</summary>
internal readonly record struct Posting(string Debit, string Credit, Money Amount);

/// <summary>
/// The balances of a fund's accounts in double entry, whole fen. Origins of money (<c>source:…</c>) grow by debits, all others
/// (where the money is now) by credits; no account goes below zero on its own side.
/// Faults: <c>ledger.amount</c>, <c>ledger.insufficient</c>, <c>ledger.too_large</c>.
/// </summary>
internal sealed class Ledger
{
    private const string Origin = "source:";

    public static readonly Ledger Empty = new([], []);

    // A dozen accounts at most, in the order of their names: looking through them costs less than any index, and a posting copies only the sums.
    private readonly string[] accounts;
    private readonly long[] balances;

    private Ledger(string[] accounts, long[] balances) => (this.accounts, this.balances) = (accounts, balances);

    public IEnumerable<KeyValuePair<string, long>> Balances => accounts.Zip(balances, KeyValuePair.Create);

    /// <summary>The balance on the account's own side, never below zero.</summary>
    public Money this[string account] => Array.IndexOf(accounts, account) is >= 0 and var at ? new(balances[at]) : Money.Zero;

    public Money DebitBalances => Sum(Balances.Where(b => IsOrigin(b.Key)));

    public Money CreditBalances => Sum(Balances.Where(b => !IsOrigin(b.Key)));

    public static bool IsOrigin(string account) => account.StartsWith(Origin, StringComparison.Ordinal);

    /// <summary>All of the postings, or none with the first that cannot be made.</summary>
    public Result<Ledger> Post(params ReadOnlySpan<Posting> postings)
    {
        var after = With(postings);
        foreach (var (debit, credit, amount) in postings)
        {
            if (amount.Fen <= 0) return AmountWrong(amount);
            if ((after.Move(debit, IsOrigin(debit), amount) ?? after.Move(credit, !IsOrigin(credit), amount)) is { } fault) return fault;
        }

        return after;
    }

    /// <summary>A copy that holds every account of these postings.</summary>
    private Ledger With(ReadOnlySpan<Posting> postings)
    {
        var names = accounts;
        foreach (var (debit, credit, _) in postings)
            if (Array.IndexOf(names, debit) < 0 || Array.IndexOf(names, credit) < 0)
                names = [.. names.Append(debit).Append(credit).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new(names, ReferenceEquals(names, accounts) ? [.. balances] : [.. names.Select(n => this[n].Fen)]);
    }

    private Fault? Move(string account, bool grows, Money amount)
    {
        ref var balance = ref balances[Array.IndexOf(accounts, account)];
        var after = grows ? balance + amount.Fen : balance - amount.Fen;
        if (after < 0) return Insufficient(account, new(balance), amount);
        if (after > Money.FenMax) return TooLarge(account);
        balance = after;
        return null;
    }

    public static Fault AmountWrong(Money amount) => new(
        FaultKind.Invalid, "ledger.amount", new($"记账金额必须大于零：{amount} 元。", $"An amount to post is above zero; {amount} is not."));

    public static Fault Insufficient(string account, Money balance, Money amount) => new(
        FaultKind.Refused, "ledger.insufficient",
        new($"账户 {account} 余额 {balance} 元，不足 {amount} 元，账户不得透支。", $"The account {account} holds {balance}, less than {amount}; no account goes below zero."));

    public static Fault TooLarge(string account) => new(
        FaultKind.Refused, "ledger.too_large",
        new($"账户 {account} 将超过上限 {new Money(Money.FenMax)} 元。", $"The account {account} would exceed {new Money(Money.FenMax)}, the largest balance that is kept."));

    private static Money Sum(IEnumerable<KeyValuePair<string, long>> balances) => new(balances.Sum(b => b.Value));
}
