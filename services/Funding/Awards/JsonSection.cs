using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>One object of an award case while it is read; what nobody takes is an unknown field. A field that is null counts as absent.</summary>
internal sealed class JsonSection(JsonElement element, string path, List<FaultDetail> faults)
{
    /// <summary>Enough to repair a file in one go.</summary>
    public const int FaultsMax = 50;

    /// <summary>No field of a case is prose; a longer one is a mistake.</summary>
    private const int TextCharsMax = 1_000;

    private readonly List<string> taken = [];

    public string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public void Wrong(string key, string zh, string en)
    {
        var place = key.Length == 0 ? path : Path(key);
        if (faults.Count < FaultsMax) faults.Add(new(place, "case.unreadable", new($"{place}：{zh}", $"{place}: {en}")));
    }

    public void Done()
    {
        foreach (var property in element.EnumerateObject())
            if (!taken.Contains(property.Name))
                Wrong(property.Name, "未知的字段", "unknown field");
    }

    private bool Take(string key, JsonValueKind kind, Text expected, out JsonElement value)
    {
        taken.Add(key);
        if (!element.TryGetProperty(key, out value) || value.ValueKind == JsonValueKind.Null) return false;
        if (value.ValueKind == kind) return true;
        Wrong(key, $"应为{expected.Zh}", $"{expected.En} is expected");
        return false;
    }

    public string? Text(string key)
    {
        if (!Take(key, JsonValueKind.String, new("字符串", "a string"), out var value)) return null;
        var text = value.GetString()!;
        if (text.Length is > 0 and <= TextCharsMax) return text;
        Wrong(key, $"应为 1 至 {TextCharsMax} 个字符", $"1 to {TextCharsMax} characters are expected");
        return null;
    }

    public string RequiredText(string key)
    {
        var text = Text(key);
        if (text is null && (!element.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)) Wrong(key, "缺少此字段", "the field is missing");
        return text ?? "";
    }

    public string? CreditCode(string key)
    {
        if (Text(key) is not { } code) return null;
        if (CreditCodes.Holds(code)) return code;
        Wrong(key, $"“{code}”不是有效的统一社会信用代码（GB 32100）", $"'{code}' is not a unified social credit code by GB 32100");
        return null;
    }

    /// <summary>A string that stands for a value: an enum's name, a day, an instant, an amount, a decimal.</summary>
    public T? Read<T>(string key)
        where T : struct
    {
        var expected = RuleWord<T>.Expected;
        if (!Take(key, JsonValueKind.String, new($"字符串：{expected.Zh}", $"a string, {expected.En},"), out var element)) return null;
        var word = element.GetString()!;
        if (RuleWord<T>.TryRead(word) is { } value) return value;
        var shown = word.Length > 40 ? word[..40] + "…" : word;
        Wrong(key, $"“{shown}”不是{expected.Zh}", $"'{shown}' is not {expected.En}");
        return null;
    }

    public bool? YesNo(string key)
    {
        taken.Add(key);
        if (!element.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Wrong(key, "应为 true 或 false", "true or false is expected");
        return null;
    }

    public int? Whole(string key, int min, int max)
    {
        Text expected = new($"{min} 至 {max} 的整数", $"a whole number from {min} to {max}");
        if (!Take(key, JsonValueKind.Number, expected, out var value)) return null;
        if (value.TryGetInt32(out var number) && number >= min && number <= max) return number;
        Wrong(key, $"应为{expected.Zh}", $"{expected.En} is expected");
        return null;
    }

    public JsonSection? Section(string key) =>
        Take(key, JsonValueKind.Object, new("对象", "an object"), out var value) ? new(value, Path(key), faults) : null;

    public ImmutableArray<T>? Codes<T>(string key)
        where T : struct, Enum
    {
        if (!Take(key, JsonValueKind.Array, new("列表", "a list"), out var list)) return null;
        var codes = ImmutableArray.CreateBuilder<T>();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{key}[{index++}]");
            if (item.ValueKind != JsonValueKind.String || RuleWord<T>.TryRead(item.GetString()!) is not { } code)
                Wrong(place, $"应为{RuleWord<T>.Expected.Zh}", $"{RuleWord<T>.Expected.En} is expected");
            else if (codes.Contains(code)) Wrong(place, "重复", "this is named twice");
            else codes.Add(code);
            if (faults.Count >= FaultsMax) break;
        }

        return codes.ToImmutable();
    }

    public ImmutableArray<T>? List<T>(string key, int countMax, Func<JsonSection, T> read)
    {
        if (!Take(key, JsonValueKind.Array, new("列表", "a list"), out var list)) return null;
        if (list.GetArrayLength() > countMax)
        {
            Wrong(key, $"有 {list.GetArrayLength()} 项，上限为 {countMax}", $"it has {list.GetArrayLength()} items, at most {countMax} are allowed");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<T>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{key}[{items.Count}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                Wrong(place, "应为对象", "an object is expected");
                break;
            }

            items.Add(read(new(item, Path(place), faults)));
            if (faults.Count >= FaultsMax) break;
        }

        return items.ToImmutable();
    }
}
