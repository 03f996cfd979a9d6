using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Exports;

/// <summary>
/// An entry in an export. Its line of JSON and its row of cells follow from its place and its canonical bytes alone: so whoever has these, and knows
/// them to be in the tree, makes the files again and sees whether somebody changed one.
/// </summary>
internal sealed class ExportedEntry(long index, byte[] bytes)
{
    /// <summary>The columns of CSV and XLSX.</summary>
    public static readonly (string Name, string TitleZh)[] Columns =
    [
        ("index", "树中序号"), ("service", "服务"), ("position", "日志位置"), ("stream", "事件流"), ("version", "版本"), ("type", "事件"), ("at", "记录时间"), ("trueAt", "发生时间"),
        ("role", "角色"), ("account", "账号"), ("organisation", "单位"), ("trace", "追踪号"), ("hash", "哈希"), ("event", "内容"),
    ];

    public long Index => index;

    public Hash Leaf { get; } = MerkleTree.LeafHash(bytes);

    public Entry Entry { get; } = CanonicalEntry.Read(bytes);

    /// <summary>The line of <c>trail.jsonl</c>, without its newline: the step as the trail tells it, and the entry's canonical bytes.</summary>
    public byte[] Line() => JsonSerializer.SerializeToUtf8Bytes(new LineOf(Step(null), Convert.ToBase64String(bytes)), Json.Lenient);

    /// <summary>The row of cells; a party is told the step, not what it says.</summary>
    public IEnumerable<string?> Cells(Subject? party)
    {
        var step = Step(party);
        return
        [
            Number(step.Index), step.Service, Number(step.Position), step.Stream, Number(step.Version), step.Type, Moment(step.At), step.TrueAt is { } at ? Moment(at) : null,
            step.Actor.Role, step.Actor.Account, step.Actor.Organisation, step.Trace, step.Hash, step.Event?.GetRawText(),
        ];
    }

    /// <summary>Which entry it is, for whoever is told that it does not hold.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Entry.Service}/{Entry.City} {Entry.Position}, {Entry.Stream} {Entry.Version}, {Entry.Type}");

    private ReadTrail.Step Step(Subject? party) => ReadTrail.StepOf(index, Entry, Leaf.ToArray(), Occurred.Micros(Entry), party);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private sealed record LineOf : ReadTrail.Step
    {
        public LineOf(ReadTrail.Step step, string entry)
            : base(step) => Entry = entry;

        public string Entry { get; }
    }
}
