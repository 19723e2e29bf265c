using Mdm.Fleet.LoadSim.People;
using Mdm.Fleet.LoadSim.Shifts;

namespace Mdm.Fleet.LoadSim.Tests.Shifts;

public sealed class StaffTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(60)]
    public void Each_device_is_taken_by_another_person_in_the_next_turn_and_by_one_person_a_turn(int devices)
    {
        var staff = new Staff(devices, Math.Max(2, Staff.CountFor(devices)), seed: 1);

        for (var turn = 0; turn < 2; turn++)
        {
            Assert.Equal(devices, Enumerable.Range(0, devices).Select(device => staff.On(device, turn)).Distinct().Count());
            Assert.All(Enumerable.Range(0, devices), device => Assert.NotEqual(staff.On(device, turn), staff.On(device, turn + 1)));
        }
    }

    [Fact]
    public void Nobody_has_less_than_any_person_and_keeps_the_ward_network()
    {
        var plan = ShiftPlan.Create();
        var nobody = plan.MarksOf(Role.Nobody);

        Assert.Contains("wifi:ward", nobody);
        Assert.Contains("webClip:sign-in", nobody);
        Assert.True(nobody.IsProperSubsetOf(plan.MarksOf(Role.Nurse)));
        Assert.True(nobody.IsProperSubsetOf(plan.MarksOf(Role.Doctor)));
    }
}
