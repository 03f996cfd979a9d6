namespace PilotCity.Defaults.Printing;

/// <summary>
/// Something to hand to a person on paper, in one language: a title, the one sentence that matters, perhaps a mark that must not be overlooked,
/// and sections. It is printed as a page (<see cref="PrintPage"/>) or as PDF (<see cref="PrintPdf"/>), the same on both, and is its own JSON.
/// </summary>
public sealed record Sheet(string Language, string Title, string Sentence, IReadOnlyList<SheetSection> Sections, string? Mark = null, string? Footer = null);

/// <summary>
/// A part under a heading: labelled values, then drawings, then paragraphs, then a table, each where there is one. <paramref name="Note"/> says
/// how to read it.
/// </summary>
public sealed record SheetSection(
    string Heading,
    IReadOnlyList<SheetFact>? Facts = null,
    IReadOnlyList<Drawing>? Drawings = null,
    IReadOnlyList<string>? Lines = null,
    SheetTable? Table = null,
    string? Note = null);

/// <summary>A value under its label.</summary>
public sealed record SheetFact(string Label, string Value);

/// <summary>Rows of text; every row has a cell per column.</summary>
public sealed record SheetTable(IReadOnlyList<SheetColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A column; <paramref name="Weight"/> is its share of the width against the others'. Figures stand at the right.</summary>
public sealed record SheetColumn(string Title, int Weight, bool Figures = false);
