using YamlDotNet.RepresentationModel;

namespace PilotCity.Charts.Tests;

/// <summary>A service that exists in the tree is in the chart and in skaffold, and is wired and closed as the others are.</summary>
public sealed class ServicesTests
{
    private static readonly string[] GrpcPeers = ["Assessment", "Funding", "Performance", "Registry"];

    [Fact]
    public void Every_deployed_project_has_its_entry_in_the_chart_values_and_no_entry_is_without_one()
    {
        var values = Tree.Documents(File.ReadAllText(Path.Combine(Tree.Chart, "values.yaml")))[0];

        Assert.Equal(
            Tree.DeployedProjects.Select(Key),
            values.Keys("services").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_deployed_project_is_built_and_released_by_skaffold()
    {
        var skaffold = Tree.Documents(File.ReadAllText(Path.Combine(Tree.Root, "skaffold.yaml")))[0];
        var expected = Tree.DeployedProjects.Select(project => (
            Image: $"pilot-city/{Kebab(project)}",
            Dockerfile: (string?)"services/Dockerfile",
            Service: (string?)project,
            Project: project == "Gateway" ? "gateway/Gateway.csproj" : null));

        var artifacts = skaffold.List("build", "artifacts").Select(artifact => (
            Image: artifact.Text("image")!,
            Dockerfile: artifact.Text("docker", "dockerfile"),
            Service: artifact.Text("docker", "buildArgs", "SERVICE"),
            Project: artifact.Text("docker", "buildArgs", "PROJECT")));
        Assert.Equal(expected, artifacts.OrderBy(artifact => artifact.Service, StringComparer.Ordinal));

        var release = Assert.Single(skaffold.List("deploy", "helm", "releases"));
        Assert.Equal(
            Tree.DeployedProjects.Select(project => $"services.{Key(project)}.image={{{{.IMAGE_FULLY_QUALIFIED_pilot_city_{Kebab(project).Replace('-', '_')}}}}}"),
            release.Keys("setValueTemplates").Order(StringComparer.Ordinal).Select(key => $"{key}={release.Text("setValueTemplates", key)}"));
        Assert.True(File.Exists(Path.Combine(Tree.Root, release.Text("chartPath")!, "Chart.yaml")));
    }

    [Fact]
    public async Task Every_deployed_project_becomes_a_deployment_a_service_a_budget_a_policy_and_an_account()
    {
        var documents = await Tree.Render();

        foreach (var kind in (string[])["Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy", "ServiceAccount"])
            Assert.Equal(
                Tree.DeployedProjects.Select(project => $"pilot-city-{Kebab(project)}"),
                documents.Where(document => document.Text("kind") == kind).Select(document => document.Text("metadata", "name")!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_new_entry_in_the_values_is_a_whole_service_and_known_to_the_others()
    {
        var documents = await Tree.Render("--set", "services.appealsOffice.peer=true");

        Assert.Equal("pilot-city/appeals-office:0.1.0", Container(documents, "appeals-office").Text("image"));
        Assert.Equal("http://pilot-city-appeals-office:8081", Variables(documents, "funding")["Peers__AppealsOffice"].Text("value"));
        Assert.Equal("http://pilot-city-appeals-office:8080", Variables(documents, "gateway")["Gateway__AppealsOffice"].Text("value"));
        Assert.Equal("appeals-office", Variables(documents, "appeals-office")["ConnectionStrings__Log"].Text("valueFrom", "secretKeyRef", "key"));
    }

    [Fact]
    public async Task Services_are_told_their_peers_and_the_gateway_all_that_is_behind_it()
    {
        var documents = await Tree.Render();

        foreach (var project in Tree.DeployedProjects.Where(project => project != "Gateway"))
        {
            var variables = Variables(documents, Kebab(project));
            Assert.Equal(
                GrpcPeers.Where(peer => peer != project).Select(peer => $"Peers__{peer}=http://pilot-city-{Kebab(peer)}:8081"),
                variables.Where(variable => variable.Key.StartsWith("Peers__", StringComparison.Ordinal)).Select(variable => $"{variable.Key}={variable.Value.Text("value")}"));
            Assert.Equal(("8080", "8081"), (variables["Http__Port"].Text("value"), variables["Grpc__Port"].Text("value")));
            Assert.Equal("http://otel-collector.observability.svc:4317", variables["OTEL_EXPORTER_OTLP_ENDPOINT"].Text("value"));
        }

        var gateway = Variables(documents, "gateway");
        Assert.Equal(
            Tree.DeployedProjects.Where(project => project != "Gateway").Select(project => $"Gateway__{project}=http://pilot-city-{Kebab(project)}:8080"),
            gateway.Where(variable => variable.Key.StartsWith("Gateway__", StringComparison.Ordinal)).Select(variable => $"{variable.Key}={variable.Value.Text("value")}"));
        Assert.DoesNotContain(gateway.Keys, name => name.StartsWith("ConnectionStrings__", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_has_a_volume_that_outlives_the_release_and_the_checkpoint_key_is_a_file_of_a_secret()
    {
        var documents = await Tree.Render();

        var claim = Assert.Single(documents, document => document.Text("kind") == "PersistentVolumeClaim");
        Assert.Equal("keep", claim.Text("metadata", "annotations", "helm.sh/resource-policy"));
        var content = Variables(documents, "performance")["Content__Root"].Text("value");
        var mount = Assert.Single(Container(documents, "performance").List("volumeMounts"), mount => mount.Text("mountPath") == content);
        var volume = Assert.Single(Pod(documents, "performance").List("volumes"), volume => volume.Text("name") == mount.Text("name"));
        Assert.Equal(claim.Text("metadata", "name"), volume.Text("persistentVolumeClaim", "claimName"));

        var keyFile = Variables(documents, "oversight")["Oversight__KeyFile"].Text("value")!;
        var keyMount = Assert.Single(Container(documents, "oversight").List("volumeMounts"), mount => mount.Text("mountPath") == Path.GetDirectoryName(keyFile));
        var keyVolume = Assert.Single(Pod(documents, "oversight").List("volumes"), volume => volume.Text("name") == keyMount.Text("name"));
        Assert.Equal("pilot-city-oversight", keyVolume.Text("secret", "secretName"));
        Assert.Equal(Path.GetFileName(keyFile), keyVolume.Text("secret", "items", 0, "path"));
    }

    [Fact]
    public async Task Every_pod_is_probed_bounded_and_without_rights_it_does_not_need()
    {
        var documents = await Tree.Render();

        foreach (var name in Tree.DeployedProjects.Select(Kebab))
        {
            var pod = Pod(documents, name);
            var container = Container(documents, name);
            Assert.Equal("/health/live", container.Text("livenessProbe", "httpGet", "path"));
            Assert.Equal("/health/ready", container.Text("readinessProbe", "httpGet", "path"));
            Assert.Equal("http", container.Text("readinessProbe", "httpGet", "port"));
            Assert.Equal("true", pod.Text("securityContext", "runAsNonRoot"));
            Assert.Equal("false", pod.Text("automountServiceAccountToken"));
            Assert.Equal("false", pod.Text("enableServiceLinks"));
            Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"));
            Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("ALL", container.Text("securityContext", "capabilities", "drop", 0));
            Assert.NotNull(container.Text("resources", "limits", "memory"));
            Assert.NotNull(container.Text("resources", "requests", "cpu"));
        }
    }

    [Fact]
    public async Task Only_the_gateway_is_open_to_anything_outside_the_release()
    {
        var documents = await Tree.Render();

        foreach (var policy in documents.Where(document => document.Text("kind") == "NetworkPolicy"))
        {
            Assert.Equal(["Ingress", "Egress"], policy.List("spec", "policyTypes").Select(type => ((YamlScalarNode)type).Value));
            var sources = policy.List("spec", "ingress").SelectMany(rule => rule.List("from")).ToList();
            Assert.All(policy.List("spec", "ingress"), rule => Assert.NotEmpty(rule.List("from")));
            if (policy.Text("metadata", "name") == "pilot-city-gateway")
                Assert.Equal("ingress-nginx", Assert.Single(sources).Text("namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"));
            else
            {
                Assert.All(sources, source => Assert.Equal("pilot-city", source.Text("podSelector", "matchLabels", "app.kubernetes.io/instance")));
                Assert.Equal(
                    ["http from gateway", "grpc from service"],
                    policy.List("spec", "ingress").Select(rule =>
                        $"{rule.Text("ports", 0, "port")} from {rule.Text("from", 0, "podSelector", "matchLabels", "app.kubernetes.io/component")}"));
            }
        }
        Assert.DoesNotContain(documents, document => document.Text("kind") == "Ingress");
        Assert.All(documents.Where(document => document.Text("kind") == "Service"), service => Assert.Null(service.Text("spec", "type")));
    }

    [Fact]
    public async Task The_ingress_leads_to_the_gateway_alone()
    {
        var documents = await Tree.Render("--set", "ingress.enabled=true", "--set", "ingress.host=pilot.example");

        var ingress = Assert.Single(documents, document => document.Text("kind") == "Ingress");
        Assert.Equal("pilot-city-gateway", ingress.Text("spec", "rules", 0, "http", "paths", 0, "backend", "service", "name"));
    }

    private static YamlNode Pod(IReadOnlyList<YamlMappingNode> documents, string name) =>
        Assert.Single(documents, document => document.Text("kind") == "Deployment" && document.Text("metadata", "name") == $"pilot-city-{name}")
            .At("spec", "template", "spec")!;

    private static YamlNode Container(IReadOnlyList<YamlMappingNode> documents, string name) => Assert.Single(Pod(documents, name).List("containers"));

    private static Dictionary<string, YamlNode> Variables(IReadOnlyList<YamlMappingNode> documents, string name) =>
        Container(documents, name).List("env").ToDictionary(variable => variable.Text("name")!);

    /// <summary>The project's name as a key of the values: AppealsOffice → appealsOffice.</summary>
    private static string Key(string project) => char.ToLowerInvariant(project[0]) + project[1..];

    /// <summary>The project's name as a name in Kubernetes: AppealsOffice → appeals-office.</summary>
    private static string Kebab(string project) =>
        string.Concat(project.Select((letter, index) => (index > 0 && char.IsUpper(letter) ? "-" : "") + char.ToLowerInvariant(letter)));
}
