namespace PilotCity.Defaults.Log;

/// <summary>One column of an <see cref="Insert{TRow}"/> and its value in a row: text, an 8-byte integer, or bytes.</summary>
public abstract class InsertColumn<TRow>
{
    private protected InsertColumn(string name) => Name = name;

    public string Name { get; }

    internal sealed class Text(string name, Func<TRow, string?> value) : InsertColumn<TRow>(name)
    {
        public Func<TRow, string?> Value => value;
    }

    internal sealed class Number(string name, Func<TRow, long> value) : InsertColumn<TRow>(name)
    {
        public Func<TRow, long> Value => value;
    }

    internal sealed class Bytes(string name, Func<TRow, byte[]?> value) : InsertColumn<TRow>(name)
    {
        public Func<TRow, byte[]?> Value => value;
    }
}

/// <summary>
/// How rows go into one table, many at a time, as fast as the database takes them. Made once per table; its names become SQL and come
/// from the source code alone.
/// </summary>
public sealed class Insert<TRow>
{
    private readonly List<InsertColumn<TRow>> columns = [];

    /// <summary>Rows that are new: a key that is there is a fault of the caller.</summary>
    public Insert(string table) => Table = table;

    public string Table { get; }

    internal IReadOnlyList<InsertColumn<TRow>> Columns => columns;

    /// <summary>What follows the values where a row with the same key may be there; empty where there is none.</summary>
    internal string Conflict { get; private init; } = string.Empty;

    internal string Names => string.Join(", ", Columns.Select(c => $"\"{c.Name}\""));

    public Insert<TRow> Text(string name, Func<TRow, string?> value) => With(new InsertColumn<TRow>.Text(name, value));

    public Insert<TRow> Number(string name, Func<TRow, long> value) => With(new InsertColumn<TRow>.Number(name, value));

    public Insert<TRow> Bytes(string name, Func<TRow, byte[]?> value) => With(new InsertColumn<TRow>.Bytes(name, value));

    /// <summary>The same, and a row whose key is there already is left as it is.</summary>
    public Insert<TRow> OrLeave(params string[] key) => On(key, "NOTHING");

    /// <summary>The same, and a row whose key is there already becomes the new one; a key comes once in one call.</summary>
    public Insert<TRow> OrReplace(params string[] key) =>
        On(key, $"UPDATE SET {string.Join(", ", Columns.Where(c => !key.Contains(c.Name)).Select(c => $"\"{c.Name}\" = excluded.\"{c.Name}\""))}");

    private Insert<TRow> With(InsertColumn<TRow> column)
    {
        columns.Add(column);
        return this;
    }

    private Insert<TRow> On(string[] key, string what)
    {
        var other = new Insert<TRow>(Table) { Conflict = $" ON CONFLICT ({string.Join(", ", key.Select(n => $"\"{n}\""))}) DO {what}" };
        other.columns.AddRange(columns);
        return other;
    }
}
