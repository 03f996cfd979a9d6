namespace PilotCity.City.Tests.Conventions;

/// <summary>The sources of this repository, as the convention tests read them.</summary>
internal static class Tree
{
    internal static readonly string Root = Find();

    /// <summary>Every C# file below a folder, built output left out: path from the root, and text.</summary>
    internal static IReadOnlyList<(string Path, string Text)> Sources(params string[] folders) =>
    [
        .. folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.cs", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(f => (f, File.ReadAllText(Path.Combine(Root, f)))),
    ];

    /// <summary>Fails with every line, not with the first few.</summary>
    internal static void None(IEnumerable<string> broken)
    {
        var lines = string.Join(Environment.NewLine, broken);
        Assert.True(lines.Length == 0, lines);
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PilotCity.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
