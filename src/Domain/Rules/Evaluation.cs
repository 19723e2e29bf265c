using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>What is known so far of being in a group.</summary>
internal enum Membership : byte
{
    Untold,
    In,
    Out,
}

/// <summary>
/// One subject seen through one catalog: each group is settled once, when first asked for. A group that asks for itself is out: cycles are
/// refused at save.
/// </summary>
internal ref struct Evaluation
{
    private readonly CompiledCatalog _catalog;
    private readonly Subject _subject;
    private readonly Owner _owner;
    private readonly Span<Membership> _userGroups;
    private readonly Span<Membership> _deviceGroups;

    public Evaluation(CompiledCatalog catalog, Subject subject, Span<Membership> memberships)
    {
        memberships.Clear();
        _catalog = catalog;
        _subject = subject;
        _owner = catalog.OwnerOf(subject);
        _userGroups = memberships[..catalog.UserGroups.Count];
        _deviceGroups = memberships[catalog.UserGroups.Count..];
        catalog.UserGroups.Enter(_owner.Groups, _userGroups);
        catalog.DeviceGroups.Enter(subject.Groups, _deviceGroups);
    }

    public readonly DateOnly Today => _catalog.Today;

    public readonly Subject Subject => _subject;

    public readonly DateOnly? EnrolledOn => _subject.EnrolledAt == default ? null : DateOnly.FromDateTime(_subject.EnrolledAt.UtcDateTime);

    public readonly string? Text(AttributeId attribute) => _subject.Text(attribute, _owner);

    public bool IsInUserGroup(int group)
    {
        if (group < 0)
            return false;
        if (_userGroups[group] == Membership.Untold)
        {
            _userGroups[group] = Membership.Out;
            if (_catalog.UserGroups.Rules[group] is { } rule && rule.Holds(ref this))
                _userGroups[group] = Membership.In;
        }

        return _userGroups[group] == Membership.In;
    }

    public bool IsInDeviceGroup(int group)
    {
        if (group < 0)
            return false;
        if (_deviceGroups[group] == Membership.Untold)
        {
            _deviceGroups[group] = Membership.Out;
            if (_catalog.DeviceGroups.Rules[group] is { } rule && rule.Holds(ref this))
                _deviceGroups[group] = Membership.In;
        }

        return _deviceGroups[group] == Membership.In;
    }

    /// <summary>The first of some user groups that the owner is in, or -1.</summary>
    public int FirstUserGroup(int[] groups)
    {
        foreach (var group in groups)
        {
            if (IsInUserGroup(group))
                return group;
        }

        return -1;
    }

    /// <summary>The first of some device groups that the device is in, or -1.</summary>
    public int FirstDeviceGroup(int[] groups)
    {
        foreach (var group in groups)
        {
            if (IsInDeviceGroup(group))
                return group;
        }

        return -1;
    }
}
