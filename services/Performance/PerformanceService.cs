using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Invoices;
using PilotCity.Performance.Projects;
using PilotCity.Performance.Proofs;
using PilotCity.Performance.Providers;

namespace PilotCity.Performance;

/// <summary>Who does what, when and with which evidence: providers and their pools, renovation projects from the diagnosis to the acceptance.</summary>
public static class PerformanceService
{
    internal static readonly CityService Shape = new("performance")
    {
        Peers = ["registry", "assessment"],
        Nouns = [Provider.Noun, Pool.Noun, Project.Noun, Invoice.Noun, UsedProof.Noun, StoredContent.Noun],
        ReadModels = [PoolList.Model, ProjectList.Model, InvoiceList.Model, ProofList.Model],
        Routes = routes =>
        {
            FileDossier.Map(routes);
            ApplyForPool.Map(routes);
            ReviewPoolApplication.Map(routes);
            PublicisePoolApplication.Map(routes);
            AdmitToPool.Map(routes);
            WarnProvider.Map(routes);
            SuspendProvider.Map(routes);
            ReinstateProvider.Map(routes);
            ExitProvider.Map(routes);
            PoolList.Map(routes);

            DiagnoseProject.Map(routes);
            RegisterContract.Map(routes);
            ReportDownPayment.Map(routes);
            CheckFiling.Map(routes);
            ConfirmFiling.Map(routes);
            AssignBatch.Map(routes);
            ReportMilestone.Map(routes);
            ReportSpend.Map(routes);
            ReportPayment.Map(routes);
            WithdrawSpend.Map(routes);
            CompleteProject.Map(routes);
            ApplyForAcceptance.Map(routes);
            VerifyOnSite.Map(routes);
            AssignAudit.Map(routes);
            WaiveAudit.Map(routes);
            RecordEvaluation.Map(routes);
            RecordAudit.Map(routes);
            AcceptProject.Map(routes);
            RejectAcceptance.Map(routes);
            SubmitClaim.Map(routes);
            ReturnProject.Map(routes);
            SuspendProject.Map(routes);
            ResumeProject.Map(routes);
            TerminateProject.Map(routes);
            ProjectList.Map(routes);

            InvoiceList.Map(routes);
            ProofList.Map(routes);
            PutEvidence.Map(routes);
            ReadEvidence.Map(routes);
        },
        Register = (services, settings) =>
        {
            var room = settings["Content:BytesMax"] is { Length: > 0 } text
                ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : throw new SettingException("Content:BytesMax", $"'{text}' is not a number of bytes")
                : ContentStore.CityBytesStandard;
            services.AddSingleton(new ContentStore(settings.Required("Content:Root", "the folder in which evidence is kept"), room));
            services.TryAddSingleton<AskEnterprise>(provider => EnterpriseFacts.Over(provider.GetRequiredService<Peers>().Ask("registry")));
            services.TryAddSingleton<AskResult>(provider => ResultFacts.Over(provider.GetRequiredService<Peers>().Ask("assessment")));
        },
        Map = app =>
        {
            app.MapGrpcService<PerformanceGrpc>().RequireAuthorization(ServiceToken.Policy);
            app.MapGrpcService<ProviderGrpc>().RequireAuthorization(ServiceToken.Policy);
        },
    };

    public static WebApplication Build(Hosting hosting) => Shape.Build(hosting);
}
