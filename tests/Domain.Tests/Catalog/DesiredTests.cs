using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Tests.Devices;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Catalog;

/// <summary>Who gets what.</summary>
public sealed class DesiredTests
{
    private static readonly GroupId Nurses = GroupId.Parse("nurses");
    private static readonly GroupId Ward = GroupId.Parse("ward");
    private static readonly Device Nobodys = new() { Status = EnrollmentStatus.Enrolled, Facts = new DeviceFacts(ProductName: "iPad13,1"), Groups = [Ward] };

    private static readonly Device Annas = Nobodys with { Owner = new Owner(UserName.Parse("anna"), "Anna", [Nurses], default) };

    [Fact]
    [Trait("Requirement", "MU-15")]
    public void All_reaches_everyone_and_nobody_and_none_reaches_no_one()
    {
        Assert.Equal("everyone", Why(Items.Everyone, Nobodys));
        Assert.Equal("everyone", Why(Items.Everyone, Annas));
        Assert.Null(Why(Items.NoOne, Annas));
        Assert.Equal("user group everyone", Why(Items.To("everyone"), Nobodys));
    }

    [Fact]
    [Trait("Requirement", "MU-02")]
    [Trait("Requirement", "MU-03")]
    public void A_user_group_reaches_its_members_devices_and_a_device_group_its_devices_whoever_holds_them()
    {
        Assert.Equal("user group nurses", Why(Items.To("nurses"), Annas));
        Assert.Null(Why(Items.To("nurses"), Nobodys));
        Assert.Null(Why(Items.To("doctors"), Annas));
        var ward = new Distribution.Custom([], [Ward]);
        Assert.Equal("device group ward", Why(ward, Nobodys));
        Assert.Equal("device group ward", Why(ward, Annas));
        Assert.Null(Why(ward, Nobodys with { Groups = [] }));
    }

    [Fact]
    [Trait("Requirement", "MU-13")]
    public void Nobody_is_in_the_groups_that_the_catalog_says()
    {
        var catalog = Holding(Items.Profile("wifi", Items.To("nurses"))) with { NobodyGroups = [Nurses] };
        Assert.Single(Desired.Of(catalog, Nobodys));
        Assert.Empty(Desired.Of(catalog, Nobodys with { Owner = new Owner(UserName.Parse("bert"), "Bert", [], default) }));
    }

    [Fact]
    public void An_item_that_is_switched_off_reaches_no_one() =>
        Assert.Empty(Desired.Of(Holding(Items.Profile("wifi", Items.Everyone) with { Enabled = false }), Annas));

    [Theory]
    [Trait("Requirement", "MU-07")]
    [InlineData(EnrollmentKind.Device, "iPad13,1", true)]
    [InlineData(EnrollmentKind.Automated, "iPhone15,2", true)]
    [InlineData(EnrollmentKind.User, "iPad13,1", false)]
    [InlineData(EnrollmentKind.Device, "Mac14,2", false)]
    public void The_sign_in_item_is_delivered_on_ios_only_and_never_to_a_user_enrolled_device(EnrollmentKind kind, string product, bool delivered)
    {
        var device = Nobodys with { Kind = kind, Facts = new DeviceFacts(ProductName: product) };
        var catalog = Holding(Items.Profile("sign-in", Items.Everyone) with { Kind = ItemKind.MultiUserSignIn }, Items.Profile("wifi", Items.Everyone));
        Assert.Equal(delivered ? ["sign-in", "wifi"] : ["wifi"], Desired.Of(catalog, device).Select(want => want.Item.Id.Value));
    }

    [Fact]
    [Trait("Requirement", "MU-11")]
    public void The_warning_stands_until_nobody_can_be_reached()
    {
        Assert.True(Desired.ReachesNobody(Items.Everyone, CatalogSnapshot.Empty with { NobodyGroups = [] }));
        Assert.False(Desired.ReachesNobody(Items.NoOne, CatalogSnapshot.Empty with { NobodyGroups = [Nurses] }));
        Assert.False(Desired.ReachesNobody(Items.To("nurses"), CatalogSnapshot.Empty with { NobodyGroups = [] }));
        Assert.True(Desired.ReachesNobody(Items.To("nurses"), CatalogSnapshot.Empty with { NobodyGroups = [Nurses] }));
        Assert.True(Desired.ReachesNobody(Items.To("everyone"), CatalogSnapshot.Empty with { NobodyGroups = [] }));
        Assert.True(Desired.ReachesNobody(new Distribution.Custom([], [Ward]), CatalogSnapshot.Empty with { NobodyGroups = [] }));
    }

    private static string? Why(Distribution to, Device device) => Desired.Of(Holding(Items.Profile("wifi", to)), device).SingleOrDefault()?.Why;

    private static CatalogSnapshot Holding(params Item[] items) => CatalogSnapshot.Empty with { Revision = 1, Items = [.. items] };
}
