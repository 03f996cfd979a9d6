using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PilotCity.Bench;

/// <summary>Clients over bare sockets, one request at a time on a kept connection: the load shares the machine with what it measures, so it is lean.</summary>
internal static class HttpLoad
{
    /// <summary>Requests a second of so many clients until the window ends, each request made by <paramref name="make"/>; anything but <paramref name="status"/> fails.</summary>
    internal static async Task<(double PerSecond, Durations Each)> Run(Uri server, int clients, TimeSpan window, int status, Func<byte[]> make, CancellationToken ct)
    {
        var each = new Durations();
        var done = 0L;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(
            async () =>
            {
                using var connection = await Connection.Open(server, ct);
                var times = new List<double>();
                while (watch.Elapsed < window)
                {
                    var start = Stopwatch.GetTimestamp();
                    var got = await connection.Exchange(make(), ct);
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                    if (got != status)
                    {
                        throw new InvalidOperationException($"{server} answered {got}: {connection.LastText}");
                    }
                }

                each.AddRange(times);
                Interlocked.Add(ref done, times.Count);
            },
            ct)));
        return (done / watch.Elapsed.TotalSeconds, each);
    }

    internal static byte[] Get(Uri server, string path, string token) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n");

    internal static byte[] Post(Uri server, string path, string token, Guid key, string json) =>
        Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key:D}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    private sealed class Connection(Socket socket) : IDisposable
    {
        private byte[] buffer = new byte[64 << 10];
        private int filled;

        internal string LastText => Encoding.UTF8.GetString(buffer, 0, filled);

        internal static async Task<Connection> Open(Uri server, CancellationToken ct)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, ct);
            return new(socket);
        }

        /// <summary>Sends a whole request and reads the whole answer; its status.</summary>
        internal async ValueTask<int> Exchange(ReadOnlyMemory<byte> request, CancellationToken ct)
        {
            await socket.SendAsync(request, SocketFlags.None, ct);
            filled = 0;
            while (!Complete())
            {
                if (filled == buffer.Length)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                var count = await socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None, ct);
                filled += count > 0 ? count : throw new IOException("the server closed the connection");
            }

            return ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + (buffer[11] - '0');
        }

        public void Dispose() => socket.Dispose();

        /// <summary>One answer at a time is under way, so what was received ends where the answer ends.</summary>
        private bool Complete()
        {
            var got = buffer.AsSpan(0, filled);
            var end = got.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return false;
            }

            var head = got[..(end + 2)];
            var body = got[(end + 4)..];
            if (head[9..12].SequenceEqual("204"u8))
            {
                return true;
            }

            var length = head.IndexOf("Content-Length: "u8);
            if (length < 0)
            {
                return body.EndsWith("0\r\n\r\n"u8);
            }

            var digits = head[(length + 16)..];
            var value = 0;
            for (var i = 0; digits[i] is >= (byte)'0' and <= (byte)'9'; i++)
            {
                value = (value * 10) + (digits[i] - '0');
            }

            return body.Length >= value;
        }
    }
}
