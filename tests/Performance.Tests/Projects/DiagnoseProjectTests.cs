using PilotCity.Defaults;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests.Projects;

public class DiagnoseProjectTests
{
    private static readonly DiagnoseProject.Body Body = new(new(EnterpriseCode), new(2025, 2, 10), 1, [], Docs(DocumentCode.DiagnosisReport));

    [Fact]
    public void A_project_begins_with_who_the_enterprise_is_and_where_that_was_read()
    {
        var decision = DiagnoseProject.Decide(ProjectId, Body, Facts, Stored, Seller, Now);

        var diagnosed = Assert.IsType<ProjectDiagnosed>(Assert.Single(decision.Changes).Event);
        Assert.Equal((EnterpriseCode, District, Source, true), (diagnosed.Enterprise, diagnosed.District, diagnosed.Source, diagnosed.ByProvider));
        Assert.Equal("/projects/p1", decision.Location);
    }

    [Fact]
    public void An_enterprise_that_is_not_on_the_pilot_list_is_refused() => Assert.Equal("project.enterprise_not_listed", Code(Facts with { InPilotList = false }));

    [Fact]
    public void An_enterprise_without_a_district_is_refused() => Assert.Equal("project.district_unknown", Code(Facts with { District = null }));

    [Theory]
    [InlineData(-1, "level.out_of_range")]
    [InlineData(0, null)]
    [InlineData(4, null)]
    [InlineData(5, "level.out_of_range")]
    public void The_level_before_is_0_to_4(int level, string? code) =>
        Assert.Equal(code, DiagnoseProject.Decide(ProjectId, Body with { LevelBefore = level }, Facts, Stored, Seller, Now).Fault?.Code);

    [Theory]
    [InlineData(30, null)]
    [InlineData(31, "list.size")]
    public void Needs_are_bounded(int needs, string? code) =>
        Assert.Equal(code, DiagnoseProject.Decide(ProjectId, Body with { Needs = [.. Enumerable.Repeat(new Label("排程"), needs)] }, Facts, Stored, Seller, Now).Fault?.Code);

    [Fact]
    public void Ids_of_commands_of_the_same_moment_differ()
    {
        var first = Guid.Parse("0197f1a0-0000-7000-8000-000000000001");
        var second = Guid.Parse("0197f1a0-0000-7000-8000-000000000002");

        Assert.NotEqual(DiagnoseProject.IdOf(first), DiagnoseProject.IdOf(second));
        Assert.Equal(DiagnoseProject.IdOf(first), DiagnoseProject.IdOf(first));
        Assert.Matches("^[0-9a-f]{12}$", DiagnoseProject.IdOf(first));
    }

    [Fact]
    public void What_Registry_does_not_know_is_unknown()
    {
        var facts = EnterpriseFacts.Of(EnterpriseCode, null);
        Assert.Equal((FaultKind.NotFound, "enterprise.unknown"), (facts.Fault?.Kind, facts.Fault?.Code));
    }

    private static string? Code(EnterpriseFacts facts) => DiagnoseProject.Decide(ProjectId, Body, facts, Stored, Seller, Now).Fault?.Code;
}
