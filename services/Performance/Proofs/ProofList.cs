using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Proofs;

/// <summary>
/// The contracts, files and transfers that the city's projects stand on, and which somebody tried to use again (<c>refused=true</c>): for the
/// authorities, the auditor above all (AC08).
/// </summary>
internal static class ProofList
{
    private static readonly Role[] Readers =
        [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Evaluator, Role.Auditor];

    internal static readonly ReadModel<UsedProof> Model = new(
        "used_proof", 1, UsedProof.Noun, proof => proof,
        new Column<UsedProof>("project", "项目", p => p.Project),
        new Column<UsedProof>("enterprise", "企业", p => p.Enterprise),
        new Column<UsedProof>("refused", "重复使用", p => p.Refused > 0));

    internal static void Map(Routes routes) => routes.List("/used-proofs", Readers, Model);
}
