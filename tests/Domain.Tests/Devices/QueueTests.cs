using System.Collections.Immutable;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>The queue: bounded, urgent first, equal queries once (BY-01).</summary>
public sealed class QueueTests
{
    private readonly World _world = new(1);

    public QueueTests()
    {
        _world.Enrol();
        _world.Connect();
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void Urgent_goes_before_session_and_session_before_inventory()
    {
        _world.Ask(new CommandBody.CertificateList());
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Ask(new CommandBody.DeviceLock());
        Assert.IsType<CommandBody.DeviceLock>(Done());
        Assert.IsType<CommandBody.InstallProfile>(Done());
        Assert.IsType<CommandBody.ProfileList>(Done());
        Assert.IsType<CommandBody.CertificateList>(Done());
        Assert.Empty(_world.Device.Queue);
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void Equal_queries_wait_once_and_unequal_ones_apart()
    {
        var first = Assert.IsType<EnqueueOutcome.Queued>(Enqueue(new CommandBody.DeviceInformation(["OSVersion", "DeviceName"])));
        _world.Ask(new CommandBody.DeviceInformation(["OSVersion", "DeviceName"]));
        Assert.Equal(
            Assert.Single(_world.Device.Queue).Id,
            Assert.IsType<EnqueueOutcome.Coalesced>(Enqueue(new CommandBody.DeviceInformation(["OSVersion", "DeviceName"]))).Id);
        Assert.IsType<EnqueueOutcome.Queued>(Enqueue(new CommandBody.DeviceInformation(["OSVersion"])));
        Assert.IsType<EnqueueOutcome.Queued>(Enqueue(new CommandBody.CertificateList()));
        Assert.NotEqual(first.Id, Guid.Empty);
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void Urgent_commands_are_never_coalesced()
    {
        _world.Ask(new CommandBody.DeviceLock());
        Assert.IsType<EnqueueOutcome.Queued>(Enqueue(new CommandBody.DeviceLock()));
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void A_queue_full_of_queries_has_room_for_urgent_commands_and_for_no_more_than_the_bound()
    {
        for (var query = 0; query < 200; query++)
            _world.Ask(new CommandBody.SetDeviceName($"iPad {query}"));
        Assert.Equal(Device.QueueMax - 8, _world.Device.Queue.Length);
        Assert.IsType<EnqueueOutcome.Full>(Enqueue(new CommandBody.CertificateList()));
        for (var urgent = 0; urgent < 20; urgent++)
            _world.Ask(new CommandBody.DeviceLock($"lock {urgent}"));
        Assert.Equal(Device.QueueMax, _world.Device.Queue.Length);
        Assert.IsType<EnqueueOutcome.Full>(Enqueue(new CommandBody.DeviceLock("one more")));
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void Plans_leave_room_for_admins_and_go_on_when_there_is_room_again()
    {
        _world.Publish(Enumerable.Range(0, Device.LedgerMax).Select(item => Items.Profile($"item-{item}", Items.Everyone)));
        Assert.Equal(Device.QueueMax - 32, _world.Device.Queue.Length);
        Assert.True(Queue.IsCrowded(_world.Device));
        Assert.IsType<EnqueueOutcome.Queued>(Enqueue(new CommandBody.CertificateList()));
        _world.Connect();
        Assert.Empty(_world.Device.Queue);
        Assert.Equal(Device.LedgerMax, _world.Device.Ledger.Count(entry => entry.Presence == Presence.Present));
    }

    [Fact]
    public void After_a_not_now_only_commands_that_are_never_deferred_are_tried()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Ask(new CommandBody.CertificateList());
        _world.Ask(new CommandBody.DeviceInformation([]));
        var install = Queue.Next(_world.Device, ImmutableHashSet<Guid>.Empty)!;
        var next = Queue.Next(_world.Device, ImmutableHashSet.Create(install.Id))!;
        Assert.IsType<CommandBody.DeviceInformation>(next.Body);
        Assert.Null(Queue.Next(_world.Device, ImmutableHashSet.Create(install.Id, next.Id)));
    }

    [Fact]
    public void A_locked_device_gets_its_items_once_it_is_unlocked()
    {
        _world.Locked = true;
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Connect();
        Assert.DoesNotContain("test.item.wifi", _world.Profiles.Keys);
        _world.Locked = false;
        _world.Connect();
        Assert.Contains("test.item.wifi", _world.Profiles.Keys);
        Assert.Empty(_world.Device.Queue);
    }

    [Fact]
    public void A_device_that_is_not_enrolled_takes_no_commands() =>
        Assert.IsType<EnqueueOutcome.NotManaged>(Queue.Enqueue(new Device(), new CommandBody.DeviceLock(), _world.Context));

    private CommandBody Done()
    {
        var next = _world.HandOut();
        _world.Obey(next);
        return next.Body;
    }

    private EnqueueOutcome Enqueue(CommandBody body) => Queue.Enqueue(_world.Device, body, _world.Context);
}
