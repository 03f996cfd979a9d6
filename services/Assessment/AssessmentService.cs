using Microsoft.Extensions.DependencyInjection.Extensions;
using PilotCity.Assessment.AnswerWorkbooks;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Benchmarks;
using PilotCity.Assessment.Certificates;
using PilotCity.Assessment.Comparisons;
using PilotCity.Assessment.Histories;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Outliers;
using PilotCity.Assessment.Reports;
using PilotCity.Assessment.Rescorings;
using PilotCity.Defaults;
using PilotCity.Defaults.Erasures;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment;

/// <summary>Who reached which digital level: instruments as data, answers with evidence, results with explanation.</summary>
public static class AssessmentService
{
    internal static readonly CityService Shape = new("assessment")
    {
        Nouns = [Assessments.Assessment.Noun, InstrumentBook.Noun, AnswerWorkbook.Noun, Outlier.Noun, Certificate.Noun, Erasure.Noun],
        ReadModels = [AssessmentList.Model, DraftList.Model, ReadInstruments.Model, ListOutliers.Model, Certificate.Model, ErasePersonalData.Model],
        Routes = routes =>
        {
            ReadInstruments.Map(routes);
            ProposeInstrument.Map(routes);
            PublishInstrument.Map(routes);
            BeginAssessment.Map(routes);
            SaveAnswers.Map(routes);
            SubmitAssessment.Map(routes);
            ReturnAssessment.Map(routes);
            ConfirmAssessment.Map(routes);
            ObjectToAssessment.Map(routes);
            AppointSecondAssessor.Map(routes);
            DecideObjection.Map(routes);
            DraftList.Map(routes);
            ReadAssessments.Map(routes);
            ShowReport.Map(routes);
            IssueCertificate.Map(routes);
            ShowCertificate.Map(routes);
            ShowHistory.Map(routes);
            FindImprovements.Map(routes);
            MakeWorkbook.Map(routes);
            ImportWorkbook.Map(routes);
            LookUpWorkbook.Map(routes);
            ShowComparison.Map(routes);
            ShowVariance.Map(routes);
            ShowBenchmark.Map(routes);
            ListOutliers.Map(routes);
            DecideOutlier.Map(routes);
            AskRescoring.Map(routes);
            ErasePersonalData.Map(routes);
        },
        Peers = ["registry", "performance"],
        Register = (services, settings) =>
        {
            services.AddGrpc();
            services.AddSingleton<KnownGroups>();
            services.AddHostedService<OutlierWatch>();
            services.TryAddSingleton<AskSellers>(provider => Sellers.Over(provider.GetRequiredService<Peers>()));
            services.TryAddSingleton<AskGroups>(provider => KnownGroups.Over(provider.GetRequiredService<Peers>()));
            services.AddSingleton(new ObjectionPeriod(settings.Int("Assessment:ObjectionDays", ObjectionPeriod.DaysStandard, 0, ObjectionPeriod.DaysMax)));
            services.TryAddSingleton<AskName>(provider => KnownName.Over(provider.GetRequiredService<Peers>()));
            services.TryAddSingleton<AskIndependence>(provider => Independence.Over(provider.GetRequiredService<Peers>()));
        },
        Map = app =>
        {
            app.MapGrpcService<AssessmentGrpc>().RequireAuthorization(ServiceToken.Policy);
            CheckCertificate.Map(app);
        },
    };

    public static WebApplication Build(Hosting hosting) => Shape.Build(hosting);
}
