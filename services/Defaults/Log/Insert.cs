namespace PilotCity.Defaults.Log;

/// <summary>What a column holds, in words that both databases have: text, 8-byte integers, bytes.</summary>
public enum ColumnKind
{
    Text,
    Number,
    Bytes,
}

/// <summary>One column of an <see cref="Insert"/>.</summary>
public readonly record struct InsertColumn(string Name, ColumnKind Kind);

/// <summary>
/// How rows go into one table, many at a time, as fast as the database takes them. Made once per table from names in the source code;
/// values are <see cref="string"/>, <see cref="long"/>, <c>byte[]</c> or null, in the columns' order.
/// </summary>
public sealed class Insert
{
    private Insert(string table, InsertColumn[] columns, string conflict)
    {
        Table = table;
        Columns = columns;
        Conflict = conflict;
    }

    public string Table { get; }

    public IReadOnlyList<InsertColumn> Columns { get; }

    /// <summary>What follows the values where a row with the same key may be there; empty where there is none.</summary>
    internal string Conflict { get; }

    internal string Names => string.Join(", ", Columns.Select(c => $"\"{c.Name}\""));

    /// <summary>Rows that are new: a key that is there is a fault of the caller.</summary>
    public static Insert Into(string table, params InsertColumn[] columns) => new(table, columns, string.Empty);

    public static InsertColumn Text(string name) => new(name, ColumnKind.Text);

    public static InsertColumn Number(string name) => new(name, ColumnKind.Number);

    public static InsertColumn Bytes(string name) => new(name, ColumnKind.Bytes);

    /// <summary>The same, and a row whose key is there already is left as it is.</summary>
    public Insert OrLeave(params string[] key) => new(Table, [.. Columns], $" ON CONFLICT ({Quoted(key)}) DO NOTHING");

    /// <summary>The same, and a row whose key is there already becomes the new one; a key comes once in one call.</summary>
    public Insert OrReplace(params string[] key) => new(
        Table, [.. Columns],
        $" ON CONFLICT ({Quoted(key)}) DO UPDATE SET {string.Join(", ", Columns.Where(c => !key.Contains(c.Name)).Select(c => $"\"{c.Name}\" = excluded.\"{c.Name}\""))}");

    private static string Quoted(string[] names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}
