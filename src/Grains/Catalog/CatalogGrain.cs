using System.Collections.Immutable;
using System.Globalization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>One write publishes: the new revision and its outbox entry. A fan-out that was lost is started again from the outbox.</summary>
public sealed partial class CatalogGrain(
    [PersistentState("catalog")] IPersistentState<CatalogRecord> state,
    CatalogCache cache,
    IRecordStore store,
    TimeProvider time,
    ILogger<CatalogGrain> log) : Grain, ICatalog
{
    /// <summary>Tags of a change beyond which it is looked for everywhere.</summary>
    private const int TagsMax = 64;

    internal static readonly TimeSpan OutboxRetry = TimeSpan.FromSeconds(15);

    private static RecordKey Key => new("catalog", ICatalog.Key);

    private CatalogSnapshot Snapshot => state.State.Snapshot;

    public Task<CatalogSnapshot> Read() => Task.FromResult(Snapshot);

    public Task<long> Revision() => Task.FromResult(Snapshot.Revision);

    public Task<ImmutableArray<long>> UnderWay() => Task.FromResult<ImmutableArray<long>>([.. state.State.Outbox.Select(change => change.Revision)]);

    public Task<long> PutItem(Item item)
    {
        item = Known(item);
        var old = Snapshot.Find(item.Id);
        if (old is not null && old == item)
            return Task.FromResult(Snapshot.Revision);
        var items = old is null ? Snapshot.Items.Add(item) : Snapshot.Items.Replace(old, item);
        return Publish(Snapshot with { Items = items });
    }

    public Task<long> RemoveItem(ItemId item) => Snapshot.Find(item) is { } old
        ? Publish(Snapshot with { Items = Snapshot.Items.Remove(old) })
        : Task.FromResult(Snapshot.Revision);

    public Task<PublishReply> CheckUserGroup(GroupId id, Group? group) => Task.FromResult(Check(new GroupRef(false, id), group));

    public Task<PublishReply> CheckDeviceGroup(GroupId id, Group? group) => Task.FromResult(Check(new GroupRef(true, id), group));

    public Task<PublishReply> PutUserGroup(Group group) => Put(new GroupRef(false, group.Id), group);

    public Task<PublishReply> PutDeviceGroup(Group group) => Put(new GroupRef(true, group.Id), group);

    public Task<PublishReply> RemoveUserGroup(GroupId group) => Remove(new GroupRef(false, group), Snapshot with
    {
        UserGroups = Snapshot.UserGroups.RemoveAll(known => known.Id == group),
        NobodyGroups = Snapshot.NobodyGroups.Remove(group),
        Items = [.. Snapshot.Items.Select(item => item.Without(id => id == group, _ => false))],
    });

    public Task<PublishReply> RemoveDeviceGroup(GroupId group) => Remove(new GroupRef(true, group), Snapshot with
    {
        DeviceGroups = Snapshot.DeviceGroups.RemoveAll(known => known.Id == group),
        Items = [.. Snapshot.Items.Select(item => item.Without(_ => false, id => id == group))],
    });

    public async Task<PublishReply> PutAttribute(AttributeDefinition attribute, string by)
    {
        if (CatalogChecks.OnAttribute(Snapshot, attribute) is { } refused)
            return refused;
        var old = Snapshot.Attributes.FirstOrDefault(known => known.Id == attribute.Id);
        if (old == attribute)
            return new PublishReply(Snapshot.Revision);
        var act = old is null ? $"Add attribute {attribute.Name}"
            : old.Name == attribute.Name ? $"Label attribute {attribute.Name}"
            : $"Rename attribute {old.Name} to {attribute.Name}";
        var attributes = old is null ? Snapshot.Attributes.Add(attribute) : Snapshot.Attributes.Replace(old, attribute);
        return new PublishReply(await Publish(Snapshot with { Attributes = attributes }, Line(by, act)));
    }

    public async Task<PublishReply> RemoveAttribute(AttributeId attribute, string by)
    {
        if (Snapshot.Attributes.FirstOrDefault(known => known.Id == attribute) is not { } old)
            return new PublishReply(Snapshot.Revision);
        if (CatalogChecks.OnRemoval(Snapshot, old) is { } refused)
            return refused;
        var next = Snapshot with
        {
            Attributes = Snapshot.Attributes.Remove(old),
            NobodyAttributes = AttributeValues.With(Snapshot.NobodyAttributes, attribute, null),
        };
        return new PublishReply(await Publish(next, Line(by, $"Delete attribute {old.Name}")));
    }

    public async Task<PublishReply> SetNobodyAttributes(ImmutableArray<AttributeValue> changes, string by)
    {
        var values = AttributeValues.With(Snapshot.NobodyAttributes, changes);
        return values.SequenceEqual(Snapshot.NobodyAttributes)
            ? new PublishReply(Snapshot.Revision)
            : new PublishReply(await Publish(Snapshot with { NobodyAttributes = values }, Line(by, "Set attributes of nobody")));
    }

    public async Task<PublishReply> PutSettings(SettingsEntry settings, long? expected, string by)
    {
        var old = Snapshot.Settings.FirstOrDefault(known => known.Id == settings.Id);
        if (CatalogChecks.OnSettings(Snapshot, old, expected) is { } refused)
            return refused;
        var next = settings with
        {
            UserGroups = settings.UserGroups.RemoveAll(id => id != GroupId.Everyone && !Snapshot.UserGroups.Any(known => known.Id == id)),
            ChangedIn = old?.ChangedIn ?? 0,
        };
        if (next == old)
            return new PublishReply(Snapshot.Revision);
        next = next with { ChangedIn = Snapshot.Revision + 1 };
        var all = old is null ? Snapshot.Settings.Add(next) : Snapshot.Settings.Replace(old, next);
        var act = old is null ? $"Add user settings {next.Id}" : $"Change user settings {next.Id}";
        return new PublishReply(await Publish(Snapshot with { Settings = all }, Line(by, act)));
    }

    public async Task<PublishReply> RemoveSettings(string id, long? expected, string by)
    {
        if (Snapshot.Settings.FirstOrDefault(known => known.Id == id) is not { } old)
            return new PublishReply(0, PublishFault.NotFound, $"There are no user settings {id}.");
        return CatalogChecks.OnSettings(Snapshot, old, expected)
            ?? new PublishReply(await Publish(Snapshot with { Settings = Snapshot.Settings.Remove(old) }, Line(by, $"Delete user settings {id}")));
    }

    public Task<long> SetNobodyGroup(GroupId group, bool member, string by)
    {
        if (Snapshot.NobodyGroups.Contains(group) == member)
            return Task.FromResult(Snapshot.Revision);
        var next = Snapshot with { NobodyGroups = member ? Snapshot.NobodyGroups.Add(group) : Snapshot.NobodyGroups.Remove(group) };
        var act = member ? $"Add nobody to group {group}" : $"Remove nobody from group {group}";
        return Publish(next, Line(by, act));
    }

    /// <summary>The cursor goes first: a crash in between leaves the outbox entry, which fans out once more.</summary>
    public async Task FannedOut(long revision)
    {
        await FanoutOf(revision).Forget();
        var outbox = state.State.Outbox.RemoveAll(change => change.Revision == revision);
        if (outbox.Length != state.State.Outbox.Length)
            await Save(state.State with { Outbox = outbox, Events = [] });
        StartNext();
    }

    public async Task LookAgain(string reason, long mark)
    {
        if (reason == CatalogRecord.Day)
        {
            await NextDay(mark);
            return;
        }

        DueChange later = new(Key, reason, mark, state.State.Outbox.IsEmpty ? null : time.GetUtcNow() + OutboxRetry);
        await store.MarkAsync([new DueChange(Key, reason, mark, null), later]);
        StartNext();
    }

    /// <summary>The day that rules count from has passed; a mark that came too early is set anew.</summary>
    private async Task NextDay(long mark)
    {
        if (Today > Snapshot.Today)
            await Publish(Snapshot);
        else
            await store.MarkAsync([new DueChange(Key, CatalogRecord.Day, mark, null), .. state.State.DayMark()]);
    }

    private ImmutableArray<Group> GroupsLike(GroupRef group) => group.OfDevices ? Snapshot.DeviceGroups : Snapshot.UserGroups;

    private PublishReply Check(GroupRef id, Group? group)
    {
        var old = GroupsLike(id).FirstOrDefault(known => known.Id == id.Id);
        var refused = old == group ? null
            : group is null ? CatalogChecks.OnRemoval(Snapshot, id)
            : CatalogChecks.OnGroup(With(id, old, group), id, group.Rule, old);
        return refused ?? new PublishReply(Snapshot.Revision);
    }

    private CatalogSnapshot With(GroupRef id, Group? old, Group group)
    {
        var groups = GroupsLike(id);
        groups = old is null ? groups.Add(group) : groups.Replace(old, group);
        return id.OfDevices ? Snapshot with { DeviceGroups = groups } : Snapshot with { UserGroups = groups };
    }

    private async Task<PublishReply> Put(GroupRef id, Group group)
    {
        var old = GroupsLike(id).FirstOrDefault(known => known.Id == group.Id);
        if (old == group)
            return new PublishReply(Snapshot.Revision);
        var next = With(id, old, group);
        return CatalogChecks.OnGroup(next, id, group.Rule, old) ?? new PublishReply(await Publish(next));
    }

    private async Task<PublishReply> Remove(GroupRef group, CatalogSnapshot next)
    {
        if (next.UserGroups.Length == Snapshot.UserGroups.Length && next.DeviceGroups.Length == Snapshot.DeviceGroups.Length)
            return new PublishReply(Snapshot.Revision);
        return CatalogChecks.OnRemoval(Snapshot, group) ?? new PublishReply(await Publish(next));
    }

    private async Task<long> Publish(CatalogSnapshot next, params ImmutableArray<EventLine> audit)
    {
        next = next with { Revision = Snapshot.Revision + 1, Today = Today };
        var reach = CatalogReach.Of(Snapshot, next);
        var record = state.State with
        {
            Snapshot = next,
            Outbox = reach.IsEmpty ? state.State.Outbox : Waiting(state.State.Outbox, new CatalogChange(next.Revision, reach.Everywhere, TagsOf(reach))),
            ChangedAt = time.GetUtcNow(),
            Events = audit,
        };
        if (CatalogChecks.IsTooLarge(record))
            throw new CatalogFullException();
        await Save(record);
        cache.Take(next);
        StartNext();
        return next.Revision;
    }

    /// <summary>One fan-out runs, one change waits: what comes meanwhile is one with it, as every fan-out looks with the newest catalog.</summary>
    private static ImmutableArray<CatalogChange> Waiting(ImmutableArray<CatalogChange> outbox, CatalogChange change)
    {
        if (outbox.Length < 2)
            return outbox.Add(change);
        var tags = outbox[^1].Tags.Union(change.Tags).Order(StringComparer.Ordinal).ToImmutableArray();
        var all = outbox[^1].All || change.All || tags.Length > TagsMax;
        return outbox.SetItem(outbox.Length - 1, new CatalogChange(change.Revision, all, all ? [] : tags));
    }

    public Task CheckItem(Item item)
    {
        var items = Snapshot.Find(item.Id) is { } old ? Snapshot.Items.Replace(old, item) : Snapshot.Items.Add(item);
        return CatalogChecks.IsTooLarge(state.State with { Snapshot = Snapshot with { Items = items } }) ? throw new CatalogFullException() : Task.CompletedTask;
    }

    private static ImmutableArray<string> TagsOf(CatalogReach reach) => reach.Everywhere ? [] :
    [
        .. reach.DeviceGroups.Select(DeviceRecord.DeviceGroupTag)
            .Concat(reach.UserGroups.Select(DeviceRecord.OwnerGroupTag))
            .Concat(reach.Nobody ? [DeviceRecord.NobodyTag] : [])
            .Order(StringComparer.Ordinal),
    ];

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private EventLine Line(string by, string act) => Lines.Audit(Key, time.GetUtcNow(), by, act);

    /// <summary>Outside any turn: a fan-out may be asking this grain. A start that is lost is repeated by the outbox's mark.</summary>
    private void StartNext()
    {
        if (state.State.Outbox is [var change, ..])
            _ = Start(FanoutOf(change.Revision), change);
    }

    private async Task Start(IFanout fanout, CatalogChange change)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await fanout.Start(change);
        }
        catch (Exception failure)
        {
            NotStarted(log, failure, change.Revision);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The fan-out of revision {Revision} could not be started; the outbox starts it again")]
    private static partial void NotStarted(ILogger log, Exception failure, long revision);

    private IFanout FanoutOf(long revision) => GrainFactory.GetGrain<IFanout>(revision.ToString(CultureInfo.InvariantCulture));

    private Task Save(CatalogRecord next)
    {
        state.State = next;
        return state.WriteOrDrop(DeactivateOnIdle);
    }

    /// <summary>Groups that are no more reach nobody: a draft may still name one that its members still carry.</summary>
    private Item Known(Item item) => item.Without(
        id => id != GroupId.Everyone && !Snapshot.UserGroups.Any(known => known.Id == id),
        id => !Snapshot.DeviceGroups.Any(known => known.Id == id));
}
