using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Tests.Catalog;

/// <summary>A fan-out looks at the devices that a change may reach, and marks those whose signature differs from their last plan's.</summary>
public sealed class CatalogReachTests
{
    [Fact]
    [Trait("Requirement", "UG-06")]
    [Trait("Requirement", "MU-19")]
    public void Every_device_whose_desired_set_changed_is_marked_and_no_other()
    {
        var (concerned, spared) = (0, 0);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Check).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
        Assert.True(concerned > 1_000 && spared > 1_000, $"Only {concerned} devices were concerned and {spared} spared.");

        void Check(int seed)
        {
            var random = new RandomCatalog(seed);
            var before = random.Catalog();
            var after = random.Edited(before);
            var reach = CatalogReach.Of(before, after);
            for (var i = 0; i < 20; i++)
            {
                var device = random.Device();
                var (old, next) = (before.Compiled.Desired(device), after.Compiled.Desired(device));
                var isMarked = reach.Has(device) && old.Signature != next.Signature;
                Assert.Equal(!Wants(old).SetEquals(Wants(next)) || old.SignOut != next.SignOut, isMarked);
                concerned += isMarked ? 1 : 0;
                spared += reach.Has(device) ? 0 : 1;
            }
        }
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public void A_change_of_a_group_that_nothing_is_distributed_to_reaches_nothing()
    {
        var random = new RandomCatalog(1);
        var catalog = random.Catalog() with { Items = [], Settings = [] };
        Assert.True(CatalogReach.Of(catalog, catalog with { UserGroups = [], NobodyAttributes = catalog.NobodyAttributes }).IsEmpty);
    }

    private static HashSet<(ItemId Item, string Revision, bool Required)> Wants(DesiredSet set) =>
        [.. set.Items.Select(want => (want.Item.Id, want.Item.Revision, want.Item.Required))];
}
