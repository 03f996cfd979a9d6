using System.Text;
using PilotCity.Defaults;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// The key that signs the checkpoints of every city (<c>Oversight:KeyFile</c>), and the name under which it does: origin and city, e.g.
/// <c>pilot-city.example/350800</c>. Who holds this key can vouch for a tree that is not the log: it belongs to Oversight alone.
/// </summary>
internal sealed class LogKey(SignerKey key, string origin)
{
    public const string OriginDefault = "pilot-city.example";

    /// <summary>Where one process keeps it in its data folder.</summary>
    public const string FileName = "checkpoint.key";

    /// <summary>The name of a city's log, first line of its checkpoints.</summary>
    public string OriginOf(string city) => $"{origin}/{city}";

    public SignerKey Of(string city) => key.Named(OriginOf(city));

    /// <summary>
    /// Reads the key file. Where it is missing a new key is made only if <c>Oversight:CreateKey</c> says so: a lost key is found out
    /// at start, not replaced in silence. Throws <see cref="SettingException"/>.
    /// </summary>
    public static LogKey Open(IConfiguration settings)
    {
        var path = settings.Required("Oversight:KeyFile", "the file that holds the key of the city's log");
        var origin = settings["Oversight:Origin"] is { Length: > 0 } o ? o : OriginDefault;
        if (!VerifierKey.NameIsValid(origin) || origin.Length > VerifierKey.NameLengthMax - "/350800".Length || origin.EndsWith('/'))
        {
            throw new SettingException("Oversight:Origin", $"'{origin}' is no name of a log: a host name without scheme, spaces, plus sign or trailing slash");
        }

        if (!File.Exists(path))
        {
            if (!bool.TryParse(settings["Oversight:CreateKey"], out var create) || !create)
            {
                throw new SettingException("Oversight:KeyFile", $"'{path}' does not exist; restore it, or set Oversight:CreateKey=true to begin with a new key");
            }

            Write(path, SignerKey.Generate(origin, KeyAlgorithm.Ed25519));
        }

        return new(Read(path), origin);
    }

    /// <summary>The key of a data folder of one process (<see cref="FileName"/>); null where there is none, or none that can be read.</summary>
    public static LogKey? OfFolder(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) && Parse(path) is { Ok: true, Value: var key } ? new(key, key.Name) : null;
    }

    private static SignerKey Read(string path) =>
        Parse(path) is { Ok: true, Value: var key } ? key
            : throw new SettingException("Oversight:KeyFile", $"'{path}' is no key file: it should be one line PRIVATE+KEY+name+id+base64; restore it from a copy");

    private static Result<SignerKey> Parse(string path)
    {
        // One line; a file that is longer is something else, and is not read into memory.
        const int bytesMax = 1_024;
        return SignerKey.Parse(new FileInfo(path).Length > bytesMax ? "" : File.ReadAllText(path, Encoding.UTF8).TrimEnd('\n', '\r'));
    }

    /// <summary>Writes a key file that only its owner may read; it is whole or not there.</summary>
    internal static void Write(string path, SignerKey key)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        // Written aside and moved, so that a key file is whole or not there; only the owner may read it.
        var aside = $"{path}.new";
        File.Delete(aside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(aside, options))
        {
            file.Write(Encoding.UTF8.GetBytes(key.Secret() + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: false);
    }
}
