using System.Collections.Immutable;
using System.Globalization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>One write publishes: the new revision and its outbox entry. A fan-out that was lost is started again from the outbox.</summary>
public sealed class CatalogGrain(
    [PersistentState("catalog")] IPersistentState<CatalogRecord> state,
    CatalogCache cache,
    IRecordStore store,
    TimeProvider time) : Grain, ICatalog
{
    internal static readonly TimeSpan OutboxRetry = TimeSpan.FromSeconds(15);

    private static RecordKey Key => new("catalog", ICatalog.Key);

    private CatalogSnapshot Snapshot => state.State.Snapshot;

    public Task<CatalogSnapshot> Read() => Task.FromResult(Snapshot);

    public Task<long> Revision() => Task.FromResult(Snapshot.Revision);

    public Task<long> PutItem(Item item)
    {
        item = item with { Distribution = Known(item.Distribution) };
        var old = Snapshot.Find(item.Id);
        if (old is not null && old == item)
            return Task.FromResult(Snapshot.Revision);
        var items = old is null ? Snapshot.Items.Add(item) : Snapshot.Items.Replace(old, item);
        return Publish(Snapshot with { Items = items }, Concerned(old, item));
    }

    public Task<long> RemoveItem(ItemId item) => Snapshot.Find(item) is { } old
        ? Publish(Snapshot with { Items = Snapshot.Items.Remove(old) }, Concerned(old, null))
        : Task.FromResult(Snapshot.Revision);

    public Task<long> PutUserGroup(Group group) => Put(Snapshot.UserGroups, group, groups => Snapshot with { UserGroups = groups });

    public Task<long> PutDeviceGroup(Group group) => Put(Snapshot.DeviceGroups, group, groups => Snapshot with { DeviceGroups = groups });

    public Task<long> RemoveUserGroup(GroupId group) => Snapshot.UserGroups.FirstOrDefault(known => known.Id == group) is { } old
        ? Publish(Without(Snapshot with { UserGroups = Snapshot.UserGroups.Remove(old), NobodyGroups = Snapshot.NobodyGroups.Remove(group) }, group), [DeviceRecord.OwnerGroupTag(group), DeviceRecord.NobodyTag])
        : Task.FromResult(Snapshot.Revision);

    public Task<long> RemoveDeviceGroup(GroupId group) => Snapshot.DeviceGroups.FirstOrDefault(known => known.Id == group) is { } old
        ? Publish(Without(Snapshot with { DeviceGroups = Snapshot.DeviceGroups.Remove(old) }, group), [DeviceRecord.DeviceGroupTag(group)])
        : Task.FromResult(Snapshot.Revision);

    public Task<long> SetNobodyGroup(GroupId group, bool member, string by)
    {
        if (Snapshot.NobodyGroups.Contains(group) == member)
            return Task.FromResult(Snapshot.Revision);
        var next = Snapshot with { NobodyGroups = member ? Snapshot.NobodyGroups.Add(group) : Snapshot.NobodyGroups.Remove(group) };
        var act = member ? $"Add nobody to group {group}" : $"Remove nobody from group {group}";
        return Publish(next, [DeviceRecord.NobodyTag], Lines.Audit(Key, time.GetUtcNow(), by, act));
    }

    /// <summary>The cursor goes first: a crash in between leaves the outbox entry, which fans out once more.</summary>
    public async Task FannedOut(long revision)
    {
        await FanoutOf(revision).Forget();
        var outbox = state.State.Outbox.RemoveAll(change => change.Revision == revision);
        if (outbox.Length != state.State.Outbox.Length)
            await Save(state.State with { Outbox = outbox, Events = [] });
    }

    public async Task LookAgain(string reason, long mark)
    {
        DueChange later = new(Key, reason, mark, state.State.Outbox.IsEmpty ? null : time.GetUtcNow() + OutboxRetry);
        await store.MarkAsync([new DueChange(Key, reason, mark, null), later]);
        foreach (var change in state.State.Outbox)
            await StartFanout(change);
    }

    private Task<long> Put(ImmutableArray<Group> groups, Group group, Func<ImmutableArray<Group>, CatalogSnapshot> with)
    {
        var old = groups.FirstOrDefault(known => known.Id == group.Id);
        return old == group
            ? Task.FromResult(Snapshot.Revision)
            : Publish(with(old is null ? groups.Add(group) : groups.Replace(old, group)), []);
    }

    /// <summary>Tags null = every device; none = no device is concerned.</summary>
    private async Task<long> Publish(CatalogSnapshot next, ImmutableArray<string>? tags, params ImmutableArray<EventLine> audit)
    {
        next = next with { Revision = Snapshot.Revision + 1 };
        var change = new CatalogChange(next.Revision, tags is null, tags ?? []);
        var isSilent = tags is { IsEmpty: true };
        await Save(state.State with
        {
            Snapshot = next,
            Outbox = isSilent ? state.State.Outbox : state.State.Outbox.Add(change),
            ChangedAt = time.GetUtcNow(),
            Events = audit,
        });
        cache.Take(next);
        if (!isSilent)
            await StartFanout(change);
        return next.Revision;
    }

    private Task StartFanout(CatalogChange change) => FanoutOf(change.Revision).Start(change);

    private IFanout FanoutOf(long revision) => GrainFactory.GetGrain<IFanout>(revision.ToString(CultureInfo.InvariantCulture));

    private Task Save(CatalogRecord next)
    {
        state.State = next;
        return state.WriteOrDrop(DeactivateOnIdle);
    }

    /// <summary>Devices that the item reaches before or after the change: a superset is allowed, a miss is not.</summary>
    private ImmutableArray<string>? Concerned(Item? before, Item? after)
    {
        var tags = ImmutableHashSet.CreateBuilder<string>();
        foreach (var distribution in new[] { before, after }.OfType<Item>().Select(item => item.Distribution))
        {
            if (distribution is Distribution.All)
                return null;
            if (distribution is not Distribution.Custom custom)
                continue;
            if (custom.UserGroups.Contains(GroupId.Everyone))
                return null;
            tags.UnionWith(custom.DeviceGroups.Select(DeviceRecord.DeviceGroupTag));
            tags.UnionWith(custom.UserGroups.Select(DeviceRecord.OwnerGroupTag));
            if (custom.UserGroups.Any(Snapshot.NobodyGroups.Contains))
                tags.Add(DeviceRecord.NobodyTag);
        }

        return [.. tags.Order(StringComparer.Ordinal)];
    }

    /// <summary>Groups that are no more reach nobody: a draft may still name one that its members still carry.</summary>
    private Distribution Known(Distribution distribution) => distribution is Distribution.Custom custom
        ? new Distribution.Custom(
            custom.UserGroups.RemoveAll(group => group != GroupId.Everyone && !Snapshot.UserGroups.Any(known => known.Id == group)),
            custom.DeviceGroups.RemoveAll(group => !Snapshot.DeviceGroups.Any(known => known.Id == group)))
        : distribution;

    private static CatalogSnapshot Without(CatalogSnapshot snapshot, GroupId group) => snapshot with
    {
        Items = [.. snapshot.Items.Select(item => item.Distribution is Distribution.Custom custom
            ? item with { Distribution = new Distribution.Custom(custom.UserGroups.Remove(group), custom.DeviceGroups.Remove(group)) }
            : item)],
    };
}
