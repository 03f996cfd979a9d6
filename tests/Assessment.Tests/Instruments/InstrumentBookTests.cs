using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Instruments;

/// <summary>A city's own instruments and overrides: one proposes, another publishes, results name them, and nothing published changes.</summary>
public sealed class InstrumentBookTests
{
    private const string Path = "/api/assessment/350800/instruments";

    private static readonly Actor Officer = new(Role.BureauOfficer, "officer-1", "bureau");

    private static readonly Actor Approver = new(Role.BureauApprover, "approver-1", "bureau");

    private static readonly InstrumentBook Empty = InstrumentBook.Noun.Initial;

    internal static byte[] Counts(string name = "longyan-1") => Encoding.UTF8.GetBytes($$"""
        {
          "instrument": "miit-2024@1", "name": "{{name}}", "title": {"zh": "龙岩", "en": "Longyan"}, "source": "龙工信〔2026〕1号",
          "changes": [
            {"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minScenarios", "value": 6},
            {"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minConstraint", "value": 3}
          ]
        }
        """);

    /// <summary>The process model as the missing tables of the 2022 edition: no official table, only a complete one.</summary>
    internal static byte[] Edition(int version = 2, string id = "miit-2022", Action<JsonNode>? change = null)
    {
        var root = JsonNode.Parse(Examples.TencentProcess.Document.Span)!;
        root["id"] = id;
        root["version"] = version;
        change?.Invoke(root);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static InstrumentBook After(InstrumentBook book, Decision decision, Actor actor)
    {
        Assert.Null(decision.Fault);
        foreach (var change in decision.Changes)
        {
            // As the log holds it: written and read back.
            var payload = Noun.Write(change.Event);
            Assert.True(payload.Length <= CanonicalEntry.PayloadBytesMax);
            book = InstrumentBook.Noun.Apply(book, InstrumentBook.Noun.Read(change.Event.GetType().Name, payload), new(actor, DateTimeOffset.UnixEpoch, 1, 1, change.Stream));
        }

        return book;
    }

    private static InstrumentBook Publish(InstrumentBook book, Decision proposed)
    {
        var answer = Assert.IsType<ProposeInstrument.Proposed>(proposed.Body);
        var drafted = After(book, proposed, Officer);
        return After(drafted, PublishInstrument.Decide(drafted, new(answer.Reference, answer.Sha256), Approver), Approver);
    }

    [Fact]
    public void An_id_alone_means_what_is_in_force_and_a_pinned_version_stays_what_it_was()
    {
        var book = Publish(Empty, ProposeInstrument.DecideOverride(Empty, "miit-2024", Counts()));
        Assert.Equal("miit-2024@1+longyan-1", book.Find("miit-2024").Value.Reference);
        Assert.Same(Examples.Miit2024, book.Find("miit-2024@1").Value);
        Assert.Equal(6, book.Find("miit-2024@1+longyan-1").Value.Levels[1].MinScenarios);

        book = Publish(book, ProposeInstrument.DecideOverride(book, "miit-2024", Counts("longyan-2")));
        Assert.Equal("miit-2024@1+longyan-2", book.Find("miit-2024").Value.Reference);
        Assert.Equal("instrument.unknown", book.Find("miit-2024@1+longyan-3").Fault?.Code);

        var second = Edition(2, "miit-2024");
        book = Publish(book, ProposeInstrument.DecideVersion(book, "miit-2024", second));
        Assert.Equal("miit-2024@2", book.Find("miit-2024").Value.Reference);
    }

    [Fact]
    public void A_proposal_that_nobody_published_decides_nothing()
    {
        var book = After(Empty, ProposeInstrument.DecideOverride(Empty, "miit-2024", Counts()), Officer);
        Assert.Equal("miit-2024@1", book.Find("miit-2024").Value.Reference);
        Assert.Equal("instrument.unknown", book.Find("miit-2024@1+longyan-1").Fault?.Code);
    }

    [Fact]
    public void The_hash_of_an_overridden_instrument_is_that_of_the_base_with_the_named_values_exchanged()
    {
        var text = Encoding.UTF8.GetString(Examples.Miit2024.Document.Span);
        var book = Publish(Empty, ProposeInstrument.DecideOverride(Empty, "miit-2024", Counts()));
        var changed = Encoding.UTF8.GetString(book.Find("miit-2024").Value.Document.Span);
        Assert.Equal((text.Length, text.Count(c => c == '\n')), (changed.Length, changed.Count(c => c == '\n')));
        Assert.Equal(2, text.Zip(changed).Count(c => c.First != c.Second));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(changed))), book.Find("miit-2024").Value.Sha256);
        Assert.Equal((Examples.Miit2024.Sha256, Convert.ToHexStringLower(SHA256.HashData(Counts()))), (book.Find("miit-2024").Value.Override!.BaseSha256, book.Find("miit-2024").Value.Override!.Sha256));
    }

    [Fact]
    public void The_missing_tables_of_an_edition_are_loaded_as_its_next_version_which_then_scores()
    {
        Assert.Equal("instrument.incomplete", ScoreAnswers.Score(Empty.Find("miit-2022").Value, Examples.Zero).Fault?.Code);
        var book = Publish(Empty, ProposeInstrument.DecideVersion(Empty, "miit-2022", Edition()));
        var answers = Examples.Of(book.Find("miit-2022").Value.Items.ToDictionary(i => i.Id, i => Examples.Options(i.Options[0].Id)));
        Assert.Equal("miit-2022@2", ScoreAnswers.Score(book.Find("miit-2022").Value, answers).Value.Instrument);
        Assert.Equal("instrument.incomplete", ScoreAnswers.Score(book.Find("miit-2022@1").Value, answers).Fault?.Code);
    }

    [Fact]
    public void What_cannot_be_proposed_is_refused_with_its_reason()
    {
        Assert.Equal("instrument.other_id", ProposeInstrument.DecideVersion(Empty, "miit-2022", Edition(2, "other")).Fault?.Code);
        Assert.Equal("instrument.version", ProposeInstrument.DecideVersion(Empty, "miit-2022", Edition(1)).Fault?.Code);
        Assert.Equal("instrument.version", ProposeInstrument.DecideVersion(Empty, "miit-2022", Edition(3)).Fault?.Code);
        Assert.Null(ProposeInstrument.DecideVersion(Empty, "own", Edition(1, "own")).Fault);
        Assert.Equal("instrument.invalid", ProposeInstrument.DecideVersion(Empty, "own", "{}"u8.ToArray()).Fault?.Code);
        Assert.Equal("instrument.incomplete", ProposeInstrument.DecideVersion(Empty, "miit-2022", ShippedInstruments.Find("miit-2022").Value.Document.ToArray()).Fault?.Code);
        Assert.Equal("instrument.other_id", ProposeInstrument.DecideOverride(Empty, "tencent-process", Counts()).Fault?.Code);
        Assert.Equal("override.invalid", ProposeInstrument.DecideOverride(Empty, "miit-2024", "{}"u8.ToArray()).Fault?.Code);

        var book = Publish(Empty, ProposeInstrument.DecideOverride(Empty, "miit-2024", Counts()));
        Assert.Equal("override.name_taken", ProposeInstrument.DecideOverride(book, "miit-2024", Counts()).Fault?.Code);
        var onTop = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Counts("more")).Replace("miit-2024@1", "miit-2024@1+longyan-1", StringComparison.Ordinal));
        Assert.Equal("override.invalid", ProposeInstrument.DecideOverride(book, "miit-2024", onTop).Fault?.Code);
    }

    [Fact]
    public void A_file_that_fits_no_entry_and_one_too_many_are_refused()
    {
        // What no packing makes smaller: characters by chance.
        var random = new Random(1);
        var noise = Edition(1, "own", root => root["notes"] = new string([.. Enumerable.Range(0, 60_000).Select(_ => (char)random.Next('0', 'z')).Where(char.IsAsciiLetterOrDigit)]));
        Assert.Equal("instrument.file_too_large", ProposeInstrument.DecideVersion(Empty, "own", noise).Fault?.Code);

        var one = Publish(Empty, ProposeInstrument.DecideOverride(Empty, "miit-2024", Counts()));
        var last = one with { Published = [.. Enumerable.Repeat(one.Published[0], InstrumentBook.PublishedMax - 1)] };
        Assert.Null(ProposeInstrument.DecideOverride(last, "miit-2024", Counts("longyan-9")).Fault);
        Assert.Equal("instrument.too_many", ProposeInstrument.DecideOverride(last with { Published = last.Published.Add(one.Published[0]) }, "miit-2024", Counts("longyan-9")).Fault?.Code);
    }

    [Fact]
    public void Publishing_takes_a_second_person_who_read_the_very_proposal()
    {
        Assert.Equal("instrument.nothing_drafted", PublishInstrument.Decide(Empty, new("miit-2024@1+longyan-1", "00"), Approver).Fault?.Code);
        var proposed = ProposeInstrument.DecideOverride(Empty, "miit-2024", Counts());
        var answer = (ProposeInstrument.Proposed)proposed.Body!;
        var book = After(Empty, proposed, Officer);
        Assert.Equal("instrument.other_hash", PublishInstrument.Decide(book, new(answer.Reference, new string('0', 64)), Approver).Fault?.Code);
        Assert.Equal("instrument.other_hash", PublishInstrument.Decide(book, new("miit-2024@2", answer.Sha256), Approver).Fault?.Code);

        var same = PublishInstrument.Decide(book, new(answer.Reference, answer.Sha256), Approver with { Sub = Officer.Sub });
        Assert.Equal("instrument.same_person", same.Fault?.Code);
        Assert.IsType<InstrumentPublicationRefused>(Assert.Single(same.Changes).Event);
    }

    [Fact]
    public void A_proposal_whose_base_this_program_does_not_hold_is_not_guessed()
    {
        var book = Publish(Empty, ProposeInstrument.DecideOverride(Empty, "miit-2024", Counts()));
        var other = book with { Published = [book.Published[0] with { Sha256 = new string('0', 64) }] };
        Assert.Equal("instrument.not_held", other.Find("miit-2024@1+longyan-1").Fault?.Code);
    }

    [Fact]
    public async Task Over_http_a_city_publishes_a_reading_and_its_results_name_it()
    {
        await using var service = await TestService.Start(AssessmentService.Build);
        var (officer, approver, enterprise) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover), service.As(Role.Enterprise, BeginAssessmentTests.Enterprise));
        Assert.Equal((404, "instrument.unknown"), await (await officer.GetAsync($"{Path}/miit-2024@1+longyan-1")).Refusal());
        Assert.Equal((404, "instrument.unknown"), await (await officer.Command(HttpMethod.Put, $"{Path}/Nothing%20such/draft", Counts(), "application/json")).Refusal());
        Assert.Equal((404, "instrument.unknown"), await (await officer.GetAsync($"{Path}/miit-2024/draft")).Refusal());

        var proposed = await (await officer.Command(HttpMethod.Put, $"{Path}/miit-2024/override-draft", Counts(), "application/json")).Json(201);
        var (reference, sha256) = (proposed.GetProperty("reference").GetString()!, proposed.GetProperty("sha256").GetString()!);
        var draft = await (await approver.GetAsync($"{Path}/miit-2024/draft")).Json();
        Assert.Equal((sha256, 6), (draft.GetProperty("instrument").GetProperty("sha256").GetString(), draft.GetProperty("file").GetProperty("changes")[0].GetProperty("value").GetInt32()));
        Assert.Equal((403, "request.role"), await (await enterprise.GetAsync($"{Path}/miit-2024/draft")).Refusal());
        await (await approver.Command(HttpMethod.Post, $"{Path}/miit-2024/publication", new PublishInstrument.Body(reference, sha256))).Json(201);
        Assert.Equal((409, "instrument.nothing_drafted"), await (await approver.GetAsync($"{Path}/miit-2024/draft")).Refusal());

        var row = (await (await enterprise.GetAsync(Path)).Json()).GetProperty("items").EnumerateArray().Single(i => i.GetProperty("reference").GetString() == reference);
        Assert.Equal((sha256, "longyan-1"), (row.GetProperty("sha256").GetString(), row.GetProperty("override").GetProperty("name").GetString()));
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(await (await enterprise.GetAsync($"{Path}/{reference}")).Content.ReadAsByteArrayAsync())));
        Assert.Equal(Counts(), await (await enterprise.GetAsync($"{Path}/{reference}/override")).Content.ReadAsByteArrayAsync());
        Assert.Equal((404, "override.unknown"), await (await enterprise.GetAsync($"{Path}/miit-2024@1/override")).Refusal());

        var given = await enterprise.Command(HttpMethod.Post, "/api/assessment/350800/assessments", BeginAssessmentTests.Body(answers: Examples.Full.WithScenarios(3, 3, 3)));
        Assert.Equal((reference, 3), ((await given.Json(201)).GetProperty("instrument").GetString(), (await given.Json(201)).GetProperty("level").GetInt32()));
        var shown = await (await enterprise.GetAsync(given.Headers.Location)).Json();
        Assert.Equal((sha256, 3), (shown.GetProperty("confirmed").GetProperty("instrumentSha256").GetString(), shown.GetProperty("explanation").GetProperty("level").GetInt32()));

        // Another city has not published it, and no later proposal changes what was given.
        Assert.Equal((404, "instrument.unknown"), await (await service.As(Role.BureauOfficer, city: "350200").GetAsync($"/api/assessment/350200/instruments/{reference}")).Refusal());
        Assert.Equal((422, "override.name_taken"), await (await officer.Command(HttpMethod.Put, $"{Path}/miit-2024/override-draft", Counts(), "application/json")).Refusal());
        Assert.Equal((403, "request.role"), await (await approver.Command(HttpMethod.Put, $"{Path}/miit-2024/override-draft", Counts("longyan-2"), "application/json")).Refusal());
    }
}
