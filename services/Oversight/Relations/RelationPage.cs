using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;

namespace PilotCity.Oversight.Relations;

/// <summary>Groups of related parties on paper: a picture of each, its money and its links.</summary>
internal static class RelationPage
{
    /// <summary>Beyond these a circle cannot be read; the table has all.</summary>
    private const int DrawnMax = 24;

    private const int RowsMax = 100;

    private const int EntriesShown = 5;

    /// <summary>Links of larger groups cross too often to bear a word each.</summary>
    private const int WordsMax = 8;

    private const double Width = 460, RadiusX = 165, RadiusYMax = 120, Room = 26, TextSize = 7;

    public static string Word(RelationKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    public static Sheet Of(ShowRelations.View view, string language)
    {
        string T(string zh, string en) => language == "en" ? en : zh;
        return new(
            language, T("关联方", "Related parties"),
            T($"共 {view.Total} 组关联方，以下为其中 {view.Items.Count} 组；依据日志前 {view.TreeSize} 条。", $"{view.Total} groups of related parties, {view.Items.Count} of them here, by the first {view.TreeSize} entries of the log."),
            [.. view.Items.Select((group, i) => SectionOf(group, i + 1, language))],
            Footer: T("共同事项只给出类别，不给出内容；关联本身不是违规的结论。", "Of what is shared only the kind is told. To be related is no breach by itself."));
    }

    private static SheetSection SectionOf(RelatedGroup group, int number, string language)
    {
        string T(string zh, string en) => language == "en" ? en : zh;
        return new(
            T($"第 {number} 组：{group.Nodes.Count} 个单位", $"Group {number}: {group.Nodes.Count} organisations"),
            [
                new(T("组内合同金额", "contracts among themselves"), T($"{group.Within} 元", $"{group.Within} yuan")),
                new(T("核定奖补", "awards"), T($"{group.Awarded} 元", $"{group.Awarded} yuan")),
                new(T("已拨付", "paid"), T($"{group.Paid} 元", $"{group.Paid} yuan")),
            ],
            [DrawingOf(group, language)],
            [.. group.Cycles.Select(c => T("资金回流：", "Money that came back: ") + string.Join(" → ", c.Through.Select((t, i) => i == 0 ? t : $"{(c.Amounts[i - 1].Fen > 0 ? $"({c.Amounts[i - 1]}) " : "")}{t}")))],
            new(
                [new(T("甲方", "from"), 3), new(T("乙方", "to"), 3), new(T("关系", "link"), 2), new(T("次数", "times"), 1, true), new(T("金额（元）", "yuan"), 2, true), new(T("来源条目", "entries"), 3)],
                [
                    .. group.Edges.Take(RowsMax).Select(e => (IReadOnlyList<string>)
                    [
                        e.A, e.B, NameOf(e).In(language), e.Count.ToString(CultureInfo.InvariantCulture), e.Amount.ToString(),
                        string.Join(' ', e.Entries.Take(EntriesShown).Select(n => $"{n.Service}/{n.Position}")) + (e.Entries.Count > EntriesShown ? " …" : ""),
                    ]),
                ]),
            group.Edges.Count > RowsMax || group.Nodes.Count > DrawnMax
                ? T($"图中至多 {DrawnMax} 个单位，表中至多 {RowsMax} 条关系；全部见 JSON、CSV 或 XLSX。", $"At most {DrawnMax} organisations are drawn and {RowsMax} links listed; JSON, CSV and XLSX have all.")
                : null);
    }

    /// <summary>Organisations on a circle; what relates them is drawn solid, contracts and evaluations dashed, money that came back thick.</summary>
    internal static Drawing DrawingOf(RelatedGroup group, string language)
    {
        var drawn = group.Nodes.Take(DrawnMax).ToList();
        var (radiusY, middleX) = (drawn.Count < 3 ? 0 : Math.Min(RadiusYMax, 18.0 * drawn.Count), Width / 2);
        var middleY = radiusY + Room;

        // From the left on, so that two stand beside each other.
        var at = drawn.Select((n, i) => (n.Id, X: middleX - (RadiusX * Math.Cos(2 * Math.PI * i / drawn.Count)), Y: middleY - (radiusY * Math.Sin(2 * Math.PI * i / drawn.Count))))
            .ToDictionary(p => p.Id, p => (p.X, p.Y), StringComparer.Ordinal);
        var shapes = new List<Shape>();
        foreach (var edge in group.Edges.Where(e => at.ContainsKey(e.A) && at.ContainsKey(e.B)))
        {
            var business = edge.Kind is RelationKind.Contract or RelationKind.Evaluates;
            shapes.Add(Outline.Line(
                at[edge.A].X, at[edge.A].Y, at[edge.B].X, at[edge.B].Y, edge.Kind == RelationKind.MoneyBack ? "#b00020" : business ? "#777777" : "#1f4e9e", edge.Kind == RelationKind.MoneyBack ? 2 : 1, business));
        }

        foreach (var node in drawn)
        {
            var (x, y) = at[node.Id];
            // An enterprise is round, as far as corners go; a provider square; an evaluator a triangle.
            shapes.Add(Outline.Around(x, y, 7, node.Roles.Contains("provider") ? 4 : node.Roles.Contains("evaluator") ? 3 : 12, "#ffffff", "#111111", 1));
            shapes.Add(new Label(x, y <= middleY ? y - 11 : y + 17, node.Id, TextSize, Anchor.Middle));
        }

        var between = group.Edges.Where(e => at.ContainsKey(e.A) && at.ContainsKey(e.B)).ToLookup(e => string.CompareOrdinal(e.A, e.B) < 0 ? (e.A, e.B) : (e.B, e.A));
        foreach (var pair in between.Where(_ => drawn.Count <= WordsMax))
        {
            var words = string.Join(language == "en" ? ", " : "、", pair.Select(e => NameOf(e).In(language)).Distinct(StringComparer.Ordinal));
            shapes.Add(new Label((at[pair.Key.Item1].X + at[pair.Key.Item2].X) / 2, ((at[pair.Key.Item1].Y + at[pair.Key.Item2].Y) / 2) - 3, words, TextSize, Anchor.Middle, "#555555"));
        }

        return new(
            string.Join(language == "en" ? "; " : "；", group.Edges.Take(RowsMax).Select(e => $"{e.A} – {e.B}: {NameOf(e).In(language)}")), Width, 2 * middleY, shapes);
    }

    private static Text NameOf(RelationEdge edge) => edge.Kind switch
    {
        RelationKind.Shares => edge.Shares switch
        {
            "representative" => new("法定代表人相同", "same representative"),
            "phone" => new("电话相同", "same phone"),
            "address" => new("地址相同", "same address"),
            "account" => new("平台账号相同", "same account of the platform"),
            "device" => new("设备相同", "same device"),
            "shareholder" => new("股东相同", "same shareholder"),
            "executive" => new("高管相同", "same executive"),
            "bank-account" => new("银行账户相同", "same bank account"),
            "network-address" => new("网络地址相同", "same network address"),
            _ => new("有关联", "related"),
        },
        RelationKind.SameInvoice => new("同一发票", "same invoice"),
        RelationKind.NearInvoice => new("近似发票", "nearly the same invoice"),
        RelationKind.SameFile => new("同一文件", "same file"),
        RelationKind.MoneyBack => new("资金回流", "money came back"),
        RelationKind.Contract => new("合同", "contract"),
        RelationKind.Evaluates => new("评测", "evaluation"),
    };
}
