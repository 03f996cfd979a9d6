using PilotCity.City.Demonstration;
using PilotCity.Torture.Load;
using PilotCity.Torture.Replay;

namespace PilotCity.Torture.Checks;

/// <summary>The model's books and lists against what the city answers through the gateway.</summary>
internal static class CheckBooks
{
    private const string Check = "the city says what the model says";

    internal static async Task Run(Logs logs, Door door, Verdict verdict, CancellationToken ct)
    {
        var model = new ReplayFunding(verdict);
        model.Replay(logs.Of("funding", PilotClient.City));
        var registry = new ReplayRegistry(verdict);
        registry.Replay(logs.Of("registry", PilotClient.City));
        foreach (var (id, fund) in model.Funds)
        {
            await Fund(id, fund, door, verdict, ct);
        }

        await Pages(door, $"{Stage.Funding}/awards", "finance-officer-1", row =>
        {
            var (id, paid) = (row.GetProperty("id").GetString()!, LoggedEntry.FenOf(row.GetProperty("paid")));
            verdict.Must(model.Awards.Remove(id, out var award) && award.Paid == paid, Check, () => $"the award {id} has {paid} fen paid, the model says {award?.Paid}", id);
        }, ct);
        await Pages(door, $"{Stage.Funding}/payment-batches", "finance-officer-1", row =>
        {
            var (id, state) = (row.GetProperty("id").GetString()!, row.GetProperty("status").GetString());
            verdict.Must(model.Batches.Remove(id, out var batch) && batch.State == state, Check, () => $"the batch {id} is {state}, the model says {batch?.State}", id);
        }, ct);
        await Pages(door, $"{Stage.Registry}/enterprises", "bureau-officer-1", row =>
        {
            var uscc = row.GetProperty("uscc").GetString()!;
            var same = registry.Enterprises.Remove(uscc, out var e)
                && row.GetProperty("name").GetString() == e.Name && row.GetProperty("creditListed").GetBoolean() == e.CreditLists.Count > 0 && row.GetProperty("excluded").GetBoolean() == e.Exclusions.Count > 0;
            verdict.Must(same, Check, () => $"the enterprise is listed as {row}, the model says {e?.Name} {string.Join(',', e?.CreditLists ?? [])} {string.Join(',', e?.Exclusions ?? [])}", uscc);
        }, ct);
        foreach (var id in model.Awards.Keys.Concat(model.Batches.Keys).Concat(registry.Enterprises.Keys))
        {
            verdict.Found(Check, $"{id} stands in the log and in no list", id);
        }
    }

    private static async Task Fund(string id, BookedFund fund, Door door, Verdict verdict, CancellationToken ct)
    {
        var trial = (await door.Get("finance-officer-1", $"{Stage.Funding}/funds/{id}/trial-balance", ct))?.Body;
        var said = trial is { } t ? t.GetProperty("accounts").EnumerateArray().ToDictionary(a => a.GetProperty("account").GetString()!, a => LoggedEntry.FenOf(a.GetProperty("balance")), StringComparer.Ordinal) : [];
        foreach (var account in said.Keys.Union(fund.Accounts.Keys))
        {
            verdict.Must(said.GetValueOrDefault(account) == fund[account], Check, () => $"{id}: {account} stands at {said.GetValueOrDefault(account)} fen, the model says {fund[account]}", $"fund/{id}");
        }

        var open = new Dictionary<string, long>(StringComparer.Ordinal);
        for (string? after = null; ;)
        {
            var page = (await door.Get("finance-officer-1", $"{Stage.Funding}/funds/{id}/reservations?limit=200{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", ct))?.Body;
            foreach (var row in page?.GetProperty("items").EnumerateArray().ToArray() ?? [])
            {
                var award = row.TryGetProperty("award", out var a) && a.ValueKind == System.Text.Json.JsonValueKind.String ? a.GetString() : null;
                open[award is null ? row.GetProperty("id").GetString()! : $"{row.GetProperty("pool").GetString()} award {award}"] = LoggedEntry.FenOf(row.GetProperty("open"));
            }

            after = page?.TryGetProperty("next", out var next) == true && next.ValueKind == System.Text.Json.JsonValueKind.String ? next.GetString() : null;
            if (after is null)
            {
                break;
            }
        }

        foreach (var reservation in open.Keys.Union(fund.Held.Where(h => h.Value != 0).Select(h => h.Key)))
        {
            verdict.Must(
                open.GetValueOrDefault(reservation) == fund.Held.GetValueOrDefault(reservation), Check,
                () => $"{id}: the reservation {reservation} holds {open.GetValueOrDefault(reservation)} fen, the model says {fund.Held.GetValueOrDefault(reservation)}", reservation);
        }
    }

    private static async Task Pages(Door door, string path, string account, Action<System.Text.Json.JsonElement> row, CancellationToken ct)
    {
        for (string? after = null; ;)
        {
            var page = (await door.Get(account, $"{path}?limit=200{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", ct))?.Body;
            foreach (var item in page?.GetProperty("items").EnumerateArray().ToArray() ?? [])
            {
                row(item);
            }

            after = page?.TryGetProperty("next", out var next) == true ? next.GetString() : null;
            if (after is null)
            {
                return;
            }
        }
    }
}
