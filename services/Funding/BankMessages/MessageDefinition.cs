using System.Globalization;

namespace PilotCity.Funding.BankMessages;

/// <summary>An element of a message definition: how often it stands in what holds it, and either its data type or what it holds in turn.</summary>
internal sealed record MessageElement(string Name, int Min, int Max, DataType? Type, bool Choice, bool Skipped)
{
    public List<MessageElement> Children { get; } = [];

    public bool Repeats => Max > 1;
}

/// <summary>
/// A message of ISO 20022 as data: the rules of its definition (which elements in which order, how often, of which type) stand in a text file
/// beside this one, and the versions that are read by them.
/// </summary>
internal sealed record MessageDefinition(string Message, IReadOnlyList<int> Versions)
{
    /// <summary>Out: customer credit transfer initiation.</summary>
    public static readonly MessageDefinition CreditTransfer = new("pain.001.001", [9]);

    /// <summary>In: customer payment status report.</summary>
    public static readonly MessageDefinition StatusReport = new("pain.002.001", [10, 3, 11, 12]);

    /// <summary>In: bank to customer statement.</summary>
    public static readonly MessageDefinition Statement = new("camt.053.001", [8, 2, 6, 10]);

    private const string NamespacePrefix = "urn:iso:std:iso:20022:tech:xsd:";

    private readonly Dictionary<int, MessageElement> roots = Versions.ToDictionary(v => v, v => Load($"{Message}.{Versions[0]:00}", v));

    public string NamespaceOf(int version) => $"{NamespacePrefix}{Message}.{version:00}";

    /// <summary>The rules of the version that a document's namespace names, or null where it is none of those that are read.</summary>
    public MessageElement? RootOf(string documentNamespace) =>
        Versions.Where(v => NamespaceOf(v) == documentNamespace).Select(v => roots[v]).FirstOrDefault();

    /// <summary>The message that a namespace names, whatever its version: <c>camt.053.001</c>; nothing where it is none of ISO 20022.</summary>
    public static string? MessageOf(string documentNamespace) =>
        documentNamespace.StartsWith(NamespacePrefix, StringComparison.Ordinal) && documentNamespace.LastIndexOf('.') is var dot && dot > NamespacePrefix.Length
            ? documentNamespace[NamespacePrefix.Length..dot]
            : null;

    private static MessageElement Load(string file, int version)
    {
        using var stream = typeof(MessageDefinition).Assembly.GetManifestResourceStream($"BankMessages/{file}.txt")!;
        using var text = new StreamReader(stream);
        var open = new Stack<(int Indent, MessageElement Element)>();
        MessageElement? root = null;
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var indent = line.Length - line.TrimStart().Length;
            while (open.TryPeek(out var before) && before.Indent >= indent) open.Pop();
            if (Element(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), version) is not { } element) continue;
            if (open.TryPeek(out var holder)) holder.Element.Children.Add(element);
            else root = element;
            open.Push((indent, element));
        }

        return root!;
    }

    /// <summary>Name, how often, type, versions in brackets; nothing where this version has no such element.</summary>
    private static MessageElement? Element(string[] words, int version)
    {
        if (words[^1] is ['[', .., ']'] between)
        {
            var bounds = between.Trim('[', ']').Split('-').Select(v => int.Parse(v, CultureInfo.InvariantCulture)).ToArray();
            if (version < bounds[0] || version > bounds[1]) return null;
            words = words[..^1];
        }

        var often = words[1].Split("..");
        var type = words.Length > 2 ? words[2] : null;
        return new(
            words[0], int.Parse(often[0], CultureInfo.InvariantCulture), often[1] == "*" ? int.MaxValue : int.Parse(often[1], CultureInfo.InvariantCulture),
            type is null or "choice" or "skip" ? null : DataType.Find(type) ?? throw new FormatException($"'{type}' is no data type"), type == "choice", type == "skip");
    }
}
