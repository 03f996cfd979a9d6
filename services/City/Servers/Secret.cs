using System.Security.Cryptography;

namespace PilotCity.City.Servers;

/// <summary>A password in a file that only its owner can read; made at the first use.</summary>
internal static class Secret
{
    internal static string Of(string path)
    {
        if (!File.Exists(path))
        {
            // Whole or not at all: a password cut short by a crash would lock us out of the server that was made with it.
            var half = $"{path}.{Environment.ProcessId}";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(half, options))
            {
                writer.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
                writer.Flush();
                ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
            }

            File.Move(half, path, overwrite: true);
        }

        return File.ReadAllText(path).Trim();
    }
}
