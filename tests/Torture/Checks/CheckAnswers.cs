using System.Globalization;
using PilotCity.Defaults.Bus;
using PilotCity.Oversight.Findings;
using PilotCity.Torture.Load;
using PilotCity.Torture.Replay;

namespace PilotCity.Torture.Checks;

/// <summary>
/// What the clients were told against what the databases hold: an acknowledged command took effect exactly once, a refused one not at all, one
/// that was left unknown once or not at all, and nothing stands there that nobody asked for.
/// </summary>
internal static class CheckAnswers
{
    internal const string Once = "what was acknowledged happened once";
    private const string Never = "what was refused did not happen";
    private const string AtMostOnce = "what was not acknowledged happened at most once";
    private const string Asked = "nothing happened that nobody asked for";

    internal static void Run(Logs logs, IReadOnlyCollection<Command> given, Verdict verdict)
    {
        var known = new HashSet<Guid>();
        foreach (var command in given)
        {
            known.Add(command.Key);
            One(command, [.. logs.Answers[command.Key]], [.. logs.ByCommand[command.Key]], verdict);
        }

        // The product gives commands of its own on what happened: one on a confirmed result at most, one for each finding and one where nobody explains it, under the ids that follow from them.
        known.UnionWith(logs.Entries.Where(l => l.Key.Service == "assessment").SelectMany(l => l.Value).Where(e => e.Type == "AssessmentConfirmed").Select(e => FollowPlan.CommandIdFor("outlier-watch", e.Hash)));
        known.UnionWith(logs.Entries.Where(l => l.Key.Service == "oversight").SelectMany(l => l.Value).Where(e => e.Type == "FindingOpened").SelectMany(e => FindingWatch.CommandsOn(e.City, e.Stream.Split('/', 2)[1])));
        foreach (var stranger in logs.Answers.Select(a => a.Key).Concat(logs.ByCommand.Select(e => e.Key)).Distinct())
        {
            verdict.Must(known.Contains(stranger), Asked, () => $"the command {stranger:N} was given by no client: {string.Join("; ", logs.ByCommand[stranger])}", stranger.ToString("N"));
        }
    }

    private static void One(Command command, KeptAnswer[] kept, LoggedEntry[] entries, Verdict verdict)
    {
        var about = command.Key.ToString("N");
        var check = command.Acceptance is not null ? Once : command.CleanRefusal is not null ? Never : AtMostOnce;
        Must(kept.Length <= 1, check, () => $"{command} is kept {kept.Length} times: {string.Join("; ", kept.Select(k => $"{k.Service}/{k.City} at {k.Answer.Position}"))}");
        Must(
            entries.Length == 0 || (entries.All(e => (e.Service, e.City) == (entries[0].Service, entries[0].City))
                && entries.Select(e => e.Position).Order().SequenceEqual(Enumerable.Range(0, entries.Length).Select(i => entries.Min(e => e.Position) + i))),
            check, () => $"{command} left entries that do not stand together: {string.Join("; ", entries.Select(e => e))}");
        Must(entries.Length == 0 || kept.Length == 1, check, () => $"{command} left entries and no answer: {entries.FirstOrDefault()}");
        if (kept is [var one] && entries.Length > 0)
        {
            Must(
                one.Answer.Position == entries.Max(e => e.Position) && one.Service == entries[0].Service && one.City == entries[0].City, check,
                () => $"{command} is answered at {one.Answer.Position} of {one.Service}/{one.City}, its last entry is {entries[^1]}");
        }

        if (command.Acceptance is { } told)
        {
            Must(kept.Length == 1, check, () => $"{command} was acknowledged ({told}) and is lost");
            Must(kept.Length != 1 || kept[0].Answer.Fault is null, check, () => $"{command} was acknowledged ({told}) and is kept as refused: {kept[0].Answer.Fault?.Code}");
            Must(
                kept.Length != 1 || kept[0].Answer.Position.ToString(CultureInfo.InvariantCulture) == told.Position, check,
                () => $"{command} was acknowledged at {told.Position} and is kept at {kept[0].Answer.Position}");
            Must(
                command.Entries is not { } promised || promised(told) == entries.Length, check,
                () => $"{command} was acknowledged ({told} {told.Body}) and left {entries.Length} entries: {string.Join("; ", entries.Select(e => e))}");
            foreach (var effect in command.Effects)
            {
                var found = entries.Count(e => e.Type == effect.Type && e.Stream == effect.Stream && (effect.Amount is null || e.Text("amount") == effect.Amount));
                Must(found == 1, check, () => $"{command} was acknowledged ({told}); {effect} is there {found} times, there are: {string.Join("; ", entries.Select(e => e))}");
            }
        }
        else if (command.CleanRefusal is { } refused)
        {
            // Some refusals are themselves on record; they are kept as what they are.
            Must(
                kept.Length == 0 || kept[0].Answer.Fault?.Code == refused.Code, check, () => $"{command} was refused ({refused}) and took effect: {string.Join("; ", entries.Select(e => e))}");
        }
        else if (command.Told is { } late)
        {
            Must(
                kept.Length == 0 || kept[0].Answer.Fault is not null, "what was refused at last did not happen",
                () => $"{command} was left unknown, then refused ({late}), and took effect all the same: {string.Join("; ", entries.Select(e => e))}");
        }

        verdict.Count(check, 1);

        void Must(bool holds, string name, Func<string> what)
        {
            if (!holds)
            {
                verdict.Found(name, what(), about, command.At);
            }
        }
    }
}
