namespace PilotCity.Torture.Load;

/// <summary>The bureau imports lists of new enterprises and keeps the lists of those that have no project.</summary>
internal sealed class PlayRegistry(Client client, Stage stage)
{
    private readonly List<Enterprise> known = [];

    internal async Task Play(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            switch (client.Random.Next(8))
            {
                case 0 or 1:
                    await Import(ct);
                    break;
                case 2 or 3 when known.Count > 0:
                    var listed = Draw();
                    await client.Send(
                        client.Post(
                            "credit-listing", "bureau-officer-1", $"{Stage.Registry}/enterprises/{listed.Uscc}/credit-listings", new { list = "tax-violation", since = "2025-01-01", source = "信用中国" },
                            new Effect("CreditListed", $"enterprise/{listed.Uscc}")),
                        ct);
                    break;
                case 4 or 5 when known.Count > 0:
                    var cleared = Draw();
                    await client.Send(
                        client.Post(
                            "clearance", "bureau-officer-2", $"{Stage.Registry}/enterprises/{cleared.Uscc}/credit-listings/tax-violation/clearance", new { day = "2025-06-01", source = "信用修复" },
                            new Effect("CreditListingCleared", $"enterprise/{cleared.Uscc}")),
                        ct);
                    break;
                case 6 when known.Count > 0:
                    var excluded = Draw();
                    await client.Send(
                        client.Post(
                            "exclusion", "bureau-officer-1", $"{Stage.Registry}/enterprises/{excluded.Uscc}/exclusions", new { list = "pilot-2022", source = "工信厅联企业〔2022〕22号" },
                            new Effect("EnterpriseExcluded", $"enterprise/{excluded.Uscc}")),
                        ct);
                    break;
                default:
                    await Import(ct);
                    break;
            }

            await Task.Delay(client.Random.Next(50, 300), ct);
        }
    }

    /// <summary>A few new enterprises, and one that stands on a list already.</summary>
    private async Task Import(CancellationToken ct)
    {
        var made = Enumerable.Range(0, client.Random.Next(2, 7)).Select(_ => PilotLists.MakeUp(client.Random)).ToList();
        var rows = known.Count > 0 ? made.Append(Draw()) : made;
        var told = await client.Send(
            client.File(
                "import", "bureau-officer-2", HttpMethod.Post, $"{Stage.Registry}/pilot-lists?day=2025-06-30&name=batch", PilotLists.Write(rows, client.Random),
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ct);
        if (told is null)
        {
            return;
        }

        if (!told.Accepted)
        {
            throw new StoryEndsException($"import → {told.Status} {told.Body}");
        }

        foreach (var (enterprise, i) in made.Select((e, i) => (e, i)))
        {
            if (i % 2 == 0)
            {
                stage.Free.Writer.TryWrite(enterprise);
            }
            else
            {
                known.Add(enterprise);
                stage.Bystanders.Enqueue(enterprise);
            }
        }
    }

    private Enterprise Draw() => known[client.Random.Next(known.Count)];
}
