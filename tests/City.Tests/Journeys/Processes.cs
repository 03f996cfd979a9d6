namespace PilotCity.City.Tests.Journeys;

/// <summary>Journeys that start processes take turns: each measures itself against a machine that does nothing else.</summary>
[CollectionDefinition(nameof(CityProcess))]
public sealed class Processes;
