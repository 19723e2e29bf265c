using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>What came of asking for a command. A closed family.</summary>
public abstract record EnqueueOutcome
{
    private EnqueueOutcome()
    {
    }

    public sealed record Queued(Device Next, Guid Id) : EnqueueOutcome;

    /// <summary>An equal query already waits; its answer serves both.</summary>
    public sealed record Coalesced(Guid Id) : EnqueueOutcome;

    public sealed record Full : EnqueueOutcome;

    public sealed record NotManaged : EnqueueOutcome;
}

/// <summary>The rules of a device's command queue: bounded, urgent first, equal queries once (BY-01).</summary>
public static class Queue
{
    /// <summary>Places that plans and queries leave free for urgent commands.</summary>
    private const int UrgentReserve = 8;

    /// <summary>Places that plans leave free for admins.</summary>
    private const int AdminReserve = 32;

    /// <summary>Plans find no room: one of their steps may have been left out, so that whatever leaves the queue is worth a plan.</summary>
    public static bool IsCrowded(Device device) => device.Queue.Length >= Device.QueueMax - AdminReserve;

    public static EnqueueOutcome Enqueue(Device device, CommandBody body, RuleContext context)
    {
        if (!device.IsManaged)
            return new EnqueueOutcome.NotManaged();
        if (body is CommandBody.InstalledApplicationList && device.Kind == EnrollmentKind.User)
            body = new CommandBody.InstalledApplicationList(ManagedAppsOnly: true);
        var lane = QueuedCommand.LaneOf(body);
        if (lane == Lane.Inventory && device.Queue.FirstOrDefault(queued => queued.Lane == lane && queued.Body == body) is { } twin)
            return new EnqueueOutcome.Coalesced(twin.Id);
        if (device.Queue.Length >= Device.QueueMax - (lane == Lane.Urgent ? 0 : UrgentReserve))
            return new EnqueueOutcome.Full();
        var command = new QueuedCommand(context.NewId(), body, lane, device.Epoch, context.Now);
        return new EnqueueOutcome.Queued(device with { Queue = device.Queue.Add(command) }, command.Id);
    }

    /// <summary>Queues a step of a plan; a device whose queue is full gets it when a later plan finds room.</summary>
    public static Device Add(Device device, PlanStep step, RuleContext context)
    {
        if (IsCrowded(device))
            return device;
        var command = new QueuedCommand(context.NewId(), BodyOf(step), Lane.Session, device.Epoch, context.Now);
        var next = device with { Queue = device.Queue.Add(command) };
        return step is PlanStep.Install { Item: var item } && next.Entry(item.Id) is null
            ? next.WithEntry(new LedgerEntry(item.Id, item.Delivery, Presence.Absent))
            : next;
    }

    /// <summary>
    /// The command to hand out next: urgent before session before inventory, in order within a lane. Those in
    /// <paramref name="deferred"/> were answered NotNow in this connection; after one was, only commands that never are NotNow are tried.
    /// </summary>
    public static QueuedCommand? Next(Device device, IReadOnlySet<Guid> deferred)
    {
        QueuedCommand? next = null;
        foreach (var command in device.Queue)
        {
            if ((next is null || command.Lane < next.Lane) && !deferred.Contains(command.Id) && (deferred.Count == 0 || command.Body.NeverNotNow))
                next = command;
        }

        return next;
    }

    /// <summary>Takes a command back. If it may have been handed out, what it was about becomes unknown and its late result is awaited.</summary>
    public static Device Void(Device device, QueuedCommand command, RuleContext context)
    {
        var next = device with { Queue = device.Queue.Remove(command) };
        if (command.Body.Item is not { } item || !context.MayBeHandedOut(command.Id) || next.Entry(item) is not { } entry)
            return next;
        var (act, revision) = ActOf(command.Body);
        var voided = next.Voided.Add(new VoidedCommand(command.Id, item, entry.Delivery, act, revision));
        return next.WithEntry(entry.Overtaken()) with { Voided = voided.Length > Device.VoidedMax ? voided.RemoveAt(0) : voided };
    }

    /// <summary>Voids every command that a predicate picks, and tells each.</summary>
    public static Transition VoidAll(Device device, Func<QueuedCommand, bool> picked, RuleContext context)
    {
        var events = ImmutableArray.CreateBuilder<DeviceEvent>();
        foreach (var command in device.Queue.Where(picked))
        {
            device = Void(device, command, context);
            events.Add(new DeviceEvent.CommandEnded(command.Id, command.Body.RequestType, "Voided", command.Body.Item, null));
        }

        return new Transition(device, events.ToImmutable());
    }

    internal static (Act Act, string? Revision) ActOf(CommandBody body) => body switch
    {
        CommandBody.InstallProfile install => (Act.Install, install.Revision),
        CommandBody.InstallApplication install => (Act.Install, install.Revision),
        _ => (Act.Remove, null),
    };

    private static CommandBody BodyOf(PlanStep step) => step switch
    {
        PlanStep.Install { Item: { Delivery: Delivery.ManagedApp app } item } => new CommandBody.InstallApplication(item.Id, item.Revision, app.BundleId),
        PlanStep.Install { Item: var item } => new CommandBody.InstallProfile(item.Id, item.Revision),
        PlanStep.Remove { Entry: { Delivery: Delivery.ManagedApp app } entry } => new CommandBody.RemoveApplication(entry.Item, app.BundleId),
        PlanStep.Remove { Entry: { Delivery: Delivery.Profile profile } entry } => new CommandBody.RemoveProfile(entry.Item, profile.Identifier),
        PlanStep.Renew => new CommandBody.RenewEnrollment(),
        PlanStep.Look { Apps: true } => new CommandBody.ManagedApplicationList(),
        PlanStep.Look => new CommandBody.ProfileList(),
        _ => throw new InvalidOperationException($"No command for {step}."),
    };
}
