using System.Net;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Tests.Receipts;
using PilotCity.Oversight.Tests.Tree;
using PilotCity.Oversight.Tree;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests;

/// <summary>The service over HTTP, after it took in one award's story.</summary>
public sealed class OversightServiceTests : IAsyncLifetime
{
    private const string Root = $"/api/oversight/{TestService.City}";
    private readonly Case story = new();
    private TestService service = null!;
    private HttpClient auditor = null!;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(OversightService.Build, settings: Settings);
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        foreach (var entries in story.Logs)
        {
            await OversightLog.Take(log, entries);
        }

        auditor = service.As(Role.Auditor);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    /// <summary>Nobody to follow: what is taken in is given by hand, and a test that wants the checks to run runs them.</summary>
    internal static readonly Dictionary<string, string?> Settings = new()
    {
        ["ConnectionStrings:Bus"] = "in-memory",
        ["Oversight:RunsChecks"] = "false",
        ["Peers:registry"] = "http://127.0.0.1:1",
        ["Peers:assessment"] = "http://127.0.0.1:1",
        ["Peers:performance"] = "http://127.0.0.1:1",
        ["Peers:funding"] = "http://127.0.0.1:1",
    };

    private Entry[] Tree => [.. story.Logs.SelectMany(l => l)];

    [Fact]
    public async Task The_checkpoint_covers_all_and_opens_with_the_key()
    {
        var response = await auditor.GetAsync($"{Root}/checkpoint");
        var key = VerifierKey.Parse((await auditor.GetStringAsync($"{Root}/key")).TrimEnd('\n')).Value;

        var opened = Checkpoint.Open(await response.Content.ReadAsStringAsync(), $"pilot-city.example/{TestService.City}", [key], []).Value.Checkpoint;
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal((Tree.Length, Leaves.Root([.. Tree.Select(CanonicalEntry.Write)])), (opened.Size, opened.Root));
    }

    [Fact]
    public async Task The_tree_shows_how_far_each_log_was_taken_in_and_what_broke()
    {
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        await WhenEntriesAppended.Record(log, new("funding", TestService.City, 9, "the entry has position 10"), DateTimeOffset.UnixEpoch, default);

        var tree = await (await auditor.GetAsync($"{Root}/tree")).Json();

        Assert.Equal(Tree.Length, tree.GetProperty("size").GetInt64());
        Assert.Equal(Tree.Length, tree.GetProperty("signedSize").GetInt64());
        Assert.Equal(Leaves.Root([.. Tree.Select(CanonicalEntry.Write)]).ToString(), tree.GetProperty("root").GetString());
        Assert.Equal(
            ["assessment 2", "funding 8", "performance 5", "registry 4"],
            tree.GetProperty("logs").EnumerateArray().Select(l => $"{l.GetProperty("service").GetString()} {l.GetProperty("position").GetInt64()}"));
        Assert.Equal(
            ["funding 9 the entry has position 10"],
            tree.GetProperty("breaks").EnumerateArray().Select(b => $"{b.GetProperty("service").GetString()} {b.GetProperty("position").GetInt64()} {b.GetProperty("reason").GetString()}"));
    }

    [Fact]
    public async Task An_inclusion_proof_holds_as_json_and_as_a_file()
    {
        var entry = story.Funding.Entries[4];
        var json = await (await auditor.GetAsync($"{Root}/proofs/inclusion?service=funding&position=5")).Json();
        var hashes = json.GetProperty("hashes").EnumerateArray().Select(h => h.Deserialize<Hash>()).ToArray();
        using var asText = new HttpRequestMessage(HttpMethod.Get, $"{Root}/proofs/inclusion?service=funding&position=5");
        asText.Headers.Accept.ParseAdd("text/plain");
        var text = await (await auditor.SendAsync(asText)).Content.ReadAsStringAsync();
        var key = VerifierKey.Parse((await auditor.GetStringAsync($"{Root}/key")).TrimEnd('\n')).Value;
        var leaf = Hash.Of(entry.Hash);

        Assert.True(MerkleTree.VerifyInclusion(leaf, json.GetProperty("index").GetInt64(), Tree.Length, hashes, Leaves.Root([.. Tree.Select(CanonicalEntry.Write)])));
        Assert.True(TlogProof.Parse(text).Value.Verify(leaf, key.Name, [key], []).Ok);
    }

    [Theory]
    [InlineData("service=funding&position=9", 404, "entry.unknown")]
    [InlineData("service=funding&position=0", 404, "entry.unknown")]
    [InlineData("service=other&position=1", 404, "entry.unknown")]
    [InlineData("service=funding&position=-1", 400, "request.query")]
    [InlineData("service=funding", 400, "request.query")]
    [InlineData("position=1", 400, "request.query")]
    public async Task An_entry_that_is_not_there_has_no_proof(string query, int status, string code) =>
        Assert.Equal((status, code), await (await auditor.GetAsync($"{Root}/proofs/inclusion?{query}")).Refusal());

    [Fact]
    public async Task Every_earlier_tree_is_proven_to_be_the_beginning_of_this_one()
    {
        for (var from = 0; from <= Tree.Length; from++)
        {
            var json = await (await auditor.GetAsync($"{Root}/proofs/consistency?from={from}")).Json();
            var hashes = json.GetProperty("hashes").EnumerateArray().Select(h => h.Deserialize<Hash>()).ToArray();
            var (fromRoot, toRoot) = (json.GetProperty("fromRoot").Deserialize<Hash>(), json.GetProperty("toRoot").Deserialize<Hash>());

            Assert.Equal(Leaves.Root([.. Tree[..from].Select(CanonicalEntry.Write)]), fromRoot);
            Assert.True(MerkleTree.VerifyConsistency(from, fromRoot, Tree.Length, toRoot, hashes));
        }
    }

    [Theory]
    [InlineData("from=20")]
    [InlineData("from=-1")]
    [InlineData("")]
    [InlineData("from=1&to=20")]
    [InlineData("from=3&to=2")]
    public async Task Sizes_that_the_log_never_had_are_refused(string query) =>
        Assert.Equal((400, "request.query"), await (await auditor.GetAsync($"{Root}/proofs/consistency?{query}")).Refusal());

    [Fact]
    public async Task Tiles_are_served_as_the_specification_names_them()
    {
        var hashes = await auditor.GetByteArrayAsync($"{Root}/tile/0/000.p/{Tree.Length}");
        var earlier = await auditor.GetByteArrayAsync($"{Root}/tile/0/000.p/3");
        var bundle = await auditor.GetByteArrayAsync($"{Root}/tile/entries/000.p/{Tree.Length}");

        Assert.Equal(Tree.Select(e => Hash.Of(e.Hash)), Tiles.Hashes(hashes)!);
        Assert.Equal(Tree[..3].Select(e => Hash.Of(e.Hash)), Tiles.Hashes(earlier)!);
        Assert.Equal(Tree.Select(CanonicalEntry.Write), Tiles.Entries(bundle)!);
    }

    [Theory]
    [InlineData("0/000")]
    [InlineData("0/000.p/20")]
    [InlineData("1/000.p/1")]
    [InlineData("0/0")]
    [InlineData("x/000")]
    public async Task A_tile_that_the_log_does_not_have_is_unknown(string path) =>
        Assert.Equal((404, "tile.unknown"), await (await auditor.GetAsync($"{Root}/tile/{path}")).Refusal());

    [Fact]
    public async Task The_trail_of_an_enterprise_is_every_step_of_it_in_order_with_who_and_when()
    {
        var trail = await (await auditor.GetAsync($"{Root}/trail?enterprise={Case.Enterprise}")).Json();
        var items = trail.GetProperty("items").EnumerateArray().ToArray();

        Assert.Equal(
            ["AssessmentConfirmed", "ProjectContracted", "EnterpriseListed", "EnterpriseRelisted", "EnterpriseAwarded", "ProjectAccepted", "AwardComputed"],
            items.Select(i => i.GetProperty("type").GetString()!));
        Assert.Equal(7, trail.GetProperty("total").GetInt64());
        Assert.False(trail.TryGetProperty("next", out _));
        Assert.Equal(("enterprise", "e-1", Case.Enterprise), Who(items[0]));
        Assert.Equal(2, items[0].GetProperty("event").GetProperty("level").GetInt32());
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero), items[0].GetProperty("at").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("project=P1", 5)] // two of its own, two of its invoice, the award
    [InlineData("award=P1", 4)]
    [InlineData("fund=F1", 3)]
    [InlineData("batch=B1", 2)]
    [InlineData("payment=B1-002", 2)]
    [InlineData("provider=91350800V", 2)]
    [InlineData("assessment=S1", 2)]
    [InlineData("rule-set=longyan", 2)]
    [InlineData("actor=u-7", 1)]
    [InlineData("award=P1&actor=u-7", 1)]
    [InlineData("award=P1&actor=u-8", 0)]
    [InlineData("enterprise=nobody", 0)]
    [InlineData("award=P1&asOf=2026-01-01T00:00:06Z", 2)]
    public async Task Each_kind_of_subject_has_its_trail(string query, int count)
    {
        var trail = await (await auditor.GetAsync($"{Root}/trail?{query}")).Json();

        Assert.Equal(count, trail.GetProperty("total").GetInt64());
        Assert.Equal(count, trail.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_trail_is_read_in_pages_without_gap_or_repetition()
    {
        var whole = await (await auditor.GetAsync($"{Root}/trail?enterprise={Case.Enterprise}")).Json();
        var (paged, next) = (new List<long>(), "");
        do
        {
            var page = await (await auditor.GetAsync($"{Root}/trail?enterprise={Case.Enterprise}&limit=2{next}")).Json();
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("index").GetInt64()));
            next = page.TryGetProperty("next", out var n) ? $"&after={n.GetString()}" : null;
        }
        while (next is not null);

        Assert.Equal(whole.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("index").GetInt64()), paged);
    }

    [Theory]
    [InlineData("", "trail.subject_missing")]
    [InlineData("enterprise=", "trail.subject_missing")]
    [InlineData("enterprise=x&limit=0", "request.query")]
    [InlineData("enterprise=x&limit=201", "request.query")]
    [InlineData("enterprise=x&after=1", "request.query")]
    [InlineData("enterprise=x&after=a-b", "request.query")]
    public async Task A_question_for_no_trail_is_refused(string query, string code) =>
        Assert.Equal((400, code), await (await auditor.GetAsync($"{Root}/trail?{query}")).Refusal());

    [Fact]
    public async Task A_receipt_holds_every_entry_that_the_award_stands_on_and_verifies_offline()
    {
        var file = await auditor.GetByteArrayAsync($"{Root}/receipts/awards/{Case.Award}");
        var expected = VerifyReceiptTests.Make(story.Logs);

        var verified = VerifyReceipt.Check(file, null, _ => null).Value;

        Assert.Equal(expected.Entries.Select(e => (e.Index, e.Bytes, e.PreviousHead, e.Head)), verified.Receipt.Entries.Select(e => (e.Index, e.Bytes, e.PreviousHead, e.Head)));
        Assert.DoesNotContain("\"OTHER\"", Encoding.UTF8.GetString([.. verified.Entries.SelectMany(e => e.Payload)]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_enterprise_gets_the_receipts_of_its_own_awards_only()
    {
        Assert.Equal(HttpStatusCode.OK, (await service.As(Role.Enterprise, Case.Enterprise).GetAsync($"{Root}/receipts/awards/P1")).StatusCode);
        Assert.Equal((404, "receipt.award_unknown"), await (await service.As(Role.Enterprise, "OTHER").GetAsync($"{Root}/receipts/awards/P1")).Refusal());
        Assert.Equal((404, "receipt.award_unknown"), await (await auditor.GetAsync($"{Root}/receipts/awards/P9")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Enterprise, Case.Enterprise).GetAsync($"{Root}/tree")).Refusal());
        Assert.Equal((403, "request.city"), await (await service.As(Role.Auditor, city: "330100").GetAsync($"{Root}/tree")).Refusal());
    }

    [Fact]
    public async Task An_award_of_more_entries_than_a_receipt_holds_is_refused()
    {
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        for (var i = 0; i < Receipt.EntriesMax; i++)
        {
            story.Funding.Add("award/P1", "Noted", new { });
        }

        await OversightLog.Take(log, story.Funding.Entries);

        Assert.Equal((413, "receipt.too_many_entries"), await (await auditor.GetAsync($"{Root}/receipts/awards/P1")).Refusal());
    }

    [Fact]
    public async Task A_tree_that_was_cut_is_shown_and_not_vouched_for()
    {
        await auditor.GetAsync($"{Root}/checkpoint");
        await using var connection = await service.App.Services.GetRequiredService<ServiceLog>().Database.Connect(default);
        await connection.ExecuteAsync("DROP TRIGGER leaf_no_delete; DELETE FROM leaf WHERE idx = (SELECT MAX(idx) FROM leaf)");

        Assert.Equal((409, "tree.cut"), await (await auditor.GetAsync($"{Root}/checkpoint")).Refusal());
        Assert.Equal((409, "tree.cut"), await (await auditor.GetAsync($"{Root}/receipts/awards/P1")).Refusal());
        Assert.Equal("tree.cut", (await (await auditor.GetAsync($"{Root}/tree")).Json()).GetProperty("unsigned").GetProperty("code").GetString());
    }

    private static (string, string, string) Who(JsonElement item) => (
        item.GetProperty("actor").GetProperty("role").GetString()!, item.GetProperty("actor").GetProperty("account").GetString()!, item.GetProperty("actor").GetProperty("organisation").GetString()!);
}
