using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Outbound.Tests.Push;

public sealed class OutstandingPushesTests
{
    private static readonly EnrollmentId One = EnrollmentId.Parse("device-1");
    private static readonly EnrollmentId Two = EnrollmentId.Parse("device-2");

    [Fact, Trait("Requirement", "PR-04")]
    public void However_often_asked_one_push_follows_the_one_under_way()
    {
        var pushes = new OutstandingPushes(devicesMax: 10);

        Assert.Equal(PushTurn.SendNow, pushes.Request(One));
        Assert.Equal(PushTurn.Coalesced, pushes.Request(One));
        Assert.Equal(PushTurn.Coalesced, pushes.Request(One));
        Assert.True(pushes.Done(One));
        Assert.False(pushes.Done(One));
        Assert.Equal(PushTurn.SendNow, pushes.Request(One));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public void Devices_do_not_wait_for_each_other()
    {
        var pushes = new OutstandingPushes(devicesMax: 10);

        Assert.Equal(PushTurn.SendNow, pushes.Request(One));
        Assert.Equal(PushTurn.SendNow, pushes.Request(Two));
        Assert.Equal(2, pushes.Count);
        Assert.False(pushes.Done(One));
        Assert.Equal(1, pushes.Count);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public void The_bound_holds_new_devices_off_but_not_those_under_way()
    {
        var pushes = new OutstandingPushes(devicesMax: 1);
        pushes.Request(One);

        Assert.Equal(PushTurn.Full, pushes.Request(Two));
        Assert.Equal(PushTurn.Coalesced, pushes.Request(One));
        pushes.Done(One);
        pushes.Done(One);
        Assert.Equal(PushTurn.SendNow, pushes.Request(Two));
    }

    [Fact]
    public void An_end_without_a_beginning_is_a_broken_invariant() =>
        Assert.Throws<InvalidOperationException>(() => new OutstandingPushes(devicesMax: 1).Done(One));

    [Fact, Trait("Requirement", "PR-04")]
    public void Every_request_is_followed_by_a_push_that_began_after_it_over_random_interleavings()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var pushes = new OutstandingPushes(devicesMax: 1);
            int asked = 0, underWayFor = 0, served = 0;
            var underWay = false;
            for (var step = 0; step < 40 || underWay; step++)
            {
                if (step < 40 && random.Next(2) == 0)
                {
                    asked++;
                    var turn = pushes.Request(One);
                    Assert.Equal(underWay ? PushTurn.Coalesced : PushTurn.SendNow, turn);
                    (underWay, underWayFor) = (true, turn == PushTurn.SendNow ? asked : underWayFor);
                }
                else if (underWay)
                {
                    served = underWayFor;
                    underWay = pushes.Done(One);
                    underWayFor = asked;
                }
            }
            Assert.Equal(asked, served);
        }
    }
}
