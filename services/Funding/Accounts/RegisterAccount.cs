using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Accounts;

/// <summary>
/// The enterprise (or the finance bureau for it) registers the account to which awards are paid: it is the enterprise's own, under the name
/// that Registry holds (programme.md S15, AC36). Faults: <c>account.other_enterprise</c>, <c>account.number</c>, <c>account.bank</c>,
/// <c>account.other_name</c>, and those of Registry.
/// </summary>
internal static class RegisterAccount
{
    public sealed record Body(string AccountName, string AccountNumber, string Bank);

    private static readonly Role[] Readers = [Role.Enterprise, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    internal static Fault OtherEnterprise(string uscc) => SliceFaults.Unknown(Account.Noun.Category, uscc);

    internal static readonly Fault NumberWrong = new(
        FaultKind.Invalid, "account.number", new("银行账号应为 8 至 32 位数字。", "A bank account has 8 to 32 digits."));

    internal static readonly Fault BankWrong = new(
        FaultKind.Invalid, "account.bank", new("开户行应为 1 至 100 个字符。", "The bank's name has 1 to 100 characters."));

    internal static readonly Fault OtherName = new(
        FaultKind.Refused, "account.other_name", new("账户名称与企业登记名称不一致；奖补只拨付至企业本单位账户。", "The account's name is not the enterprise's registered name; awards go to its own account only."), "programme.md S15（AC36）");

    internal static Fault? Check(Body body, string registeredName) =>
        body.AccountNumber.Length is < 8 or > 32 || body.AccountNumber.AsSpan().ContainsAnyExceptInRange('0', '9') ? NumberWrong
        : string.IsNullOrWhiteSpace(body.Bank) || body.Bank.Length > 100 || body.Bank.Any(char.IsControl) ? BankWrong
        : body.AccountName.Trim() != registeredName ? OtherName
        : null;

    internal static void Map(Routes routes)
    {
        routes.Command<Body>("PUT", "/accounts/{uscc}", [Role.Enterprise, Role.FinanceOfficer], async (request, ct) =>
        {
            var uscc = request.Route("uscc");
            if (request.Actor.Role == Role.Enterprise && request.Actor.Org != uscc) return OtherEnterprise(uscc);
            var enterprise = await GatherFacts.Enterprise(request.Service<AskEnterprise>(), request.City, uscc, ct);
            if (!enterprise.Ok) return enterprise.Fault;
            if (Check(request.Body, enterprise.Value.Name) is { } fault) return fault;
            var subject = $"account/{uscc}";
            var (refs, rows) = await request.Log.Personal.Seal(request.City, [new(subject, request.Body.AccountName.Trim()), new(subject, request.Body.AccountNumber)], ct);
            var stream = Account.Noun.StreamOf(uscc);
            return new Intent([stream], (_, _) => Decision.Accept(stream, new AccountRegistered(uscc, request.Body.Bank.Trim(), refs[0], refs[1]))) { Personal = rows };
        });
        routes.Get("/accounts/{uscc}", Readers, async (request, _) =>
        {
            var uscc = request.Route("uscc");
            if (request.Actor.Role == Role.Enterprise && request.Actor.Org != uscc) return OtherEnterprise(uscc);
            var account = await request.Load(Account.Noun, uscc);
            if (!account.Ok) return account.Fault;
            return new { account.Value.Uscc, account.Value.Bank, account.Value.Version };
        });
    }
}
