using Grpc.Core;
using PilotCity.Contracts.Common.V1;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Providers;
using Wire = PilotCity.Contracts.Performance.V1;

namespace PilotCity.Performance;

/// <summary>Answers other services' questions about a provider's dossier.</summary>
internal sealed class ProviderGrpc(ServiceLog log) : Wire.Providers.ProvidersBase
{
    public override async Task<Wire.GetProviderReply> GetProvider(Wire.GetProviderRequest request, ServerCallContext context)
    {
        var asOf = Question.Moment(Provider.Nation, request.AsOfMicros);
        var (provider, version, position) = await log.Load(Provider.Nation, Provider.Noun, request.Provider, asOf, context.CancellationToken);
        return version == 0
            ? throw GrpcFaults.Exception(SliceFaults.Unknown(Provider.Noun.Category, request.Provider))
            : new Wire.GetProviderReply
            {
                Provider = provider.Uscc,
                Name = provider.Name,
                Source = new Source { Service = log.Service, City = Provider.Nation, Stream = Provider.Noun.StreamOf(provider.Uscc), Version = version, Position = position },
            };
    }
}
