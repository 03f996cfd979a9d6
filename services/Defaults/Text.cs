namespace PilotCity.Defaults;

/// <summary>A sentence that a person reads, in the product's two languages; Chinese is the default.</summary>
public sealed record Text(string Zh, string En)
{
    /// <summary>The sentence in <paramref name="language"/> (<c>zh</c>, <c>zh-CN</c>, <c>en</c>, <c>en-GB</c> …); anything else is Chinese.</summary>
    public string In(string? language) =>
        language is not null && language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? En : Zh;

    public override string ToString() => Zh;
}
