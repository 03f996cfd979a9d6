using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Oversight.MoneyPaths;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.MoneyPaths;

/// <summary>The path and the trail as pages: nothing lies on anything else, nothing runs, and what somebody wrote is shown and not obeyed.</summary>
public sealed class DrawMoneyPathTests : IAsyncLifetime
{
    private TestService service = null!;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        await OversightLog.Take(log, MoneyStory.Tell().Entries);
        await OversightLog.Take(log, new Chronicle("performance").Add("project/P1", "ContractRegistered", new { enterprise = MoneyStory.Enterprise, signedOn = "2025-06-01", title = "<script>alert(1)</script>" }).Entries);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Theory]
    [InlineData("fund", MoneyStory.Fund, 3)]
    [InlineData("award", MoneyStory.Award, 2)]
    public async Task No_box_lies_on_another_and_all_stand_on_the_sheet(string kind, string id, int drawings)
    {
        var path = (await ReadMoneyPath.Read(service.App.Services.GetRequiredService<ServiceLog>().Database, TestService.City, kind, id, long.MaxValue, default))!;

        foreach (var language in new[] { "zh", "en" })
        {
            var drawn = DrawMoneyPath.Draw(path, language);
            Assert.Equal(drawings, drawn.Count);
            foreach (var drawing in drawn)
            {
                var boxes = drawing.Shapes.OfType<Outline>().Where(o => o.Points.Count == 4).Select(o => (Left: o.Points.Min(p => p.X), Top: o.Points.Min(p => p.Y), Right: o.Points.Max(p => p.X), Bottom: o.Points.Max(p => p.Y))).ToArray();
                Assert.True(boxes.Length >= 3);
                Assert.DoesNotContain(drawing.Shapes.OfType<Label>(), l => l.Text.Contains("0…", StringComparison.Ordinal) || l.Text.Contains(",…", StringComparison.Ordinal));
                Assert.All(boxes, b => Assert.True(b.Left >= 0 && b.Top >= 0 && b.Right <= drawing.Width && b.Bottom <= drawing.Height, $"{b} of {drawing.Words}"));
                Assert.All(drawing.Shapes.OfType<Label>(), l => Assert.InRange(l.Y, 0, drawing.Height));
                for (var i = 0; i < boxes.Length; i++)
                {
                    Assert.All(boxes[(i + 1)..], b => Assert.False(b.Left < boxes[i].Right && b.Right > boxes[i].Left && b.Top < boxes[i].Bottom && b.Bottom > boxes[i].Top));
                }
            }
        }
    }

    [Theory]
    [InlineData("money-path?award=P1", "zh", "银行退回", "各站进出与余额相符")]
    [InlineData("money-path?award=P1", "en", "returned by the bank", "sums agree to the fen")]
    [InlineData("money-path?fund=central-2025", "zh", "服务券", "booked-twice")]
    [InlineData("trail?project=P1", "zh", "时间线", "2025-06-01")]
    [InlineData("trail?enterprise=91350825MAW5MTJ0XQ&trueAt=2026-03-01&asOf=2026-03-01T00:00:00Z&service=funding", "en", "True no later than", "As known at")]
    [InlineData("trail?project=P9", "en", "0 entries", "end of the answer", false)]
    public async Task A_page_says_it_in_both_languages_and_runs_nothing(string question, string language, string says, string and, bool draws = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/oversight/{TestService.City}/{question}");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("text/html"));
        request.Headers.AcceptLanguage.ParseAdd(language);

        var response = await service.As(Role.Auditor).SendAsync(request);
        var html = await response.Content.ReadAsStringAsync();

        Assert.StartsWith("default-src 'none'; style-src 'sha256-", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains(says, html, StringComparison.Ordinal);
        Assert.Contains(and, html, StringComparison.Ordinal);
        Assert.True(!draws || html.Contains("<svg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pdf_is_made_of_the_same()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/oversight/{TestService.City}/money-path?award=P1");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/pdf"));

        Assert.Equal("%PDF"u8.ToArray(), (await (await service.As(Role.Auditor).SendAsync(request)).Content.ReadAsByteArrayAsync())[..4]);
    }
}
