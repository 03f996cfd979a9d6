namespace PilotCity.City.Demonstration;

/// <summary>The demonstration's calendar: it stands where the story puts it and runs on from there; timers are the machine's own.</summary>
internal sealed class SimulatedClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset setTo = start;
    private long setAt = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return setTo.ToUniversalTime() + System.GetElapsedTime(setAt);
        }
    }

    /// <summary>Goes on to this moment; a calendar does not go back.</summary>
    internal void GoTo(DateTimeOffset moment)
    {
        lock (gate)
        {
            var now = setTo.ToUniversalTime() + System.GetElapsedTime(setAt);
            (setTo, setAt) = (moment > now ? moment : now, System.GetTimestamp());
        }
    }
}
