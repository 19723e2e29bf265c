using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mdm.Fleet.Domain.Attributes;

/// <summary>The built-in attributes and those of a catalog revision, found by id and by name (case ignored).</summary>
public sealed class AttributeTable
{
    private readonly FrozenDictionary<string, AttributeDefinition> _byName;
    private readonly FrozenDictionary<string, AttributeDefinition> _byId;

    public AttributeTable(ImmutableArray<AttributeDefinition> custom)
    {
        All = [.. BuiltInAttributes.All, .. custom];
        _byName = All.ToFrozenDictionary(attribute => attribute.Name, StringComparer.OrdinalIgnoreCase);
        _byId = All.ToFrozenDictionary(attribute => attribute.Id.Value, StringComparer.Ordinal);
    }

    /// <summary>Only what is built in.</summary>
    public static AttributeTable BuiltIn { get; } = new([]);

    public ImmutableArray<AttributeDefinition> All { get; }

    public AttributeDefinition? Named(string name) => _byName.GetValueOrDefault(name);

    public AttributeDefinition? Find(AttributeId id) => _byId.GetValueOrDefault(id.Value);
}
