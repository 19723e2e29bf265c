using System.Collections;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>The entries of a dictionary in their order; few are searched one by one, many by an index made at the first look-up.</summary>
internal sealed class PlistEntries(KeyValuePair<string, PlistValue>[] entries) : IReadOnlyList<KeyValuePair<string, PlistValue>>
{
    private const int SearchedMax = 8;

    private Dictionary<string, PlistValue>? _index;

    public int Count => entries.Length;

    public KeyValuePair<string, PlistValue> this[int index] => entries[index];

    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    public static PlistEntries Distinct(IEnumerable<KeyValuePair<string, PlistValue>> entries)
    {
        var all = new PlistEntries([.. entries]);
        if (all.Count > 1)
            all._index = new Dictionary<string, PlistValue>(all, StringComparer.Ordinal);
        return all;
    }

    public PlistValue? Find(string key)
    {
        if (entries.Length > SearchedMax)
            return (_index ??= new Dictionary<string, PlistValue>(this, StringComparer.Ordinal)).GetValueOrDefault(key);
        foreach (var entry in entries)
            if (entry.Key == key)
                return entry.Value;
        return null;
    }

    public IEnumerator<KeyValuePair<string, PlistValue>> GetEnumerator() => entries.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
