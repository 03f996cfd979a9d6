using System.Net;

namespace PilotCity.Oversight.Mirrors;

/// <summary>Where a mirror's files are read: a folder, or a web server that serves them. <see cref="Read"/> gives null where there is no such file.</summary>
internal abstract class MirrorSource : IDisposable
{
    /// <summary>A file of a mirror is there at once or its server is away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public abstract string Name { get; }

    /// <summary>A folder's path or file:// address, or an address that begins with http:// or https://; a bearer token where the server asks for one.</summary>
    public static MirrorSource Of(string text, string? token = null) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? new Web(address, token)
        : new Folder(text.StartsWith("file://", StringComparison.Ordinal) && address is not null ? address.LocalPath : text);

    /// <summary>The bytes below the mirror's root. Throws <see cref="IOException"/> or <see cref="HttpRequestException"/> where it cannot be read, and where it is longer than <paramref name="bytesMax"/>.</summary>
    public abstract Task<byte[]?> Read(string path, int bytesMax, CancellationToken ct);

    public abstract void Dispose();

    private static async Task<byte[]> Bounded(Stream stream, string path, int bytesMax, CancellationToken ct)
    {
        using var read = new MemoryStream();
        var buffer = new byte[1 << 15];
        for (int count; (count = await stream.ReadAsync(buffer, ct)) > 0;)
        {
            if (read.Length + count > bytesMax)
            {
                throw new IOException($"{path}: > {bytesMax} bytes");
            }

            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    private sealed class Folder(string root) : MirrorSource
    {
        public override string Name => root;

        public override async Task<byte[]?> Read(string path, int bytesMax, CancellationToken ct)
        {
            try
            {
                await using var file = File.OpenRead(Path.Combine(root, path));
                return await Bounded(file, path, bytesMax, ct);
            }
            catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
        }

        public override void Dispose()
        {
        }
    }

    private sealed class Web : MirrorSource
    {
        // A redirect could lead anywhere; a mirror answers itself.
        private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };
        private readonly string prefix;

        public Web(Uri address, string? token)
        {
            prefix = address.ToString().TrimEnd('/');
            if (token is not null)
            {
                http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            }
        }

        public override string Name => prefix;

        public override async Task<byte[]?> Read(string path, int bytesMax, CancellationToken ct)
        {
            using var response = await http.GetAsync($"{prefix}/{path}", HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            response.EnsureSuccessStatusCode();
            await using var stream = await response.Content.ReadAsStreamAsync(ct);
            return await Bounded(stream, path, bytesMax, ct);
        }

        public override void Dispose() => http.Dispose();
    }
}
