using System.Runtime.InteropServices;

namespace PilotCity.City.Servers;

/// <summary>Signals to processes that we started; the numbers are those of Linux.</summary>
internal static class Signals
{
    internal const int Kill = 9, Terminate = 15, Continue = 18, Stop = 19;

    internal static void Send(int process, int signal) => _ = kill(process, signal);

    /// <summary>To a whole process group, named by its leader.</summary>
    internal static void SendToGroup(int leader, int signal) => _ = kill(-leader, signal);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
