using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Accounts;

/// <summary>
/// The finance bureau's approver enters the account that a fund pays from. Faults: <c>fund.unknown</c>, <c>fund_account.name</c>,
/// <c>account.number</c>, <c>account.bank</c>.
/// </summary>
internal static class RegisterFundAccount
{
    public sealed record Body(string Name, string Bank, string Number);

    private static readonly Role[] Readers = [Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    /// <summary>The accounts, to find whose a statement is.</summary>
    internal static readonly ReadModel<FundAccount> Model = new(
        "fund_account", 1, FundAccount.Noun, account => account, new("number", "账号", a => a.Number), new("name", "户名", a => a.Name), new("bank", "开户行", a => a.Bank));

    internal static readonly Fault NameWrong = new(
        FaultKind.Invalid, "fund_account.name", new("户名应为 1 至 100 个字符。", "The account's name has 1 to 100 characters."));

    internal static Decision Decide(Fund fund, Body body) =>
        string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > 100 ? NameWrong
        : RegisterAccount.Check(new(body.Name, body.Number, body.Bank), body.Name.Trim()) is { } fault ? fault
        : Decision.Accept(FundAccount.Noun.StreamOf(fund.Id), new FundAccountRegistered(fund.Id, body.Name.Trim(), body.Bank.Trim(), body.Number));

    internal static void Map(Routes routes)
    {
        routes.Command<Body>("PUT", "/funds/{id}/account", [Role.FinanceApprover], request => request.On(
            Fund.Noun, request.Route("id"), [FundAccount.Noun.StreamOf(request.Route("id"))], (fund, _, _) => Decide(fund, request.Body)));
        routes.Get("/funds/{id}/account", Readers, async (request, _) =>
        {
            var account = await request.Load(FundAccount.Noun, request.Route("id"));
            if (!account.Ok) return account.Fault;
            return account.Value;
        });
        routes.List("/fund-accounts", Readers, Model);
    }
}
