using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PilotCity.Oversight.Verify;

/// <summary>
/// The answer to a question whose columns are read where they stand: a check of a million entries looks at every byte and keeps none. What a
/// column gives holds until the next row. A column of another type than is asked for says so: what was changed by hand often has one.
/// </summary>
internal abstract class Rows : IDisposable
{
    /// <summary>Whether there is a further row. Throws <see cref="DbException"/> where the database cannot be read.</summary>
    public abstract bool Read();

    public abstract bool Integer(int column, out long value);

    /// <summary>The text of a column as UTF-8.</summary>
    public abstract bool Text(int column, out ReadOnlySpan<byte> utf8);

    public abstract bool Bytes(int column, out ReadOnlySpan<byte> bytes);

    /// <summary>The column whatever it is, to be shown.</summary>
    public abstract object? Shown(int column);

    public abstract void Dispose();
}

/// <summary>Rows of a SQLite file through its own functions, which hand out a column without copying it.</summary>
[SuppressMessage("Reliability", "CA2213", Justification = "The connection is the snapshot's.")]
internal sealed class SqliteRows : Rows
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqliteRows(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        database = connection.Handle!;
        Must(raw.sqlite3_prepare_v2(database, sql, out statement));
        foreach (var (name, value) in parameters)
        {
            var place = raw.sqlite3_bind_parameter_index(statement, $"@{name}");
            Must(value is long number ? raw.sqlite3_bind_int64(statement, place, number) : raw.sqlite3_bind_text(statement, place, (string)value));
        }
    }

    public override bool Read()
    {
        var answer = raw.sqlite3_step(statement);
        if (answer is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Must(answer);
        }

        return answer == raw.SQLITE_ROW;
    }

    public override bool Integer(int column, out long value)
    {
        // The type is asked first: reading a column as another type changes what it says of itself.
        var asked = raw.sqlite3_column_type(statement, column) == raw.SQLITE_INTEGER;
        value = asked ? raw.sqlite3_column_int64(statement, column) : 0;
        return asked;
    }

    public override bool Text(int column, out ReadOnlySpan<byte> utf8) => Blob(column, raw.SQLITE_TEXT, out utf8);

    public override bool Bytes(int column, out ReadOnlySpan<byte> bytes) => Blob(column, raw.SQLITE_BLOB, out bytes);

    public override object? Shown(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public override void Dispose() => statement.Dispose();

    private bool Blob(int column, int type, out ReadOnlySpan<byte> bytes)
    {
        var asked = raw.sqlite3_column_type(statement, column) == type;
        bytes = asked ? raw.sqlite3_column_blob(statement, column) : default;
        return asked;
    }

    private void Must(int answer) => SqliteException.ThrowExceptionForRC(answer, database);
}

/// <summary>Rows of a PostgreSQL database.</summary>
internal sealed class PostgresRows(DbCommand command) : Rows
{
    private readonly DbDataReader reader = command.ExecuteReader();

    public override bool Read() => reader.Read();

    public override bool Integer(int column, out long value)
    {
        var asked = Is<long>(column);
        value = asked ? reader.GetInt64(column) : 0;
        return asked;
    }

    public override bool Text(int column, out ReadOnlySpan<byte> utf8) => Whole<string>(column, out utf8);

    public override bool Bytes(int column, out ReadOnlySpan<byte> bytes) => Whole<byte[]>(column, out bytes);

    public override object? Shown(int column) => reader.GetValue(column);

    public override void Dispose()
    {
        reader.Dispose();
        command.Dispose();
    }

    private bool Whole<T>(int column, out ReadOnlySpan<byte> bytes)
    {
        var asked = Is<T>(column);
        bytes = asked ? reader.GetFieldValue<byte[]>(column) : default;
        return asked;
    }

    private bool Is<T>(int column) => reader.GetFieldType(column) == typeof(T) && !reader.IsDBNull(column);
}
