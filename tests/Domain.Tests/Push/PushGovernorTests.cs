using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Domain.Tests.Push;

/// <summary>The push governor over random settings, requests, pauses and times.</summary>
[Trait("Requirement", "PR-04")]
[Trait("Requirement", "BY-06")]
public sealed class PushGovernorTests
{
    private static readonly GovernorSettings Plain = new(PerSecond: 100, Burst: 50, JitterSeconds: 0);

    [Fact]
    public void Whatever_happens_the_rate_holds_in_every_span_and_each_push_goes_once_urgent_ones_first() => ForAnySeed(300, seed =>
    {
        var chance = new Random(seed);
        var settings = SomeSettings(chance);
        var topic = new GovernedTopic(settings, seed);
        for (var step = 0; step < 300; step++)
            Happen(topic, chance);
        topic.Set(PushPause.None);
        topic.SendAll();

        Assert.Empty(topic.Waiting);
        AssertRate(topic, settings);
    });

    [Fact]
    public void The_forecast_is_when_the_last_one_goes() => ForAnySeed(200, seed =>
    {
        var chance = new Random(seed);
        var settings = SomeSettings(chance) with { JitterSeconds = 0 };
        var topic = new GovernedTopic(settings, seed);
        topic.Ask(chance.Next(200), PushUrgency.Urgent, "urgent");
        topic.Send();
        topic.Pass(TimeSpan.FromMilliseconds(chance.Next(500)));
        var bulk = chance.Next(1_000);
        var before = topic.Forecast(more: bulk)!.Value;
        topic.Ask(bulk, PushUrgency.Bulk);
        Assert.Equal(before, topic.Forecast());

        var end = topic.Now + before;
        topic.SendAll();
        Assert.Equal(end, topic.Now);
        Assert.Equal(TimeSpan.Zero, topic.Forecast());
    });

    [Fact]
    public void With_jitter_the_forecast_is_right_but_for_the_jitter() => ForAnySeed(200, seed =>
    {
        var chance = new Random(seed);
        var settings = SomeSettings(chance);
        var topic = new GovernedTopic(settings, seed);
        topic.Ask(1 + chance.Next(2_000), PushUrgency.Bulk);
        var (start, forecast) = (topic.Now, topic.Forecast()!.Value);
        topic.SendAll();
        Assert.InRange(topic.Now - start, forecast, forecast + TimeSpan.FromSeconds(settings.JitterSeconds));
    });

    [Fact]
    public void Eighty_four_thousand_pushes_take_eleven_minutes()
    {
        var topic = new GovernedTopic(new GovernorSettings(PerSecond: 127, Burst: 50), seed: 1);
        Assert.Equal(11, (int)topic.Forecast(more: 84_000)!.Value.TotalMinutes);
        topic.Set(PushPause.Bulk);
        Assert.Null(topic.Forecast(more: 84_000));
        Assert.Equal(TimeSpan.Zero, topic.Forecast());
    }

    [Fact]
    public void An_urgent_push_finds_room_when_bulk_ones_have_taken_all_that_they_may()
    {
        var topic = new GovernedTopic(Plain, seed: 1);
        topic.Ask(1_000, PushUrgency.Bulk);
        Assert.Equal(40, topic.Send());
        topic.Ask(10, PushUrgency.Urgent, "urgent");
        Assert.Equal(10, topic.Send());
        Assert.Equal((0, 960), topic.Counts);
    }

    [Fact]
    public void A_bulk_push_that_is_asked_for_urgently_becomes_urgent_and_goes_once()
    {
        var topic = new GovernedTopic(Plain, seed: 1);
        topic.Ask(1_000, PushUrgency.Bulk);
        topic.Send();
        var device = topic.Waiting.Keys.Last();
        Assert.Equal(PushPlace.Coalesced, topic.Ask(device, PushUrgency.Urgent));
        Assert.Equal(PushPlace.Coalesced, topic.Ask(device, PushUrgency.Bulk));
        Assert.Equal((1, 959), topic.Counts);
        topic.Send();
        Assert.Equal(device, topic.Sent[^1].Device);
        topic.SendAll();
        Assert.Equal(1_000, topic.Sent.Count);
    }

    [Fact]
    public void Paused_for_long_it_keeps_one_place_a_device_and_sends_each_once_when_resumed()
    {
        var topic = new GovernedTopic(Plain, seed: 1);
        topic.Set(PushPause.Bulk);
        topic.Ask(100, PushUrgency.Bulk);
        for (var visit = 0; visit < 5_000; visit++)
        {
            topic.Ask("device-000007", PushUrgency.Bulk);
            topic.Ask("device-000007", PushUrgency.Urgent);
            Assert.Equal(1, topic.Send());
            topic.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Null(topic.Forecast());
        topic.Sent.Clear();
        topic.Set(PushPause.None);
        topic.SendAll();
        Assert.Equal(99, topic.Sent.Select(sent => sent.Device).Distinct().Count());
        Assert.Equal(99, topic.Sent.Count);
    }

    [Fact]
    public void What_finds_no_room_is_refused_and_bulk_ones_take_no_urgent_ones_place()
    {
        var topic = new GovernedTopic(Plain with { Pause = PushPause.All }, seed: 1, waitingMax: 10);
        topic.Ask(10, PushUrgency.Bulk);
        Assert.Equal(PushPlace.NoRoom, topic.Ask("one-more-device", PushUrgency.Bulk));
        Assert.Equal(PushPlace.Waits, topic.Ask("one-more-device", PushUrgency.Urgent));
        topic.Ask(9, PushUrgency.Urgent, "urgent");
        Assert.Equal(PushPlace.NoRoom, topic.Ask("another-device", PushUrgency.Urgent));
        Assert.Equal((10, 10), topic.Counts);
    }

    [Fact]
    public void A_device_alone_is_not_held_back_and_a_fleet_is_spread()
    {
        var fast = new GovernorSettings(PerSecond: 10_000, Burst: 10_000, JitterSeconds: 5);
        var alone = new GovernedTopic(fast, seed: 1);
        alone.Ask("device-alone", PushUrgency.Bulk);
        Assert.Equal(1, alone.Send());

        var fleet = new GovernedTopic(fast, seed: 1);
        fleet.Ask(1_000, PushUrgency.Bulk);
        for (var tenth = 0; tenth < 50; tenth++, fleet.Pass(TimeSpan.FromSeconds(0.1)))
            Assert.InRange(fleet.Send(), 0, 100);
        fleet.Send();
        Assert.Equal(1_000, fleet.Sent.Count);
    }

    private static void Happen(GovernedTopic topic, Random chance)
    {
        switch (chance.Next(10))
        {
            case 0:
                topic.Set((PushPause)chance.Next(3));
                break;
            case 1 or 2:
                topic.Pass(TimeSpan.FromMilliseconds(chance.Next(chance.Next(10) == 0 ? 5_000 : 50)));
                break;
            case 3 or 4:
                topic.Send();
                break;
            case 5:
                topic.Ask(chance.Next(200), PushUrgency.Bulk);
                break;
            default:
                topic.Ask($"device-{chance.Next(100):D6}", (PushUrgency)chance.Next(2));
                break;
        }
    }

    private static GovernorSettings SomeSettings(Random chance)
    {
        var perSecond = chance.Next(4) == 0 ? 1 + chance.Next(10) : 1 + chance.Next(2_000);
        var burst = GovernorSettings.BurstMin(perSecond) + (chance.Next(2) * chance.Next(200));
        var settings = new GovernorSettings(perSecond, burst, chance.Next(2) * chance.Next(10));
        Assert.Null(settings.Problem());
        return settings;
    }

    private static void AssertRate(GovernedTopic topic, GovernorSettings settings)
    {
        // The tightest span that ends with each push begins where the fewest had gone for the time that had passed.
        var (start, tightest) = (topic.Sent.Count > 0 ? topic.Sent[0].At : topic.Now, long.MaxValue);
        for (var sent = 0; sent < topic.Sent.Count; sent++)
        {
            var ahead = (sent * TimeSpan.TicksPerSecond) - ((topic.Sent[sent].At - start).Ticks * settings.PerSecond);
            tightest = Math.Min(tightest, ahead);
            Assert.InRange(ahead - tightest + TimeSpan.TicksPerSecond, 0, settings.Burst * TimeSpan.TicksPerSecond);
        }
    }

    private static void ForAnySeed(int times, Action<int> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(times));
}
