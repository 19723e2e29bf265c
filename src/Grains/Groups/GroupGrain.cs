using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Groups;

/// <summary>A group as stored. A deleted one keeps its id: a member's old fact must not bring it back.</summary>
public sealed record GroupRecord : IStoredState
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Null = static.</summary>
    public Rule? Rule { get; init; }

    /// <summary>Gives its members the device-management role (UG-11); of user groups alone.</summary>
    public bool DeviceManagement { get; init; }

    public bool Deleted { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex()
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("name", Name);
            json.WriteBoolean("dynamic", Rule is not null);
            if (DeviceManagement)
                json.WriteBoolean("deviceManagement", true);
            json.WriteEndObject();
        }

        return new IndexRow(Deleted ? "deleted" : "live", $"{Id} {Name}".ToLowerInvariant(), buffer.WrittenMemory, []);
    }

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];
}

public sealed class UserGroupGrain([PersistentState("userGroup")] IPersistentState<GroupRecord> state, TimeProvider time)
    : GroupGrain(state, time, "userGroup"), IUserGroup
{
    protected override Task<PublishReply> Publish(Group group) => GrainFactory.GetGrain<ICatalog>(ICatalog.Key).PutUserGroup(group);

    protected override Task<PublishReply> Withdraw(GroupId group) => GrainFactory.GetGrain<ICatalog>(ICatalog.Key).RemoveUserGroup(group);
}

public sealed class DeviceGroupGrain([PersistentState("deviceGroup")] IPersistentState<GroupRecord> state, TimeProvider time)
    : GroupGrain(state, time, "deviceGroup"), IDeviceGroup
{
    protected override Task<PublishReply> Publish(Group group) => GrainFactory.GetGrain<ICatalog>(ICatalog.Key).PutDeviceGroup(group);

    protected override Task<PublishReply> Withdraw(GroupId group) => GrainFactory.GetGrain<ICatalog>(ICatalog.Key).RemoveDeviceGroup(group);
}

/// <summary>What both kinds of group do: published first, then saved, so that a crash in between is repaired by the retry.</summary>
public abstract class GroupGrain(IPersistentState<GroupRecord> state, TimeProvider time, string kind) : Grain, IGroupGrain
{
    private GroupId Id => GroupId.Parse(this.GetPrimaryKeyString());

    private bool Exists => state.RecordExists && !state.State.Deleted;

    public async Task<GroupChange> Create(GroupSpec spec, string by)
    {
        if (state.RecordExists)
            return new GroupChange(ChangeResult.Taken, null);
        if (await Publish(new Group(Id, spec.Name, spec.Rule, spec.DeviceManagement)) is { Fault: not null } refused)
            return new GroupChange(ChangeResult.Refused, null, refused);
        await Save(new GroupRecord { Id = Id.Value, Name = spec.Name, Rule = spec.Rule, DeviceManagement = spec.DeviceManagement }, by, "Create group");
        return new GroupChange(ChangeResult.Done, Show());
    }

    public Task<GroupView?> View() => Task.FromResult(Exists ? Show() : null);

    public async Task<GroupChange> Update(GroupSpec spec, string? etag, string by)
    {
        if (Check(etag) is { } unfit)
            return unfit;
        if (await Publish(new Group(Id, spec.Name, spec.Rule, spec.DeviceManagement)) is { Fault: not null } refused)
            return new GroupChange(ChangeResult.Refused, Show(), refused);
        await Save(state.State with { Name = spec.Name, Rule = spec.Rule, DeviceManagement = spec.DeviceManagement }, by, "Update group");
        return new GroupChange(ChangeResult.Done, Show());
    }

    public async Task<GroupChange> Delete(string? etag, string by)
    {
        if (Check(etag) is { } unfit)
            return unfit;
        if (await Withdraw(Id) is { Fault: not null } refused)
            return new GroupChange(ChangeResult.Refused, Show(), refused);
        await Save(state.State with { Deleted = true }, by, "Delete group");
        return new GroupChange(ChangeResult.Done, null);
    }

    protected abstract Task<PublishReply> Publish(Group group);

    protected abstract Task<PublishReply> Withdraw(GroupId group);

    private GroupChange? Check(string? etag) =>
        !Exists ? new GroupChange(ChangeResult.NotFound, null)
        : etag is not null && etag != state.Etag ? new GroupChange(ChangeResult.Stale, Show())
        : null;

    private GroupView Show() => new(Id, state.State.Name, state.Etag ?? "", state.State.Rule, state.State.DeviceManagement);

    private Task Save(GroupRecord next, string by, string act)
    {
        state.State = next with { Events = [Lines.Audit(new RecordKey(kind, Id.Value), time.GetUtcNow(), by, act)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
