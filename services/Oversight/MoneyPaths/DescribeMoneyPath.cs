using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;

namespace PilotCity.Oversight.MoneyPaths;

/// <summary>A money path to read and to print: the drawings, the sums of every station, and every movement with its entries.</summary>
internal static class DescribeMoneyPath
{
    public static Sheet Sheet(MoneyPath path, string kind, string id, string language)
    {
        var english = language == "en";
        var about = $"{(english ? kind : Word(kind))} {id}";
        var wrong = path.Stations.Where(s => s.Agrees == false).ToArray();
        var sections = new List<SheetSection>
        {
            new(
                english ? "The path" : "资金去向",
                Drawings: DrawMoneyPath.Draw(path, language),
                Lines: [.. path.Cut.Select(c => c.In(language))],
                Note: english
                    ? "In yuan, from left to right. '←' in a box is money that left it backwards: to the payment, the pool or the source. 'there' is what the books say it still holds."
                    : "单位：元，自左至右。框内“←”为退回的资金（回到款项、用途池或来源），“余”为账上现存。"),
            new(
                english ? "Sums" : "各站核对",
                Table: new(
                    [new(english ? "Station" : "站点", 6), new(english ? "In" : "进", 3, Figures: true), new(english ? "Out" : "出", 3, Figures: true), new(english ? "There" : "余", 3, Figures: true), new(english ? "in = out + there" : "进＝出＋余", 3)],
                    [.. path.Stations.Select(s => (IReadOnlyList<string>)
                    [
                        $"{WordOfMoney.Of(s.Kind).In(language)} {WordOfMoney.OfName(s.Name).In(language)}", DrawMoneyPath.Money(s.In.Fen), DrawMoneyPath.Money(s.Out.Fen), s.Remaining is { } there ? DrawMoneyPath.Money(there.Fen) : "–",
                        s.Agrees switch { true => english ? "agrees" : "相符", false => english ? "DOES NOT AGREE" : "不符", null => "–" },
                    ])])),
        };
        if (path.OutsideTheBooks.Count > 0)
        {
            sections.Add(new(
                english ? "What the bank shows and the books do not know" : "银行账单上有而账上没有的",
                Table: new(
                    [new(english ? "Line" : "笔", 3), new(english ? "Finding" : "情形", 3), new(english ? "Amount" : "金额", 3, Figures: true), new(english ? "Reference" : "流水号", 3), new(english ? "Entry" : "条目", 4)],
                    [.. path.OutsideTheBooks.Select(o => (IReadOnlyList<string>)[o.Line, o.Code, $"{(o.Credit ? "+" : "−")}{DrawMoneyPath.Money(o.Amount.Fen)}", o.Reference ?? "", Place(o.Entry)])])));
        }

        sections.Add(new(
            english ? "Movements" : "各笔变动",
            Table: new(
                [new(english ? "When" : "时间", 3), new(english ? "From" : "自", 4), new(english ? "To" : "至", 4), new(english ? "What" : "事项", 3), new(english ? "Amount" : "金额", 3, Figures: true), new(english ? "Entries" : "依据条目", 5)],
                [.. path.Movements.Select(m => (IReadOnlyList<string>)
                [
                    ChinaTime.Clock(m.At).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), m.From, m.To,
                    $"{WordOfMoney.Of(m.Kind).In(language)}{(m.Count > 1 ? english ? $" ({m.Count} together)" : $"（{m.Count} 笔合计）" : m.Reference is { } reference ? $" {reference}" : "")}",
                    DrawMoneyPath.Money(m.Amount.Fen), string.Join(", ", m.Entries.Select(Place)),
                ])])));
        return new(
            language,
            english ? "The path of money" : "资金去向",
            english
                ? $"{about}: {path.Movements.Count} movements between {path.Stations.Count} stations; {(wrong.Length == 0 ? "every station's sums agree to the fen" : $"{wrong.Length} stations do not agree")}."
                : $"{about}：{path.Stations.Count} 个站点、{path.Movements.Count} 笔变动；{(wrong.Length == 0 ? "各站进出与余额相符，分毫不差" : $"{wrong.Length} 个站点不符")}。",
            sections,
            wrong.Length == 0 ? null : english ? "Sums do not agree" : "账目不符",
            english ? "Each entry can be proven: ./city verify, proofs/inclusion." : "每个条目均可证明：./city verify、proofs/inclusion。");
    }

    private static string Place(EntryPlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.Service} #{place.Position} {place.Type}");

    private static string Word(string kind) => kind switch
    {
        "fund" => "资金",
        "award" => "奖补",
        "batch" => "批次",
        "payment" => "拨付",
        "enterprise" => "企业",
        _ => kind,
    };
}
