using System.Globalization;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;

namespace PilotCity.Assessment.Histories;

/// <summary>
/// A history as a line over time on the common scale of levels: a full mark is an on-site or official result, a hollow one a self-assessment, a dashed
/// square a level that a cross-walk puts there; what has no place on the scale is a diamond below it. Marks differ in form, not in colour alone.
/// </summary>
internal static class DrawHistory
{
    private const double Width = 500, Left = 62, Right = 24, Top = 16, Step = 26, Lane = 30;

    private const string Ink = "#111111", Line = "#1f5f99", White = "#ffffff", Grid = "#b5b5b5", Faded = "#777777";

    public static Drawing Draw(History history, Instrument scale, string language)
    {
        var english = language == "en";
        var most = scale.Levels.Count == 0 ? 1 : scale.Levels.Max(l => l.Level);
        var bottom = Top + (most * Step);
        var shapes = new List<Shape>();
        for (var level = 0; level <= most; level++)
        {
            shapes.Add(Outline.Line(Left, Y(level), Width - Right, Y(level), Grid, 0.4));
            shapes.Add(new Label(Left - 8, Y(level) + 3, english ? $"level {level}" : level == 0 ? "无等级" : $"{level} 级", 7.5, Anchor.End));
        }

        shapes.Add(new Label(Left - 8, bottom + Lane + 3, english ? "no place" : "不可比", 7.5, Anchor.End));
        var (first, last) = (history.Items[0].ConfirmedAt, history.Items[^1].ConfirmedAt);
        var span = Math.Max(1, (last - first).Ticks);
        foreach (var day in first == last ? [first] : new[] { first, last })
            shapes.Add(new Label(X(day), bottom + Lane + 22, $"{ChinaTime.DayOf(day):yyyy-MM-dd}", 7.5, day == first && first != last ? Anchor.Start : first == last ? Anchor.Middle : Anchor.End));

        // Only results of one and the same instrument file are joined, and only those that count.
        foreach (var same in history.Items.Where(i => i is { Standing: not HistoryStanding.Corrected, Place.Kind: PlaceResult.Own }).GroupBy(i => i.Instrument, StringComparer.Ordinal))
        {
            var points = same.Select(i => (X(i.ConfirmedAt), Y(i.Place!.Level))).ToArray();
            for (var i = 1; i < points.Length; i++)
                shapes.Add(Outline.Line(points[i - 1].Item1, points[i - 1].Item2, points[i].Item1, points[i].Item2, Line, 1.2));
        }

        for (var i = 0; i < history.Items.Count; i++)
            Mark(shapes, history.Items[i], i + 1);
        var words = (english ? "Results in time: " : "历次结果：") + string.Join(english ? "; " : "；", history.Items.Select(i => string.Create(CultureInfo.InvariantCulture, $"{ChinaTime.DayOf(i.ConfirmedAt):yyyy-MM-dd} {i.Instrument} {i.LevelName?.In(language) ?? $"{i.Level}"}")));
        return new(words, Width, bottom + Lane + 28, shapes);

        double X(DateTimeOffset at) => first == last ? (Left + Width - Right) / 2 : Left + 8 + ((Width - Right - Left - 16) * (at - first).Ticks / span);

        double Y(int level) => bottom - (Math.Min(level, most) * Step);

        void Mark(List<Shape> into, HistoryItem item, int number)
        {
            var (x, y) = (X(item.ConfirmedAt), item.Place is { On: History.ScaleId } place ? Y(place.Level) : bottom + Lane);
            var counts = item.Standing != HistoryStanding.Corrected;
            var (stroke, fill) = (counts ? Line : Faded, counts && Assessments.Assessment.IsIndependent(item.Mode) ? Line : White);
            into.Add(item.Place switch
            {
                null or { On: not History.ScaleId } => Outline.Around(x, y, 4.5, 4, fill, stroke, 1),
                { Kind: PlaceResult.Own } => Outline.Around(x, y, 4, 12, fill, stroke, 1.2),
                _ => new Outline([(x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4)], White, stroke, 1, Dashed: true),
            });
            if (!counts)
                into.AddRange([Outline.Line(x - 5, y - 5, x + 5, y + 5, Ink), Outline.Line(x - 5, y + 5, x + 5, y - 5, Ink)]);
            into.Add(new Label(x, y - 7, number.ToString(CultureInfo.InvariantCulture), 7, Anchor.Middle));
        }
    }
}
