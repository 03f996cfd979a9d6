using PilotCity.Defaults;

namespace PilotCity.Performance.Projects;

/// <summary>What Registry says of an enterprise, and where it read it.</summary>
public sealed record EnterpriseFacts(string Uscc, string Name, bool InPilotList, DateOnly? ListedOn, string? District, FactSource Source);

/// <summary>Asks Registry who an enterprise is; null instant: now. <c>enterprise.unknown</c> where the city does not know it.</summary>
internal delegate ValueTask<Result<EnterpriseFacts>> AskEnterprise(string city, string uscc, CancellationToken ct);
