using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Facts;

namespace PilotCity.City.Tests.Conventions;

/// <summary>What the catalogue of checks says of the services is true of them.</summary>
public sealed class CheckCatalogueTests
{
    [Fact]
    public void Every_refusal_that_a_check_stops_with_is_given_by_a_service()
    {
        var services = string.Concat(Tree.Sources("services/Registry", "services/Assessment", "services/Performance", "services/Funding").Select(s => s.Text));

        Tree.None(Check.InOrder.SelectMany(c => c.StopsWith, (c, code) => (c.Id, code)).Where(c => !services.Contains($"\"{c.code}\"", StringComparison.Ordinal)).Select(c => $"{c.Id}: {c.code}"));
    }

    [Fact]
    public void Every_check_is_run_by_a_rule()
    {
        var rules = string.Concat(Tree.Sources("services/Oversight/Checks", "services/Oversight/Findings", "services/Oversight/Facts").Select(s => s.Text));

        Tree.None(Check.InOrder.Where(c => !rules.Contains($"\"{c.Id}\"", StringComparison.Ordinal)).Select(c => c.Id));
    }

    [Fact]
    public void Every_entry_that_the_checks_read_is_an_event_of_a_service()
    {
        var events = Shapes.All.SelectMany(s => s.Nouns).SelectMany(n => n.Events).Select(e => e.Name).ToHashSet(StringComparer.Ordinal);

        Tree.None(CityFacts.Types.Where(t => !events.Contains(t)));
    }
}
