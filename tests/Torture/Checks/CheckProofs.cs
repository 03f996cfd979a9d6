using System.Security.Cryptography;
using System.Text;
using PilotCity.City;
using PilotCity.City.Demonstration;
using PilotCity.City.Servers;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Verify;
using PilotCity.Torture.Load;

namespace PilotCity.Torture.Checks;

/// <summary>What the product itself offers to whoever does not trust it: its check of all logs holds, receipts verify offline, evidence is the bytes that its name says.</summary>
internal static class CheckProofs
{
    /// <summary>Receipts that are fetched and verified; each is a file of some hundred kilobytes.</summary>
    private const int ReceiptsMax = 10;

    internal static async Task Run(ServerCity city, DataFolder folder, Logs logs, IReadOnlyCollection<Command> given, Door door, Verdict verdict, CancellationToken ct)
    {
        var key = LogKey.OfFolder(folder.Servers) ?? throw new ServerFailedException($"{folder.Servers} holds no key of the log");
        var verified = VerifyLogs.Check([.. Logs.Services.Select(s => LogSource.OfServer(s, city.LogConnection(s)))], key.Verifiers, null, ct);
        verdict.Count("verify --log holds", verified.Entries);
        foreach (var finding in verified.Findings)
        {
            verdict.Found("verify --log holds", $"[{finding.Fault.Code}] {finding.Fault.Message.En}");
        }

        foreach (var award in logs.Of("funding", PilotClient.City).Where(e => e.Type == "TranchePaid").Select(e => e.Id).Distinct().Take(ReceiptsMax))
        {
            var receipt = await door.Get("auditor-1", $"/api/oversight/{PilotClient.City}/receipts/awards/{award}", ct);
            var checkedOne = receipt is var (body, _) ? VerifyReceipt.Check(Encoding.UTF8.GetBytes(body.GetRawText()), key.Verifiers(PilotClient.City), RecheckAward.Recheck) : default;
            verdict.Must(receipt is not null && checkedOne.Ok, "receipts verify offline", () => $"the receipt of {award} {(receipt is null ? "is refused" : $"does not hold: {checkedOne.Fault?.Code} {checkedOne.Fault?.Message.En}")}", award);
        }

        foreach (var evidence in given.Where(c => c is { Kind: "evidence", Acceptance: not null }))
        {
            var sha256 = evidence.Path[(evidence.Path.LastIndexOf('/') + 1)..];
            var file = Path.Combine(folder.Servers, "content", PilotClient.City, sha256[..2], sha256[2..4], sha256);
            verdict.Must(
                File.Exists(file) && Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, ct))) == sha256, "evidence is what its name says",
                () => $"{evidence} was acknowledged; {file} is {(File.Exists(file) ? "other bytes" : "not there")}", evidence.Key.ToString("N"));
        }
    }
}
