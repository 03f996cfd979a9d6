using PilotCity.Defaults;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PilotCity.Funding.RuleSets;

/// <summary>A piece of a rule text with the line it starts on, so that every refusal can name its place.</summary>
internal abstract record YamlPiece(long Line);

/// <summary>A plain or quoted word.</summary>
internal sealed record YamlWord(long Line, string Text) : YamlPiece(Line);

/// <summary>A list.</summary>
internal sealed record YamlList(long Line, IReadOnlyList<YamlPiece> Items) : YamlPiece(Line);

/// <summary>A mapping; its keys are distinct.</summary>
internal sealed record YamlMap(long Line, IReadOnlyDictionary<string, YamlPiece> Entries) : YamlPiece(Line);

/// <summary>Why a text is no plain YAML tree, and where.</summary>
internal sealed class YamlRefused(long line, Text reason) : Exception(reason.Zh)
{
    public long Line => line;

    public Text Reason => reason;
}

/// <summary>
/// Reads the plain part of YAML: mappings, lists, words. Anchors, aliases, tags, several documents and doubled keys are refused,
/// because a rule must read the same to a person and to every program.
/// </summary>
internal static class YamlTree
{
    /// <summary>A rule set nests five deep; more is a mistake or an attack on the stack.</summary>
    private const int DepthMax = 12;

    public static YamlPiece Read(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _)) throw new YamlRefused(1, new("文件是空的", "the file is empty"));

            parser.Consume<DocumentStart>();
            var root = ReadPiece(parser, 0);
            parser.Consume<DocumentEnd>();
            if (parser.Current is not null && !parser.Accept<StreamEnd>(out _))
                throw new YamlRefused(parser.Current.Start.Line, new("只能有一个 YAML 文档", "one YAML document only"));

            return root;
        }
        catch (YamlException broken)
        {
            throw new YamlRefused(broken.Start.Line, new($"不是有效的 YAML：{broken.Message}", $"not valid YAML: {broken.Message}"));
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet's scanner ends this way, without a mark, on some unbalanced brackets.
            throw new YamlRefused(Math.Max(parser.Current?.End.Line ?? 1, 1), new("不是有效的 YAML（括号或引号不配对）", "not valid YAML (brackets or quotes do not match)"));
        }
    }

    private static YamlPiece ReadPiece(Parser parser, int depth)
    {
        var line = parser.Current?.Start.Line ?? 0;
        if (depth > DepthMax) throw new YamlRefused(line, new($"嵌套超过 {DepthMax} 层", $"nested deeper than {DepthMax}"));

        if (parser.Accept<AnchorAlias>(out _)) throw new YamlRefused(line, new("不允许使用别名（*）", "aliases (*) are not allowed"));

        if (parser.Accept<NodeEvent>(out var node))
        {
            if (!node!.Anchor.IsEmpty) throw new YamlRefused(line, new("不允许使用锚点（&）", "anchors (&) are not allowed"));
            if (!node.Tag.IsEmpty) throw new YamlRefused(line, new("不允许使用标签（!）", "tags (!) are not allowed"));
        }

        if (parser.TryConsume<Scalar>(out var word)) return new YamlWord(line, word!.Value);

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlPiece>();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadPiece(parser, depth + 1));
            return new YamlList(line, items);
        }

        parser.Consume<MappingStart>();
        var entries = new Dictionary<string, YamlPiece>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var keyLine = parser.Current?.Start.Line ?? line;
            if (ReadPiece(parser, depth + 1) is not YamlWord key)
                throw new YamlRefused(keyLine, new("键必须是一个词", "a key must be a word"));

            if (!entries.TryAdd(key.Text, ReadPiece(parser, depth + 1)))
                throw new YamlRefused(keyLine, new($"键“{key.Text}”重复", $"the key '{key.Text}' is doubled"));
        }

        return new YamlMap(line, entries);
    }
}
