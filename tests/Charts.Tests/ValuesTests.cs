namespace PilotCity.Charts.Tests;

/// <summary>Wrong values are refused before anything is installed, with the place of the fault.</summary>
public sealed class ValuesTests
{
    [Theory]
    [InlineData("defaults.replicas=two", "/defaults/replicas")]
    [InlineData("defaults.replicas=0", "/defaults/replicas")]
    [InlineData("defaults.replicas=21", "/defaults/replicas")]
    [InlineData("services.registry.replica=3", "/services/registry")]
    [InlineData("services.Registry.replicas=3", "propertyName 'Registry'")]
    [InlineData("services.gateway=null", "missing property 'gateway'")]
    [InlineData("services.funding.strategy=Blue", "/services/funding/strategy")]
    [InlineData("services.performance.store.path=content", "/services/performance/store/path")]
    [InlineData("services.oversight.resources.limits.memory=lots", "/services/oversight/resources/limits/memory")]
    [InlineData("identity.authority=http://id.example", "/identity/authority")]
    [InlineData("images.tag=latest", "/images/tag")]
    [InlineData("ingress.enabled=true", "/ingress/host")]
    [InlineData("networkPolicy.egress.database.port=65536", "/networkPolicy/egress/database/port")]
    [InlineData("networkPolicy.egress.database.port=0", "/networkPolicy/egress/database/port")]
    [InlineData("unknown=1", "'unknown'")]
    public async Task The_schema_refuses_a_wrong_value_and_names_its_place(string wrong, string place)
    {
        var ran = await Tree.Helm("template", "pilot-city", Tree.Chart, "--set", wrong);

        Assert.NotEqual(0, ran.ExitCode);
        Assert.Contains("specifications of the schema", ran.Error, StringComparison.Ordinal);
        Assert.Contains(place, ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Db__Password")]
    [InlineData("ConnectionStrings__Log")]
    [InlineData("Identity__ServiceKey")]
    [InlineData("API_TOKEN")]
    public async Task A_variable_that_carries_a_credential_is_refused_in_values(string name)
    {
        var ran = await Tree.Helm("template", "pilot-city", Tree.Chart, "--set", $"services.funding.env.{name}=x");

        Assert.NotEqual(0, ran.ExitCode);
        Assert.Contains(name, ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services.performance.replicas=2", "set replicas to 1")]
    [InlineData("services.performance.autoscaling.enabled=true", "autoscaling.enabled to false")]
    [InlineData("services.performance.strategy=RollingUpdate", "store.accessMode to ReadWriteMany")]
    public async Task A_volume_for_one_writer_is_never_given_to_two_pods(string wrong, string wayOut)
    {
        var ran = await Tree.Helm("template", "pilot-city", Tree.Chart, "--set", wrong);

        Assert.NotEqual(0, ran.ExitCode);
        Assert.Contains("services.performance:", ran.Error, StringComparison.Ordinal);
        Assert.Contains(wayOut, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Autoscaling_for_all_leaves_those_alone_that_run_alone()
    {
        var scaled = (await Tree.Render("--set", "defaults.autoscaling.enabled=true"))
            .Where(document => document.Text("kind") == "HorizontalPodAutoscaler")
            .Select(document => document.Text("metadata", "name"));

        Assert.Equal(
            ["pilot-city-assessment", "pilot-city-funding", "pilot-city-gateway", "pilot-city-registry"],
            scaled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_image_given_in_full_replaces_repository_and_tag()
    {
        var images = (await Tree.Render("--set", "services.funding.image=r.example/x@sha256:00", "--set", "images.repository=r.example/pc", "--set", "images.tag=1.2.3"))
            .Where(document => document.Text("kind") == "Deployment")
            .Select(document => document.Text("spec", "template", "spec", "containers", 0, "image"))
            .ToList();

        Assert.Contains("r.example/x@sha256:00", images);
        Assert.Contains("r.example/pc/registry:1.2.3", images);
    }
}
