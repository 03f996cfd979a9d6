namespace PilotCity.Oversight.Verify;

/// <summary>Looks whether the triggers are there that make the database refuse changes. Who means to change something takes them away first.</summary>
internal static class ProtectionCheck
{
    public static void Run(Snapshot snapshot, string service, IEnumerable<string> tables, Action<Finding> found)
    {
        var there = snapshot.Refusing().ToHashSet(StringComparer.Ordinal);
        foreach (var trigger in tables.SelectMany(snapshot.TriggersOf))
        {
            if (!there.Contains(trigger))
            {
                found(Finding.Of("log.unprotected", service, null, null, $"触发器 {trigger} 不在：有人拆除了防改保护", $"the trigger {trigger} is gone: somebody took the protection against changes away"));
                return;
            }
        }
    }
}
