namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>What an admin says of a group. Id: only when it is made, and made of the name where it is missing. DeviceManagement: of a user group whose people may enrol devices.</summary>
public sealed record GroupBody(string Name, string? Id = null, bool DeviceManagement = false);

/// <summary>A device group as shown.</summary>
public sealed record DeviceGroupObject(string Id, string Name, string Etag);

/// <summary>A user group as shown. Members: the first thousand; MoreMembers says that there are others, listed at …/members.</summary>
public sealed record UserGroupObject(string Id, string Name, bool BuiltIn, IReadOnlyList<string> Members, bool MoreMembers, string Etag, bool DeviceManagement = false);
