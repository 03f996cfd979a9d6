using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Printing;

namespace PilotCity.Assessment.Reports;

/// <summary>
/// Scenarios by level: a row per scenario, its cells filled up to the level that was found. Filled cells hold the level's number and a constraint
/// scenario (约束性场景) a diamond, so that it reads the same without colour.
/// </summary>
internal static class HeatMap
{
    private const double Names = 146, Cell = 25, Row = 12.5, Top = 22;

    private const string Ink = "#111111", White = "#ffffff", Grid = "#999999";

    /// <summary>From the first level to the last, light to dark.</summary>
    private static readonly string[] Shades = ["#d6e6f4", "#9fc6e8", "#4f94cd", "#1f5f99", "#123c63"];

    public static Drawing Draw(Instrument instrument, IReadOnlyDictionary<string, int> levels, string language)
    {
        var english = language == "en";
        var (shapes, most) = (new List<Shape>(), instrument.ScenarioLevelMaximum);
        shapes.Add(new Label(2, Top - 6, english ? "Scenario (◆ constraint)" : "场景（◆ 约束性）", 7));
        for (var level = 1; level <= most; level++)
            shapes.Add(new Label(Names + ((level - 0.5) * Cell), Top - 6, english ? $"L{level}" : $"{level} 级", 7, Anchor.Middle));
        foreach (var scenario in instrument.Scenarios)
        {
            var y = Top + (scenario.Index * Row);
            if (scenario.Constraint)
                shapes.Add(Outline.Around(6, y + (Row / 2), 3, 4, Ink, Ink, 0.3));
            shapes.Add(new Label(12, y + 9, Short($"{scenario.Id} {scenario.Name.In(language)}", english ? 38 : 18), english ? 6.5 : 7));
            var reached = levels.GetValueOrDefault(scenario.Id);
            for (var level = 1; level <= most; level++)
            {
                var x = Names + ((level - 1) * Cell);
                var filled = level <= reached;
                var shade = Shades[(level - 1) * (Shades.Length - 1) / Math.Max(1, most)];
                shapes.Add(Outline.Rectangle(x, y, Cell, Row, filled ? shade : null, Grid));
                if (filled)
                    shapes.Add(new Label(x + (Cell / 2), y + 9, $"{level}", 7, Anchor.Middle, level * 2 > most ? White : Ink, Bold: level == reached));
            }
        }

        var words = (english ? "Scenarios by level: " : "场景等级：") + string.Join(english ? "; " : "；", instrument.Scenarios.Select(s => $"{s.Id} {levels.GetValueOrDefault(s.Id)}"));
        return new(words, Names + (most * Cell) + 3, Top + (instrument.Scenarios.Count * Row) + 6, shapes);
    }

    private static string Short(string text, int max) => text.Length <= max ? text : string.Concat(text.AsSpan(0, max - 1), "…");
}
