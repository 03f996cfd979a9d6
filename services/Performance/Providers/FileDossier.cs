using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Providers;

/// <summary>
/// A provider files its own dossier (服务商档案) in the log of the nation, or files it anew.
/// Faults: provider.unknown for another's code, list.size.
/// </summary>
internal static class FileDossier
{
    private const int CapabilitiesMax = 30;
    private const int ProductsMax = 100;

    public sealed record Body(Label Name, IReadOnlyList<Label> Capabilities, IReadOnlyList<Product> Products, ProviderClass Class = ProviderClass.Other);

    internal static Decision Decide(string uscc, Body body, Actor actor) =>
        ((actor.Org == uscc && Uscc.Read(uscc) is not null ? null : SliceFaults.Unknown(Provider.Noun.Category, uscc))
            ?? Sane.Count(body.Capabilities.Count, 0, CapabilitiesMax, "/capabilities")
            ?? Sane.Count(body.Products.Count, 0, ProductsMax, "/products")) is { } fault
            ? fault
            : Decision.Accept(Provider.Noun.StreamOf(uscc), new ProviderDossierFiled(uscc, body.Name, body.Class, body.Capabilities, body.Products))
                .Answering($"/providers/{uscc}");

    internal static void Map(Routes routes) =>
        routes.Command<Body>("PUT", "/providers/{uscc}", [Role.Provider], request =>
        {
            var uscc = request.Route("uscc");
            return new Intent([Provider.Noun.StreamOf(uscc)], (_, _) => Decide(uscc, request.Body, request.Actor)) { City = Provider.Nation };
        });
}
