using System.CommandLine;
using PilotCity.Defaults.Identity;

namespace PilotCity.City;

/// <summary>
/// <c>./city token ACCOUNT</c>: a token signed with the data folder's own key, for whoever can read that key. The way in on a machine that has
/// no OpenID Connect provider, and where the demonstration's sign-in is off.
/// </summary>
internal static class Token
{
    internal static Command Command()
    {
        var data = DataFolder.Option();
        var account = new Argument<string>(Say.Of("账户", "ACCOUNT")) { Description = Say.Of("演示账户名（见 --list），或 enterprise / provider", "a demonstration account (see --list), or enterprise / provider"), Arity = ArgumentArity.ZeroOrOne };
        var org = new Option<string?>("--org") { Description = Say.Of("企业或服务商的统一社会信用代码", "the credit code of the enterprise or provider") };
        var list = new Option<bool>("--list") { Description = Say.Of("列出演示账户", "list the demonstration accounts") };
        var command = new Command("token", Say.Of("用数据目录中的密钥签发访问令牌", "sign an access token with the data folder's key")) { account, org, list, data };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(list))
            {
                foreach (var known in DemonstrationAccounts.All)
                {
                    Console.WriteLine($"{known.Account,-28} {known.City} {known.Org,-18} {string.Join(", ", known.Roles.Select(r => r.Word()))}");
                }

                return 0;
            }

            var name = parsed.GetValue(account);
            var signIn = name is "enterprise" or "provider" && Roles.TryParse(name, out var role)
                ? new DemonstrationSignIn(Role: role, Org: parsed.GetValue(org))
                : new DemonstrationSignIn(Account: name);
            var found = DemonstrationIssuer.Find(signIn);
            if (!found.Ok)
            {
                Console.Error.WriteLine(Say.Of(found.Fault.Message));
                return 2;
            }

            using var issuer = DemonstrationIssuer.Open(parsed.GetRequiredValue(data), TimeProvider.System);
            Console.WriteLine(issuer.Token(found.Value));
            return 0;
        });
        return command;
    }
}
