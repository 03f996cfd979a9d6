using System.Text;
using PilotCity.Defaults;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// The key that signs the checkpoints of every city (<c>Oversight:KeyFile</c>), and the name under which it does: origin and city, e.g.
/// <c>pilot-city.example/350800</c>. Who holds this key can vouch for a tree that is not the log: it belongs to Oversight alone.
/// A rotation (<see cref="Rotate"/>) puts a new key in front; the one before signs too until the rotation is finished, then its public half stays, so that
/// checkpoints of its time still verify. The file has a line for each: secrets first, then the public halves of earlier keys.
/// </summary>
/// <param name="leaving">Keys that sign beside the first until their rotation is finished.</param>
/// <param name="earlier">Public halves of keys that sign no more.</param>
internal sealed class LogKey(SignerKey key, string origin, IReadOnlyList<SignerKey>? leaving = null, IReadOnlyList<VerifierKey>? earlier = null)
{
    private readonly IReadOnlyList<SignerKey> signers = [key, .. leaving ?? []];

    private readonly IReadOnlyList<VerifierKey> before = earlier ?? [];

    public const string OriginDefault = "pilot-city.example";

    /// <summary>Where one process keeps it in its data folder.</summary>
    public const string FileName = "checkpoint.key";

    /// <summary>The name of a city's log, first line of its checkpoints.</summary>
    public string OriginOf(string city) => $"{origin}/{city}";

    /// <summary>All that sign a city's checkpoints now, the newest first.</summary>
    public IReadOnlyList<SignerKey> Signers(string city) => [.. signers.Select(k => k.Named(OriginOf(city)))];

    /// <summary>The public halves of all that sign or signed a city's checkpoints, the newest first.</summary>
    public VerifierKeys Verifiers(string city) => new([.. signers.Select(k => k.Verifier.Named(OriginOf(city))), .. before.Select(k => k.Named(OriginOf(city)))]);

    /// <summary>The newest of them that signed this checkpoint: what was signed before a rotation names the key of then.</summary>
    public VerifierKey Signed(string city, string note)
    {
        var keys = Verifiers(city).All;
        return SignedNote.Parse(note) is { Ok: true, Value: var signed } && signed.Verify(keys) is { Ok: true, Value: var by }
            ? keys.FirstOrDefault(k => by.Any(b => b.Id == k.Id)) ?? keys[0]
            : keys[0];
    }

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

        return Parse(path) is { Ok: true, Value: var file } ? new(file.Signers[0], origin, [.. file.Signers.Skip(1)], file.Earlier)
            : throw new SettingException("Oversight:KeyFile", $"'{path}' is no key file: its first line should be PRIVATE+KEY+name+id+base64; restore it from a copy");
    }

    /// <summary>The key of a data folder of one process (<see cref="FileName"/>); null where there is none, or none that can be read.</summary>
    public static LogKey? OfFolder(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) && Parse(path) is { Ok: true, Value: var file } ? new(file.Signers[0], file.Signers[0].Name, [.. file.Signers.Skip(1)], file.Earlier) : null;
    }

    /// <summary>
    /// Begins a rotation of the key of a file: a new one is made and signs first, the one before signs too. Faults: <c>log_key.rotating</c>, <c>log_key.too_many</c>, <c>log_key.unreadable</c>.
    /// </summary>
    public static Result<VerifierKey> Rotate(string path)
    {
        var read = Parse(path);
        if (!read.Ok)
        {
            return read.Fault;
        }

        if (read.Value.Signers.Count > 1)
        {
            return new Fault(FaultKind.Conflict, "log_key.rotating", new("上一次轮换尚未完成，请先 --finish。", "The rotation before is not finished yet: run it with --finish first."));
        }

        if (read.Value.Earlier.Count + 2 > VerifierKeys.CountMax)
        {
            return new Fault(FaultKind.TooMany, "log_key.too_many", new($"密钥文件至多 {VerifierKeys.CountMax} 行。", $"A key file holds at most {VerifierKeys.CountMax} keys."));
        }

        var next = SignerKey.Generate(read.Value.Signers[0].Name, read.Value.Signers[0].Verifier.Algorithm);
        Write(path, [next, .. read.Value.Signers], read.Value.Earlier, over: true);
        return next.Verifier;
    }

    /// <summary>Finishes it: the secrets of the keys before are gone, their public halves stay. Faults: <c>log_key.not_rotating</c>, <c>log_key.unreadable</c>.</summary>
    public static Result<VerifierKey> Finish(string path)
    {
        var read = Parse(path);
        if (!read.Ok)
        {
            return read.Fault;
        }

        if (read.Value.Signers.Count == 1)
        {
            return new Fault(FaultKind.Conflict, "log_key.not_rotating", new("没有进行中的轮换。", "There is no rotation to finish."));
        }

        Write(path, [read.Value.Signers[0]], [.. read.Value.Signers.Skip(1).Select(k => k.Verifier), .. read.Value.Earlier], over: true);
        return read.Value.Signers[0].Verifier;
    }

    private static Result<(IReadOnlyList<SignerKey> Signers, IReadOnlyList<VerifierKey> Earlier)> Parse(string path)
    {
        // A file that is longer than all keys it may hold is something else, and is not read into memory.
        const int bytesMax = VerifierKeys.CountMax * 512;
        var (signers, earlier) = (new List<SignerKey>(), new List<VerifierKey>());
        if (!File.Exists(path) || new FileInfo(path).Length > bytesMax)
        {
            return Unreadable(path);
        }

        foreach (var line in File.ReadAllText(path, Encoding.UTF8).TrimEnd('\n', '\r').Split('\n').Select(l => l.TrimEnd('\r')))
        {
            if (earlier.Count == 0 && SignerKey.Parse(line) is { Ok: true, Value: var signer })
            {
                signers.Add(signer);
            }
            else if (signers.Count > 0 && VerifierKey.Parse(line) is { Ok: true, Value: var verifier })
            {
                earlier.Add(verifier);
            }
            else
            {
                return Unreadable(path);
            }
        }

        return (signers, earlier);
    }

    private static Fault Unreadable(string path) => new(
        FaultKind.Invalid, "log_key.unreadable", new($"{path} 不是密钥文件。", $"{path} is no key file."));

    /// <summary>Writes a key file that only its owner may read; it is whole or not there.</summary>
    internal static void Write(string path, SignerKey key) => Write(path, [key], [], over: false);

    private static void Write(string path, IReadOnlyList<SignerKey> signers, IReadOnlyList<VerifierKey> earlier, bool over)
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
            file.Write(Encoding.UTF8.GetBytes(string.Concat(signers.Select(k => k.Secret() + "\n").Concat(earlier.Select(k => k + "\n")))));
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: over);
    }
}
