using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Board;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Concentration;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Facts;
using PilotCity.Oversight.Findings;
using PilotCity.Oversight.MoneyPaths;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Relations;
using PilotCity.Oversight.Samples;
using PilotCity.Oversight.Snapshots;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight;

/// <summary>Oversight (监督): follows every log, holds the city's transparency log, and proves what stands in it.</summary>
public static class OversightService
{
    internal static readonly CityService Shape = new("oversight")
    {
        Nouns = [Finding.Noun, CheckParameters.Noun, Snapshot.Noun, Sample.Noun, Plan.Noun, SigningKeys.Noun],
        ReadModels = [ListFindings.Model, ListSamples.Model],
        Follows = WhenEntriesAppended.Plan,
        Register = (services, settings) =>
        {
            services.AddSingleton(LogKey.Open(settings));
            services.AddSingleton<SignCheckpoint>();
            services.AddHostedService<TablesStart>();
            services.AddSingleton<Checkpointer>();
            services.AddHostedService(provider => provider.GetRequiredService<Checkpointer>());
            services.AddHostedService<NoteSigningKeys>();
            services.AddSingleton(CosignatureCollector.PolicyOf(settings));
            services.AddHostedService<CosignatureCollector>();
            services.AddSingleton<FoldedFacts>();

            // Where several instances serve a city, some may leave the checks to the others.
            if (settings.GetValue("Oversight:RunsChecks", true))
                services.AddHostedService<FindingWatch>();
        },

        // Programs of auditors read here: the rule of every route, that a person is signed in, holds as it is.
        Map = app => app.MapGrpcService<TransparencyLogGrpc>(),
        Rebuild = async (database, progress, ct) =>
        {
            await OversightTables.Create(database, ct);
            await IndexTrail.Rebuild(database, all: true, progress, ct);
        },
        Routes = routes =>
        {
            ReadTrail.Map(routes);
            ReadMoneyPath.Map(routes);
            ShowTree.Map(routes);
            ReadCheckpoint.Map(routes);
            ReadVerifierKey.Map(routes);
            ShowWitnesses.Map(routes);
            ReadTile.Map(routes);
            ProveInclusion.Map(routes);
            ProveConsistency.Map(routes);
            MakeReceipt.Map(routes);
            ListChecks.Map(routes);
            ProposeCheckParameters.Map(routes);
            ApproveCheckParameters.Map(routes);
            ImportSnapshot.Map(routes);
            ListFindings.Map(routes);
            CountFindings.Map(routes);
            AssignFinding.Map(routes);
            ExplainFinding.Map(routes);
            OrderRectification.Map(routes);
            RecheckFinding.Map(routes);
            EscalateFinding.Map(routes);
            CloseFinding.Map(routes);
            ShowConcentration.Map(routes);
            ShowRelations.Map(routes);
            CommitSample.Map(routes);
            DrawSample.Map(routes);
            ListSamples.Map(routes);
            MakeSampleReceipt.Map(routes);
            ShowPlan.Map(routes);
            DraftPlan.Map(routes);
            PutPlanInForce.Map(routes);
            ShowBoard.Map(routes);
            ShowAggregates.Map(routes);
            ListCases.Map(routes);
            ReportMonth.Map(routes);
        },
    };

    public static WebApplication Build(Hosting hosting) => Shape.Build(hosting);

    /// <summary>Oversight's own tables come right after the log's, before anything is served or followed.</summary>
    private sealed class TablesStart(ServiceLog log) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => OversightTables.Create(log.Database, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
