using System.Text.Json.Serialization;

namespace PilotCity.Defaults.Printing;

/// <summary>
/// A picture of lines and words, in points (1/72 inch) from the upper left corner: drawn as SVG on a page and as vectors in a PDF.
/// <paramref name="Words"/> says the same to whoever cannot see it.
/// </summary>
public sealed record Drawing(string Words, double Width, double Height, [property: JsonIgnore] IReadOnlyList<Shape> Shapes);

/// <summary>A part of a drawing.</summary>
public abstract record Shape;

/// <summary>A polygon, or a line where there are two points; colours are <c>#rrggbb</c>, an absent one is not drawn.</summary>
public sealed record Outline(IReadOnlyList<(double X, double Y)> Points, string? Fill, string? Stroke, double Thickness = 0.75, bool Dashed = false) : Shape
{
    public static Outline Rectangle(double x, double y, double width, double height, string? fill, string? stroke, double thickness = 0.5) =>
        new([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill, stroke, thickness);

    public static Outline Line(double x, double y, double toX, double toY, string stroke, double thickness = 0.75, bool dashed = false) =>
        new([(x, y), (toX, toY)], null, stroke, thickness, dashed);

    /// <summary>A polygon of <paramref name="corners"/> corners around a point, the first one above it.</summary>
    public static Outline Around(double x, double y, double radius, int corners, string? fill, string? stroke, double thickness = 0.75) =>
        new([.. Enumerable.Range(0, corners).Select(i => (x + (radius * Math.Sin(2 * Math.PI * i / corners)), y - (radius * Math.Cos(2 * Math.PI * i / corners))))], fill, stroke, thickness);
}

/// <summary>One line of words; <paramref name="Y"/> is its base line.</summary>
public sealed record Label(double X, double Y, string Text, double Size, Anchor Anchor = Anchor.Start, string Colour = "#111111", bool Bold = false) : Shape;

/// <summary>Which end of a label stands at its point.</summary>
public enum Anchor
{
    Start,
    Middle,
    End,
}
