using PilotCity.Defaults;

namespace PilotCity.Torture.Load;

/// <summary>
/// Officers of the finance bureau reserve, pay and void on one hot fund as fast as they are answered. Each looks after itself: what it was told
/// has happened it must see at once, whichever instance answers.
/// </summary>
internal sealed class PlayReservations(Client client)
{
    private static readonly string[] Uses = ["platforms-and-providers", "industrial-internet-platforms", "chain-transformation", "public-services"];

    private readonly List<(string Id, Money Left)> open = [];

    internal async Task Play(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var dice = client.Random.Next(10);
            if (open.Count == 0 || dice < 5)
            {
                await Reserve(ct);
            }
            else if (dice < 7)
            {
                await Post(ct);
            }
            else
            {
                await Void(ct);
            }
        }
    }

    private async Task Reserve(CancellationToken ct)
    {
        var amount = new Money(client.Random.NextInt64(1, 4_000_000));
        var command = client.Post(
            "reserve", $"finance-officer-{client.Random.Next(1, 3)}", $"{Stage.Funding}/funds/{Stage.Hot}/reservations",
            new { use = Uses[client.Random.Next(Uses.Length)], amount, reference = $"HT-{client.Number(9)}" }, new Effect("EncumbranceReserved", $"fund/{Stage.Hot}", amount.ToString()));
        var told = await client.Send(command, ct);
        if (told is { Accepted: true })
        {
            var id = command.Key.ToString("N");
            open.Add((id, amount));
            await Sees(told, ct);
            var shown = await client.Get("finance-officer-1", $"{Stage.Funding}/funds/{Stage.Hot}/reservations/{id}", ct);
            client.Door.Verdict.Must(
                shown is { } r && r.GetProperty("open").GetString() == amount.ToString(), "what was acknowledged is seen",
                () => $"{command} was told {told}, but asked for afterwards it is {(shown is null ? "not there" : shown.Value.ToString())}", id);
        }
        else if (told?.Code == "ledger.insufficient" && client.Random.Next(4) == 0)
        {
            await Stage.FillHot(client, ct);
        }
        else if (told is { Code: not "ledger.insufficient" })
        {
            throw new StoryEndsException($"{command} → {told.Status} {told.Body}");
        }
    }

    private async Task Post(CancellationToken ct)
    {
        var (at, (id, left)) = Draw();

        // A part now and then; the rest stays reserved.
        var part = client.Random.Next(3) == 0 && left.Fen > 1 ? new Money(client.Random.NextInt64(1, left.Fen)) : left;
        var command = client.Post(
            "post", $"finance-approver-{client.Random.Next(1, 3)}", $"{Stage.Funding}/funds/{Stage.Hot}/reservations/{id}/posting", new { document = $"ZF-{client.Number(9)}", amount = part },
            new Effect("EncumbrancePosted", $"fund/{Stage.Hot}", part.ToString()));
        await Settle(command, at, (id, left - part), ct);
    }

    private async Task Void(CancellationToken ct)
    {
        var (at, (id, left)) = Draw();
        var command = client.Post(
            "void", $"finance-officer-{client.Random.Next(1, 3)}", $"{Stage.Funding}/funds/{Stage.Hot}/reservations/{id}/void", new { reason = "合同终止" },
            new Effect("EncumbranceVoided", $"fund/{Stage.Hot}", left.ToString()));
        await Settle(command, at, (id, Money.Zero), ct);
    }

    /// <summary>Nobody else touches a reservation: what its owner wants of it must succeed.</summary>
    private async Task Settle(Command command, int at, (string Id, Money Left) after, CancellationToken ct)
    {
        var told = await client.Send(command, ct);
        if (told is null || !told.Accepted || after.Left.Fen == 0)
        {
            // What was given up may have happened: this client does not touch it again.
            open.RemoveAt(at);
        }
        else
        {
            open[at] = after;
        }

        if (told is null)
        {
            return;
        }

        client.Door.Verdict.Must(
            told.Accepted, "what was acknowledged is seen", () => $"{command} was told {told} {told.Body}, though the reservation is this client's own and holds it", after.Id);
        if (told.Accepted)
        {
            await Sees(told, ct);
        }
    }

    private async Task Sees(Told told, CancellationToken ct)
    {
        if (client.Random.Next(3) > 0)
        {
            return;
        }

        var acknowledged = long.Parse(told.Position!, System.Globalization.CultureInfo.InvariantCulture);
        if (await client.Door.Get("finance-officer-1", $"{Stage.Funding}/funds/{Stage.Hot}", ct) is var (_, position))
        {
            client.Door.Verdict.Must(
                position >= acknowledged, "what was acknowledged is seen", () => $"position {acknowledged} was acknowledged, and the fund asked for afterwards stands at {position}", $"at {acknowledged}");
        }
    }

    private (int At, (string Id, Money Left) Reservation) Draw()
    {
        var at = client.Random.Next(open.Count);
        return (at, open[at]);
    }
}
