using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;

namespace PilotCity.Funding.Awards;

/// <summary>What a payment waited for is there, as this document shows; it may be paid.</summary>
internal sealed record ConditionConfirmed(string Payment, string Document, string Evidence);

/// <summary>The outcome of a payment was measured; reached, it may be paid, else a second person decides.</summary>
internal sealed record OutcomeMeasured(
    string Payment, [property: JsonConverter(typeof(DecimalTextJson))] decimal? Value, DateOnly On, string Evidence, bool Reached, Role Role);

/// <summary>An outcome that was not reached, or not measured in time: so much is paid (in proportion, or nothing), the rest is free on its fund.</summary>
internal sealed record OutcomeDecided(string Payment, string Fund, Money Paid, Money Freed, string Reason);

/// <summary>An approved payment that no batch holds was withdrawn; its amount is free again.</summary>
internal sealed record TrancheWithdrawn(string Payment, string Fund, Money Amount, string Reason);

/// <summary>A payment was not made by its last day; its amount is free again.</summary>
internal sealed record TrancheExpired(string Payment, string Fund, Money Amount, DateOnly LastDay);

/// <summary>A finance approver lets a payment be made until this day (AC39).</summary>
internal sealed record TrancheExtended(string Payment, DateOnly Until, string Reason);
