using PilotCity.Defaults.Log;
using PilotCity.Torture.Replay;

namespace PilotCity.Torture.Checks;

/// <summary>Each log by itself: positions without gaps, hashes of the bytes, the chain of heads, versions of streams, moments that do not run backwards.</summary>
internal static class CheckLogs
{
    private const string Check = "each log continues";

    internal static void Run(Logs logs, Verdict verdict)
    {
        foreach (var (_, log) in logs.Entries)
        {
            var versions = new Dictionary<string, long>(StringComparer.Ordinal);
            var head = CanonicalEntry.FirstHead();
            LoggedEntry? before = null;
            foreach (var e in log)
            {
                var bytes = new Entry(e.Service, e.City, e.Position, e.Stream, e.Version, e.Type, e.CommandId, e.Actor, e.AtMicros, e.Trace, e.Payload, [], []);
                var wrong = e.Position != (before?.Position ?? 0) + 1 ? $"after position {before?.Position ?? 0}"
                    : e.Version != versions.GetValueOrDefault(e.Stream) + 1 ? $"the stream was at version {versions.GetValueOrDefault(e.Stream)}"
                    : e.AtMicros < (before?.AtMicros ?? 0) ? "its moment is before that of the entry before"
                    : !CanonicalEntry.Hash(bytes).AsSpan().SequenceEqual(e.Hash) ? "the hash is not that of its bytes"
                    : !CanonicalEntry.NextHead(head, e.Hash).AsSpan().SequenceEqual(e.Head) ? "the head does not continue the head before"
                    : null;
                verdict.Must(wrong is null, Check, () => $"{e}: {wrong}", e.CommandId.ToString("N"));
                (before, head) = (e, e.Head);
                versions[e.Stream] = e.Version;
            }
        }
    }
}
