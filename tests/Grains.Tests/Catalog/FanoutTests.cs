using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Tests.Catalog;

/// <summary>A published change reaches every device concerned and no other: by the stream, or by the due mark where the stream is cut.</summary>
public sealed class FanoutTests : IAsyncLifetime
{
    private Hosting.Fleet _fleet = null!;
    private Pad _ward = null!;
    private Pad _other = null!;

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        await _fleet.Catalog.PutDeviceGroup(new Group(GroupId.Parse("ward"), "Ward"));
        await _fleet.Catalog.PutUserGroup(new Group(GroupId.Parse("nurses"), "Nurses"));
        _ward = new Pad(_fleet, "DEVICE-0001");
        _other = new Pad(_fleet, "DEVICE-0002");
        await _ward.EnrolAsync("ward");
        await _other.EnrolAsync();
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "DC-03")]
    public async Task A_device_plans_from_the_hint_alone()
    {
        await _fleet.PublishAsync("wifi", To.Devices("ward"));
        await _fleet.FannedOutAsync();
        await _fleet.Until(async () => await QueuedAsync(_ward) == 1);
        Assert.Equal(0, await QueuedAsync(_other));
        await _fleet.Until(async () => (await _fleet.MarksAsync("device")).All(mark => mark.Reason == "push"));
    }

    [Fact]
    [Trait("Requirement", "DC-03")]
    public async Task With_the_stream_cut_a_device_plans_from_its_due_mark()
    {
        _fleet.StreamCut = true;
        await _fleet.PublishAsync("wifi", To.Devices("ward"));
        await _fleet.FannedOutAsync();
        Assert.Equal(0, await QueuedAsync(_ward));
        Assert.Equal(("DEVICE-0001", "catalog"), Assert.Single((await _fleet.MarksAsync("device")).Select(mark => (mark.Key.Key, mark.Reason))));
        await _fleet.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await QueuedAsync(_ward));
        Assert.DoesNotContain(await _fleet.MarksAsync("device"), mark => mark.Reason == "catalog");
    }

    [Fact]
    [Trait("Requirement", "DC-03")]
    public async Task A_row_that_cannot_be_read_holds_up_no_other_and_its_device_writes_it_anew()
    {
        var key = new RecordKey("device", "DEVICE-0001");
        var (row, stored) = ((await _fleet.Store.ReadIndexAsync("device", [key.Key])).Single().Row, (await _fleet.Store.ReadAsync(key))!);
        await _fleet.Store.WriteAsync(new RecordWrite(key, stored.Body, stored.Etag, row with { Facts = "{"u8.ToArray() }, [], []));
        await _fleet.RestartAsync();
        Assert.Null(FactsRow.Read(await ScannedAsync()));
        Assert.True(FactsRow.IsUntold(await ScannedAsync()));
        await _fleet.PublishAsync("wifi", To.Everyone);
        await _fleet.FannedOutAsync();
        await _fleet.PassAsync(TimeSpan.FromSeconds(6));
        await _fleet.Until(async () => await QueuedAsync(new Pad(_fleet, "DEVICE-0002")) == 1 && await QueuedAsync(new Pad(_fleet, "DEVICE-0001")) == 1);
        Assert.NotNull(FactsRow.Read(await ScannedAsync()));

        async Task<ScanRow> ScannedAsync() => (await _fleet.Store.ScanAsync("device", null, 10)).Rows.Single(scanned => scanned.Key == key.Key);
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task A_crash_between_publishing_and_fanning_out_is_made_good_from_the_outbox()
    {
        _fleet.StreamCut = true;
        await _fleet.PublishAsync("wifi", To.Everyone);
        await _fleet.RestartAsync();
        Assert.Empty(await _fleet.MarksAsync("device"));
        await _fleet.PassAsync(TimeSpan.FromSeconds(16));
        await _fleet.FannedOutAsync();
        await _fleet.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await QueuedAsync(_ward));
        Assert.Equal(1, await QueuedAsync(_other));
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await _fleet.MarksAsync("catalog"));
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task A_connected_device_plans_against_the_newest_catalog_without_hint_or_mark()
    {
        _fleet.StreamCut = true;
        await _fleet.PublishAsync("wifi", To.Everyone);
        Assert.IsType<CommandBody.InstallProfile>((await _ward.IdleAsync()).Command!.Body);
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task More_devices_than_a_page_are_all_marked()
    {
        _fleet.StreamCut = true;
        for (var device = 0; device < 1_020; device++)
            await _fleet.Store.WriteAsync(new Storage.RecordWrite(new("device", $"PAGE-{device:D4}"), "{}"u8.ToArray(), 0, new("enrolled.nobody.none", "", "{}"u8.ToArray(), ["dgroup:ward"])));
        await _fleet.PublishAsync("wifi", To.Devices("ward"));
        await _fleet.FannedOutAsync();
        Assert.Equal(1_021, (await _fleet.MarksAsync("device")).Count(mark => mark.Reason == "catalog"));
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task A_fan_out_that_crashed_before_it_told_its_end_tells_it_again_and_leaves_no_record()
    {
        _fleet.StreamCut = true;
        var revision = (await _fleet.Catalog.Read()).Revision + 1;
        var change = $$"""{"change":{"revision":{{revision}},"all":true,"tags":[]},"tag":1,"finished":true}""";
        await _fleet.Store.WriteAsync(new Storage.RecordWrite(FanoutKey(revision), System.Text.Encoding.UTF8.GetBytes(change), 0));
        Assert.Equal(revision, await _fleet.PublishAsync("wifi", To.Everyone));
        await _fleet.FannedOutAsync();
        Assert.Empty(await _fleet.MarksAsync("device"));
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task An_end_that_is_told_twice_changes_nothing_and_leaves_no_record()
    {
        var revision = await _fleet.PublishAsync("wifi", To.Everyone);
        await _fleet.FannedOutAsync();
        await _fleet.Catalog.FannedOut(revision);
        Assert.Null(await _fleet.Store.ReadAsync(FanoutKey(revision)));
        Assert.DoesNotContain(await _fleet.MarksAsync("catalog"), mark => mark.Reason == "outbox");
    }

    [Fact]
    public async Task A_sign_in_that_names_a_revision_is_planned_against_it()
    {
        var revision = await _fleet.PublishAsync("charts", To.Users("nurses"));
        var facts = new UserFacts(new Owner(UserName.Parse("anna"), "Anna", [GroupId.Parse("nurses")], default));
        var reply = await _other.Grain.SignIn(new SignInRequest(facts, revision));
        Assert.Equal(revision, reply.View.Device.PlannedRevision);
        Assert.Equal("charts", Assert.Single(reply.View.Desired).Id.Value);
    }

    [Fact]
    public async Task An_equal_item_publishes_nothing_and_a_group_alone_concerns_no_device()
    {
        var revision = await _fleet.PublishAsync("wifi", To.Devices("ward"));
        await _fleet.FannedOutAsync();
        Assert.Equal(revision, await _fleet.PublishAsync("wifi", To.Devices("ward")));
        Assert.Equal(revision + 1, (await _fleet.Catalog.PutDeviceGroup(new Group(GroupId.Parse("theatre"), "Theatre"))).Revision);
        Assert.DoesNotContain(await _fleet.MarksAsync("catalog"), mark => mark.Reason == "outbox");
    }

    [Fact]
    public async Task A_deleted_group_reaches_nobody_by_an_old_distribution()
    {
        await _fleet.PublishAsync("wifi", To.Devices("ward"));
        await _fleet.Catalog.RemoveDeviceGroup(GroupId.Parse("ward"));
        await _fleet.PublishAsync("wifi", To.Devices("ward"), revision: "2");
        Assert.Empty((await _ward.Grain.View()).Desired);
    }

    [Fact]
    [Trait("Requirement", "MU-15")]
    public async Task The_group_everyone_reaches_nobodys_devices_too()
    {
        await _fleet.PublishAsync("wifi", To.Users("everyone"));
        await _fleet.FannedOutAsync();
        await _fleet.Until(async () => await QueuedAsync(_ward) == 1 && await QueuedAsync(_other) == 1);
    }

    [Fact]
    public async Task What_goes_to_a_group_reaches_nobodys_devices_once_nobody_is_in_it()
    {
        await _fleet.PublishAsync("wifi", To.Users("nurses"));
        await _fleet.FannedOutAsync();
        Assert.Equal(0, await QueuedAsync(_ward));
        await _fleet.Catalog.SetNobodyGroup(GroupId.Parse("nurses"), member: true, "admin");
        await _fleet.FannedOutAsync();
        await _fleet.Until(async () => await QueuedAsync(_ward) == 1);
        await _fleet.Catalog.SetNobodyGroup(GroupId.Parse("nurses"), member: false, "admin");
        await _fleet.FannedOutAsync();
        await _fleet.Until(async () => (await _ward.Grain.View()).Desired.IsEmpty);
    }

    private static Storage.RecordKey FanoutKey(long revision) => new("fanout", revision.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static async Task<int> QueuedAsync(Pad pad) => (await pad.Grain.View()).Device.Queue.Length;
}
