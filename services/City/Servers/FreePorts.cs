using System.Net;
using System.Net.Sockets;

namespace PilotCity.City.Servers;

/// <summary>
/// Loopback ports for processes that must know their port before they listen, and keep it when they start again. They are taken from below
/// the range that the system hands out by itself: an outgoing connection cannot have one of them while its owner is away.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000, Last = 31_999, TriesMax = 1_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    internal static int Next()
    {
        lock (Gate)
        {
            for (var tries = 0; tries < TriesMax; tries++)
            {
                var port = Random.Shared.Next(First, Last + 1);
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }

        throw new ServerFailedException(Say.Of($"{First} 至 {Last} 之间没有空闲端口。", $"There is no free port between {First} and {Last}."));
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
