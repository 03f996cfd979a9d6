using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests;

/// <summary>Answer sets that tests start from.</summary>
internal static class Examples
{
    public static readonly Instrument Miit2024 = ShippedInstruments.Find("miit-2024").Value;

    public static readonly Instrument TencentProcess = ShippedInstruments.Find("tencent-process").Value;

    /// <summary>Option A of every item: 0 points, no scenario.</summary>
    public static Answers Zero { get; } = Of(Miit2024.Items.ToDictionary(i => i.Id, _ => Options("A")));

    /// <summary>The best options of every item: 100 points, no scenario.</summary>
    public static Answers Full { get; } = Of(Miit2024.Items.ToDictionary(
        i => i.Id,
        i => i.Type == ItemType.Multi
            ? new Answer([.. i.Options.Where(o => !o.ExcludesOthers).Select(o => o.Id)])
            : Options(i.Options.MaxBy(o => o.Score.Value)!.Id)));

    /// <summary>Well-formed answer sets, low and high ones.</summary>
    public static Gen<Answers> AnySet { get; } =
        from seed in Gen.Choose(0, int.MaxValue - 1)
        let random = new Random(seed)
        let low = random.Next(0, 4)
        select Of(Miit2024.Items.ToDictionary(i => i.Id, i => AnyAnswer(i, random))) with
        {
            Scenarios = Miit2024.Scenarios.Where(_ => random.Next(4) > 0).ToDictionary(s => s.Id, _ => random.Next(low, 5)),
        };

    private static Answer AnyAnswer(Item item, Random random)
    {
        var options = item.Options.Skip(1).Where(_ => random.Next(4) > 0).Select(o => o.Id).ToList();
        return item.Type == ItemType.Multi
            ? options.Count == 0 ? Options("A") : new(options)
            : Options(item.Options[random.Next(item.Options.Count)].Id);
    }

    public static Answer Options(params string[] ids) => new(ids);

    public static Answers Of(Dictionary<string, Answer> items) => new(items, Answers.NoScenarios, Answers.NoFacts);

    public static Answers With(this Answers answers, string item, params string[] options) =>
        answers with { Items = new Dictionary<string, Answer>(answers.Items) { [item] = Options(options) } };

    public static Answers Without(this Answers answers, string item) =>
        answers with { Items = answers.Items.Where(i => i.Key != item).ToDictionary() };

    public static Answers WithScenario(this Answers answers, string scenario, int level) =>
        answers with { Scenarios = new Dictionary<string, int>(answers.Scenarios) { [scenario] = level } };

    /// <summary>So many scenarios at this level: constraint scenarios first, then guidance scenarios.</summary>
    public static Answers WithScenarios(this Answers answers, int level, int constraint, int guidance) => answers with
    {
        Scenarios = Miit2024.Scenarios.Where(s => s.Constraint).Take(constraint)
            .Concat(Miit2024.Scenarios.Where(s => !s.Constraint).Take(guidance))
            .ToDictionary(s => s.Id, _ => level),
    };

    public static Answers WithFacts(this Answers answers, params (string Id, decimal Value)[] facts) =>
        answers with { Facts = facts.ToDictionary(f => f.Id, f => f.Value) };

    public static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    public static string CaseFile(string name) => Path.Combine(AppContext.BaseDirectory, "cases", name);
}
