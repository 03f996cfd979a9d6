namespace PilotCity.Defaults.Identity;

/// <summary>One account of the demonstration: an id that says what it is, and the claims its tokens carry.</summary>
public sealed record DemonstrationAccount(string Account, string Org, string City, IReadOnlyList<Role> Roles);

/// <summary>The people of a demonstration city: two for every step that needs two persons, one office per district.</summary>
public static class DemonstrationAccounts
{
    public const string City = "350800";

    /// <summary>The nation, where provider dossiers live.</summary>
    public const string Nation = "000000";

    /// <summary>新罗, 永定, 长汀, 上杭, 武平, 连城, 漳平.</summary>
    private static readonly string[] Districts = ["350802", "350803", "350821", "350823", "350824", "350825", "350881"];

    public static readonly IReadOnlyList<DemonstrationAccount> All =
    [
        new("bureau-officer-1", "350800-bureau", City, [Role.BureauOfficer]),
        new("bureau-officer-2", "350800-bureau", City, [Role.BureauOfficer]),
        new("bureau-approver-1", "350800-bureau", City, [Role.BureauApprover]),
        new("bureau-approver-2", "350800-bureau", City, [Role.BureauApprover]),
        new("bureau-both-1", "350800-bureau", City, [Role.BureauOfficer, Role.BureauApprover]),
        new("finance-officer-1", "350800-finance", City, [Role.FinanceOfficer]),
        new("finance-officer-2", "350800-finance", City, [Role.FinanceOfficer]),
        new("finance-approver-1", "350800-finance", City, [Role.FinanceApprover]),
        new("finance-approver-2", "350800-finance", City, [Role.FinanceApprover]),
        new("finance-both-1", "350800-finance", City, [Role.FinanceOfficer, Role.FinanceApprover]),
        .. Districts.SelectMany(d => new[] { 1, 2 }.Select(n => new DemonstrationAccount($"district-officer-{d}-{n}", d, City, [Role.DistrictOfficer]))),
        new("evaluator-1", "evaluation-1", City, [Role.Evaluator]),
        new("evaluator-2", "evaluation-2", City, [Role.Evaluator]),
        new("expert-1", "expert-panel", City, [Role.Expert]),
        new("expert-2", "expert-panel", City, [Role.Expert]),
        new("auditor-1", "350800-audit", City, [Role.Auditor]),
        new("auditor-2", "350800-audit", City, [Role.Auditor]),
        new("auditor-nation-1", "nation-audit", Nation, [Role.Auditor]),
        new("observer-1", "350800-observer", City, [Role.Observer]),
        new("observer-nation-1", "nation-miit", Nation, [Role.Observer]),
        new("operator-1", "350800-operator", City, [Role.Operator]),
        new("operator-nation-1", "nation-operator", Nation, [Role.Operator]),
    ];

    private static readonly Dictionary<string, DemonstrationAccount> ByName = All.ToDictionary(a => a.Account, StringComparer.Ordinal);

    public static DemonstrationAccount? Find(string account) => ByName.GetValueOrDefault(account);
}
