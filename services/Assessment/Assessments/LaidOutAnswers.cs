using System.Numerics;
using System.Text.Json;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// One answer set laid out by an instrument's indexes, to score very many without building anything: options as bits, levels and facts as arrays, points as whole
/// millionths. Used again for each set, by one thread. Whatever is not plainly in order it does not judge: <see cref="ScoreAnswers.Score"/> then says what is wrong,
/// so what is refused is said in one place; a test holds both to the same results.
/// </summary>
internal sealed class LaidOutAnswers
{
    private readonly Instrument instrument;
    private readonly Row[] items;
    private readonly Scenario[] scenarios;
    private readonly byte[][] scenarioNames;
    private readonly ulong[] chosen;
    private readonly int[] levels;
    private readonly decimal?[] facts;
    private readonly int[] all;
    private readonly int[] constraint;

    /// <summary>Room for an id, which has at most 64 characters.</summary>
    private readonly char[] room = new char[64];

    public LaidOutAnswers(Instrument instrument)
    {
        this.instrument = instrument;
        items = [.. instrument.Items.Select(i => new Row(instrument, i))];
        scenarios = [.. instrument.Scenarios];
        scenarioNames = [.. scenarios.Select(s => System.Text.Encoding.UTF8.GetBytes(s.Id))];
        chosen = new ulong[items.Length];
        levels = new int[instrument.Scenarios.Count];
        facts = new decimal?[instrument.Facts.Count];
        all = new int[instrument.ScenarioLevelMaximum + 1];
        constraint = new int[instrument.ScenarioLevelMaximum + 1];
    }

    /// <summary>Total and level; nothing where <see cref="ScoreAnswers.Score"/> must look at the set.</summary>
    public BareScore? Score(Answers answers)
    {
        // The instrument's names are looked up in the maps, and not the other way round: what is left over afterwards is unknown.
        Clear();
        var known = 0;
        foreach (var row in items)
        {
            if (!answers.Items.TryGetValue(row.Item.Id, out var answer))
                continue;
            known++;
            if (answer.Number is { } number)
            {
                if (!Choose(row.Item, number))
                    return null;
                continue;
            }

            for (var i = 0; i < answer.Options.Count; i++)
            {
                if (row.Find(answer.Options[i]) is not { } option || !Choose(row.Item, option))
                    return null;
            }
        }

        if (known != answers.Items.Count)
            return null;
        foreach (var scenario in scenarios)
        {
            if (!answers.Scenarios.TryGetValue(scenario.Id, out var level))
                continue;
            known++;
            if ((uint)level > (uint)instrument.ScenarioLevelMaximum)
                return null;
            levels[scenario.Index] = level;
        }

        if (known != answers.Items.Count + answers.Scenarios.Count)
            return null;
        if (answers.Facts.Count == 0)
            return Score();
        foreach (var fact in instrument.Facts)
        {
            if (!answers.Facts.TryGetValue(fact.Id, out var value))
                continue;
            known++;
            if (!ScoreAnswers.Fits(fact, value))
                return null;
            facts[fact.Index] = value;
        }

        return known == answers.Items.Count + answers.Scenarios.Count + answers.Facts.Count ? Score() : null;
    }

    /// <summary>
    /// The same from the three maps as a confirmed assessment's payload holds them, each given at its opening bracket; an absent map is the reader's default.
    /// </summary>
    public BareScore? Score(Utf8JsonReader answers, Utf8JsonReader scenarios, Utf8JsonReader facts)
    {
        Clear();
        return ReadItems(ref answers) && ReadScenarios(ref scenarios) && ReadFacts(ref facts) ? Score() : null;
    }

    private void Clear()
    {
        Array.Clear(chosen);
        Array.Clear(levels);
        Array.Clear(facts);
    }

    private bool Choose(Item item, Option option)
    {
        // Chosen twice, or beside another where one is all: not in order.
        var before = chosen[item.Index];
        if ((before & (1UL << option.Index)) != 0 || (before != 0 && item.Type != ItemType.Multi))
            return false;
        chosen[item.Index] = before | (1UL << option.Index);
        return true;
    }

    private bool Choose(Item item, decimal number)
    {
        if (ScoreAnswers.OptionOf(item, number) is not { } option || chosen[item.Index] != 0)
            return false;
        chosen[item.Index] = 1UL << option.Index;
        return true;
    }

    private bool ReadItems(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;

        // Maps come in the instrument's order more often than not: the next item is tried before it is looked up.
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Row? row;
            if (next < items.Length && reader.ValueTextEquals(items[next].Utf8))
                row = items[next];
            else if (Text(ref reader, room) is var id && !instrument.ItemsById.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out var item))
                return false;
            else
                row = items[item.Index];

            next = row.Item.Index + 1;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number)
            {
                if (!reader.TryGetDecimal(out var number) || !Choose(row.Item, number))
                    return false;
                continue;
            }

            if (reader.TokenType != JsonTokenType.StartArray)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                if (row.Find(ref reader, room) is not { } option || !Choose(row.Item, option))
                    return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private bool ReadScenarios(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.None)
            return true;
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Scenario? scenario;
            if (next < scenarios.Length && reader.ValueTextEquals(scenarioNames[next]))
                scenario = scenarios[next];
            else if (!instrument.ScenariosById.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Text(ref reader, room), out scenario))
                return false;

            next = scenario.Index + 1;
            if (!reader.Read() || !reader.TryGetInt32(out var level) || (uint)level > (uint)instrument.ScenarioLevelMaximum)
                return false;
            levels[scenario.Index] = level;
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private bool ReadFacts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.None)
            return true;
        var byId = instrument.FactsById.GetAlternateLookup<ReadOnlySpan<char>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!byId.TryGetValue(Text(ref reader, room), out var fact) || !reader.Read() || !reader.TryGetDecimal(out var value) || !ScoreAnswers.Fits(fact, value))
                return false;
            facts[fact.Index] = value;
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>The name or text the reader stands at; empty where it is longer than any id.</summary>
    private static ReadOnlySpan<char> Text(ref Utf8JsonReader reader, char[] room) =>
        reader.ValueSpan.Length <= room.Length ? room.AsSpan(0, reader.CopyString(room)) : default;

    private BareScore? Score()
    {
        var total = 0L;
        foreach (var row in items)
        {
            var options = chosen[row.Item.Index];
            if (options == 0 ? row.MustBeAnswered : (options & row.Excluding) != 0 && (options & (options - 1)) != 0)
                return null;
            if (row.Item.Binding is { } binding && options != 0 && !Binds(row.Item, binding, options))
                return null;
            if (!row.Item.Scored)
                continue;
            for (var rest = options; rest != 0; rest &= rest - 1)
            {
                total += row.Micro[BitOperations.TrailingZeroCount(rest)];
            }
        }

        CountScenarios();
        return new(total, Level(total));
    }

    private bool Binds(Item item, RatioOfFacts binding, ulong options)
    {
        if (facts[binding.Numerator.Index] is not { } numerator)
            return true;
        if (facts[binding.Denominator.Index] is not { } denominator)
            return false;
        if (denominator == 0m)
            return numerator == 0m;
        return ScoreAnswers.OptionOf(item, numerator, denominator) is { } derived && (options & (1UL << derived.Index)) != 0;
    }

    private void CountScenarios()
    {
        Array.Clear(all);
        Array.Clear(constraint);
        foreach (var scenario in instrument.Scenarios)
        {
            for (var level = levels[scenario.Index]; level >= 0; level--)
            {
                all[level]++;
                constraint[level] += scenario.Constraint ? 1 : 0;
            }
        }
    }

    private int Level(long total)
    {
        if (instrument.Placement is { } placement)
            return placement.Levels[placement.Item.Options[BitOperations.TrailingZeroCount(chosen[placement.Item.Index])].Id].Level;

        foreach (var row in instrument.Levels)
        {
            var enough = row.MinScoreInclusive ? total >= row.MinScore.Micro : total > row.MinScore.Micro;
            if (enough && (row is { MinScenarios: 0, MinConstraint: 0 } || (all[row.Level] >= row.MinScenarios && constraint[row.Level] >= row.MinConstraint)))
                return row.Level;
        }

        return instrument.NoLevel?.Level ?? 0;
    }

    /// <summary>What of an item scoring needs, at hand.</summary>
    private sealed class Row
    {
        private readonly byte[][] names;
        private readonly Option[] options;

        public Row(Instrument instrument, Item item)
        {
            Item = item;
            Utf8 = System.Text.Encoding.UTF8.GetBytes(item.Id);
            Micro = [.. item.Options.Select(o => o.Score.Micro)];
            Excluding = item.Type == ItemType.Multi ? item.Options.Where(o => o.ExcludesOthers).Aggregate(0UL, (bits, o) => bits | (1UL << o.Index)) : 0;
            MustBeAnswered = item.Scored || instrument.Placement?.Item == item ? instrument.Unanswered == Unanswered.Error : !instrument.UnscoredMayBeAbsent;
            options = [.. item.Options];
            names = [.. item.Options.Select(o => System.Text.Encoding.UTF8.GetBytes(o.Id))];
        }

        public Item Item { get; }

        public byte[] Utf8 { get; }

        public long[] Micro { get; }

        public ulong Excluding { get; }

        public bool MustBeAnswered { get; }

        /// <summary>An item has a handful of options: comparing with each is faster than any table.</summary>
        public Option? Find(string id)
        {
            foreach (var option in options)
            {
                if (option.Id == id)
                    return option;
            }

            return null;
        }

        /// <summary>The same of the text that a reader stands at.</summary>
        public Option? Find(ref Utf8JsonReader reader, char[] room)
        {
            if (reader.ValueIsEscaped)
                return Item.OptionsById.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Text(ref reader, room), out var found) ? found : null;
            for (var i = 0; i < names.Length; i++)
            {
                if (reader.ValueSpan.SequenceEqual(names[i]))
                    return options[i];
            }

            return null;
        }
    }
}

/// <summary>Total in millionths of a point, and level: what is compared when very many are scored again.</summary>
internal readonly record struct BareScore(long TotalMicro, int Level)
{
    public Points Total => new(new decimal((int)TotalMicro, (int)(TotalMicro >> 32), 0, false, 6));
}
