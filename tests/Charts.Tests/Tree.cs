using System.Diagnostics;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace PilotCity.Charts.Tests;

/// <summary>What the tests read and run of the checked-out repository: its files, the chart, and helm.</summary>
internal static class Tree
{
    public static readonly string Root = FindRoot();
    public static readonly string Chart = Path.Combine(Root, "charts", "pilot-city");

    /// <summary>Projects under services/ that are not deployed: shared plumbing, and the one-process host with the command line.</summary>
    private static readonly string[] NotDeployed = ["Defaults", "City"];

    private static readonly Lazy<Task<string>> HelmPath = new(FindHelm);

    /// <summary>The projects that the cluster runs, by project name: every folder of services/ with a project of its name, and Gateway.</summary>
    public static IReadOnlyList<string> DeployedProjects { get; } =
    [
        .. Directory.GetDirectories(Path.Combine(Root, "services"))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => File.Exists(Path.Combine(Root, "services", name, $"{name}.csproj")))
            .Except(NotDeployed)
            .Append("Gateway")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Runs helm and gives what it printed; the exit code is the caller's to judge.</summary>
    public static async Task<Ran> Helm(params string[] arguments) => await Run(await HelmPath.Value, arguments);

    /// <summary>Renders the chart with these further arguments; a refusal fails the test with helm's words.</summary>
    public static async Task<IReadOnlyList<YamlMappingNode>> Render(params string[] arguments)
    {
        var ran = await Helm(["template", "pilot-city", Chart, "--namespace", "pilot-city", .. arguments]);
        Assert.True(ran.ExitCode == 0, ran.Error);
        return Documents(ran.Output);
    }

    /// <summary>Runs a script of eng/ with HELM set to the helm that the tests use.</summary>
    public static async Task<Ran> Script(string name, params string[] arguments) =>
        await Run(Path.Combine(Root, "eng", name), arguments, await HelmPath.Value);

    public static IReadOnlyList<YamlMappingNode> Documents(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>()];
    }

    /// <summary>The node at this path of keys and positions, or null.</summary>
    public static YamlNode? At(this YamlNode node, params object[] path) =>
        path.Aggregate((YamlNode?)node, (found, step) => (found, step) switch
        {
            (YamlMappingNode map, string key) => map.Children.TryGetValue(key, out var child) ? child : null,
            (YamlSequenceNode list, int index) => index < list.Children.Count ? list.Children[index] : null,
            _ => null,
        });

    public static string? Text(this YamlNode node, params object[] path) => (node.At(path) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> List(this YamlNode node, params object[] path) =>
        (node.At(path) as YamlSequenceNode)?.Children ?? Enumerable.Empty<YamlNode>();

    public static IEnumerable<string> Keys(this YamlNode node, params object[] path) =>
        (node.At(path) as YamlMappingNode)?.Children.Keys.Select(key => ((YamlScalarNode)key).Value!) ?? [];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "PilotCity.slnx")))
                return folder.FullName;
        throw new InvalidOperationException($"no PilotCity.slnx above {AppContext.BaseDirectory}: run the tests inside the repository");
    }

    /// <summary>HELM if it is set; else what the install script puts into, or finds in, .cache/helm.</summary>
    private static async Task<string> FindHelm()
    {
        if (Environment.GetEnvironmentVariable("HELM") is { Length: > 0 } given)
            return given;
        var ran = await Run(Path.Combine(Root, "eng", "install-helm.sh"), []);
        return ran.ExitCode == 0
            ? ran.Output.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"no helm: {ran.Error}");
    }

    private static async Task<Ran> Run(string program, string[] arguments, string? helm = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (helm is not null)
            start.Environment["HELM"] = helm;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ran(process.ExitCode, await output, await error);
    }
}

/// <summary>How a program ended and what it printed.</summary>
internal sealed record Ran(int ExitCode, string Output, string Error);
