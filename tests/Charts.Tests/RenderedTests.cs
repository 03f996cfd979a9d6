namespace PilotCity.Charts.Tests;

/// <summary>The chart passes helm's own checks, and the committed rendered files are what it renders today.</summary>
public sealed class RenderedTests
{
    public static TheoryData<string> ValueSets
    {
        get
        {
            var sets = new TheoryData<string> { "" };
            foreach (var file in Directory.GetFiles(Path.Combine(Tree.Chart, "examples"), "*.yaml").Order(StringComparer.Ordinal))
                sets.Add(Path.GetFileName(file));
            return sets;
        }
    }

    [Theory]
    [MemberData(nameof(ValueSets))]
    public async Task Helm_lint_is_content_with_every_value_set(string values)
    {
        string[] more = values.Length == 0 ? [] : ["--values", Path.Combine(Tree.Chart, "examples", values)];

        var ran = await Tree.Helm(["lint", "--strict", Tree.Chart, .. more]);

        Assert.True(ran.ExitCode == 0, ran.Output + ran.Error);
    }

    [Fact]
    public async Task The_committed_rendered_files_are_what_the_chart_renders()
    {
        var committed = Path.Combine(Tree.Chart, "rendered");
        var fresh = Directory.CreateTempSubdirectory("rendered-").FullName;
        try
        {
            var ran = await Tree.Script("render-charts.sh", fresh);

            Assert.True(ran.ExitCode == 0, ran.Error);
            Assert.Equal(Names(fresh), Names(committed));
            foreach (var name in Names(fresh))
                Assert.True(
                    await File.ReadAllTextAsync(Path.Combine(fresh, name)) == await File.ReadAllTextAsync(Path.Combine(committed, name)),
                    $"charts/pilot-city/rendered/{name} is not what the chart renders: run eng/render-charts.sh and review the difference");
        }
        finally
        {
            Directory.Delete(fresh, recursive: true);
        }

        static IEnumerable<string> Names(string folder) =>
            Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_packaged_chart_carries_neither_rendered_files_nor_examples()
    {
        var fresh = Directory.CreateTempSubdirectory("package-").FullName;
        try
        {
            var packaged = await Tree.Helm("package", Tree.Chart, "--destination", fresh);
            Assert.True(packaged.ExitCode == 0, packaged.Error);

            await using var gzip = new System.IO.Compression.GZipStream(
                File.OpenRead(Assert.Single(Directory.GetFiles(fresh))), System.IO.Compression.CompressionMode.Decompress);
            using var tar = new System.Formats.Tar.TarReader(gzip);
            var names = new List<string>();
            while (await tar.GetNextEntryAsync() is { } entry)
                names.Add(entry.Name);

            Assert.Contains("pilot-city/templates/services.yaml", names);
            Assert.DoesNotContain(names, name => name.Contains("/rendered/", StringComparison.Ordinal) || name.Contains("/examples/", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(fresh, recursive: true);
        }
    }
}
