using PilotCity.Defaults;

namespace PilotCity.Oversight.MoneyPaths;

/// <summary>Where money stands on its way; a source only gives it, everything else holds what came in and did not go out.</summary>
internal enum StationKind { Source, Fund, Pool, Award, Payment, Line, Paid, Recovery, WrittenOff, Vouchers, Contracts, Others }

/// <summary>
/// A station of the path: what came in, what went out, and what the books say is still there. <see cref="Agrees"/> says that these make up each
/// other to the fen; it is absent for a source, and where only a part of a fund's postings was read.
/// </summary>
internal sealed record Station(string Id, StationKind Kind, string Name, Money In, Money Out, Money? Remaining, bool? Agrees);

/// <summary>
/// Money that moved: so much, on what grounds, when, and the entries that say so. Movements of other awards are told together:
/// <see cref="Count"/> of them, the first and the last by their entries.
/// </summary>
internal sealed record Movement(string From, string To, string Kind, Money Amount, DateTimeOffset At, string? Reference, int Count, IReadOnlyList<EntryPlace> Entries);

/// <summary>An entry: its index in the tree, and its place in its service's log.</summary>
internal sealed record EntryPlace(long Index, string Service, long Position, string Stream, long Version, string Type);

/// <summary>A booking of the bank that the books do not know: repeated, of another amount, of no line.</summary>
internal sealed record OutsideTheBooks(string Batch, string Line, string Code, Money Amount, bool Credit, string? Reference, EntryPlace Entry);

/// <summary>
/// The path of money from its source to the bank's result, and back where it came back. <see cref="Agrees"/>: every station's sums do.
/// <see cref="Cut"/> says what is not shown one by one, and why.
/// </summary>
internal sealed record MoneyPath(
    IReadOnlyList<string> Awards, bool Agrees, IReadOnlyList<Station> Stations, IReadOnlyList<Movement> Movements, IReadOnlyList<OutsideTheBooks> OutsideTheBooks, IReadOnlyList<Text> Cut);
