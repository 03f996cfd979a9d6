using PilotCity.City.Demonstration;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Processes;

public sealed class DemoTests
{
    [Fact]
    public async Task The_pilot_plays_to_its_end_over_processes_as_in_one()
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();

        var code = await Demo.Run(folder["demo"], servers: true, output, output, CancellationToken.None);

        Assert.True(code == 0, output.ToString());
        Assert.Equal(DemonstrationProject.All.Count, Directory.GetFiles(Path.Combine(folder["demo"], "receipts")).Length);
    }
}
