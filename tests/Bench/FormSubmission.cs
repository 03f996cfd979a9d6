using System.Text.Json;
using PilotCity.City.Demonstration;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;

namespace PilotCity.Bench;

/// <summary>
/// Enterprises hand their self-assessments in, whole, through the gateway: validated, scored, kept, answered with the result. Beside it the same forms
/// handed to the service directly.
/// </summary>
internal static class FormSubmission
{
    internal const string Row = "forms";

    private const int Clients = 64;

    internal static async Task<IReadOnlyList<Figure>> Measure(BenchCity city, Plan plan, CancellationToken ct)
    {
        const string path = $"/api/assessment/{BenchCity.Code}/assessments";
        var forms = Enumerable.Range(0, 200).Select(Form).ToArray();
        var service = city.Servers.Processes.Single(p => p.Service == "assessment").Http;
        await Submit(service, plan.WarmUp);
        await Submit(city.Gateway, plan.WarmUp);
        var (door, door95, own95) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var own = await Submit(service, plan.Window / 2);
            var through = await Submit(city.Gateway, plan.Window);
            own95.Add(own.Each.Percentile(0.95));
            door95.Add(through.Each.Percentile(0.95));
            door.Add(through.PerSecond);
            plan.Say($"round {round}: {own.PerSecond:0} forms/s directly, {through.PerSecond:0}/s through the gateway");
        }

        return
        [
            new(Row, $"a self-assessment handed in through the gateway, {Clients} clients, p95", Durations.Median(door95), "ms")
            {
                Against = "the same forms handed to the service directly",
                Other = Durations.Median(own95),
                AtMost = 100,
                Goal = "≤ 100 ms",
                Note = $"{Durations.Median(door):0} forms/s",
            },
        ];

        (string Token, string Json) Form(int i)
        {
            var first17 = FormattableString.Invariant($"91350800MA{i:0000000}");
            var enterprise = first17 + CreditCodes.CheckCharacter(first17);
            return (
                city.Servers.Issuer.Token($"enterprise-{i}", enterprise, BenchCity.Code, Role.Enterprise),
                JsonSerializer.Serialize(new { enterprise, purpose = "voluntary", mode = "self", pledge = true, answers = Answers.Of(1 + (i % 2)), scenarios = Answers.Scenarios(i % 5) }));
        }

        Task<(double PerSecond, Durations Each)> Submit(Uri server, TimeSpan window) => HttpLoad.Run(
            server, Clients, window, 201,
            () =>
            {
                var (token, json) = forms[Random.Shared.Next(forms.Length)];
                return HttpLoad.Post(server, path, token, Guid.NewGuid(), json);
            },
            ct);
    }
}
