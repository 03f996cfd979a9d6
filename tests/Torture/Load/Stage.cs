using System.Collections.Concurrent;
using System.Threading.Channels;
using PilotCity.City.Demonstration;

namespace PilotCity.Torture.Load;

/// <summary>Where the stories of a run meet: its enterprises, its funds, and the payments that wait for their batch.</summary>
internal sealed class Stage
{
    internal const string Central = "central-2025";
    internal const string Hot = "services-2025";
    internal const string Registry = $"/api/registry/{PilotClient.City}";
    internal const string Assessment = $"/api/assessment/{PilotClient.City}";
    internal const string Performance = $"/api/performance/{PilotClient.City}";
    internal const string Funding = $"/api/funding/{PilotClient.City}";

    /// <summary>Invented providers with credit codes whose check characters hold.</summary>
    internal static readonly string[] Providers = ["91350800MA0041E869", "91350800MA004HX56Y", "91350800MA005KUY8R"];

    private static readonly string[] Capabilities = ["MES", "工业云"];

    /// <summary>Enterprises that no project has yet.</summary>
    internal Channel<Enterprise> Free { get; } = Channel.CreateUnbounded<Enterprise>();

    /// <summary>Enterprises without a project, whose lists and assessments change all the time.</summary>
    internal ConcurrentQueue<Enterprise> Bystanders { get; } = new();

    /// <summary>Payments that are approved and wait for a batch.</summary>
    internal Channel<Due> Due { get; } = Channel.CreateUnbounded<Due>();

    /// <summary>What must be there before anybody can do anything: money, rules, providers, the first list.</summary>
    internal async Task Prepare(Client client, CancellationToken ct)
    {
        await client.Must(client.Post("fund", "finance-officer-1", $"{Funding}/funds", new { id = Central, name = "2025年中央资金", source = "central", planned = "100000000.00" }), ct);
        await client.Must(client.Post("receipt", "finance-officer-1", $"{Funding}/funds/{Central}/receipts", new { document = "闽财企指〔2025〕18号", amount = "100000000.00" }), ct);
        await client.Must(
            client.Post("split", "finance-officer-1", $"{Funding}/funds/{Central}/splits", new
            {
                allocations = new object[] { new { use = "enterprise-renovation", amount = "80000000.00" }, new { use = "platforms-and-providers", amount = "20000000.00" } },
            }),
            ct);
        await client.Must(client.Post("fund", "finance-officer-1", $"{Funding}/funds", new { id = Hot, name = "2025年市级配套资金", source = "municipal", planned = "900000000.00" }), ct);
        await FillHot(client, ct);
        var draft = await client.Must(client.Put("rule-set", "bureau-officer-1", $"{Funding}/rule-sets/longyan/draft", new { shipped = "longyan" }), ct);
        await client.Must(
            client.Post("rule-set", "bureau-approver-1", $"{Funding}/rule-sets/longyan/publication", new { version = draft.Json!.Value.GetProperty("version").GetInt32(), hash = draft.Text("hash") }), ct);
        foreach (var uscc in Providers)
        {
            var account = $"provider:{uscc}";
            await client.Must(client.Put("dossier", account, $"{Performance}/providers/{uscc}", new { name = $"服务商{uscc[^4..]}", capabilities = Capabilities, products = Array.Empty<object>() }), ct);
            await client.Must(client.Post("pool", account, $"{Performance}/pool/{uscc}/application", new { }), ct);
            await client.Must(client.Post("pool", "bureau-officer-2", $"{Performance}/pool/{uscc}/review", new { fit = true, opinion = "材料齐全" }), ct);
            await client.Must(client.Post("pool", "bureau-officer-2", $"{Performance}/pool/{uscc}/publicity", new { from = "2025-07-01", until = "2025-07-07" }), ct);
            await client.Must(client.Post("pool", "bureau-approver-2", $"{Performance}/pool/{uscc}/admission", new { from = "2025-07-09" }), ct);
        }

        using var stream = typeof(PilotClient).Assembly.GetManifestResourceStream("longyan-pilot-list.xlsx")!;
        using var workbook = new MemoryStream();
        await stream.CopyToAsync(workbook, ct);
        await client.Must(
            client.File("import", "bureau-officer-1", HttpMethod.Post, $"{Registry}/pilot-lists?day=2025-06-30&name=first", workbook.ToArray(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ct);
        var page = await client.Get("bureau-officer-1", $"{Registry}/enterprises?limit=200", ct);
        foreach (var e in page!.Value.GetProperty("items").EnumerateArray())
        {
            Free.Writer.TryWrite(new(e.GetProperty("uscc").GetString()!, e.GetProperty("name").GetString()!, e.GetProperty("districtCode").GetString()!));
        }
    }

    /// <summary>The hot fund is kept short of money, so that a reservation decided on an old balance shows.</summary>
    internal static async Task FillHot(Client client, CancellationToken ct)
    {
        var document = $"龙财指〔2025〕{client.Number(9)}号";
        const string Amount = "200000.00";
        await client.Must(
            client.Post("receipt", "finance-officer-2", $"{Funding}/funds/{Hot}/receipts", new { document, amount = Amount }, new Effect("FundReceived", $"fund/{Hot}", Amount)), ct);
        await client.Must(
            client.Post(
                "split", "finance-officer-2", $"{Funding}/funds/{Hot}/splits", new { allocations = new object[] { new { use = "platforms-and-providers", amount = Amount } } },
                new Effect("FundSplit", $"fund/{Hot}")),
            ct);
    }
}

/// <summary>A payment of an award that waits for a batch, and who waits for it.</summary>
internal sealed record Due(string Award, TaskCompletionSource Paid);
