using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Funding.RuleSets;

/// <summary>
/// One mapping of a rule text while it is read: what is taken is ticked off, what is left over is an unknown key.
/// Everything wrong is collected with its line, so that one run shows all of it.
/// </summary>
internal sealed class YamlSection(YamlMap map, string path, RuleText text)
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    public long Line => map.Line;

    public string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public void Wrong(long line, string key, string zh, string en) => text.Wrong(line, Path(key), zh, en);

    /// <summary>Refuses what reads well and cannot be meant; a text that a log holds already is past this.</summary>
    public void Refuse(long line, string key, string zh, string en)
    {
        if (!text.Kept) Wrong(line, key, zh, en);
    }

    /// <summary>The line on which a key stands, or that of this mapping.</summary>
    public long LineOf(string key) => map.Entries.TryGetValue(key, out var piece) ? piece.Line : Line;

    public YamlPiece? Take(string key)
    {
        taken.Add(key);
        return map.Entries.GetValueOrDefault(key);
    }

    /// <summary>Refuses what nobody took.</summary>
    public void Done()
    {
        foreach (var (key, piece) in map.Entries)
            if (!taken.Contains(key))
                Wrong(piece.Line, key, $"未知的键“{key}”", $"unknown key '{key}'");
    }

    public bool Has(string key) => map.Entries.ContainsKey(key);

    public string Word(string key) => OptionalWord(key) ?? Missing(key);

    public string? OptionalWord(string key)
    {
        switch (Take(key))
        {
            case null: return null;
            case YamlWord { Text.Length: > 0 and <= 2_000 } word: return word.Text;
            case var piece:
                Wrong(piece.Line, key, "应为 1 至 2000 字的文字", "a text of 1 to 2,000 characters is expected");
                return null;
        }
    }

    private string Missing(string key)
    {
        if (!Has(key)) Wrong(Line, key, $"缺少“{key}”", $"'{key}' is missing");
        return "";
    }

    public YamlSection? Section(string key)
    {
        switch (Take(key))
        {
            case null: return null;
            case YamlMap inner: return new(inner, Path(key), text);
            case var piece:
                Wrong(piece.Line, key, "应为一组键值", "a mapping is expected");
                return null;
        }
    }

    public YamlSection? RequiredSection(string key)
    {
        if (!Has(key)) Missing(key);
        return Section(key);
    }

    public IEnumerable<YamlSection> Sections(string key)
    {
        var piece = Take(key);
        if (piece is null) yield break;
        if (piece is not YamlList list)
        {
            Wrong(piece.Line, key, "应为列表", "a list is expected");
            yield break;
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            if (list.Items[i] is YamlMap inner) yield return new(inner, $"{Path(key)}[{i}]", text);
            else Wrong(list.Items[i].Line, $"{key}[{i}]", "应为一组键值", "a mapping is expected");
        }
    }

    public Text Text(string key)
    {
        if (RequiredSection(key) is not { } section) return new("", "");
        var read = new Text(section.Word("zh"), section.Word("en"));
        section.Done();
        return read;
    }

    /// <summary>A list of sentences that a person reads, each with its source.</summary>
    public ImmutableArray<Clause> Clauses(string key)
    {
        var clauses = ImmutableArray.CreateBuilder<Clause>();
        foreach (var item in Sections(key))
        {
            clauses.Add(new(new(item.Word("zh"), item.Word("en")), item.Source()));
            item.Done();
        }

        return clauses.DrainToImmutable();
    }

    public T? Read<T>(string key)
        where T : struct
    {
        if (OptionalWord(key) is not { } word) return null;
        if (RuleWord<T>.TryRead(word) is { } value) return value;
        Wrong(map.Entries[key].Line, key, $"“{word}”不是{RuleWord<T>.Expected.Zh}", $"'{word}' is not {RuleWord<T>.Expected.En}");
        return null;
    }

    public T Required<T>(string key)
        where T : struct
    {
        if (!Has(key)) Missing(key);
        return Read<T>(key) ?? default;
    }

    public ImmutableArray<T> List<T>(string key, bool required)
        where T : struct
    {
        var piece = Take(key);
        if (piece is null)
        {
            if (required) Missing(key);
            return [];
        }

        if (piece is not YamlList list)
        {
            Wrong(piece.Line, key, "应为列表", "a list is expected");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<T>(list.Items.Count);
        foreach (var item in list.Items)
        {
            if (item is not YamlWord word || RuleWord<T>.TryRead(word.Text) is not { } value)
                Wrong(item.Line, key, $"列表中应为{RuleWord<T>.Expected.Zh}", $"the list holds something that is not {RuleWord<T>.Expected.En}");
            else if (items.Contains(value))
                Wrong(item.Line, key, $"“{word.Text}”重复", $"'{word.Text}' is doubled");
            else items.Add(value);
        }

        return items.DrainToImmutable();
    }

    public ImmutableArray<string> Words(string key)
    {
        if (Take(key) is not YamlList list)
        {
            Wrong(LineOf(key), key, "应为列表", "a list is expected");
            return [];
        }

        var words = ImmutableArray.CreateBuilder<string>(list.Items.Count);
        foreach (var item in list.Items)
        {
            if (item is YamlWord { Text.Length: > 0 and <= 200 } word && !words.Contains(word.Text)) words.Add(word.Text);
            else Wrong(item.Line, key, "列表中应为 1 至 200 字、互不相同的文字", "the list holds distinct texts of 1 to 200 characters");
        }

        return words.DrainToImmutable();
    }

    /// <summary>
    /// Clause, grade and open question of this section. A stated parameter has both clause and grade; an open one has its question.
    /// The grade is the section's own, or that of the document in the legal basis with which the clause begins.
    /// </summary>
    public Source Source(object? standing = null, bool? stated = null)
    {
        var question = OptionalWord("openQuestion");
        if (question is not null && !IsQuestion(question))
            Wrong(Line, "openQuestion", $"“{question}”不是待定问题编号（如 Q4，无编号的写 n/s）", $"'{question}' is not the number of an open question, e.g. Q4 (n/s where it has none)");

        var clause = OptionalWord("clause");
        if (clause is null && question is null && !Has("clause"))
            Wrong(Line, "clause", "缺少条款（clause）", "the clause is missing");
        else if (clause is null && stated == true && !Has("clause"))
            Refuse(Line, "clause", "写明的数值缺少条款（clause）", "the clause of the stated value is missing");

        var grade = Read<Grade>("grade") ?? text.GradeOf(clause) ?? (text.Kept ? text.Grade : null);
        if (grade is null && clause is not null && (stated ?? question is null) && !Has("grade"))
            Refuse(Line, "grade", "缺少证据等级：请写 grade，或在 legalBasis 中列出条款开头的文件", "the evidence grade is missing: write grade, or list in legalBasis the document with which the clause begins");
        if (question is not null) text.Open(path, question, standing?.ToString());
        return new(clause ?? question ?? "", grade, question);
    }

    /// <summary>The number of an open question, or <c>n/s</c>: not seen, and without a number.</summary>
    public static bool IsQuestion(string word) =>
        word == "n/s" || (word.Length is 2 or 3 && word[0] == 'Q' && int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _));

    /// <summary>A point that the source leaves open as a whole: <c>{openQuestion: n/s}</c>, and nothing beside its note.</summary>
    public Source? Unseen(string key)
    {
        if (Section(key) is not { } section) return null;
        if (!section.Has("openQuestion")) section.Wrong(section.Line, "openQuestion", "未写明的内容应写 openQuestion", "what was not seen names its openQuestion");
        var source = section.Source();
        section.Done();
        return source;
    }

    /// <summary>A figure: <c>{value, clause}</c>, or open with <c>{openQuestion, default?}</c>.</summary>
    public Figure<T>? Figure<T>(string key)
        where T : struct
    {
        if (Section(key) is not { } section) return null;
        var value = section.Read<T>("value");
        var standing = section.Read<T>("default");
        if (section.Has("value") && section.Has("default"))
            section.Wrong(section.Line, "default", "value 与 default 不能并存", "value and default cannot both stand");
        if (section.Has("default") && !section.Has("openQuestion"))
            section.Wrong(section.Line, "default", "default 只能配合 openQuestion 使用", "a default answers an openQuestion, which is missing");
        if (!section.Has("value") && !section.Has("openQuestion"))
            section.Wrong(section.Line, "value", "缺少 value（来源未写明的，请写 openQuestion）", "the value is missing (where the source is silent, name the openQuestion)");
        var source = section.Source(section.Has("default") ? section.OptionalWord("default") : null, section.Has("value"));
        section.Done();
        return new(value ?? standing, source, Path(key));
    }

    public Figure<T> RequiredFigure<T>(string key)
        where T : struct
    {
        if (!Has(key)) Missing(key);
        return Figure<T>(key) ?? new(null, new("", text.Grade, null), Path(key));
    }

    /// <summary>A set of codes; empty where it is open and no default is configured.</summary>
    public Codes<T>? Codes<T>(string key, string itemsKey)
        where T : struct, Enum
    {
        if (Section(key) is not { } section) return null;
        var open = section.Has("openQuestion") && !section.Has(itemsKey);
        var items = section.List<T>(itemsKey, required: !open);
        if (items.IsEmpty && !open) section.Wrong(section.Line, itemsKey, "列表不能为空", "the list must not be empty");
        var source = section.Source(open ? null : string.Join(", ", items.Select(RuleWord<T>.Write)));
        section.Done();
        return new(items, source, Path(key));
    }

    public Codes<T> RequiredCodes<T>(string key, string itemsKey)
        where T : struct, Enum
    {
        if (!Has(key)) Missing(key);
        return Codes<T>(key, itemsKey) ?? new([], new("", text.Grade, null), Path(key));
    }

    public DateSpan? Span(string key)
    {
        if (Section(key) is not { } section) return null;
        var (from, to) = (section.Read<DateOnly>("from"), section.Read<DateOnly>("to"));
        if (from is null && to is null) section.Wrong(section.Line, "from", "from 与 to 至少要有一个", "from or to is needed");
        if (from > to) section.Wrong(section.Line, "from", "from 晚于 to", "from is after to");
        var span = new DateSpan(from, to, section.Source());
        section.Done();
        return span;
    }
}

/// <summary>
/// What is collected over one rule text: faults with their lines, open points, the grades of its documents. A text that a log holds already
/// (<paramref name="kept"/>) was accepted by the checks of its day: later ones do not unmake it.
/// </summary>
internal sealed class RuleText(bool kept)
{
    /// <summary>Enough to repair a file in one go; more would bury the first.</summary>
    private const int FaultsMax = 50;

    public List<FaultDetail> Faults { get; } = [];

    public List<OpenPoint> OpenPoints { get; } = [];

    /// <summary>Conditions on facts outside a case, in the order in which they stand.</summary>
    public List<Clause> ByPerson { get; } = [];

    /// <summary>A condition that is on or off and that a person checks.</summary>
    public void AddCheck(YamlSection section, string key, string zh, string en)
    {
        if (section.Figure<bool>(key) is { Value: true } rule) ByPerson.Add(new(new(zh, en), rule.Source));
    }

    public Grade Grade { get; set; }

    public bool Kept => kept;

    public ImmutableArray<LegalDocument> Documents { get; set; } = [];

    /// <summary>The grade of the document that the clause begins with; of several, the one named most fully.</summary>
    public Grade? GradeOf(string? clause)
    {
        LegalDocument? cited = null;
        foreach (var document in Documents)
            if (clause?.StartsWith(document.Document, StringComparison.Ordinal) == true && document.Document.Length > (cited?.Document.Length ?? 0))
                cited = document;
        return cited?.Grade;
    }

    public void Wrong(long line, string path, string zh, string en)
    {
        if (Faults.Count < FaultsMax)
            Faults.Add(new($"line {line}: {path}", "rule_set.unreadable", new($"第 {line} 行 {path}：{zh}", $"line {line}, {path}: {en}")));
    }

    public void Open(string parameter, string question, string? standing) => OpenPoints.Add(new(parameter, question, standing));
}

/// <summary>How a word of a rule text becomes a value: enums by their kebab-case names, amounts in yuan, days, instants, decimals, yes and no.</summary>
internal static class RuleWord<T>
    where T : struct
{
    private static readonly Dictionary<string, T> Names = typeof(T).IsEnum
        ? Enum.GetValuesAsUnderlyingType(typeof(T)).Cast<object>().Select(v => (T)Enum.ToObject(typeof(T), v))
            .ToDictionary(v => JsonSerializer.Serialize(v, Json.Lenient).Trim('"'), StringComparer.Ordinal)
        : [];

    public static Text Expected { get; } =
        typeof(T).IsEnum ? new($"以下之一：{string.Join("、", Names.Keys)}", $"one of {string.Join(", ", Names.Keys)}")
        : typeof(T) == typeof(Money) ? new("金额（元，最多两位小数，不为负）", "an amount of yuan with at most two decimals, not negative")
        : typeof(T) == typeof(decimal) ? new("不为负的小数", "a decimal that is not negative")
        : typeof(T) == typeof(int) ? new("不为负的整数", "a whole number that is not negative")
        : typeof(T) == typeof(bool) ? new("true 或 false", "true or false")
        : typeof(T) == typeof(DateOnly) ? new("日期（YYYY-MM-DD）", "a day (YYYY-MM-DD)")
        : new("带时区的时刻（RFC 3339）", "an instant with its offset (RFC 3339)");

    /// <summary>The word that stands for a value of an enum.</summary>
    public static string Write(T value) => Names.First(n => n.Value.Equals(value)).Key;

    public static T? TryRead(string word)
    {
        if (typeof(T).IsEnum) return Names.TryGetValue(word, out var named) ? named : null;
        object? value = null;
        if (typeof(T) == typeof(Money)) value = Money.TryParse(word, out var money) && money.Fen >= 0 ? money : null;
        else if (typeof(T) == typeof(decimal))
            value = word.Length <= 12 && decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var d) ? d : null;
        else if (typeof(T) == typeof(int)) value = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? i : null;
        else if (typeof(T) == typeof(bool)) value = word switch { "true" => true, "false" => false, _ => null };
        else if (typeof(T) == typeof(DateOnly))
            value = DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
        else if (typeof(T) == typeof(DateTimeOffset)) value = Instant.TryParse(word, out var instant) ? instant : null;
        return (T?)value;
    }
}
