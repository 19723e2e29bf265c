using System.Collections.Immutable;

namespace Mdm.Fleet.Storage;

/// <summary>
/// What lists show and filter. <paramref name="Summary"/> is a small JSON object that a page shows as it is.
/// <paramref name="Tags"/> are exact-match handles ("owner:anna", "group:nurses", "token:…"), at most 64 of them.
/// <paramref name="Search"/> is lower-case text that a search looks into.
/// </summary>
public sealed record IndexRow(string Status, string Search, ReadOnlyMemory<byte> Summary, ImmutableArray<string> Tags);

/// <summary>A page of the index; <paramref name="Next"/> null = the end.</summary>
public sealed record IndexPage(ImmutableArray<IndexEntry> Rows, string? Next);

/// <summary>An index row with the key it stands for.</summary>
public sealed record IndexEntry(string Key, IndexRow Row);

/// <summary>Filters of a list; all that are set must hold. Limit 1 to 1,000.</summary>
public sealed record IndexQuery(string Kind, string? Status = null, string? Tag = null, string? Search = null, string? After = null, int Limit = 100);
