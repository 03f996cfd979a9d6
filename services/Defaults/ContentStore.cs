using System.Buffers;
using System.Security.Cryptography;

namespace PilotCity.Defaults;

/// <summary>What became of content that somebody wanted kept.</summary>
public enum PutOutcome
{
    Kept,

    /// <summary>The same content was there already; nothing was written.</summary>
    ThereAlready,

    /// <summary>The content has another SHA-256 than was said.</summary>
    HashMismatch,

    Empty,
    TooLarge,

    /// <summary>The city has used up its room.</summary>
    Full,
}

/// <summary>
/// Files by the SHA-256 of their content, per city: <c>root/&lt;city&gt;/ab/cd/abcd…</c>. Content is written aside, flushed to disk and moved into
/// place, so that a name that exists holds all of its content; it is never overwritten and never removed.
/// </summary>
public sealed class ContentStore(string root, long cityBytesMax)
{
    /// <summary>Room of one city unless set otherwise: 40,000 files of the mean size of a scan.</summary>
    public const long CityBytesStandard = 200L << 30;

    private const int BufferBytes = 128 << 10;

    /// <summary>What was left aside by a process that died is removed when nobody can be writing it any more.</summary>
    private static readonly TimeSpan AsideMax = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> used = new(StringComparer.Ordinal);

    /// <summary>Size in bytes of what the city holds under this hash, or null.</summary>
    public long? Size(string city, string sha256) => new FileInfo(PathOf(city, sha256)) is { Exists: true } file ? file.Length : null;

    /// <summary>Keeps what the stream gives if it has this hash and at most <paramref name="bytesMax"/> bytes.</summary>
    public async Task<PutOutcome> Put(string city, string sha256, Stream content, long bytesMax, CancellationToken ct)
    {
        var path = PathOf(city, sha256);
        var aside = Path.Combine(Aside(city), Path.GetRandomFileName());
        try
        {
            long size;
            await using (var file = new FileStream(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, FileOptions.Asynchronous))
            {
                (size, var hash) = await Copy(content, file, bytesMax, ct);
                if (size > bytesMax)
                {
                    return PutOutcome.TooLarge;
                }

                if (!string.Equals(Convert.ToHexStringLower(hash), sha256, StringComparison.Ordinal))
                {
                    return PutOutcome.HashMismatch;
                }

                if (size == 0)
                {
                    return PutOutcome.Empty;
                }

                file.Flush(flushToDisk: true);
            }

            return Place(city, aside, path, size);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>
    /// The content, after its hash was computed again; null where there is none.
    /// Throws <see cref="InvalidDataException"/> where what is stored no longer has its hash.
    /// </summary>
    public async Task<Stream?> Open(string city, string sha256, CancellationToken ct)
    {
        var path = PathOf(city, sha256);
        if (!File.Exists(path))
        {
            return null;
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var hash = await SHA256.HashDataAsync(file, ct);
        if (Convert.ToHexStringLower(hash) != sha256)
        {
            await file.DisposeAsync();
            throw new InvalidDataException($"the content of {city}/{sha256} has another hash");
        }

        file.Position = 0;
        return file;
    }

    private static async Task<(long Size, byte[] Hash)> Copy(Stream from, Stream to, long bytesMax, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long size = 0;
            int read;
            while (size <= bytesMax && (read = await from.ReadAsync(buffer, ct)) > 0)
            {
                size += read;
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            return (size, hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Moves the content into place, within the city's room; of two who bring the same at once, the first one's stays.</summary>
    private PutOutcome Place(string city, string aside, string path, long size)
    {
        lock (gate)
        {
            if (File.Exists(path))
            {
                return PutOutcome.ThereAlready;
            }

            var now = Used(city);
            if (now + size > cityBytesMax)
            {
                return PutOutcome.Full;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                File.Move(aside, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another instance over the same folder was faster, with the same content.
                return PutOutcome.ThereAlready;
            }

            used[city] = now + size;
            return PutOutcome.Kept;
        }
    }

    /// <summary>What the city holds; counted once, then kept up to date by this instance.</summary>
    private long Used(string city)
    {
        if (!used.TryGetValue(city, out var bytes))
        {
            var folder = new DirectoryInfo(Path.Combine(root, city));
            bytes = folder.Exists ? folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) : 0;
            used[city] = bytes;
        }

        return bytes;
    }

    private string Aside(string city)
    {
        var folder = Path.Combine(root, ".aside", city);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
        }

        foreach (var file in Directory.EnumerateFiles(folder))
        {
            // The file system's clock, not the product's: a demonstration's clock runs elsewhere.
            if (TimeProvider.System.GetUtcNow() - File.GetLastWriteTimeUtc(file) > AsideMax)
            {
                File.Delete(file);
            }
        }

        return folder;
    }

    private string PathOf(string city, string sha256) =>
        city.Length == 6 && city.All(char.IsAsciiDigit) && sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(root, city, sha256[..2], sha256[2..4], sha256)
            : throw new ArgumentException("content has a city of six digits and a name of 64 hexadecimal digits", nameof(sha256));
}
