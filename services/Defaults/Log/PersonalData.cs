using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace PilotCity.Defaults.Log;

/// <summary>
/// Stands in a payload where personal data (names of natural persons, phones, accounts) would stand: a reference into the side table,
/// and SHA-256 over a secret salt and the value, so that the value can be proven later and cannot be guessed from the log.
/// </summary>
public sealed record PersonalRef(string Ref, string Hash);

/// <summary>A personal value under its subject's key, ready to be kept beside the entry that refers to it.</summary>
public sealed record SealedDatum(string Ref, string Subject, byte[] Bytes);

/// <summary>One value of one subject, e.g. subject <c>enterprise/91350825MAW5MTJ0XQ/contact</c>.</summary>
public readonly record struct PersonalDatum(string Subject, string Value);

/// <summary>
/// The side table of personal data (programme.md Q13). Every subject has its own AES-256-GCM key; destroying the key makes the data
/// unreadable and breaks no proof, because the log holds references and salted hashes only.
/// </summary>
public sealed class PersonalData(LogDatabase database)
{
    private const int SaltBytes = 16;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Bound of one value: an address is the longest that is meant.</summary>
    public const int ValueBytesMax = 2_048;

    private static readonly Insert<(string City, SealedDatum Datum)> InsertDatum = new Insert<(string City, SealedDatum Datum)>("personal_data")
        .Text("city", r => r.City)
        .Text("ref", r => r.Datum.Ref)
        .Text("subject", r => r.Datum.Subject)
        .Bytes("sealed", r => r.Datum.Bytes);

    private static readonly Insert<(string City, string Subject, byte[] Key)> InsertKey = new Insert<(string City, string Subject, byte[] Key)>("personal_key")
        .Text("city", r => r.City)
        .Text("subject", r => r.Subject)
        .Bytes("key", r => r.Key)
        .OrLeave("city", "subject");

    /// <summary>Seals values for a command; the rows go in its <see cref="Command.Personal"/>, the references into its events.</summary>
    public async Task<(IReadOnlyList<PersonalRef> Refs, IReadOnlyList<SealedDatum> Rows)> Seal(
        string city, IReadOnlyList<PersonalDatum> values, CancellationToken ct)
    {
        var keys = await Keys(city, values.Select(v => v.Subject).Distinct(StringComparer.Ordinal).ToArray(), ct);
        var refs = new PersonalRef[values.Count];
        var rows = new SealedDatum[values.Count];
        for (var i = 0; i < values.Count; i++)
        {
            var value = Encoding.UTF8.GetBytes(values[i].Value);
            if (value.Length > ValueBytesMax)
            {
                throw new ArgumentException($"a personal value is longer than {ValueBytesMax} bytes", nameof(values));
            }

            var plain = new byte[SaltBytes + value.Length];
            RandomNumberGenerator.Fill(plain.AsSpan(0, SaltBytes));
            value.CopyTo(plain, SaltBytes);
            var reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            var bytes = new byte[NonceBytes + TagBytes + plain.Length];
            RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
            using var aes = new AesGcm(keys[values[i].Subject], TagBytes);
            aes.Encrypt(bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(reference));
            refs[i] = new PersonalRef(reference, Convert.ToHexStringLower(SHA256.HashData(plain)));
            rows[i] = new SealedDatum(reference, values[i].Subject, bytes);
        }

        return (refs, rows);
    }

    /// <summary>Opens a reference; null where the subject's key or the row has been destroyed.</summary>
    public async Task<string?> Open(string city, PersonalRef reference, CancellationToken ct) =>
        (await Open(city, [reference], ct)).GetValueOrDefault(reference.Ref);

    /// <summary>Opens references in one question; what was destroyed is not among the values.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Open(string city, IReadOnlyCollection<PersonalRef> references, CancellationToken ct)
    {
        await using var connection = await database.Connect(ct);
        var rows = await connection.QueryAsync<(string Ref, byte[] Sealed, byte[] Key)>(new CommandDefinition(
            "SELECT d.ref, d.sealed, k.key FROM personal_data d JOIN personal_key k ON k.city = d.city AND k.subject = d.subject "
            + $"WHERE d.city = @city AND {database.In("d.ref", "@refs")}",
            new { city, refs = database.List([.. references.Select(r => r.Ref)]) }, cancellationToken: ct));
        var opened = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (reference, bytes, key) in rows)
        {
            if (Plain(reference, bytes, key) is { } value)
            {
                opened[reference] = value;
            }
        }

        return opened;
    }

    private static string? Plain(string reference, byte[] bytes, byte[] key)
    {
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(reference));
        }
        catch (AuthenticationTagMismatchException)
        {
            // Sealed under a key that was destroyed; the subject has another one since.
            return null;
        }

        return Encoding.UTF8.GetString(plain, SaltBytes, plain.Length - SaltBytes);
    }

    /// <summary>Whether anything is held under a subject.</summary>
    public async Task<bool> Holds(string city, string subject, CancellationToken ct)
    {
        await using var connection = await database.Connect(ct);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM personal_key WHERE city = @city AND subject = @subject", new { city, subject }, cancellationToken: ct)) > 0;
    }

    /// <summary>The first subjects, by name, that have this id among their parts; no values.</summary>
    public async Task<IReadOnlyList<string>> SubjectsOf(string city, string id, int limit, CancellationToken ct)
    {
        await using var connection = await database.Connect(ct);
        var found = new List<string>();
        await foreach (var subject in connection.QueryUnbufferedAsync<string>("SELECT subject FROM personal_key WHERE city = @city ORDER BY subject", new { city }).WithCancellation(ct))
        {
            if (subject.Split('/').Contains(id, StringComparer.Ordinal))
            {
                found.Add(subject);
            }

            if (found.Count == limit)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Destroys keys and what they sealed: the values can never be read again, here or from any copy of the sealed rows.</summary>
    internal static async Task Destroy(LogTransaction transaction, IReadOnlyList<string> subjects, CancellationToken ct)
    {
        if (subjects.Count == 0)
        {
            return;
        }

        var of = new { city = transaction.City, subjects = transaction.Database.List(subjects) };
        foreach (var table in new[] { "personal_key", "personal_data" })
        {
            await transaction.Connection.ExecuteAsync(new CommandDefinition(
                $"DELETE FROM {table} WHERE city = @city AND {transaction.Database.In("subject", "@subjects")}", of, transaction.Transaction, cancellationToken: ct));
        }
    }

    internal static Task Keep(LogTransaction transaction, IReadOnlyList<SealedDatum> rows, CancellationToken ct) =>
        transaction.Database.InsertMany(
            transaction,
            InsertDatum,
            [.. rows.Select(r => (transaction.City, r))],
            ct);

    private async Task<Dictionary<string, byte[]>> Keys(string city, string[] subjects, CancellationToken ct)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using (var connection = await database.Connect(ct))
        {
            await Add(connection, null);
        }

        var missing = subjects.Where(s => !found.ContainsKey(s)).ToArray();
        if (missing.Length > 0)
        {
            await using var transaction = await database.BeginWrite(city, ct);
            await database.InsertMany(
                transaction,
                InsertKey,
                [.. missing.Select(s => (city, s, RandomNumberGenerator.GetBytes(32)))],
                ct);
            await Add(transaction.Connection, transaction.Transaction);
            await transaction.Commit(ct);
        }

        return found;

        async Task Add(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction? within)
        {
            foreach (var (subject, key) in await connection.QueryAsync<(string, byte[])>(new CommandDefinition(
                $"SELECT subject, key FROM personal_key WHERE city = @city AND {database.In("subject", "@subjects")}",
                new { city, subjects = database.List(subjects) }, within, cancellationToken: ct)))
            {
                found[subject] = key;
            }
        }
    }
}
