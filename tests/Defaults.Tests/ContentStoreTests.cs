using System.Security.Cryptography;
using PilotCity.Testing;

namespace PilotCity.Defaults.Tests;

public sealed class ContentStoreTests : IDisposable
{
    private const string City = "350800";
    private static readonly byte[] Bytes = [1, 2, 3, 4, 5];
    private static readonly string Hash = HashOf(Bytes);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Content_is_kept_once_under_its_hash_and_read_back()
    {
        var store = new ContentStore(folder.Path, 1_000);

        Assert.Equal(PutOutcome.Kept, await Put(store, Bytes));
        Assert.Equal(PutOutcome.ThereAlready, await Put(store, Bytes));
        Assert.Equal(Bytes.Length, store.Size(City, Hash));
        await using var read = (await store.Open(City, Hash, default))!;
        var back = new MemoryStream();
        await read.CopyToAsync(back);
        Assert.Equal(Bytes, back.ToArray());
        Assert.True(File.Exists(Path.Combine(folder.Path, City, Hash[..2], Hash[2..4], Hash)));
    }

    [Fact]
    public async Task Content_with_another_hash_or_none_at_all_leaves_nothing_behind()
    {
        var store = new ContentStore(folder.Path, 1_000);

        Assert.Equal(PutOutcome.HashMismatch, await store.Put(City, Hash, new MemoryStream([9]), 100, default));
        Assert.Equal(PutOutcome.Empty, await store.Put(City, HashOf([]), new MemoryStream(), 100, default));
        Assert.Null(store.Size(City, Hash));
        Assert.Null(await store.Open(City, Hash, default));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(5, PutOutcome.Kept)]
    [InlineData(4, PutOutcome.TooLarge)]
    public async Task A_file_has_at_most_its_bound(long bytesMax, PutOutcome outcome) =>
        Assert.Equal(outcome, await new ContentStore(folder.Path, 1_000).Put(City, Hash, new MemoryStream(Bytes), bytesMax, default));

    [Fact]
    public async Task A_city_has_its_room_and_what_it_holds_is_counted_again_after_a_start()
    {
        var store = new ContentStore(folder.Path, 7);
        Assert.Equal(PutOutcome.Kept, await Put(store, Bytes));
        Assert.Equal(PutOutcome.Full, await Put(store, [7, 7, 7]));
        Assert.Equal(PutOutcome.Kept, await store.Put("350100", HashOf([7, 7, 7]), new MemoryStream([7, 7, 7]), 100, default));

        var restarted = new ContentStore(folder.Path, 7);
        Assert.Equal(PutOutcome.Full, await Put(restarted, [7, 7, 7]));
        Assert.Equal(PutOutcome.Kept, await Put(restarted, [7, 7]));
        Assert.Equal(PutOutcome.Full, await Put(restarted, [8]));
    }

    [Fact]
    public async Task One_city_does_not_find_what_another_holds()
    {
        var store = new ContentStore(folder.Path, 1_000);
        await Put(store, Bytes);
        Assert.Null(store.Size("350100", Hash));
    }

    [Fact]
    public async Task Content_that_was_changed_is_not_handed_out()
    {
        var store = new ContentStore(folder.Path, 1_000);
        await Put(store, Bytes);
        File.WriteAllBytes(Path.Combine(folder.Path, City, Hash[..2], Hash[2..4], Hash), [1, 2, 3, 4, 6]);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.Open(City, Hash, default));
    }

    [Fact]
    public async Task A_stream_that_breaks_leaves_nothing_behind()
    {
        var store = new ContentStore(folder.Path, 1_000);

        await Assert.ThrowsAsync<IOException>(() => store.Put(City, Hash, new Broken(), 100, default));
        Assert.Null(store.Size(City, Hash));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("../etc", "a")]
    [InlineData("350800", "../../../../etc/passwd")]
    public void A_name_that_is_none_never_reaches_the_disk(string city, string name) => Assert.Throws<ArgumentException>(() => new ContentStore(folder.Path, 1).Size(city, name));

    private static Task<PutOutcome> Put(ContentStore store, byte[] bytes) => store.Put(City, HashOf(bytes), new MemoryStream(bytes), 100, default);

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Gives two bytes and breaks.</summary>
    private sealed class Broken : MemoryStream
    {
        private bool begun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (begun)
            {
                throw new IOException("the client is gone");
            }

            begun = true;
            return ValueTask.FromResult(2);
        }
    }
}
