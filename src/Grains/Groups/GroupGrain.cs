using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Groups;

public sealed class UserGroupGrain([PersistentState("userGroup")] IPersistentState<GroupRecord> state, IRecordStore store, TimeProvider time)
    : GroupGrain(state, store, time, "userGroup"), IUserGroup
{
    protected override Task<PublishReply> Ask(GroupId id, Group? group) => Catalog.CheckUserGroup(id, group);

    protected override Task<PublishReply> Publish(Group group) => Catalog.PutUserGroup(group);

    protected override Task<PublishReply> Withdraw(GroupId group) => Catalog.RemoveUserGroup(group);
}

public sealed class DeviceGroupGrain([PersistentState("deviceGroup")] IPersistentState<GroupRecord> state, IRecordStore store, TimeProvider time)
    : GroupGrain(state, store, time, "deviceGroup"), IDeviceGroup
{
    protected override Task<PublishReply> Ask(GroupId id, Group? group) => Catalog.CheckDeviceGroup(id, group);

    protected override Task<PublishReply> Publish(Group group) => Catalog.PutDeviceGroup(group);

    protected override Task<PublishReply> Withdraw(GroupId group) => Catalog.RemoveDeviceGroup(group);
}

/// <summary>
/// What both kinds of group do: asks the catalog, saves with the duty to publish, publishes, and notes that. What a crash in between left is
/// finished by the sweeper or by whoever looks at the group first, or goes back to what was if the catalog takes it no more.
/// </summary>
public abstract class GroupGrain(IPersistentState<GroupRecord> state, IRecordStore store, TimeProvider time, string kind) : Grain, IGroupGrain
{
    protected ICatalog Catalog => GrainFactory.GetGrain<ICatalog>(ICatalog.Key);

    private GroupRecord Saved => state.State;

    private GroupId Id => GroupId.Parse(this.GetPrimaryKeyString());

    private RecordKey Key => new(kind, this.GetPrimaryKeyString());

    private bool Exists => state.RecordExists && !Saved.Deleted;

    public async Task<GroupChange> Create(GroupSpec spec, string by)
    {
        await Settle();
        return state.RecordExists
            ? new GroupChange(ChangeResult.Taken, null)
            : await SaveAndPublish(With(spec), by, "Create group");
    }

    public async Task<GroupView?> View()
    {
        await Settle();
        return Exists ? Show() : null;
    }

    public async Task<GroupChange> Update(GroupSpec spec, string? etag, string by) =>
        await Check(etag) ?? await SaveAndPublish(With(spec), by, "Update group");

    public async Task<GroupChange> Delete(string? etag, string by) =>
        await Check(etag) ?? await SaveAndPublish(Saved with { Deleted = true }, by, "Delete group");

    public async Task LookAgain(string reason, long mark)
    {
        await state.EnsureNewest(DeactivateOnIdle);
        await Settle();
        await store.MarkAsync([new DueChange(Key, reason, mark, null)]);
    }

    /// <summary>What the catalog would answer to the group as given, or to its removal (null).</summary>
    protected abstract Task<PublishReply> Ask(GroupId id, Group? group);

    protected abstract Task<PublishReply> Publish(Group group);

    protected abstract Task<PublishReply> Withdraw(GroupId group);

    private async Task<GroupChange> SaveAndPublish(GroupRecord next, string by, string act)
    {
        if (await Ask(Id, next.Deleted ? null : GroupOf(next)) is { Fault: not null } foreseen)
            return Refused(foreseen);
        var before = state.RecordExists ? new GroupBefore(Saved.Name, Saved.Rule, Saved.DeviceManagement) : null;
        await Save(next with { Pending = true, Before = before }, Line(by, act));
        return await Settle() is { } refused ? Refused(refused) : new GroupChange(ChangeResult.Done, Exists ? Show() : null);
    }

    /// <summary>Publishes what is pending; the refusal if the catalog does not take it.</summary>
    private async Task<PublishReply?> Settle()
    {
        if (!Saved.Pending)
            return null;
        var reply = Saved.Deleted ? await Withdraw(Id) : await Publish(GroupOf(Saved));
        if (reply.Fault is not null)
        {
            await GoBack();
            return reply;
        }

        await Save(Saved with { Pending = false, Before = null });
        return null;
    }

    /// <summary>The catalog never knew the change: the record forgets it too, and the log says so. The id of a group that never was is free again.</summary>
    private Task GoBack()
    {
        var line = Line("server", "Undo refused change of group");
        if (Saved.Before is { } was)
            return Save(Saved with { Name = was.Name, Rule = was.Rule, DeviceManagement = was.DeviceManagement, Deleted = false, Pending = false, Before = null }, line);
        Next(Saved with { Pending = false }, line);
        return state.ClearOrDrop(DeactivateOnIdle);
    }

    private async Task<GroupChange?> Check(string? etag)
    {
        await Settle();
        return !Exists ? new GroupChange(ChangeResult.NotFound, null)
            : etag is not null && etag != state.Etag ? new GroupChange(ChangeResult.Stale, Show())
            : null;
    }

    private GroupRecord With(GroupSpec spec) => Saved with { Id = Id.Value, Name = spec.Name, Rule = spec.Rule, DeviceManagement = spec.DeviceManagement };

    private Group GroupOf(GroupRecord record) => new(Id, record.Name, record.Rule, record.DeviceManagement);

    private GroupView Show() => new(Id, Saved.Name, state.Etag ?? "", Saved.Rule, Saved.DeviceManagement);

    private GroupChange Refused(PublishReply refused) => new(ChangeResult.Refused, Exists ? Show() : null, refused);

    private EventLine Line(string by, string act) => Lines.Audit(Key, time.GetUtcNow(), by, act);

    private void Next(GroupRecord next, params ImmutableArray<EventLine> events) =>
        state.State = next with { Key = Key, ChangedAt = time.GetUtcNow(), Events = events };

    private Task Save(GroupRecord next, params ImmutableArray<EventLine> events)
    {
        Next(next, events);
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
