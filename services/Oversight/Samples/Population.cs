using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Samples;

/// <summary>What a sample is drawn from.</summary>
internal enum PopulationKind
{
    /// <summary>Approved awards; the amount is what was awarded, the day that of the approval.</summary>
    Awards,

    /// <summary>Payments that the bank made and did not send back; the day is that of the last payment.</summary>
    Payments,

    /// <summary>Projects whose claim was submitted; the amount is that of their invoices with VAT, the day that of the claim.</summary>
    Projects,
}

/// <summary>Which items: of a kind, from day to day (both included), of a district (division code), of at least an amount.</summary>
internal sealed record PopulationQuery(PopulationKind Of, DateOnly? From = null, DateOnly? Until = null, string? District = null, Money? AmountMin = null);

/// <summary>
/// An item with what the draw weighs: <see cref="Risk"/> is 1 and what was found about it, 3, 2 or 1 for a high, medium or low finding that was not closed as explained. The entry is the one
/// that its amount stands on, the last of several.
/// </summary>
internal sealed record PopulationItem(string Id, string Enterprise, DateOnly Day, Money Amount, int Risk, EntryRef Entry);

/// <summary>
/// The items that answer a query over the first entries of a tree: a fold over nothing but these entries, so whoever has the tree has the same items, in the same order, with the same hash.
/// Version 1 of the rule; another rule is another <see cref="Format"/>.
/// </summary>
internal sealed class Population
{
    /// <summary>More than any city awards in a pilot; a receipt with so many items stays below its bound.</summary>
    public const int ItemsMax = 100_000;

    public const string Format = "pilotcity-population@1";

    /// <summary>Findings beyond this do not weigh more.</summary>
    private const int RiskMax = 1_000;

    /// <summary>The events that the rule reads.</summary>
    public static readonly IReadOnlyList<string> Types =
    [
        "ProjectDiagnosed", "SpendReported", "SpendWithdrawn", "ClaimSubmitted", "AdvanceComputed", "AwardComputed", "AwardApproved", "TranchePaid", "TrancheReturned", "FindingOpened", "FindingClosed",
    ];

    private static readonly HashSet<string> Known = [.. Types];

    private readonly Dictionary<string, Project> projects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Award> awards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Payment> payments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Points, IReadOnlyList<(string Kind, string Id)> About)> findings = new(StringComparer.Ordinal);

    private sealed class Project
    {
        public string Enterprise { get; init; } = "";

        public string? District { get; init; }

        public Dictionary<string, long> LinesFen { get; } = new(StringComparer.Ordinal);

        public (EntryRef Entry, DateOnly On)? Claimed { get; set; }
    }

    private sealed class Award
    {
        public string Enterprise { get; init; } = "";

        public string? District { get; set; }

        public (EntryRef Entry, DateOnly On, Money Awarded)? Approved { get; set; }
    }

    private sealed record Payment(string Award, long Fen, DateOnly On, EntryRef Entry);

    /// <summary>Takes one entry in, in the order of the tree; one that the rule does not read, or cannot, says nothing.</summary>
    public void Apply(Entry entry)
    {
        if (!Known.Contains(entry.Type) || entry.Stream.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash))
        {
            return;
        }

        try
        {
            using var payload = JsonDocument.Parse(entry.Payload);
            Apply(entry, $"{entry.Service}:{entry.Stream[..slash]}", entry.Stream[(slash + 1)..], payload.RootElement);
        }
        catch (JsonException)
        {
            // No entry of ours; it stays evidence in the tree.
        }
    }

    private void Apply(Entry entry, string stream, string id, JsonElement payload)
    {
        var at = new EntryRef(entry.Service, entry.Position);
        switch (stream, entry.Type)
        {
            case ("performance:project", "ProjectDiagnosed"):
                projects.TryAdd(id, new() { Enterprise = payload.Text("enterprise") ?? "", District = payload.Text("district") });
                break;
            case ("performance:project", "SpendReported") when projects.TryGetValue(id, out var project) && payload.Member("line") is { } line && line.Text("id") is { } number:
                var invoice = line.Member("invoice") ?? default;
                project.LinesFen[number] = (invoice.Yuan("net") ?? Money.Zero).Fen + (invoice.Yuan("vat") ?? Money.Zero).Fen;
                break;
            case ("performance:project", "SpendWithdrawn") when projects.TryGetValue(id, out var project):
                project.LinesFen.Remove(payload.Text("line") ?? "");
                break;
            case ("performance:project", "ClaimSubmitted") when projects.TryGetValue(id, out var project):
                project.Claimed = (at, ChinaTime.DayOf(entry.At));
                break;
            case ("funding:award", "AdvanceComputed" or "AwardComputed"):
                awards.TryAdd(id, new() { Enterprise = payload.Text("enterprise") ?? "" });
                awards[id].District = payload.Text("district") ?? awards[id].District;
                break;
            case ("funding:award", "AwardApproved") when awards.TryGetValue(id, out var award):
                award.Approved = (at, ChinaTime.DayOf(entry.At), payload.Yuan("awarded") ?? Money.Zero);
                break;
            case ("funding:award", "TranchePaid" or "TrancheReturned"):
                var key = $"{id}:{payload.Text("payment") ?? payload.Text("tranche") ?? ""}";
                var (paid, fen) = (entry.Type == "TranchePaid", (payload.Yuan("amount") ?? Money.Zero).Fen);
                var before = payments.GetValueOrDefault(key);
                var on = ChinaTime.DayOf((paid ? payload.Moment("paidAt") : null) ?? entry.At);
                payments[key] = new(id, (before?.Fen ?? 0) + (paid ? fen : -fen), paid || before is null ? on : before.On, at);
                break;
            case ("oversight:finding", "FindingOpened"):
                findings[id] = (payload.Text("severity") switch { "high" => 3, "medium" => 2, _ => 1 }, [.. payload.Items("about").Select(a => (a.Text("kind") ?? "", a.Text("id") ?? ""))]);
                break;
            case ("oversight:finding", "FindingClosed") when payload.Text("outcome") == "explained":
                findings.Remove(id);
                break;
        }
    }

    /// <summary>The items, by id.</summary>
    public IReadOnlyList<PopulationItem> Of(PopulationQuery query)
    {
        var (byCase, byEnterprise) = Risks();
        var items = query.Of switch
        {
            PopulationKind.Awards => awards.Where(a => a.Value.Approved is not null)
                .Select(a => (Id: a.Key, Case: a.Key, a.Value.Enterprise, a.Value.District, Day: a.Value.Approved!.Value.On, Amount: a.Value.Approved.Value.Awarded, a.Value.Approved.Value.Entry)),
            PopulationKind.Payments => payments.Select(p => (Id: p.Key, Case: p.Value.Award, Of: awards.GetValueOrDefault(p.Value.Award), p.Value))
                .Select(p => (p.Id, p.Case, Enterprise: p.Of?.Enterprise ?? "", p.Of?.District, Day: p.Value.On, Amount: new Money(p.Value.Fen), p.Value.Entry)),
            PopulationKind.Projects => projects.Where(p => p.Value.Claimed is not null)
                .Select(p => (Id: p.Key, Case: p.Key, p.Value.Enterprise, p.Value.District, Day: p.Value.Claimed!.Value.On, Amount: new Money(p.Value.LinesFen.Values.Sum()), p.Value.Claimed.Value.Entry)),
        };
        return
        [
            .. items.Where(i => i.Amount.Fen > 0 && i.Amount >= (query.AmountMin ?? Money.Zero) && (query.From is not { } from || i.Day >= from) && (query.Until is not { } until || i.Day <= until)
                    && (query.District is not { } district || i.District == district))
                .OrderBy(i => i.Id, StringComparer.Ordinal)
                .Select(i => new PopulationItem(
                    i.Id, i.Enterprise, i.Day, i.Amount, Math.Min(RiskMax, 1 + byCase.GetValueOrDefault(i.Case) + byEnterprise.GetValueOrDefault(i.Enterprise)), i.Entry)),
        ];
    }

    /// <summary>Points by the award or project that a finding is about; where it names none of them, by the enterprise.</summary>
    private (Dictionary<string, int> ByCase, Dictionary<string, int> ByEnterprise) Risks()
    {
        var (byCase, byEnterprise) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var (points, about) in findings.Values)
        {
            var cases = about.Where(a => a.Kind is "award" or "project").Select(a => a.Id).Distinct(StringComparer.Ordinal).ToList();
            foreach (var id in cases.Count > 0 ? cases : about.Where(a => a.Kind == "enterprise").Select(a => a.Id).Distinct(StringComparer.Ordinal))
            {
                var to = cases.Count > 0 ? byCase : byEnterprise;
                to[id] = to.GetValueOrDefault(id) + points;
            }
        }

        return (byCase, byEnterprise);
    }

    /// <summary>
    /// The SHA-256 (hex) of the listing: the format, city, kind, from, until, district, least amount in fen and tree size, one on a line, <c>-</c> for none; then a line per item with id,
    /// enterprise, day, amount in fen, risk, service and position, between tabs. UTF-8, every line ended by a newline.
    /// </summary>
    public static string Sha256Of(string city, PopulationQuery query, long treeSize, IReadOnlyList<PopulationItem> items)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Line($"{Format}\n{city}\n{query.Of switch { PopulationKind.Awards => "awards", PopulationKind.Payments => "payments", PopulationKind.Projects => "projects" }}\n");
        Line($"{Day(query.From)}\n{Day(query.Until)}\n{query.District ?? "-"}\n{(query.AmountMin is { } least ? least.Fen.ToString(CultureInfo.InvariantCulture) : "-")}\n{treeSize}\n");
        foreach (var item in items)
        {
            Line($"{item.Id}\t{item.Enterprise}\t{Day(item.Day)}\t{item.Amount.Fen}\t{item.Risk}\t{item.Entry.Service}\t{item.Entry.Position}\n");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Line(FormattableString text) => hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant(text)));

        static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";
    }
}
