using PilotCity.Defaults.Identity;

namespace PilotCity.Oversight;

/// <summary>Who reads the trail and its proofs: the auditor, and those who decide and pay. An enterprise gets the receipts of its own awards.</summary>
internal static class Officials
{
    public static readonly Role[] All = [Role.Auditor, Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover];
}
