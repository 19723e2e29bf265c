using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Tests.Devices;

/// <summary>Sessions that end by themselves, on a clock that the test moves.</summary>
public sealed class AutomaticSignOutTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

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
    [Trait("Requirement", "MU-19")]
    public async Task A_session_ends_when_nothing_was_seen_of_the_person_for_so_long_and_says_so()
    {
        await SetAsync(new AutomaticSignOut(10, null, null));
        await _fleet.PublishAsync("wifi-anna", new Distribution.Custom([GroupId.Everyone], []));
        await _pad.SignInAsync("anna");
        await _pad.ConnectAsync();
        await _fleet.PassAsync(Idle - Second);
        Assert.False(await IsNobodysAsync());
        await _fleet.PassAsync(Second);
        Assert.True(await IsNobodysAsync());
        Assert.Equal("idle", await EndedByAsync());
        await _fleet.PassAsync(Idle * 20);
        Assert.Equal(2, (await _pad.Grain.View()).Device.Epoch); // nobody's time has no end
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    public async Task A_visit_of_the_page_and_a_connection_of_its_own_keep_the_session_and_one_after_our_push_does_not()
    {
        await SetAsync(new AutomaticSignOut(10, null, null));
        await _pad.SignInAsync("anna");
        await _pad.ConnectAsync();
        await _fleet.PassAsync(Idle / 2);
        await _pad.Grain.Visit();
        await _fleet.PassAsync(Idle - Second);
        Assert.False(await IsNobodysAsync());
        await _pad.ConnectAsync(); // nothing waits for it
        await _fleet.PassAsync(Idle - Second);
        Assert.False(await IsNobodysAsync());
        await _fleet.PublishAsync("wifi", new Distribution.All());
        await _fleet.FannedOutAsync();
        await _fleet.Until(async () => !(await _pad.Grain.View()).Device.Queue.IsEmpty);
        Assert.True(await _pad.ConnectAsync() > 0); // our push had it come
        await _fleet.PassAsync(Second);
        Assert.True(await IsNobodysAsync());
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    public async Task A_push_that_comes_after_its_command_was_taken_is_no_sign_of_the_person()
    {
        await SetAsync(new AutomaticSignOut(10, null, null));
        await _pad.SignInAsync("anna");
        await _pad.ConnectAsync();
        await _fleet.PassAsync(Idle - Second);
        await _pad.Grain.Enqueue(new EnqueueRequest(new CommandBody.SecurityInfo(), Push: true, "admin"));
        var first = (await _pad.IdleAsync()).Command!;
        await _pad.Grain.Enqueue(new EnqueueRequest(new CommandBody.CertificateList(), Push: true, "admin"));
        for (var reply = await _pad.AnswerAsync(first); reply.Command is { } next; reply = await _pad.AnswerAsync(next))
            Assert.NotEqual(first.Id, next.Id);
        Assert.Null((await _pad.IdleAsync()).Command);
        await _fleet.PassAsync(Second);
        Assert.True(await IsNobodysAsync());
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    public async Task What_was_seen_of_the_person_and_when_the_session_ends_survive_a_restart()
    {
        await SetAsync(new AutomaticSignOut(10, null, null));
        await _pad.SignInAsync("anna");
        await _pad.ConnectAsync();
        await _fleet.PassAsync(Idle / 2);
        await _pad.Grain.Visit();
        await _fleet.LastSeen.Flush(CancellationToken.None);
        await _fleet.RestartAsync();
        _fleet.Time.Advance(Idle / 2); // so long since the sign-in, and half of it since the visit
        await _pad.Grain.SetFacts(Ownership.User, [], "admin"); // plans before the signs are read
        Assert.False(await IsNobodysAsync());
        await _fleet.PassAsync(Second);
        Assert.False(await IsNobodysAsync());
        await _fleet.PassAsync((Idle / 2) - Second);
        Assert.True(await IsNobodysAsync());
        Assert.Equal("idle", await EndedByAsync());
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    public async Task A_session_ends_at_the_time_of_day_though_the_person_is_there()
    {
        var start = _fleet.Time.GetUtcNow();
        var at = TimeOnly.FromDateTime(start.UtcDateTime.AddHours(3));
        await SetAsync(new AutomaticSignOut(null, new TimeOnly(at.Hour, at.Minute), "UTC"));
        await _pad.SignInAsync("anna");
        var end = new DateTimeOffset(start.UtcDateTime.Date, TimeSpan.Zero) + new TimeOnly(at.Hour, at.Minute).ToTimeSpan();
        await _fleet.PassAsync(end - _fleet.Time.GetUtcNow() - Second);
        await _pad.Grain.Visit();
        Assert.False(await IsNobodysAsync());
        await _fleet.RestartAsync();
        await _fleet.PassAsync(Second);
        Assert.True(await IsNobodysAsync());
        Assert.Equal("time", await EndedByAsync());
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    [Trait("Requirement", "UG-06")]
    public async Task A_change_of_the_settings_reaches_sessions_that_are_under_way()
    {
        await _pad.SignInAsync("anna");
        await _pad.ConnectAsync();
        await _fleet.PassAsync(TimeSpan.FromHours(1));
        Assert.False(await IsNobodysAsync());
        await SetAsync(new AutomaticSignOut(120, null, null));
        await _fleet.FannedOutAsync();
        await _fleet.PassAsync(TimeSpan.FromSeconds(6));
        await _fleet.PassAsync(TimeSpan.FromMinutes(59));
        Assert.False(await IsNobodysAsync());
        await SetAsync(null);
        await _fleet.FannedOutAsync();
        await _fleet.PassAsync(TimeSpan.FromHours(5));
        Assert.False(await IsNobodysAsync());
        await SetAsync(new AutomaticSignOut(120, null, null));
        await _fleet.FannedOutAsync();
        await _fleet.PassAsync(TimeSpan.FromSeconds(6)); // the sign-in is the last sign of the person
        Assert.True(await IsNobodysAsync());
    }

    private async Task<bool> IsNobodysAsync() => (await _pad.Grain.View()).Device.Owner.IsNobody;

    private async Task SetAsync(AutomaticSignOut? rule) =>
        Assert.Null((await _fleet.Catalog.PutSettings(SettingsEntry.Default with { Values = UserSettings.Default with { SignOut = rule } }, null, "admin")).Fault);

    private async Task<string> EndedByAsync() => (await _fleet.Store.ReadEventsAsync(0, 1_000, new RecordKey("device", _pad.Id)))
        .Where(line => line.Line.Type == "signOut")
        .Select(line => ((DeviceEvent.SignedOut)JsonSerializer.Deserialize(line.Line.Data.Span, GrainsJson.Default.DeviceEvent)!).By)
        .Single();
}
