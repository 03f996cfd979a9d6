using PilotCity.Defaults;

namespace PilotCity.Registry.PilotLists;

/// <summary>An error keeps its row out; a warning is for the officer to look at.</summary>
internal enum Severity
{
    Error,
    Warning,
}

/// <summary>
/// What is wrong with one cell of a pilot list: where it is, what stands there as a person sees it, why it cannot be
/// taken. <see cref="Kind"/> is <c>field.reason</c>, stable and never translated; <see cref="SeeAlso"/> is another
/// cell that it contradicts.
/// </summary>
internal sealed record Finding(string Sheet, string Cell, string Kind, Severity Severity, string? Text, Text Why, string? SeeAlso = null);
