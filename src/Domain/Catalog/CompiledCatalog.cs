using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>
/// A catalog revision made ready to say, quickly and for any number of devices, which groups they are in and what they should have. Pure;
/// safe for many threads.
/// </summary>
public sealed class CompiledCatalog
{
    private const int ReachingMax = 64;

    private readonly ImmutableArray<CompiledItem> _items;
    private readonly GroupWords _words;
    private readonly CompiledSettings _settings;
    private readonly ImmutableArray<Group> _userGroups;
    private readonly ConcurrentDictionary<Distribution, bool> _reaching = [];

    internal CompiledCatalog(CatalogSnapshot snapshot)
    {
        Attributes = new AttributeTable(snapshot.Attributes);
        Today = snapshot.Today;
        Nobody = new Owner(UserName.Nobody, "nobody", snapshot.NobodyGroups, default) { Attributes = snapshot.NobodyAttributes };
        UserGroups = new GroupNumbers([new Group(GroupId.Everyone, "Everyone"), .. snapshot.UserGroups]);
        DeviceGroups = new GroupNumbers(snapshot.DeviceGroups);
        _userGroups = snapshot.UserGroups;
        _settings = new CompiledSettings(snapshot.Settings, UserGroups);
        _items = [.. snapshot.Items.Select(item => new CompiledItem(item, Attributes, UserGroups, DeviceGroups))];
        UserGroups.Compile([new Group(GroupId.Everyone, "Everyone", new Rule.AllOf([])), .. snapshot.UserGroups], Attributes, UserGroups, DeviceGroups);
        DeviceGroups.Compile(snapshot.DeviceGroups, Attributes, UserGroups, DeviceGroups);
        UserGroups.Seal();
        DeviceGroups.Seal();
        _words = new GroupWords(UserGroups, DeviceGroups);
    }

    public AttributeTable Attributes { get; }

    public DateOnly Today { get; }

    /// <summary>Nobody, with the facts that the catalog holds of it.</summary>
    public Owner Nobody { get; }

    internal GroupNumbers UserGroups { get; }

    internal GroupNumbers DeviceGroups { get; }

    /// <summary>What a device should have, and what is kept from it.</summary>
    public DesiredSet Desired(Subject subject)
    {
        using var groups = new Memberships(UserGroups.Count + DeviceGroups.Count);
        var at = new Evaluation(this, subject, groups.Span);
        var items = ImmutableArray.CreateBuilder<DesiredItem>();
        var withheld = ImmutableArray.CreateBuilder<WithheldItem>();
        foreach (var item in _items)
        {
            if (item.Why(ref at, _words) is not { } why)
                continue;
            if (Place(item, why, ref at, out var kept) is { } desired)
                items.Add(desired);
            else
                withheld.Add(kept!);
        }

        Exclusions.Settle(items, withheld);
        return new DesiredSet(items.ToImmutable(), withheld.ToImmutable()) { SignOut = _settings.SignOut(ref at) };
    }

    /// <summary>The settings that hold for a person, by their groups (UG-07).</summary>
    public SettingsEntry SettingsOf(Owner person)
    {
        using var groups = new Memberships(UserGroups.Count + DeviceGroups.Count);
        var at = new Evaluation(this, Unheld with { Owner = person }, groups.Span);
        return _settings.Of(ref at);
    }

    /// <summary>Whether a person, or nobody, is in a user group: the same rule that their devices see.</summary>
    public bool IsInUserGroup(Owner person, GroupId group) =>
        UserGroups.Find(group) is >= 0 and var number ? Ask(Unheld with { Owner = person }, number, ofUsers: true) : person.Groups.Contains(group);

    public bool IsInDeviceGroup(Subject subject, GroupId group) =>
        DeviceGroups.Find(group) is >= 0 and var number ? Ask(subject, number, ofUsers: false) : subject.Groups.Contains(group);

    /// <summary>Every user group that a person, or nobody, is in, by id.</summary>
    public ImmutableArray<GroupId> UserGroupsOf(Owner person) => GroupsOf(Unheld with { Owner = person }, ofUsers: true);

    /// <summary>Every user group that the device's owner is in, or every device group that it is in itself, by id.</summary>
    public ImmutableArray<GroupId> GroupsOf(Subject subject, bool ofUsers)
    {
        using var memberships = new Memberships(UserGroups.Count + DeviceGroups.Count);
        var at = new Evaluation(this, subject, memberships.Span);
        var groups = ofUsers ? UserGroups : DeviceGroups;
        var found = ImmutableArray.CreateBuilder<GroupId>();
        for (var group = 0; group < groups.Count; group++)
        {
            if (ofUsers ? at.IsInUserGroup(group) : at.IsInDeviceGroup(group))
                found.Add(groups.Id(group));
        }

        return found.ToImmutable();
    }

    /// <summary>Whether a rule of any scope holds for a device and who holds it.</summary>
    public bool Holds(Rule rule, Subject subject)
    {
        using var groups = new Memberships(UserGroups.Count + DeviceGroups.Count);
        var at = new Evaluation(this, subject, groups.Span);
        return CompiledRule.Of(rule, Attributes, UserGroups, DeviceGroups).Holds(ref at);
    }

    /// <summary>An attribute's value as rules and contents see it; null = there is none.</summary>
    public string? ValueOf(AttributeId attribute, Subject subject) => subject.Text(attribute, OwnerOf(subject));

    /// <summary>Whether a person who is enabled may enrol devices, by their own role or that of a group (UG-11).</summary>
    public bool MayEnrol(Owner person, bool hasOwnRole) => DeviceManagement.MayEnrol(person.User, isEnabled: true, hasOwnRole, UserGroupsOf(person), _userGroups);

    /// <summary>The values that an item's content is filled in with on a device.</summary>
    public ImmutableArray<AttributeValue> Values(Item item, Subject subject) =>
        [.. item.Variables.Select(variable => new AttributeValue(variable, ValueOf(variable, subject) ?? ""))];

    /// <summary>Who holds a device, with the catalog's facts where nobody does.</summary>
    internal Owner OwnerOf(Subject subject) => subject.Owner.IsNobody ? Nobody : subject.Owner;

    /// <summary>How a comparison comes out for nobody; null = it asks for something of the device.</summary>
    internal bool? OfPerson(Rule.Compare compare)
    {
        if (Attributes.Find(compare.Attribute)?.Scope != AttributeScope.User)
            return null;
        using var groups = new Memberships(UserGroups.Count + DeviceGroups.Count);
        var at = new Evaluation(this, Unheld, groups.Span);
        return CompiledRule.Of(compare, Attributes, UserGroups, DeviceGroups).Holds(ref at);
    }

    /// <summary>What was found of distributions that are asked for again and again, as lists of items do.</summary>
    internal bool ReachesNobody(Distribution distribution, Func<Distribution, bool> find)
    {
        if (_reaching.Count >= ReachingMax)
            _reaching.Clear();
        return _reaching.GetOrAdd(distribution, find);
    }

    private static Subject Unheld { get; } = new(default, DeviceFacts.None, [], Owner.NobodySince(default));

    private bool Ask(Subject subject, int group, bool ofUsers)
    {
        using var groups = new Memberships(UserGroups.Count + DeviceGroups.Count);
        var at = new Evaluation(this, subject, groups.Span);
        return ofUsers ? at.IsInUserGroup(group) : at.IsInDeviceGroup(group);
    }

    /// <summary>The item as this device should have it, or why it is kept from it.</summary>
    private DesiredItem? Place(CompiledItem compiled, string why, ref Evaluation at, out WithheldItem? kept)
    {
        var item = compiled.Item;
        kept = null;
        if (item.Kind == ItemKind.MultiUserSignIn && !at.Subject.TakesSignIn)
            kept = new WithheldItem(item, why, Withholding.NotOffered, "Multi-user sign-in is for iOS and iPadOS, and never on a user-enrolled device.");
        else if (item is { Kind: ItemKind.App, Required: false } && !at.Subject.Asked.Contains(item.Id))
            kept = new WithheldItem(item, why, Withholding.NotAsked, "The person has not asked for it.");
        else if (CompiledItem.Filled(compiled.For(ref at, _words), ref at, out var missing) is { } filled)
            return new DesiredItem(filled, why);
        else
            kept = new WithheldItem(item, why, Withholding.MissingValue, Attributes.Find(missing)?.Name ?? missing.Value);
        return null;
    }
}

/// <summary>Room for the memberships of one evaluation, lent.</summary>
internal readonly ref struct Memberships(int count)
{
    private readonly Membership[] _rented = ArrayPool<Membership>.Shared.Rent(count);

    public Span<Membership> Span => _rented.AsSpan(0, count);

    public void Dispose() => ArrayPool<Membership>.Shared.Return(_rented);
}
