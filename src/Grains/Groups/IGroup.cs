using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Users;
using Orleans;

namespace Mdm.Fleet.Grains.Groups;

/// <summary>A user group; the key is its id. Who is in it is a fact of each user, or its rule says so.</summary>
[Alias("userGroup")]
public interface IUserGroup : IGroupGrain, IGrainWithStringKey;

/// <summary>A device group; the key is its id. Which devices are in it is a fact of each device, or its rule says so.</summary>
[Alias("deviceGroup")]
public interface IDeviceGroup : IGroupGrain, IGrainWithStringKey;

/// <summary>What both kinds of group have in common.</summary>
public interface IGroupGrain
{
    /// <summary>The built-in user group that everyone is in, nobody included.</summary>
    const string Everyone = "everyone";

    /// <summary>Taken where the id is; refused where the catalog does not take the rule.</summary>
    Task<GroupChange> Create(GroupSpec spec, string by);

    Task<GroupView?> View();

    /// <summary>Changes name or rule; whether it has one stays as it was made.</summary>
    Task<GroupChange> Update(GroupSpec spec, string? etag, string by);

    /// <summary>Deletes the group; items distributed to it reach its members no more. Refused where a rule asks for it.</summary>
    Task<GroupChange> Delete(string? etag, string by);

    /// <summary>A due mark's time has come: publishes what was saved and not published.</summary>
    Task LookAgain(string reason, long mark);
}

/// <summary>What an admin says of a group. A rule makes it dynamic. DeviceManagement: a user group whose members may enrol devices.</summary>
[GenerateSerializer, Immutable, Alias("group.spec")]
public sealed record GroupSpec([property: Id(0)] string Name, [property: Id(1)] Rule? Rule = null, [property: Id(2)] bool DeviceManagement = false);

[GenerateSerializer, Immutable, Alias("group.view")]
public sealed record GroupView(
    [property: Id(0)] GroupId Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Etag,
    [property: Id(3)] Rule? Rule = null,
    [property: Id(4)] bool DeviceManagement = false);

/// <summary>Refused: why the catalog did not take it; then nothing changed.</summary>
[GenerateSerializer, Immutable, Alias("group.change")]
public sealed record GroupChange(
    [property: Id(0)] ChangeResult Result,
    [property: Id(1)] GroupView? View,
    [property: Id(2)] PublishReply? Refused = null);
