using System.Globalization;
using PilotCity.Defaults.Printing;

namespace PilotCity.Oversight.MoneyPaths;

/// <summary>
/// A money path as boxes and arrows, from left to right: first the funds with their pools and who draws on them, then each award with its payments,
/// lines and what the bank paid. What went back is told in the box that it left. A box whose sums do not agree has a thick dashed frame.
/// </summary>
internal static class DrawMoneyPath
{
    private const double BoxWidth = 92, Gap = 51, Column = BoxWidth + Gap, Width = (4 * BoxWidth) + (3 * Gap) + 2, LineHeight = 8.5, Pad = 4, Between = 9, TextSize = 6.5, AmountSize = 5.6;

    /// <summary>Arrows that come in closer to each other than this would have no room for their amounts.</summary>
    private const double ArrowRoom = 8.5;

    private const string Ink = "#111111", Flow = "#1f5f99", Shade = "#eef3f8", White = "#ffffff", Wrong = "#b00020", Faded = "#555555";

    public static IReadOnlyList<Drawing> Draw(MoneyPath path, string language) =>
        [Overview(path, language), .. path.Awards.Where(a => path.Stations.Any(s => s.Id == $"award/{a}")).Select(a => OfAward(path, a, language))];

    private static Drawing Overview(MoneyPath path, string language)
    {
        StationKind[][] columns = [[StationKind.Source], [StationKind.Fund], [StationKind.Pool], [StationKind.Award, StationKind.Others, StationKind.Vouchers, StationKind.Contracts]];
        return Lay(path, language, columns.Select(kinds => path.Stations.Where(s => kinds.Contains(s.Kind)).ToArray()).ToArray(), language == "en" ? "From the source to who draws on it" : "从资金来源到使用对象");
    }

    private static Drawing OfAward(MoneyPath path, string award, string language)
    {
        var payments = path.Stations.Where(s => s.Kind == StationKind.Payment && s.Id.StartsWith($"payment/{award}/", StringComparison.Ordinal)).ToArray();
        var ids = payments.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var lines = path.Movements.Where(m => m.Kind == "frozen" && ids.Contains(m.From)).Select(m => m.To).ToHashSet(StringComparer.Ordinal);
        return Lay(
            path,
            language,
            [
                [.. path.Stations.Where(s => s.Id == $"award/{award}")],
                payments,
                [.. path.Stations.Where(s => lines.Contains(s.Id))],
                [.. path.Stations.Where(s => s.Id == FundBooks.Paid(award) || s.Id == FundBooks.Due(award) || s.Id == FundBooks.WrittenOff(award))],
            ],
            language == "en" ? $"Award {award}" : $"奖补 {award}");
    }

    /// <summary>Boxes in columns, each near the middle of those that lead to it; arrows from every column to the next, and down inside the last.</summary>
    private static Drawing Lay(MoneyPath path, string language, Station[][] columns, string title)
    {
        const double top = 20;
        var shapes = new List<Shape> { new Label(0, 10, title, 8.5, Bold: true) };
        var places = new Dictionary<string, (double X, double Y, double Height, int Column)>(StringComparer.Ordinal);
        var there = columns.SelectMany(c => c).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        var forward = path.Movements.Where(m => there.Contains(m.From) && there.Contains(m.To) && IsForward(columns, m))
            .GroupBy(m => (m.From, m.To)).Select(g => (g.Key.From, g.Key.To, Fen: g.Sum(m => m.Amount.Fen))).ToArray();
        var heights = columns.SelectMany(c => c).ToDictionary(
            s => s.Id, s => Math.Max((Texts(path, s, there, forward, language).Count * LineHeight) + (2 * Pad), (forward.Count(f => f.To == s.Id) + 1) * ArrowRoom), StringComparer.Ordinal);
        var tallest = columns.Max(c => c.Sum(s => heights[s.Id] + Between));
        for (var column = 0; column < columns.Length; column++)
        {
            var y = top + ((tallest - columns[column].Sum(s => heights[s.Id] + Between)) / 2);
            foreach (var station in columns[column])
            {
                places[station.Id] = (1 + (column * Column), y, heights[station.Id], column);
                y += heights[station.Id] + Between;
            }
        }

        foreach (var to in forward.GroupBy(f => f.To))
        {
            var among = to.OrderBy(f => places[f.From].Y).ToArray();
            for (var i = 0; i < among.Length; i++)
            {
                Arrow(shapes, places[among[i].From], places[among[i].To], Trunk(columns[places[among[i].From].Column], among[i].From), (i + 1.0) / (among.Length + 1), Money(among[i].Fen));
            }
        }

        foreach (var station in columns.SelectMany(c => c))
        {
            Box(shapes, places[station.Id], station, Texts(path, station, there, forward, language));
        }

        var words = $"{title}{(language == "en" ? ": " : "：")}{string.Join(language == "en" ? "; " : "；", forward.Select(f => $"{f.From} → {f.To} {Money(f.Fen)}"))}";
        return new(words, Width, top + tallest + 2, shapes);
    }

    private static bool IsForward(Station[][] columns, Movement m)
    {
        var (from, to) = (Array.FindIndex(columns, c => c.Any(s => s.Id == m.From)), Array.FindIndex(columns, c => c.Any(s => s.Id == m.To)));
        return to > from || (to == from && from == columns.Length - 1);
    }

    /// <summary>Where the arrows of a box turn: each box has a trunk of its own, and neighbours' trunks do not lie on each other.</summary>
    private static double Trunk(Station[] column, string from) => 4 + (3 * (Array.FindIndex(column, s => s.Id == from) % 3));

    private static void Arrow(List<Shape> shapes, (double X, double Y, double Height, int Column) from, (double X, double Y, double Height, int Column) to, double trunk, double arrives, string label)
    {
        if (from.Column == to.Column)
        {
            // Down to the next box of the last column.
            var x = from.X + (BoxWidth / 2);
            shapes.Add(Outline.Line(x, from.Y + from.Height, x, to.Y - 3, Flow));
            shapes.Add(new Outline([(x, to.Y), (x - 2, to.Y - 4), (x + 2, to.Y - 4)], Flow, null));
            return;
        }

        var (x1, y1, x2, y2) = (from.X + BoxWidth, from.Y + (from.Height / 2), to.X, to.Y + (to.Height * arrives));
        shapes.Add(Outline.Line(x1, y1, x1 + trunk, y1, Flow));
        shapes.Add(Outline.Line(x1 + trunk, y1, x1 + trunk, y2, Flow));
        shapes.Add(Outline.Line(x1 + trunk, y2, x2 - 3, y2, Flow));
        shapes.Add(new Outline([(x2, y2), (x2 - 4, y2 - 2), (x2 - 4, y2 + 2)], Flow, null));
        shapes.Add(new Label(x2 - 5, y2 - 2, label, AmountSize, Anchor.End, Faded));
    }

    private static void Box(List<Shape> shapes, (double X, double Y, double Height, int Column) at, Station station, List<string> texts)
    {
        var wrong = station.Agrees == false;
        shapes.Add(new Outline(
            [(at.X, at.Y), (at.X + BoxWidth, at.Y), (at.X + BoxWidth, at.Y + at.Height), (at.X, at.Y + at.Height)],
            station.Kind is StationKind.Paid or StationKind.Source ? Shade : White, wrong ? Wrong : Ink, wrong ? 1.6 : 0.7, Dashed: wrong));
        for (var i = 0; i < texts.Count; i++)
        {
            shapes.Add(new Label(at.X + Pad, at.Y + Pad + (i * LineHeight) + 6, Fit(texts[i]), TextSize, Bold: i == 0, Colour: wrong && i == texts.Count - 1 ? Wrong : Ink));
        }
    }

    /// <summary>A station's kind and name, what is there, and what left it on another way than the drawn arrows.</summary>
    private static List<string> Texts(MoneyPath path, Station station, HashSet<string> there, IReadOnlyCollection<(string From, string To, long Fen)> forward, string language)
    {
        var english = language == "en";
        var texts = new List<string> { WordOfMoney.Of(station.Kind).In(language) };
        texts.AddRange(NamesOf(station, language));
        if (station.Kind == StationKind.Recovery)
        {
            Say(english ? "in" : "进", station.In.Fen);
        }

        if (station.Remaining is { } remaining && (remaining.Fen != 0 || station.Kind is StationKind.Fund or StationKind.Pool or StationKind.Paid))
        {
            Say(english ? "there" : "余", remaining.Fen);
        }

        foreach (var back in path.Movements.Where(m => m.From == station.Id && !forward.Any(f => f.From == m.From && f.To == m.To) && (!there.Contains(m.To) || station.Kind != StationKind.Award)).GroupBy(m => m.Kind))
        {
            // The arrows of the next drawing are not told as money that went back.
            if (!IsOnward(back.Key))
            {
                Say($"← {WordOfMoney.Of(back.Key).In(language)}", back.Sum(m => m.Amount.Fen));
            }
        }

        if (station.Agrees == false)
        {
            Say(english ? "≠ in" : "≠ 进", station.In.Fen);
            Say(english ? "≠ out" : "≠ 出", station.Out.Fen);
        }

        return texts;

        // An amount is never cut: it takes a line of its own where both have no room in one.
        void Say(string what, long fen) => texts.AddRange(Fit($"{what} {Money(fen)}").EndsWith('…') ? [what, Money(fen)] : [$"{what} {Money(fen)}"]);
    }

    private static bool IsOnward(string kind) => kind is "received" or "split" or "reserved" or "approved" or "frozen" or "paid" or "due" or "clawed-back";

    private static IEnumerable<string> NamesOf(Station station, string language) => station.Kind switch
    {
        StationKind.Source or StationKind.Pool or StationKind.Others => [WordOfMoney.OfName(station.Name).In(language)],
        StationKind.Payment => [station.Name.Split(' ')[^1]],
        StationKind.Award or StationKind.Paid => station.Name.Split(' ', ',').Where(n => n.Length > 0).Take(3),
        StationKind.Fund or StationKind.Line or StationKind.Vouchers or StationKind.Contracts => [station.Name],
        StationKind.Recovery or StationKind.WrittenOff => [],
    };

    /// <summary>What a box has room for: a Chinese character is as wide as its size, a Latin one about half of it.</summary>
    private static string Fit(string text)
    {
        var width = 0.0;
        for (var i = 0; i < text.Length; i++)
        {
            width += text[i] < 0x2000 ? 0.58 * TextSize : TextSize;
            if (width > BoxWidth - (2 * Pad))
            {
                return text[..Math.Max(1, i - 1)] + "…";
            }
        }

        return text;
    }

    internal static string Money(long fen) => (fen / 100m).ToString("#,##0.00", CultureInfo.InvariantCulture);
}
