using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>Events come later, in order, as turns of the grain of the stream's key; they may be lost, never block.</summary>
public abstract class StreamRules : HostRules
{
    private IPublisherGrain Publisher => Grain<IPublisherGrain>("publisher");

    [Fact]
    public async Task An_event_activates_the_grain_of_the_streams_key()
    {
        await Soon(Publisher.PublishAsync("ipad", [new Nudge(1)]));
        await Journal.Reached("ipad: 1");
    }

    [Fact]
    public async Task Events_of_a_stream_come_in_order()
    {
        var nudges = Enumerable.Range(100, 50).Select(n => new Nudge(n)).ToArray();
        await Soon(Publisher.PublishAsync("order", [.. nudges]));
        await Journal.Reached("order: 149");
        Assert.Equal(nudges.Select(n => $"order: {n.Revision}"), Journal.Lines);
    }

    [Fact]
    public async Task An_event_waits_for_the_open_turn_while_the_producer_goes_on()
    {
        var hold = Grain<IMemberGrain>("held").HoldAsync("hold");
        await Journal.Reached("hold reached");
        await Soon(Publisher.PublishAsync("held", [new Nudge(1)]));
        Journal.Mark("hold");
        Assert.Equal(0, await Soon(hold));
        await Journal.Reached("held: 1");
    }

    [Fact]
    public async Task A_busy_grain_holds_up_no_other_stream()
    {
        var hold = Grain<IMemberGrain>("slow").HoldAsync("slow");
        await Journal.Reached("slow reached");
        await Soon(Publisher.PublishAsync("slow", [new Nudge(1)]));
        await Soon(Publisher.PublishAsync("quick", [new Nudge(2)]));
        await Journal.Reached("quick: 2");
        Journal.Mark("slow");
        await Soon(hold);
    }

    [Fact]
    public async Task A_failed_event_is_delivered_again_before_the_next()
    {
        await Soon(Publisher.PublishAsync("again", [new Nudge(7), new Nudge(8)]));
        await Journal.Reached("again: 7 failed");
        await Journal.Reached("again: 8");
        Assert.Equal(["again: 7 failed", "again: 7", "again: 8"], Journal.Lines);
    }

    [Fact]
    public async Task An_event_that_always_fails_is_dropped_in_the_end()
    {
        await Soon(Publisher.PublishAsync("drops", [new Nudge(13), new Nudge(14)]));
        await Journal.Reached("drops: 14");
        Assert.InRange(Journal.Lines.Count(line => line == "drops: 13 failed"), 2, 100);
    }

    [Fact]
    [Trait("Requirement", "DC-03")]
    public async Task A_cut_stream_loses_its_events()
    {
        Host.DropStream("cut");
        await Soon(Publisher.PublishAsync("cut", [new Nudge(1)]));
        await Soon(Publisher.PublishAsync("whole", [new Nudge(2)]));
        await Journal.Reached("whole: 2");
        Assert.Equal(["whole: 2"], Journal.Lines);
    }
}
