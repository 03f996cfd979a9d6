using System.Text.Json;
using PilotCity.City.Demonstration;
using PilotCity.Contracts.Funding.V1;

namespace PilotCity.Torture.Load;

/// <summary>A program of the finance bureau posts on the hot fund in batches; a batch happens as a whole, and what it reserved it alone settles.</summary>
internal sealed class PlayLedger(Client client)
{
    private const int ItemsMax = 30;

    private readonly Queue<string> open = new();

    internal async Task Play(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var approves = open.Count > ItemsMax / 2;
            var items = Enumerable.Range(0, client.Random.Next(1, ItemsMax)).Select(_ => approves ? Post() : Reserve()).OfType<PostItem>().ToList();
            var command = client.Batch(approves ? "finance-approver-1" : "finance-officer-1", PilotClient.City, Stage.Hot, items);
            if (await client.Send(command, ct) is not { } told)
            {
                continue;
            }

            if (!told.Accepted)
            {
                throw new StoryEndsException($"{command} → {told.Status} {told.Body}");
            }

            foreach (var (answer, item) in told.Json!.Value.EnumerateArray().Zip(items))
            {
                Take(command, told, answer, item);
            }
        }
    }

    private void Take(Command command, Told told, JsonElement answer, PostItem item)
    {
        var refused = answer.ValueKind == JsonValueKind.Object ? answer.GetProperty("code").GetString() : null;
        if (item.PostingCase == PostItem.PostingOneofCase.Reserve)
        {
            if (refused is null)
            {
                open.Enqueue(answer.GetString()!);
            }

            client.Door.Verdict.Must(refused is null or "ledger.insufficient", "what was acknowledged is seen", () => $"{command} was told {told} {refused}", command.Key.ToString("N"));
            return;
        }

        // Nobody else touches what this program reserved.
        client.Door.Verdict.Must(refused is null, "what was acknowledged is seen", () => $"{command}: {item} was told {refused}, though the reservation is this client's own", command.Key.ToString("N"));
    }

    private PostItem Reserve() => new() { Reserve = new() { Use = Use.PublicServices, AmountFen = client.Random.NextInt64(1, 60_000), Reference = $"HT-{client.Number(9)}" } };

    private PostItem? Post()
    {
        if (!open.TryDequeue(out var reservation))
        {
            return null;
        }

        var item = new PostItem();
        if (client.Random.Next(3) > 0)
        {
            item.Void = new() { Reservation = reservation, Reason = "合同终止" };
        }
        else
        {
            item.Post = new() { Reservation = reservation, Document = $"ZF-{client.Number(9)}" };
        }

        return item;
    }
}
