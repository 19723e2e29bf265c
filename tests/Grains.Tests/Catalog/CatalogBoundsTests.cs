using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Grains.Tests.Catalog;

/// <summary>The catalog is one record: what it can't hold is refused before anything is saved, and changes that wait are one. Days come by themselves.</summary>
public sealed class CatalogBoundsTests : IAsyncLifetime
{
    private Hosting.Fleet _fleet = null!;

    public async Task InitializeAsync() => _fleet = await Hosting.Fleet.StartAsync();

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "UG-05")]
    public async Task An_item_that_finds_no_place_is_refused_and_leaves_no_draft()
    {
        await _fleet.Catalog.PutAttribute(new AttributeDefinition(AttributeId.Parse("dept"), "dept", AttributeScope.User, AttributeType.Text), "me");
        var values = Enumerable.Range(0, 240).Select(n => $"{n:D5}{new string('x', 245)}").ToImmutableArray();
        var spec = new ConfigurationSpec(
            "Wide", new ConfigurationContent.WebClip("https://ward.example/", "x"), null,
            new Distribution.None { Filter = new Rule.Compare(AttributeId.Parse("dept"), Comparison.In, values) }, true, true);
        var made = 0;
        while (await TryCreateAsync($"wide-{made}", spec))
            made++;

        Assert.InRange(made, 20, 70);
        var revision = await _fleet.Catalog.Revision();
        Assert.Null(await _fleet.Grains.GetGrain<IConfiguration>($"wide-{made}").View());
        Assert.DoesNotContain(await _fleet.MarksAsync("configuration"), mark => mark.Reason == "publish");
        await _fleet.Catalog.RemoveItem(ItemId.Parse("wide-0"));
        Assert.True(await TryCreateAsync("another", spec));
        Assert.Equal(revision + 2, await _fleet.Catalog.Revision());
    }

    [Fact]
    [Trait("Requirement", "UG-03")]
    public async Task A_group_that_finds_no_place_is_refused_and_leaves_no_draft()
    {
        await _fleet.Catalog.PutAttribute(new AttributeDefinition(AttributeId.Parse("dept"), "dept", AttributeScope.User, AttributeType.Text), "me");
        for (var (count, made) = (240, 0); count > 0; made++)
        {
            var values = Enumerable.Range(0, count).Select(n => $"{n:D5}{new string('x', 245)}").ToImmutableArray();
            var spec = new ConfigurationSpec(
                "Wide", new ConfigurationContent.WebClip("https://ward.example/", "x"), null,
                new Distribution.None { Filter = new Rule.Compare(AttributeId.Parse("dept"), Comparison.In, values) }, true, true);
            if (!await TryCreateAsync($"wide-{made}", spec))
                count /= 2;
        }

        var name = new string('G', 200);
        GroupChange change;
        var groups = 0;
        do
            change = await _fleet.Grains.GetGrain<IDeviceGroup>($"group-{groups++}").Create(new GroupSpec(name), "me");
        while (change.Result == ChangeResult.Done && groups < 20);
        Assert.Equal((ChangeResult.Refused, Grains.Catalog.PublishFault.TooMany), (change.Result, change.Refused!.Fault));
        Assert.Null(await _fleet.Grains.GetGrain<IDeviceGroup>($"group-{groups - 1}").View());
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task Changes_that_come_while_a_fan_out_runs_wait_as_one_and_reach_every_device()
    {
        ImmutableArray<GroupId> groups = [.. Enumerable.Range(0, 100).Select(i => GroupId.Parse($"group-{i}"))];
        foreach (var group in groups)
            await _fleet.Catalog.PutDeviceGroup(new Group(group, "G"));
        var (first, last) = (new Pad(_fleet, "DEVICE-0001"), new Pad(_fleet, "DEVICE-0002"));
        await first.EnrolAsync("group-0");
        await last.EnrolAsync("group-99");
        for (var i = 0; i < 100; i++)
        {
            await _fleet.PublishAsync($"item-{i}", To.Devices($"group-{i}"));
            Assert.InRange((await _fleet.Catalog.UnderWay()).Length, 0, 2);
        }

        await _fleet.Until(async () => (await _fleet.Catalog.UnderWay()).IsEmpty);
        await _fleet.Until(async () => await IsQueuedAsync(first, "item-0") && await IsQueuedAsync(last, "item-99"));
    }

    [Fact]
    [Trait("Requirement", "UG-03")]
    public async Task A_rule_that_counts_days_lets_a_device_go_when_its_day_has_passed()
    {
        await _fleet.Catalog.PutDeviceGroup(new Group(GroupId.Parse("new"), "New", new Rule.Compare(BuiltInAttributes.EnrolledAt.Id, Comparison.WithinDays, ["1"])));
        var pad = new Pad(_fleet, "DEVICE-0001");
        await pad.EnrolAsync();
        await _fleet.PublishAsync("mail", To.Devices("new"));
        await _fleet.FannedOutAsync();
        await pad.ConnectAsync();
        Assert.NotEmpty((await pad.Grain.View()).Desired);
        for (var day = 0; day < 3; day++)
        {
            await _fleet.PassAsync(TimeSpan.FromDays(1));
            await _fleet.FannedOutAsync();
            await _fleet.PassAsync(TimeSpan.FromSeconds(6));
        }

        Assert.Empty((await pad.Grain.View()).Desired);
        Assert.Contains((await pad.Grain.View()).Device.Queue, command => command.Body is CommandBody.RemoveProfile);
    }

    private static async Task<bool> IsQueuedAsync(Pad pad, string item) =>
        (await pad.Grain.View()).Device.Queue.Any(command => command.Body.Item == ItemId.Parse(item));

    private async Task<bool> TryCreateAsync(string id, ConfigurationSpec spec)
    {
        try
        {
            return await _fleet.Grains.GetGrain<IConfiguration>(id).Create(spec, "me");
        }
        catch (CatalogFullException)
        {
            return false;
        }
    }
}
