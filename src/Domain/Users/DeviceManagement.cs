using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Users;

/// <summary>The device-management role: who has it may enrol devices (UG-11).</summary>
public static class DeviceManagement
{
    /// <summary>
    /// Whether a person may enrol devices: their own role, or that of any user group they are in, static or dynamic, gives it. Nobody and
    /// who is disabled may not. <paramref name="groups"/> are all that the person is in, <paramref name="known"/> those of the catalog; one
    /// that is not known there gives nothing.
    /// </summary>
    public static bool MayEnrol(UserName person, bool isEnabled, bool hasOwnRole, ImmutableArray<GroupId> groups, ImmutableArray<Group> known) =>
        isEnabled && person != UserName.Nobody && (hasOwnRole || known.Any(group => group.DeviceManagement && groups.Contains(group.Id)));
}
