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
        var next = Snapshot.With(item);
        return Snapshot.Find(item.Id) is { } old && old == next.Find(item.Id) ? Task.FromResult(Snapshot.Revision) : Publish(next);
    }

    public Task CheckItem(Item item) =>
        CatalogChecks.OnSize(state.State with { Snapshot = Snapshot.With(item) }) is null ? Task.CompletedTask : throw new CatalogFullException();

    public Task<long> RemoveItem(ItemId item) =>
        Snapshot.Find(item) is null ? Task.FromResult(Snapshot.Revision) : Publish(Snapshot.Without(item));

    public Task<PublishReply> CheckUserGroup(GroupId id, Group? group) => Task.FromResult(Check(new GroupRef(false, id), group));

    public Task<PublishReply> CheckDeviceGroup(GroupId id, Group? group) => Task.FromResult(Check(new GroupRef(true, id), group));

    public Task<PublishReply> PutUserGroup(Group group) => Publish(new GroupRef(false, group.Id), group);

    public Task<PublishReply> PutDeviceGroup(Group group) => Publish(new GroupRef(true, group.Id), group);

    public Task<PublishReply> RemoveUserGroup(GroupId group) => Publish(new GroupRef(false, group), null);

    public Task<PublishReply> RemoveDeviceGroup(GroupId group) => Publish(new GroupRef(true, group), null);

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
        var next = Snapshot.WithNobodys(changes);
        return next.NobodyAttributes.SequenceEqual(Snapshot.NobodyAttributes)
            ? new PublishReply(Snapshot.Revision)
            : new PublishReply(await Publish(next, Line(by, "Set attributes of nobody")));
    }

    public async Task<PublishReply> PutSettings(SettingsEntry settings, long? expected, string by)
    {
        var old = Snapshot.Entry(settings.Id);
        if (CatalogChecks.OnSettings(Snapshot, old, expected) is { } refused)
            return refused;
        var next = settings with
        {
            UserGroups = settings.UserGroups.RemoveAll(id => id != GroupId.Everyone && !Snapshot.UserGroups.Any(known => known.Id == id)),
            ChangedIn = old?.ChangedIn ?? 0,
        };
        if (next == old)
            return new PublishReply(Snapshot.Revision);
        var act = old is null ? $"Add user settings {next.Id}" : $"Change user settings {next.Id}";
        return new PublishReply(await Publish(Snapshot.With(next), Line(by, act)));
    }

    public async Task<PublishReply> RemoveSettings(string id, long? expected, string by)
    {
        if (Snapshot.Entry(id) is not { } old)
            return new PublishReply(0, PublishFault.NotFound, $"There are no user settings {id}.");
        return CatalogChecks.OnSettings(Snapshot, old, expected)
            ?? new PublishReply(await Publish(Snapshot.WithoutSettings(id), Line(by, $"Delete user settings {id}")));
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
        await state.EnsureNewest(DeactivateOnIdle);
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

    private PublishReply Check(GroupRef id, Group? group) =>
        WhyNot(id, group) ?? (group is null ? null : CatalogChecks.OnSize(state.State with { Snapshot = Snapshot.With(id, group) })) ?? new PublishReply(Snapshot.Revision);

    /// <summary>Puts the group in, or removes it (null).</summary>
    private async Task<PublishReply> Publish(GroupRef id, Group? group)
    {
        if (Snapshot.Find(id) == group)
            return new PublishReply(Snapshot.Revision);
        return WhyNot(id, group) ?? await TryPublish(group is null ? Snapshot.Without(id) : Snapshot.With(id, group));
    }

    /// <summary>What speaks against the group as given, or against its removal (null).</summary>
    private PublishReply? WhyNot(GroupRef id, Group? group)
    {
        var old = Snapshot.Find(id);
        return old == group ? null
            : group is null ? CatalogChecks.OnRemoval(Snapshot, id)
            : CatalogChecks.OnGroup(Snapshot.With(id, group), id, group.Rule, old);
    }

    private async Task<long> Publish(CatalogSnapshot next, params ImmutableArray<EventLine> audit) =>
        await TryPublish(next, audit) is { Fault: null } published ? published.Revision : throw new CatalogFullException();

    /// <summary>Refused where the catalog has no place for it.</summary>
    private async Task<PublishReply> TryPublish(CatalogSnapshot next, params ImmutableArray<EventLine> audit)
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
        if (CatalogChecks.OnSize(record) is { } refused)
            return refused;
        await Save(record);
        cache.Take(next);
        StartNext();
        return new PublishReply(next.Revision);
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
        if (state.State.Outbox is not [var change, ..])
            return;
        var fanout = FanoutOf(change.Revision);
        _ = Task.Run(() => Start(fanout, change));
    }

    private async Task Start(IFanout fanout, CatalogChange change)
    {
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
}
