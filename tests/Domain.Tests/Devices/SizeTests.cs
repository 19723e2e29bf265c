using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>A device's state is bounded (DESIGN.md, section 5), and what finds no place is named and comes later.</summary>
public sealed class SizeTests
{
    private readonly World _world = new(1);

    [Fact]
    public void Items_beyond_the_most_a_device_can_have_are_blocked_until_others_have_left()
    {
        var items = Enumerable.Range(0, Device.LedgerMax + 20).Select(number => Items.Profile($"item-{number:D3}", Items.Everyone)).ToArray();
        _world.Publish(items);
        _world.Enrol();
        ConnectUntilQuiet();
        Assert.Equal(Device.LedgerMax, _world.Device.Ledger.Length);
        Assert.All(_world.Device.Ledger, entry => Assert.Equal(Presence.Present, entry.Presence));
        var verdicts = Planner.Judge(_world.Device, items.ToDictionary(item => item.Id), _world.Now);
        Assert.Equal(items[Device.LedgerMax..].Select(item => item.Id), verdicts.Where(verdict => verdict.Value.State == ItemState.Blocked).Select(verdict => verdict.Key));

        _world.Publish(items[20..]);
        ConnectUntilQuiet();
        Assert.Equal(items[20..].Select(item => item.Id.Value), _world.Device.Ledger.Select(entry => entry.Item.Value).Order());
        Assert.All(_world.Device.Ledger, entry => Assert.Equal(Presence.Present, entry.Presence));
    }

    [Fact]
    public void What_a_device_says_of_itself_is_kept_up_to_a_bound()
    {
        var facts = new DeviceFacts(new string('n', 100_000), ProductName: "iPad13,1").Clipped();
        Assert.Equal((DeviceFacts.LengthMax, "iPad13,1"), (facts.Name!.Length, facts.ProductName));
    }

    private void ConnectUntilQuiet()
    {
        for (var connects = 0; connects < 10 && !_world.Device.Queue.IsEmpty; connects++)
            _world.Connect();
        Assert.Empty(_world.Device.Queue);
    }
}
