using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>One value of a property list, held whole. A closed family; compared by content.</summary>
public abstract record PlistValue
{
    private PlistValue()
    {
    }

    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator PlistValue?(string? value) => value is null ? null : new String(value);

    public static implicit operator PlistValue(long value) => new Integer(value);

    public static implicit operator PlistValue(bool value) => new Bool(value);

    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator PlistValue?(byte[]? value) => value is null ? null : new Data(value);

    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator PlistValue?(ReadOnlyMemory<byte>? value) => value is { } bytes ? new Data(bytes) : null;

    public static implicit operator PlistValue(double value) => new Real(value);

    public static implicit operator PlistValue(DateTimeOffset value) => new Date(value);

    /// <summary>Reads an XML or binary property list whole.</summary>
    /// <exception cref="PlistException">The bytes are not acceptable.</exception>
    public static PlistValue Read(ReadOnlySpan<byte> bytes) => BinaryPlist.IsBinary(bytes) ? BinaryPlist.Read(bytes) : PlistTree.Read(bytes);

    /// <summary>The value as an XML property list.</summary>
    public byte[] ToXml() => PlistWriter.ToArray(this);

    /// <summary>Text.</summary>
    public sealed record String(string Value) : PlistValue;

    /// <summary>A whole number between the least long and the greatest ulong.</summary>
    public sealed record Integer(Int128 Value) : PlistValue
    {
        public Int128 Value { get; } = Value >= long.MinValue && Value <= ulong.MaxValue
            ? Value
            : throw new ArgumentOutOfRangeException(nameof(Value));
    }

    public sealed record Real(double Value) : PlistValue;

    public sealed record Bool(bool Value) : PlistValue;

    /// <summary>An instant; written in whole seconds UTC.</summary>
    public sealed record Date(DateTimeOffset Value) : PlistValue;

    /// <summary>A date that does not exist, such as a leap second: kept as it came, so that one bad value does not spoil a message.</summary>
    public sealed record InvalidDate(string Text) : PlistValue;

    public sealed record Data(ReadOnlyMemory<byte> Value) : PlistValue
    {
        public bool Equals(Data? other) => other is not null && Value.Span.SequenceEqual(other.Value.Span);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(Value.Span);
            return hash.ToHashCode();
        }
    }

    public sealed record Array(ImmutableArray<PlistValue> Items) : PlistValue
    {
        public static Array Of(params ReadOnlySpan<PlistValue> items) => new([.. items]);

        public bool Equals(Array? other) => other is not null && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

        public override int GetHashCode() => Items.Length;
    }

    /// <summary>Keys with values; the order is kept for writing and does not count for equality.</summary>
    public sealed record Dict : PlistValue
    {
        private readonly PlistEntries _entries;

        internal Dict(PlistEntries entries) => _entries = entries;

        /// <exception cref="ArgumentException">A key occurs twice.</exception>
        public Dict(params IEnumerable<KeyValuePair<string, PlistValue>> entries)
            : this(PlistEntries.Distinct(entries))
        {
        }

        public static Dict Empty { get; } = new();

        public IReadOnlyList<KeyValuePair<string, PlistValue>> Entries => _entries;

        public int Count => _entries.Count;

        /// <summary>The value of a key, or null.</summary>
        public PlistValue? this[string key] => _entries.Find(key);

        /// <summary>A dictionary of the pairs whose value is not null.</summary>
        public static Dict Of(params ReadOnlySpan<(string Key, PlistValue? Value)> entries)
        {
            var all = new List<KeyValuePair<string, PlistValue>>(entries.Length);
            foreach (var (key, value) in entries)
                if (value is not null)
                    all.Add(KeyValuePair.Create(key, value));
            return new Dict(all);
        }

        /// <summary>The same with one key set.</summary>
        public Dict With(string key, PlistValue value) => this[key] is null
            ? new Dict([.. _entries, KeyValuePair.Create(key, value)])
            : new Dict(_entries.Select(e => e.Key == key ? KeyValuePair.Create(key, value) : e));

        /// <summary>The same without a key.</summary>
        public Dict Without(string key) => new(_entries.Where(e => e.Key != key));

        public string? GetString(string key) => (this[key] as String)?.Value;

        public bool? GetBool(string key) => (this[key] as Bool)?.Value;

        /// <summary>Null when absent, no integer, or out of range.</summary>
        public long? GetInt64(string key) => this[key] is Integer { Value: var n } && n <= long.MaxValue ? (long)n : null;

        public ReadOnlyMemory<byte>? GetData(string key) => (this[key] as Data)?.Value;

        public Dict? GetDict(string key) => this[key] as Dict;

        public ImmutableArray<PlistValue> GetArray(string key) => (this[key] as Array)?.Items ?? [];

        public bool Equals(Dict? other) =>
            other is not null && Count == other.Count && _entries.All(e => e.Value.Equals(other[e.Key]));

        public override int GetHashCode() => Count;
    }
}
