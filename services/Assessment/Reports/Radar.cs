using System.Globalization;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Printing;

namespace PilotCity.Assessment.Reports;

/// <summary>One direction of a radar: what was reached of how much.</summary>
internal sealed record Axis(string Name, Points Reached, Points Maximum);

/// <summary>
/// A result's points by the instrument's groups as a radar, each axis from none to all of its points; with fewer than three groups as bars. Every
/// axis carries its figures, so nothing has to be read from an angle or a colour.
/// </summary>
internal static class Radar
{
    private const double Width = 262, Radius = 72, CentreX = 131, CentreY = 112, Height = 226, LabelSize = 7.5;

    private const string Line = "#1f5f99", Area = "#cfe3f5", Grid = "#b5b5b5";

    /// <summary>An instrument with more groups is drawn by its dimensions: labels of more axes would lie on each other.</summary>
    private const int AxesMax = 12;

    /// <summary>The axes of a result: groups where they are few enough, else dimensions; those without points give none.</summary>
    public static IReadOnlyList<Axis> Axes(Instrument instrument, ScoreResult result, string language)
    {
        var groups = InstrumentGroups.Of(instrument)
            .Select(g => (g.Title, Items: g.Items.Select(id => result.Items[instrument.ItemsById[id].Index]).ToArray()))
            .Select(g => new Axis(g.Title.In(language), new(g.Items.Sum(i => i.Score.Value)), new(g.Items.Sum(i => i.Maximum.Value))))
            .Where(a => a.Maximum.Value > 0m).ToArray();
        return groups.Length is >= 3 and <= AxesMax
            ? groups
            : [.. instrument.Dimensions.Where(d => d.Maximum.Value > 0m).Select(d => new Axis(d.Title.In(language), result.Scores[d.Id], d.Maximum))];
    }

    public static Drawing Draw(IReadOnlyList<Axis> axes, string title)
    {
        var words = $"{title}: {string.Join("; ", axes.Select(a => $"{a.Name} {a.Reached}/{a.Maximum}"))}";
        return axes.Count < 3 ? Bars(axes, words) : new(words, Width, Height, Shapes(axes));
    }

    private static List<Shape> Shapes(IReadOnlyList<Axis> axes)
    {
        var shapes = new List<Shape>();
        for (var ring = 1; ring <= 4; ring++)
            shapes.Add(Outline.Around(CentreX, CentreY, Radius * ring / 4, axes.Count, null, Grid, ring == 4 ? 0.8 : 0.4));
        var reached = axes.Select((a, i) => Point(i, axes.Count, Radius * (double)(a.Reached.Value / a.Maximum.Value))).ToArray();
        shapes.Add(new Outline(reached, Area, Line, 1.4));
        for (var i = 0; i < axes.Count; i++)
        {
            var (x, y) = Point(i, axes.Count, Radius);
            shapes.Add(Outline.Line(CentreX, CentreY, x, y, Grid, 0.4));
            shapes.Add(Outline.Around(reached[i].X, reached[i].Y, 2, 8, Line, Line));
            Name(shapes, axes[i], Point(i, axes.Count, Radius + 8));
        }

        return shapes;
    }

    private static (double X, double Y) Point(int axis, int axes, double radius) =>
        (CentreX + (radius * Math.Sin(2 * Math.PI * axis / axes)), CentreY - (radius * Math.Cos(2 * Math.PI * axis / axes)));

    /// <summary>Name and figures beside the end of an axis, away from the middle; a long English name takes two lines.</summary>
    private static void Name(List<Shape> shapes, Axis axis, (double X, double Y) at)
    {
        var anchor = Math.Abs(at.X - CentreX) < 12 ? Anchor.Middle : at.X > CentreX ? Anchor.Start : Anchor.End;
        var figures = $"{axis.Reached}/{axis.Maximum}";
        var cut = axis.Name.Length > 12 ? axis.Name.LastIndexOf(' ', Math.Min(axis.Name.Length - 1, 14)) : -1;
        string[] lines = cut > 0 ? [axis.Name[..cut], axis.Name[(cut + 1)..], figures] : [axis.Name, figures];
        var y = at.Y < CentreY - (Radius / 2) ? at.Y - (9 * (lines.Length - 1)) + 2 : at.Y > CentreY + (Radius / 2) ? at.Y + 6 : at.Y - (9 * (lines.Length - 1) / 2d) + 3;
        for (var i = 0; i < lines.Length; i++)
            shapes.Add(new Label(at.X, y + (9 * i), lines[i], LabelSize, anchor, Bold: i == lines.Length - 1));
    }

    private static Drawing Bars(IReadOnlyList<Axis> axes, string words)
    {
        const double bar = 240, step = 34;
        var shapes = new List<Shape>();
        for (var i = 0; i < axes.Count; i++)
        {
            var y = 8 + (i * step);
            shapes.Add(new Label(4, y + 6, string.Create(CultureInfo.InvariantCulture, $"{axes[i].Name} {axes[i].Reached}/{axes[i].Maximum}"), 8));
            shapes.Add(Outline.Rectangle(4, y + 10, bar, 10, null, Grid));
            shapes.Add(Outline.Rectangle(4, y + 10, bar * (double)(axes[i].Reached.Value / axes[i].Maximum.Value), 10, Area, Line, 1));
        }

        return new(words, Width, (axes.Count * step) + 8, shapes);
    }
}
