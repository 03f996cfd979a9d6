using PilotCity.Testing;
using Xunit.Abstractions;

namespace PilotCity.Torture;

/// <summary>The short form of <c>./city torture</c>, and that each way in which the product could be broken would be found by it.</summary>
public sealed class ShortTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 1;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Under_faults_nothing_is_lost_doubled_or_computed_wrongly()
    {
        var (code, _) = await Run(new(Seed, TimeSpan.FromSeconds(35), folder["city"]));

        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData("lost-entry", "oversight holds every entry once")]
    [InlineData("doubled-effect", "oversight holds every entry once")]
    [InlineData("stale-balance", "the books hold")]
    [InlineData("rolled-back", "what was acknowledged happened once")]
    public async Task What_is_broken_on_purpose_is_found(string way, string check)
    {
        Assert.Contains(way, Breakable.Ways);
        var program = await Breakable.Build(CancellationToken.None);

        var (code, found) = await Run(new(Seed, TimeSpan.FromSeconds(8), folder["city"]) { Only = TortureProgram.Parse("none")!, Program = program, Broken = way });

        Assert.Equal(1, code);
        Assert.Contains(found, v => v.Check == check);
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
