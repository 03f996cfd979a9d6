using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// <c>POST /decisions</c>: what <c>./city award</c> says of a case or a list of them, over HTTP and word for word. Nothing is looked up and
/// nothing is kept, so whoever has a role in the city may ask: the figures are the asker's own.
/// Faults: <c>case.unreadable</c>, <c>rule_set.unknown</c>.
/// </summary>
internal static class AskDecisions
{
    /// <summary>A decision with its reasons and steps is some kilobytes; a whole programme goes through the command line or a simulation.</summary>
    internal const int CasesMax = 1_000;

    /// <summary>As many cases with some dozen lines each.</summary>
    internal const int BytesMax = 8 << 20;

    private static readonly Role[] Everybody = [.. Enum.GetValues<Role>().Where(r => r != Role.Service)];

    internal static void Map(Routes routes) =>
        routes.Ask("/decisions", Everybody, BytesMax, ["application/json"], (_, body, _) => ValueTask.FromResult(Answer(body)));

    private static Result<object> Answer(byte[] body)
    {
        var decided = new List<DecideCases.Decided>();
        var list = false;
        if (DecideCases.Decide(body, CasesMax, decided, ref list) is { } fault) return fault;
        return (object)Results.Text(DecideCases.Print(decided, list), "application/json", Encoding.UTF8);
    }
}
