using PilotCity.City.Servers;

namespace PilotCity.Torture.Checks;

/// <summary>No message was laid aside: whatever happened to the broker and to its readers, nothing that this city said to itself could not be read.</summary>
internal static class CheckParked
{
    private const string Check = "nothing is parked";

    private static readonly string[] Aside = [".parked", "_error", "_skipped"];

    internal static async Task Run(RabbitServer broker, Verdict verdict)
    {
        foreach (var line in (await broker.Control("list_queues", "name", "messages")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('\t') is [var name, var messages] && Aside.Any(a => name.EndsWith(a, StringComparison.Ordinal)))
            {
                verdict.Must(messages.Trim() == "0", Check, () => $"{messages.Trim()} messages lie in {name}");
            }
        }
    }
}
