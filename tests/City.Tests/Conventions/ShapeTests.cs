using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using PilotCity.Defaults.Slices;
using PilotCity.Gateway;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Conventions;

/// <summary>What every service must have, read from the services themselves.</summary>
public sealed class ShapeTests
{
    private static readonly CityService[] Shapes =
    [
        Registry.RegistryService.Shape, Assessment.AssessmentService.Shape, Performance.PerformanceService.Shape, Funding.FundingService.Shape, Oversight.OversightService.Shape,
    ];

    [Fact]
    public void Every_event_has_a_golden()
    {
        var missing = from shape in Shapes
                      from noun in shape.Nouns
                      from type in noun.Events
                      let file = Path.Combine(Tree.Root, "tests", $"{char.ToUpperInvariant(shape.Name[0])}{shape.Name[1..]}.Tests", "Goldens", $"{type.Name}.json")
                      where !File.Exists(file)
                      select $"{shape.Name}: {type.Name}";

        Tree.None(missing);
    }

    [Fact]
    public void An_event_s_name_belongs_to_one_noun_of_its_service()
    {
        var doubled = from shape in Shapes
                      from name in shape.Nouns.SelectMany(n => n.Events.Select(e => e.Name)).GroupBy(n => n, StringComparer.Ordinal)
                      where name.Count() > 1
                      select $"{shape.Name}: {name.Key}";

        Tree.None(doubled);
    }

    [Fact]
    public void Every_fault_code_is_noun_dot_reason_and_named_by_a_test()
    {
        var tests = string.Concat(Tree.Sources("tests").Select(s => s.Text));
        var codes = (from source in Tree.Sources("services", "gateway")
                     from Match m in Regex.Matches(source.Text, @"new(?: Fault)?\(\s*FaultKind\.\w+,\s*\r?\n?\s*""([^""]+)""")
                     select (source.Path, Code: m.Groups[1].Value)).ToArray();

        Assert.True(codes.Length > 50, "the scan finds the faults");
        Tree.None(codes.Where(c => !Regex.IsMatch(c.Code, "^[a-z][a-z_0-9]*\\.[a-z][a-z_0-9]*$")).Select(c => $"{c.Path}: {c.Code}"));
        Tree.None(codes.Where(c => !tests.Contains($"\"{c.Code}\"", StringComparison.Ordinal)).Select(c => $"{c.Path}: {c.Code} is named by no test").Distinct());
    }

    [Fact]
    public void A_fault_code_means_one_thing()
    {
        var doubled = from source in Tree.Sources("services", "gateway")
                      from Match m in Regex.Matches(source.Text, @"new(?: Fault)?\(\s*FaultKind\.\w+,\s*\r?\n?\s*""([^""]+)""")
                      group source.Path by m.Groups[1].Value into code
                      where code.Count() > 1
                      select $"{code.Key}: {string.Join(", ", code)}";

        Tree.None(doubled);
    }

    [Fact]
    public async Task Every_route_names_its_roles_and_is_behind_the_gateway()
    {
        foreach (var (name, build) in new (string, Func<Defaults.Hosting, WebApplication>)[]
        {
            ("registry", Registry.RegistryService.Build), ("assessment", Assessment.AssessmentService.Build), ("performance", Performance.PerformanceService.Build),
            ("funding", Funding.FundingService.Build), ("oversight", Oversight.OversightService.Build),
        })
        {
            await using var service = await TestService.Start(build, settings: Peers);
            var routes = ((IEndpointRouteBuilder)service.App).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()
                .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)).ToArray();

            Assert.NotEmpty(routes);
            Assert.Contains(name, RouteTable.Services);
            Assert.All(routes, r => Assert.StartsWith($"/api/{name}/{{city", r.RoutePattern.RawText, StringComparison.Ordinal));
            Assert.All(routes, r => Assert.True(
                r.Metadata.OfType<CommandRoute>().Any(c => c.Roles.Count > 0) || r.Metadata.OfType<QuestionRoute>().Any(q => q.Roles.Count > 0) || r.Metadata.OfType<AskedRoute>().Any(a => a.Roles.Count > 0),
                $"{r.RoutePattern.RawText} names no roles"));
        }
    }

    [Fact]
    public void The_gateway_lets_a_workbook_through_that_the_service_takes() =>
        Assert.Equal(Assessment.AnswerWorkbooks.AnswerWorkbook.Limits.FileBytesMax, RouteTable.Routes.Single(r => r.RouteId == "answer-workbooks").MaxRequestBodySize);

    private static readonly Dictionary<string, string?> Peers = new()
    {
        ["ConnectionStrings:Bus"] = "in-memory",
        ["Peers:registry"] = "http://127.0.0.1:1",
        ["Peers:assessment"] = "http://127.0.0.1:1",
        ["Peers:performance"] = "http://127.0.0.1:1",
        ["Peers:funding"] = "http://127.0.0.1:1",
        ["Peers:oversight"] = "http://127.0.0.1:1",
        ["Oversight:CreateKey"] = "true",
    };
}
