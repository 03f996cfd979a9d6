using PilotCity.Defaults;
using PilotCity.Defaults.Erasures;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Registry.Enterprises;
using PilotCity.Registry.Parties;
using PilotCity.Registry.PilotLists;

namespace PilotCity.Registry;

/// <summary>Who the enterprises of a city are: pilot lists, credit codes, size classes, exclusions and credit lists.</summary>
public static class RegistryService
{
    internal static readonly CityService Shape = new("registry")
    {
        Nouns = [PilotList.Noun, Enterprise.Noun, Party.Noun, Erasure.Noun],
        ReadModels = [LookUpPilotLists.Model, LookUpEnterprises.Model, ErasePersonalData.Model],
        Routes = routes =>
        {
            ImportPilotList.Map(routes);
            LookUpPilotLists.Map(routes);
            LookUpEnterprises.Map(routes);
            RemoveEnterprise.Map(routes);
            ExcludeEnterprise.Map(routes);
            WithdrawExclusion.Map(routes);
            AddCreditListing.Map(routes);
            ClearCreditListing.Map(routes);
            ReadContact.Map(routes);
            DeclareParty.Map(routes);
            ErasePersonalData.Map(routes);
        },
        Register = (services, _) => services.AddGrpc(),
        Map = app =>
        {
            app.MapGrpcService<RegistryGrpc>().RequireAuthorization(ServiceToken.Policy);
            app.MapGrpcService<PartiesGrpc>().RequireAuthorization(ServiceToken.Policy);
        },
    };

    public static WebApplication Build(Hosting hosting) => Shape.Build(hosting);
}
