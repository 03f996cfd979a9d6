using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Board;

/// <summary>The board over HTTP: what the tree took in is in the next answer.</summary>
public sealed class ShowBoardTests : IAsyncLifetime
{
    internal const string Root = $"/api/oversight/{TestService.City}";
    private readonly Town town = new();
    private TestService service = null!;
    private HttpClient auditor = null!;
    private ServiceLog log = null!;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        log = service.App.Services.GetRequiredService<ServiceLog>();
        foreach (var chronicle in town.Logs)
        {
            await OversightLog.Take(log, chronicle.Entries);
        }

        auditor = service.As(Role.Auditor);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    private async Task<JsonElement> Get(string path) => await (await auditor.GetAsync(Root + path)).Json();

    private static JsonElement Row(JsonElement board, string kpi) => board.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("kpi").GetString() == kpi);

    private async Task<string> As(string path, string accept, string language = "zh")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Root + path);
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.AcceptLanguage.ParseAdd(language);
        var answer = await auditor.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task The_board_says_every_figure_and_where_it_stands_and_sees_at_once_what_the_tree_took_in()
    {
        var size = town.Logs.Sum(l => l.Entries.Count);
        var board = await Get("/board");
        Assert.Equal(36, board.GetProperty("rows").GetArrayLength());
        Assert.Equal(5, Row(board, "renovated").GetProperty("figure").GetProperty("value").GetDecimal());
        var standing = board.GetProperty("standing");
        Assert.Equal((size, town.Performance.Entries.Count), (standing.GetProperty("treeSize").GetInt64(), standing.GetProperty("positions").GetProperty("performance").GetInt64()));

        town.Performance.Add("project/p7", "EvaluationRecorded", new { project = "p7", assessment = "a1", doneAt = "2026-03-01T00:00:00Z" });
        town.Performance.Add("project/p7", "ProjectAccepted", new { project = "p7", acceptedOn = "2026-03-20" });
        await OversightLog.Take(log, town.Performance.Entries);

        Assert.Equal(6, Row(await Get("/board"), "renovated").GetProperty("figure").GetProperty("value").GetDecimal());
        Assert.Equal(size + 2, (await Get("/board")).GetProperty("standing").GetProperty("treeSize").GetInt64());
    }

    [Fact]
    public async Task Observers_get_figures_of_whole_cities_and_nothing_of_few_organisations_or_of_one()
    {
        var observer = service.As(Role.Observer);
        var text = await (await observer.GetAsync($"{Root}/board-aggregates")).Content.ReadAsStringAsync();
        using var own = JsonDocument.Parse(text);
        var figures = own.RootElement.GetProperty("cities")[0].GetProperty("figures").EnumerateArray().ToDictionary(f => f.GetProperty("kpi").GetString()!);

        Assert.Equal(36, figures.Count);
        Assert.Contains(figures.Values, HasValue);
        Assert.Contains(figures.Values, f => f.TryGetProperty("why", out var why) && why.ValueKind == JsonValueKind.Object && why.GetProperty("en").GetString()!.Contains("fewer than 5", StringComparison.Ordinal));
        Assert.DoesNotMatch("9[0-9A-Z]{17}|project/|\"district\"", text);
        Assert.Equal((403, "request.role"), await (await service.As(Role.Enterprise, "91350825MAW5MTJ0XQ").GetAsync($"{Root}/board-aggregates")).Refusal());
        Assert.Equal((403, "request.role"), await (await observer.GetAsync($"{Root}/board")).Refusal());

        const string all = "/api/oversight/000000/board-aggregates";
        Assert.Equal((403, "request.city"), await (await observer.GetAsync(all)).Refusal());
        var nation = await (await service.As(Role.Observer, city: "000000").GetAsync(all)).Json();
        Assert.Equal(["350800"], nation.GetProperty("cities").EnumerateArray().Select(c => c.GetProperty("city").GetString()));
        foreach (var sum in nation.GetProperty("nation").EnumerateArray().Where(f => f.GetProperty("unit").GetString() != "percent" && HasValue(f)))
        {
            Assert.Equal(figures[sum.GetProperty("kpi").GetString()!].GetProperty("value").GetDecimal(), sum.GetProperty("value").GetDecimal());
        }
    }

    private static bool HasValue(JsonElement figure) => figure.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number;

    [Fact]
    public async Task A_past_is_what_was_written_down_by_then()
    {
        // Entries of the performance log are one second apart: by then the first project was diagnosed and under contract.
        var board = await Get("/board?asOf=2026-01-01T00:00:06Z");

        Assert.Equal((0, 1), (Row(board, "renovated").GetProperty("figure").GetProperty("value").GetInt32(), Row(board, "diagnosed").GetProperty("figure").GetProperty("numerator").GetInt32()));
        Assert.Equal(6, board.GetProperty("standing").GetProperty("positions").GetProperty("performance").GetInt64());
        Assert.Equal("2026-01-01", board.GetProperty("day").GetString());
    }

    [Fact]
    public async Task Two_people_put_a_plan_in_force_and_figures_are_set_against_it()
    {
        var (officer, approver) = (service.As(Role.BureauOfficer, sub: "u-1"), service.As(Role.BureauApprover, sub: "u-2"));
        var plan = new { from = "2025-10-01", until = "2099-09-30", document = "文1", targets = new[] { new { kpi = "renovated", value = 600 } } };
        Assert.Equal((400, "plan.window"), await (await officer.Command(HttpMethod.Post, $"{Root}/plan/versions", plan)).Refusal());
        var good = new { plan.from, until = "2034-09-30", plan.document, plan.targets };
        Assert.Equal(1, (await (await officer.Command(HttpMethod.Post, $"{Root}/plan/versions", good)).Json(201)).GetProperty("version").GetInt32());
        Assert.False(Row(await Get("/board"), "renovated").TryGetProperty("progress", out var none) && none.ValueKind != JsonValueKind.Null);
        Assert.Equal((403, "request.role"), await (await officer.Command(HttpMethod.Post, $"{Root}/plan/versions/1/approval", new { })).Refusal());
        Assert.Equal((403, "plan.same_person"), await (await service.As(Role.BureauApprover, sub: "u-1").Command(HttpMethod.Post, $"{Root}/plan/versions/1/approval", new { })).Refusal());
        Assert.Equal((404, "plan.version"), await (await approver.Command(HttpMethod.Post, $"{Root}/plan/versions/x/approval", new { })).Refusal());
        await (await approver.Command(HttpMethod.Post, $"{Root}/plan/versions/1/approval", new { })).Json(204);
        Assert.Equal((409, "plan.superseded"), await (await approver.Command(HttpMethod.Post, $"{Root}/plan/versions/1/approval", new { })).Refusal());

        var row = Row(await Get("/board"), "renovated");
        Assert.Equal(("behind", 600), (row.GetProperty("progress").GetProperty("standing").GetString(), row.GetProperty("progress").GetProperty("target").GetInt32()));
        Assert.Contains("÷ 90 ×", row.GetProperty("progress").GetProperty("forecast").GetProperty("arithmetic").GetProperty("en").GetString(), StringComparison.Ordinal);
        Assert.Equal("u-2", (await Get("/plan")).GetProperty("inForce").GetProperty("putInForceBy").GetString());
        Assert.Contains("renovated,完成改造企业数,,,600", await As("/plan", "text/csv"), StringComparison.Ordinal);
        var page = await As("/board", "text/html");
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_figure_opens_into_groups_and_the_list_it_was_counted_from()
    {
        var groups = await Get("/board/diagnosed?by=district");
        Assert.Equal(["350802", "350803"], groups.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("group").GetString()!));
        Assert.Equal("新罗区", groups.GetProperty("items")[0].GetProperty("groupName").GetString());
        Assert.Equal($"{Root}/board/diagnosed/cases", groups.GetProperty("cases").GetString());

        var (ids, next, total) = (new List<string>(), "", 0);
        do
        {
            var page = await Get($"/board/diagnosed/cases?limit=5{next}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!));
            total = page.GetProperty("total").GetInt32();
            next = page.TryGetProperty("next", out var cursor) && cursor.ValueKind == JsonValueKind.String ? $"&after={cursor.GetString()}" : "";
        }
        while (next.Length > 0);

        Assert.Equal((Town.Enterprises, Town.Enterprises), (total, ids.Distinct().Count()));
        Assert.Equal(8, (await Get("/board/diagnosed/cases?numerator=true")).GetProperty("total").GetInt32());
        Assert.Equal(5, (await Get("/board/diagnosed/cases?by=district&group=350803")).GetProperty("total").GetInt32());
        Assert.Equal(2, (await Get("/board/renovated/cases?by=month&group=2026-01")).GetProperty("total").GetInt32());
        var first = (await Get("/board/renovated/cases")).GetProperty("items")[0];
        Assert.Equal("performance", first.GetProperty("entries")[0].GetProperty("service").GetString());
    }

    [Fact]
    public async Task Figures_catalogue_and_cases_are_files_and_pages_in_both_languages()
    {
        Assert.Contains("diagnosed,诊断完成率,,,,%,66.67,8,12,12", await As("/board", "text/csv"), StringComparison.Ordinal);
        Assert.Contains("diagnosed,diagnosed,,,,%,66.67,8,12,12", await As("/board", "text/csv", "en"), StringComparison.Ordinal);
        Assert.Contains("district,350803", await As("/board/diagnosed?by=district", "text/csv"), StringComparison.Ordinal);
        Assert.Contains("performance#", await As("/board/renovated/cases", "text/csv"), StringComparison.Ordinal);
        Assert.StartsWith("PK", await As("/board", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), StringComparison.Ordinal);
        Assert.Contains("分母为空", await As("/board", "text/html"), StringComparison.Ordinal);
        Assert.Contains("Progress board", await As("/board", "text/html", "en"), StringComparison.Ordinal);
        Assert.Contains("新罗区 350802", await As("/board/diagnosed?by=district", "text/html"), StringComparison.Ordinal);
        Assert.Equal(36, (await Get("/kpis")).GetProperty("total").GetInt32());
        Assert.Contains("leverage,leverage,spend of projects", await As("/kpis", "text/csv", "en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_monthly_report_stands_at_the_end_of_the_month_beside_the_month_before()
    {
        var report = await Get("/board-reports/2026-02");
        var line = report.GetProperty("lines").EnumerateArray().First(l => l.GetProperty("row").GetProperty("kpi").GetString() == "renovated");
        Assert.Equal(("2026-02-28", 4, 2), (report.GetProperty("day").GetString(), line.GetProperty("row").GetProperty("figure").GetProperty("value").GetInt32(), line.GetProperty("before").GetInt32()));

        Assert.Contains("renovated,完成改造企业数,district,350802,新罗区,家,4,4,,4,", await As("/board-reports/2026-02", "text/csv"), StringComparison.Ordinal);
        Assert.StartsWith("PK", await As("/board-reports/2026-02", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), StringComparison.Ordinal);
        Assert.Contains("进展月报 2026-02", await As("/board-reports/2026-02", "text/html"), StringComparison.Ordinal);
        Assert.Contains("Monthly report 2026-02", await As("/board-reports/2026-02", "text/html", "en"), StringComparison.Ordinal);
        foreach (var month in new[] { "2026-13", "2099-01", "x" })
        {
            Assert.Equal((400, "report.month"), await (await auditor.GetAsync($"{Root}/board-reports/{month}")).Refusal());
        }
    }

    [Theory]
    [InlineData("/board/none", 404, "kpi.unknown")]
    [InlineData("/board/none/cases", 404, "kpi.unknown")]
    [InlineData("/board/l4?by=provider", 400, "request.query")]
    [InlineData("/board/l4?by=size", 400, "request.query")]
    [InlineData("/board/l4/cases?by=district", 400, "request.query")]
    [InlineData("/board/l4/cases?group=350802", 400, "request.query")]
    [InlineData("/board/l4/cases?by=month&group=2026-13", 400, "request.query")]
    [InlineData("/board/l4/cases?limit=0", 400, "request.query")]
    [InlineData("/board/l4/cases?limit=201", 400, "request.query")]
    [InlineData("/board/l4/cases?after=xyz", 400, "request.query")]
    [InlineData("/board/l4/cases?numerator=yes", 400, "request.query")]
    public async Task What_is_not_a_figure_or_a_group_is_refused(string path, int status, string code) => Assert.Equal((status, code), await (await auditor.GetAsync(Root + path)).Refusal());

    [Theory]
    [InlineData(Role.Enterprise)]
    [InlineData(Role.Provider)]
    [InlineData(Role.Observer)]
    public async Task The_lists_behind_the_figures_are_for_those_who_decide_and_the_auditor(Role role)
    {
        Assert.Equal((403, "request.role"), await (await service.As(role).GetAsync($"{Root}/board")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(role).GetAsync($"{Root}/board/renovated/cases")).Refusal());
    }
}
