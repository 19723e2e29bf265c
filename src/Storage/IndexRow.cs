using System.Collections.Immutable;

namespace Mdm.Fleet.Storage;

/// <summary>
/// What lists show and filter. <paramref name="Summary"/> is a small JSON object that a page shows as it is.
/// <paramref name="Tags"/> are exact-match handles ("owner:anna", "group:nurses", "token:…"), at most 64 of them.
/// <paramref name="Search"/> is lower-case text that a search looks into.
/// <paramref name="Facts"/> are bytes (at most 48 KB) for <see cref="IRecordStore.ScanAsync"/> alone: a row read otherwise has none.
/// </summary>
public sealed record IndexRow(
    string Status, string Search, ReadOnlyMemory<byte> Summary, ImmutableArray<string> Tags, ReadOnlyMemory<byte> Facts = default);

/// <summary>A page of the index; <paramref name="Next"/> null = the end.</summary>
public sealed record IndexPage(ImmutableArray<IndexEntry> Rows, string? Next);

/// <summary>An index row with the key it stands for.</summary>
public sealed record IndexEntry(string Key, IndexRow Row);

/// <summary>A page of a scan; <paramref name="Next"/> null = the end.</summary>
public sealed record ScanPage(ImmutableArray<ScanRow> Rows, string? Next);

/// <summary>What a scan reads of an index row. <paramref name="Summary"/> is null where it was not asked for.</summary>
public readonly record struct ScanRow(string Key, string Status, ReadOnlyMemory<byte> Facts, ReadOnlyMemory<byte>? Summary = null);

/// <summary>Filters of a list; all that are set must hold. Limit 1 to 1,000.</summary>
public sealed record IndexQuery(string Kind, string? Status = null, string? Tag = null, string? Search = null, string? After = null, int Limit = 100);
