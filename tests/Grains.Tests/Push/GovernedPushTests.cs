using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Tests.Push;

/// <summary>Pushes go at the rate that is set, wait while they are paused, and come back by their marks if the process dies.</summary>
[Trait("Requirement", "PR-04")]
[Trait("Requirement", "BY-06")]
public sealed class GovernedPushTests : IAsyncLifetime
{
    private static readonly TimeSpan NextPush = TimeSpan.FromSeconds(15);

    private Hosting.Fleet _fleet = null!;
    private Pad _pad = null!;

    private IPush Topic => _fleet.Grains.GetGrain<IPush>(Pad.Topic);

    private int Sent => _fleet.Pushes.Sent.Count;

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        _pad = new Pad(_fleet, "DEVICE-0001");
        await _pad.EnrolAsync();
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task Pushes_go_at_the_rate_that_is_set_and_the_forecast_says_when_the_last_one_went()
    {
        await Topic.SetPace(new GovernorSettings(PerSecond: 10, Burst: 5, JitterSeconds: 0), null, "ann");
        var start = _fleet.Time.GetUtcNow();
        var before = (await Topic.View(more: 50)).Forecast;
        await AskAsync(50);
        var view = await Topic.View(0);
        Assert.Equal((46, before, TimeSpan.FromSeconds(4.6)), (view.WaitingBulk, view.Forecast, view.Forecast));

        for (var sent = view.SentLastMinute; sent < 50; sent = (await Topic.View(0)).SentLastMinute)
        {
            Assert.True(sent <= 5 + ((_fleet.Time.GetUtcNow() - start).TotalSeconds * 10), $"{sent} went too early.");
            _fleet.Time.Advance(TimeSpan.FromMilliseconds(20));
        }

        var took = _fleet.Time.GetUtcNow() - start;
        Assert.InRange(took, view.Forecast!.Value, view.Forecast.Value + TimeSpan.FromSeconds(0.1));
        await PushedAsync(50);
        Assert.Equal(50, _fleet.Pushes.Sent.Select(push => push.PushMagic).Distinct().Count());
    }

    [Fact]
    public async Task Paused_bulk_pushes_wait_urgent_ones_go_and_resumed_it_is_sent()
    {
        await Topic.SetPause(PushPause.Bulk, "ann");
        await WakeByHintAsync();
        Assert.Equal(1, (await Topic.View(0)).WaitingBulk);
        Assert.Null((await Topic.View(0)).Forecast);

        await _pad.Grain.Enqueue(new EnqueueRequest(new CommandBody.SecurityInfo(), Push: true, "ann"));
        Assert.Equal((0, 0), ((await Topic.View(0)).WaitingBulk, (await Topic.View(0)).WaitingUrgent));
        await PushedAsync(1);

        await Topic.SetPause(PushPause.All, "ann");
        await _fleet.Catalog.PutUserGroup(new Group(GroupId.Parse("nurses"), "Nurses"));
        await _fleet.PublishAsync("charts", To.Users("nurses"));
        await _pad.ConnectAsync();
        await _pad.SignInAsync("bert", "nurses");
        Assert.Equal(1, (await Topic.View(0)).WaitingUrgent);
        await Topic.SetPause(PushPause.None, "ann");
        await PushedAsync(2);
    }

    [Fact]
    public async Task Settings_survive_a_restart_are_audited_and_a_stale_change_is_refused()
    {
        var etag = (await Topic.View(0)).Etag;
        var pace = new GovernorSettings(200, 20, 0);
        Assert.NotNull(await Topic.SetPace(pace, etag, "ann"));
        Assert.Null(await Topic.SetPace(pace with { PerSecond = 100 }, etag, "ann"));
        await Topic.SetPause(PushPause.Bulk, "bert");
        await _fleet.RestartAsync();

        Assert.Equal(pace with { Pause = PushPause.Bulk }, (await Topic.View(0)).Settings);
        var audit = await _fleet.AuditAsync(new RecordKey("push", Pad.Topic));
        Assert.Equal([("ann", "Set pushes to 200 a second, 20 at once, jitter 0 s"), ("bert", "Pause bulk pushes")], audit.Select(line => (line.By, line.Act)));
        await Assert.ThrowsAsync<ArgumentException>(() => Topic.SetPace(pace with { PerSecond = 0 }, null, "ann"));
    }

    [Fact]
    public async Task The_mark_of_a_bulk_push_lies_behind_the_forecast_and_an_urgent_one_is_not_delayed_by_it()
    {
        await Topic.SetPause(PushPause.Bulk, "ann");
        await AskAsync(101);
        await Topic.SetPace(new GovernorSettings(PerSecond: 1, Burst: 1, JitterSeconds: 0), null, "ann");
        await Topic.SetPause(PushPause.None, "ann");
        var now = _fleet.Time.GetUtcNow();
        await WakeByHintAsync();
        var waits = TimeSpan.FromSeconds(99);
        Assert.InRange((await PushMarkAsync()) - now, waits + NextPush, (waits * 1.5) + NextPush + TimeSpan.FromSeconds(2));

        now = _fleet.Time.GetUtcNow();
        await _pad.Grain.Enqueue(new EnqueueRequest(new CommandBody.SecurityInfo(), Push: true, "ann"));
        Assert.Equal(now + NextPush, await PushMarkAsync());
        Assert.Equal(1, (await Topic.View(0)).WaitingUrgent);
    }

    [Fact]
    public async Task While_paused_a_device_is_not_asked_about_every_few_seconds()
    {
        await Topic.SetPause(PushPause.Bulk, "ann");
        await WakeByHintAsync();
        var mark = await PushMarkAsync();
        Assert.InRange(mark - _fleet.Time.GetUtcNow(), PushOutlook.WaitMax, (PushOutlook.WaitMax * 1.5) + NextPush);
        for (var minute = 0; minute < 14; minute++)
            await _fleet.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(mark, await PushMarkAsync());
        await _fleet.PassAsync(mark - _fleet.Time.GetUtcNow());
        Assert.InRange(await PushMarkAsync() - mark, PushOutlook.WaitMax + NextPush, (PushOutlook.WaitMax * 1.5) + NextPush);
        Assert.Equal(1, (await Topic.View(0)).WaitingBulk);
        Assert.Equal(0, Sent);
    }

    [Fact]
    public async Task What_waited_when_the_process_died_comes_back_by_its_mark()
    {
        await Topic.SetPause(PushPause.Bulk, "ann");
        await WakeByHintAsync();
        await _fleet.RestartAsync();
        Assert.Equal(0, (await Topic.View(0)).WaitingBulk);
        await Topic.SetPause(PushPause.None, "ann");
        await _fleet.PassAsync(PushOutlook.WaitMax * 2);
        await PushedAsync(1);
    }

    [Fact]
    public async Task While_the_topic_rests_pushes_wait_and_then_they_go()
    {
        _fleet.Pushes.Answer = _ => new PushResult.TopicRefused("BadCertificate");
        await AskAsync(1);
        await _fleet.Until(async () => (await Topic.View(0)).RestsUntil is not null);
        _fleet.Pushes.Answer = _ => new PushResult.Accepted("");
        await AskAsync(3);
        Assert.Equal((3, 1), ((await Topic.View(0)).WaitingBulk, Sent));
        _fleet.Time.Advance(TimeSpan.FromMinutes(1));
        await PushedAsync(4);
    }

    private async Task AskAsync(int devices)
    {
        for (var device = 0; device < devices; device++)
        {
            var target = new PushTarget(EnrollmentId.Parse($"OTHER-{device:D4}"), new byte[] { 1 }, $"magic-{device}");
            await Topic.Request(target, PushUrgency.Bulk);
        }
    }

    /// <summary>A distribution change reaches the device.</summary>
    private async Task WakeByHintAsync()
    {
        await _fleet.PublishAsync("wifi", To.Everyone);
        await _fleet.FannedOutAsync();
        await _fleet.Until(async () => !(await _pad.Grain.View()).Device.Queue.IsEmpty);
    }

    private async Task<DateTimeOffset> PushMarkAsync() => Assert.Single(await _fleet.MarksAsync("device"), mark => mark.Reason == "push").At;

    private async Task PushedAsync(int times)
    {
        await _fleet.Until(() => Sent >= times);
        Assert.Equal(times, Sent);
    }
}
