using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.BankStatements;

/// <summary>
/// What a booked transfer is to us. The first four are as they should be: none of ours (receipts, fees), the first word that a line was paid, the
/// confirmation of one, and money that came back. The others are for a person to look at; nothing is posted for them.
/// </summary>
internal enum BookingFinding
{
    Other,
    Paid,
    Confirmed,
    Returned,
    LineUnknown,
    OtherAccount,
    NotReleased,
    BeforeRelease,
    FailedBefore,
    BookedTwice,
    AmountDiffers,
    ReferenceUsed,
    NothingToReturn,
    NotInTheBooks,
}

/// <summary>A booked transfer and what it is to us; the line is the end-to-end id as the bank has it.</summary>
internal sealed record StatementLine(string? Line, Money Amount, bool Credit, string? Reference, DateTimeOffset At, BookingFinding Finding);

/// <summary>
/// A statement of a fund's account (对账单, camt.053), taken in page after page, each once. Balances are fen with their sign. Stream
/// <c>bank-statement/&lt;first 16 digits of the SHA-256 of account and statement&gt;</c>.
/// </summary>
internal sealed record BankStatement(string Id, string Statement, string Account)
{
    private static readonly BankStatement Initial = new("", "", "");

    public static readonly Noun<BankStatement> Noun = new("bank-statement", Initial, Apply, typeof(BankStatementImported), typeof(BankStatementContinued));

    public int Pages { get; init; }

    /// <summary>The last page is there.</summary>
    public bool Complete { get; init; }

    public long Opening { get; init; }

    public long Closing { get; init; }

    /// <summary>The sum of what was booked on the pages that are there.</summary>
    public long Booked { get; init; }

    public ImmutableHashSet<string> Files { get; init; } = [];

    public ImmutableArray<StatementLine> Lines { get; init; } = [];

    public static string IdOf(string account, string statement) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}\n{statement}")))[..16];

    /// <summary>As it should be: ours or not, nobody has to look.</summary>
    public static bool Expected(BookingFinding finding) => finding switch
    {
        BookingFinding.Other or BookingFinding.Paid or BookingFinding.Confirmed or BookingFinding.Returned => true,
        BookingFinding.LineUnknown or BookingFinding.OtherAccount or BookingFinding.NotReleased or BookingFinding.BeforeRelease or BookingFinding.FailedBefore
            or BookingFinding.BookedTwice or BookingFinding.AmountDiffers or BookingFinding.ReferenceUsed or BookingFinding.NothingToReturn or BookingFinding.NotInTheBooks => false,
    };

    private static BankStatement Apply(BankStatement statement, object happened, EventMeta meta) => happened switch
    {
        BankStatementImported e => statement with
        {
            Id = meta.Stream["bank-statement/".Length..],
            Statement = e.Statement,
            Account = e.Account,
            Pages = e.Page,
            Complete = e.LastPage,
            Opening = e.Opening ?? statement.Opening,
            Closing = e.Closing ?? statement.Closing,
            Booked = statement.Booked + e.Booked,
            Files = statement.Files.Add(e.FileSha256),
            Lines = statement.Lines.AddRange(e.Lines),
        },
        BankStatementContinued e => statement with { Lines = statement.Lines.AddRange(e.Lines) },
        _ => throw new InvalidOperationException($"a bank's statement knows no {happened.GetType().Name}"),
    };
}

/// <summary>A page of a statement was taken in; balances and the booked sum are fen with their sign.</summary>
internal sealed record BankStatementImported(
    string Statement, string Account, int Page, bool LastPage, long? Opening, long? Closing, long Booked, string FileSha256, IReadOnlyList<StatementLine> Lines);

/// <summary>Further transfers of the page that was just taken in: an entry has its bound.</summary>
internal sealed record BankStatementContinued(IReadOnlyList<StatementLine> Lines);
