using System.Diagnostics;
using PilotCity.City.Servers;

namespace PilotCity.Torture;

/// <summary>The City program in the build that can be broken on purpose (<c>-p:Breakable=true</c>), in folders of its own beside the product's.</summary>
internal static class Breakable
{
    /// <summary>What such a build can be told to do: see services/Defaults/Breakage.cs.</summary>
    internal static readonly IReadOnlyList<string> Ways = ["lost-entry", "doubled-effect", "stale-balance", "rolled-back"];

    /// <summary>Builds it where it is not up to date; its path.</summary>
    internal static async Task<string> Build(CancellationToken ct)
    {
        var project = Path.Combine(Root, "services", "City");
        using var build = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["build", Path.Combine(project, "City.csproj"), "-c", "Release", "-nologo", "-v", "quiet", "-nodeReuse:false", "-p:Breakable=true", "-p:UseSharedCompilation=false"])
        { RedirectStandardOutput = true })!;
        var said = build.StandardOutput.ReadToEndAsync(ct);
        await build.WaitForExitAsync(ct);
        return build.ExitCode == 0
            ? Path.Combine(project, "bin", "breakable", "Release", "net10.0", "PilotCity.City.dll")
            : throw new ServerFailedException($"dotnet build -p:Breakable=true: {await said}");
    }

    private static string Root
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "PilotCity.slnx")))
                {
                    return folder.FullName;
                }
            }

            throw new ServerFailedException("this program does not lie inside the repository, so there is nothing to build");
        }
    }
}
