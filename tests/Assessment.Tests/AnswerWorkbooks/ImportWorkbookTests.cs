using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Assessment.AnswerWorkbooks;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Tests.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Workbooks;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.AnswerWorkbooks;

public sealed class ImportWorkbookTests : IAsyncLifetime
{
    private const string Assessments = "/api/assessment/350800/assessments";
    private const string Path = $"{Assessments}/workbooks";

    private TestService service = null!;

    /// <summary>The enterprise to which the evaluator sells, in these tests.</summary>
    private static readonly string Sold = Filled.Enterprise(100_077);

    public async Task InitializeAsync() => service = await Services.Start(independence: (_, enterprise, _, _) => ValueTask.FromResult<Result<Independence>>(
        enterprise == Away ? Gone : enterprise == Sold ? new Independence(true, [], [new("performance", TestService.City, "project/P1", 1, 9)]) : Independence.Nothing));

    public async Task DisposeAsync() => await service.DisposeAsync();

    private HttpClient Evaluator => service.As(Role.Evaluator, "evaluation-1");

    private static byte[] Good(int rows = 3) =>
        Filled.Workbook([.. Enumerable.Range(0, rows).Select(i => Filled.Row(Filled.Miit, 5 + i, Filled.Enterprise(i), Examples.Full.WithScenarios(3, 5, 3)))]);

    /// <summary>The enterprise that the peers cannot be asked about.</summary>
    private static readonly string Away = Filled.Enterprise(100_088);

    private static readonly Fault Gone = RequestFaults.PeerUnavailable;

    private static readonly byte[] Bad = Filled.Workbook(
        Filled.Row(Filled.Miit, 5, Filled.Enterprise(), Examples.Full.WithScenario("S02", 7)),
        Filled.Row(Filled.Miit, 6, "9135", Examples.Full.With("Q1", "A", "B").Without("Q3"), change: ("Q2", "H")),
        Filled.Row(Filled.Miit, 7, Filled.Enterprise(2), Examples.Full.WithFacts(("equipment-total", 10m), ("equipment-digital", 1m), ("pass-rate", 101m)), change: ("row.purpose", null)));

    private Task<HttpResponseMessage> Import(HttpClient client, byte[] file, string query = "", Guid? key = null) => client.Command(HttpMethod.Post, Path + query, file, FormWriter.MediaType, key);

    private ServiceLog Log => service.App.Services.GetRequiredService<ServiceLog>();

    [Fact]
    public async Task Every_row_becomes_an_assessment_once()
    {
        var key = Guid.NewGuid();
        var first = await Import(Evaluator, Good(), key: key);
        var told = await first.Json(201);
        var again = await Import(Evaluator, Good(), key: key);

        Assert.Equal(told.ToString(), (await again.Json(201)).ToString());
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal((3, false, "miit-2024@1"), (told.GetProperty("assessments").GetInt32(), told.GetProperty("dryRun").GetBoolean(), told.GetProperty("instruments")[0].GetString()));
        Assert.Equal(4, (await Log.Head(TestService.City, default)).Position);

        var row = told.GetProperty("rows")[1];
        Assert.Equal(
            ("miit-2024!A6", Filled.Enterprise(1), "submitted", 3),
            (row.GetProperty("cell").GetString(), row.GetProperty("enterprise").GetString(), row.GetProperty("status").GetString(), row.GetProperty("level").GetInt32()));
        var id = row.GetProperty("id").GetString()!;
        var (one, version, _) = await Log.Load(TestService.City, Assessment.Assessments.Assessment.Noun, id, null, default);
        Assert.Equal((1, AssessmentStatus.Submitted, Mode.ThirdParty, Purpose.Before, "evaluation-1"), (version, one.Status, one.Proposed!.Mode, one.Proposed.Purpose, one.Proposed.Evaluator));
        await Services.Confirm(service, $"{Assessments}/{id}");
    }

    [Fact]
    public async Task An_evaluator_that_sells_to_one_of_them_imports_none_and_the_attempt_stays_on_record()
    {
        var file = Filled.Workbook(Filled.Row(Filled.Miit, 5, Filled.Enterprise(), Examples.Full), Filled.Row(Filled.Miit, 6, Sold, Examples.Full));

        var problem = await (await Import(Evaluator, file, "?dryRun=true")).Json(422);
        Assert.Equal(0, (await Log.Head(TestService.City, default)).Position);
        var detail = Assert.Single(problem.GetProperty("details").EnumerateArray());
        Assert.Equal(("miit-2024!A6", "assessment.evaluator_sells"), (detail.GetProperty("path").GetString(), detail.GetProperty("code").GetString()));

        Assert.Equal((422, "answer_workbook.has_errors"), await (await Import(Evaluator, file)).Refusal());
        var entry = Assert.Single(await Log.Read(TestService.City, 0, 10, default));
        Assert.Equal(nameof(AssessmentRefused), entry.Type);
        await (await Import(service.As(Role.BureauOfficer), file)).Json(201);
    }

    [Fact]
    public async Task Where_independence_cannot_be_asked_nothing_is_decided() =>
        Assert.Equal((503, "peer.unavailable"), await (await Import(Evaluator, Filled.Workbook(Filled.Row(Filled.Miit, 5, Away, Examples.Full)))).Refusal());

    [Theory]
    [InlineData(Role.Provider, "provider-assisted", "submitted")]
    [InlineData(Role.BureauOfficer, "official", "submitted")]
    [InlineData(Role.Enterprise, "self", "confirmed")]
    public async Task The_mode_is_the_one_of_the_role(Role role, string mode, string status)
    {
        var client = service.As(role, role == Role.Enterprise ? Filled.Enterprise() : null);
        var row = (await (await Import(client, Filled.Workbook(Filled.Row(Filled.Miit, 5, Filled.Enterprise(), Examples.Full, pledge: "是")))).Json(201)).GetProperty("rows")[0];

        var (one, _, _) = await Log.Load(TestService.City, Assessment.Assessments.Assessment.Noun, row.GetProperty("id").GetString()!, null, default);
        Assert.Equal((mode, status), (JsonSerializer.SerializeToElement(one.Begun!.Mode, Json.Lenient).GetString(), row.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task The_same_file_under_another_key_makes_nothing_and_another_file_under_the_same_key_is_refused()
    {
        var key = Guid.NewGuid();
        await (await Import(Evaluator, Good(), key: key)).Json(201);

        Assert.Equal((409, "answer_workbook.already_imported"), await (await Import(Evaluator, Good())).Refusal());
        Assert.Equal((409, "command.id_reused"), await (await Import(Evaluator, Good(2), key: key)).Refusal());
        Assert.Equal(4, (await Log.Head(TestService.City, default)).Position);
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_and_leaves_nothing_behind()
    {
        var told = await (await Import(Evaluator, Good(), "?dryRun=true")).Json(200);

        Assert.Equal((true, 3), (told.GetProperty("dryRun").GetBoolean(), told.GetProperty("rows").GetArrayLength()));
        Assert.Equal(0, (await Log.Head(TestService.City, default)).Position);
        Assert.Equal((422, "answer_workbook.has_errors"), await (await Import(Evaluator, Bad, "?dryRun=true")).Refusal());
        await (await Import(Evaluator, Good(), "?dryRun=false")).Json(201);
        Assert.Equal((409, "answer_workbook.already_imported"), await (await Import(Evaluator, Good(), "?dryRun=true")).Refusal());
    }

    [Fact]
    public async Task One_wrong_cell_and_nothing_is_imported_and_every_wrong_cell_is_named_at_once()
    {
        var problem = await (await Import(Evaluator, Bad)).Json(422);

        string At(string key, int row) => Filled.At(Filled.Miit, key, row);
        Assert.Equal("answer_workbook.has_errors", problem.GetProperty("code").GetString());
        Assert.Equal(
            new[]
            {
                (At("S02", 5), "answers.scenario_level"), (At("row.enterprise", 6), "assessment.enterprise"), (At("Q2", 6), "answer_workbook.choice"), (At("Q1.A", 6), "answers.excludes_others"), (At("Q3", 6), "answers.missing_item"), (At("row.purpose", 7), "answer_workbook.no_purpose"),
                (At("Q2", 7), "answers.derived_option"), (At("fact.pass-rate", 7), "answers.fact_out_of_range"),
            }.Order(),
            problem.GetProperty("details").EnumerateArray().Select(d => (d.GetProperty("path").GetString()!, d.GetProperty("code").GetString()!)).Order());
        Assert.Equal(0, (await Log.Head(TestService.City, default)).Position);
    }

    [Fact]
    public async Task A_caller_who_asks_for_it_gets_the_workbook_with_its_errors_marked_and_sends_it_again_corrected()
    {
        var client = Evaluator;
        client.DefaultRequestHeaders.Add("Accept", FormWriter.MediaType);
        var answer = await Import(client, Bad);
        var marked = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal((422, FormWriter.MediaType), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var parts = Filled.Parts(marked);
        Assert.Contains($"ref=\"{Filled.At(Filled.Miit, "S02")[10..]}\"", parts["xl/comments3.xml"], StringComparison.Ordinal);
        Assert.Contains("等级 7 应为 0 至 4", parts["xl/worksheets/sheet1.xml"], StringComparison.Ordinal);
        Assert.Equal(["错误清单", "填写说明", "miit-2024", "_lists", "_pilotcity"], Names(marked));

        Assert.Equal((422, "answer_workbook.has_errors"), await (await Import(Evaluator, marked)).Refusal());
        var fixedFile = Filled.Tampered(marked, "xl/worksheets/sheet3.xml", x => x.Replace("<v>7</v>", "<v>3</v>", StringComparison.Ordinal));
        Assert.DoesNotContain(Filled.At(Filled.Miit, "S02"), (await (await Import(Evaluator, fixedFile)).Json(422)).GetProperty("details").EnumerateArray().Select(d => d.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task A_file_that_is_refused_as_a_whole_is_told_in_words_whatever_was_asked_for()
    {
        var client = Evaluator;
        client.DefaultRequestHeaders.Add("Accept", FormWriter.MediaType);

        Assert.Equal((400, "workbook.not_a_workbook"), await (await Import(client, [1, 2, 3])).Refusal());
        Assert.Equal((422, "answer_workbook.other_city"), await (await Import(client, Filled.Workbook("350100", (Filled.Miit, [])))).Refusal());
        Assert.Equal((400, "request.query"), await (await Import(client, Good(), "?dryRun=perhaps")).Refusal());
        Assert.Equal((400, "request.query"), await (await Import(client, Good(), "?validRowsOnly=true")).Refusal());
    }

    [Fact]
    public async Task An_enterprise_sends_its_own_with_the_pledge_and_nobody_else_s()
    {
        var own = service.As(Role.Enterprise, Filled.Enterprise());
        byte[] File(string? pledge, int number) => Filled.Workbook(Filled.Row(Filled.Miit, 5, Filled.Enterprise(number), Examples.Full, pledge: pledge));

        Assert.Equal("assessment.no_pledge", await Detail(own, File("否", 0)));
        Assert.Equal("assessment.no_pledge", await Detail(own, File(null, 0)));
        Assert.Equal("assessment.other_enterprise", await Detail(own, File("是", 1)));
        await (await Import(own, File("是", 0))).Json(201);
        Assert.Equal((403, "request.role"), await (await Import(service.As(Role.Auditor), Good())).Refusal());
    }

    [Fact]
    public async Task What_was_imported_is_shown_to_whoever_sent_it_and_to_the_city()
    {
        var location = (await Import(Evaluator, Good())).Headers.Location!;

        var seen = await (await service.As(Role.Auditor).GetAsync(location)).Json();
        Assert.Equal((3, 3), (seen.GetProperty("imported").GetProperty("assessments").GetInt32(), seen.GetProperty("imported").GetProperty("enterprises").GetInt32()));
        await (await Evaluator.GetAsync(location)).Json();
        Assert.Equal((404, "answer_workbook.unknown"), await (await service.As(Role.Evaluator, "evaluation-2").GetAsync(location)).Refusal());
        Assert.Equal((404, "answer_workbook.unknown"), await (await service.As(Role.Auditor).GetAsync($"{Path}/nothing")).Refusal());
    }

    [Fact]
    public async Task A_thousand_enterprises_are_one_command()
    {
        var told = await (await Import(Evaluator, Good(AnswerSheet.RowsMax))).Json(201);

        Assert.Equal(AnswerSheet.RowsMax, told.GetProperty("rows").GetArrayLength());
        Assert.Equal(AnswerSheet.RowsMax + 1, (await Log.Head(TestService.City, default)).Position);
        Assert.Equal(AnswerSheet.RowsMax, told.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task A_workbook_of_a_city_s_own_reading_is_scored_by_it_and_taken_nowhere_else()
    {
        const string Instruments = "/api/assessment/350800/instruments";
        var proposed = await (await service.As(Role.BureauOfficer).Command(HttpMethod.Put, $"{Instruments}/miit-2024/override-draft", InstrumentBookTests.Counts(), "application/json")).Json(201);
        var (reference, sha256) = (proposed.GetProperty("reference").GetString()!, proposed.GetProperty("sha256").GetString()!);
        var sheet = new AnswerSheet(Examples.Miit2024 with { Reference = reference, Sha256 = sha256 });
        byte[] Filling(AnswerSheet of) => Filled.Workbook(of, Filled.Row(of, 5, Filled.Enterprise(), Examples.Full.WithScenarios(3, 3, 3)));
        Assert.Equal((422, "answer_workbook.other_instrument"), await (await Import(Evaluator, Filling(sheet))).Refusal());

        await (await service.As(Role.BureauApprover).Command(HttpMethod.Post, $"{Instruments}/miit-2024/publication", new PublishInstrument.Body(reference, sha256))).Json(201);
        var made = Filled.Parts(await (await Evaluator.GetAsync($"{Instruments}/miit-2024/workbook")).Content.ReadAsByteArrayAsync());
        Assert.Contains($">{reference}<", made[Filled.VersionPart], StringComparison.Ordinal);
        Assert.Contains($">{sha256}<", made[Filled.VersionPart], StringComparison.Ordinal);

        async Task<(string?, int)> Result(byte[] file)
        {
            var told = await (await Import(Evaluator, file)).Json(201);
            return (told.GetProperty("instruments")[0].GetString(), told.GetProperty("rows")[0].GetProperty("level").GetInt32());
        }

        Assert.Equal((reference, 3), await Result(Filling(sheet)));
        Assert.Equal(("miit-2024@1", 2), await Result(Filling(Filled.Miit)));
    }

    private async Task<string?> Detail(HttpClient client, byte[] file) => (await (await Import(client, file)).Json(422)).GetProperty("details")[0].GetProperty("code").GetString();

    private static IEnumerable<string> Names(byte[] file)
    {
        using var workbook = WorkbookReader.Open(file).Value;
        return [.. workbook.Sheets.Select(s => s.Name)];
    }
}
