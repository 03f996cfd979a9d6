using PilotCity.Defaults.Log;
using PilotCity.Performance.Projects;

namespace PilotCity.Performance.Providers;

/// <summary>
/// A service provider's dossier (服务商档案), one for the whole nation: who it is, what it can do, which products it sells. It files it itself.
/// Its stream is <c>provider/&lt;credit code&gt;</c> in the log of the nation, <c>000000</c>; what a city thinks of it is its <see cref="Pool"/>.
/// </summary>
public sealed record Provider(string Uscc, string Name, ProviderClass Class, IReadOnlyList<Label> Capabilities, IReadOnlyList<Product> Products, DateTimeOffset? FiledAt)
{
    /// <summary>The log in which dossiers live.</summary>
    public const string Nation = "000000";

    public static readonly Noun<Provider> Noun = new("provider", new Provider("", "", ProviderClass.Other, [], [], null), Apply, typeof(ProviderDossierFiled));

    private static Provider Apply(Provider provider, object happened, EventMeta meta) => happened switch
    {
        ProviderDossierFiled e => new Provider(e.Provider, e.Name.Value, e.Class, e.Capabilities, e.Products, meta.At),
        _ => throw new InvalidOperationException($"a provider knows no {happened.GetType().Name}"),
    };
}

/// <summary>Leader of a chain (链主), integrated (集成), of small fast light precise products (小快轻准), or another.</summary>
public enum ProviderClass
{
    ChainLeader,
    Integrated,
    SmallFastLight,
    Other,
}

/// <summary>A product of a provider and the kind of spend it is.</summary>
public sealed record Product(Label Name, SpendCategory Category);

/// <summary>The provider filed its dossier, or filed it anew: the last one counts.</summary>
public sealed record ProviderDossierFiled(string Provider, Label Name, ProviderClass Class, IReadOnlyList<Label> Capabilities, IReadOnlyList<Product> Products);
