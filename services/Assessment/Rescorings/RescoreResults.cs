using System.Globalization;
using System.Text;
using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Rescorings;

/// <summary>
/// Scores stored results again under a changed reading of their instrument and says what would change, before anybody publishes it. Only results of the same
/// instrument and version are compared: numbers of different editions never are. Reads the payloads where they stand and builds nothing for what does not change.
/// Faults: <c>rescoring.no_levels</c>, <c>rescoring.nothing</c>, <c>rescoring.too_many</c>, <c>rescoring.unreadable</c>.
/// </summary>
internal static class RescoreResults
{
    internal static Fault NoLevels(Instrument instrument) => new(
        FaultKind.Refused, "rescoring.no_levels", new($"{instrument.Reference} 没有总分与等级，无可比较。", $"{instrument.Reference} gives no total or no level: there is nothing to compare."));

    internal static Fault Nothing(string reference, IEnumerable<string> others) => new(
        FaultKind.NotFound, "rescoring.nothing",
        new($"没有以 {reference} 评定的结果{(others.Any() ? $"；现有：{string.Join("、", others)}" : "")}。", $"No result was given by {reference}{(others.Any() ? $"; there are results of {string.Join(", ", others)}" : "")}."));

    internal static Fault TooMany(long most) => new(
        FaultKind.TooLarge, "rescoring.too_many",
        new($"结果超过 {most} 项；请用命令行 ./city rescore 对数据目录运行。", $"There are more than {most} results; run ./city rescore over the data folder instead."));

    internal static Fault Unreadable(StoredResult result) => new(
        FaultKind.Invalid, "rescoring.unreadable",
        new($"{result.City} 第 {result.Position} 条不是可读的测评结果。", $"Entry {result.Position} of {result.City} is no result that can be read."));

    /// <param name="changed">The instrument as it would be: a version under an override.</param>
    /// <param name="resultsMax">More than so many are refused.</param>
    internal static Result<Rescoring> Run(Instrument changed, IEnumerable<StoredResult> results, Action<long>? progress, CancellationToken ct, long resultsMax = long.MaxValue)
    {
        if (!changed.HasTotal || !changed.HasLevel)
            return NoLevels(changed);

        var run = new Running(changed);
        var seen = 0L;
        foreach (var result in results)
        {
            if (++seen > resultsMax)
                return TooMany(resultsMax);
            if (seen % 1_000 == 0)
            {
                ct.ThrowIfCancellationRequested();
                progress?.Invoke(seen);
            }

            if (!run.Add(result))
                return Unreadable(result);
        }

        return run.Results == 0 ? Nothing(run.Base, run.Others.Order(StringComparer.Ordinal)) : run.Sum();
    }

    private sealed class Running(Instrument changed)
    {
        private const int OthersMax = 20;

        private readonly LaidOutAnswers laidOut = new(changed);
        private readonly byte[] reference = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{changed.Id}@{changed.Version}"));
        private readonly List<ChangedResult> levelChanges = [];
        private readonly List<ChangedResult> totalChanges = [];
        private readonly List<RefusedResult> refused = [];
        private readonly SortedDictionary<(int From, int To), long> moves = [];
        private long other, up, down, totalOnly, same, notScored, microBefore, microAfter;

        public long Results { get; private set; }

        public string Base => Encoding.UTF8.GetString(reference);

        public HashSet<string> Others { get; } = new(StringComparer.Ordinal);

        /// <summary>False where the payload is no result.</summary>
        public bool Add(in StoredResult result)
        {
            var stored = default(Parts);
            if (!Read(result.Payload, ref stored))
                return false;
            if (!IsOurs(stored.Instrument))
            {
                other++;
                if (Others.Count < OthersMax)
                    Others.Add(Encoding.UTF8.GetString(stored.Instrument));
                return true;
            }

            Results++;
            var now = laidOut.Score(stored.Answers, stored.Scenarios, stored.Facts) ?? Slowly(result);
            if (now is not { } after)
                return true;

            var before = new BareScore(stored.TotalMicro, stored.Level);
            (microBefore, microAfter) = (microBefore + before.TotalMicro, microAfter + after.TotalMicro);
            moves[(before.Level, after.Level)] = moves.GetValueOrDefault((before.Level, after.Level)) + 1;
            if (before == after)
            {
                same++;
                return true;
            }

            var list = before.Level == after.Level ? totalChanges : levelChanges;
            _ = before.Level == after.Level ? totalOnly++ : after.Level > before.Level ? up++ : down++;
            if (list.Count < Rescoring.ListedMax)
            {
                list.Add(new(
                    result.City, Id(result), Encoding.UTF8.GetString(stored.Enterprise), Encoding.UTF8.GetString(stored.Purpose), Encoding.UTF8.GetString(stored.Mode),
                    Encoding.UTF8.GetString(stored.Instrument), before.Level, after.Level, before.Total, after.Total, result.Position));
            }

            return true;
        }

        public Rescoring Sum()
        {
            var scored = Math.Max(1, Results - notScored);
            var levels = moves.Keys.SelectMany(m => new[] { m.From, m.To }).Distinct().OrderDescending();
            return new(
                changed.Reference, changed.Sha256, changed.Override, Results, other, up, down, totalOnly, same, notScored,
                [.. moves.Where(m => m.Key.From != m.Key.To).Select(m => new LevelMove(m.Key.From, m.Key.To, m.Value))],
                [.. levels.Select(l => new LevelResults(l, moves.Where(m => m.Key.From == l).Sum(m => m.Value), moves.Where(m => m.Key.To == l).Sum(m => m.Value)))],
                Mean(microBefore), Mean(microAfter), levelChanges, totalChanges, refused);

            Points Mean(long micro) => new(Math.Round(micro / 1_000_000m / scored, 4, MidpointRounding.AwayFromZero));
        }

        /// <summary>The instrument itself, or under whichever override.</summary>
        private bool IsOurs(ReadOnlySpan<byte> instrument) =>
            instrument.StartsWith(reference) && (instrument.Length == reference.Length || instrument[reference.Length] == (byte)'+');

        /// <summary>What is not plainly in order, by the rules that explain.</summary>
        private BareScore? Slowly(in StoredResult result)
        {
            var confirmed = JsonSerializer.Deserialize<AssessmentConfirmed>(result.Payload, Json.Lenient)!;
            var scored = ScoreAnswers.Score(changed, new(confirmed.Answers, confirmed.Scenarios, confirmed.Facts));
            if (scored.Ok)
                return new(scored.Value.Total.Micro, scored.Value.Level);

            notScored++;
            if (refused.Count < Rescoring.ListedMax)
                refused.Add(new(result.City, Id(result), confirmed.Enterprise, result.Position, scored.Fault.Details.Count > 0 ? scored.Fault.Details[0].Message : scored.Fault.Message));
            return null;
        }

        private static string Id(in StoredResult result) => result.Stream[(result.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>What of a payload is needed, where it stands.</summary>
    private ref struct Parts
    {
        public ReadOnlySpan<byte> Enterprise;
        public ReadOnlySpan<byte> Purpose;
        public ReadOnlySpan<byte> Mode;
        public ReadOnlySpan<byte> Instrument;
        public Utf8JsonReader Answers;
        public Utf8JsonReader Scenarios;
        public Utf8JsonReader Facts;
        public long TotalMicro;
        public int Level;
    }

    /// <summary>
    /// Reads the payload of an <see cref="AssessmentConfirmed"/> up to its level; the fields stand in the record's order, and what comes after (evidence, notes) is as long as
    /// the rest.
    /// </summary>
    private static bool Read(ReadOnlySpan<byte> payload, ref Parts parts)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            var (hasTotal, hasLevel) = (false, false);
            reader.Read();
            while (!(hasTotal && hasLevel) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.ValueSpan;
                reader.Read();
                if (name.SequenceEqual("answers"u8))
                    parts.Answers = reader;
                else if (name.SequenceEqual("scenarios"u8))
                    parts.Scenarios = reader;
                else if (name.SequenceEqual("facts"u8))
                    parts.Facts = reader;
                else if (name.SequenceEqual("enterprise"u8))
                    parts.Enterprise = reader.ValueSpan;
                else if (name.SequenceEqual("purpose"u8))
                    parts.Purpose = reader.ValueSpan;
                else if (name.SequenceEqual("mode"u8))
                    parts.Mode = reader.ValueSpan;
                else if (name.SequenceEqual("instrument"u8))
                    parts.Instrument = reader.ValueSpan;
                else if (name.SequenceEqual("total"u8))
                    hasTotal = TryMicro(reader.ValueSpan, out parts.TotalMicro);
                else if (name.SequenceEqual("level"u8))
                    hasLevel = reader.TryGetInt32(out parts.Level);
                reader.Skip();
            }

            return hasTotal && hasLevel && parts.Answers.TokenType == JsonTokenType.StartObject && parts.Instrument.Length > 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary><c>31.45</c> as millionths.</summary>
    private static bool TryMicro(ReadOnlySpan<byte> text, out long micro)
    {
        micro = 0;
        var decimals = -1;
        foreach (var b in text)
        {
            if (b == (byte)'.' && decimals < 0)
                decimals = 0;
            else if (b is < (byte)'0' or > (byte)'9' || micro > 1_000_000_000_000L)
                return false;
            else
                (micro, decimals) = ((micro * 10) + (b - '0'), decimals < 0 ? -1 : decimals + 1);
        }

        for (var d = Math.Max(decimals, 0); d < 6; d++)
        {
            micro *= 10;
        }

        return text.Length > 0 && decimals <= 6;
    }
}
