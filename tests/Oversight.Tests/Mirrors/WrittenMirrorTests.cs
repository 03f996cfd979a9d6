using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Mirrors;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Verify;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Mirrors;

/// <summary>A city's log of 600 entries written as static files, and what may have become of them.</summary>
public sealed class WrittenMirrorTests : IAsyncLifetime
{
    private static readonly LogKey Key = new(SignerKey.Generate("pilot-city.example", KeyAlgorithm.Ed25519), "pilot-city.example");

    private readonly TemporaryFolder folder = new();
    private readonly Chronicle chronicle = new("funding");
    private OversightLog oversight = null!;

    private string Root => folder["mirror"];

    public async Task InitializeAsync()
    {
        oversight = await OversightLog.Open();
        await Grow(600);
        Assert.Equal(600, Write().Value.Size);
    }

    public async Task DisposeAsync()
    {
        await oversight.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_mirror_holds_as_a_folder_with_the_key_of_any_city_of_the_installation()
    {
        var verified = await Check(Key.Verifiers("330100"));

        Assert.Null(verified.Value.Wrong);
        Assert.Equal((600, true), (verified.Value.Checkpoint.Size, verified.Value.Signed));
        Assert.False((await Check(null)).Value.Signed);
        Assert.Equal("note.signer_unknown", (await Check(SignerKey.Generate("pilot-city.example/350800", KeyAlgorithm.Ed25519).Verifier)).Fault?.Code);
    }

    [Fact]
    public async Task A_mirror_that_grows_keeps_its_full_tiles_and_holds()
    {
        var full = File.GetLastWriteTimeUtc(folder["mirror/tile/0/000"]);
        await Grow(200);

        var written = Write();

        Assert.Equal((800, 6), (written.Value.Size, written.Value.Files)); // One full tile and one partial, of hashes and of entries, one of level 1, the checkpoint.
        Assert.Equal(full, File.GetLastWriteTimeUtc(folder["mirror/tile/0/000"]));
        Assert.Null((await Check(Key.Verifiers("350800"))).Value.Wrong);
    }

    [Theory]
    [InlineData("tile/entries/001", 300, "mirror.leaf_wrong")]
    [InlineData("tile/0/001", 40, "mirror.leaf_wrong")]
    [InlineData("tile/1/000.p/2", 5, "mirror.tile_wrong")]
    public async Task A_changed_byte_is_found(string path, int at, string code)
    {
        var file = folder[$"mirror/{path}"];
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var wrong = (await Check(Key.Verifiers("350800"))).Value.Wrong!;

        Assert.Equal(code, wrong.Fault.Code);
        Assert.Equal(code == "mirror.leaf_wrong" ? 258 : null, wrong.Position);
    }

    [Theory]
    [InlineData("tile/0/000")]
    [InlineData("tile/0/002.p/88")]
    [InlineData("tile/entries/001")]
    [InlineData("tile/1/000.p/2")]
    public async Task A_missing_file_is_named(string path)
    {
        File.Delete(folder[$"mirror/{path}"]);

        var wrong = (await Check(null)).Value.Wrong!;

        Assert.Equal("mirror.tile_missing", wrong.Fault.Code);
        Assert.Contains(path, wrong.Fault.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_and_hashes_changed_together_are_found_by_the_root()
    {
        // The last entry of the log is another one: written with its own hash, below a checkpoint that was signed before.
        var other = new Chronicle("funding").Add("fund/F1", "FundReceived", new { amount = "9.00" });
        var entry = Defaults.Log.CanonicalEntry.Write(other.Entries[0] with { Position = 600 });
        var (hashes, bundle) = (folder["mirror/tile/0/002.p/88"], folder["mirror/tile/entries/002.p/88"]);
        await File.WriteAllBytesAsync(hashes, [.. (await File.ReadAllBytesAsync(hashes))[..^32], .. MerkleTree.LeafHash(entry).ToArray()]);
        await File.WriteAllBytesAsync(bundle, Tiles.Bundle([.. Tiles.Entries(await File.ReadAllBytesAsync(bundle))!.SkipLast(1), entry]));

        Assert.Equal("mirror.root_wrong", (await Check(null)).Value.Wrong?.Fault.Code);
    }

    [Fact]
    public async Task An_entry_of_another_city_or_out_of_order_is_no_entry_here()
    {
        Assert.Equal("mirror.entry_unreadable", (await Last(new Chronicle("funding", "330100").Add("fund/F1", "FundReceived", new { }).Entries[0])).Fault.Code);
        Assert.Equal("mirror.order_wrong", (await Last(new Chronicle("funding").Add("fund/F1", "FundReceived", new { }).Entries[0])).Fault.Code);

        async Task<Finding> Last(Defaults.Log.Entry entry)
        {
            var bytes = Defaults.Log.CanonicalEntry.Write(entry);
            var (hashes, bundle) = (folder["mirror/tile/0/002.p/88"], folder["mirror/tile/entries/002.p/88"]);
            await File.WriteAllBytesAsync(hashes, [.. (await File.ReadAllBytesAsync(hashes))[..^32], .. MerkleTree.LeafHash(bytes).ToArray()]);
            await File.WriteAllBytesAsync(bundle, Tiles.Bundle([.. Tiles.Entries(await File.ReadAllBytesAsync(bundle))!.SkipLast(1), bytes]));
            return (await Check(null)).Value.Wrong!;
        }
    }

    [Fact]
    public async Task A_checkpoint_that_is_missing_malformed_or_too_large_is_said()
    {
        var file = folder["mirror/checkpoint"];
        await File.WriteAllTextAsync(file, "hello");
        Assert.Equal("note.malformed", (await Check(null)).Fault?.Code);
        await File.WriteAllTextAsync(file, new Checkpoint("pilot-city.example/350800", 1L << 40, MerkleTree.EmptyRoot).Sign(Key.Signers("350800"), DateTimeOffset.UnixEpoch).ToString());
        Assert.Equal("mirror.too_large", (await Check(null)).Fault?.Code);
        File.Delete(file);
        Assert.Equal("mirror.checkpoint_missing", (await Check(null)).Fault?.Code);
    }

    [Fact]
    public async Task A_city_that_signed_nothing_has_no_mirror()
    {
        await using var connection = (Microsoft.Data.Sqlite.SqliteConnection)await oversight.Log.Database.Connect(default);
        using var snapshot = LogSource.OfFile(connection.DataSource).Open();

        Assert.Equal("mirror.unsigned", WriteMirror.Write(snapshot, "330100", folder["other"], default).Fault?.Code);
    }

    [Fact]
    public async Task A_mirror_of_another_tree_is_evidence_and_left_as_it_is()
    {
        var before = await File.ReadAllTextAsync(folder["mirror/checkpoint"]);
        await using var other = await OversightLog.Open();
        await other.Take(new Case().Funding.Entries);
        Assert.True((await new SignCheckpoint(other.Log, Key, TimeProvider.System).Now(TestService.City, default)).Ok);

        Assert.Equal("mirror.other_tree", Write(other).Fault?.Code);
        Assert.Equal(before, await File.ReadAllTextAsync(folder["mirror/checkpoint"]));
    }

    [Fact]
    public async Task A_plain_web_server_serves_a_mirror_and_a_consistency_proof_is_made_from_it()
    {
        var old = Checkpoint.Parse(SignedNote.Parse(await File.ReadAllTextAsync(folder["mirror/checkpoint"])).Value.Text).Value;
        await Grow(200);
        Write();
        await using var web = await Serve(Root);
        using var mirror = MirrorSource.Of(web.Urls.First());

        var verified = await VerifyMirror.Check(mirror, Key.Verifiers("350800"), null, default);
        var proof = await MirrorProof.Consistency(mirror, old.Size, 800, default);

        Assert.Null(verified.Value.Wrong);
        Assert.Null(VerifyCheckpoints.Check(old, verified.Value.Checkpoint, proof.Value));
        Assert.Equal("mirror.incomplete", (await MirrorProof.Consistency(mirror, 800, 900, default)).Fault?.Code);
    }

    [Fact]
    public async Task A_server_that_is_away_is_unreachable()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        using var mirror = MirrorSource.Of($"http://127.0.0.1:{port}");

        Assert.Equal("mirror.unreachable", (await VerifyMirror.Check(mirror, null, null, default)).Fault?.Code);
        Assert.Equal("mirror.unreachable", (await MirrorProof.Consistency(mirror, 1, 2, default)).Fault?.Code);
    }

    private async Task Grow(int entries)
    {
        for (var i = 0; i < entries; i++)
        {
            chronicle.Add($"fund/F{i % 7}", "FundReceived", new { fund = $"F{i % 7}", amount = $"{i}.00" });
        }

        await oversight.Take(chronicle.Entries);
        Assert.True((await new SignCheckpoint(oversight.Log, Key, TimeProvider.System).Now(TestService.City, default)).Ok);
    }

    private Result<WrittenMirror> Write(OversightLog? from = null)
    {
        using var connection = (Microsoft.Data.Sqlite.SqliteConnection)(from ?? oversight).Log.Database.Connect(default).GetAwaiter().GetResult();
        using var snapshot = LogSource.OfFile(connection.DataSource).Open();
        return WriteMirror.Write(snapshot, TestService.City, Root, default);
    }

    private async Task<Result<VerifiedMirror>> Check(VerifierKeys? key)
    {
        using var mirror = MirrorSource.Of(Root);
        return await VerifyMirror.Check(mirror, key, null, default);
    }

    internal static async Task<WebApplication> Serve(string folder)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        web.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(folder), ServeUnknownFileTypes = true });
        await web.StartAsync();
        return web;
    }
}
