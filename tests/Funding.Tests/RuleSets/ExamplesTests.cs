using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Tests.RuleSets;

/// <summary>
/// The worked examples beside each shipped rule set (<c>longyan.examples.json</c>): one case in the award-case format, and for each example
/// what is changed in it (by path; null removes) and what the decision must say. Adding a city is a rule text and such a file.
/// </summary>
public class ExamplesTests
{
    private static readonly Dictionary<string, JsonObject> Files = Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "RuleSets", "Examples"), "*.examples.json")
        .Select(file => JsonNode.Parse(File.ReadAllBytes(file))!.AsObject())
        .ToDictionary(file => file["ruleSet"]!.GetValue<string>(), StringComparer.Ordinal);

    private static IEnumerable<JsonObject> Of(string ruleSet) => Files[ruleSet]["examples"]!.AsArray().Select(e => e!.AsObject());

    public static TheoryData<string, string> Examples()
    {
        var rows = new TheoryData<string, string>();
        foreach (var ruleSet in Files.Keys.Order(StringComparer.Ordinal))
            foreach (var example in Of(ruleSet)) rows.Add(ruleSet, example["name"]!.GetValue<string>());
        return rows;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_decided_as_it_was_worked_out(string ruleSet, string name)
    {
        var example = Of(ruleSet).Single(e => e["name"]!.GetValue<string>() == name);
        var decision = Decided(Files[ruleSet]["case"]!.DeepClone(), example["with"]!.AsObject());
        var reasons = decision["reasons"]!.AsArray();
        foreach (var (key, expected) in example["expect"]!.AsObject())
        {
            switch (key)
            {
                case "reasons":
                    foreach (var reason in expected!.AsArray()) Assert.Contains(reasons, r => Agrees(r!.AsObject(), reason!));
                    break;
                case "noReasons":
                    foreach (var reason in expected!.AsArray()) Assert.DoesNotContain(reasons, r => Agrees(r!.AsObject(), reason!));
                    break;
                default:
                    Assert.Equal((key, expected?.ToJsonString()), (key, decision[key]?.ToJsonString()));
                    break;
            }
        }
    }

    [Fact]
    public void Every_shipped_rule_set_has_its_examples_and_every_file_its_rule_set() =>
        Assert.Equal(ShippedRuleSets.All.Select(s => s.Id).Distinct().Order(StringComparer.Ordinal), Files.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void What_ships_is_published() => Assert.All(ShippedRuleSets.All, set => Assert.Equal(RuleSetStatus.Published, set.Status));

    [Fact]
    public void Every_cap_is_reached_by_an_example_and_every_open_parameter_of_the_formula_named_by_one()
    {
        foreach (var set in ShippedRuleSets.All)
        {
            var expected = Of(set.Id).Select(e => e["expect"]!.AsObject()).ToArray();
            foreach (var cap in Caps(set))
                Assert.Contains(expected, e => e["entitlement"]?.GetValue<string>() == cap.ToString() || e["cap"]?.GetValue<string>() == cap.ToString());
            if (set.Award?.Table[0].Rate.Value is null && set.Award is not null)
                Assert.Contains(expected, e => e["reasons"]?.ToJsonString().Contains("ruleSet.award.table[0].rate", StringComparison.Ordinal) == true);
        }
    }

    private static IEnumerable<Money> Caps(RuleSet set) =>
        (set.Award?.Table.Select(r => r.Cap?.Value) ?? []).Concat(set.ProviderAward?.Bands.Select(b => b.Cap.Value) ?? []).Append(set.Diagnosis?.Cap.Value).OfType<Money>().Distinct();

    private static JsonObject Decided(JsonNode @case, JsonObject changes)
    {
        var (set, facts) = Changed(@case, changes);
        return JsonSerializer.SerializeToNode(DecideAward.Decide(set, facts), Json.Lenient)!.AsObject();
    }

    /// <summary>The case of every example with its rule set: some hundred cases around every boundary that a rule names.</summary>
    internal static IReadOnlyList<(RuleSet Set, AwardCase Case, string Name)> Cases { get; } =
    [
        .. from file in Files.Values
           from example in file["examples"]!.AsArray()
           let changed = Changed(file["case"]!.DeepClone(), example!["with"]!.AsObject())
           select (changed.Set, changed.Case, $"{changed.Set.Id}: {example["name"]!.GetValue<string>()}"),
    ];

    private static (RuleSet Set, AwardCase Case) Changed(JsonNode @case, JsonObject changes)
    {
        foreach (var (path, value) in changes) Change(@case, path.Split('.'), value?.DeepClone());
        var read = ReadAwardCase.Read(JsonSerializer.SerializeToUtf8Bytes(@case));
        Assert.True(read.Ok, read.Fault?.Message.En);
        var facts = read.Value.Cases[0];
        var set = ShippedRuleSets.Find(ShippedRuleSets.All, facts.RuleSet, facts.At is { } at ? ChinaTime.DayOf(at) : null);
        Assert.True(set.Ok, set.Fault?.Message.En);
        return (set.Value, facts);
    }

    /// <summary>Follows <c>project.lines[0].payments[0].paidOn</c>, as the reasons of a decision write their paths.</summary>
    private static void Change(JsonNode node, ReadOnlySpan<string> path, JsonNode? value)
    {
        var (name, index) = path[0].IndexOf('[', StringComparison.Ordinal) is var at and > 0
            ? (path[0][..at], int.Parse(path[0][(at + 1)..^1], CultureInfo.InvariantCulture))
            : (path[0], -1);
        if (path.Length > 1) Change(index < 0 ? node[name]! : node[name]![index]!, path[1..], value);
        else if (value is null) node.AsObject().Remove(name);
        else node[name] = value;
    }

    /// <summary>A code alone, or an object all of whose members the reason has.</summary>
    private static bool Agrees(JsonObject reason, JsonNode expected) => expected is JsonObject members
        ? members.All(m => reason[m.Key]?.ToJsonString() == m.Value!.ToJsonString())
        : reason["code"]!.GetValue<string>() == expected.GetValue<string>();
}
