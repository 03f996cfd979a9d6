namespace PilotCity.Torture.Replay;

/// <summary>An enterprise as the model keeps it.</summary>
internal sealed class KnownEnterprise
{
    internal string Name { get; set; } = "";

    internal bool Listed { get; set; }

    internal SortedSet<string> CreditLists { get; } = new(StringComparer.Ordinal);

    internal SortedSet<string> Exclusions { get; } = new(StringComparer.Ordinal);
}

/// <summary>The model of Registry: who is on the pilot list, on which credit lists, and excluded, by its log alone.</summary>
internal sealed class ReplayRegistry(Verdict verdict)
{
    private const string Check = "the lists hold";

    internal SortedDictionary<string, KnownEnterprise> Enterprises { get; } = new(StringComparer.Ordinal);

    /// <summary>Pilot lists by their id.</summary>
    internal HashSet<string> Lists { get; } = new(StringComparer.Ordinal);

    internal void Replay(IEnumerable<LoggedEntry> log)
    {
        foreach (var e in log)
        {
            if (e.Type == "PilotListImported")
            {
                Must(Lists.Add(e.Id), e, "the same list was imported twice");
                continue;
            }

            if (!e.Stream.StartsWith("enterprise/", StringComparison.Ordinal))
            {
                continue;
            }

            var enterprise = Enterprises.TryGetValue(e.Id, out var known) ? known : Enterprises[e.Id] = new();
            switch (e.Type)
            {
                case "EnterpriseListed":
                    Must(!enterprise.Listed, e, "it stands on the list already");
                    enterprise.Listed = true;
                    enterprise.Name = e.Json.GetProperty("facts").GetProperty("name").GetString()!;
                    break;
                case "EnterpriseRelisted":
                    Must(enterprise.Listed, e, "it does not stand on the list");
                    enterprise.Name = e.Json.GetProperty("facts").GetProperty("name").GetString()!;
                    break;
                case "CreditListed":
                    Must(enterprise.CreditLists.Add(e.Text("list")), e, "it stands on that credit list already");
                    break;
                case "CreditListingCleared":
                    Must(enterprise.CreditLists.Remove(e.Text("list")), e, "it does not stand on that credit list");
                    break;
                case "EnterpriseExcluded":
                    Must(enterprise.Exclusions.Add(e.Text("list")), e, "it is excluded already");
                    break;
                default:
                    break;
            }

            verdict.Count(Check, 1);
        }
    }

    private void Must(bool holds, LoggedEntry e, string otherwise)
    {
        if (!holds)
        {
            verdict.Found(Check, $"{e}: {otherwise}", e.CommandId.ToString("N"));
        }
    }
}
