using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Outbound.Tests.Push;

public sealed class OutstandingPushesTests
{
    private static readonly EnrollmentId One = EnrollmentId.Parse("device-1");
    private static readonly EnrollmentId Two = EnrollmentId.Parse("device-2");
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(2);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact, Trait("Requirement", "PR-04")]
    public void However_often_asked_one_push_follows_the_one_under_way()
    {
        var pushes = new OutstandingPushes<string>(devicesMax: 10);

        Assert.Equal(PushTurn.SendNow, pushes.Request(One, "", Now));
        Assert.Equal(PushTurn.Coalesced, pushes.Request(One, "", Now));
        Assert.Equal(PushTurn.Coalesced, pushes.Request(One, "", Now));
        Assert.True(pushes.Done(One, Now, out _));
        Assert.False(pushes.Done(One, Now, out _));
        Assert.Equal(PushTurn.SendNow, pushes.Request(One, "", Now));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public void Devices_do_not_wait_for_each_other()
    {
        var pushes = new OutstandingPushes<string>(devicesMax: 10);

        Assert.Equal(PushTurn.SendNow, pushes.Request(One, "", Now));
        Assert.Equal(PushTurn.SendNow, pushes.Request(Two, "", Now));
        Assert.Equal(2, pushes.Count);
        Assert.False(pushes.Done(One, Now, out _));
        Assert.Equal(1, pushes.Count);
    }

    [Fact, Trait("Requirement", "PR-04")]
    public void The_bound_holds_new_devices_off_but_not_those_under_way()
    {
        var pushes = new OutstandingPushes<string>(devicesMax: 1);
        pushes.Request(One, "", Now);

        Assert.Equal(PushTurn.Full, pushes.Request(Two, "", Now));
        Assert.Equal(PushTurn.Coalesced, pushes.Request(One, "", Now));
        pushes.Done(One, Now, out _);
        pushes.Done(One, Now, out _);
        Assert.Equal(PushTurn.SendNow, pushes.Request(Two, "", Now));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public void A_push_whose_end_is_never_told_keeps_neither_its_device_nor_others_waiting_for_ever()
    {
        var pushes = new OutstandingPushes<string>(devicesMax: 1);
        pushes.Request(One, "", Now);
        var late = Now + AgeMax;
        Assert.Equal(PushTurn.Coalesced, pushes.Request(One, "", late));
        Assert.Equal(PushTurn.Full, pushes.Request(Two, "", late));

        Assert.Equal(PushTurn.SendNow, pushes.Request(One, "", late + TimeSpan.FromSeconds(1)));
        Assert.Equal(PushTurn.SendNow, pushes.Request(Two, "", late + AgeMax + TimeSpan.FromSeconds(2)));
        Assert.Equal(1, pushes.Count);
        Assert.False(pushes.Done(One, late, out _));
    }

    [Fact, Trait("Requirement", "PR-04")]
    public void Every_request_is_followed_by_a_push_that_began_after_it_over_random_interleavings()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var pushes = new OutstandingPushes<string>(devicesMax: 1);
            int asked = 0, underWayFor = 0, served = 0;
            var underWay = false;
            for (var step = 0; step < 40 || underWay; step++)
            {
                if (step < 40 && random.Next(2) == 0)
                {
                    asked++;
                    var turn = pushes.Request(One, $"{asked}", Now);
                    Assert.Equal(underWay ? PushTurn.Coalesced : PushTurn.SendNow, turn);
                    (underWay, underWayFor) = (true, turn == PushTurn.SendNow ? asked : underWayFor);
                }
                else if (underWay)
                {
                    served = underWayFor;
                    underWay = pushes.Done(One, Now, out var next);
                    underWayFor = asked;
                    Assert.Equal(underWay ? $"{asked}" : null, next);
                }
            }
            Assert.Equal(asked, served);
        }
    }
}
