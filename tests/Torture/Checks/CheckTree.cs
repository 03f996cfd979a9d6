using System.Security.Cryptography;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Entries;
using PilotCity.Torture.Replay;

namespace PilotCity.Torture.Checks;

/// <summary>A tree as somebody was told of it while the run went on.</summary>
internal sealed record SeenTree(long Size, string Root);

/// <summary>
/// Oversight holds every entry of every log once and in its order, its cursors say so, whom each entry is about follows from the entries, and
/// every checkpoint that was ever signed or told is a prefix of the tree as it is now.
/// </summary>
internal static class CheckTree
{
    private const string Holds = "oversight holds every entry";
    private const string Once = "oversight holds no entry twice";
    private const string Consistent = "all checkpoints are consistent";
    private const string About = "the trail follows from the entries";

    internal static async Task Run(Logs logs, Databases databases, IReadOnlyCollection<SeenTree> seen, string seenCity, Verdict verdict, CancellationToken ct)
    {
        await using var connection = await databases.Connect("oversight", ct);
        var leaves = new SortedDictionary<string, List<LoggedEntry>>(StringComparer.Ordinal);
        await foreach (var row in Logs.Rows(connection, "SELECT city, idx, service, position, entry, hash FROM leaf ORDER BY city, idx", ct))
        {
            var (city, index) = (row.GetString(0), row.GetInt64(1));
            var tree = leaves.TryGetValue(city, out var known) ? known : leaves[city] = [];
            var bytes = (byte[])row.GetValue(4);
            var entry = CanonicalEntry.Read(bytes);
            var hash = SHA256.HashData([0x00, .. bytes]);
            verdict.Must(
                index == tree.Count && hash.AsSpan().SequenceEqual((byte[])row.GetValue(5)) && (entry.Service, entry.Position) == (row.GetString(2), row.GetInt64(3)), Holds,
                () => $"the leaf {index} of {city} should be number {tree.Count}, or its columns are not those of its bytes", entry.CommandId.ToString("N"));
            tree.Add(new(entry.Service, city, entry.Position, entry.Stream, entry.Version, entry.Type, entry.CommandId, entry.Actor, entry.AtMicros, entry.Trace, entry.Payload, hash, []));
        }

        foreach (var city in logs.Entries.Keys.Select(k => k.City).Union(leaves.Keys).Distinct())
        {
            Compare(logs, city, leaves.TryGetValue(city, out var tree) ? tree : [], verdict);
        }

        await foreach (var row in Logs.Rows(connection, "SELECT city, source, position FROM cursor", ct))
        {
            var (city, source, position) = (row.GetString(0), row.GetString(1), row.GetInt64(2));
            verdict.Must(position == logs.Of(source, city).Count, Holds, () => $"the cursor of {source}/{city} stands at {position}, the log has {logs.Of(source, city).Count} entries");
        }

        await foreach (var row in Logs.Rows(connection, "SELECT city, service, position, reason FROM intake_break", ct))
        {
            verdict.Found(Holds, $"oversight found that {row.GetString(1)}/{row.GetString(0)} does not continue at {row.GetInt64(2)}: {row.GetString(3)}");
        }

        await Checkpoints(connection, leaves, seen, seenCity, verdict, ct);
        await Subjects(connection, leaves, verdict, ct);
    }

    private static void Compare(Logs logs, string city, List<LoggedEntry> tree, Verdict verdict)
    {
        foreach (var twice in tree.GroupBy(e => (e.Service, e.Position)).Where(g => g.Count() > 1))
        {
            verdict.Found(Once, $"the tree holds {twice.First()} {twice.Count()} times", twice.First().CommandId.ToString("N"));
        }

        foreach (var service in Logs.Services)
        {
            var (log, taken) = (logs.Of(service, city), tree.Where(e => e.Service == service).DistinctBy(e => e.Position).ToList());
            verdict.Count(Holds, taken.Count);
            verdict.Count(Once, taken.Count);
            for (var i = 0; i < Math.Max(log.Count, taken.Count); i++)
            {
                if (i >= log.Count || i >= taken.Count || log[i].Position != taken[i].Position || !log[i].Hash.AsSpan().SequenceEqual(taken[i].Hash))
                {
                    verdict.Found(
                        Holds, $"{service}/{city}: the log has {log.Count} entries, the tree holds {taken.Count} of them; they part at {i + 1}: {(i < log.Count ? log[i] : null)} against {(i < taken.Count ? taken[i] : null)}",
                        (i < log.Count ? log[i] : taken[i]).CommandId.ToString("N"));
                    break;
                }
            }
        }
    }

    private static async Task Checkpoints(System.Data.Common.DbConnection connection, SortedDictionary<string, List<LoggedEntry>> leaves, IReadOnlyCollection<SeenTree> seen, string seenCity, Verdict verdict, CancellationToken ct)
    {
        var signed = new List<(string City, long Size, byte[] Root)>();
        await foreach (var row in Logs.Rows(connection, "SELECT city, size, root FROM checkpoint ORDER BY city, size", ct))
        {
            signed.Add((row.GetString(0), row.GetInt64(1), (byte[])row.GetValue(2)));
        }

        foreach (var (city, tree) in leaves)
        {
            var said = signed.Where(s => s.City == city).Select(s => (s.Size, Root: s.Root, Who: "signed"))
                .Concat(city == seenCity ? seen.Select(s => (s.Size, Root: Convert.FromBase64String(s.Root), Who: "told")) : [])
                .ToLookup(s => s.Size);
            var grown = new GrowingTree();
            for (var size = 0; size <= tree.Count; size++)
            {
                foreach (var (_, root, who) in said[size])
                {
                    verdict.Must(grown.Root.AsSpan().SequenceEqual(root), Consistent, () => $"the root of the first {size} entries of {city} is not the one that was {who}");
                }

                if (size < tree.Count)
                {
                    grown.Add(tree[size].Hash);
                }
            }

            foreach (var beyond in said.Where(s => s.Key > tree.Count))
            {
                verdict.Found(Consistent, $"a tree of {beyond.Key} entries of {city} was {beyond.First().Who}; there are {tree.Count}");
            }

            verdict.Must(signed.Any(s => s.City == city && s.Size == tree.Count), Consistent, () => $"the newest checkpoint of {city} is of {signed.Where(s => s.City == city).Select(s => s.Size).DefaultIfEmpty().Max()} entries; there are {tree.Count}");
        }
    }

    private static async Task Subjects(System.Data.Common.DbConnection connection, SortedDictionary<string, List<LoggedEntry>> leaves, Verdict verdict, CancellationToken ct)
    {
        var found = new Dictionary<(string City, long Index), HashSet<(string, string)>>();
        await foreach (var row in Logs.Rows(connection, "SELECT city, idx, kind, id FROM subject", ct))
        {
            var at = (row.GetString(0), row.GetInt64(1));
            (found.TryGetValue(at, out var of) ? of : found[at] = []).Add((row.GetString(2), row.GetString(3)));
        }

        foreach (var (city, tree) in leaves)
        {
            var firsts = new Dictionary<(string Service, string Stream), HashSet<Subject>>();
            foreach (var (e, index) in tree.Select((e, i) => (e, i)))
            {
                var own = Subject.Of(new(e.Service, e.City, e.Position, e.Stream, e.Version, e.Type, e.CommandId, e.Actor, e.AtMicros, e.Trace, e.Payload, e.Hash, e.Head));
                if (e.Version == 1)
                {
                    firsts[(e.Service, e.Stream)] = [.. own.Where(s => s.Kind is not (Subject.Actor or Subject.Type or Subject.Look))];
                }

                var wanted = own.Union(firsts.GetValueOrDefault((e.Service, e.Stream)) ?? []).Select(s => (s.Kind, s.Id)).ToHashSet();
                var there = found.GetValueOrDefault((city, index)) ?? [];
                verdict.Must(wanted.SetEquals(there), About, () => $"{e} is about {string.Join(", ", wanted)}, the trail says {string.Join(", ", there)}", e.CommandId.ToString("N"));
            }
        }
    }

    /// <summary>The Merkle tree of RFC 6962 written down once more: full subtrees, largest first.</summary>
    private sealed class GrowingTree
    {
        private readonly List<(int Level, byte[] Hash)> full = [];

        internal byte[] Root
        {
            get
            {
                if (full.Count == 0)
                {
                    return SHA256.HashData([]);
                }

                var root = full[^1].Hash;
                for (var i = full.Count - 2; i >= 0; i--)
                {
                    root = Node(full[i].Hash, root);
                }

                return root;
            }
        }

        internal void Add(byte[] leaf)
        {
            full.Add((0, leaf));
            while (full.Count > 1 && full[^1].Level == full[^2].Level)
            {
                var (right, left) = (full[^1], full[^2]);
                full.RemoveRange(full.Count - 2, 2);
                full.Add((left.Level + 1, Node(left.Hash, right.Hash)));
            }
        }

        private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);
    }
}
