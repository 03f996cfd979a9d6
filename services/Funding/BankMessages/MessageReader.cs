using System.Text;
using System.Text.Unicode;
using System.Xml;
using PilotCity.Defaults;

namespace PilotCity.Funding.BankMessages;

/// <summary>
/// Reads a message of a bank against its definition: UTF-8 XML, streamed, without DTD and entities; whatever breaks a rule of the definition is
/// named with its place (element path and line), and then nothing of the file is taken. Faults: <c>bank_message.has_errors</c> with a detail
/// for each place.
/// </summary>
internal static class MessageReader
{
    /// <summary>A day's statement of many thousand entries; what a city's banks send in a month is smaller.</summary>
    public const int BytesMax = 16 << 20;

    /// <summary>The deepest definition (camt.053) has 11 levels, those that are skipped as many again.</summary>
    internal const int DepthMax = 32;

    /// <summary>Elements that are kept: some 25 of a transaction, so 20,000 transactions; it bounds the memory of a file of tiny elements.</summary>
    internal const int ElementsMax = 500_000;

    /// <summary>Enough to mend a file in one go.</summary>
    internal const int FaultsMax = 50;

    public static Fault Wrong(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Invalid, "bank_message.has_errors",
        new($"银行报文有误，整个文件未导入：{details[0].Message.Zh}", $"The bank's message has errors and nothing of it was taken in: {details[0].Message.En}"))
    { Details = details };

    /// <summary>A place in a message and what is wrong there, unless enough is known already.</summary>
    internal static void Add(List<FaultDetail> faults, string path, int line, string code, string zh, string en)
    {
        if (faults.Count < FaultsMax) faults.Add(new($"{path}, line {line}", code, new($"第 {line} 行 {path}：{zh}", $"line {line}, {path}: {en}")));
    }

    internal static void Add(List<FaultDetail> faults, Node at, string code, string zh, string en) => Add(faults, at.Path, at.Line, code, zh, en);

    /// <summary>The root element <c>Document</c>, every element below it as its definition wants it.</summary>
    public static Result<Node> Read(byte[] file, MessageDefinition definition)
    {
        var faults = new List<FaultDetail>();
        if (!Utf8.IsValid(file))
        {
            Add(faults, "/", 1, "bank_message.encoding", "不是 UTF-8 文本，请以 UTF-8 重新导出", "the file is not UTF-8; export it as UTF-8");
            return Wrong(faults);
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            MaxCharactersInDocument = BytesMax,
        };
        var mark = file.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        using var text = new StreamReader(new MemoryStream(file, mark, file.Length - mark), Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        using var xml = XmlReader.Create(text, settings);
        var reading = new Reading(xml, faults);
        Node? root = null;
        try
        {
            root = reading.Document(definition);
        }
        catch (XmlException e)
        {
            Add(faults, "/", e.LineNumber, "bank_message.malformed", "不是格式完好的 XML（不允许 DTD 和实体，文件也可能不完整）", $"this is no well-formed XML (DTDs and entities are not allowed, and a file may be cut short): {e.Message}");
        }

        return faults.Count > 0 ? Wrong(faults) : root!;
    }

    /// <summary>One file on its way: where the reader stands, how much was kept, what was wrong.</summary>
    private sealed class Reading(XmlReader xml, List<FaultDetail> faults)
    {
        private string space = "";
        private int kept;

        private int Line => ((IXmlLineInfo)xml).LineNumber;

        public Node? Document(MessageDefinition definition)
        {
            xml.Read();
            if (xml.NodeType == XmlNodeType.XmlDeclaration)
            {
                if (xml.GetAttribute("encoding") is { } encoding && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
                {
                    Add(faults, "/", Line, "bank_message.encoding", $"编码应为 UTF-8，声明为“{Short(encoding)}”", $"UTF-8 is asked for, the file says '{Short(encoding)}'");
                    return null;
                }

                xml.Read();
            }

            space = xml.NamespaceURI;
            if (xml.LocalName != "Document" || definition.RootOf(space) is not { } rules)
            {
                var read = string.Join(", ", definition.Versions.Order().Select(definition.NamespaceOf));
                Add(faults, "/", Line, "bank_message.version", $"不是可读取的报文：{Short(xml.LocalName)}（{Short(space)}）；可读取 {read}", $"this is no message that is read here: {Short(xml.LocalName)} of '{Short(space)}'; read are {read}");
                return null;
            }

            var root = Element(rules, "", 1);
            while (xml.Read())
            {
                // Whatever follows the document and is no white space makes the reader throw.
            }

            return root;
        }

        /// <summary>The element on which the reader stands, to its end. How deep it goes is bounded by the definition: what that does not name is skipped.</summary>
        private Node? Element(MessageElement rules, string above, int number)
        {
            var node = new Node(rules.Name, $"{above}/{rules.Name}{(rules.Repeats ? $"[{number}]" : "")}", Line);
            if (++kept == ElementsMax + 1) Add(faults, node, "bank_message.too_many", $"元素超过 {ElementsMax} 个，请分拆文件", $"there are more than {ElementsMax} elements; split the file");
            if (kept > ElementsMax || rules.Skipped)
            {
                Skip(node.Path);
                return null;
            }

            if (rules.Type?.Name == DataType.Amount) Currency(node);
            var (seen, value) = (new int[rules.Children.Count], new StringBuilder());
            if (!xml.IsEmptyElement) Content(node, rules, seen, value);
            Check(node, rules, seen, value.ToString());
            return node;
        }

        private void Content(Node node, MessageElement rules, int[] seen, StringBuilder value)
        {
            var last = 0;
            for (xml.Read(); xml.NodeType != XmlNodeType.EndElement; xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element)
                {
                    value.Append(xml.Value);
                    continue;
                }

                var which = xml.NamespaceURI == space ? rules.Children.FindIndex(c => c.Name == xml.LocalName) : -1;
                if (which < 0)
                {
                    Add(faults, $"{node.Path}/{Short(xml.LocalName)}", Line, "bank_message.unexpected", "报文定义中没有这一元素", "the message definition has no such element here");
                    Skip(node.Path);
                    continue;
                }

                var child = rules.Children[which];
                if (which < last) Add(faults, $"{node.Path}/{child.Name}", Line, "bank_message.order", "元素次序有误", "the element stands out of order");
                if (++seen[which] > child.Max) Add(faults, $"{node.Path}/{child.Name}", Line, "bank_message.repeated", $"最多出现 {child.Max} 次", $"it stands at most {child.Max} times");
                last = Math.Max(last, which);
                if (Element(child, node.Path, seen[which]) is { } read) node.Children.Add(read);
            }
        }

        private void Check(Node node, MessageElement rules, int[] seen, string value)
        {
            if (rules.Type is { } type)
            {
                node.Text = type.Name.EndsWith("Text", StringComparison.Ordinal) ? value : value.Trim();
                if (!type.Holds(node.Text)) Add(faults, node, "bank_message.value", $"应为{type.Meaning.Zh}", $"{type.Meaning.En} is asked for");
                else if (PlainText.Refusal(node.Text) is { } refusal) Add(faults, node, "bank_message.value", refusal.Zh, refusal.En);
                return;
            }

            if (!string.IsNullOrWhiteSpace(value)) Add(faults, node, "bank_message.unexpected", "此处不应有文字", "no text stands here");
            for (var i = 0; i < seen.Length; i++)
                if (seen[i] < rules.Children[i].Min) Add(faults, $"{node.Path}/{rules.Children[i].Name}", node.Line, "bank_message.missing", "缺少必填元素", "a required element is missing");
            if (!rules.Choice || seen.Count(n => n > 0) == 1) return;
            var of = string.Join(", ", rules.Children.Select(c => c.Name));
            Add(faults, node, "bank_message.choice", $"应恰有其一：{of}", $"exactly one of {of} is asked for");
        }

        private void Currency(Node node)
        {
            node.Currency = xml.GetAttribute("Ccy");
            if (node.Currency is null) Add(faults, node, "bank_message.currency", "缺少货币代码（Ccy）", "the currency (Ccy) is missing");
            else if (node.Currency != "CNY") Add(faults, node, "bank_message.currency", $"货币应为 CNY，实为“{Short(node.Currency)}”", $"CNY is asked for, not '{Short(node.Currency)}'");
        }

        /// <summary>Past an element without keeping it; a nesting that no message has ends the reading.</summary>
        private void Skip(string path)
        {
            if (xml.IsEmptyElement) return;
            for (var depth = xml.Depth; xml.Read() && xml.Depth > depth;)
                if (xml.Depth > DepthMax) throw new XmlException($"elements nest deeper than {DepthMax} below {path}", null, Line, 1);
        }
    }

    /// <summary>A word of the file as a message may repeat it.</summary>
    internal static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
