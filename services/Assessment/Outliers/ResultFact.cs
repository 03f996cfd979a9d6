using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Assessment.Assessments;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Outliers;

/// <summary>What the checks look at of one confirmed result.</summary>
/// <param name="Org">Who filled it in beside the enterprise: the evaluator, or the provider that helped.</param>
/// <param name="AnswersHash">Of everything that was answered, by the instrument's file; equal answers have equal hashes whatever their order.</param>
internal sealed record ResultFact(
    OutlierSource Source,
    string Enterprise,
    Purpose Purpose,
    Mode Mode,
    string Instrument,
    string InstrumentSha256,
    string? Org,
    decimal Total,
    int Level,
    DateTimeOffset At,
    string AnswersHash,
    IReadOnlyList<string> Evidence)
{
    public static ResultFact Of(AssessmentConfirmed confirmed, in EventMeta meta) => new(
        new(meta.Stream, meta.Version, meta.Position),
        confirmed.Enterprise,
        confirmed.Purpose,
        confirmed.Mode,
        confirmed.Instrument,
        confirmed.InstrumentSha256,
        confirmed.Evaluator ?? confirmed.Provider,
        confirmed.Total.Value,
        confirmed.Level,
        meta.At,
        Hash(confirmed),
        [.. (confirmed.Evidence ?? []).Select(e => e.Sha256).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    private static string Hash(AssessmentConfirmed confirmed)
    {
        var text = new StringBuilder(confirmed.InstrumentSha256);
        foreach (var (item, answer) in confirmed.Answers.OrderBy(a => a.Key, StringComparer.Ordinal))
            text.Append('\n').Append(item).Append('=').Append(answer.Number is { } number ? Plain(number) : string.Join(',', answer.Options.Order(StringComparer.Ordinal)));
        foreach (var (scenario, level) in confirmed.Scenarios.Where(s => s.Value > 0).OrderBy(s => s.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"\n{scenario}={level}");
        foreach (var (fact, value) in confirmed.Facts.OrderBy(f => f.Key, StringComparer.Ordinal))
            text.Append('\n').Append(fact).Append('=').Append(Plain(value));

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>12.50 is 12.5.</summary>
    private static string Plain(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);
}
