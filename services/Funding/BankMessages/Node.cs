using System.Globalization;
using PilotCity.Defaults;

namespace PilotCity.Funding.BankMessages;

/// <summary>An element of a message that was read and held against its definition: text, or what it holds; where it stands in the file.</summary>
internal sealed record Node(string Name, string Path, int Line)
{
    public string Text { get; set; } = "";

    public string? Currency { get; set; }

    public List<Node> Children { get; } = [];

    public Node? One(string name) => Children.Find(c => c.Name == name);

    public IEnumerable<Node> All(string name) => Children.Where(c => c.Name == name);

    /// <summary>The element at a path below this one, e.g. <c>Refs/EndToEndId</c>.</summary>
    public Node? At(string path)
    {
        var node = this;
        foreach (var name in path.Split('/'))
            if (node?.One(name) is var next) node = next;
        return node;
    }

    public string? TextAt(string path) => At(path)?.Text;

    public Money Money => Money.Parse(Text);

    public long Count => long.Parse(Text, CultureInfo.InvariantCulture);

    public bool IsTrue => Text is "true" or "1";

    /// <summary>A day or a moment, as <c>Dt</c> or <c>DtTm</c> say it; a day is its midnight in Shanghai.</summary>
    public DateTimeOffset? Moment => One("DtTm") is { } at ? DataType.MomentOf(at.Text) : One("Dt") is { } day ? ChinaTime.StartOf(DataType.DayOf(day.Text)!.Value) : null;
}
