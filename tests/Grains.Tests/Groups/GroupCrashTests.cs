using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Tests.Groups;

/// <summary>No group is in force that is neither shown nor in the log, wherever the process died between the group and the catalog.</summary>
[Trait("Requirement", "UG-02")]
[Trait("Requirement", "UG-03")]
public sealed class GroupCrashTests : IAsyncLifetime
{
    /// <summary>The group with its duty, the catalog, the group without it.</summary>
    private const int WritesOfAnAct = 3;

    private static readonly GroupId Ward = GroupId.Parse("ward");
    private static readonly GroupId Base = GroupId.Parse("base");
    private static readonly Rule OfBase = new Rule.InUserGroup(Base);
    private static readonly Rule NotOfBase = new Rule.Not(OfBase);

    private Hosting.Fleet _fleet = null!;
    private FaultyStore _store = null!;

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync(FaultyStore.Between(store => _store = store));
        Assert.Equal(ChangeResult.Done, (await Users(Base).Create(new GroupSpec("Base"), "olga")).Result);
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    /// <summary>Every write from the given one on fails, as if the process had died before it; then another process starts.</summary>
    [Theory]
    [InlineData("create", false)]
    [InlineData("update", false)]
    [InlineData("delete", false)]
    [InlineData("create", true)]
    [InlineData("update", true)]
    [InlineData("delete", true)]
    public async Task A_crash_before_any_write_leaves_no_group_that_is_hidden_or_half_changed(string act, bool ofDevices)
    {
        for (var crashAt = 1; crashAt <= WritesOfAnAct; crashAt++)
        {
            await DiesAsync(act, ofDevices, GroupId.Parse($"ward-{crashAt}"), crashAt);
            await _fleet.RestartAsync();
            await _fleet.PassAsync(TimeSpan.FromMinutes(1));
            await AgreesAsync(act, ofDevices, GroupId.Parse($"ward-{crashAt}"), isDone: crashAt > 1);
        }
    }

    [Fact]
    public async Task A_creation_that_the_catalog_takes_no_more_is_undone_and_the_id_is_free()
    {
        await DiesInBetweenAsync(() => Users(Ward).Create(new GroupSpec("Ward", OfBase), "olga"));
        await Users(Base).Delete(null, "otto");
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Null(await _fleet.Store.ReadAsync(new RecordKey("userGroup", "ward")));
        Assert.Equal([new("olga", "Create group"), new("server", "Undo refused change of group")], await AuditAsync());
        Assert.Equal(ChangeResult.Done, (await Users(Ward).Create(new GroupSpec("Ward"), "olga")).Result);
    }

    [Fact]
    public async Task A_change_that_the_catalog_takes_no_more_is_undone()
    {
        await Users(Ward).Create(new GroupSpec("Ward", new Rule.InUserGroup(GroupId.Everyone)), "olga");
        await DiesInBetweenAsync(() => Users(Ward).Update(new GroupSpec("Ward of base", OfBase), null, "olga"));
        await Users(Base).Delete(null, "otto");
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));

        var view = (await Users(Ward).View())!;
        Assert.Equal(("Ward", new Rule.InUserGroup(GroupId.Everyone)), (view.Name, view.Rule));
        Assert.Equal(new("server", "Undo refused change of group"), (await AuditAsync()).Last());
        Assert.Empty(await _fleet.MarksAsync("userGroup"));
    }

    [Fact]
    public async Task A_deletion_that_the_catalog_takes_no_more_is_undone()
    {
        await Users(Ward).Create(new GroupSpec("Ward"), "olga");
        await DiesInBetweenAsync(() => Users(Ward).Delete(null, "olga"));
        await _fleet.Catalog.PutUserGroup(new Group(GroupId.Parse("all-wards"), "All wards", new Rule.InUserGroup(Ward)));
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("Ward", (await Users(Ward).View())?.Name);
        Assert.Empty(await _fleet.MarksAsync("userGroup"));
    }

    [Fact]
    public async Task Who_looks_at_a_group_before_the_sweeper_sees_what_is_in_force()
    {
        await DiesInBetweenAsync(() => Users(Ward).Create(new GroupSpec("Ward", OfBase), "olga"));

        Assert.Equal("Ward", (await Users(Ward).View())?.Name);
        Assert.Contains((await _fleet.Catalog.Read()).UserGroups, group => group.Id == Ward && group.Rule == OfBase);
    }

    [Fact]
    public async Task A_refusal_that_was_foreseen_leaves_no_trace()
    {
        var refused = await Users(Ward).Create(new GroupSpec("Ward", new Rule.InUserGroup(Ward)), "olga");

        Assert.Equal((ChangeResult.Refused, PublishFault.Cycle), (refused.Result, refused.Refused!.Fault));
        Assert.Null(await _fleet.Store.ReadAsync(new RecordKey("userGroup", "ward")));
        Assert.Empty(await AuditAsync());
    }

    /// <summary>The group is saved and the catalog's write fails: another process starts.</summary>
    private async Task DiesInBetweenAsync(Func<Task> act)
    {
        _store.WriteFailure = write => write.Key.Kind == "catalog" ? new StoreUnavailableException("died") : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(act);
        _store.WriteFailure = null;
        await _fleet.RestartAsync();
    }

    private async Task DiesAsync(string act, bool ofDevices, GroupId id, int crashAt)
    {
        var group = Grain(ofDevices, id);
        if (act != "create")
            Assert.Equal(ChangeResult.Done, (await group.Create(new GroupSpec("Ward", OfBase), "olga")).Result);
        await _fleet.FannedOutAsync();
        var writes = 0;
        _store.WriteFailure = write => write.Key.Kind is "catalog" or "userGroup" or "deviceGroup" && ++writes >= crashAt ? new StoreUnavailableException("died") : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => act switch
        {
            "create" => group.Create(new GroupSpec("Ward", NotOfBase), "olga"),
            "update" => group.Update(new GroupSpec("Ward", NotOfBase), null, "olga"),
            _ => group.Delete(null, "olga"),
        });
        _store.WriteFailure = null;
    }

    /// <summary>The group as shown is the one in force, and the log tells of it.</summary>
    private async Task AgreesAsync(string act, bool ofDevices, GroupId id, bool isDone)
    {
        var catalog = await _fleet.Catalog.Read();
        var inForce = (ofDevices ? catalog.DeviceGroups : catalog.UserGroups).FirstOrDefault(group => group.Id == id);
        var shown = await Grain(ofDevices, id).View();
        Assert.Equal(inForce?.Rule, shown?.Rule);
        Assert.Equal(inForce is null, shown is null);
        Assert.Equal(act == "create" ? (isDone ? NotOfBase : null) : act == "update" ? (isDone ? NotOfBase : OfBase) : isDone ? null : OfBase, shown?.Rule);
        var acts = (await _fleet.AuditAsync(new RecordKey(ofDevices ? "deviceGroup" : "userGroup", id.Value))).Select(entry => entry.Act);
        Assert.Equal(isDone, acts.Contains(act switch { "create" => "Create group", "update" => "Update group", _ => "Delete group" }));
        Assert.Empty(await _fleet.MarksAsync("userGroup"));
        Assert.Empty(await _fleet.MarksAsync("deviceGroup"));
    }

    private Task<IEnumerable<AuditEntry>> AuditAsync() => _fleet.AuditAsync(new RecordKey("userGroup", "ward"));

    private IGroupGrain Grain(bool ofDevices, GroupId id) => ofDevices ? _fleet.Grains.GetGrain<IDeviceGroup>(id.Value) : Users(id);

    private IUserGroup Users(GroupId id) => _fleet.Grains.GetGrain<IUserGroup>(id.Value);
}
