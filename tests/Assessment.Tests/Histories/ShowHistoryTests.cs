using System.Net.Http.Headers;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Histories;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Histories;

public sealed class ShowHistoryTests
{
    private const string Path = $"/api/assessment/350800/enterprises/{BeginAssessmentTests.Enterprise}/history";

    private static readonly Entry Kept = new Entry("assessment", "350800", 12, "assessment/A1", 1, nameof(AssessmentConfirmed), Guid.Empty, "evaluator:u1@evaluation-1", 1_780_000_000_000_000, "", [], [], []).Sealed(new byte[32]);

    private static HistoryItem Item(string reference, int level, int day, Mode mode = Mode.ThirdParty, DateTimeOffset? correctedAt = null, DateTimeOffset? asOf = null)
    {
        var by = ShippedInstruments.Find(reference).Value;
        var row = new AssessmentRow($"A{day}", "E", Purpose.After, mode, by.Reference, new Dictionary<string, Points>(), new(50m), level, null, DateTimeOffset.UnixEpoch.AddDays(day)) { CorrectedAt = correctedAt };
        return PlaceResult.Of(row, Kept, by, Examples.Miit2024, asOf);
    }

    [Fact]
    public void Only_results_of_the_scale_s_own_instrument_stand_on_it_without_a_cross_walk()
    {
        Assert.Equal(new ScalePlace(2, "at", "own"), Item("miit-2024", 2, 1).Place);
        Assert.Null(Item("tencent-process", 3, 1).Place);
        Assert.Equal(("复杂应用期", "100"), (Item("tencent-process", 3, 1).LevelName?.Zh, Item("tencent-process", 3, 1).Maximum.ToString()));
    }

    [Theory]
    [InlineData(0, 1, "below")]
    [InlineData(3, 3, "at")]
    [InlineData(5, 4, "above")]
    public void A_cross_walk_onto_another_edition_is_said_as_a_proxy_and_not_drawn_on_the_scale(int stage, int level, string relation)
    {
        var place = Item("lenovo-stages", stage, 1).Place!;
        Assert.Equal((level, relation, "proxy", "miit-2022"), (place.Level, place.Relation, place.Kind, place.On));
        Assert.False(string.IsNullOrEmpty(place.Why?.Zh));
        var history = new History("E", "miit-2024@1", [Item("miit-2024", 3, 1), Item("lenovo-stages", stage, 2)], 0);
        var lowest = DrawHistory.Draw(history, Examples.Miit2024, "en").Shapes.OfType<Outline>().SelectMany(o => o.Points).Max(p => p.Y);
        var without = DrawHistory.Draw(history with { Items = [Item("miit-2024", 3, 1), Item("tencent-process", 3, 2)] }, Examples.Miit2024, "en").Shapes.OfType<Outline>().SelectMany(o => o.Points).Max(p => p.Y);
        Assert.Equal(without, lowest);
    }

    [Fact]
    public void A_correction_takes_a_result_out_of_the_line_from_its_moment_on()
    {
        var corrected = DateTimeOffset.UnixEpoch.AddDays(9);
        Assert.Equal(HistoryStanding.Corrected, Item("miit-2024", 2, 1, correctedAt: corrected).Standing);
        Assert.Equal(HistoryStanding.Valid, Item("miit-2024", 2, 1, correctedAt: corrected, asOf: corrected.AddTicks(-1)).Standing);

        var history = new History("E", "miit-2024@1", [Item("miit-2024", 1, 1), Item("miit-2024", 2, 5, correctedAt: corrected), Item("tencent-process", 3, 6), Item("miit-2024", 3, 9, Mode.Self)], 0);
        var drawing = DrawHistory.Draw(history, Examples.Miit2024, "en");
        Assert.Single(drawing.Shapes.OfType<Outline>(), o => o is { Points.Count: 2, Thickness: 1.2 });
        Assert.Contains("1970-01-02 miit-2024@1 Level 1, initial", drawing.Words, StringComparison.Ordinal);
        Assert.All(drawing.Shapes.OfType<Outline>().SelectMany(o => o.Points), p => Assert.True(p.X >= 0 && p.X <= drawing.Width && p.Y >= 0 && p.Y <= drawing.Height));
    }

    [Fact]
    public async Task A_history_names_its_entries_and_shows_everybody_what_is_theirs()
    {
        var clock = new Clock(DateTimeOffset.UtcNow);
        await using var service = await Services.Start(clock);
        await Made(service, service.As(Role.Enterprise, BeginAssessmentTests.Enterprise), BeginAssessmentTests.Body());
        var early = clock.GetUtcNow();
        clock.Move(TimeSpan.FromDays(30));
        await Made(service, service.As(Role.Evaluator, "evaluation-1"), BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After, Examples.Full.WithScenarios(3, 5, 3)), confirm: true);

        var all = await (await service.As(Role.Auditor).GetAsync(Path)).Json();
        var items = all.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["self", "third-party"], items.Select(i => i.GetProperty("mode").GetString()));
        Assert.Equal([1, 3], items.Select(i => i.GetProperty("source").GetProperty("position").GetInt32()));
        Assert.Equal([2, 3], items.Select(i => i.GetProperty("place").GetProperty("level").GetInt32()));
        Assert.Matches("^[0-9a-f]{64}$", items[0].GetProperty("entrySha256").GetString());
        Assert.Equal(2, await Count(service.As(Role.Enterprise, BeginAssessmentTests.Enterprise)));
        Assert.Equal(1, await Count(service.As(Role.Evaluator, "evaluation-1")));
        Assert.Equal(1, await Count(service.As(Role.Auditor), $"?asOf={early:yyyy-MM-ddTHH:mm:ss.fffffffZ}"));
        Assert.Equal((404, "enterprise.unknown"), await (await service.As(Role.Enterprise, "91350100M000100Y44").GetAsync(Path)).Refusal());
        Assert.Equal((404, "enterprise.unknown"), await (await service.As(Role.Evaluator, "evaluation-2").GetAsync(Path)).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Observer).GetAsync(Path)).Refusal());

        var csv = await Text(service, "text/csv");
        Assert.Equal(3, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("assessment/350800 #3", csv, StringComparison.Ordinal);
        Assert.Contains("<svg", await Text(service, "text/html"), StringComparison.Ordinal);
        Assert.StartsWith("%PDF-1.7", await Text(service, "application/pdf"), StringComparison.Ordinal);
    }

    private static async Task Made(TestService service, HttpClient client, BeginAssessment.Body body, bool confirm = false)
    {
        var made = await client.Command(HttpMethod.Post, "/api/assessment/350800/assessments", body);
        await made.Json(201);
        if (confirm)
            await Services.Confirm(service, made.Headers.Location!.ToString());
    }

    private static async Task<int> Count(HttpClient client, string query = "") => (await (await client.GetAsync(Path + query)).Json()).GetProperty("items").GetArrayLength();

    private static async Task<string> Text(TestService service, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return await (await service.As(Role.Auditor).SendAsync(request)).Content.ReadAsStringAsync();
    }
}
