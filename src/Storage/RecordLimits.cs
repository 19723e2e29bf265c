using System.Collections.Immutable;
using System.Text;

namespace Mdm.Fleet.Storage;

/// <summary>What one write may hold. Beyond it, <see cref="ArgumentException"/>: a bound is a rule of the caller, not of the engine.</summary>
public static class RecordLimits
{
    public const int KindLengthMax = 32;
    public const int KeyLengthMax = 256;
    public const int BodyBytesMax = 4 * 1024 * 1024;
    public const int StatusLengthMax = 64;
    public const int SearchLengthMax = 4096;
    public const int SummaryBytesMax = 16 * 1024;
    public const int FactsBytesMax = 48 * 1024;
    public const int TagsMax = 64;
    public const int TagLengthMax = 320;
    public const int EventTypeLengthMax = 64;
    public const int EventBytesMax = 64 * 1024;
    public const int EventsPerWriteMax = 256;
    public const int DuePerWriteMax = 256;
    public const int ReasonLengthMax = 64;
    public const int PageRowsMax = 1000;
    public const int ScanRowsMax = 5000;

    internal static void Check(RecordWrite write)
    {
        Check(write.Key);
        ArgumentOutOfRangeException.ThrowIfNegative(write.ExpectedEtag);
        if (write.Body is { Length: > BodyBytesMax })
            throw new ArgumentException($"A record's body has more than {BodyBytesMax} bytes: {write.Key.Kind}/{write.Key.Key}.");
        if (write.Body is null && write.Index is not null)
            throw new ArgumentException("A cleared record has no index row.");
        if (write.Index is { } row)
            Check(row);
        CheckEvents(write.Events);
        if (write.Due is { IsDefault: false, Length: > DuePerWriteMax })
            throw new ArgumentException($"A write has more than {DuePerWriteMax} due changes.");
        if (!write.Due.IsDefault)
            foreach (var change in write.Due)
                Check(change);
    }

    internal static void Check(RecordKey key)
    {
        CheckName(key.Kind, KindLengthMax, "kind");
        CheckName(key.Key, KeyLengthMax, "key");
    }

    internal static void Check(DueChange change)
    {
        Check(change.Key);
        CheckName(change.Reason, ReasonLengthMax, "reason");
    }

    /// <summary>False for a key that no write could have stored: a read of it finds nothing.</summary>
    internal static bool CanExist(RecordKey key) => IsStorable(key.Kind) && IsStorable(key.Key);

    internal static bool CanMatch(IndexQuery query) =>
        IsStorable(query.Kind) && IsStorable(query.Status ?? "") && IsStorable(query.Tag ?? "") && IsStorable(query.After ?? "");

    /// <summary>False for a tag or key that no write could have stored.</summary>
    internal static bool CanMatch(string kind, string? key, string? tag) => IsStorable(kind) && IsStorable(key ?? "") && IsStorable(tag ?? "");

    internal static int CheckPage(int limit, int rowsMax = PageRowsMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, rowsMax);
        return limit;
    }

    /// <summary>Those of some keys that can exist.</summary>
    internal static IReadOnlyCollection<string> CheckKeys(IReadOnlyCollection<string> keys)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keys.Count, PageRowsMax);
        return keys.All(IsStorable) ? keys : [.. keys.Where(IsStorable)];
    }

    /// <summary>Text to search in or for: NUL, which PostgreSQL cannot store, and broken surrogates become spaces.</summary>
    internal static string Searchable(string text)
    {
        if (IsStorable(text))
            return text;
        var cleaned = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            cleaned.Append(rune.Value is 0 or 0xFFFD ? " " : rune.ToString());
        return cleaned.ToString();
    }

    private static void Check(IndexRow row)
    {
        CheckText(row.Status, StatusLengthMax, "status");
        if (row.Search.Length > SearchLengthMax)
            throw new ArgumentException($"An index row's search text has more than {SearchLengthMax} characters.");
        if (row.Summary.Length > SummaryBytesMax)
            throw new ArgumentException($"An index row's summary has more than {SummaryBytesMax} bytes.");
        if (row.Facts.Length > FactsBytesMax)
            throw new ArgumentException($"An index row's facts have more than {FactsBytesMax} bytes.");
        if (row.Tags.IsDefaultOrEmpty)
            return;
        if (row.Tags.Length > TagsMax)
            throw new ArgumentException($"An index row has more than {TagsMax} tags.");
        foreach (var tag in row.Tags)
        {
            CheckName(tag, TagLengthMax, "tag");
            if (tag.Any(char.IsControl))
                throw new ArgumentException("A tag holds a control character.");
        }
    }

    private static void CheckEvents(ImmutableArray<EventLine> events)
    {
        if (events.IsDefaultOrEmpty)
            return;
        if (events.Length > EventsPerWriteMax)
            throw new ArgumentException($"A write has more than {EventsPerWriteMax} events.");
        foreach (var line in events)
        {
            CheckName(line.Type, EventTypeLengthMax, "event type");
            Check(line.Subject);
            if (line.Data.Length > EventBytesMax)
                throw new ArgumentException($"An event has more than {EventBytesMax} bytes.");
        }
    }

    private static void CheckName(string text, int lengthMax, string what)
    {
        if (string.IsNullOrEmpty(text))
            throw new ArgumentException($"A {what} is empty.");
        CheckText(text, lengthMax, what);
    }

    private static void CheckText(string text, int lengthMax, string what)
    {
        if (text.Length > lengthMax)
            throw new ArgumentException($"A {what} has more than {lengthMax} characters.");
        if (!IsStorable(text))
            throw new ArgumentException($"A {what} holds a NUL or a broken surrogate.");
    }

    private static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
                return false;
            if (!char.IsHighSurrogate(text[i]))
                continue;
            i++;
            if (i == text.Length || !char.IsLowSurrogate(text[i]))
                return false;
        }

        return true;
    }
}
