using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Tests.Hosting;

namespace Mdm.Fleet.Grains.Tests.Devices;

/// <summary>A device and its grain, over restarts of the process.</summary>
public sealed class TranscriptTests : IAsyncLifetime
{
    private Hosting.Fleet _fleet = null!;
    private Pad _pad = null!;

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        _pad = new Pad(_fleet, "DEVICE-0001");
        await _fleet.Catalog.PutUserGroup(new Group(GroupId.Parse("nurses"), "Nurses"));
        await _fleet.PublishAsync("wifi", To.Everyone);
        await _fleet.PublishAsync("charts", To.Users("nurses"));
        await _fleet.FannedOutAsync();
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "DC-05")]
    [Trait("Requirement", "MU-02")]
    [Trait("Requirement", "MU-03")]
    [Trait("Requirement", "MU-04")]
    [Trait("Requirement", "BY-03")]
    public async Task A_device_changes_hands_and_is_clean_again_with_a_restart_after_each_step()
    {
        await _pad.EnrolAsync();
        Assert.Equal(["test.item.wifi"], _pad.Profiles);
        await _fleet.RestartAsync();

        await _pad.SignInAsync("anna", "nurses");
        await _fleet.RestartAsync();
        await _pad.ConnectAsync();
        Assert.Equal(["test.item.charts", "test.item.wifi"], _pad.Profiles.Order());
        await _fleet.RestartAsync();
        var signedIn = await _pad.Grain.View();
        Assert.True(signedIn.Ready);
        Assert.Equal("anna", signedIn.Device.Owner.User.Value);

        var signedOut = await _pad.Grain.SignOut(signedIn.Device.Epoch, "anna", 0);
        Assert.Equal(HandOverState.Cleaning, Assert.Single(signedOut.Device.HandOvers).State);
        await _fleet.RestartAsync();
        await _pad.ConnectAsync();
        Assert.Equal(["test.item.wifi"], _pad.Profiles);
        Assert.Equal(HandOverState.Clean, Assert.Single((await _pad.Grain.View()).Device.HandOvers).State);
    }

    [Fact]
    public async Task An_install_handed_out_before_a_restart_is_removed_when_it_was_voided_and_came_through_late()
    {
        await _pad.EnrolAsync();
        var view = await _pad.SignInAsync("anna", "nurses");
        var install = (await _pad.IdleAsync()).Command!;
        Assert.Equal("charts", ((CommandBody.InstallProfile)install.Body).ItemId.Value);
        await _fleet.RestartAsync();
        await _pad.Grain.SignOut(view.Device.Epoch, "anna", 0);
        await _fleet.RestartAsync();

        await _pad.AnswerAsync(install);
        Assert.Contains("test.item.charts", _pad.Profiles);
        await _pad.ConnectAsync();
        Assert.DoesNotContain("test.item.charts", _pad.Profiles);
        Assert.Equal(HandOverState.Clean, Assert.Single((await _pad.Grain.View()).Device.HandOvers).State);
    }

    [Fact]
    [Trait("Requirement", "PR-03")]
    public async Task An_unknown_device_is_told_nothing_that_unenrols_and_nothing_is_stored()
    {
        Assert.Equal(CheckInOutcome.Unknown, (await _pad.IdleAsync()).Outcome);
        Assert.Equal(CheckInOutcome.Unknown, await _pad.TokenUpdateAsync());
        Assert.Equal(CheckInOutcome.Unknown, await _pad.Grain.CheckOut("reference-1"));
        Assert.Null(await _fleet.Store.ReadAsync(new("device", _pad.Id)));
    }

    [Fact]
    [Trait("Requirement", "PR-03")]
    public async Task Only_a_retired_device_is_told_that_its_enrolment_ended()
    {
        await _pad.EnrolAsync();
        Assert.Equal(CheckInOutcome.WrongIdentity, (await new Pad(_fleet, _pad.Id, "another").IdleAsync()).Outcome);
        Assert.True(await _pad.Grain.Retire("admin"));
        var removal = (await _pad.IdleAsync()).Command!;
        Assert.IsType<CommandBody.RemoveEnrollment>(removal.Body);
        await _pad.AnswerAsync(removal);
        Assert.Equal(CheckInOutcome.Ended, (await _pad.IdleAsync()).Outcome);
        Assert.Equal(CheckInOutcome.WrongIdentity, (await new Pad(_fleet, _pad.Id, "another").IdleAsync()).Outcome);
        Assert.False(await _pad.Grain.Retire("admin"));
    }

    [Fact]
    public async Task A_token_update_that_changes_nothing_and_an_idle_connect_write_nothing()
    {
        await _pad.EnrolAsync();
        var before = await _fleet.Store.ReadAsync(new("device", _pad.Id));
        Assert.Equal(CheckInOutcome.Accepted, await _pad.TokenUpdateAsync());
        Assert.Null((await _pad.IdleAsync()).Command);
        Assert.Equal(before!.Etag, (await _fleet.Store.ReadAsync(new("device", _pad.Id)))!.Etag);
        await _pad.TokenUpdateAsync(token: 9);
        Assert.Equal(before.Etag + 1, (await _fleet.Store.ReadAsync(new("device", _pad.Id)))!.Etag);
    }

    [Fact]
    public async Task What_was_answered_not_now_comes_again_in_the_next_connection_only()
    {
        await _pad.EnrolAsync();
        await _pad.SignInAsync("anna", "nurses");
        var install = (await _pad.IdleAsync()).Command!;
        Assert.Null((await _pad.NotNowAsync(install)).Command);
        Assert.Equal(install.Id, (await _pad.IdleAsync()).Command!.Id);
    }

    [Fact]
    public async Task An_item_for_which_a_device_has_no_place_is_shown_as_blocked_with_the_reason()
    {
        await _pad.EnrolAsync();
        for (var item = 0; item < Device.LedgerMax; item++)
            await _fleet.PublishAsync($"item-{item}", To.Users("nurses"));
        await _pad.SignInAsync("dora", "nurses");
        var last = (await _pad.Grain.View()).Desired[^1];
        Assert.Equal(ItemState.Blocked, last.State);
        Assert.Contains("100 items", last.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_now_to_a_command_that_does_not_wait_is_not_remembered()
    {
        await _pad.EnrolAsync();
        await _pad.SignInAsync("anna", "nurses");
        var install = (await _pad.IdleAsync()).Command!;
        Assert.Equal(install.Id, (await _pad.NotNowAsync(install with { Id = Guid.NewGuid() })).Command!.Id);
    }

    [Fact]
    public async Task An_outdated_activation_is_dropped_and_the_next_call_reads_what_is_stored()
    {
        await _pad.EnrolAsync();
        var key = new Storage.RecordKey("device", _pad.Id);
        var stored = await _fleet.Store.ReadAsync(key);
        await _fleet.Store.WriteAsync(new Storage.RecordWrite(key, stored!.Body, stored.Etag));
        await Assert.ThrowsAnyAsync<Exception>(() => _pad.SignInAsync("anna", "nurses"));
        Assert.True((await _pad.Grain.View()).Device.Owner.IsNobody);
        await _pad.SignInAsync("anna", "nurses");
        Assert.Equal("anna", (await _pad.Grain.View()).Device.Owner.User.Value);
    }
}
