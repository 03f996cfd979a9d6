using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PilotCity.City.Demonstration;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>Who may see and do what, asked of every route there is: a route that is added is asked too.</summary>
[Collection(LiveCityGroup.Name)]
public sealed partial class ScopeTests(LiveCity city)
{
    private static readonly string[] Accepts = ["application/json", "text/csv"];

    [Fact]
    public async Task No_command_is_taken_by_a_role_that_may_not_take_it()
    {
        var commands = city.Routes<CommandRoute>().ToArray();
        Assert.True(commands.Length > 60, "the routes are found");

        var taken = new List<string>();
        foreach (var role in Enum.GetValues<Role>().Where(r => r != Role.Service))
        {
            var client = city.As(role);
            foreach (var (_, method, pattern, mark) in commands.Where(c => !c.Mark.Roles.Contains(role)))
            {
                var answer = await client.Command(new HttpMethod(method), Parameter().Replace(pattern, "x"), new { });
                if (await Refused.Code(answer) is var refusal && refusal != (403, "request.role") && refusal != (415, "request.media_type"))
                {
                    taken.Add($"{method} {pattern} as {role}: {refusal}");
                }
            }
        }

        Assert.True(taken.Count == 0, string.Join('\n', taken));
    }

    [Fact]
    public async Task No_question_with_a_body_is_answered_to_a_role_that_may_not_ask_it()
    {
        foreach (var role in Enum.GetValues<Role>().Where(r => r != Role.Service))
        {
            foreach (var (_, _, pattern, mark) in city.Routes<AskedRoute>())
            {
                var (status, code) = await Refused.Code(await city.As(role).Command(HttpMethod.Post, pattern, new { unknown = 1 }));
                Assert.Equal((pattern, role, mark.Roles.Contains(role)), (pattern, role, (status, code) != (403, "request.role")));
            }
        }
    }

    [Fact]
    public async Task An_auditor_and_an_observer_can_take_no_step_on_a_case()
    {
        var written = city.Routes<CommandRoute>().Where(c => c.Mark.Roles.Contains(Role.Observer) || (c.Mark.Roles.Contains(Role.Auditor) && !c.Pattern.EndsWith("-readings", StringComparison.Ordinal) && !c.Pattern.Contains("/350800/samples", StringComparison.Ordinal)));

        Assert.Empty(written.Select(c => c.Pattern));
        Assert.Equal((403, "request.role"), await Refused.Code(await city.As(Role.Observer).GetAsync("/api/registry/350800/enterprises")));
    }

    [Fact]
    public async Task No_question_tells_an_enterprise_or_a_provider_anything_of_others()
    {
        var (all, known) = await Facts();
        var told = new List<string>();
        foreach (var (account, own) in new[]
        {
            ($"enterprise-{known.Other}", (string[])[known.Other, known.OtherName, .. known.OtherProjects]),
            ("enterprise-91110000000000000X", []),
            ($"provider-{known.OtherProvider}", [.. known.OtherProviderSees]),
            ("provider-91110000000000000X", []),
        })
        {
            var client = city.As(account);
            foreach (var (_, _, pattern, _) in city.Routes<QuestionRoute>())
            {
                var path = Parameter().Replace(pattern, m => known.Values.TryGetValue((Noun(pattern), m.Groups[1].Value), out var value) ? value : throw new InvalidOperationException($"no value of {pattern}"));
                foreach (var query in new[] { string.Empty, $"?project={known.Project}", $"?enterprise={known.Victim}", $"?provider={known.Provider}", $"?q={known.Victim}", "?limit=200" })
                {
                    foreach (var accept in Accepts)
                    {
                        using var request = new HttpRequestMessage(HttpMethod.Get, path + query);
                        request.Headers.Add("Accept", accept);
                        var answer = await client.SendAsync(request);
                        var text = await answer.Content.ReadAsStringAsync();
                        Assert.True((int)answer.StatusCode < 500, $"{path}{query}: {text}");
                        if (!answer.IsSuccessStatusCode)
                        {
                            continue;
                        }

                        told.AddRange(all.Except(own).Where(secret => text.Contains(secret, StringComparison.Ordinal)).Select(secret => $"{account}: {path}{query} ({accept}) tells {secret}"));
                    }
                }
            }
        }

        Assert.True(told.Count == 0, string.Join('\n', told));
    }

    [Fact]
    public async Task Nobody_repeats_with_his_own_token_what_another_organisation_did()
    {
        var (_, known) = await Facts();
        var done = new List<string>();
        foreach (var heard in city.Commands.Where(c => c.IsJson && c.Account.StartsWith("enterprise-", StringComparison.Ordinal) && !c.Account.EndsWith(known.Other, StringComparison.Ordinal))
            .GroupBy(c => Hex().Replace(c.Path, "*")).Select(g => g.First())
            .Concat(city.Commands.Where(c => c.IsJson && c.Account == $"provider-{known.Provider}").GroupBy(c => Hex().Replace(c.Path, "*")).Select(g => g.First())))
        {
            if (heard.Path.EndsWith("/projects", StringComparison.Ordinal))
            {
                continue; // Whoever diagnoses an enterprise begins a project of his own.
            }

            var other = city.As(heard.Account.StartsWith("enterprise-", StringComparison.Ordinal) ? $"enterprise-{known.Other}" : $"provider-{known.OtherProvider}");
            var answer = await other.Command(heard.Method, heard.Path, heard.Body, heard.ContentType);
            if (answer.IsSuccessStatusCode)
            {
                done.Add($"{heard.Method} {heard.Path} of {heard.Account}: {await answer.Content.ReadAsStringAsync()}");
                continue;
            }

            var (status, code) = await Refused.Code(answer);
            Assert.True(status is 403 or 404, $"{heard.Path}: {status} {code}");
        }

        Assert.True(done.Count == 0, string.Join('\n', done));
    }

    [Fact]
    public async Task A_token_of_another_city_opens_nothing()
    {
        var stranger = city.Client(city.Process.Issuer.Token("bureau-officer-1", "350200-bureau", "350200", Enum.GetValues<Role>().Where(r => r != Role.Service)));
        foreach (var (_, _, pattern, _) in city.Routes<QuestionRoute>())
        {
            Assert.Equal((403, "request.city"), await Refused.Code(await stranger.GetAsync(Parameter().Replace(pattern, "x"))));
        }

        foreach (var (_, _, pattern, _) in city.Routes<AskedRoute>())
        {
            Assert.Equal((403, "request.city"), await Refused.Code(await stranger.Command(HttpMethod.Post, pattern, new { })));
        }

        foreach (var (_, method, pattern, _) in city.Routes<CommandRoute>().Where(c => !c.Pattern.Contains("pilot-lists", StringComparison.Ordinal) && !c.Pattern.Contains("evidence", StringComparison.Ordinal) && !c.Pattern.EndsWith("/result", StringComparison.Ordinal) && !c.Pattern.EndsWith("/bank-statements", StringComparison.Ordinal) && !c.Pattern.EndsWith("/csv", StringComparison.Ordinal) && !c.Pattern.EndsWith("/workbooks", StringComparison.Ordinal)))
        {
            Assert.Equal((403, "request.city"), await Refused.Code(await stranger.Command(new HttpMethod(method), Parameter().Replace(pattern, "x"), new { })));
        }
    }

    /// <summary>Everything that belongs to one organisation only, and ids of one of each to ask for.</summary>
    private async Task<(string[] All, Known Known)> Facts()
    {
        var auditor = city.As("auditor-1");
        var enterprises = await Items("/api/registry/350800/enterprises?limit=200");
        var projects = await Items("/api/performance/350800/projects?limit=200");
        var assessments = await Items("/api/assessment/350800/assessments?limit=200");
        var invoices = await Items("/api/performance/350800/invoices?limit=200");
        var batches = await Items("/api/funding/350800/payment-batches?limit=200");
        var lists = await Items("/api/registry/350800/pilot-lists?limit=200");
        var victimProject = projects.Single(p => Of(p, "id") == city.Projects[0]);
        var (victim, provider) = (Of(victimProject, "enterprise"), victimProject.GetProperty("providers")[0].GetString()!);
        var otherProject = projects.Single(p => Of(p, "id") == city.Projects[DemonstrationProject.All.ToList().FindIndex(p => p.Twist == Twist.InvoiceTwice)]);
        var (other, otherProvider) = (Of(otherProject, "enterprise"), otherProject.GetProperty("providers")[0].GetString()!);
        var evidence = city.Commands.First(c => c.Account == $"enterprise-{victim}" && c.Path.Contains("/evidence/", StringComparison.Ordinal)).Path.Split('/')[^1];
        var reading = await city.As("bureau-officer-1").Command(HttpMethod.Post, $"/api/registry/350800/enterprises/{victim}/contact-readings", new { purpose = "核对联系人" });
        var erasure = await city.As("bureau-officer-1").Command(HttpMethod.Post, "/api/registry/350800/erasures", new { subject = $"enterprise/{victim}/contact", reason = "联系人离职" });
        Assert.True(reading.IsSuccessStatusCode, await reading.Content.ReadAsStringAsync());

        var values = new Dictionary<(string, string), string>
        {
            [("pilot-lists", "id")] = Of(lists[0], "id"),
            [("parties", "org")] = victim,
            [("enterprises", "uscc")] = victim,
            [("enterprises", "reading")] = reading.Headers.Location?.OriginalString.Split('/')[^1] ?? "x",
            [("erasures", "id")] = erasure.Headers.Location?.OriginalString.Split('/')[^1] ?? "x",
            [("instruments", "id")] = "miit-2024",
            [("assessments", "id")] = Of(assessments.First(a => Of(a, "enterprise") == victim), "id"),
            [("outliers", "id")] = "0123456789abcdef01234567",
            [("providers", "uscc")] = provider,
            [("pool", "uscc")] = provider,
            [("projects", "id")] = city.Projects[0],
            [("invoices", "number")] = Of(invoices.First(i => Of(i, "enterprise") == victim), "number"),
            [("evidence", "sha256")] = evidence,
            [("funds", "id")] = "central-2025",
            [("funds", "reservation")] = city.Projects[0],
            [("rule-sets", "id")] = "longyan",
            [("rule-sets", "version")] = "1",
            [("awards", "id")] = city.Projects[0],
            [("portfolios", "ruleSet")] = "longyan",
            [("accounts", "uscc")] = victim,
            [("payment-batches", "id")] = Of(batches[0], "id"),
            [("approval-lists", "id")] = "0123456789ab",
            [("bank-statements", "id")] = "0123456789abcdef",
            [("voucher-programmes", "id")] = "compute",
            [("vouchers", "id")] = "0123456789ab-001",
            [("tile", "path")] = "entries/000",
            [("receipts", "award")] = city.Projects[0],
            [("findings", "id")] = "0123456789abcdef01234567",
            [("snapshots", "kind")] = "usage",
            [("samples", "id")] = "0123456789ab",
            [("board", "kpi")] = "renovated",
            [("board-reports", "month")] = "2026-03",
        };
        string[] own = [
            .. enterprises.SelectMany(e => new[] { Of(e, "uscc"), Of(e, "name") }), .. projects.Select(p => Of(p, "id")), .. assessments.Select(a => Of(a, "id")), .. invoices.Select(i => Of(i, "number")),
        ];
        // Who tried to claim an invoice of another finds in his own trail what he typed.
        var typed = string.Concat(city.Commands.Where(c => c.IsJson && c.Account == $"enterprise-{other}").Select(c => Encoding.UTF8.GetString(c.Body)));
        var theirs = projects.Where(p => p.GetProperty("providers").EnumerateArray().Any(x => x.GetString() == otherProvider)).ToArray();
        return (own, new Known(
            victim, provider, city.Projects[0], other, enterprises.Where(e => Of(e, "uscc") == other).Select(e => Of(e, "name")).Single(),
            [
                .. projects.Where(p => Of(p, "enterprise") == other).Select(p => Of(p, "id")), .. assessments.Where(a => Of(a, "enterprise") == other).Select(a => Of(a, "id")),
                .. invoices.Select(i => Of(i, "number")).Where(n => typed.Contains(n, StringComparison.Ordinal)),
            ],
            otherProvider,
            [.. theirs.SelectMany(p => new[] { Of(p, "id"), Of(p, "enterprise"), Of(p, "enterpriseName") })],
            values));

        async Task<JsonElement[]> Items(string path) => [.. (await (await auditor.GetAsync(path)).Json()).GetProperty("items").EnumerateArray()];
    }

    private static string Of(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static string Noun(string pattern) => pattern.Split('/')[4];

    [GeneratedRegex(@"\{\**([A-Za-z0-9]+)[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("[0-9a-f]{12,}|9135[0-9A-Z]{14}")]
    private static partial Regex Hex();

    private sealed record Known(
        string Victim, string Provider, string Project, string Other, string OtherName, string[] OtherProjects, string OtherProvider, string[] OtherProviderSees,
        IReadOnlyDictionary<(string Noun, string Name), string> Values);
}
