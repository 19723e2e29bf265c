using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>The reasons for an item, made once a revision: every plan gives them.</summary>
internal sealed class GroupWords(GroupNumbers userGroups, GroupNumbers deviceGroups)
{
    public const string Everyone = "everyone";

    private readonly string[] _users = [.. Enumerable.Range(0, userGroups.Count).Select(number => $"user group {userGroups.Id(number)}")];
    private readonly string[] _devices = [.. Enumerable.Range(0, deviceGroups.Count).Select(number => $"device group {deviceGroups.Id(number)}")];

    public string User(int group) => _users[group];

    public string Device(int group) => _devices[group];
}
