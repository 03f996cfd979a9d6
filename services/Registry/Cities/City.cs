using PilotCity.Defaults.Workbooks;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace PilotCity.Registry.Cities;

/// <summary>A district or county of a city, by its division code (GB/T 2260).</summary>
internal sealed record District
{
    public required string Code { get; init; }
    public required string Name { get; init; }
    public required string NameEn { get; init; }
}

/// <summary>A pilot city as its pilot list knows it: districts and sub-industries, data in <c>Cities/CODE.yaml</c>.</summary>
internal sealed record City
{
    public required string Code { get; init; }
    public required string Name { get; init; }
    public required string NameEn { get; init; }
    public required string Province { get; init; }
    public required District[] Districts { get; init; }
    public required string[] SubIndustries { get; init; }

    /// <summary>The city with this division code; nothing where the product has no data of it.</summary>
    public static City? Find(string code) => All.Value.GetValueOrDefault(code);

    /// <summary>Reads a city's data and stops at once where it contradicts itself: it is part of the product.</summary>
    public static City Parse(string yaml)
    {
        var city = new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .WithEnforceRequiredMembers()
            .WithDuplicateKeyChecking()
            .Build()
            .Deserialize<City>(yaml);
        var codes = city.Districts.Select(district => district.Code).ToList();
        if (codes.Exists(code => code.Length != 6 || !code.StartsWith(city.Code[..4], StringComparison.Ordinal)) || codes.Distinct().Count() != codes.Count)
        {
            throw new InvalidDataException($"city {city.Code}: a district's code is twice there or of another city");
        }

        return city;
    }

    /// <summary>The district by its name (also with city and province in front, or without 区/县/市 at the end) or its code.</summary>
    public District? DistrictOf(string typed)
    {
        var name = TypedText.Compact(typed);
        name = Without(Without(name, Province), Name);
        return Districts.FirstOrDefault(district => district.Name == name || district.Code == name || (name.Length >= 2 && district.Name[..^1] == name));
    }

    public string? SubIndustryOf(string typed)
    {
        var name = TypedText.Compact(typed);
        return SubIndustries.FirstOrDefault(known => TypedText.Compact(known) == name);
    }

    private static string Without(string name, string prefix) =>
        name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;

    private static readonly Lazy<Dictionary<string, City>> All = new(() =>
    {
        var cities = new Dictionary<string, City>(StringComparer.Ordinal);
        var assembly = typeof(City).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("city/", StringComparison.Ordinal)))
        {
            using var yaml = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var city = Parse(yaml.ReadToEnd());
            cities.Add(city.Code, city);
        }

        return cities;
    });
}
