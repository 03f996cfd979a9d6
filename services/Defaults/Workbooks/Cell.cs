namespace PilotCity.Defaults.Workbooks;

/// <summary>What a cell of a workbook holds.</summary>
public enum CellKind
{
    Blank,
    Text,
    Number,

    /// <summary>A number whose format shows a date.</summary>
    Day,
    Boolean,

    /// <summary>An error value of a formula: <c>#REF!</c>, <c>#N/A</c> …</summary>
    Error,

    /// <summary>A formula that no spreadsheet program has calculated yet; its text is the formula.</summary>
    Uncalculated,
}

/// <summary>
/// One cell. <see cref="Text"/> is what a person sees: the number to 15 digits, a date as <c>yyyy-MM-dd</c>.
/// <see cref="MonthOnly"/> says that the cell's format shows year and month but no day.
/// </summary>
public readonly record struct Cell(int Column, CellKind Kind, string Text, DateOnly Day = default, bool MonthOnly = false)
{
    /// <summary>Whether a formula stands here; the text is what it gave when a spreadsheet program last calculated it.</summary>
    public bool IsFormula { get; init; }

    /// <summary>Whether the number is shown as a percentage: <c>0.2</c> with the format <c>0%</c> reads 20%.</summary>
    public bool IsPercent { get; init; }

    /// <summary>The address of a cell, e.g. column 3, row 17: <c>C17</c>.</summary>
    public static string Address(int column, int row)
    {
        Span<char> letters = stackalloc char[8];
        var at = letters.Length;
        for (var rest = column; rest > 0; rest = (rest - 1) / 26)
        {
            letters[--at] = (char)('A' + ((rest - 1) % 26));
        }

        return $"{letters[at..]}{row}";
    }
}

/// <summary>One row of a sheet: its number as the spreadsheet shows it, and its cells that are not blank, from left to right.</summary>
public sealed record Row(int Number, IReadOnlyList<Cell> Cells)
{
    /// <summary>Whether the spreadsheet shows the row to nobody.</summary>
    public bool Hidden { get; init; }

    /// <summary>The cell in a column (1 = A); blank where there is none.</summary>
    public Cell At(int column)
    {
        foreach (var cell in Cells)
        {
            if (cell.Column == column)
            {
                return cell;
            }
        }

        return new(column, CellKind.Blank, "");
    }
}

/// <summary>One sheet of a workbook, by the name on its tab.</summary>
public sealed record Sheet(string Name, bool Hidden, string Part);
