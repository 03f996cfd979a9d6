using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.ApprovalLists;

/// <summary>One award of a list, how much of it is approved, and from which fund.</summary>
internal sealed record ApprovalLine(string Id, Money Amount, string Fund);

/// <summary>A line that was refused, by its place in the part (from 0), and the code of the reason.</summary>
internal sealed record RefusedLine(int Line, string Code);

/// <summary>
/// A run of lines of a list with the SHA-256 of all lines up to its last, and what became of each. Stream <c>approval-part/&lt;list&gt;-&lt;number&gt;</c>.
/// </summary>
internal sealed record ApprovalPart(string List, int Part, ImmutableArray<ApprovalLine> Lines, string RunningSha256)
{
    /// <summary>An entry of so many lines with the longest ids, and one that refuses all of them, stay below 60,000 bytes.</summary>
    public const int LinesMax = 350;

    /// <summary>An award's id is its project's.</summary>
    public const int IdCharsMax = 64;

    private static readonly ApprovalPart Initial = new("", 0, [], "");

    public static readonly Noun<ApprovalPart> Noun = new("approval-part", Initial, Apply, typeof(ApprovalLinesListed), typeof(ApprovalLinesApplied));

    /// <summary>Why a line was refused, by its place.</summary>
    public ImmutableSortedDictionary<int, string> Refused { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>Lines that wait for money.</summary>
    public ImmutableSortedSet<int> Waiting { get; init; } = [];

    public bool Applied { get; init; }

    /// <summary>The lines that a pass looks at: all of them first, then those that wait.</summary>
    public IEnumerable<int> Open => Applied ? Waiting : Enumerable.Range(0, Lines.Length);

    public static string IdOf(string list, int part) => string.Create(CultureInfo.InvariantCulture, $"{list}-{part:0000}");

    /// <summary>Splits lines into parts; the hash runs over <c>award,amount,fund</c> and a line feed for every line of the list.</summary>
    public static IReadOnlyList<ApprovalLinesListed> Of(string list, IEnumerable<ApprovalLine> lines)
    {
        using var running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return
        [
            .. lines.Chunk(LinesMax).Select((chunk, i) =>
            {
                foreach (var line in chunk) running.AppendData(Encoding.UTF8.GetBytes($"{line.Id},{line.Amount},{line.Fund}\n"));
                return new ApprovalLinesListed(list, i + 1, chunk, Convert.ToHexStringLower(running.GetCurrentHash()));
            }),
        ];
    }

    private static ApprovalPart Apply(ApprovalPart part, object happened, EventMeta meta) => happened switch
    {
        ApprovalLinesListed e => new(e.List, e.Part, [.. e.Lines], e.RunningSha256),
        ApprovalLinesApplied e => part with { Applied = true, Refused = part.Refused.AddRange(e.Refused.Select(r => KeyValuePair.Create(r.Line, r.Code))), Waiting = [.. e.Waiting] },
        _ => throw new InvalidOperationException($"a part of an approval list knows no {happened.GetType().Name}"),
    };
}

/// <summary>Lines of a list, in the order in which they are approved.</summary>
internal sealed record ApprovalLinesListed(string List, int Part, IReadOnlyList<ApprovalLine> Lines, string RunningSha256);

/// <summary>The signature was carried out on these lines: those refused with their reasons, those that wait; all others of the pass were approved.</summary>
internal sealed record ApprovalLinesApplied(int Pass, IReadOnlyList<RefusedLine> Refused, IReadOnlyList<int> Waiting);
