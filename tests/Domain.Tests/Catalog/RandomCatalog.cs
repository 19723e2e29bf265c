using System.Collections.Immutable;
using System.Globalization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Catalog;

/// <summary>Catalogs, devices and people by chance, from few names so that they meet; and edits as admins make them.</summary>
internal sealed class RandomCatalog(int seed)
{
    private static readonly GroupId[] UserGroupIds = [.. Enumerable.Range(0, 6).Select(i => GroupId.Parse($"u{i}"))];
    private static readonly GroupId[] DeviceGroupIds = [.. Enumerable.Range(0, 6).Select(i => GroupId.Parse($"d{i}"))];
    private static readonly AttributeId Department = AttributeId.Parse("department");
    private static readonly AttributeId Floor = AttributeId.Parse("floor");

    private readonly Random _chance = new(seed);

    /// <summary>Every third group has a rule, which asks for groups with smaller numbers only: no cycles.</summary>
    public CatalogSnapshot Catalog()
    {
        var catalog = CatalogSnapshot.Empty with
        {
            Revision = 1,
            Today = new DateOnly(2026, 3, 1),
            Attributes =
            [
                new AttributeDefinition(Department, "department", AttributeScope.User, AttributeType.Text),
                new AttributeDefinition(Floor, "floor", AttributeScope.Device, AttributeType.Number),
            ],
            UserGroups = [.. UserGroupIds.Select((id, i) => new Group(id, id.Value, i % 3 == 2 ? UserRule(i, 2) : null))],
            DeviceGroups = [.. DeviceGroupIds.Select((id, i) => new Group(id, id.Value, i % 3 == 2 ? DeviceRule(i, 2) : null))],
            NobodyGroups = [.. UserGroupIds.Where(_ => _chance.Next(4) == 0)],
            NobodyAttributes = Values(Department),
        };
        return catalog with { Items = [.. Enumerable.Range(0, 8).Select(NewItem)], Settings = Settings() };
    }

    /// <summary>One to three edits, published as one revision.</summary>
    public CatalogSnapshot Edited(CatalogSnapshot catalog)
    {
        for (var edits = _chance.Next(1, 4); edits > 0; edits--)
            catalog = Edit(catalog);
        return catalog with { Revision = catalog.Revision + 1 };
    }

    public Subject Device() => new(
        _chance.Next(3) switch { 0 => EnrollmentKind.User, 1 => EnrollmentKind.Automated, _ => EnrollmentKind.Device },
        new DeviceFacts("iPad", OsVersion: $"{_chance.Next(15, 19)}.{_chance.Next(3)}", ProductName: _chance.Next(5) == 0 ? "MacBookPro18,3" : "iPad13,1", Supervised: _chance.Next(2) == 0),
        Some(DeviceGroupIds),
        _chance.Next(3) == 0 ? Owner.NobodySince(default) : Person())
    {
        EnrolledAt = new DateTimeOffset(2026, 2, _chance.Next(20, 29), 12, 0, 0, TimeSpan.Zero),
        Attributes = _chance.Next(2) == 0 ? [new AttributeValue(Floor, _chance.Next(5).ToString(CultureInfo.InvariantCulture))] : [],
        Asked = _chance.Next(2) == 0 ? [ItemId.Parse($"item-{_chance.Next(8)}")] : [],
    };

    private Owner Person()
    {
        var name = $"p{_chance.Next(9)}";
        return new Owner(UserName.Parse(name), name, Some(UserGroupIds), default) { Attributes = Values(Department) };
    }

    private CatalogSnapshot Edit(CatalogSnapshot catalog)
    {
        var at = _chance.Next(catalog.Items.Length);
        var group = _chance.Next(6);
        return _chance.Next(11) switch
        {
            10 => catalog with { Settings = Settings() },
            0 => catalog with { Items = catalog.Items.SetItem(at, catalog.Items[at] with { Distribution = Distribution() }) },
            1 => catalog with { Items = catalog.Items.SetItem(at, catalog.Items[at] with { Enabled = !catalog.Items[at].Enabled }) },
            2 => catalog with { Items = catalog.Items.SetItem(at, catalog.Items[at] with { Revision = $"r{_chance.Next(5)}" }) },
            3 => catalog with { Items = catalog.Items.Length > 2 ? catalog.Items.RemoveAt(at) : catalog.Items },
            4 => catalog with { Items = catalog.Items.SetItem(at, NewItem(int.Parse(catalog.Items[at].Id.Value[5..], CultureInfo.InvariantCulture))) },
            5 => catalog with { UserGroups = [.. catalog.UserGroups.Select((old, i) => i == group && old.Rule is not null ? old with { Rule = UserRule(i, 2) } : old)] },
            6 => catalog with { DeviceGroups = [.. catalog.DeviceGroups.Select((old, i) => i == group && old.Rule is not null ? old with { Rule = DeviceRule(i, 2) } : old)] },
            7 => catalog with { NobodyGroups = Some(UserGroupIds) },
            8 => catalog with { NobodyAttributes = Values(Department) },
            _ => catalog with { Today = catalog.Today.AddDays(_chance.Next(1, 4)) },
        };
    }

    /// <summary>Often none; else one that may be the default one, and one for some groups.</summary>
    private ImmutableArray<SettingsEntry> Settings() => _chance.Next(3) == 0 ? [] :
    [
        SettingsEntry.Default with { Values = UserSettings.Default with { SignOut = SignOut() } },
        new SettingsEntry("some", "Some", Some(UserGroupIds), _chance.Next(3), UserSettings.Default with { SignOut = SignOut(), DeviceLimit = _chance.Next(1, 3) }),
    ];

    private AutomaticSignOut? SignOut() => _chance.Next(2) == 0 ? null : new AutomaticSignOut(_chance.Next(5, 7), null, null);

    private Item NewItem(int number)
    {
        var isApp = _chance.Next(4) == 0;
        return new Item(
            ItemId.Parse($"item-{number}"), isApp ? ItemKind.App : ItemKind.Configuration, $"Item {number}", $"r{_chance.Next(5)}",
            isApp ? new Delivery.ManagedApp($"com.example.{number}") : new Delivery.Profile($"fleet.item.{number}"), Distribution(), Required: _chance.Next(3) > 0)
        {
            Priority = _chance.Next(3),
            Exclusive = _chance.Next(3) == 0 ? [$"kind{_chance.Next(2)}"] : [],
            Variables = _chance.Next(4) == 0 ? [Department] : [],
            Versions = _chance.Next(4) == 0 ? [new ItemVersion($"v{_chance.Next(3)}", Distribution())] : [],
        };
    }

    private Distribution Distribution()
    {
        var filter = _chance.Next(4) == 0 ? DeviceRule(6, 2) : null;
        return _chance.Next(6) switch
        {
            0 => new Distribution.All { Filter = filter },
            1 => new Distribution.None(),
            _ => new Distribution.Custom(_chance.Next(8) == 0 ? [GroupId.Everyone] : Some(UserGroupIds), Some(DeviceGroupIds))
            {
                Filter = filter,
                ExceptUserGroups = _chance.Next(3) == 0 ? Some(UserGroupIds) : [],
                ExceptDeviceGroups = _chance.Next(3) == 0 ? Some(DeviceGroupIds) : [],
            },
        };
    }

    private Rule UserRule(int below, int depth) => _chance.Next(depth == 0 ? 3 : 6) switch
    {
        0 => new Rule.Compare(Department, _chance.Next(2) == 0 ? Comparison.Is : Comparison.StartsWith, [Pick("Surgery", "Sur", "X")]),
        1 => new Rule.Compare(BuiltInAttributes.IsNobody.Id, Comparison.Is, ["true"]),
        2 => new Rule.InUserGroup(UserGroupIds[_chance.Next(below)]),
        3 => new Rule.Not(UserRule(below, depth - 1)),
        4 => new Rule.AllOf([UserRule(below, depth - 1), UserRule(below, depth - 1)]),
        _ => new Rule.AnyOf([UserRule(below, depth - 1), UserRule(below, depth - 1)]),
    };

    private Rule DeviceRule(int below, int depth) => _chance.Next(depth == 0 ? 5 : 8) switch
    {
        0 => new Rule.Compare(BuiltInAttributes.OsVersion.Id, Comparison.GreaterOrEqual, [$"{_chance.Next(15, 19)}"]),
        1 => new Rule.Compare(Floor, Comparison.Less, [_chance.Next(5).ToString(CultureInfo.InvariantCulture)]),
        2 => new Rule.Compare(BuiltInAttributes.EnrolledAt.Id, Comparison.WithinDays, [_chance.Next(8).ToString(CultureInfo.InvariantCulture)]),
        3 => new Rule.InDeviceGroup(DeviceGroupIds[_chance.Next(below)]),
        4 => UserRule(6, 0),
        5 => new Rule.Not(DeviceRule(below, depth - 1)),
        6 => new Rule.AllOf([DeviceRule(below, depth - 1), DeviceRule(below, depth - 1)]),
        _ => new Rule.AnyOf([DeviceRule(below, depth - 1), DeviceRule(below, depth - 1)]),
    };

    private ImmutableArray<AttributeValue> Values(AttributeId id) => _chance.Next(3) == 0 ? [] : [new AttributeValue(id, Pick("Surgery", "SURGERY west", "X"))];

    private ImmutableArray<GroupId> Some(GroupId[] ids) => [.. ids.Where(_ => _chance.Next(4) == 0)];

    private string Pick(params string[] texts) => texts[_chance.Next(texts.Length)];
}
