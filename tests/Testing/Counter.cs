using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Testing;

/// <summary>The smallest noun that has a rule: a count that may not go below zero.</summary>
public sealed record Counter(long Count, int Events)
{
    public static readonly Counter Nothing = new(0, 0);

    public static readonly Noun<Counter> Noun = new("counter", Nothing, Apply, typeof(CounterMoved), typeof(CounterNoted));

    public static readonly ReadModel<Counter> List = new(
        "counter", 1, Noun, c => new { c.Count, c.Events }, new Column<Counter>("count", "计数", c => c.Count), new Column<Counter>("sign", "正负", c => c.Count > 0 ? "positive" : "zero"));

    public static readonly Fault BelowZero = new(FaultKind.Refused, "counter.below_zero", new Text("计数不能为负。", "A count is not below zero."));

    public static readonly Actor Somebody = new(Role.BureauOfficer, "u-1", "350800");

    public static Command Move(string id, long by, Guid? commandId = null, string city = "350800", byte[]? input = null) => new()
    {
        City = city,
        Id = commandId ?? Guid.NewGuid(),
        Actor = Somebody,
        Input = input ?? BitConverter.GetBytes(by),
        Streams = [Noun.StreamOf(id)],
        Decide = (streams, _) => streams.Get(Noun, id).Count + by < 0
            ? BelowZero
            : Decision.Accept(Noun.StreamOf(id), new CounterMoved(by)).Answering($"/counters/{id}", new { count = streams.Get(Noun, id).Count + by }),
    };

    private static Counter Apply(Counter counter, object happened, EventMeta meta) => happened switch
    {
        CounterMoved e => new(counter.Count + e.By, counter.Events + 1),
        CounterNoted => counter with { Events = counter.Events + 1 },
        _ => throw new InvalidOperationException($"a counter knows no {happened.GetType().Name}"),
    };
}

public sealed record CounterMoved(long By);

public sealed record CounterNoted(PersonalRef? Who, string? Text = null);
