using PilotCity.Testing;
using Xunit.Abstractions;

namespace PilotCity.Torture;

/// <summary>The short form of <c>./city torture</c>, and that each of four ways of breaking the product would be found by it.</summary>
public sealed class ShortTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 1;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Under_faults_nothing_is_lost_doubled_or_computed_wrongly()
    {
        var (code, _) = await Run(new(Seed, TimeSpan.FromSeconds(30), folder["city"]));

        Assert.Equal(0, code);
    }

    /// <summary>All four at once, each in a log of its own, so that one start of the city shows them all.</summary>
    [Fact]
    public async Task What_is_broken_on_purpose_is_found()
    {
        var program = await Breakable.Build(CancellationToken.None);

        var (code, found) = await Run(new(Seed, TimeSpan.FromSeconds(12), folder["city"])
        {
            Only = TortureProgram.Parse("none")!,
            Program = program,
            Broken = string.Join(',', Breakable.Ways),
            StopsEarly = false,
            RestPatience = TimeSpan.FromSeconds(10),
        });

        Assert.Equal(1, code);
        Assert.Contains(found, v => v.Check == "oversight holds every entry" && v.What.Contains("funding/", StringComparison.Ordinal)); // lost-entry
        Assert.Contains(found, v => v.Check == "oversight holds no entry twice" && v.What.Contains("performance/", StringComparison.Ordinal)); // doubled-effect
        Assert.Contains(found, v => v.Check == "the books hold" && v.What.Contains("stands at -", StringComparison.Ordinal)); // stale-balance
        Assert.Contains(found, v => v.Check == "what was acknowledged happened once" && v.What.Contains("is lost", StringComparison.Ordinal)); // rolled-back
    }

    private async Task<(int Code, IReadOnlyCollection<Violation> Found)> Run(TortureOptions options)
    {
        using var said = new StringWriter();
        var run = new TortureRun(options, TextWriter.Synchronized(said));
        var code = await run.Run(CancellationToken.None);
        run.Tell();
        output.WriteLine(said.ToString());
        return (code, run.Violations);
    }
}
