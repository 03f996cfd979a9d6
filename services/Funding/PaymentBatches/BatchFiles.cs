using System.Security.Cryptography;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.BankMessages;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>A payee's account as the bank has to know it.</summary>
internal sealed record OpenedAccount(string Name, string Number, string Bank);

/// <summary>
/// The files of a released batch, in the formats that a bank may ask for; made from the same lines and accounts they are the same bytes, at
/// release (when they are signed) and afterwards (when one is fetched).
/// </summary>
internal static class BatchFiles
{
    public const string Csv = "csv";
    public const string CreditTransfer = "pain.001";

    /// <summary>Personal data that is opened at a time.</summary>
    private const int OpenedMax = 500;

    /// <summary>The id of the payment in a pain.001 that draws on this fund's account: numbered in the order of the lines.</summary>
    public static string PaymentOf(string batch, IEnumerable<BatchLine> lines, string fund) =>
        $"{batch}-P{lines.Select(l => l.Fund).Distinct(StringComparer.Ordinal).ToList().IndexOf(fund) + 1:00}";

    /// <summary>Every format's file; a pain.001 only where every fund has its account registered.</summary>
    public static SortedDictionary<string, byte[]> Of(
        string batch, string purpose, DateTimeOffset releasedAt, IReadOnlyList<BatchLine> lines, IReadOnlyDictionary<string, OpenedAccount> payees, Func<string, FundAccount> fundAccountOf)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [Csv] = PaymentFile.Write(batch, purpose, [.. lines.Select(l => payees[l.To] switch { var to => new Transfer(l.Line, to.Name, to.Number, to.Bank, l.Amount) })]),
        };
        var byFund = lines.GroupBy(l => l.Fund, StringComparer.Ordinal).Select(g => (From: fundAccountOf(g.Key), Lines: g)).ToArray();
        if (byFund.Length > 0 && byFund.All(f => f.From.Number.Length > 0))
            files[CreditTransfer] = CreditTransferFile.Write(batch, purpose, releasedAt, [.. byFund.Select(f => new CreditTransferPayment(
                PaymentOf(batch, lines, f.Lines.Key), f.From.Name, f.From.Number, f.From.Bank,
                [.. f.Lines.Select(l => payees[l.To] switch { var to => new CreditTransfer(l.Line, to.Name, to.Number, to.Bank, l.Amount) })]))]);
        return files;
    }

    public static string Sha256(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    /// <summary>The accounts as they were frozen into these lines, opened from the side table; a payee whose key was destroyed is not in it.</summary>
    public static async Task<IReadOnlyDictionary<string, OpenedAccount>> Payees(Request request, IEnumerable<BatchLine> lines, CancellationToken ct)
    {
        var accounts = new List<Account>();
        foreach (var line in lines.DistinctBy(l => l.To, StringComparer.Ordinal))
        {
            var entries = await request.Log.Stream(request.City, Account.Noun.StreamOf(line.To), null, ct);
            accounts.Add((Account)Account.Noun.Fold(entries.Where(e => e.Version <= line.AccountVersion)));
        }

        var opened = new Dictionary<string, OpenedAccount>(StringComparer.Ordinal);
        foreach (var some in accounts.Chunk(OpenedMax))
        {
            var values = await request.Log.Personal.Open(request.City, [.. some.SelectMany(a => new[] { a.Name!, a.Number! })], ct);
            foreach (var account in some)
                if (values.TryGetValue(account.Name!.Ref, out var name) && values.TryGetValue(account.Number!.Ref, out var number)) opened[account.Uscc] = new(name, number, account.Bank);
        }

        return opened;
    }
}
