using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Tests.Devices;

namespace Mdm.Fleet.Domain.Tests.Catalog;

public sealed class CatalogSnapshotTests
{
    [Fact]
    public void A_changed_copy_finds_its_own_items_and_not_those_of_the_original()
    {
        var (before, after) = (Items.Profile("wifi", Items.Everyone, "1"), Items.Profile("wifi", Items.Everyone, "2"));
        var original = CatalogSnapshot.Empty with { Items = [before] };
        Assert.Equal(before, original.Find(before.Id));

        var changed = original with { Items = [after, Items.App("chart", Items.Everyone)] };

        Assert.Equal(after, changed.Find(after.Id));
        Assert.NotNull(changed.Find(ItemId.Parse("chart")));
        Assert.Equal(before, original.Find(before.Id));
        Assert.Null(original.Find(ItemId.Parse("chart")));
    }
}
