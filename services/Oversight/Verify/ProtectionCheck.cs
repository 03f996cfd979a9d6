using Microsoft.Data.Sqlite;

namespace PilotCity.Oversight.Verify;

/// <summary>Looks whether the triggers are there that make the database refuse changes. Who means to change something takes them away first.</summary>
internal static class ProtectionCheck
{
    public static void Run(SqliteConnection connection, string service, IEnumerable<string> tables, Action<Finding> found)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            there.Add(reader.GetString(0));
        }

        foreach (var trigger in tables.SelectMany(t => new[] { $"{t}_no_update", $"{t}_no_delete" }))
        {
            if (!there.Contains(trigger))
            {
                found(Finding.Of("log.unprotected", service, null, null, $"触发器 {trigger} 不在：有人拆除了防改保护", $"the trigger {trigger} is gone: somebody took the protection against changes away"));
                return;
            }
        }
    }
}
