using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Grains.Tests.Hosting;
using Orleans.Storage;

namespace Mdm.Fleet.Grains.Tests.Devices;

/// <summary>A device for which commands wait is due, is pushed, and is pushed again until it came.</summary>
public sealed class WakingTests : IAsyncLifetime
{
    private Hosting.Fleet _fleet = null!;
    private Pad _pad = null!;

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        _pad = new Pad(_fleet, "DEVICE-0001");
        await _pad.EnrolAsync();
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task A_mark_is_there_as_long_as_commands_wait()
    {
        Assert.Empty(await _fleet.MarksAsync("device"));
        await AskAsync(new CommandBody.SecurityInfo());
        Assert.Equal("push", Assert.Single(await _fleet.MarksAsync("device")).Reason);
        await _pad.ConnectAsync();
        Assert.Empty(await _fleet.MarksAsync("device"));
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task A_device_that_does_not_come_is_pushed_again_ever_more_rarely()
    {
        await AskAsync(new CommandBody.SecurityInfo());
        await PushedAsync(1);
        for (var second = 0; second < 600; second++)
            await _fleet.PassAsync(TimeSpan.FromSeconds(1));
        await PushedAsync(7); // after 0, 15, 30, 60, 120, 240 and 480 seconds
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task New_commands_for_a_device_that_stayed_away_are_pushed_again_soon()
    {
        await AskAsync(new CommandBody.SecurityInfo());
        for (var hour = 0; hour < 48; hour++)
            await _fleet.PassAsync(TimeSpan.FromHours(1));
        await AskAsync(new CommandBody.CertificateList());
        var at = Assert.Single(await _fleet.MarksAsync("device")).At;
        Assert.True(at <= _fleet.Time.GetUtcNow() + TimeSpan.FromSeconds(61), "The next push is hours away.");
    }

    [Fact]
    [Trait("Requirement", "DC-02")]
    public async Task An_activation_that_another_has_overtaken_clears_no_mark()
    {
        var other = (await _fleet.AnotherHostAsync()).GetGrain<IDevice>("DEVICE-0001");
        Assert.Empty((await other.View()).Device.Queue);
        await AskAsync(new CommandBody.SecurityInfo());
        var mark = Assert.Single(await _fleet.MarksAsync("device"));

        await Assert.ThrowsAsync<InconsistentStateException>(() => other.LookAgain(mark.Reason, mark.Mark));
        Assert.Equal(mark, Assert.Single(await _fleet.MarksAsync("device")));

        await other.LookAgain(mark.Reason, mark.Mark);
        Assert.Equal(mark.Reason, Assert.Single(await _fleet.MarksAsync("device")).Reason);
    }

    [Fact]
    public async Task A_command_queued_without_a_push_gets_its_mark_with_the_next_one_even_after_a_restart()
    {
        await _pad.Grain.Enqueue(new EnqueueRequest(new CommandBody.SecurityInfo(), Push: false, "admin"));
        Assert.Empty(await _fleet.MarksAsync("device"));
        await _fleet.RestartAsync();
        await AskAsync(new CommandBody.CertificateList());
        Assert.Single(await _fleet.MarksAsync("device"));
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task The_sweeper_pushes_what_waited_over_a_restart()
    {
        await AskAsync(new CommandBody.SecurityInfo());
        await PushedAsync(1);
        await _fleet.RestartAsync();
        await _fleet.PassAsync(TimeSpan.FromMinutes(2));
        await PushedAsync(2);
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task Requests_during_a_push_lead_to_exactly_one_more_and_later_ones_are_sent_too()
    {
        _fleet.Pushes.Hold();
        await AskAsync(new CommandBody.SecurityInfo());
        await PushedAsync(1);
        await AskAsync(new CommandBody.CertificateList());
        await AskAsync(new CommandBody.InstalledApplicationList());
        _fleet.Pushes.Release();
        await PushedAsync(2);
        await _fleet.Until(async () =>
        {
            await AskAsync(new CommandBody.SetDeviceName("Ward " + _fleet.Pushes.Sent.Count + Guid.NewGuid()));
            return _fleet.Pushes.Sent.Count >= 3;
        });
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task A_push_that_follows_another_goes_to_where_the_device_is_now()
    {
        _fleet.Pushes.Hold();
        await AskAsync(new CommandBody.SecurityInfo());
        await PushedAsync(1);
        await _pad.TokenUpdateAsync(token: 7);
        await AskAsync(new CommandBody.CertificateList());
        _fleet.Pushes.Release();
        await PushedAsync(2);
        Assert.Equal([1, 7], _fleet.Pushes.Sent.Select(push => push.Token.Span[0]));
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task A_push_that_failed_while_another_was_asked_for_does_not_block_the_device()
    {
        _fleet.Pushes.Hold();
        _fleet.Pushes.Answer = _ => throw new InvalidOperationException("broken");
        await AskAsync(new CommandBody.SecurityInfo());
        await AskAsync(new CommandBody.CertificateList());
        await PushedAsync(1);
        _fleet.Pushes.Release();
        _fleet.Pushes.Answer = _ => new PushResult.Accepted("");
        await _fleet.Until(async () =>
        {
            await _fleet.PassAsync(TimeSpan.FromMinutes(1));
            return _fleet.Pushes.Sent.Count > 1;
        });
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task A_push_that_never_ends_does_not_keep_the_device_from_the_next_one()
    {
        _fleet.Pushes.Hold();
        await AskAsync(new CommandBody.SecurityInfo());
        await PushedAsync(1);
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Single(_fleet.Pushes.Sent);
        await _fleet.PassAsync(TimeSpan.FromMinutes(2));
        await PushedAsync(2);
        _fleet.Pushes.Release();
        await AskAsync(new CommandBody.CertificateList());
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task A_dead_token_stops_pushes_until_a_token_update()
    {
        _fleet.Pushes.Answer = _ => new PushResult.TokenInvalid("Unregistered");
        await AskAsync(new CommandBody.SecurityInfo());
        await _fleet.Until(async () => (await _pad.Grain.View()).Device.Push!.InvalidSince is not null);
        await _fleet.PassAsync(TimeSpan.FromHours(1));
        Assert.Single(_fleet.Pushes.Sent);
        _fleet.Pushes.Answer = _ => new PushResult.Accepted("");
        await _pad.TokenUpdateAsync(token: 7);
        await AskAsync(new CommandBody.CertificateList());
        await PushedAsync(2);
        Assert.Equal(7, _fleet.Pushes.Sent.Last().Token.Span[0]);
    }

    [Fact]
    [Trait("Requirement", "PR-09")]
    public async Task A_refused_certificate_is_noted_and_its_topic_rests()
    {
        var certificate = _fleet.Grains.GetGrain<IPushCertificate>(IPushCertificate.Key);
        Assert.True(await certificate.Put(new PushCertificateView(Pad.Topic, null, default, default, new byte[] { 1 }, null), "admin"));
        _fleet.Pushes.Answer = _ => new PushResult.TopicRefused("BadCertificate");
        await AskAsync(new CommandBody.SecurityInfo());
        await _fleet.Until(async () => (await certificate.View())!.Refusal == "BadCertificate");
        await AskAsync(new CommandBody.CertificateList());
        Assert.Single(_fleet.Pushes.Sent);
        _fleet.Pushes.Answer = _ => new PushResult.Accepted("");
        await _fleet.PassAsync(TimeSpan.FromMinutes(2));
        await _fleet.Until(async () => (await certificate.View())!.Refusal is null);
        Assert.False(await certificate.Put(new PushCertificateView("com.apple.mgmt.other", null, default, default, new byte[] { 1 }, null), "admin"));
    }

    [Fact]
    public async Task A_blocked_item_is_tried_again_by_its_look_mark_and_no_mark_comes_back_for_ever()
    {
        await _fleet.Catalog.PutItem(new Item(ItemId.Parse("mail"), ItemKind.App, "mail", "1", new Delivery.ManagedApp("app.mail"), To.Everyone));
        await _fleet.FannedOutAsync();
        var install = (await _pad.IdleAsync()).Command!;
        await _pad.Grain.Connect(new ConnectRequest("reference-1", new CommandReport(install.Id, ReportStatus.Error, "no space")));
        Assert.Equal("look", Assert.Single(await _fleet.MarksAsync("device")).Reason);
        await _fleet.RestartAsync();
        await _fleet.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Equal("push", Assert.Single(await _fleet.MarksAsync("device")).Reason);
        Assert.IsType<CommandBody.InstallApplication>((await _pad.IdleAsync()).Command!.Body);
        Assert.DoesNotContain(await _fleet.MarksAsync("device"), mark => mark.At <= _fleet.Time.GetUtcNow());
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_device_whose_certificate_is_about_to_expire_is_woken_even_after_a_restart()
    {
        var pad = new Pad(_fleet, "DEVICE-0002", "ref:2");
        await pad.EnrolAsync();
        var expiry = _fleet.Time.GetUtcNow() + Renewals.Before + TimeSpan.FromHours(1);
        await pad.Grain.Connect(new ConnectRequest("ref:2", IdentityExpiresAt: expiry));
        var look = Assert.Single(await _fleet.MarksAsync("device"));
        Assert.Equal(("look", expiry - Renewals.Before), (look.Reason, look.At));

        await _fleet.RestartAsync();
        await pad.Grain.Connect(new ConnectRequest("ref:2", IdentityExpiresAt: expiry));
        Assert.Equal(look, Assert.Single(await _fleet.MarksAsync("device")));
        await _fleet.PassAsync(TimeSpan.FromMinutes(61));

        await PushedAsync(1);
        Assert.IsType<CommandBody.RenewEnrollment>(Assert.Single((await pad.Grain.View()).Device.Queue).Body);
        Assert.Equal("push", Assert.Single(await _fleet.MarksAsync("device")).Reason);
    }

    private Task<EnqueueReply> AskAsync(CommandBody body) => _pad.Grain.Enqueue(new EnqueueRequest(body, Push: true, "admin"));

    private async Task PushedAsync(int times)
    {
        await _fleet.Until(() => _fleet.Pushes.Sent.Count >= times);
        Assert.Equal(times, _fleet.Pushes.Sent.Count);
    }
}
