using PilotCity.Contracts.Performance.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Accounts;

/// <summary>Asks Performance for a provider's dossier as it is now; nothing where it has filed none.</summary>
internal delegate ValueTask<Result<GetProviderReply?>> AskProvider(string uscc, CancellationToken ct);

/// <summary>
/// The enterprise or the provider (or the finance bureau for it) registers the account to which awards are paid: it is its own, under the name
/// that Registry or the provider's dossier holds (programme.md S15, AC36). Faults: <c>account.number</c>, <c>account.bank</c>,
/// <c>account.other_name</c>, and those of Registry and Performance.
/// </summary>
internal static class RegisterAccount
{
    public sealed record Body(string AccountName, string AccountNumber, string Bank);

    private static readonly Role[] Writers = [Role.Enterprise, Role.Provider, Role.FinanceOfficer];

    private static readonly Role[] Readers = [Role.Enterprise, Role.Provider, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    internal static Fault OtherEnterprise(string uscc) => SliceFaults.Unknown(Account.Noun.Category, uscc);

    internal static readonly Fault NumberWrong = new(
        FaultKind.Invalid, "account.number", new("银行账号应为 8 至 32 位数字。", "A bank account has 8 to 32 digits."));

    internal static readonly Fault BankWrong = new(
        FaultKind.Invalid, "account.bank", new("开户行应为 1 至 100 个字符。", "The bank's name has 1 to 100 characters."));

    internal static readonly Fault OtherName = new(
        FaultKind.Refused, "account.other_name", new("账户名称与登记名称不一致；奖补只拨付至企业（或规则写明的服务商）本单位账户。", "The account's name is not the registered name; awards go to the enterprise's (or, where the rule says so, the provider's) own account only."), "programme.md S15（AC36）");

    internal static Fault? Check(Body body, string registeredName) =>
        body.AccountNumber.Length is < 8 or > 32 || body.AccountNumber.AsSpan().ContainsAnyExceptInRange('0', '9') ? NumberWrong
        : string.IsNullOrWhiteSpace(body.Bank) || body.Bank.Length > 100 || body.Bank.Any(char.IsControl) ? BankWrong
        : body.AccountName.Trim() != registeredName ? OtherName
        : null;

    internal static void Map(Routes routes)
    {
        routes.Command<Body>("PUT", "/accounts/{uscc}", Writers, async (request, ct) =>
        {
            var uscc = request.Route("uscc");
            if (IsOther(request.Actor, uscc)) return OtherEnterprise(uscc);
            var name = await NameOf(request, uscc, ct);
            if (!name.Ok) return name.Fault;
            if (Check(request.Body, name.Value) is { } fault) return fault;
            var subject = $"account/{uscc}";
            var (refs, rows) = await request.Log.Personal.Seal(request.City, [new(subject, request.Body.AccountName.Trim()), new(subject, request.Body.AccountNumber)], ct);
            var stream = Account.Noun.StreamOf(uscc);
            return new Intent([stream], (_, _) => Decision.Accept(stream, new AccountRegistered(uscc, request.Body.Bank.Trim(), refs[0], refs[1]))) { Personal = rows };
        });
        routes.Get("/accounts/{uscc}", Readers, async (request, _) =>
        {
            var uscc = request.Route("uscc");
            if (IsOther(request.Actor, uscc)) return OtherEnterprise(uscc);
            var account = await request.Load(Account.Noun, uscc);
            if (!account.Ok) return account.Fault;
            return new { account.Value.Uscc, account.Value.Bank, account.Value.Version };
        });
    }

    internal static AskProvider Provider(Peers peers) => async (uscc, ct) => await peers.Ask("performance").Question(
        (channel, options) => new Providers.ProvidersClient(channel).GetProviderAsync(new GetProviderRequest { Provider = uscc }, options), ct);

    /// <summary>The name on record: an enterprise's of this city, a provider's from its dossier; for finance the enterprise goes first.</summary>
    private static async ValueTask<Result<string>> NameOf(Request request, string uscc, CancellationToken ct)
    {
        if (request.Actor.Role != Role.Provider)
        {
            var enterprise = await request.Service<AskEnterprise>()(request.City, uscc, ct);
            if (!enterprise.Ok) return enterprise.Fault;
            if (enterprise.Value is { } known) return known.Name;
            if (request.Actor.Role == Role.Enterprise) return SliceFaults.Unknown("enterprise", uscc);
        }

        var provider = await request.Service<AskProvider>()(uscc, ct);
        return !provider.Ok ? provider.Fault
            : provider.Value is { } filed ? filed.Name
            : SliceFaults.Unknown(request.Actor.Role == Role.Provider ? "provider" : "enterprise", uscc);
    }

    private static bool IsOther(Actor actor, string uscc) => actor.Role is Role.Enterprise or Role.Provider && actor.Org != uscc;
}
