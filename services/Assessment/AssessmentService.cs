using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment;

/// <summary>Who reached which digital level: instruments as data, answers with evidence, results with explanation.</summary>
public static class AssessmentService
{
    internal static readonly CityService Shape = new("assessment")
    {
        Nouns = [Assessments.Assessment.Noun, InstrumentBook.Noun],
        ReadModels = [AssessmentList.Model, ReadInstruments.Model],
        Routes = routes =>
        {
            ReadInstruments.Map(routes);
            ProposeInstrument.Map(routes);
            PublishInstrument.Map(routes);
            ConfirmAssessment.Map(routes);
            ReadAssessments.Map(routes);
            FindImprovements.Map(routes);
        },
        Register = (services, _) => services.AddGrpc(),
        Map = app => app.MapGrpcService<AssessmentGrpc>().RequireAuthorization(ServiceToken.Policy),
    };

    public static WebApplication Build(Hosting hosting) => Shape.Build(hosting);
}
