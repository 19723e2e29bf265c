using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>A page of a list; next null = the end.</summary>
public sealed record Listed<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Pages of the index as the API shows them: rows as stored, cursors opaque.</summary>
internal static class Lists
{
    public const int DefaultRows = 100;

    private const int WordsMax = 16;

    /// <summary>Pages of the index read for one page shown, where a filter is not the index's.</summary>
    private const int ReadsMax = 20;

    /// <exception cref="RefusalException">Not 1 to 1,000.</exception>
    public static int Limit(int? limit) => limit switch
    {
        null => DefaultRows,
        >= 1 and <= RecordLimits.PageRowsMax => limit.Value,
        _ => throw RefusalException.Field("limit", $"limit is 1 to {RecordLimits.PageRowsMax}."),
    };

    /// <exception cref="RefusalException">Not a cursor that a page gave.</exception>
    public static string? After(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        try
        {
            var after = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Base64Url.DecodeFromChars(cursor));
            return after.Length is > 0 and <= RecordLimits.KeyLengthMax && !after.Contains('\0', StringComparison.Ordinal)
                ? after
                : throw new FormatException();
        }
        catch (Exception wrong) when (wrong is FormatException or DecoderFallbackException)
        {
            throw RefusalException.Field("cursor", "The cursor is not one that a page gave as its next.");
        }
    }

    public static string? Cursor(string? after) => after is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(after));

    /// <summary>The words of a search, as the index holds them.</summary>
    public static ImmutableArray<string> Words(string? q) =>
        string.IsNullOrWhiteSpace(q) ? []
        : [.. q.ToLowerInvariant().Split((char[]?)null, WordsMax, StringSplitOptions.RemoveEmptyEntries).OrderByDescending(word => word.Length)];

    /// <summary>The filter for words beyond the one that the index takes; null = there are none.</summary>
    public static Func<IndexEntry, bool>? Holding(ImmutableArray<string> words) =>
        words.Length < 2 ? null : row => words.All(word => row.Row.Search.Contains(word, StringComparison.Ordinal));

    /// <summary>
    /// Rows that also pass a filter which is not the index's. A page may hold fewer rows than asked for although there are more, as
    /// reading is bounded; its next goes on.
    /// </summary>
    public static async Task<IndexPage> PageAsync(
        IRecordStore store, IndexQuery query, Func<IndexEntry, bool>? fits, CancellationToken cancellationToken)
    {
        if (fits is null)
            return await store.QueryAsync(query, cancellationToken);
        var found = ImmutableArray.CreateBuilder<IndexEntry>();
        var after = query.After;
        for (var reads = 0; reads < ReadsMax; reads++)
        {
            var page = await store.QueryAsync(query with { After = after, Limit = RecordLimits.PageRowsMax }, cancellationToken);
            foreach (var row in page.Rows.Where(fits))
            {
                if (found.Count == query.Limit)
                    return new IndexPage(found.ToImmutable(), found[^1].Key);
                found.Add(row);
            }

            after = page.Next;
            if (after is null)
                break;
        }

        return new IndexPage(found.ToImmutable(), after);
    }

    public static Listed<RawJson> Show(IndexPage page, params IEnumerable<RawJson> first) =>
        new([.. first, .. page.Rows.Select(row => new RawJson(row.Row.Summary))], Cursor(page.Next));
}
