using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Registry.Parties;

/// <summary>
/// Who stands behind an organisation that takes part (关联信息): an enterprise, a provider, an evaluator. Legal representative, phone and address
/// are personal data; the log holds references. Two organisations that share one of them are related (AC14, AC26). Stream <c>party/&lt;organisation&gt;</c>.
/// </summary>
internal sealed record Party(string Org, PersonalRef? Representative, PersonalRef? Phone, PersonalRef? Address, string Source, bool ByBureau)
{
    public static readonly Noun<Party> Noun = new("party", new Party("", null, null, null, "", false), Apply, typeof(PartyDeclared));

    /// <summary>An organisation's name in a token: a credit code, or letters, digits and dashes.</summary>
    public const int OrgLengthMax = 64;

    public static string SubjectOf(string org) => $"party/{org}";

    internal static readonly Fault OrgMalformed = new(
        FaultKind.Invalid, "party.org", new Text($"单位代码应为 1 至 {OrgLengthMax} 位字母、数字或连字符。", $"An organisation is 1 to {OrgLengthMax} ASCII letters, digits or dashes."));

    internal static readonly Fault Empty = new(
        FaultKind.Invalid, "party.empty", new Text("请至少填写法定代表人、电话、地址之一。", "Legal representative, phone or address: at least one is asked for."));

    internal static readonly Fault OnRecord = new(
        FaultKind.Refused, "party.on_record",
        new Text("主管部门已按登记机关信息录入，不能自行更改；有误请联系主管部门。", "The bureau has entered it from the register; it is not changed by the organisation itself. Turn to the bureau if it is wrong."), "AC14");

    internal static bool IsOrg(string org) => org.Length is > 0 and <= OrgLengthMax && org.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static Party Apply(Party party, object happened, EventMeta meta) => happened switch
    {
        PartyDeclared e => new(e.Org, e.Representative, e.Phone, e.Address, e.Source, meta.Actor.Role == Role.BureauOfficer),
        _ => throw new InvalidOperationException($"a party knows no {happened.GetType().Name}"),
    };
}

/// <summary>Who stands behind the organisation, by this source; what was declared before is replaced.</summary>
internal sealed record PartyDeclared(string Org, PersonalRef? Representative, PersonalRef? Phone, PersonalRef? Address, string Source);
