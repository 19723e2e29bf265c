using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>The attributes and groups that a rule asks for.</summary>
public sealed record RuleUses(ImmutableHashSet<AttributeId> Attributes, ImmutableHashSet<GroupId> UserGroups, ImmutableHashSet<GroupId> DeviceGroups)
{
    public static RuleUses None { get; } = new([], [], []);

    public static RuleUses Of(Rule rule) => Add(None, rule);

    private static RuleUses Add(RuleUses uses, Rule rule) => rule switch
    {
        Rule.AllOf all => all.Rules.Aggregate(uses, Add),
        Rule.AnyOf any => any.Rules.Aggregate(uses, Add),
        Rule.Not not => Add(uses, not.Inner),
        Rule.Compare compare => uses with { Attributes = uses.Attributes.Add(compare.Attribute) },
        Rule.InUserGroup user => uses with { UserGroups = uses.UserGroups.Add(user.Group) },
        Rule.InDeviceGroup device => uses with { DeviceGroups = uses.DeviceGroups.Add(device.Group) },
        _ => throw new InvalidOperationException("Rule is a closed family."),
    };
}
