using PilotCity.City.Demonstration;

namespace PilotCity.Torture.Load;

/// <summary>Enterprises without a project assess themselves, again and again.</summary>
internal sealed class PlayAssessments(Client client, Stage stage)
{
    internal async Task Play(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            if (stage.Bystanders.TryDequeue(out var enterprise))
            {
                stage.Bystanders.Enqueue(enterprise);
                await client.Send(
                    client.Post("assessment", enterprise.Account, $"{Stage.Assessment}/assessments", new
                    {
                        enterprise = enterprise.Uscc,
                        purpose = "voluntary",
                        mode = "self",
                        pledge = true,
                        answers = Answers.Of(1),
                        scenarios = Answers.Scenarios(1),
                    }),
                    ct);
            }

            await Task.Delay(client.Random.Next(50, 300), ct);
        }
    }
}
