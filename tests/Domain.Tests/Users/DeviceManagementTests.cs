using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Users;

public class DeviceManagementTests
{
    private static readonly GroupId Technicians = GroupId.Parse("technicians");
    private static readonly GroupId Nurses = GroupId.Parse("nurses");
    private static readonly UserName Anna = UserName.Parse("anna");

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    [Trait("Requirement", "UG-11")]
    public void The_own_role_or_that_of_a_group_lets_a_person_enrol(bool own, bool inGroup, bool may) =>
        Assert.Equal(may, DeviceManagement.MayEnrol(Anna, true, own, inGroup ? [Nurses, Technicians] : [Nurses], Known(true)));

    [Fact]
    [Trait("Requirement", "UG-11")]
    public void Who_is_disabled_and_nobody_may_not_whatever_their_role()
    {
        Assert.False(DeviceManagement.MayEnrol(Anna, false, true, [Technicians], Known(true)));
        Assert.False(DeviceManagement.MayEnrol(UserName.Nobody, true, true, [Technicians], Known(true)));
    }

    [Fact]
    [Trait("Requirement", "UG-11")]
    public void A_group_without_the_role_or_that_is_gone_gives_nothing()
    {
        Assert.False(DeviceManagement.MayEnrol(Anna, true, false, [Technicians], Known(false)));
        Assert.False(DeviceManagement.MayEnrol(Anna, true, false, [Technicians], []));
    }

    private static System.Collections.Immutable.ImmutableArray<Group> Known(bool role) =>
        [new Group(Nurses, "Nurses"), new Group(Technicians, "Technicians", DeviceManagement: role)];
}
