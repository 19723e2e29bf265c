using Mdm.Fleet.LoadSim.Chaos;

namespace Mdm.Fleet.LoadSim.Tests.Chaos;

public sealed class KillPlanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(25)]
    public void Each_kind_of_moment_is_struck_whatever_the_seed(int devices)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var plan = new KillPlan(devices, new Random(seed));
            foreach (var moment in Enum.GetValues<Moment>())
                Assert.InRange(Enumerable.Range(0, devices).Count(_ => plan.Strikes(moment)), 1, 2);
        }
    }
}
