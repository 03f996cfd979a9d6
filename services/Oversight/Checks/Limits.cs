namespace PilotCity.Oversight.Checks;

/// <summary>The thresholds that hold in a city: those of the catalogue, and where the city set its own, these.</summary>
internal sealed class Limits
{
    private readonly Dictionary<(string Check, string Name), long> own = [];

    /// <summary>The threshold in its unit.</summary>
    public long Of(string check, string name) =>
        own.TryGetValue((check, name), out var set) ? set : Check.All[check].Parameters.Single(p => p.Name == name).Standard;

    public void Set(string check, string name, long value) => own[(check, name)] = value;

    /// <summary>All of one check, by name, as a finding keeps them.</summary>
    public IReadOnlyDictionary<string, long> Of(string check) =>
        Check.All[check].Parameters.ToDictionary(p => p.Name, p => Of(check, p.Name), StringComparer.Ordinal);
}
