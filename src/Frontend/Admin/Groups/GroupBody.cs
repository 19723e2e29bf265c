using System.Text.Json;

namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>What an admin says of a group. Id: only when it is made, and made of the name where it is missing. DeviceManagement: of a user group whose people may enrol devices.</summary>
public sealed record GroupBody(string Name, string? Id = null, bool DeviceManagement = false)
{
    /// <summary>An object or a text in one line, which makes the group dynamic; missing = none for a new group, unchanged for one that there is.</summary>
    public JsonElement Rule { get; init; }
}

/// <summary>A device group as shown. A dynamic one has its rule in both forms.</summary>
public sealed record DeviceGroupObject(string Id, string Name, string Etag, bool Dynamic, JsonElement? Rule, string? RuleText);

/// <summary>
/// A user group as shown. Members: the first thousand, or fewer of a dynamic one; MoreMembers says that there may be others, listed at
/// …/members.
/// </summary>
public sealed record UserGroupObject(
    string Id, string Name, bool BuiltIn, bool Dynamic, JsonElement? Rule, string? RuleText, IReadOnlyList<string> Members, bool MoreMembers, string Etag,
    bool DeviceManagement = false);
