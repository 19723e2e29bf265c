using System.Collections.Immutable;

namespace Mdm.Fleet.Storage.Commit;

/// <summary>The index row of a key before and after a write: what does not differ is not written.</summary>
internal readonly record struct IndexChange(RecordKey Key, IndexRow? Before, IndexRow? After)
{
    /// <summary>What lists show and filter differs.</summary>
    public bool RowDiffers =>
        Before is null || After is null
            ? !ReferenceEquals(Before, After)
            : Before.Status != After.Status
                || Before.Search != After.Search
                || !Before.Summary.Span.SequenceEqual(After.Summary.Span)
                || !Tags(Before).SequenceEqual(Tags(After));

    public bool FactsDiffer => !(Before?.Facts ?? default).Span.SequenceEqual((After?.Facts ?? default).Span);

    public IEnumerable<string> TagsGone => Tags(Before).Except(Tags(After), StringComparer.Ordinal);

    public IEnumerable<string> TagsNew => Tags(After).Except(Tags(Before), StringComparer.Ordinal);

    private static ImmutableArray<string> Tags(IndexRow? row) => row is null || row.Tags.IsDefault ? [] : row.Tags;
}
