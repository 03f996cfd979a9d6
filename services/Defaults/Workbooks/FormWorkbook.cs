namespace PilotCity.Defaults.Workbooks;

/// <summary>How a cell of a form looks, and whether it may be filled in where the sheet is protected.</summary>
public enum FormStyle
{
    Plain,
    Title,
    Heading,

    /// <summary>Small grey text: what a program reads, or a remark.</summary>
    Remark,

    /// <summary>To be filled in; what is typed stays text, so no code loses its digits.</summary>
    TextEntry,

    /// <summary>To be filled in with a number or a choice.</summary>
    Entry,

    /// <summary>As <see cref="TextEntry"/>, marked as wrong.</summary>
    WrongTextEntry,

    /// <summary>As <see cref="Entry"/>, marked as wrong.</summary>
    WrongEntry,
}

public enum FormVisibility
{
    Visible,

    /// <summary>Shown by no menu of the spreadsheet program.</summary>
    VeryHidden,
}

/// <summary>A workbook that people fill in: sheets, and names for ranges (1 = first) that lists of choices refer to.</summary>
public sealed record FormWorkbook(IReadOnlyList<FormSheet> Sheets, IReadOnlyList<FormName> Names);

/// <summary>A range of one column of another sheet under a name; unlike an address it works in every spreadsheet program as the source of a list.</summary>
public sealed record FormName(string Name, string Sheet, int Column, int FromRow, int ToRow);

/// <summary>One sheet. Where it is protected only cells of the entry styles can be changed; no password, since whoever reads it back checks it.</summary>
public sealed record FormSheet(string Name, FormVisibility Visibility, IReadOnlyList<FormColumn> Columns, IReadOnlyList<FormRow> Rows)
{
    public bool Protected { get; init; }

    /// <summary>Rows and columns that stay in sight.</summary>
    public (int Rows, int Columns) Frozen { get; init; }

    public IReadOnlyList<FormMerge> Merges { get; init; } = [];

    public IReadOnlyList<FormCheck> Checks { get; init; } = [];

    public IReadOnlyList<FormComment> Comments { get; init; } = [];
}

/// <summary>Columns from first to last: their width in characters, and the style of cells that nobody has written.</summary>
public sealed record FormColumn(int From, int To, int Width, FormStyle Style);

public sealed record FormRow(int Number, IReadOnlyList<FormCell> Cells)
{
    public bool Hidden { get; init; }

    /// <summary>In points; the program's own where absent.</summary>
    public int? Height { get; init; }
}

/// <summary>A cell with a text or a number; never a formula.</summary>
public sealed record FormCell(int Column, FormStyle Style, string? Text, decimal? Number = null);

/// <summary>Cells of one row shown as one.</summary>
public sealed record FormMerge(int Row, int FromColumn, int ToColumn);

/// <summary>What the program lets be typed into the rows of a column, with what it says when one is entered (<see cref="Title"/>, <see cref="Prompt"/>) and when a value is refused.</summary>
public sealed record FormCheck(int FromColumn, int ToColumn, int FromRow, int ToRow, FormRule Rule, string Title, string Prompt, string Error);

/// <summary>The closed set of what can be checked by the program.</summary>
public abstract record FormRule
{
    private FormRule()
    {
    }

    /// <summary>One of the texts of a named range.</summary>
    public sealed record OneOf(string Name) : FormRule;

    public sealed record Whole(decimal Minimum, decimal Maximum) : FormRule;

    public sealed record Number(decimal Minimum, decimal Maximum) : FormRule;

    public sealed record Length(int Minimum, int Maximum) : FormRule;
}

/// <summary>A note that hangs on a cell.</summary>
public sealed record FormComment(int Column, int Row, string Text);
