using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Oversight.Facts;
using PilotCity.Oversight.Relations;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Relations;

/// <summary>Who is related to whom, by hand.</summary>
public sealed class RelationTests
{
    private static readonly Chronicle Projects = new Chronicle("performance")
        .Add("project/p1", "ProjectDiagnosed", new { enterprise = "E1", type = "single" }, "provider:v-1@P1")
        .Add("project/p1", "ContractRegistered", new { contract = "HT-1", signedOn = "2025-03-01", amount = "100000.00", provider = "P1" }, "enterprise:e-1@E1")
        .Add("project/p1", "SpendReported", Spend("2635100000002010", "2025-03-10", "f1"), "enterprise:e-1@E1")
        .Add("project/p2", "ProjectDiagnosed", new { enterprise = "E2", type = "single" }, "provider:v-2@P2")
        .Add("project/p2", "ContractRegistered", new { contract = "HT-1", signedOn = "2025-03-01", amount = "50000.00", provider = "P2" }, "enterprise:e-2@E2")
        .Add("project/p3", "ProjectDiagnosed", new { enterprise = "E3", type = "single" }, "provider:v-2@P2")
        .Add("project/p3", "ContractRegistered", new { contract = "HT-1", signedOn = "2025-03-01", amount = "70000.00", provider = "P2" }, "enterprise:e-3@E3");

    private static object Spend(string number, string on, string id, string? seller = null) => new
    {
        line = new
        {
            id,
            contract = "HT-1",
            category = "cloud",
            description = "x",
            invoice = new { number, issuedOn = on, net = "100000.00", vat = "6000.00", seller },
            payments = new[] { new { paidOn = "2025-04-01", amount = "106000.00" } },
        },
    };

    private static Chronicle Snapshot(string kind, params object[] rows) =>
        new Chronicle("oversight").Add($"snapshot/{kind}", "SnapshotImported", new { kind, takenOn = "2026-01-01", source = "x", sha256 = "aa", continues = false, rows });

    private static Chronicle Concern(string kind, params string[] about) => new Chronicle("funding")
        .Add("award/p1", "AwardComputed", new { enterprise = "E1", decision = new { entitlement = "30000.00" }, concerns = new[] { new { id = "c", kind, about } } })
        .Add("award/p1", "AwardApproved", new { awarded = "30000.00", amount = "30000.00" })
        .Add("award/p1", "TranchePaid", new { payment = "final", amount = "20000.00", reference = "r" });

    private static IReadOnlyList<RelatedGroup> Groups(params Chronicle[] further)
    {
        var facts = new CityFacts();
        foreach (var entry in further.Prepend(Projects).SelectMany(l => l.Entries))
        {
            facts.Apply(entry, new());
        }

        return RelationGraph.Of(facts);
    }

    private static string Shown(RelatedGroup group) => string.Join("; ", group.Edges.Select(e => $"{e.A}-{e.B} {RelationPage.Word(e.Kind)}{(e.Shares is { } s ? $":{s}" : "")}"));

    [Fact]
    public void Contracts_alone_relate_nobody() => Assert.Empty(Groups());

    [Theory]
    [InlineData("shared-representative", "representative")]
    [InlineData("shared-phone", "phone")]
    [InlineData("shared-address", "address")]
    [InlineData("shared-13800138000", "relation")]
    public void What_registry_compared_is_told_by_its_kind_alone_with_the_money_on_it(string kind, string shares)
    {
        var group = Groups(Concern(kind, "P1", "E1")).Single();

        Assert.Equal($"E1-P1 shares:{shares}; P1-E1 contract", Shown(group));
        Assert.Equal(("100000.00", "30000.00", "20000.00"), (group.Within.ToString(), group.Awarded.ToString(), group.Paid.ToString()));
        Assert.Equal(["E1 enterprise 1 100000.00 30000.00", "P1 provider 1 100000.00 0.00"], group.Nodes.Select(n => $"{n.Id} {string.Join(' ', n.Roles)} {n.Projects} {n.Contracted} {n.Awarded}"));
        Assert.Equal(new EntryRef("funding", 1), group.Edges[0].Entries.Single());
    }

    [Fact]
    public void A_chain_of_links_is_one_group_and_the_others_stay_out()
    {
        var groups = Groups(
            Snapshot("relations", new { a = "E1", b = "E2", shares = "shareholder" }, new { a = "E2", b = "P2", shares = "张三的手机" }), Snapshot("sign-ins", new { enterprise = "E1", device = "d1" }, new { enterprise = "E1", device = "d2" }));

        Assert.Equal("E1-E2 shares:shareholder; E2-P2 shares:relation; P2-E2 contract", Shown(groups.Single()));
        Assert.Equal("50000.00", groups[0].Within.ToString());
    }

    [Fact]
    public void One_account_or_device_for_several_links_them()
    {
        var account = new Chronicle("performance") { };
        foreach (var entry in Projects.Entries)
        {
            account.Entries.Add(entry);
        }

        account.Add("project/p9", "ProjectDiagnosed", new { enterprise = "E9", type = "single" }, "provider:e-1@P9");
        Assert.Equal("E1-P9 shares:account", Shown(Groups(account)[0]));
        Assert.Equal("E1-E3 shares:device", Shown(Groups(Snapshot("sign-ins", new { enterprise = "E1", device = "d1" }, new { enterprise = "E3", device = "d1" })).Single()));
    }

    [Fact]
    public void What_very_many_share_links_each_to_the_first_only()
    {
        object[] Rows(int count) => [.. Enumerable.Range(0, count).Select(n => (object)new { enterprise = $"X{n:00}", device = "d" })];

        Assert.Equal(66, Groups(Snapshot("sign-ins", Rows(12))).Single().Edges.Count);
        Assert.Equal(12, Groups(Snapshot("sign-ins", Rows(13))).Single().Edges.Count);
    }

    [Fact]
    public void The_same_invoice_a_near_one_and_the_same_file_link_enterprises()
    {
        static Chronicle With(string number, string on, string? seller)
        {
            var log = new Chronicle("performance");
            log.Entries.AddRange(Projects.Entries);
            return log.Add("project/p2", "SpendReported", Spend(number, on, "g1", seller), "enterprise:e-2@E2");
        }

        Assert.Equal("E1-E2 same-invoice", Shown(Groups(With("2635100000002010", "2025-09-01", "P7")).Single()));
        Assert.Equal("E1-E2 near-invoice", Shown(Groups(With("2635100000002011", "2025-03-11", "P1")).Single()));
        Assert.Empty(Groups(With("2635100000009999", "2025-03-11", "P1")));
        var files = new Chronicle("performance");
        files.Entries.AddRange(Projects.Entries);
        object Document(string code) => new { documents = new[] { new { code, files = new[] { new { sha256 = "aa" } } } } };
        files.Add("project/p1", "MilestoneReported", Document("photo"), "provider:v-1@P1").Add("project/p3", "MilestoneReported", Document("photo"), "provider:v-2@P2").Add("project/p2", "MilestoneReported", Document("promise-letter"), "provider:v-2@P2");
        Assert.Equal("E1-E3 same-file", Shown(Groups(files).Single()));
    }

    [Theory]
    [InlineData("P1", "E1", "2025-04-20", "", "E1 P1 E1")]
    [InlineData("X1", "E1", "2025-04-20", "P1", "E1 P1 X1 E1")]
    [InlineData("P1", "E1", "2025-03-31", "", null)]
    [InlineData("X1", "E1", "2025-04-20", "", null)]
    [InlineData("P1", "E2", "2025-04-20", "", null)]
    public void Money_that_comes_back_is_followed_from_the_payment_on(string payer, string payee, string on, string related, string? through)
    {
        var groups = Groups(Snapshot("bank-flows", new { payer, payee, amount = "30000.00", paidOn = on, relatedTo = related }));

        Assert.Equal(through, groups.SelectMany(g => g.Cycles).Select(c => string.Join(' ', c.Through)).SingleOrDefault());
        Assert.Equal(through is null ? 0 : 1, groups.Sum(g => g.Edges.Count(e => e.Kind == RelationKind.MoneyBack)));
    }

    [Fact]
    public void Money_is_followed_through_others_as_far_as_four_steps()
    {
        object Flow(string from, string to, string on) => new { payer = from, payee = to, amount = "30000.00", paidOn = on };

        var three = Groups(Snapshot("bank-flows", Flow("P1", "X1", "2025-04-05"), Flow("X1", "X2", "2025-04-06"), Flow("X2", "E1", "2025-04-07")));
        Assert.Equal("E1 P1 X1 X2 E1", string.Join(' ', three.Single().Cycles.Single().Through));
        Assert.Equal(["106000.00", "30000.00", "30000.00", "30000.00"], three[0].Cycles[0].Amounts.Select(a => a.ToString()));
        Assert.Empty(Groups(Snapshot("bank-flows", Flow("P1", "X1", "2025-04-08"), Flow("X1", "X2", "2025-04-06"), Flow("X2", "E1", "2025-04-07"))).SelectMany(g => g.Cycles));
        Assert.Empty(Groups(Snapshot("bank-flows", Flow("P1", "X1", "2025-04-05"), Flow("X1", "X2", "2025-04-06"), Flow("X2", "X3", "2025-04-07"), Flow("X3", "E1", "2025-04-08"))).SelectMany(g => g.Cycles));
    }

    [Fact]
    public async Task Over_http_it_is_json_a_page_or_rows_for_officials_alone_and_holds_no_typed_word()
    {
        const string path = "/api/oversight/350800/relations";
        await using var service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        await OversightLog.Take(log, Projects.Entries);
        await OversightLog.Take(log, Concern("shared-phone", "P1", "E1").Entries);
        var auditor = service.As(Role.Auditor);

        var json = await (await auditor.GetAsync(path)).Json();
        Assert.Equal((1, "phone"), (json.GetProperty("total").GetInt32(), json.GetProperty("items")[0].GetProperty("edges")[0].GetProperty("shares").GetString()));
        Assert.Equal(1, (await (await auditor.GetAsync($"{path}?about=P1")).Json()).GetProperty("total").GetInt32());
        Assert.Equal(0, (await (await auditor.GetAsync($"{path}?about=E2")).Json()).GetProperty("total").GetInt32());
        Assert.Equal((400, "request.query"), await (await auditor.GetAsync($"{path}?limit=0")).Refusal());
        Assert.Equal((400, "request.query"), await (await auditor.GetAsync($"{path}?limit=201")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Enterprise, "91350825MAW5MTJ0XQ").GetAsync(path)).Refusal());
        auditor.DefaultRequestHeaders.Add("Accept", "text/html");
        var page = await auditor.GetAsync(path);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("电话相同", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("<svg", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_escapes_what_a_log_may_hold_and_draws_no_more_than_can_be_read()
    {
        object[] rows = [.. Enumerable.Range(0, 40).Select(n => (object)new { enterprise = $"<b>{n:00}", device = "d" })];
        var groups = Groups(Snapshot("sign-ins", rows));

        var page = PrintPage.Html(RelationPage.Of(new(default, 1, 1, groups), "en"));

        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Equal(24, RelationPage.DrawingOf(groups[0], "en").Shapes.OfType<Label>().Count());
        Assert.Contains("At most 24 organisations are drawn", page, StringComparison.Ordinal);
    }
}
