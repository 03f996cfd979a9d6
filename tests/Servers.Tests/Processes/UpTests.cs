using System.Globalization;
using PilotCity.City.Tests.Journeys;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Processes;

/// <summary><c>./city up --servers</c> as an operator runs it.</summary>
public sealed class UpTests
{
    /// <summary>A process on this machine, told from a later one that has the same id.</summary>
    private sealed record Being(int Id, string Started);

    [Fact]
    public async Task Interrupted_or_killed_it_leaves_no_process_and_no_server_behind()
    {
        using var folder = new TemporaryFolder();
        using (var city = CityProcess.Up(folder.Path, more: "--servers"))
        {
            await city.Listening();
            var family = Family(city.Id);
            Assert.True(family.Count > 10, "five services, the gateway, PostgreSQL and RabbitMQ");

            await city.Interrupt();

            Assert.Equal(0, await city.Ended());
            await CityProcess.Until(() => Task.FromResult(!family.Any(Lives)), () => string.Join(", ", family.Where(Lives)));
            Assert.DoesNotContain("Unhandled", city.Said, StringComparison.Ordinal);
        }

        List<Being> orphans;
        using (var city = CityProcess.Up(folder.Path, more: "--servers"))
        {
            await city.Listening();
            orphans = Family(city.Id);
            city.Kill();
            await city.Ended();
        }

        // Started again at once, it waits for the servers of before.
        using (var city = CityProcess.Up(folder.Path, more: "--servers"))
        {
            await city.Listening();
            await CityProcess.Until(() => Task.FromResult(!orphans.Any(Lives)), () => string.Join(", ", orphans.Where(Lives)));
            await city.Interrupt();
            Assert.Equal(0, await city.Ended());
        }

        var (code, said) = await CityProcess.Run("verify", "--log", folder.Path);
        Assert.True(code == 0, said);
        var (rebuilt, told) = await CityProcess.Run("rebuild", "--servers", "--data", folder.Path);
        Assert.True(rebuilt == 0, told);
    }

    [Theory]
    [InlineData("postgres/PG_VERSION")]
    [InlineData("checkpoint.key")]
    public async Task Interrupted_while_it_starts_it_leaves_nothing_either(string file)
    {
        using var folder = new TemporaryFolder();
        using var city = CityProcess.Up(folder.Path, more: "--servers");
        await CityProcess.Until(() => Task.FromResult(File.Exists(Path.Combine(folder.Path, "servers", file)) || city.HasEnded), () => city.Said, everyMilliseconds: 5);
        var family = Family(city.Id);

        await city.Interrupt();

        Assert.True(await city.Ended() == 0, city.Said);
        Assert.DoesNotContain("   at ", city.Said, StringComparison.Ordinal);
        await CityProcess.Until(() => Task.FromResult(!family.Any(Lives)), () => string.Join(", ", family.Where(Lives)));
    }

    [Theory]
    [InlineData("--postgres", "Host=127.0.0.1")]
    [InlineData("--bus", "amqp://127.0.0.1/")]
    public async Task Servers_are_named_for_a_city_of_processes_only(string option, string value)
    {
        using var folder = new TemporaryFolder();

        var (code, said) = await CityProcess.Run("up", "--data", folder.Path, "--port", "0", option, value);

        Assert.Equal(2, code);
        Assert.Contains(option, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Username=nobody", "amqp://127.0.0.1:1/", "Host")]
    [InlineData("Host=127.0.0.1;Port=1", "amqp://127.0.0.1:1/", "127.0.0.1:1")]
    [InlineData("Host=127.0.0.1;Port=1", "rabbit", "amqp://")]
    public async Task A_server_that_was_named_and_cannot_be_used_is_said_so(string postgres, string bus, string says)
    {
        using var folder = new TemporaryFolder();

        var (code, said) = await CityProcess.Run("up", "--servers", "--data", folder.Path, "--port", "0", "--postgres", postgres, "--bus", bus);

        Assert.Equal(1, code);
        Assert.Contains(says, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    /// <summary>Everything that this process started, and what that started.</summary>
    private static List<Being> Family(int parent)
    {
        var all = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(n => Stat(int.Parse(n!, CultureInfo.InvariantCulture))).OfType<(Being Being, int Parent, char State)>().ToList();
        var family = new List<Being>();
        for (var parents = new HashSet<int> { parent }; parents.Count > 0;)
        {
            var children = all.Where(p => parents.Contains(p.Parent)).Select(p => p.Being).ToList();
            family.AddRange(children);
            parents = [.. children.Select(c => c.Id)];
        }

        return family;
    }

    private static bool Lives(Being being) => Stat(being.Id) is { State: not 'Z' } now && now.Being == being;

    private static (Being Being, int Parent, char State)? Stat(int id)
    {
        try
        {
            // "id (name) state parent …", the moment of its start is the 22nd field; the name may hold anything.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (new Being(id, fields[19]), int.Parse(fields[1], CultureInfo.InvariantCulture), fields[0][0]);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
