using System.Collections;
using System.Text;

namespace Grpc.Core;

/// <summary>
/// Headers or trailers of a call, in order; a key may occur more than once. Keys are lower case.
/// A key that ends in <c>-bin</c> carries bytes, every other key carries ASCII text.
/// </summary>
public sealed class Metadata : IList<Metadata.Entry>
{
    /// <summary>The end of every key whose value is bytes.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries, for good: it refuses changes.</summary>
    public static readonly Metadata Empty = new(readOnly: true);

    private readonly List<Entry> _entries = [];
    private readonly bool _readOnly;

    /// <summary>No entries yet.</summary>
    public Metadata()
    {
    }

    private Metadata(bool readOnly) => _readOnly = readOnly;

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether changes are refused.</summary>
    public bool IsReadOnly => _readOnly;

    /// <summary>The entry at an index.</summary>
    public Entry this[int index]
    {
        get => _entries[index];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Writable()[index] = value;
        }
    }

    /// <summary>The last entry with this key, or null.</summary>
    public Entry? Get(string key) => _entries.FindLast(entry => entry.Key == key);

    /// <summary>The text of the last entry with this key, or null.</summary>
    /// <exception cref="InvalidOperationException">The entry carries bytes.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The bytes of the last entry with this key, or null.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>All entries with this key, in order.</summary>
    public IEnumerable<Entry> GetAll(string key)
    {
        foreach (var entry in _entries)
            if (entry.Key == key)
                yield return entry;
    }

    /// <summary>Appends an entry.</summary>
    public void Add(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Writable().Add(item);
    }

    /// <summary>Appends text.</summary>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Appends bytes.</summary>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <summary>Puts an entry before the one at the index.</summary>
    public void Insert(int index, Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Writable().Insert(index, item);
    }

    /// <summary>Removes the first occurrence of this entry.</summary>
    public bool Remove(Entry item) => Writable().Remove(item);

    /// <summary>Removes the entry at an index.</summary>
    public void RemoveAt(int index) => Writable().RemoveAt(index);

    /// <summary>Removes all entries.</summary>
    public void Clear() => Writable().Clear();

    /// <summary>Whether this very entry is here.</summary>
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <summary>The index of this very entry, or -1.</summary>
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <summary>Copies the entries into an array.</summary>
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <inheritdoc />
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Entry> Writable() =>
        _readOnly ? throw new InvalidOperationException("This metadata is read only.") : _entries;

    /// <summary>One header or trailer: a key with text, or a key ending in <c>-bin</c> with bytes.</summary>
    public class Entry
    {
        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>An entry of bytes; they are copied.</summary>
        /// <exception cref="ArgumentException">The key holds a character outside a–z, 0–9, <c>.</c>, <c>_</c>, <c>-</c>, or does not end in <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalised(key);
            if (!IsBinaryKey(Key))
                throw new ArgumentException($"The key \"{Key}\" must end in \"{BinaryHeaderSuffix}\" to carry bytes.", nameof(key));
            ArgumentNullException.ThrowIfNull(valueBytes);
            _bytes = (byte[])valueBytes.Clone();
        }

        /// <summary>An entry of text.</summary>
        /// <exception cref="ArgumentException">The key holds a character outside a–z, 0–9, <c>.</c>, <c>_</c>, <c>-</c>, or ends in <c>-bin</c>.</exception>
        public Entry(string key, string value)
        {
            Key = Normalised(key);
            if (IsBinaryKey(Key))
                throw new ArgumentException($"The key \"{Key}\" ends in \"{BinaryHeaderSuffix}\", so it carries bytes, not text.", nameof(key));
            ArgumentNullException.ThrowIfNull(value);
            _text = value;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => _text is null;

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The value is bytes.</exception>
        public string Value => _text
            ?? throw new InvalidOperationException($"The entry \"{Key}\" carries bytes; read them from {nameof(ValueBytes)}.");

        /// <summary>The bytes, or the ASCII bytes of the text; a fresh array at every call.</summary>
        public byte[] ValueBytes => _text is null ? (byte[])_bytes!.Clone() : Encoding.ASCII.GetBytes(_text);

        /// <inheritdoc />
        public override string ToString() => _text is null
            ? $"[Entry: key={Key}, valueBytes=[{Convert.ToHexString(_bytes!)}]]"
            : $"[Entry: key={Key}, value={_text}]";

        private static bool IsBinaryKey(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        private static string Normalised(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            var legal = lower.Length > 0;
            foreach (var c in lower)
                legal &= char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-';
            return legal
                ? lower
                : throw new ArgumentException($"\"{key}\" is no metadata key: it may hold only letters and digits of ASCII, '.', '_' and '-', at least one.", nameof(key));
        }
    }
}
