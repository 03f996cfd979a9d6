using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// When what an entry tells of was true in the world, where the entry itself says so: a contract is signed on a day and registered days later,
/// the bank pays before its answer comes in. A day begins in Shanghai. An entry that says nothing was true when it was recorded.
/// </summary>
internal static class Occurred
{
    private static readonly Dictionary<string, string> FieldOfType = new(StringComparer.Ordinal)
    {
        ["PilotListImported"] = "listedOn",
        ["EnterpriseListed"] = "listedOn",
        ["EnterpriseRelisted"] = "listedOn",
        ["EnterpriseRemoved"] = "removedOn",
        ["CreditListingCleared"] = "clearedOn",
        ["ProjectDiagnosed"] = "diagnosedOn",
        ["FilingConfirmed"] = "filedOn",
        ["ContractRegistered"] = "signedOn",
        ["DownPaymentReported"] = "paidOn",
        ["InvoiceClaimed"] = "issuedOn",
        ["MilestoneReported"] = "reachedOn",
        ["ProjectCompleted"] = "completedOn",
        ["AcceptanceApplied"] = "appliedOn",
        ["OnSiteVerified"] = "visitedOn",
        ["ProjectAccepted"] = "acceptedOn",
        ["AuditRecorded"] = "doneAt",
        ["EvaluationRecorded"] = "doneAt",
        ["AwardPublicised"] = "from",
        ["OutcomeMeasured"] = "on",
        ["TranchePaid"] = "paidAt",
        ["TrancheReturned"] = "returnedAt",
    };

    /// <summary>Microseconds since 1970, or null where the entry names no other moment than its own.</summary>
    public static long? Micros(Entry entry)
    {
        if (!FieldOfType.TryGetValue(entry.Type, out var field))
        {
            return null;
        }

        try
        {
            using var payload = JsonDocument.Parse(entry.Payload);
            return payload.RootElement.ValueKind == JsonValueKind.Object
                && payload.RootElement.TryGetProperty(field, out var value)
                && value.ValueKind == JsonValueKind.String
                ? Micros(value.GetString()!)
                : null;
        }
        catch (JsonException)
        {
            // Bytes that are no JSON say nothing; they are still evidence.
            return null;
        }
    }

    private static long? Micros(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.Year is > 1 and < 9_999 ? Instant.Micros(ChinaTime.StartOf(day)) : null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Instant.Micros(at)
        : null;
}
