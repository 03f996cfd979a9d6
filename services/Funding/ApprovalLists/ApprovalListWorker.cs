using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.ApprovalLists;

/// <summary>
/// Carries out signed lists of every city in the background, beginning where the last one stopped: after a crash, a restart, or an outage of the
/// database it goes on by itself, and several instances do each part once.
/// </summary>
internal sealed class ApprovalListWorker(ServiceLog log, ILogger<ApprovalListWorker> logger) : Rounds(Pause, logger)
{
    /// <summary>How long a signed list waits before somebody looks: a person does not notice it, and the question is one indexed row.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Lists of a city that are carried out at once, one after another.</summary>
    private const int ListsMax = 20;

    protected override async Task Round(CancellationToken ct)
    {
        foreach (var city in (await log.Cities(ct)).Select(c => c.City))
        {
            var (signed, _) = await log.List(city, ShowApprovalList.Model, new([("status", ["signed"])], Limit: ListsMax), count: false, ct);
            foreach (var list in signed)
                while (await ApplyApprovalList.Next(log, city, list.Id, ct)) ct.ThrowIfCancellationRequested();
        }
    }
}
