namespace PilotCity.City.Demonstration;

/// <summary>Answers to the instrument of 2024 that reach a level: all points with scenarios at that level, or the plainest first step.</summary>
internal static class Answers
{
    private static readonly string[] Constraint = ["S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10", "S11", "S12", "S13", "S14", "S15", "S16"];

    /// <summary>Every scenario judged at this level.</summary>
    internal static Dictionary<string, int> Scenarios(int level) => Constraint.ToDictionary(s => s, _ => level);

    /// <summary>For level 1 a modest set of answers, else the best of each item.</summary>
    internal static Dictionary<string, string[]> Of(int level) => level == 1 ? Modest : Best;

    private static readonly Dictionary<string, string[]> Best = new()
    {
        ["Q1"] = ["B", "C", "D", "E"],
        ["Q2"] = ["E"],
        ["Q3"] = ["E"],
        ["Q4"] = ["B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O"],
        ["Q5"] = ["E"],
        ["Q6"] = ["B", "C", "D", "E"],
        ["Q7"] = ["B", "C", "D", "E"],
        ["Q8"] = ["F"],
        ["Q9"] = ["B", "C", "D", "E"],
        ["Q10"] = ["B", "C", "D", "E", "F"],
        ["Q11"] = ["E"],
        ["Q12"] = ["C"],
        ["Q13"] = ["C"],
        ["Q14"] = ["C"],
        ["Q15"] = ["C"],
    };

    private static readonly Dictionary<string, string[]> Modest = new()
    {
        ["Q1"] = ["B", "C"],
        ["Q2"] = ["C"],
        ["Q3"] = ["C"],
        ["Q4"] = ["B", "C", "D", "E"],
        ["Q5"] = ["B"],
        ["Q6"] = ["B"],
        ["Q7"] = ["B"],
        ["Q8"] = ["B"],
        ["Q9"] = ["B"],
        ["Q10"] = ["B"],
        ["Q11"] = ["A"],
        ["Q12"] = ["B"],
        ["Q13"] = ["B"],
        ["Q14"] = ["B"],
        ["Q15"] = ["B"],
    };
}
