using System.Collections.Immutable;

namespace Mdm.Fleet.Domain.Attributes;

/// <summary>The values of one person or device: few, so that looking through them is quick.</summary>
public static class AttributeValues
{
    /// <summary>Null = it has none.</summary>
    public static string? Find(ImmutableArray<AttributeValue> values, AttributeId attribute)
    {
        foreach (var value in values)
        {
            if (value.Id == attribute)
                return value.Text;
        }

        return null;
    }

    /// <summary>With one value set, or taken away (null); ordered by id, so that equal sets are equal.</summary>
    public static ImmutableArray<AttributeValue> With(ImmutableArray<AttributeValue> values, AttributeId attribute, string? text)
    {
        var others = values.RemoveAll(value => value.Id == attribute);
        return text is null or "" ? others : [.. others.Add(new AttributeValue(attribute, text)).OrderBy(value => value.Id.Value, StringComparer.Ordinal)];
    }

    /// <summary>With some values set; an empty one is taken away. All others stay.</summary>
    public static ImmutableArray<AttributeValue> With(ImmutableArray<AttributeValue> values, ImmutableArray<AttributeValue> changes) =>
        changes.Aggregate(values, (all, change) => With(all, change.Id, change.Text));
}
