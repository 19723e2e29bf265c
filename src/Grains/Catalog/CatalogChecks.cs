using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Records;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>What speaks against a change of groups or attributes; null = nothing.</summary>
public static class CatalogChecks
{
    public const int AttributesMax = 256;

    /// <summary>Entries of user settings.</summary>
    public const int SettingsMax = 256;

    /// <summary>Groups of a kind.</summary>
    public const int GroupsMax = 2_000;

    /// <summary>Groups whose rules ask one for the other in a row: with rules as deep as they may be, evaluation stays far from the stack's end.</summary>
    public const int ChainMax = 32;

    /// <summary>A stored record is smaller than 4 MiB, with room for the outbox.</summary>
    private const int BytesMax = 3_500_000;

    public static PublishReply? OnGroup(CatalogSnapshot next, GroupRef group, Rule? rule, Group? old)
    {
        if (old is not null && rule is null != old.Rule is null)
            return Refuse(PublishFault.Fixed, $"Whether {group} is static or has a rule can't be changed: make another group.");
        if (next.UserGroups.Length > GroupsMax || next.DeviceGroups.Length > GroupsMax)
            return Refuse(PublishFault.TooMany, $"There are {GroupsMax} groups of this kind already.");
        if (rule is not null && Fault(rule, next, group.OfDevices ? RuleScope.Device : RuleScope.UserGroup) is { } unknown)
            return Refuse(PublishFault.Unknown, unknown);
        return rule is null ? null : OnGraph(new GroupGraph(next));
    }

    /// <summary>Refused where the record is larger than what is stored.</summary>
    public static PublishReply? OnSize(CatalogRecord record) =>
        JsonSerializer.SerializeToUtf8Bytes(record, GrainsJson.Default.CatalogRecord).Length > BytesMax
            ? Refuse(PublishFault.TooMany, "All rules together are larger than what is stored: shorten some.")
            : null;

    public static PublishReply? OnRemoval(CatalogSnapshot catalog, GroupRef group)
    {
        var users = new GroupGraph(catalog).UsersOf(group).Select(user => user.ToString())
            .Concat(ItemsWhoseFilter(catalog, uses => (group.OfDevices ? uses.DeviceGroups : uses.UserGroups).Contains(group.Id)))
            .Concat(catalog.Items.Where(item => item.Distributions.Any(distribution => Excepts(distribution, group))).Select(item => $"the exceptions of {item.Id}"))
            .Concat(catalog.Settings.Where(entry => !group.OfDevices && entry.UserGroups.Contains(group.Id)).Select(entry => $"the user settings {entry.Id}"));
        return InUse($"The {group}", users);
    }

    public static PublishReply? OnAttribute(CatalogSnapshot catalog, AttributeDefinition attribute)
    {
        if (catalog.Compiled.Attributes.Named(attribute.Name) is { } named && named.Id != attribute.Id)
            return Refuse(PublishFault.Taken, $"There is an attribute {named.Name} already.");
        if (catalog.Compiled.Attributes.Find(attribute.Id) is { } old && (old.BuiltIn || old.Scope != attribute.Scope || old.Type != attribute.Type))
            return Refuse(PublishFault.Fixed, "Scope and type of an attribute can't be changed, and built-in ones not at all: make another attribute.");
        return catalog.Attributes.Length >= AttributesMax && catalog.Compiled.Attributes.Find(attribute.Id) is null
            ? Refuse(PublishFault.TooMany, $"There are {AttributesMax} attributes already.")
            : null;
    }

    public static PublishReply? OnRemoval(CatalogSnapshot catalog, AttributeDefinition attribute)
    {
        var users = new GroupGraph(catalog).UsersOf(attribute.Id).Select(user => user.ToString())
            .Concat(ItemsWhoseFilter(catalog, uses => uses.Attributes.Contains(attribute.Id)))
            .Concat(catalog.Items.Where(item => item.Variables.Contains(attribute.Id)).Select(item => $"the content of {item.Id}"));
        return InUse($"The attribute {attribute.Name}", users);
    }

    /// <summary>Expected: the revision that the settings were last changed in; 0 = they are new; null = whatever there is.</summary>
    public static PublishReply? OnSettings(CatalogSnapshot catalog, SettingsEntry? old, long? expected) => (old, expected) switch
    {
        (not null, 0) when !old.IsDefault => Refuse(PublishFault.Taken, $"There are user settings {old.Id} already."),
        (_, { } read) when read != (old?.ChangedIn ?? 0) => Refuse(PublishFault.Stale, "The user settings were changed meanwhile."),
        (null, _) when catalog.Settings.Length >= SettingsMax => Refuse(PublishFault.TooMany, $"There are {SettingsMax} user settings already."),
        _ => null,
    };

    private static PublishReply? OnGraph(GroupGraph groups) =>
        groups.Cycle() is { IsEmpty: false } cycle ? Refuse(PublishFault.Cycle, $"The rule would ask for its own group: {string.Join(" → ", cycle)}.")
        : groups.LongestChain() > ChainMax ? Refuse(PublishFault.TooMany, $"More than {ChainMax} groups would ask one after the other: let rules ask for attributes, or for fewer groups in between.")
        : null;

    private static IEnumerable<string> ItemsWhoseFilter(CatalogSnapshot catalog, Predicate<RuleUses> uses) =>
        from item in catalog.Items
        where item.Distributions.Any(distribution => distribution.Filter is { } filter && uses(RuleUses.Of(filter)))
        select $"the filter of {item.Id}";

    /// <summary>Without the exception more devices would get the item, unasked.</summary>
    private static bool Excepts(Distribution distribution, GroupRef group) =>
        distribution is Distribution.Custom custom && (group.OfDevices ? custom.ExceptDeviceGroups : custom.ExceptUserGroups).Contains(group.Id);

    private static PublishReply? InUse(string what, IEnumerable<string> users) =>
        users.Distinct().Take(10).ToImmutableArray() is { IsEmpty: false } some ? Refuse(PublishFault.InUse, $"{what} is used by {string.Join(", ", some)}.") : null;

    private static string? Fault(Rule rule, CatalogSnapshot catalog, RuleScope scope)
    {
        try
        {
            RuleCheck.Check(rule, catalog.Compiled.Attributes, scope);
            RuleCheck.Groups(
                rule,
                id => id == GroupId.Everyone || catalog.UserGroups.Any(group => group.Id == id),
                id => catalog.DeviceGroups.Any(group => group.Id == id));
            return null;
        }
        catch (RuleException fault)
        {
            return fault.Message;
        }
    }

    private static PublishReply Refuse(PublishFault fault, string detail) => new(0, fault, detail);
}
