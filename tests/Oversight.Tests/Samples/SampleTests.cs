using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Samples;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Verify;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Samples;

/// <summary>A sample from the commitment to the repeated draw, over HTTP; and the rules of both steps.</summary>
public sealed class SampleTests
{
    private const string Root = "/api/oversight/350800";

    private static readonly string Seed = Convert.ToHexStringLower(SHA256.HashData([5]));
    private static readonly string SeedSha256 = Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(Seed)));
    private static readonly CommitSample.Body Asked = new("年度审计", SampleMethod.MonetaryUnit, 5, new(PopulationKind.Awards), SeedSha256);
    private static readonly IReadOnlyList<PopulationItem> Items = SampleStory.Of(SampleStory.Funding()).Of(Asked.Population);

    [Fact]
    public async Task A_sample_is_committed_drawn_once_and_its_draw_repeated_from_receipt_and_mirror()
    {
        await using var service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        await OversightLog.Take(log, SampleStory.Performance().Entries);
        await OversightLog.Take(log, SampleStory.Funding().Entries);
        var (auditor, officer) = (service.As(Role.Auditor), service.As(Role.BureauOfficer));

        Assert.Equal((403, "request.role"), await (await officer.Command(HttpMethod.Post, $"{Root}/samples", Asked)).Refusal());
        Assert.Equal((400, "sample.query"), await (await auditor.Command(HttpMethod.Post, $"{Root}/samples", Asked with { Population = new(PopulationKind.Awards, District: "x") })).Refusal());
        var told = await (await auditor.Command(HttpMethod.Post, $"{Root}/samples", Asked)).Json(201);
        var id = told.GetProperty("id").GetString()!;
        Assert.Equal(18, told.GetProperty("items").GetInt32());
        Assert.InRange(told.GetProperty("treeSize").GetInt32(), 118, int.MaxValue); // Findings about the story may have come in.
        Assert.Equal("committed", (await (await officer.GetAsync($"{Root}/samples/{id}")).Json()).GetProperty("status").GetString());
        Assert.Equal((404, "sample.unknown"), await (await auditor.GetAsync($"{Root}/samples/none")).Refusal());
        Assert.Equal((409, "sample.not_drawn"), await (await auditor.GetAsync($"{Root}/samples/{id}/receipt")).Refusal());
        await Taken(service, log);

        Assert.Equal((422, "sample.seed_other"), await (await auditor.Command(HttpMethod.Post, $"{Root}/samples/{id}/draw", new DrawSample.Body(SeedSha256))).Refusal());
        var drawn = await (await auditor.Command(HttpMethod.Post, $"{Root}/samples/{id}/draw", new DrawSample.Body(Seed))).Json(201);
        Assert.InRange(drawn.GetArrayLength(), 1, 5);
        Assert.Equal((409, "sample.drawn_already"), await (await auditor.Command(HttpMethod.Post, $"{Root}/samples/{id}/draw", new DrawSample.Body(Seed))).Refusal());
        await Taken(service, log);

        var file = await auditor.GetByteArrayAsync($"{Root}/samples/{id}/receipt");
        var verified = VerifySample.Check(file, null);
        Assert.True(verified.Ok, verified.Ok ? "" : verified.Fault.Message.En);
        Assert.Equal(18, (await (await auditor.GetAsync($"{Root}/samples/{id}/population")).Json()).GetProperty("total").GetInt32());
        Assert.Equal("drawn", (await (await auditor.GetAsync($"{Root}/samples?method=monetary-unit")).Json()).GetProperty("items")[0].GetProperty("status").GetString());
        await Mirrored(service, verified.Value);
    }

    private static async Task Taken(TestService service, ServiceLog log) =>
        await service.App.Services.GetRequiredService<Follower>().Reaches("oversight", TestService.City, (await log.Head(TestService.City, default)).Position, default);

    /// <summary>Rebuilt from a mirror it is the same; a mirror of another log, or of fewer entries, is not the log of the draw.</summary>
    private static async Task Mirrored(TestService service, VerifiedSample sample)
    {
        using var folder = new TemporaryFolder();
        using (var snapshot = LogSource.OfFile(service.Folder["log.db"]).Open())
        {
            Assert.True(WriteMirror.Write(snapshot, TestService.City, folder["mirror"], default).Ok);
        }

        using var mirror = MirrorSource.Of(folder["mirror"]);
        Assert.Null(await VerifySample.Rebuild(sample, mirror, default));
        var forged = sample with { Receipt = sample.Receipt with { Population = [sample.Receipt.Population[0] with { Risk = 9 }, .. sample.Receipt.Population.Skip(1)] } };
        Assert.Equal("sample.item_other", (await VerifySample.Rebuild(forged, mirror, default))?.Code);
        var bundle = Directory.GetFiles(folder["mirror/tile/entries"], "*", SearchOption.AllDirectories).Single();
        var entries = Tiles.Entries(await File.ReadAllBytesAsync(bundle))!;
        await File.WriteAllBytesAsync(bundle, Tiles.Bundle([entries[1], entries[0], .. entries.Skip(2)]));
        Assert.Equal("sample.mirror_other", (await VerifySample.Rebuild(sample, mirror, default))?.Code);
        await File.WriteAllBytesAsync(bundle, Tiles.Bundle([Encoding.UTF8.GetBytes("no entry"), .. entries.Skip(1)]));
        Assert.Equal("sample.mirror_other", (await VerifySample.Rebuild(sample, mirror, default))?.Code);
        using var away = MirrorSource.Of(folder["nowhere"]);
        Assert.Equal("sample.mirror_other", (await VerifySample.Rebuild(sample, away, default))?.Code);
    }

    [Theory]
    [InlineData("sample.purpose", "", 5, null)]
    [InlineData("sample.size", "x", 0, null)]
    [InlineData("sample.size", "x", 19, null)]
    [InlineData("sample.seed", "x", 5, "AB")]
    public void A_commitment_that_says_too_little_is_refused(string code, string purpose, int size, string? seed) =>
        Assert.Equal(code, Commit(Asked with { Purpose = purpose, Size = size, SeedSha256 = seed ?? SeedSha256 }, Items).Fault?.Code);

    [Fact]
    public void Sizes_periods_and_populations_have_their_bounds()
    {
        var many = SampleStory.Items(Enumerable.Repeat(1L, Sample.SizeMax + 1));

        Assert.Null(Commit(Asked with { Size = 18 }, Items).Fault);
        Assert.Null(Commit(Asked with { Size = Sample.SizeMax }, many).Fault);
        Assert.Equal("sample.size", Commit(Asked with { Size = Sample.SizeMax + 1 }, many).Fault?.Code);
        Assert.Equal("sample.purpose", Commit(Asked with { Purpose = new('x', 201) }, Items).Fault?.Code);
        Assert.Equal("sample.seed", Commit(Asked with { SeedSha256 = SeedSha256.ToUpperInvariant() }, Items).Fault?.Code);
        Assert.Equal("sample.empty", Commit(Asked, []).Fault?.Code);
        Assert.Equal("sample.population_large", Commit(Asked, [.. Enumerable.Repeat(many[0], Population.ItemsMax + 1)]).Fault?.Code);
        Assert.Equal("sample.query", Commit(Asked with { Population = new(PopulationKind.Awards, new(2026, 1, 2), new(2026, 1, 1)) }, Items).Fault?.Code);
        Assert.Equal("sample.query", Commit(Asked with { Population = new(PopulationKind.Awards, AmountMin: new(-1)) }, Items).Fault?.Code);
        Assert.Null(Commit(Asked with { Population = new(PopulationKind.Awards, new(2026, 1, 1), new(2026, 1, 1), "350802", Money.Zero) }, Items).Fault);
    }

    [Fact]
    public void The_largest_sample_fits_into_an_entry()
    {
        var items = SampleStory.Items(Enumerable.Repeat(1L, Sample.SizeMax)).Select(i => i with { Id = new string('9', 125) + i.Id, Amount = Money.OfYuan(99_999_999_999) }).ToList();

        Assert.True(Noun.Write(new SampleDrawn(Seed, 1, Seed, [.. items.Select(i => new DrawnItem(i.Id, i.Amount, 300))])).Length < CanonicalEntry.PayloadBytesMax);
    }

    [Fact]
    public void A_draw_needs_the_committed_seed_and_the_committed_population_and_the_commitment_in_the_tree()
    {
        var committed = (SampleCommitted)Commit(Asked, Items).Changes.Single().Event;
        var sample = new Sample("s1", committed, "a-1", default);
        var root = Hash.Of(SHA256.HashData([1]));

        var drawn = (SampleDrawn)DrawSample.Decide(sample, new(Seed), TestService.City, 41, root, Items).Changes.Single().Event;
        Assert.Equal((42L, root.ToString()), (drawn.RootSize, drawn.Root));
        Assert.Equal("sample.seed", DrawSample.Decide(sample, new("x"), TestService.City, 41, root, Items).Fault?.Code);
        Assert.Equal("sample.population_changed", DrawSample.Decide(sample, new(Seed), TestService.City, 41, root, [.. Items.Skip(1)]).Fault?.Code);
        Assert.Equal("sample.drawn_already", DrawSample.Decide(sample with { Drawn = drawn }, new(Seed), TestService.City, 41, root, Items).Fault?.Code);
        Assert.Equal((FaultKind.Conflict, "sample.not_in_tree"), (DrawSample.NotInTree.Kind, DrawSample.NotInTree.Code));
    }

    private static Decision Commit(CommitSample.Body body, IReadOnlyList<PopulationItem> items) => CommitSample.Decide("s1", TestService.City, body, 58, items);
}
