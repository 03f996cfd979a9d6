using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// Reads an instrument file and checks that it means what it says before anything is scored with it: what <see cref="CheckInstrument"/>
/// asks. All problems are reported at once, each with its path, line and column in the file.
/// </summary>
internal static class ReadInstrument
{
    /// <summary>The largest published instrument has about 115 kB; nine times that is no questionnaire any more.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>Chosen options are kept as bits of one 64-bit word.</summary>
    public const int OptionsMax = 64;

    /// <summary>Bounds of a form that a person fills in; they keep every index and sum small.</summary>
    public const int ItemsMax = 500;

    public const int ScenariosMax = 200;

    public const int LevelsMax = 20;

    /// <summary>More than three axes nobody draws.</summary>
    public const int AxesMax = 3;

    /// <summary>A hundred industries, three indicators, a decade.</summary>
    public const int AveragesMax = 5_000;

    public static Result<Instrument> Read(string name, ReadOnlyMemory<byte> bytes) => Read(name, bytes, kept: false);

    /// <summary>A file that a log holds: it was accepted by the checks of its day, and scores as it did then.</summary>
    public static Result<Instrument> Kept(string name, ReadOnlyMemory<byte> bytes) => Read(name, bytes, kept: true);

    private static Result<Instrument> Read(string name, ReadOnlyMemory<byte> bytes, bool kept)
    {
        if (bytes.Length > BytesMax)
        {
            return InstrumentFaults.Invalid(name, [new("", "instrument.too_large", new($"文件超过 {BytesMax} 字节", $"the file is larger than {BytesMax} bytes"))]);
        }

        if (JsonPlaces.Read(bytes, "instrument.malformed", out var flaw) is not { } places)
            return InstrumentFaults.Invalid(name, [flaw!]);

        InstrumentFile? file;
        try
        {
            file = JsonSerializer.Deserialize<InstrumentFile>(bytes.Span, Json.Strict);
        }
        catch (JsonException e)
        {
            return InstrumentFaults.Invalid(name, [.. RequestFaults.OfJson(e).Details.Select(d => places.Placed(d with { Code = "instrument.malformed" }))]);
        }

        if (file is null)
            return InstrumentFaults.Invalid(name, [new("", "instrument.malformed", new("文件为空", "the file holds null"))]);

        var problems = kept ? [] : CheckInstrument.Problems(file);
        return problems.Count > 0 ? InstrumentFaults.Invalid(name, [.. problems.Select(places.Placed)]) : Compile(file, bytes);
    }

    internal static bool IsId(string id) => id.Length is >= 1 and <= 64 && char.IsAsciiLetterLower(id[0]) && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>The file's figures as lookups; runs on a checked file only.</summary>
    private static Instrument Compile(InstrumentFile file, ReadOnlyMemory<byte> document)
    {
        var facts = file.Facts.Select((f, i) => new FactDefinition(f.Id, i, f.Label, f.Kind)).ToList();
        var factsById = facts.ToFrozenDictionary(f => f.Id, StringComparer.Ordinal);
        var dimensions = file.Dimensions.Select((d, i) => new Dimension(d.Id, i, d.Title, d.Maximum)).ToList();
        var items = file.Dimensions
            .SelectMany((d, i) => d.Groups.SelectMany(g => g.Indicators).SelectMany(n => n.Items).Select(item => (Dimension: dimensions[i], Item: item)))
            .Select((x, i) => Compile(x.Item, i, x.Dimension, factsById))
            .ToList();
        var scenarios = (file.Operations?.Scenarios ?? []).Select((s, i) => new Scenario(s.Id, i, s.Name, s.Constraint)).ToList();
        return new()
        {
            Id = file.Id,
            Version = file.Version,
            Status = file.Status,
            Official = file.Official,
            Title = file.Title,
            Maximum = file.Scoring.Maximum,
            Dimensions = dimensions,
            Items = items,
            Unanswered = file.Scoring.Unanswered,
            UnscoredMayBeAbsent = file.Scoring.UnansweredUnscored == Allowance.Allowed,
            Scenarios = scenarios,
            ScenarioLevelMaximum = file.Scoring.ScenarioLevelMaximum,
            Placement = file.LevelRule.Kind == LevelRuleKind.Placement
                ? new(items.First(i => i.Id == file.LevelRule.Item), file.LevelRule.Rows.ToFrozenDictionary(r => r.Option!, r => new LevelName(r.Level, r.Name), StringComparer.Ordinal))
                : null,
            MissingTables = file.MissingTables,
            Levels = file.LevelRule.Kind == LevelRuleKind.Placement ? [] : [.. file.LevelRule.Rows.Select(r => new LevelRow(r.Level, r.Name, r.MinScore, r.MinScoreInclusive, r.MinScenarios ?? 0, r.MinConstraint ?? 0))],
            NoLevel = file.LevelRule.None,
            LevelNames = file.LevelRule.Rows.Select(r => new LevelName(r.Level, r.Name)).Concat(file.LevelRule.None is { } none ? [none] : []).ToFrozenDictionary(l => l.Level, l => l.Name),
            HasTotal = file.Scoring.Maximum.Value > 0m && file.LevelRule.Kind != LevelRuleKind.Zones,
            HasLevel = file.LevelRule.Kind is LevelRuleKind.Score or LevelRuleKind.ScoreAndScenarios or LevelRuleKind.Placement,
            Axes = [.. file.LevelRule.Axes.Select(a => new Axis(a.Id, a.Title, [.. dimensions.Where(d => a.Dimensions.Contains(d.Id)).Select(d => d.Index)], new(dimensions.Where(d => a.Dimensions.Contains(d.Id)).Sum(d => d.Maximum.Value)), a.Cuts))],
            Zones = [.. file.LevelRule.Zones.Select(z => new Zone(z.Id, z.Name, z.At))],
            Outcomes = file.Outcomes?.Compile(items, factsById),
            CrossWalks = [.. (file.CrossWalk ?? []).Select(w => w.Compile())],
            Facts = facts,
            Document = document,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(document.Span)),
            Reference = string.Create(CultureInfo.InvariantCulture, $"{file.Id}@{file.Version}"),
            ItemsById = items.ToFrozenDictionary(i => i.Id, StringComparer.Ordinal),
            ScenariosById = scenarios.ToFrozenDictionary(s => s.Id, StringComparer.Ordinal),
            FactsById = factsById,
        };
    }

    private static Item Compile(ItemFile item, int index, Dimension dimension, FrozenDictionary<string, FactDefinition> facts)
    {
        var options = item.Options
            .Select((o, i) => new Option(o.Id, i, o.Label, o.Score, o.ExcludesOthers, o.Range is { } r ? new(r.Lower, r.LowerInclusive, r.Upper, r.UpperInclusive) : null))
            .ToList();
        return new()
        {
            Id = item.Id,
            Index = index,
            Dimension = dimension,
            Title = item.Title,
            Type = item.Type,
            Scored = item.Scored,
            Maximum = item.Maximum,
            Options = options,
            OptionsById = options.ToFrozenDictionary(o => o.Id, StringComparer.Ordinal),
            Number = item.Number is { Accepted: true } n ? new(n.Minimum, n.Maximum) : null,
            Binding = item.Derivation is { Role: DerivationRole.Binding } d
                ? new(facts[d.Numerator.GetString()!], facts[d.Denominator.GetString()!])
                : null,
        };
    }
}
