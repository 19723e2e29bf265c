using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Tests.Catalog;

public sealed class GroupGraphTests
{
    [Fact]
    [Trait("Requirement", "UG-02")]
    [Trait("Requirement", "UG-03")]
    public void A_cycle_is_named_in_order()
    {
        var catalog = CatalogSnapshot.Empty with
        {
            UserGroups = [Group("a", InUsers("b")), Group("b", new Rule.Not(InUsers("c"))), Group("c", new Rule.AnyOf([InUsers("d"), InUsers("a")])), Group("d", null)],
            DeviceGroups = [Group("a", InUsers("d"))],
        };
        Assert.Equal(["user group a", "user group b", "user group c", "user group a"], new GroupGraph(catalog).Cycle().Select(group => group.ToString()));
        Assert.Empty(new GroupGraph(catalog with { UserGroups = catalog.UserGroups.RemoveAt(2).Add(Group("c", InUsers("d"))) }).Cycle());
    }

    [Fact]
    public void A_group_that_asks_for_itself_is_a_cycle_and_evaluating_one_ends()
    {
        var catalog = CatalogSnapshot.Empty with { DeviceGroups = [Group("a", new Rule.Not(new Rule.InDeviceGroup(GroupId.Parse("a"))))] };
        Assert.Equal(2, new GroupGraph(catalog).Cycle().Length);
        Assert.True(catalog.Compiled.IsInDeviceGroup(new RandomCatalog(1).Device(), GroupId.Parse("a")));
    }

    [Fact]
    public void A_chain_as_long_as_there_are_groups_is_looked_through()
    {
        var groups = Enumerable.Range(0, 2_000).Select(i => Group($"g{i}", i == 1_999 ? null : InUsers($"g{i + 1}"))).ToList();
        var catalog = CatalogSnapshot.Empty with { UserGroups = [.. groups] };
        Assert.Empty(new GroupGraph(catalog).Cycle());
        Assert.Equal(2_001, new GroupGraph(catalog with { UserGroups = [.. groups[..^1], Group("g1999", InUsers("g0"))] }).Cycle().Length);
    }

    [Fact]
    public void The_longest_chain_of_groups_is_counted_over_both_kinds()
    {
        var catalog = CatalogSnapshot.Empty with
        {
            UserGroups = [Group("a", InUsers("b")), Group("b", InUsers("c")), Group("c", null), Group("lone", null)],
            DeviceGroups = [Group("d", new Rule.AllOf([InUsers("a"), InUsers("c")]))],
        };
        Assert.Equal(4, new GroupGraph(catalog).LongestChain());
        Assert.Equal(0, new GroupGraph(CatalogSnapshot.Empty).LongestChain());
    }

    private static Group Group(string id, Rule? rule) => new(GroupId.Parse(id), id, rule);

    private static Rule.InUserGroup InUsers(string id) => new(GroupId.Parse(id));
}
