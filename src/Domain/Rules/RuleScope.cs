namespace Mdm.Fleet.Domain.Rules;

/// <summary>What a rule may speak of.</summary>
public enum RuleScope
{
    /// <summary>A dynamic user group: the person's attributes and user groups.</summary>
    UserGroup,

    /// <summary>A dynamic device group or a filter: the device's attributes and groups, and those of the person who holds it.</summary>
    Device,
}
