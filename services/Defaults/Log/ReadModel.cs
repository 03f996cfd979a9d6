using System.Globalization;
using System.Text.Json;
using Dapper;

namespace PilotCity.Defaults.Log;

/// <summary>
/// One column of a list: its name (camelCase, as filters and CSV headings say it), the Chinese heading, and its value from the state.
/// Values are text, whole numbers or nothing; <see cref="Money"/>, days, instants, enums and booleans become text.
/// A column of <paramref name="Several"/> texts (ids, codes) holds them as <c>|a|b|</c>: a filter finds the row by any of them.
/// </summary>
public sealed record Column<TState>(string Name, string TitleZh, Func<TState, object?> Value, bool Several = false);

/// <summary>
/// A table of one noun for lists: a row per stream, made from the stream's state in the same transaction as its entries.
/// It can be dropped and rebuilt from the log at any time; a changed definition is rebuilt at the next start.
/// </summary>
public sealed class ReadModel<TState> : ReadModel
    where TState : class
{
    private readonly Func<TState, object?> body;
    private readonly Column<TState>[] columns;

    /// <param name="name">Table name without its prefix, e.g. <c>award</c>.</param>
    /// <param name="body">The row as a list shows it, or null where the stream is not shown.</param>
    /// <param name="version">Raise it when <paramref name="body"/> or a column's value changes, so that the table is rebuilt.</param>
    public ReadModel(string name, int version, Noun<TState> noun, Func<TState, object?> body, params Column<TState>[] columns)
        : base(name, version, noun, [.. columns.Select(c => (c.Name, c.TitleZh))], columns.Where(c => c.Several).Select(c => c.Name))
    {
        this.body = body;
        this.columns = columns;
    }

    internal override ReadModelRow? Row(string city, string id, object state, long position)
    {
        var typed = (TState)state;
        if (body(typed) is not { } shown)
        {
            return null;
        }

        var values = new string?[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            values[i] = Plain(columns[i].Value(typed));
        }

        return new(city, id, position, JsonSerializer.Serialize(shown, shown.GetType(), Json.Lenient), values);
    }

    private static string? Plain(object? value) => value switch
    {
        null => null,
        string text => text,
        IEnumerable<string> several => string.Concat(several.Select((one, i) => i == 0 ? $"|{one}|" : $"{one}|")),
        bool yes => yes ? "true" : "false",
        Enum word => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString()),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}

/// <summary>A read model without its state's type.</summary>
public abstract class ReadModel
{
    private readonly HashSet<string> several;
    private readonly Insert<ReadModelRow> fill;
    private readonly Insert<ReadModelRow> replace;

    private protected ReadModel(string name, int version, Noun noun, (string Name, string TitleZh)[] columns, IEnumerable<string> several)
    {
        this.several = new HashSet<string>(several, StringComparer.Ordinal);

        // Names become SQL identifiers: they come from the source code, and only in this shape.
        foreach (var identifier in columns.Select(c => c.Name).Prepend(name))
        {
            if (identifier.Length is 0 or > 40 || !identifier.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                throw new ArgumentException($"'{identifier}' cannot be the name of a table or column", nameof(name));
            }
        }

        Name = name;
        Noun = noun;
        Columns = columns;
        Definition = $"{version}:{string.Join(',', columns.Select(c => c.Name))}";
        fill = new Insert<ReadModelRow>(Table).Text("city", r => r.City).Text("id", r => r.Id).Number("position", r => r.Position).Text("body", r => r.Body);
        for (var i = 0; i < columns.Length; i++)
        {
            var n = i;
            fill.Text(columns[i].Name, r => r.Values[n]);
        }

        replace = fill.OrReplace("city", "id");
    }

    public string Name { get; }

    public Noun Noun { get; }

    public IReadOnlyList<(string Name, string TitleZh)> Columns { get; }

    internal bool HoldsSeveral(string column) => several.Contains(column);

    internal string Table => $"rm_{Name}";

    internal string Definition { get; }

    /// <summary>A state's row as the table holds it, or null where it has none.</summary>
    internal abstract ReadModelRow? Row(string city, string id, object state, long position);

    internal string CreateTable =>
        $"CREATE TABLE {Table} (city TEXT NOT NULL, id TEXT NOT NULL, position BIGINT NOT NULL, body TEXT NOT NULL{string.Concat(Columns.Select(c => $", \"{c.Name}\" TEXT"))}, PRIMARY KEY (city, id))";

    /// <summary>Once the rows are in: an index that is made of all of them at once costs a fraction of one that grows row by row.</summary>
    internal IEnumerable<string> CreateIndexes => Columns.Select(c => $"CREATE INDEX \"{Table}_{c.Name}\" ON {Table} (city, \"{c.Name}\", id)");

    /// <summary>The rows of states that changed, in the transaction that changed them.</summary>
    internal async Task Write(LogTransaction transaction, IEnumerable<(string Id, object State, long Position)> states, CancellationToken ct)
    {
        var rows = new List<ReadModelRow>();
        var gone = new List<string>();
        foreach (var (id, state, position) in states)
        {
            if (Row(transaction.City, id, state, position) is { } row)
            {
                rows.Add(row);
            }
            else
            {
                gone.Add(id);
            }
        }

        await transaction.Database.InsertMany(transaction, replace, rows, ct);
        if (gone.Count > 0)
        {
            await transaction.Connection.ExecuteAsync(new CommandDefinition(
                $"DELETE FROM {Table} WHERE city = @City AND {transaction.Database.In("id", "@ids")}",
                new { transaction.City, ids = transaction.Database.List(gone) },
                transaction.Transaction,
                cancellationToken: ct));
        }
    }

    /// <summary>Rows of a city that has none in the table: a rebuild.</summary>
    internal Task Fill(LogTransaction transaction, IReadOnlyList<ReadModelRow> rows, CancellationToken ct) =>
        transaction.Database.InsertMany(transaction, fill, rows, ct);
}

/// <summary>One row of a read model's table.</summary>
internal sealed record ReadModelRow(string City, string Id, long Position, string Body, string?[] Values);

/// <summary>One row of a list: the id, the body as JSON text, and the columns in the model's order.</summary>
public sealed record ListedRow(string Id, string Body, IReadOnlyList<string?> Columns);

/// <summary>What of a list is asked: column = value conditions, text that a column contains, and where to go on.</summary>
public sealed record ListQuery(
    IReadOnlyList<(string Column, IReadOnlyList<string> Values)> Where,
    (string Text, IReadOnlyList<string> Columns)? Contains = null,
    string? After = null,
    int Limit = ListQuery.LimitMax)
{
    /// <summary>Rows a page may hold: a page of them renders at once and costs the database nothing that others feel.</summary>
    public const int LimitMax = 200;
}
