using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Witnesses;

/// <summary>A log or a witness of a policy, and where it is reached.</summary>
internal sealed record PolicyMember(string Name, VerifierKey Key, Uri? Address);

/// <summary>
/// Whose word a checkpoint needs, as data (C2SP tlog-policy): lines <c>log VKEY [URL]</c>, <c>witness NAME VKEY [URL]</c>,
/// <c>group NAME all|any|N MEMBER…</c> and one <c>quorum NAME|none</c>. Fault: <c>policy.malformed</c>.
/// </summary>
internal sealed class WitnessPolicy
{
    /// <summary>The specification asks for at least 32 of each; a file is read at once.</summary>
    public const int LinesMax = 1_000;

    public const int BytesMax = 1 << 20;

    private const string None = "none";

    private readonly Dictionary<string, (int Needed, string[] Members)> groups = new(StringComparer.Ordinal);
    private string quorum = None;

    private WitnessPolicy()
    {
    }

    public List<PolicyMember> Logs { get; } = [];

    public List<PolicyMember> Witnesses { get; } = [];

    /// <summary>A policy that names logs only and asks for no witness.</summary>
    public static WitnessPolicy Of(IEnumerable<PolicyMember> logs)
    {
        var policy = new WitnessPolicy();
        policy.Logs.AddRange(logs);
        return policy;
    }

    /// <summary>The refusal of a file that is longer than <see cref="BytesMax"/>.</summary>
    public static Result<WitnessPolicy> TooLarge => Malformed(LinesMax, $"至多 {BytesMax} 字节", $"it has at most {BytesMax} bytes");

    /// <summary>True if these keys are cosignatures enough.</summary>
    public bool Satisfied(IReadOnlyCollection<VerifierKey> cosigned) => Holds(quorum, cosigned);

    public static Result<WitnessPolicy> Parse(string text)
    {
        var lines = text.Split('\n');
        if (text.Length > BytesMax || lines.Length > LinesMax)
        {
            return Malformed(LinesMax, $"至多 {LinesMax} 行", $"it has at most {LinesMax} lines");
        }

        var policy = new WitnessPolicy();
        var ended = false;
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, line) in lines.Index())
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (line.Any(c => char.IsControl(c) && c != '\t'))
            {
                return Malformed(index + 1, "含控制字符", "it has control characters");
            }

            var refused = words switch
            {
                ["log", var key, .. var rest] when rest.Length < 2 => Add(policy.Logs, key, key, rest, KeyAlgorithm.Ed25519),
                ["witness", var name, var key, .. var rest] when rest.Length < 2 => policy.IsNew(name) ?? Add(policy.Witnesses, name, key, rest, KeyAlgorithm.CosignatureV1),
                ["group", var name, var needed, .. { Length: > 0 } members] => policy.IsNew(name) ?? policy.Group(name, needed, members, used),
                ["quorum", var name] when !ended => policy.Quorum(name, out ended),
                _ => new Text("应为 log、witness、group 或唯一的 quorum", "it should be log, witness, group, or the one quorum"),
            };
            if (refused is { } why)
            {
                return Malformed(index + 1, why.Zh, why.En);
            }
        }

        return ended ? policy : Malformed(lines.Length, "缺 quorum 一行", "a line 'quorum' is missing");
    }

    private bool Holds(string name, IReadOnlyCollection<VerifierKey> cosigned) =>
        name == None
        || (groups.TryGetValue(name, out var group)
            ? group.Members.Count(m => Holds(m, cosigned)) >= group.Needed
            : Witnesses.Any(w => w.Name == name && cosigned.Any(k => Same(k, w.Key))));

    private static bool Same(VerifierKey a, VerifierKey b) => a.Id == b.Id && a.Name == b.Name && a.PublicKey.SequenceEqual(b.PublicKey);

    private bool IsKnown(string name) => groups.ContainsKey(name) || Witnesses.Any(w => w.Name == name);

    private Text? IsNew(string name) =>
        name == None || IsKnown(name) ? new Text($"名称 {name} 已被使用", $"the name {name} is taken") : null;

    private static Text? Add(List<PolicyMember> members, string name, string key, string[] address, KeyAlgorithm algorithm)
    {
        var parsed = VerifierKey.Parse(key);
        if (!parsed.Ok)
        {
            return parsed.Fault.Message;
        }

        if (parsed.Value.Algorithm != algorithm)
        {
            return new Text($"密钥 {key} 的算法应为 0x{(byte)algorithm:x2}", $"the algorithm of the key {key} should be 0x{(byte)algorithm:x2}");
        }

        if (members.Any(m => m.Key.PublicKey.SequenceEqual(parsed.Value.PublicKey)))
        {
            return new Text("同一公钥出现两次", "the same public key is there twice");
        }

        Uri? at = null;
        if (address is [var text] && (!Uri.TryCreate(text, UriKind.Absolute, out at) || !(at.Scheme is "http" or "https" || (at.IsFile && algorithm == KeyAlgorithm.Ed25519))))
        {
            // The files of a log may lie in a folder; a witness answers.
            return new Text($"网址 {text} 应以 http:// 或 https:// 开头", $"the address {text} should begin with http:// or https://");
        }

        members.Add(new(name, parsed.Value, at));
        return null;
    }

    private Text? Group(string name, string needed, string[] members, HashSet<string> used)
    {
        if (members.FirstOrDefault(m => !IsKnown(m)) is { } unknown)
        {
            return new Text($"成员 {unknown} 未在前面定义", $"the member {unknown} is not defined before");
        }

        if (members.FirstOrDefault(m => !used.Add(m)) is { } twice)
        {
            return new Text($"成员 {twice} 出现两次", $"{twice} is a member twice");
        }

        var count = needed switch
        {
            "any" => 1,
            "all" => members.Length,
            _ => int.TryParse(needed, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0,
        };
        if (count < 1 || count > members.Length)
        {
            return new Text($"应为 all、any 或 1 至 {members.Length}", $"it should say all, any or 1 to {members.Length}");
        }

        groups.Add(name, (count, members));
        return null;
    }

    private Text? Quorum(string name, out bool ended)
    {
        (quorum, ended) = (name, true);
        return name == None || IsKnown(name) ? null : new Text($"{name} 未在前面定义", $"{name} is not defined before");
    }

    private static Fault Malformed(int line, string zh, string en) =>
        new(FaultKind.Invalid, "policy.malformed", new($"见证策略第 {line} 行无法读取：{zh}。", $"Line {line} of the witness policy cannot be read: {en}."));
}
