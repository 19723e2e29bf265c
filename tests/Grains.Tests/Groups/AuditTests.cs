using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Tests.Hosting;

namespace Mdm.Fleet.Grains.Tests.Groups;

/// <summary>Who put what into a group is in the log, once an act that changed something (docs/decisions/0011-audit.md).</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private static readonly GroupId Ward = GroupId.Parse("ward");

    private Hosting.Fleet _fleet = null!;

    public async Task InitializeAsync() => _fleet = await Hosting.Fleet.StartAsync();

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task A_device_that_joins_and_leaves_a_group_leaves_a_line_each()
    {
        var pad = new Pad(_fleet, "DEVICE-0001");
        await pad.EnrolAsync();
        await pad.Grain.SetGroup(Ward, member: true, 0, "olga");
        await pad.Grain.SetGroup(Ward, member: true, 0, "olga");
        await pad.Grain.SetGroup(Ward, member: false, 0, "otto");
        Assert.Equal(
            [new AuditEntry("olga", "Add to group ward"), new AuditEntry("otto", "Remove from group ward")],
            await _fleet.AuditAsync(new("device", pad.Id)));
    }

    [Fact]
    public async Task Nobody_that_joins_and_leaves_a_group_leaves_a_line_each_and_later_changes_do_not_repeat_it()
    {
        await _fleet.Catalog.SetNobodyGroup(Ward, member: true, "olga");
        await _fleet.Catalog.SetNobodyGroup(Ward, member: true, "olga");
        await _fleet.FannedOutAsync();
        await _fleet.Catalog.SetNobodyGroup(Ward, member: false, "otto");
        await _fleet.PublishAsync("wifi", To.Everyone);
        await _fleet.FannedOutAsync();
        Assert.Equal(
            [new AuditEntry("olga", "Add nobody to group ward"), new AuditEntry("otto", "Remove nobody from group ward")],
            await _fleet.AuditAsync(new("catalog", ICatalog.Key)));
    }
}
