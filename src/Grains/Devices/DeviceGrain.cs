using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Previews;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Telemetry;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>A mailbox around the rules of Domain: load, ask the rule, plan, save, tell.</summary>
[ImplicitStreamSubscription("membership")]
public sealed class DeviceGrain(
    [PersistentState("device")] IPersistentState<DeviceRecord> state,
    CatalogCache catalog,
    IRecordStore store,
    LastSeen lastSeen,
    PushOutlook outlook,
    DeviceJournal journal,
    TimeProvider time) : Grain, IDevice, IStreamSubscriptionObserver, IAsyncObserver<MembershipHint>
{
    private readonly DeviceMarks _marks = new(outlook);
    private readonly HandedOut _handedOut = new();
    private DateTimeOffset? _lastSeen;

    /// <summary>The last sign of the person who holds the device; null = not known in this activation.</summary>
    private DateTimeOffset? _activeAt;

    /// <summary>A push was asked for since the device last came by itself or because of one.</summary>
    private bool _wasPushed;

    private Device Device => state.State.Device;

    private string Id => this.GetPrimaryKeyString();

    private RecordKey Key => new("device", Id);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _marks.Recovered(Device);
        return Task.CompletedTask;
    }

    public async Task<CheckInOutcome> Authenticate(AuthenticateRequest request)
    {
        var bound = Device.Identity;
        if (bound is not null && bound != request.Facts.Identity && !request.MayRebind)
            return CheckInOutcome.WrongIdentity;
        if (Device.Status == EnrollmentStatus.Retired && bound == request.Facts.Identity)
            return CheckInOutcome.Ended;
        var context = await Context();
        await Take(Enrollments.Authenticate(Device, request.Facts, context), context, Wake.Later);
        return CheckInOutcome.Accepted;
    }

    public async Task<CheckInOutcome> TokenUpdate(TokenUpdateRequest request)
    {
        if (Hear(request.Identity) is not CheckInOutcome.Accepted and var refused)
            return refused;
        if (!request.UnlockToken.IsEmpty)
            await GrainFactory.GetGrain<IDeviceSecrets>(Id).PutUnlockToken(request.UnlockToken);
        var context = await Context();
        var transition = Renewals.Present(Device, request.IdentityExpiresAt, context).Then(device =>
            Enrollments.TokenUpdate(device, request.Topic, request.Token.Span, request.Magic, request.AwaitingConfiguration, context));
        if (!ReferenceEquals(transition.Next, Device))
            await Take(transition, context, Wake.Later);
        return CheckInOutcome.Accepted;
    }

    public async Task<CheckInOutcome> CheckOut(string identity)
    {
        if (Hear(identity) is not CheckInOutcome.Accepted and var refused)
            return refused == CheckInOutcome.Ended ? CheckInOutcome.Accepted : refused;
        var context = await Context();
        await Take(Enrollments.CheckOut(Device, context), context, Wake.Later);
        return CheckInOutcome.Accepted;
    }

    public Task<CheckInOutcome> Recognise(string identity) => Task.FromResult(Hear(identity));

    public async Task<ConnectReply> Connect(ConnectRequest request)
    {
        if (Hear(request.Identity) is not CheckInOutcome.Accepted and var refused)
            return ConnectReply.Refused(refused);
        Heard(time.GetUtcNow());
        if (request.IdentityExpiresAt is { } expiresAt && expiresAt != Device.IdentityExpiresAt)
            await Present(expiresAt);
        if (request.Report is { } report)
            await Hear(report, request.InventoryJson);
        else if (request.NotNow is { } deferred)
            _handedOut.Defer(Device, deferred);
        else
            await BeginSession();
        return await HandOut();
    }

    public async Task<SignInReply> SignIn(SignInRequest request)
    {
        using var step = FleetTelemetry.Step("device.sign_in");
        step?.SetTag("mdm.device", Id);
        var context = await Context(request.MinRevision);
        var facts = request.Facts;
        switch (Sessions.SignIn(Device, facts.Person with { Since = context.Now }, context, request.BegunIn))
        {
            case SignInOutcome.Refused { Reason: var reason }:
                return new SignInReply(reason, await View());
            case SignInOutcome.SignedIn { Transition: var transition }:
                await Take(transition, context, Wake.Now);
                step?.SetTag("mdm.commands.queued", Device.Queue.Length);
                return new SignInReply(null, await Visit());
            case SignInOutcome.AlreadyTheirs:
                return new SignInReply(null, await Visit());
            case var unknown:
                throw new InvalidOperationException($"No answer to {unknown}.");
        }
    }

    public async Task<DeviceView> SignOut(long epoch, string by, long minRevision)
    {
        using var step = FleetTelemetry.Step("device.sign_out");
        step?.SetTag("mdm.device", Id);
        var context = await Context(minRevision);
        await Take(Sessions.SignOut(Device, epoch, by, context), context, Wake.Now);
        return await View();
    }

    public Task<DeviceView> ForceSignOut(string by, long minRevision) => SignOut(Device.Epoch, by, minRevision);

    public async Task<bool> OwnerChanged(UserFacts facts, bool mayHold, long minRevision)
    {
        if (Device.Owner.User != facts.User)
            return false;
        if (!mayHold)
        {
            await SignOut(Device.Epoch, "account disabled", minRevision);
            return false;
        }

        var context = await Context(minRevision);
        await Take(Transition.Of(Sessions.OwnerChanged(Device, facts.Person)), context, Wake.InTurn);
        return true;
    }

    public async Task<DeviceView> View()
    {
        if (Device.Status == EnrollmentStatus.Unknown)
            DeactivateOnIdle();
        else
            _lastSeen ??= await lastSeen.Of(Id);
        return DeviceView.Of(Device, await catalog.AtLeast(0), _lastSeen, _activeAt, _handedOut, time.GetUtcNow());
    }

    public Task<bool?> IsRegisteredBy(UserName person)
    {
        if (Device.Status == EnrollmentStatus.Unknown)
            DeactivateOnIdle();
        return Task.FromResult(Device.RegisteredBy == person ? Device.Status is EnrollmentStatus.Pending || Device.IsManaged : (bool?)null);
    }

    public Task<DeviceView> Visit()
    {
        Active();
        return View();
    }

    public async Task<EnqueueReply> Enqueue(EnqueueRequest request)
    {
        if (request.Body is CommandBody.ClearPasscode && (await GrainFactory.GetGrain<IDeviceSecrets>(Id).UnlockToken()).IsEmpty)
            return new EnqueueReply(EnqueueResult.NoUnlockToken, default);
        var context = await Context();
        switch (Queue.Enqueue(Device, request.Body, context))
        {
            case EnqueueOutcome.Queued queued:
                await Save(Transition.Of(queued.Next), _marks.LookAgainAt, request.Push ? Wake.Now : Wake.Never, Lines.Audit(Key, context.Now, request.By, request.Body.RequestType));
                return new EnqueueReply(EnqueueResult.Queued, queued.Id);
            case EnqueueOutcome.Coalesced coalesced:
                return new EnqueueReply(EnqueueResult.Coalesced, coalesced.Id);
            case EnqueueOutcome.Full:
                return new EnqueueReply(EnqueueResult.Full, default);
            case EnqueueOutcome.NotManaged:
                return new EnqueueReply(EnqueueResult.NotManaged, default);
            case var unknown:
                throw new InvalidOperationException($"No answer to {unknown}.");
        }
    }

    public async Task<bool> Retire(string by)
    {
        var context = await Context();
        if (Enrollments.Retire(Device, context) is not { } transition)
            return false;
        await Take(transition, context, Wake.Now, Lines.Audit(Key, context.Now, by, "Retire"));
        await GrainFactory.GetGrain<IDeviceSecrets>(Id).Forget();
        return true;
    }

    public async Task<bool> Retry(ItemId? item, string by)
    {
        var context = await Context();
        var next = Retries.Forgive(Device, (entry, _) => item is null || entry.Item == item);
        if (ReferenceEquals(next, Device))
            return false;
        await Take(Transition.Of(next), context, Wake.Now, Lines.Audit(Key, context.Now, by, "Retry"));
        return true;
    }

    public async Task<GiveResult> SetGroup(GroupId group, bool member, long minRevision, string by, bool mayCutOff)
    {
        var others = (await catalog.AtLeast(minRevision)).Live(Device.Groups.Remove(group), ofDevices: true);
        if (member && others.Length >= Device.GroupsMax)
            return GiveResult.TooManyGroups;
        var next = Device.Groups.Contains(group) == member ? Device : Device with { Groups = member ? others.Add(group) : others };
        return await Change(next, minRevision, by, member ? $"Add to group {group}" : $"Remove from group {group}", mayCutOff);
    }

    public Task<GiveResult> SetFacts(Ownership? ownership, ImmutableArray<AttributeValue> changes, string by, bool mayCutOff) =>
        Change(new GivenFacts(ownership) { Attributes = changes }.On(Device), 0, by, "Set device facts", mayCutOff);

    public Task<GiveResult> Give(GivenFacts facts, string? expectation, long minRevision, string by, bool mayCutOff)
    {
        if (expectation is null)
            return Change(facts.On(Device), minRevision, by, "Import device", mayCutOff);
        var next = Device.Expectation == expectation ? Device : facts.On(Device) with { Expectation = expectation };
        return Change(next, minRevision, by, "Import expected device", mayCutOff);
    }

    /// <summary>Takes what an admin says of the device, but for what would cut it off unasked.</summary>
    private async Task<GiveResult> Change(Device next, long minRevision, string by, string act, bool mayCutOff)
    {
        if (Device.Status == EnrollmentStatus.Unknown)
        {
            DeactivateOnIdle();
            return GiveResult.Unknown;
        }

        if (ReferenceEquals(next, Device))
            return GiveResult.Unchanged;
        var context = await Context(minRevision);
        if (!mayCutOff && FleetPreview.IsCutOff(context.Catalog, Device, next))
            return GiveResult.CutOff;
        await Take(Transition.Of(next), context, Wake.InTurn, Lines.Audit(Key, context.Now, by, act));
        return GiveResult.Updated;
    }

    public async Task<DeviceView> Ask(ItemId item, bool wanted, long epoch, long minRevision)
    {
        var context = await Context(minRevision);
        if (Sessions.Ask(Device, item, wanted, epoch, context) is { Next: var next } asked && !ReferenceEquals(next, Device))
            await Take(asked, context, Wake.Now);
        return await View();
    }

    public async Task LookAgain(string reason, long mark)
    {
        await state.EnsureNewest(DeactivateOnIdle);
        if (reason == DeviceMarks.Push)
        {
            await Marked(_marks.Postpone(Key, mark, time.GetUtcNow(), !Device.Queue.IsEmpty && Device.IsManaged));
            await RequestPush(_marks.Urgency);
            return;
        }

        if (reason == DeviceMarks.Look && !Device.Owner.IsNobody)
            _activeAt ??= await lastSeen.ActiveOf(Id) ?? DateTimeOffset.MinValue;
        await Replan(reason == DeviceMarks.Catalog ? mark : 0, Wake.InTurn);
        await Obeyed(reason, mark);
    }

    public async Task PushRefused(DateTimeOffset since)
    {
        var next = Enrollments.PushRefused(Device, since);
        if (!ReferenceEquals(next, Device))
            await Save(Transition.Of(next), _marks.LookAgainAt, Wake.Later);
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<MembershipHint>().ResumeAsync(this);

    public async Task OnNextAsync(MembershipHint item, StreamSequenceToken? token = null)
    {
        if (Device.PlannedRevision < item.Revision)
        {
            await Replan(item.Revision, Wake.InTurn); // its save clears the mark too
            return;
        }

        await state.EnsureNewest(DeactivateOnIdle);
        await Obeyed(DeviceMarks.Catalog, item.Revision);
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    /// <summary>Noted once in a span of time: a connection of many requests costs one note.</summary>
    private void Heard(DateTimeOffset now)
    {
        if (_lastSeen is not { } last || last.Ticks / LastSeen.Grain.Ticks != now.Ticks / LastSeen.Grain.Ticks)
            lastSeen.Note(Id, now);
        _lastSeen = now;
    }

    /// <summary>A sign of the person who holds the device; noted once in a span of time.</summary>
    private void Active()
    {
        if (Device.Owner.IsNobody)
            return;
        var now = time.GetUtcNow();
        if (_activeAt is not { } last || last.Ticks / LastSeen.ActiveGrain.Ticks != now.Ticks / LastSeen.ActiveGrain.Ticks)
            lastSeen.NoteActive(Id, now);
        _activeAt = now;
    }

    /// <summary>The device came with another certificate than before.</summary>
    private async Task Present(DateTimeOffset expiresAt)
    {
        var context = await Context();
        await Take(Renewals.Present(Device, expiresAt, context), context, Wake.Later);
    }

    private CheckInOutcome Hear(string identity)
    {
        if (Device.Status == EnrollmentStatus.Unknown)
        {
            DeactivateOnIdle();
            return CheckInOutcome.Unknown;
        }

        return Device.Identity != identity ? CheckInOutcome.WrongIdentity
            : Device.Status == EnrollmentStatus.Retired ? CheckInOutcome.Ended
            : CheckInOutcome.Accepted;
    }

    private async Task Hear(CommandReport report, ReadOnlyMemory<byte> inventory)
    {
        var answered = Device.Queue.FirstOrDefault(queued => queued.Id == report.Id);
        if (answered is not null && !inventory.IsEmpty)
            await GrainFactory.GetGrain<IDeviceInventory>(Id).Put(answered.Body.RequestType, inventory, time.GetUtcNow());
        var context = await Context();
        var transition = Reports.Apply(Device, report, context);
        if (ReferenceEquals(transition.Next, Device))
            return;
        var onlyTold = answered is { Lane: Lane.Inventory } && !Queue.IsCrowded(Device) && transition.Next.Ledger == Device.Ledger && transition.Next.Facts == Device.Facts;
        if (onlyTold)
            await Save(transition, _marks.LookAgainAt, Wake.Later);
        else
            await Take(transition, context, Wake.Later);
    }

    /// <summary>An Idle begins a session: what was deferred is tried again, and a newer catalog is planned against first.</summary>
    private async Task BeginSession()
    {
        if (!_wasPushed && Queue.Next(Device, _handedOut.DeferredIds) is null)
            Active(); // it came by itself, for nothing of ours: someone uses it
        _wasPushed = false;
        _handedOut.NewSession();
        if (Device.PlannedRevision < catalog.NewestTold || _marks.IsLookDue(time.GetUtcNow()))
            await Replan(0, Wake.Later);
    }

    private async Task<ConnectReply> HandOut(bool isPlanned = false)
    {
        if (Device.Queue.IsEmpty || Queue.Next(Device, _handedOut.DeferredIds) is not { } next)
            return ConnectReply.Nothing;
        if (await Values(next.Body) is not { } values)
        {
            if (isPlanned)
                return ConnectReply.Nothing;
            await Replan(await CatalogRevision(), Wake.Later); // what it is filled in with has changed: the plan replaces it
            return await HandOut(isPlanned: true);
        }

        _handedOut.Add(next.Id);
        var unlock = next.Body is CommandBody.ClearPasscode ? await GrainFactory.GetGrain<IDeviceSecrets>(Id).UnlockToken() : default;
        return new ConnectReply(CheckInOutcome.Accepted, next, Device.SignInToken, unlock) { Values = values };
    }

    private async Task Replan(long revision, Wake wake)
    {
        catalog.Told(revision);
        var context = await Context(revision);
        await Take(Transition.Of(Device), context, wake);
    }

    private Task<long> CatalogRevision() => GrainFactory.GetGrain<ICatalog>(ICatalog.Key).Revision();

    /// <summary>What a profile is filled in with; null = it would not be what was queued.</summary>
    private async ValueTask<ImmutableArray<AttributeValue>?> Values(CommandBody body)
    {
        if (body is not CommandBody.InstallProfile install || !EffectiveRevision.IsFilled(install.Revision))
            return [];
        var snapshot = await catalog.AtLeast(Device.PlannedRevision);
        return snapshot.Find(install.ItemId) is { } item && snapshot.Compiled.Values(item, Device.Subject) is var values
            && EffectiveRevision.Of(EffectiveRevision.ContentOf(install.Revision), values) == install.Revision ? values : null;
    }

    private Task Obeyed(string reason, long mark) =>
        _marks.Looked(Key, reason, mark) is { IsEmpty: false } changes ? Marked(changes) : Task.CompletedTask;

    private async ValueTask<RuleContext> Context(long minRevision = 0) =>
        new(time.GetUtcNow(), await catalog.AtLeast(minRevision), _handedOut.NewId, _handedOut.MayBe) { ActiveAt = _activeAt };

    /// <summary>Plans after a rule and saves both as one write; a plan that finds nothing to change writes nothing.</summary>
    private Task Take(Transition transition, RuleContext context, Wake wake, params ReadOnlySpan<EventLine> audit)
    {
        var planned = Planner.Plan(transition.Next, context);
        var both = new Transition(planned.Transition.Next, transition.Events.AddRange(planned.Transition.Events));
        return Save(both, planned.LookAgainAt, wake, audit);
    }

    private Task Save(Transition transition, DateTimeOffset? lookAgainAt, Wake wake, params ReadOnlySpan<EventLine> audit)
    {
        var (before, next) = (Device, transition.Next);
        var now = time.GetUtcNow();
        var due = _marks.Changes(Key, before, next, lookAgainAt, wake, now);
        if (transition.Events.IsEmpty && audit.IsEmpty && next with { PlannedRevision = before.PlannedRevision } == before)
        {
            state.State = state.State with { Device = next };
            return MarkOnly(due, wake);
        }

        state.State = new DeviceRecord
        {
            Device = next,
            Id = Id,
            ChangedAt = now,
            ShowsChange = !state.RecordExists || !DeviceRow.IsSame(before, next),
            Events = [.. transition.Events.Select(what => Lines.Of(Key, now, what)), .. audit],
            Due = due,
        };
        return Write(before, transition, wake);
    }

    /// <summary>A connected device that was planned against a newer catalog writes nothing: its mark, where there is one, comes back and goes.</summary>
    private async Task MarkOnly(ImmutableArray<DueChange> due, Wake wake)
    {
        if (due.IsEmpty || (wake == Wake.Later && due.All(change => change.Reason == DeviceMarks.Catalog)))
            return;
        await state.EnsureNewest(DeactivateOnIdle);
        await Marked(due);
    }

    private async Task Marked(ImmutableArray<DueChange> due)
    {
        try
        {
            await store.MarkAsync(due);
        }
        catch
        {
            DeactivateOnIdle(); // its picture of the marks is ahead of the store
            throw;
        }
    }

    private async Task Write(Device before, Transition transition, Wake wake)
    {
        await state.WriteOrDrop(DeactivateOnIdle);
        var next = transition.Next;
        journal.Committed(Id, before, next, transition.Events);
        _handedOut.Forget(next);
        if (wake >= Wake.InTurn && next.Queue.Length > 0 && next.Queue != before.Queue)
            await RequestPush(wake == Wake.Now ? PushUrgency.Urgent : PushUrgency.Bulk);
        if (DeviceMarks.SeesOther(before, next))
            await PlanAgainIfNewer(isMarked: true);
        else if (before.Signature != next.Signature && next.Status == EnrollmentStatus.Enrolled)
            await PlanAgainIfNewer(isMarked: false);
    }

    /// <summary>
    /// A fan-out that looked at this device before its new facts were stored did not see them: whatever was published until now is planned
    /// against here, whatever comes later finds the new facts.
    /// </summary>
    private async Task PlanAgainIfNewer(bool isMarked)
    {
        if (await CatalogRevision() is var newest && newest > Device.PlannedRevision)
            await Replan(newest, Wake.InTurn);
        else if (isMarked)
            await Marked([new DueChange(Key, DeviceMarks.Catalog, Device.PlannedRevision, null)]);
    }

    private async Task RequestPush(PushUrgency urgency)
    {
        if (Device is not { IsManaged: true, Queue.IsEmpty: false, Push: { InvalidSince: null } channel })
            return;
        _wasPushed = true;
        var push = GrainFactory.GetGrain<IPush>(channel.Topic);
        outlook.Note(await push.Request(new PushTarget(EnrollmentId.Parse(Id), channel.Token, channel.Magic), urgency), time.GetUtcNow());
    }
}
